"""One-time codes that a phone shows to a terminal: random, signed by the hall, good once and for a minute.

A code is `SH1.` and URL-safe base64 without padding of 16 random bytes, 6 bytes of expiry (ms UTC, big-endian) and the
hall's Ed25519 signature (64 bytes) over the label below and those 22: 119 characters, which a small QR code holds. Whose
it is stands in the hall's database alone.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import delete
from sqlalchemy.orm import Session

from hall.errors import HallProblem
from hall.models_residents import PhoneCode
from hall.services import feed
from hall.shapes_residents import PhoneCodeMade
from hall.signatures import decoded, encoded
from offline_cache.wire import ReferenceKind

PREFIX = "SH1."
LIFETIME_MS = 60_000
KEPT_MS = 24 * 3_600_000
ID_BYTES, EXPIRY_BYTES = 16, 6
CLAIM_BYTES = ID_BYTES + EXPIRY_BYTES
# The hall's key signs tokens as well: the label keeps one from ever being taken for the other.
LABEL = b"service hall phone code 1\0"


def make(session: Session, key: Ed25519PrivateKey, person_id: str, now_ms: int) -> PhoneCodeMade:
    """A code for this resident. Raises HallProblem (404, resident.unknown)."""
    if person_id not in feed.find(session, ReferenceKind.RESIDENT, [person_id]):
        raise HallProblem(404, "resident.unknown", "There is no such resident.")
    id, expires_at_ms = secrets.token_bytes(ID_BYTES), now_ms + LIFETIME_MS
    session.add(PhoneCode(code_id=id.hex(), person_id=person_id, expires_at_ms=expires_at_ms))
    session.flush()
    claim = id + expires_at_ms.to_bytes(EXPIRY_BYTES, "big")
    return PhoneCodeMade(code=PREFIX + encoded(claim + key.sign(LABEL + claim)), expires_at_ms=expires_at_ms)


def redeem(session: Session, key: Ed25519PublicKey, code: str, terminal_id: str, now_ms: int) -> str:
    """The person_id behind a code, which is used up by that.

    Raises HallProblem: phone_code.unknown (404), phone_code.expired (410), phone_code.used (409)."""
    claim = _signed_claim(key, code)
    if int.from_bytes(claim[ID_BYTES:], "big") <= now_ms:
        raise HallProblem(410, "phone_code.expired", "This code is too old; the phone shows a new one.")
    made = session.get(PhoneCode, claim[:ID_BYTES].hex())
    if made is None:
        raise _unknown()
    if made.used_at_ms is not None:
        raise HallProblem(409, "phone_code.used", "This code has been used.")
    made.used_at_ms, made.used_by = now_ms, terminal_id
    session.flush()
    return made.person_id


def forget_old(session: Session, now_ms: int) -> None:
    session.execute(delete(PhoneCode).where(PhoneCode.expires_at_ms < now_ms - KEPT_MS))


def _signed_claim(key: Ed25519PublicKey, code: str) -> bytes:
    try:
        raw = decoded(code.removeprefix(PREFIX)) if code.startswith(PREFIX) else b""
        claim, signature = raw[:CLAIM_BYTES], raw[CLAIM_BYTES:]
        key.verify(signature, LABEL + claim)
    except (InvalidSignature, ValueError) as error:
        raise _unknown() from error
    return claim


def _unknown() -> HallProblem:
    return HallProblem(404, "phone_code.unknown", "This is no code of this hall.")
