"""Who a terminal is: one-time codes, keys, assertions, revocation; and the officers' tokens.

Sources: RFC 7523 section 2.2 and 3 (private_key_jwt), RFC 8037 (Ed25519 in JOSE).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from typing import Any

import jwt
import uuid_utils
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hall.errors import HallProblem
from hall.models import EnrolmentCode, Identity, Operator, Terminal, UsedAssertion
from hall.services import feed
from offline_cache.wire import Enrol, Enrolled, ReferenceKind

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L: codes are read out over the telephone
CODE_LENGTH = 12
DAY_MS = 24 * 3_600_000
CODE_LIFETIME_MS = DAY_MS


def identity(session: Session) -> Identity:
    """This hall's identity, made at the first use. Only the first call needs a writing session."""
    known: Identity | None = session.scalar(select(Identity))
    if known is not None:
        return known
    private = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    made = Identity(
        hall_id=f"hall-{uuid_utils.uuid7()}",
        signing_key=private.decode("ascii"),
        card_key=secrets.token_hex(32),
    )
    session.add(made)
    session.flush()
    return made


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# --- enrolment --------------------------------------------------------------------------------------------------


def invite(session: Session, terminal_id: str, site_id: str, role: str, now_ms: int) -> str:
    """A one-time code for a terminal, new or to be enrolled again. The hall keeps only its digest."""
    terminal = session.get(Terminal, terminal_id)
    if terminal is None:
        terminal = Terminal(terminal_id=terminal_id, software="")
        session.add(terminal)
    terminal.site_id, terminal.role = site_id, role
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    session.add(
        EnrolmentCode(
            code_hash=_digest(code), terminal_id=terminal_id, expires_at_ms=now_ms + CODE_LIFETIME_MS
        )
    )
    session.flush()
    return code


def enrol(session: Session, enrolment: Enrol, days: int, now_ms: int) -> Enrolled:
    """Trade a code for an identity that is good for `days`. A lost answer may be asked for again with the same key.

    Raises HallProblem: enrolment.key_malformed (422), enrolment.code_unknown, code_used or code_expired (403).
    """
    _public_key(enrolment.public_key)
    code = session.get(EnrolmentCode, _digest(enrolment.code.strip().upper().replace("-", "")))
    if code is None:
        raise HallProblem(403, "enrolment.code_unknown", "This code is not known.")
    terminal = session.get_one(Terminal, code.terminal_id)
    if code.used_at_ms is not None and terminal.public_key != enrolment.public_key:
        raise HallProblem(403, "enrolment.code_used", "This code has been used.")
    if code.expires_at_ms < now_ms:
        raise HallProblem(403, "enrolment.code_expired", "This code is too old.")
    if code.used_at_ms is None:
        code.used_at_ms = terminal.enrolled_at_ms = now_ms
        terminal.enrolment_expires_at_ms = now_ms + days * DAY_MS
        terminal.public_key, terminal.revoked_at_ms = enrolment.public_key, None
    terminal.software = enrolment.software
    session.flush()
    hall = identity(session)
    site = feed.find(session, ReferenceKind.SITE, [terminal.site_id]).get(terminal.site_id, {})
    return Enrolled(
        terminal_id=terminal.terminal_id,
        name=str(site.get("name_zh", terminal.terminal_id)),
        site_id=terminal.site_id,
        role=terminal.role,
        hall_id=hall.hall_id,
        card_key=hall.card_key,
        expires_at_ms=terminal.enrolment_expires_at_ms,
    )


def check_not_expired(terminal: Terminal, now_ms: int) -> None:
    """Raises HallProblem (401, identity.expired) after the end of the enrolment."""
    ends_ms = terminal.enrolment_expires_at_ms
    if ends_ms is not None and ends_ms <= now_ms:
        raise _no_token("identity.expired", "This terminal's enrolment has ended; the hall can renew it.")


def renew(session: Session, terminal_id: str, days: int, now_ms: int) -> int:
    """Let an enrolled terminal go on for `days` from now; it learns that with its next token. Returns the new end, ms
    UTC. Raises HallProblem: terminal.unknown (404), terminal.not_enrolled (409) for one without a key or revoked.
    """
    terminal = _known(session, terminal_id)
    if terminal.public_key is None or terminal.revoked_at_ms is not None:
        raise HallProblem(409, "terminal.not_enrolled", "This terminal has to be enrolled with a new code.")
    terminal.enrolment_expires_at_ms = ends_ms = now_ms + days * DAY_MS
    session.flush()
    return ends_ms


