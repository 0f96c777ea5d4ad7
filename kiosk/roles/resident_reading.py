"""A page as it is read aloud: what an eye would take first, in the language of the page.

A notice that has to be given before somebody agrees is read without being asked, once to each visitor and in each language that
she chooses; every other page when 朗读 is touched.

Masked names and numbers are never spoken. A text that holds anything of a person is private: it goes to a headset, or to
nobody. Counting seconds are left out, so that a page reads the same while they run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from kiosk import views
from kiosk import views_front_desk as visitor_pages
from kiosk import views_resident as pages
from kiosk.commands import ReadAloud
from kiosk.i18n import Translator
from kiosk.roles.resident_errand import Desk
from kiosk.roles.visitor_poses import SAY_POSE
from kiosk.services.phrases import PHRASES

_NOTICES = (visitor_pages.ConsentPage,)
_PRIVATE = (
    pages.RecordTable,
    pages.FieldPage,
    pages.ReviewPage,
    pages.SignPage,
    pages.ReceiptPage,
    pages.PrintTrouble,
    pages.HandOffPage,
    visitor_pages.WithdrawnPage,
)
_PLAIN: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        pages.PlaceCard: ("Please place your card", "Put it where the light is, and leave it there."),
        pages.PrintingPage: ("Printing. One moment please.",),
        pages.RatingPage: ("How did it go?", "Your answer names nobody."),
        pages.StillThere: ("Are you still there?", "Touch the screen to go on."),
        pages.GoOnAsked: ("Would you like to go on?", "Touch the screen to go on."),
        pages.CardForgotten: ("A card was left here.", "Please take your card."),
        pages.HandOffPage: ("Scan this code with your phone.", "It works once, for a short time."),
        views.HelpComing: ("A person is on the way.",),
        views.OutOfService: ("This machine is out of service.", "Please go to the window."),
    }
)
_GREETINGS = {
    "morning": "Good morning",
    "noon": "Good day",
    "afternoon": "Good afternoon",
    "evening": "Good evening",
}


class Reader:
    """朗读: reads the page in front, and is silent as soon as another one is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._text = ""
        self._notices: set[str] = set()

    def read(self, view: views.View) -> None:
        desk = self._desk
        self._text = reading_of(view, desk.words())
        if self._text:
            desk.reading = True
            desk.ask(ReadAloud(self._text, desk.locale, private=is_private(view)))

    def stop(self) -> None:
        if self._desk.reading:
            self._desk.ask(ReadAloud("", self._desk.locale))
        self._desk.reading, self._text = False, ""

    def read_notice(self, view: views.View) -> bool:
        """Reads a notice that this visitor has not heard yet; whether this is one."""
        if not isinstance(view, _NOTICES):
            return False
        text = reading_of(view, self._desk.words())
        if text in self._notices:
            return False
        self._notices.add(text)
        self.read(view)
        return True

    def forget(self) -> None:
        """Another visitor has heard nothing yet."""
        self._notices.clear()

    def is_past(self, view: views.View) -> bool:
        """Whether what is being read is no longer on the screen."""
        return self._desk.reading and reading_of(view, self._desk.words()) != self._text


def is_private(view: views.View) -> bool:
    """Whether what would be read holds anything of a person."""
    around = getattr(view, "around", None)
    personal_list = isinstance(view, pages.ListPage) and around is not None and around.person is not None
    return isinstance(view, _PRIVATE) or personal_list


def reading_of(view: views.View, words: Translator) -> str:
    """The text of a page, one sentence a line; "" where there is nothing to read."""
    said = _PLAIN.get(type(view))
    labels: Iterable[str] = said if said is not None else _labels_of(view, words)
    lines = (words.label(label).replace("\n", " ").strip() for label in labels)
    return "\n".join(line for line in lines if line)


def _labels_of(view: views.View, words: Translator) -> Iterable[str]:
    read = _READERS.get(type(view))
    return read(view, words) if read is not None else ()


def _home(view: pages.ResidentHome, words: Translator) -> Iterable[str]:
    yield _GREETINGS.get(view.greeting, "Welcome")
    yield from _rows(view.rows)


def _rows(rows: Iterable[pages.Row]) -> Iterable[str]:
    for row in rows:
        yield row.title
        yield row.hint
        yield row.tag


def _choices(choices: Iterable[views.Choice]) -> Iterable[str]:
    for choice in choices:
        yield choice.label
        yield choice.hint


