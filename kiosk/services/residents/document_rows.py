"""What documents leave on the disk: a number and its row, what became of each copy, and who waits for which.

Each is one commit, with whatever follows from it: the print, the next copy, or that what it said is overwritten. On the
disk thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal, cast

from drivers.base import PrintOutcome, PrintState
from kiosk.commands_resident import IssueDocument
from kiosk.services.residents import document_pages, document_slips
from kiosk.services.residents.document_slips import MOST_LINES, SlipTooLong, document_slip
from kiosk.services.residents.imprint import Imprint, signed
from kiosk.services.residents.printable import Printable, Source, printable
from kiosk.services.slips import Place
from offline_cache.clock import Stamp
from offline_cache.db import Connection
from offline_cache.identity import TerminalKey
from offline_cache.issued_documents import IssuedDocument, NewDocument, bind_within, forget_within
from offline_cache.numbers import Numbers
from offline_cache.outbox import Outbox
from offline_cache.prints import next_copy
from offline_cache.wire import RowKind
from offline_cache.wire_residents import DocumentBoundBody, DocumentIssuedBody, DocumentPrintedBody

DELIVERED = frozenset({PrintState.PRINTED.value, PrintState.PROBABLY.value})
KIND = "kind"
CLOSES_AT = 18  # o'clock: until then the window prints what waits

Medium = Literal["slip", "pages"]


@dataclass(frozen=True, slots=True)
class Issued:
    """On the disk. `seconds` is about how long one copy takes."""

    txn_id: str
    number: str
    pages: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Bound:
    """What its person is told. `until` is local "HH:MM"."""

    pick_up: str
    until: str


class DocumentRows:
    """`place` names the hall; `public_url` is the hall's as phones reach it; `now` stamps the moment."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        numbers: Numbers,
        key: TerminalKey,
        now: Callable[[], Stamp],
        place: Callable[[], Place],
        zone: tzinfo,
        public_url: Callable[[], str],
    ) -> None:
        self._outbox = outbox
        self._numbers = numbers
        self._key = key
        self._now = now
        self._place = place
        self._zone = zone
        self._public_url = public_url

    def issue(self, command: IssueDocument, source: Source) -> Issued:
        """Raises SlipTooLong before a number is used, PageError, FontMissing, and the StorageError family."""
        stamp, medium = self._now(), cast("Medium", command.medium)
        document = printable(source, command.locale, stamp.wall_ms, self._zone)
        if medium == "slip" and document_slips.lines_of(document) > MOST_LINES:
            raise SlipTooLong
        number = self._numbers.mint(f"{self._local(stamp):%Y%m%d}")
        imprint = signed(self._imprint(number, stamp), document, self._key, self._public_url())
        content = _content(medium, document, imprint)
        pages, seconds = measured(medium, content)
        body = DocumentIssuedBody(
            number=number,
            person_id=command.person_id or None,
            kind=document.kind,
            title_zh=document.title_zh,
            title_en=document.title_en,
            medium=medium,
            rows=document.rows,
            pages=pages,
            copies=command.copies,
            digest=imprint.digest,
            signature=imprint.signature,
            as_of_ms=document.as_of_ms,
        )
        kept = NewDocument(
            number=number,
            person_id=command.person_id,
            title_zh=document.title_zh,
            title_en=document.title_en,
            medium=medium,
            until_ms=self._until_ms(stamp),
            content=content,
        )
        row = self._outbox.append(RowKind.DOCUMENT_ISSUED, body, stamp, also=kept.insert)
        return Issued(row.txn_id, number, pages, seconds)

    def printed(self, document: IssuedDocument, outcome: PrintOutcome, left: int) -> None:
        """What became of a copy; `left` are wanted after it."""

        def also(connection: Connection, _: str) -> None:
            if left:
                next_copy(connection, document.txn_id)
            elif outcome.state.value in DELIVERED:
                forget_within(connection, document.txn_id)

        body = DocumentPrintedBody(
            number=document.number,
            copy_number=document.copy,
            state=cast("Any", outcome.state.value),
            code=outcome.code,
            lines=outcome.lines,
        )
        self._outbox.append(RowKind.DOCUMENT_PRINTED, body, self._now(), also=also)

    def bind(self, document: IssuedDocument) -> Bound:
        """Its pick-up number, given out once: a second call changes nothing."""
        if document.pick_up:
            return self._bound(document.pick_up, document.until_ms)
        stamp = self._now()
        day, until_ms = f"{self._local(stamp):%Y-%m-%d}", self._until_ms(stamp)
        pick_up = f"{_letter(self._outbox.terminal_id)} {self._outbox.documents().bound_on(day) + 1:03d}"
        body = DocumentBoundBody(
            number=document.number, person_id=document.person_id or None, pick_up=pick_up, until_ms=until_ms
        )

        def also(connection: Connection, _: str) -> None:
            bind_within(connection, document.txn_id, pick_up, day, until_ms)

        self._outbox.append(RowKind.DOCUMENT_BOUND, body, stamp, also=also)
        return self._bound(pick_up, until_ms)

    def pdf(self, source: Source, locale: str) -> bytes:
        """What pages of this source say, without a number, since nothing is issued. From any thread. Raises PageError,
        FontMissing."""
        stamp = self._now()
        document = printable(source, locale, stamp.wall_ms, self._zone)
        return document_pages.document_pdf(document_pages.pages_content(document, self._imprint("", stamp)))

    def _imprint(self, number: str, stamp: Stamp) -> Imprint:
        place = self._place()
        at = f"{self._local(stamp):%Y-%m-%d %H:%M}" if stamp.trusted else ""
        return Imprint(number, place.name_zh, place.name_en, place.terminal_id, at)

    def _bound(self, pick_up: str, until_ms: int) -> Bound:
        return Bound(pick_up, f"{datetime.fromtimestamp(until_ms / 1000, self._zone):%H:%M}")

    def _local(self, stamp: Stamp) -> datetime:
        return datetime.fromtimestamp(stamp.wall_ms / 1000, self._zone)

    def _until_ms(self, stamp: Stamp) -> int:
        """The next time that the window closes."""
        now = self._local(stamp)
        closes = now.replace(hour=CLOSES_AT, minute=0, second=0, microsecond=0)
        if closes <= now:
            closes += timedelta(days=1)
        return round(closes.timestamp() * 1000)


def measured(medium: str, content: dict[str, Any]) -> tuple[int, int]:
    """(pages, about how many seconds a copy takes) of a stored print. Raises PageError, FontMissing."""
    if medium == "slip":
        return 1, document_slips.seconds_of(len(content["parts"]))
    pages = document_pages.page_count(document_pages.document_pdf(content))
    return pages, document_pages.seconds_of(pages)


def _content(medium: Medium, document: Printable, imprint: Imprint) -> dict[str, Any]:
    make = document_slip if medium == "slip" else document_pages.pages_content
    return make(document, imprint) | {KIND: document.kind}


def _letter(terminal_id: str) -> str:
    """A for the hall's first terminal, B for its second: two terminals never give out the same pick-up number."""
    digits = "".join(char for char in terminal_id if char.isdecimal())
    return chr(ord("A") + (int(digits or 1) - 1) % 26)
