"""Look up and print: choose a record, look at it, print it or take it along."""

from __future__ import annotations

import math

from kiosk import views
from kiosk.commands_resident import AskRecord, ListRecordKinds
from kiosk.events_resident import RecordKindsTold, RecordTold
from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Errand, Step
from kiosk.roles.resident_identify import with_person
from kiosk.roles.resident_prints import Document, HandOff, Printing
from kiosk.roles.resident_tables import Media, Table
from kiosk.roles.resident_waits import Asking, Message
from kiosk.views_resident import (
    COPIES,
    FILTER,
    MEDIUM,
    PRINT,
    TAKE_ALONG,
    TURN,
    ListPage,
    RecordTable,
    Row,
    Steps,
)
from offline_cache.wire_residents import RecordKind

ROWS_A_PAGE = 5
ROWS_A_PAGE_ELDER = 3
YEARS = 3
YEARS_ELDER = 2
OLDEST_YEAR = 1990
EARLIER = "earlier"
MOST_COPIES = 3
EMPTY = "record.empty"
NOTHING_PRINTS = "printer.none"


def look_up(errand: Errand, wanted: str = "") -> None:
    """The whole way. `wanted` goes straight to one kind of record; where this hall does not have it, to what it has."""

    def told(event: RecordKindsTold) -> None:
        for kind in event.kinds:
            if kind.kind == wanted:
                fetch(errand, kind, None)
                return
        errand.open(Kinds(errand, event.kinds))

    with_person(
        errand,
        lambda: errand.open(Asking(errand, words.FETCHING_KINDS, ListRecordKinds, told)),
        labels=words.QUERY_STEPS,
    )


