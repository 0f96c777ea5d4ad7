"""What follows a pull within a read, on a driver and the canteen's flow, by a clock of their own; and the judge of what
they made of it.

The driver, what makes events of its readings, and the flow are the real ones; only the card, its reader and the passing
of time are emulated, so 480 pulls take seconds. Here a meal counts when the flow asks for it to be written.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from drivers.base import CardId, CardReader
from kiosk import commands, events, views
from kiosk.roles.canteen import CanteenFlow
from kiosk.services.devices import CardsHeard
from kiosk.services.supervision import Duty

PRICE = 650
IDLE = views.Idle("lunch", "10:30", "13:30", (("市场价", "Market price", 1200),))
ASKED = (views.SameCardAsked(15), views.SameCardAsked(14))
READ_S = 0.5
HOLD_S = 1.0
TORN_S = 6.0  # a reader that falls silent within a read is waited for, and its field switched off and on
RETURN_S = 5.0  # so long that the page must count from 15 anew
OVER_S = 17.0
MINE, OTHER = 1, 2
MEAL_OF_A_PART = "an incomplete read became a meal"


class Apparatus(Protocol):
    """A reader and its two cards, MINE and OTHER, in a time of their own."""

    @property
    def reader(self) -> CardReader:
        """The driver."""
        ...

    def monotonic_ns(self) -> int:
        """The driver's clock."""
        ...

    def lay(self, card: int) -> None:
        """Lays a card down, where none lies."""
        ...

    def lift(self) -> None:
        """Takes away what lies there, if anything does."""
        ...

    def tear_next(self) -> None:
        """The next card that is laid down will be torn away at the place that this apparatus was made for."""
        ...


class Then(StrEnum):
    """What the person does after the pull."""

    SAME = "the same card again"
    OTHER_FIRST = "another card, then the same"
    TWICE = "pulls it once more, then the same"
    LATE = "comes back after it is over"
    NEVER = "goes away"


@dataclass(frozen=True)
class Place:
    """Where in a read a card is torn away, in words. `chip_is_known`: the card had told the reader its chip by then, so
    that another one can be refused; reckoned from the protocol, not asked of the driver. `between`: between two commands,
    not within an answer. `make` is the right driver there, `make_wrong` one that accepts partial reads."""

    told: str
    between: bool
    chip_is_known: bool
    references: tuple[str, str]
    make: Callable[[], Apparatus]
    make_wrong: Callable[[], Apparatus]


@dataclass(frozen=True)
class Torn:
    """One pull, and what follows."""

    place: Place
    then: Then


