"""What a resident's terminal asks of the hall while somebody waits: records, codes of a phone, hand-offs, papers.

Answers are checked here: whatever comes back is what was asked for, or it is hall.wrong_answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from offline_cache.hall_client import LATEST_MS, HallClient
from offline_cache.hall_error import HallError
from offline_cache.wire_front_desk import DeskCard, DeskCardQuery
from offline_cache.wire_residents import (
    Contact,
    ContactQuery,
    HandOff,
    HandOffMade,
    PaperProgress,
    PhoneCode,
    PhoneCodeHolder,
    RecordPage,
    RecordQuery,
)

MOST_ROWS = 10_000
PAGE_ROWS = 1_000
TOO_LONG = "record.too_long"
CONTACT_PURPOSE = "apply"
# Beyond these nothing can be drawn while somebody waits, and no record, form or address of the hall's is that large.
MOST_COLUMNS = 24
LONGEST_TEXT = 1_000
LONGEST_CONTACT = 200

_FEN = re.compile(r"-?\d{1,15}", re.ASCII)
_ADDRESS = re.compile(r"https?://\S{1,300}")


class RecordTooLong(Exception):
    """The hall has more rows than a terminal shows."""

    code = TOO_LONG


class ResidentCalls:
    """On a connection of its own, for one thread at a time. Everything raises HallError."""

    def __init__(self, client: HallClient) -> None:
        self._client = client

    def record(self, query: RecordQuery, limit_s: float) -> RecordPage:
        """All pages of a record as one, within `limit_s`. Raises RecordTooLong beyond MOST_ROWS as well."""
        with self._client.within(limit_s):
            return self._whole_record(query)

    def _whole_record(self, query: RecordQuery) -> RecordPage:
        pages = [self._page(query)]
        asked = {""}
        while pages[-1].next_cursor:
            if max(pages[0].count, sum(len(page.rows) for page in pages)) > MOST_ROWS:
                raise RecordTooLong
            cursor = pages[-1].next_cursor
            if cursor in asked:
                raise _wrong("the same page again")
            asked.add(cursor)
            pages.append(self._page(query.model_copy(update={"cursor": cursor})))
        return _joined(pages)

    def contact(self, person_id: str, limit_s: float) -> Contact:
        """What a form may be filled in with."""
        body = ContactQuery(person_id=person_id, purpose=CONTACT_PURPOSE).model_dump(mode="json")
        with self._client.within(limit_s):
            contact = self._client.ask(Contact, "POST", "/v1/residents/contacts", json=body)
        if max(map(len, (contact.name, contact.phone, contact.address))) > LONGEST_CONTACT:
            raise _wrong("nobody lives at so long an address")
        if contact.person_id != person_id:
            raise _wrong("it speaks of another person")
        return contact

    def person_of(self, code: str, limit_s: float) -> str:
        """The person_id behind a phone's one-time code."""
        body = PhoneCode(code=code).model_dump(mode="json")
        with self._client.within(limit_s):
            holder = self._client.ask(PhoneCodeHolder, "POST", "/v1/residents/phone-codes", json=body)
        return holder.person_id

    def desk_card(self, query: DeskCardQuery, limit_s: float) -> DeskCard:
        """What a member of the desk's staff may see of this person now."""
        body = query.model_dump(mode="json")
        with self._client.within(limit_s):
            card = self._client.ask(DeskCard, "POST", "/v1/desk/cards", json=body)
        if card.person.person_id != query.person_id:
            raise _wrong("it speaks of another person")
        return card

    def hand_off(self, document: HandOff, limit_s: float) -> HandOffMade:
        """Leaves a document for a phone."""
        body = document.model_dump(mode="json")
        with self._client.within(limit_s):
            made = self._client.ask(HandOffMade, "POST", "/v1/hand-offs", json=body)
        if not _ADDRESS.fullmatch(made.url):
            raise _wrong("no phone opens this address")
        return made

    def paper_progress(self, sha256: str) -> PaperProgress:
        """How much of a paper the hall holds."""
        return self._same_paper(self._client.ask(PaperProgress, "GET", f"/v1/papers/{sha256}"), sha256)

    def send_paper(self, sha256: str, offset: int, part: bytes) -> PaperProgress:
        """The next part of a paper."""
        headers = {"Content-Type": "application/octet-stream"}
        answer = self._client.ask(
            PaperProgress,
            "PUT",
            f"/v1/papers/{sha256}",
            params={"offset": offset},
            data=part,
            headers=headers,
        )
        return self._same_paper(answer, sha256)

    def _page(self, query: RecordQuery) -> RecordPage:
        body = query.model_dump(mode="json")
        page = self._client.ask(RecordPage, "POST", "/v1/residents/records", json=body)
        _check_page(page, query)
        return page

    def _same_paper(self, progress: PaperProgress, sha256: str) -> PaperProgress:
        if progress.sha256 != sha256:
            raise _wrong("it speaks of another paper")
        return progress


def _check_page(page: RecordPage, query: RecordQuery) -> None:
    """A page that cannot be drawn as a table of its own columns is no answer."""
    width = len(page.columns)
    if width > MOST_COLUMNS or max(map(len, _texts(page))) > LONGEST_TEXT:
        raise _wrong("it is too large to be read")
    if page.person_id != query.person_id:
        raise _wrong("it speaks of another person")
    if not 0 <= page.as_of_ms < LATEST_MS:
        raise _wrong("its time is no date")
    money = [at for at, column in enumerate(page.columns) if column.sort == "money"]
    if page.kind != query.kind or not width or len(page.rows) > query.limit:
        raise _wrong("it is another record")
    for row in [*page.rows, *([page.total] if page.total else [])]:
        if len(row) != width:
            raise _wrong("a row does not fit its columns")
        if not all(not row[at] or _FEN.fullmatch(row[at]) for at in money):
            raise _wrong("money is not in fen")


def _texts(page: RecordPage) -> Iterator[str]:
    """Every text of it that is drawn or printed."""
    yield from (page.title_zh, page.title_en, page.period_zh, page.period_en, page.note_zh, page.note_en)
    for column in page.columns:
        yield from (column.label_zh, column.label_en, *column.english.values())
    for row in (*page.rows, page.total):
        yield from row


def _joined(pages: Sequence[RecordPage]) -> RecordPage:
    first = pages[0]
    if any((page.columns, page.count) != (first.columns, first.count) for page in pages):
        raise _wrong("its pages do not belong together")
    rows = [row for page in pages for row in page.rows]
    if len(rows) > MOST_ROWS:
        raise RecordTooLong
    if len(rows) != first.count:
        raise _wrong("rows are missing")
    return first.model_copy(update={"rows": rows, "next_cursor": "", "total": pages[-1].total})


def _wrong(message: str) -> HallError:
    return HallError("hall.wrong_answer", message)