class Kinds(Step):
    """Which record, and of which year. The first one is chosen already: whoever wants it touches once."""

    def __init__(self, errand: Errand, kinds: tuple[RecordKind, ...]) -> None:
        super().__init__(errand)
        self._kinds = kinds
        self._chosen = kinds[0] if kinds else None
        self._page = 0
        this_year = self.desk.facts.date[:4]
        self._newest = self._year = int(this_year) if this_year.isdigit() else None

    def view(self) -> ListPage:
        height = self._height()
        pages = max(1, math.ceil(len(self._kinds) / height))
        self._page = min(self._page, pages - 1)
        shown = self._kinds[self._page * height : (self._page + 1) * height]
        return ListPage(
            self.desk.around(),
            words.WHICH_RECORD,
            tuple(self._row(kind) for kind in shown),
            steps=Steps(words.QUERY_STEPS, 1),
            filters=self._filters(),
            page=self._page,
            pages=pages,
            empty=words.NO_RECORDS,
            go=words.NEXT,
            can_go=self._chosen is not None,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == views.CHOOSE:
            self._chosen = next((kind for kind in self._kinds if kind.kind == value), self._chosen)
        elif action == FILTER and value in [year for year, _, _ in self._filters()]:
            self._choose_year(value)
        elif action == TURN:
            last = max(1, math.ceil(len(self._kinds) / self._height())) - 1
            self._page = min(max(0, self._page + turned(value)), last)
        elif action == views.NEXT and self._chosen is not None:
            fetch(self.errand, self._chosen, self._year if self._chosen.years else None)

    def _height(self) -> int:
        return ROWS_A_PAGE_ELDER if self.desk.is_large else ROWS_A_PAGE

    def _row(self, kind: RecordKind) -> Row:
        title, hint = self.desk.of(kind.title_zh, kind.title_en), self.desk.of(kind.hint_zh, kind.hint_en)
        return Row(kind.kind, words.data(title), words.data(hint), kind.icon, mark=kind is self._chosen)

    def _filters(self) -> tuple[tuple[str, str, bool], ...]:
        if self._chosen is None or not self._chosen.years or self._newest is None:
            return ()
        count = YEARS_ELDER if self.desk.is_large else YEARS
        years = range(self._newest, max(OLDEST_YEAR, self._newest - count), -1)
        shown = tuple((str(year), words.data(str(year)), year == self._year) for year in years)
        return (*shown, (EARLIER, words.EARLIER, False))

    def _choose_year(self, value: str) -> None:
        if value != EARLIER:
            self._year = int(value)
        elif self._newest is not None:
            count = YEARS_ELDER if self.desk.is_large else YEARS
            self._newest = self._year = max(OLDEST_YEAR + 1, self._newest - count)


def fetch(errand: Errand, kind: RecordKind, year: int | None) -> None:
    """Ask the hall for it, on top of whatever is shown; what is strict first asks for the ID card itself."""

    def wish(ask_id: int) -> AskRecord:
        return AskRecord(ask_id, errand.desk.person_id, kind.kind, year)

    def told(event: RecordTold) -> None:
        if event.record.rows:
            errand.open(Preview(errand, kind, event))
        else:
            errand.open(Message(errand, EMPTY, (words.NOTHING_THERE,)))

    asking = Asking(errand, words.FETCHING_RECORD, wish, told, Steps(words.QUERY_STEPS, 2))
    with_person(errand, lambda: errand.open(asking), strict=kind.strict, labels=words.QUERY_STEPS)


class Preview(Step):
    """A record as it is and as it would print."""

    def __init__(self, errand: Errand, kind: RecordKind, told: RecordTold) -> None:
        super().__init__(errand)
        self._kind = kind
        self._told = told
        self._table = Table(told.record)
        self._copies = 1
        self._wanted = ""

    def view(self) -> RecordTable:
        desk, record, table = self.desk, self._told.record, self._table
        rows = table.rows(desk)
        media, medium = self._media(), self._medium()
        return RecordTable(
            around=desk.around(),
            steps=Steps(words.QUERY_STEPS, 2),
            title=words.data(desk.of(record.title_zh, record.title_en)),
            period=words.data(desk.of(record.period_zh, record.period_en)),
            columns=table.columns(desk),
            rows=rows,
            total=table.total(desk),
            page=table.page,
            pages=table.pages(desk),
            count=len(record.rows),
            note=words.data(desk.of(record.note_zh, record.note_en)),
            as_of=self._told.cached_at,
            medium=medium,
            media=media.media,
            copies=self._copies,
            sheets=media.sheets if medium == "pages" else 1,
            seconds=media.seconds(medium, len(record.rows), self._copies),
            can_take=desk.facts.online and self._kind.printable,
            paper_warning=desk.facts.near_end and medium == "slip",
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == TURN:
            self._table.turn(turned(value), self.desk)
        elif action == COPIES:
            self._copies = min(max(1, self._copies + turned(value)), MOST_COPIES)
        elif action == MEDIUM and value in self._media().media:
            self._wanted = value
        elif action == PRINT:
            self._print()
        elif action == TAKE_ALONG and self.view().can_take:
            self.errand.open(HandOff(self.errand, self._document()))

    def _media(self) -> Media:
        media = self.desk.facts.media if self._kind.printable else ()
        return Media.of(len(self._told.record.rows), media)

    def _medium(self) -> str:
        media = self._media().media
        return self._wanted if self._wanted in media else next(iter(media), "")

    def _document(self) -> Document:
        record = self._told.record
        return Document(
            "record",
            str(self._told.ask_id),
            words.data(self.desk.of(record.title_zh, record.title_en)),
            self._medium(),
            self._copies,
            words.QUERY_STEPS,
        )

    def _print(self) -> None:
        if self._medium():
            self.errand.open(Printing(self.errand, self._document()))
        elif self._kind.printable:
            self.errand.open(Message(self.errand, NOTHING_PRINTS, person=True))


def turned(value: str) -> int:
    """How far "+1" or "-1" turns; nothing else turns."""
    return {"+1": 1, "-1": -1}.get(value, 0)