def spread(places: Iterable[Place], count: int, seed: int) -> list[Torn]:
    """So many pulls, no two of them alike: every place between two commands first, then places within answers."""
    chosen = list(places)
    random.Random(seed).shuffle(chosen)
    chosen.sort(key=lambda place: not place.between)
    ways = list(Then)
    if count > len(chosen) * len(ways):
        raise ValueError(f"{len(chosen)} places make no {count} different pulls")
    return [
        Torn(chosen[number % len(chosen)], ways[(number + number // len(chosen)) % len(ways)])
        for number in range(count)
    ]


@dataclass
class Till:
    """A canteen's counter without a kitchen: reader, flow, and the meals that were asked for."""

    apparatus: Apparatus
    meals: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.flow = CanteenFlow(self._ask)
        self.view: views.View = self.flow.start()
        self._reader = self.apparatus.reader
        self._answers: list[events.Event] = []
        self._heard = CardsHeard(reference, self._now_s)
        self._duty: Duty[Any] = Duty(self._reader, self._told, self._now_s)
        self._ticked_s = 0.0
        self._torn = 0
        self.tell(events.Ticked(1.0))
        self.tell(events.MealTimeChanged(IDLE))
        self._reader.open()
        self._heard.opened()

    def _now_s(self) -> float:
        return self.apparatus.monotonic_ns() / 1e9 + 1.0

    def _told(self, duty: Duty[Any], event: object) -> bool:
        self._torn += isinstance(event, events.CardTorn)
        self.tell(event)  # type: ignore[arg-type]
        return True

    def _ask(self, command: commands.Command) -> None:
        if isinstance(command, commands.AuthoriseMeal):
            self.meals[command.card_ref] += 1
            bill = views.Bill("孙＊", "lunch", 1200, 1200 - PRICE, PRICE, None, False)
            self._answers.append(events.MealServed(f"t{self.meals.total()}", 1, command.card_ref, bill))

    def tell(self, event: events.Event) -> None:
        """One event, and what it leads to."""
        view = self.flow.on(event)
        if view is not None:
            self.view = view
        while self._answers:
            self.tell(self._answers.pop(0))

    def run(self, seconds: float, enough: Callable[[], bool] = lambda: False) -> None:
        """The reader listens and the seconds tick, for so long or until it is enough."""
        until_ns = self.apparatus.monotonic_ns() + round(seconds * 1e9)
        while (left_ns := until_ns - self.apparatus.monotonic_ns()) > 0 and not enough():
            reading = self._reader.read(min(READ_S, left_ns / 1e9))
            if self._now_s() - self._ticked_s >= 1.0:
                self._ticked_s = self._now_s()
                self.tell(events.Ticked(self._ticked_s))
            if reading is not None:
                self._heard(self._duty, reading)

    def hold(self, card: int) -> None:
        """A card is laid on the reader, and lifted."""
        self.apparatus.lay(card)
        self.run(HOLD_S)
        self._lift()

    def tear(self) -> None:
        """My card is laid down and torn away within its read."""
        self.apparatus.tear_next()
        self.apparatus.lay(MINE)
        before = self._torn
        self.run(TORN_S, lambda: self._torn > before)
        self._lift()

    def _lift(self) -> None:
        self.apparatus.lift()
        self.run(READ_S)


def reference(card: CardId) -> str:
    """How a card is named behind the reader."""
    return f"{card.family}:{card.reveal().hex()}"


def references_of(make: Callable[[], Apparatus]) -> tuple[str, str]:
    """How MINE and OTHER are named when they are read whole."""
    named = []
    for card in (MINE, OTHER):
        counter = Till(make())
        counter.hold(card)
        (found,) = counter.meals
        named.append(found)
    return named[0], named[1]


def judge(torn: Torn) -> list[str]:
    """Everything that went wrong with one pull; empty when nothing did."""
    return _judged(torn, Till(torn.place.make()))


def finds_out(torn: Torn) -> bool:
    """The control: whether the judge sees that the wrong driver made a meal of a part of a card."""
    return any(MEAL_OF_A_PART in each for each in _judged(torn, Till(torn.place.make_wrong())))


def _judged(torn: Torn, counter: Till) -> list[str]:
    mine, other = torn.place.references
    wrong = _after_the_pull(counter)
    expected: Counter[str] = Counter()
    match torn.then:
        case Then.SAME:
            counter.hold(MINE)
            expected[mine] = 1
        case Then.TWICE:
            counter.run(RETURN_S)
            wrong += _after_the_pull(counter)
            counter.hold(MINE)
            expected[mine] = 1
        case Then.OTHER_FIRST:
            wrong += _another_card(counter, torn.place.chip_is_known)
            # Where nobody can know which card it was, the next one is a tap like any other.
            expected = Counter({mine: 1} if torn.place.chip_is_known else {mine: 1, other: 1})
            counter.hold(MINE)
        case Then.LATE:
            counter.run(OVER_S)
            wrong += _is_over(counter)
            counter.hold(OTHER)
            expected[other] = 1
        case Then.NEVER:
            counter.run(OVER_S)
            wrong += _is_over(counter)
    if counter.meals != expected:
        wrong.append(f"meals {dict(counter.meals)}, expected {dict(expected)}")
    return [f"{torn.place.told}, {torn.then}: {each}" for each in wrong]


def _after_the_pull(counter: Till) -> list[str]:
    before = counter.meals.copy()
    counter.tear()
    wrong = []
    if counter.meals != before:
        wrong.append(MEAL_OF_A_PART)
    if counter.view not in ASKED:
        wrong.append(f"the page is {counter.view}")
    return wrong


def _another_card(counter: Till, is_told_apart: bool) -> list[str]:
    counter.hold(OTHER)
    if not is_told_apart:
        return []
    wrong = []
    if counter.meals:
        wrong.append("another card was taken")
    if not (isinstance(counter.view, views.SameCardAsked) and counter.view.other_card):
        wrong.append(f"another card was told: {counter.view}")
    return wrong


def _is_over(counter: Till) -> list[str]:
    wrong = []
    if counter.view != IDLE:
        wrong.append(f"after it is over the page is {counter.view}")
    if counter.meals:
        wrong.append("a meal was written after all")
    return wrong