def _pairs(lines: Iterable[tuple[str, str]]) -> Iterable[str]:
    for label, value in lines:
        yield label
        yield value


def _list(view: pages.ListPage, words: Translator) -> Iterable[str]:
    yield view.title
    yield view.hint
    yield from _rows(view.rows)
    if not view.rows:
        yield view.empty
    yield view.go


def _table(view: pages.RecordTable, words: Translator) -> Iterable[str]:
    yield view.title
    yield view.period
    heads = [words.label(column.label) for column in view.columns]
    for row in (*view.rows, view.total):
        yield "data:" + ", ".join(f"{head} {cell}" for head, cell in zip(heads, row, strict=False) if cell)
    yield view.note


def _guide(view: pages.GuidePage, words: Translator) -> Iterable[str]:
    yield view.title
    if view.sample:
        yield "Sample"
    for label, lines in view.parts:
        yield label
        yield from lines
    yield from _choices(view.choices)


def _field(view: pages.FieldPage, words: Translator) -> Iterable[str]:
    yield view.label
    yield view.hint
    yield from _rows(view.options)
    if view.error:
        yield from ("data:" + part for part in words.sentence(view.error))


def _message(view: pages.MessagePage, words: Translator) -> Iterable[str]:
    yield from ("data:" + part for part in words.sentence(view.code))
    yield from view.lines
    yield from _choices(view.choices)


def _trouble(view: pages.PrintTrouble, words: Translator) -> Iterable[str]:
    yield "data:" + words.sentence(view.code)[0]
    yield from view.safe
    yield from _choices(view.choices)
    yield "data:" + view.pick_up


def _receipt(view: pages.ReceiptPage, words: Translator) -> Iterable[str]:
    yield view.title
    yield "data:" + view.number
    yield from _pairs(view.lines)
    yield from view.awaited
    yield from _choices(view.choices)


def _route(view: pages.RoutePage, words: Translator) -> Iterable[str]:
    yield view.title
    yield "data:" + view.address
    yield from view.steps
    yield from _choices(view.choices)


def _consent(view: visitor_pages.ConsentPage, words: Translator) -> Iterable[str]:
    yield view.title
    yield view.lead
    for _, head, text in view.lines:
        yield head
        yield text
    yield view.note
    yield view.foot


def _pose(view: visitor_pages.PosePage, words: Translator) -> Iterable[str]:
    yield view.title
    yield "data:" + PHRASES[SAY_POSE[view.pose]].text(words.locale)


def _ticket(view: visitor_pages.TicketPage, words: Translator) -> Iterable[str]:
    yield "data:" + words.text("Number {number}", number=view.number)
    if view.window:
        yield "data:" + words.text("Window {window}, you are called", window=view.window)
    else:
        yield "You are called when it is your turn"


def _withdrawn(view: visitor_pages.WithdrawnPage, words: Translator) -> Iterable[str]:
    yield "Stopped at once" if view.waiting else "Everything is deleted"
    yield "data:" + words.text("Number {number}", number=view.number)


_READERS: Mapping[type, Callable[[Any, Translator], Iterable[str]]] = MappingProxyType(
    {
        pages.ResidentHome: _home,
        pages.NoticePage: lambda view, words: ("data:" + line for line in view.lines),
        pages.ListPage: _list,
        pages.SearchPage: lambda view, words: (view.title, *_rows(view.rows)),
        pages.RecordTable: _table,
        pages.Waiting: lambda view, words: (view.title, view.hint),
        pages.FinishedPage: lambda view, words: (view.title,),
        pages.PrintTrouble: _trouble,
        pages.GuidePage: _guide,
        pages.FieldPage: _field,
        pages.PaperPage: lambda view, words: (view.title, view.label),
        pages.SignPage: lambda view, words: (view.title, *view.lines),
        pages.ReviewPage: lambda view, words: (view.title, *_pairs(view.lines), view.confirm),
        pages.ReceiptPage: _receipt,
        pages.RoutePage: _route,
        pages.MessagePage: _message,
        pages.Slideshow: lambda view, words: (view.title, view.text),
        visitor_pages.ConsentPage: _consent,
        visitor_pages.ConsentTextPage: lambda view, words: (view.title, *view.paragraphs),
        visitor_pages.PosePage: _pose,
        visitor_pages.TicketPage: _ticket,
        visitor_pages.WithdrawnPage: _withdrawn,
    }
)
