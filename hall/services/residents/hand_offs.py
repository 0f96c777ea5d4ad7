"""Documents on their way to a phone: kept sealed and shortly, opened by one phone only.

The address holds a random token. The database holds a digest of it, and the PDF under a key made of the token, so
neither a copy of the database nor its deleted pages give the document away. The first phone that opens the address is
given a cookie; after that the token alone opens nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass

import uuid_utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hall import models_residents as models
from hall.errors import HallProblem
from offline_cache.wire_residents import LARGEST_HAND_OFF, HandOff, HandOffMade

KEPT_MS = 10 * 60_000
FORGOTTEN_MS = 24 * 3_600_000
TOKEN_BYTES = 24
NONCE_BYTES = 12


class HandOffGone(Exception):
    """There is nothing under this address, or nothing any more."""


class HandOffTaken(Exception):
    """Another phone has opened it."""


@dataclass(frozen=True)
class Opened:
    """`phone` is what the cookie has to hold. `left_s` are seconds until the document is gone."""

    title_zh: str
    title_en: str
    phone: str
    left_s: int


def make(session: Session, terminal_id: str, handed: HandOff, public_url: str, now_ms: int) -> HandOffMade:
    """Keep a PDF for a phone. Raises HallProblem: hand_off.malformed (422), hand_off.too_large (413)."""
    pdf = _pdf(handed)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    nonce = secrets.token_bytes(NONCE_BYTES)
    kept = models.HandOff(
        hand_off_id=str(uuid_utils.uuid7()),
        token_hash=_digest(token),
        terminal_id=terminal_id,
        sort=handed.sort,
        title_zh=handed.title_zh,
        title_en=handed.title_en or handed.title_zh,
        sealed=nonce + AESGCM(_key(token)).encrypt(nonce, pdf, None),
        made_at_ms=now_ms,
        until_ms=now_ms + KEPT_MS,
    )
    session.add(kept)
    session.flush()
    return HandOffMade(
        hand_off_id=kept.hand_off_id, url=f"{public_url}/h/{token}", expires_at_ms=kept.until_ms
    )


def open_page(session: Session, token: str, phone: str | None, now_ms: int) -> Opened:
    """The first opening binds it to a phone, and gives that phone time to fetch it. Raises HandOffGone, HandOffTaken."""
    kept = _kept(session, token, now_ms)
    if kept.phone_hash is None:
        phone = secrets.token_urlsafe(TOKEN_BYTES)
        kept.phone_hash, kept.opened_at_ms, kept.until_ms = _digest(phone), now_ms, now_ms + KEPT_MS
        session.flush()
    elif phone is None or not secrets.compare_digest(kept.phone_hash, _digest(phone)):
        raise HandOffTaken
    return Opened(kept.title_zh, kept.title_en, phone, (kept.until_ms - now_ms) // 1000)


def fetch(session: Session, token: str, phone: str | None, now_ms: int) -> bytes:
    """The PDF, for the phone that opened the page; it is gone KEPT_MS after the first time. Raises HandOffGone,
    HandOffTaken."""
    kept = _kept(session, token, now_ms)
    if kept.phone_hash is None or phone is None:
        raise HandOffTaken
    if not secrets.compare_digest(kept.phone_hash, _digest(phone)):
        raise HandOffTaken
    if kept.downloaded_at_ms is None:
        kept.downloaded_at_ms, kept.until_ms = now_ms, now_ms + KEPT_MS
        session.flush()
    sealed = kept.sealed or b""
    return AESGCM(_key(token)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)


def forget_old(session: Session, now_ms: int) -> None:
    """Delete the documents whose time is over, and a day later that there was one."""
    over = models.HandOff.until_ms <= now_ms
    session.execute(
        update(models.HandOff).where(over, models.HandOff.sealed.is_not(None)).values(sealed=None)
    )
    session.execute(delete(models.HandOff).where(models.HandOff.until_ms < now_ms - FORGOTTEN_MS))


def _kept(session: Session, token: str, now_ms: int) -> models.HandOff:
    kept = session.scalar(select(models.HandOff).where(models.HandOff.token_hash == _digest(token)))
    if kept is None or kept.sealed is None or kept.until_ms <= now_ms:
        raise HandOffGone
    return kept


def _pdf(handed: HandOff) -> bytes:
    try:
        pdf = base64.b64decode(handed.pdf_base64, validate=True)
    except (binascii.Error, ValueError) as error:
        raise HallProblem(422, "hand_off.malformed", "pdf_base64 is not base64.") from error
    if len(pdf) > LARGEST_HAND_OFF:
        raise HallProblem(413, "hand_off.too_large", f"A document is at most {LARGEST_HAND_OFF} bytes.")
    if not pdf.startswith(b"%PDF-"):
        raise HallProblem(422, "hand_off.malformed", "This is no PDF.")
    return pdf


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _key(token: str) -> bytes:
    """Another digest than the one that is kept: from that one nobody gets here."""
    return hashlib.sha256(b"service hall hand-off key 1\0" + token.encode("utf-8", "replace")).digest()