def _known(session: Session, terminal_id: str) -> Terminal:
    terminal = session.get(Terminal, terminal_id)
    if terminal is None:
        raise HallProblem(404, "terminal.unknown", "There is no such terminal.")
    return terminal


def _public_key(text: str) -> Ed25519PublicKey:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError) as error:
        raise HallProblem(422, "enrolment.key_malformed", "public_key is not a raw Ed25519 key.") from error


# --- assertions -------------------------------------------------------------------------------------------------


def accept_assertion(
    session: Session, assertion: str, longest_s: int, leeway_s: int, now_ms: int
) -> Terminal:
    """The terminal that signed this assertion, which is used up by that.

    Times are held against the hall's own clock, with `leeway_s`. Raises HallProblem (401): token.assertion_malformed,
    terminal_unknown, terminal_revoked, signature_wrong, audience_wrong, assertion_expired, lifetime_too_long, replayed;
    identity.expired.
    """
    terminal = _claimed_terminal(session, assertion)
    claims = _verified(session, assertion, terminal)
    check_not_expired(terminal, now_ms)
    now_s = now_ms / 1000
    if claims["exp"] <= now_s - leeway_s:
        raise _no_token("token.assertion_expired", "The assertion is too old; set the clock by GET /v1/time.")
    if claims["exp"] > now_s + longest_s + leeway_s:
        raise _no_token("token.lifetime_too_long", f"An assertion lives at most {longest_s} s.")
    _use_up(session, terminal.terminal_id, claims, leeway_s, now_ms)
    return terminal


def _claimed_terminal(session: Session, assertion: str) -> Terminal:
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except (jwt.InvalidTokenError, ValueError) as error:
        raise _no_token("token.assertion_malformed", "The assertion is not a JWT.") from error
    name = claims.get("sub")
    terminal = session.get(Terminal, name) if isinstance(name, str) and "\x00" not in name else None
    if terminal is None or terminal.public_key is None or claims.get("iss") != name:
        raise _no_token("token.terminal_unknown", "iss and sub must name an enrolled terminal.")
    if terminal.revoked_at_ms is not None:
        raise _no_token("token.terminal_revoked", "This terminal has been revoked.")
    return terminal


def _verified(session: Session, assertion: str, terminal: Terminal) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            assertion,
            _public_key(terminal.public_key or ""),
            algorithms=["EdDSA"],
            audience=identity(session).hall_id,
            options={
                "require": ["exp", "jti", "aud"],
                # The hall's clock judges, and in a demo that is not the machine's.
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidSignatureError as error:
        raise _no_token("token.signature_wrong", "The assertion is not signed by this terminal.") from error
    except jwt.InvalidAudienceError as error:
        raise _no_token("token.audience_wrong", "aud must be this hall's id.") from error
    except jwt.InvalidTokenError as error:
        raise _no_token("token.assertion_malformed", "The assertion lacks what RFC 7523 asks for.") from error
    if (
        type(claims["exp"]) not in (int, float)
        or not isinstance(claims["jti"], str)
        or "\x00" in claims["jti"]
    ):
        raise _no_token("token.assertion_malformed", "exp is a number and jti a text.")
    return claims


def _use_up(session: Session, terminal_id: str, claims: dict[str, Any], leeway_s: int, now_ms: int) -> None:
    session.execute(delete(UsedAssertion).where(UsedAssertion.expires_at_ms < now_ms))
    if session.get(UsedAssertion, (terminal_id, claims["jti"])) is not None:
        raise _no_token("token.replayed", "This assertion has been used.")
    until_ms = int((claims["exp"] + leeway_s) * 1000) + 1
    session.add(UsedAssertion(terminal_id=terminal_id, jti=claims["jti"], expires_at_ms=until_ms))
    session.flush()


def _no_token(code: str, message: str) -> HallProblem:
    return HallProblem(401, code, message)


# --- revocation and officers ------------------------------------------------------------------------------------


def revoke(session: Session, terminal_id: str, now_ms: int) -> None:
    """Shut a terminal out at once. Raises HallProblem(404, terminal.unknown)."""
    terminal = _known(session, terminal_id)
    terminal.revoked_at_ms = terminal.revoked_at_ms or now_ms
    session.flush()


def appoint(session: Session, name: str, now_ms: int, kind: str = "officer") -> str:
    """A bearer token for an officer, or for the program of a platform; the hall keeps only its digest."""
    token = f"{kind}-{secrets.token_urlsafe(32)}"
    session.add(Operator(token_hash=_digest(token), name=name, created_at_ms=now_ms, kind=kind))
    session.flush()
    return token


def operator(session: Session, token: str) -> Operator | None:
    """Whose token this is: an officer's or a platform's."""
    return session.get(Operator, _digest(token))
