"""What the hall can say of a paper by its number and signature, to whoever holds it.

Nothing of a document is told without its signature, so that nobody learns anything by trying numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.clock import LOCAL_TIME
from hall.models import Terminal
from hall.models_residents import Document
from hall.services import feed
from hall.services.residents import documents
from hall.signatures import is_signed
from offline_cache.wire import ReferenceKind
from offline_cache.wire_residents import NUMBER_PATTERN

MASK = "＊"
DAY = timedelta(days=1)


class PaperState(StrEnum):
    GOOD = "good"
    REVOKED = "revoked"
    AWAITED = "awaited"  # the terminal has not told the hall of that day yet
    UNKNOWN = "unknown"
    MISMATCH = "mismatch"


@dataclass(frozen=True)
class Paper:
    """The facts are there for good and revoked ones only. `copies` are those known to be printed."""

    state: PaperState
    number: str
    title_zh: str = ""
    title_en: str = ""
    site_zh: str = ""
    site_en: str = ""
    masked_name: str = field(default="", repr=False)
    issued_at_ms: int = 0
    revoked_at_ms: int = 0
    copies: int = 0


def look_up(session: Session, number: str, signature: str, now_ms: int) -> Paper:
    if not re.fullmatch(NUMBER_PATTERN, number, re.ASCII):
        return Paper(PaperState.UNKNOWN, "")
    document = session.get(Document, number)
    if document is None:
        return Paper(_state_of_missing(session, number, now_ms), number)
    signed = documents.signed_bytes(number, document.digest)
    if not is_signed(document.public_key, signature, signed):
        return Paper(PaperState.MISMATCH, number)
    site = feed.find(session, ReferenceKind.SITE, [document.site_id]).get(document.site_id, {})
    return Paper(
        state=PaperState.GOOD if document.revoked_at_ms is None else PaperState.REVOKED,
        number=number,
        title_zh=document.title_zh,
        title_en=document.title_en or document.title_zh,
        site_zh=site.get("name_zh", document.site_id),
        site_en=site.get("name_en", document.site_id),
        masked_name=_masked_name(session, document.person_id),
        issued_at_ms=document.issued_at_ms,
        revoked_at_ms=document.revoked_at_ms or 0,
        copies=documents.copies_delivered(session, number),
    )


def _state_of_missing(session: Session, number: str, now_ms: int) -> PaperState:
    """Awaited, while a terminal that mints such numbers may still hold the row: until it has called a day after it, or
    was shut out. Nobody mints numbers of days to come."""
    maker, date, _ = number.split("-")
    try:
        issued = datetime.strptime(date, "%Y%m%d").replace(tzinfo=LOCAL_TIME)
    except ValueError:
        return PaperState.UNKNOWN
    if issued.timestamp() * 1000 > now_ms + DAY // timedelta(milliseconds=1):
        return PaperState.UNKNOWN
    told_ms = int((issued + 2 * DAY).timestamp() * 1000)
    calling = select(Terminal).where(Terminal.public_key.is_not(None), Terminal.revoked_at_ms.is_(None))
    for terminal in session.scalars(calling):
        if terminal.terminal_id.replace("-", "") == maker and (terminal.last_seen_ms or 0) < told_ms:
            return PaperState.AWAITED
    return PaperState.UNKNOWN


def _masked_name(session: Session, person_id: str | None) -> str:
    if person_id is None:
        return ""
    resident = feed.find(session, ReferenceKind.RESIDENT, [person_id]).get(person_id)
    return resident["name"][:1] + MASK if resident else ""
