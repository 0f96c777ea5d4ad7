"""Whatever is touched and whatever happens: nothing raises, and the end is home, without a person."""

from __future__ import annotations

import gc
import random
import string
from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.documents import PrivateText
from kiosk import commands, events, views
from kiosk import events_resident as told
from kiosk import views_resident as pages
from kiosk.locales.sentences import UNKNOWN, sentence_of
from kiosk.services.diagnosis import Item, Severity
from kiosk.services.phrases import PHRASES
from tests.flows.resident_catalogue import GOOD_ID, answers, presses
from tests.flows.resident_stage import ID_CARD, MASKED_NAME, ResidentStage, chrome

BARS = 6  # of the buttons of every page
GOOD_ANSWERS = {"text": "12", "number": "3", "date": "20250630", "phone": "13800001234", "id_number": GOOD_ID}
TRACES = (MASKED_NAME, "赵小兰", "尾号 1034", "320305")
SLOT = "id_card_reader"
HALL_CARD = events.CardHolder("hall_card", "card_reader")
ALL_ACTIONS = sorted(
    {
        value
        for module in (views, pages)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str)
    }
)
VALUES = (
    "",
    "0",
    "+1",
    "-1",
    "records",
    "2025",
    "yes",
    "好",
    "99999999999999999999",
    "si-007",
    "x" * 5000,
    "１",
)
HAPPENS: tuple[events.Event, ...] = (
    events.CardTapped("card-zhao", 5, holder=ID_CARD),
    events.CardTapped("card-qian", 5, holder=ID_CARD),
    events.CardTapped("hall-zhao", 5, holder=HALL_CARD),
    events.CardTorn("card.incomplete"),
    events.CardTaken("card-zhao", SLOT),
    events.CardTaken("card-qian", SLOT),
    told.PrinterReady(()),
    told.PrinterReady(("slip", "pages"), near_end=True),
    told.HourChanged(""),
    events.ChromeChanged(chrome(online=False)),
    events.ChromeChanged(chrome()),
    events.DeviceChanged(Item("device.code_scanner", Severity.OK)),
    events.ServiceChanged("disk.failed"),
    events.ServiceChanged(""),
    events.NoticesChanged(("printer.paper_near_end",)),
    *(told.PrintStepped(f"N-{number}", 1, 50) for number in range(3)),
    *(told.DocumentPrinted(f"N-{number}", "printed") for number in range(3)),
    *(told.DocumentPrinted(f"N-{number}", "failed", "printer.paper_out", 22, True) for number in range(3)),
    *(told.DocumentPrinted(f"N-{number}", "unknown", "printer.gone") for number in range(3)),
)


