"""Who this terminal is to the hall: an Ed25519 key made here, and what enrolment gave. Both stay in the data directory.

Sources: RFC 8037 (Ed25519 in JOSE), RFC 7523 section 2.2 and 3 (a signed assertion instead of a password).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path

import uuid_utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from offline_cache.db import write_durably
from offline_cache.wire import Enrolled, Token

ASSERTION_LIFETIME_S = 60


class IdentityError(Exception):
    """`code` is stable: identity.missing, identity.damaged."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class TerminalKey:
    """The private key: `terminal.key`, 32 raw bytes in hex, mode 0600."""

    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def load_or_make(cls, directory: Path) -> TerminalKey:
        """Raises IdentityError (identity.damaged), StorageError when it cannot be written."""
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / "terminal.key"
        if not path.exists():
            write_durably(path, Ed25519PrivateKey.generate().private_bytes_raw().hex().encode())
        try:
            raw = bytes.fromhex(path.read_text("ascii"))
            return cls(Ed25519PrivateKey.from_private_bytes(raw))
        except ValueError as error:
            raise IdentityError("identity.damaged", f"{path} is not an Ed25519 key") from error

    def public_text(self) -> str:
        """The raw public key as URL-safe base64 without padding."""
        raw = self.private.public_key().public_bytes_raw()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(slots=True)
class Identity:
    """`enrolled` is the newest that the hall has said of it."""

    key: TerminalKey
    enrolled: Enrolled = field(repr=False)

    @classmethod
    def load(cls, directory: Path) -> Identity:
        """Raises IdentityError: identity.missing before enrolment, identity.damaged."""
        path = directory / "identity.json"
        if not path.exists():
            raise IdentityError("identity.missing", f"{path} is not there: this terminal is not enrolled yet")
        try:
            enrolled = Enrolled.model_validate(json.loads(path.read_text("utf-8")))
        except (ValidationError, ValueError) as error:
            raise IdentityError("identity.damaged", f"{path} is not what enrolment wrote") from error
        return cls(TerminalKey.load_or_make(directory), enrolled)

    @classmethod
    def save(cls, directory: Path, key: TerminalKey, enrolled: Enrolled) -> Identity:
        """Keeps what enrolment gave. Raises the StorageError family."""
        write_durably(directory / "identity.json", enrolled.model_dump_json().encode())
        return cls(key, enrolled)

    def renew(self, directory: Path, token: Token) -> None:
        """Keeps the hall's newest word on when the enrolment ends and where phones find the hall. Raises the StorageError
        family."""
        said = {
            "expires_at_ms": token.enrolment_expires_at_ms,
            "public_url": token.public_url or self.enrolled.public_url,
        }
        newest = self.enrolled.model_copy(update=said)
        if newest != self.enrolled:
            self.save(directory, self.key, newest)
            self.enrolled = newest

    def card_key(self) -> bytes:
        """Makes card_ref out of a card's number: see wire.Enrolled."""
        return bytes.fromhex(self.enrolled.card_key)

    def assertion(self, hall_time_ms: int) -> str:
        """A signed statement of who asks for a token, good for a minute of the hall's time, and for one use."""
        import jwt  # here: it loads all of X.509, and a terminal shows its first page before it asks for a token

        now_s = hall_time_ms // 1000
        claims = {
            "iss": self.enrolled.terminal_id,
            "sub": self.enrolled.terminal_id,
            "aud": self.enrolled.hall_id,
            "iat": now_s,
            "exp": now_s + ASSERTION_LIFETIME_S,
            "jti": str(uuid_utils.uuid7()),
        }
        return jwt.encode(claims, self.key.private, algorithm="EdDSA")