class Monkey:
    """Does one thing a number: the number says which of all that could be done or could happen now."""

    def __init__(self, stage: ResidentStage | None = None) -> None:
        self.stage = stage or ResidentStage()
        self.at_s = 0.0

    def do(self, number: int) -> None:
        """One of what could be done, and a look at the page that came of it."""
        said = len(self.stage.asked)
        self._do(number)
        assert_fit_for(self.stage.view)
        for command in self.stage.asked[said:]:
            assert not isinstance(command, commands.Speak) or command.phrase in PHRASES, command

    def _do(self, number: int) -> None:
        stage = self.stage
        sort, number = number % 10, number // 10
        if isinstance(stage.view, pages.FieldPage) and sort < 4 and number % 2:
            self._fill_in(stage.view)
        elif sort < 5:
            buttons = presses(stage.view)
            special = buttons[BARS:] if number % 3 else buttons
            self._press(*_one_of(special or buttons, number // 3))
        elif sort == 5:
            self._press(_one_of(ALL_ACTIONS, number), _one_of(VALUES, number // len(ALL_ACTIONS)))
        elif sort < 8:
            self._answer(number)
        elif sort == 8:
            stage.wait(1 if number % 8 else number // 8 % 100)
        elif self.stage.view == views.OutOfService("disk.failed", "2 号窗口"):
            stage.tell(events.ServiceChanged(""))
        elif number % 8 == 0:
            stage.tell(events.CodeScanned(PrivateText(b"code"), 5))
        else:
            stage.tell(_one_of(HAPPENS, number // 8))

    def _fill_in(self, question: pages.FieldPage) -> None:
        """As somebody who has come to get something done."""
        if question.options:
            self._press(views.CHOOSE, question.options[0].value)
        for key in GOOD_ANSWERS.get(question.sort, ""):
            self._press(pages.TYPED, key)
        self._press(views.NEXT, "")

    def _press(self, action: str, value: str) -> None:
        self.at_s += 0.3
        self.stage.tell(events.Pressed(action, value, self.at_s))

    def _answer(self, number: int) -> None:
        """To the newest wish mostly, to one of the last nine otherwise: late and twice."""
        asked = [command for command in self.stage.asked if answers(command)]
        if asked:
            back = 1 if number % 4 else 1 + number // 4 % min(9, len(asked))
            good = number // 40 % 3
            self.stage.tell(_one_of(answers(asked[-back]), 0 if good else number // 120))


def assert_fit_for(view: views.View) -> None:
    """Every code has words of its own, and large letters leave room for six choices."""
    codes = [getattr(view, name, "") for name in ("code", "trouble", "error")]
    assert all(sentence_of(code) is not UNKNOWN for code in codes if code), codes
    around = getattr(view, "around", None)
    if around is None or around.mode == "normal":
        return
    rows, options, filters = (getattr(view, name, ()) for name in ("rows", "options", "filters"))
    tables = isinstance(view, pages.RecordTable)
    assert tables or len(rows) + len(options) + len(filters) <= 6, view
    assert len(getattr(view, "choices", ())) <= 6, view


def _one_of(things: Any, number: int) -> Any:
    return things[number % len(things)]


def text_in(thing: object, seen: set[int] | None = None) -> Iterator[str]:
    """Every text that can be reached from a thing of ours, whatever holds it."""
    seen = set() if seen is None else seen
    if id(thing) in seen or isinstance(thing, type | int | float | bytes):
        return
    seen.add(id(thing))
    if isinstance(thing, str):
        yield thing
        return
    module = type(thing).__module__
    if module.startswith(("kiosk", "offline_cache", "builtins")):
        for held in gc.get_referents(thing):
            if not (isinstance(held, dict) and "__builtins__" in held):
                yield from text_in(held, seen)


def leave(stage: ResidentStage) -> None:
    """Ends whatever is open, as a person may at any time."""
    stage.tell(events.ServiceChanged(""))
    if isinstance(stage.view, views.HelpComing):
        stage.press(views.DONE)
    stage.press(pages.LEAVE_SESSION)
    stage.press(pages.WAKE)


def assert_nothing_left(stage: ResidentStage) -> None:
    stage.asked.clear()
    left = [text for text in text_in(stage.flow) if any(trace in text for trace in TRACES)]
    assert left == []


def assert_empty_home(stage: ResidentStage) -> None:
    for slot in (SLOT, "card_reader"):
        stage.tell(events.CardTaken("", slot))
    home = stage.showing(pages.ResidentHome)
    assert (home.around.person, home.around.acting_for, home.around.in_session) == (None, "", False)
    assert_nothing_left(stage)


QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(st.lists(st.integers(0, 10**9), max_size=150))
def test_leaving_ends_anything_that_can_be_done(numbers: Iterable[int]) -> None:
    monkey = Monkey()
    for number in numbers:
        monkey.do(number)
    leave(monkey.stage)
    assert_empty_home(monkey.stage)


@QUICK
@given(st.lists(st.integers(0, 10**9), max_size=60))
def test_time_ends_anything_that_can_be_done(numbers: Iterable[int]) -> None:
    monkey = Monkey()
    for number in numbers:
        monkey.do(number)
    monkey.stage.tell(events.ServiceChanged(""))
    monkey.stage.wait(420)
    monkey.stage.press(pages.WAKE)
    assert_empty_home(monkey.stage)


def test_sixteen_thousand_touches_by_one_seeded_hand() -> None:
    hand = random.Random(20261122)
    monkey = Monkey()
    seen: set[type] = set()
    for _ in range(16_000):
        monkey.do(hand.randrange(10**9))
        seen.add(type(monkey.stage.view))
        del monkey.stage.asked[:-40]
    leave(monkey.stage)
    assert_empty_home(monkey.stage)
    assert set(pages.ResidentView.__args__) - seen == set()


def test_a_card_that_was_left_says_nothing_of_whose_it_is() -> None:
    stage = ResidentStage()
    stage.comes_in()
    stage.press(pages.LEAVE_SESSION)
    assert_nothing_left(stage)
    stage.wait(6)
    stage.showing(pages.CardForgotten)
    assert_nothing_left(stage)


def test_the_search_for_her_name_would_find_it() -> None:
    """A search that finds nothing proves nothing, unless it finds what is there."""
    stage = ResidentStage()
    stage.comes_in()
    assert any(MASKED_NAME in text for text in text_in(stage.flow))
    assert string.ascii_lowercase not in list(text_in(stage.flow))
