"""Pulls within a read, on the driver and the canteen's flow, by a clock of their own; and the judge of what they made
of it.

The link, the driver, what makes events of its readings, and the flow are the real ones; only the card and the passing of
time are emulated, so 480 pulls take seconds. Here a meal counts when the flow asks for it to be written.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from drivers.base import CardId
from drivers.cards.mifare import DataBlock
from drivers.cards.pcsc import AUTO, MIFARE, SOCIAL_SECURITY, TRANSPORT, PcscReader, Wanted
from drivers.emulators.smart_card import EmulatedCardLink, Pull
from drivers.emulators.smart_cards import ClassicCard, SmartCard, SocialSecurityCard, TransportCard
from kiosk import commands, events, views
from kiosk.roles.canteen import CanteenFlow
from kiosk.services.devices import CardsHeard
from kiosk.services.supervision import Duty

PRICE = 650
IDLE = views.Idle("lunch", "10:30", "13:30", (("市场价", "Market price", 1200),))
READ_S = 0.5
RETURN_S = 3.0
OVER_S = 17.0
KEY = bytes.fromhex("A0A1A2A3A4A5")

MakeReader = Callable[..., PcscReader]


class Then(StrEnum):
    """What the person does after the pull."""

    SAME = "the same card again"
    OTHER_FIRST = "another card, then the same"
    TWICE = "pulls it once more, then the same"
    LATE = "comes back after it is over"
    NEVER = "goes away"


@dataclass(frozen=True)
class Deck:
    """Two cards of one kind, and what a reader is set to for them. `named_by`: the command whose answer tells the chip."""

    name: str
    wanted: Wanted
    make: Callable[[int], SmartCard]
    named_by: bytes


@dataclass(frozen=True)
class Torn:
    """One pull, and what follows. `cuts`: the reader hands over the bytes that were out."""

    deck: Deck
    pull: Pull
    then: Then
    cuts: bool


DECKS = (
    Deck(
        "social security card by contact",
        Wanted(SOCIAL_SECURITY),
        lambda serial: SocialSecurityCard(card_number=f"A0000001{serial}"),
        b"\x00\xb2\x01",
    ),
    Deck(
        "social security card by radio",
        Wanted(AUTO),
        lambda serial: SocialSecurityCard(
            uid=bytes([4, 1, 2, serial]), card_number=f"B0000001{serial}", way=0
        ),
        b"\xff\xca",
    ),
    Deck(
        "transport card by radio",
        Wanted(TRANSPORT),
        lambda serial: TransportCard(uid=bytes([4, 3, 2, serial]), number=f"310100000000000001{serial}"),
        b"\xff\xca",
    ),
    Deck(
        "MIFARE Classic",
        Wanted(MIFARE, DataBlock(4, KEY)),
        lambda serial: ClassicCard(
            uid=bytes([0x90, 0x1F, 0x2A, serial]),
            blocks={4: b"CANTEEN-0000000%d" % serial},
            keys={1: (KEY, KEY)},
        ),
        b"\xff\xca",
    ),
)


def pulls(count: int, seed: int) -> list[Torn]:
    """Every boundary between two commands of every deck, and then places within answers, up to `count`."""
    draw = random.Random(seed)
    places = [(deck, place, cuts) for deck in DECKS for place, cuts in _places(deck)]
    boundaries = [each for each in places if each[1].after_bytes is None]
    within = [each for each in places if each[1].after_bytes is not None]
    draw.shuffle(within)
    chosen = (boundaries + within)[:count]
    ways = list(Then)
    return [
        Torn(deck, place, ways[number % len(ways)], cuts) for number, (deck, place, cuts) in enumerate(chosen)
    ]


def _places(deck: Deck) -> Iterable[tuple[Pull, bool]]:
    answers = [len(answer) for _, answer in exchange_of(deck)]
    for number, length in enumerate(answers, start=1):
        yield Pull(number), False
        for out in range(length):
            yield Pull(number, out), False
            yield Pull(number, out), True


def exchange_of(deck: Deck) -> list[tuple[bytes, bytes]]:
    """The commands and answers of a whole, undisturbed read."""
    said: list[tuple[bytes, bytes]] = []

    class Listening(EmulatedCardLink):
        def transmit(self, command: bytes, timeout_s: float) -> bytearray:
            answer = super().transmit(command, timeout_s)
            said.append((command, bytes(answer)))
            return answer

    link = Listening()
    reader = PcscReader(link, deck.wanted, monotonic_ns=link.monotonic_ns)
    reader.open()
    link.insert(deck.make(1))
    reader.read(READ_S)
    return said


def chip_is_known(torn: Torn) -> bool:
    """Whether the card had said who it is before it was pulled, by the order of the commands alone."""
    commands_sent = [command for command, _ in exchange_of(torn.deck)]
    named = [
        number
        for number, (command, answer) in enumerate(exchange_of(torn.deck), start=1)
        if command.startswith(torn.deck.named_by) and answer.endswith(b"\x90\x00")
    ]
    return torn.pull.at > named[0] and torn.pull.at <= len(commands_sent)


@dataclass
class Till:
    """A canteen's counter without a kitchen: reader, flow, and the meals that were asked for."""

    reader: PcscReader
    link: EmulatedCardLink
    meals: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.flow = CanteenFlow(self._ask)
        self.view: views.View = self.flow.start()
        self._answers: list[events.Event] = []
        self._heard = CardsHeard(reference, self._now_s)
        self._duty: Duty[Any] = Duty(self.reader, self._told, self._now_s)
        self._ticked_s = 0.0
        self.tell(events.Ticked(1.0))
        self.tell(events.MealTimeChanged(IDLE))
        self.reader.open()
        self._heard.opened()

    def _now_s(self) -> float:
        return self.link.monotonic_ns() / 1e9 + 1.0

    def _told(self, duty: Duty[Any], event: object) -> bool:
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

    def run(self, seconds: float) -> None:
        """The reader listens and the seconds tick, for so long."""
        until_s = self._now_s() + seconds
        while self._now_s() < until_s:
            reading = self.reader.read(min(READ_S, until_s - self._now_s()))
            if self._now_s() - self._ticked_s >= 1.0:
                self._ticked_s = self._now_s()
                self.tell(events.Ticked(self._ticked_s))
            if reading is not None:
                self._heard(self._duty, reading)

    def hold(self, card: SmartCard, seconds: float = 1.0) -> None:
        """A card is laid on the reader, and lifted, where it was not torn away before."""
        self.link.insert(card)
        self.run(seconds)
        self.link.remove()
        self.run(READ_S)


def reference(card: CardId) -> str:
    """How a card is named behind the reader."""
    return f"{card.family}:{card.reveal().hex()}"


def judge(torn: Torn, make_reader: MakeReader = PcscReader) -> list[str]:
    """Everything that went wrong with one pull; empty when nothing did."""
    mine, other = _references(torn.deck)
    link = EmulatedCardLink(cuts_answers=torn.cuts)
    counter = Till(make_reader(link, torn.deck.wanted, monotonic_ns=link.monotonic_ns), link)
    wrong = _after_the_pull(counter, torn, torn.pull)
    expected: Counter[str] = Counter()
    match torn.then:
        case Then.SAME:
            counter.hold(torn.deck.make(1))
            expected[mine] = 1
        case Then.TWICE:
            counter.run(RETURN_S)
            wrong += _after_the_pull(counter, torn, torn.pull)
            counter.hold(torn.deck.make(1))
            expected[mine] = 1
        case Then.OTHER_FIRST:
            wrong += _another_card(counter, torn)
            # Where nobody can know which card it was, the next one is a tap like any other.
            expected = Counter({mine: 1} if chip_is_known(torn) else {mine: 1, other: 1})
            counter.hold(torn.deck.make(1))
        case Then.LATE:
            counter.run(OVER_S)
            wrong += _is_over(counter)
            counter.hold(torn.deck.make(2))
            expected[other] = 1
        case Then.NEVER:
            counter.run(OVER_S)
            wrong += _is_over(counter)
    if counter.meals != expected:
        wrong.append(f"meals {dict(counter.meals)}, expected {dict(expected)}")
    return [f"{torn.deck.name}, {torn.pull}, {torn.then}: {each}" for each in wrong]


def _after_the_pull(counter: Till, torn: Torn, pull: Pull) -> list[str]:
    before = counter.meals.copy()
    counter.link.pull(pull)
    counter.hold(torn.deck.make(1))
    wrong = []
    if counter.meals != before:
        wrong.append("an incomplete read became a meal")
    if counter.view != views.SameCardAsked(15) and counter.view != views.SameCardAsked(14):
        wrong.append(f"the page is {counter.view}")
    return wrong


def _another_card(counter: Till, torn: Torn) -> list[str]:
    counter.hold(torn.deck.make(2))
    if not chip_is_known(torn):
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


def _references(deck: Deck) -> tuple[str, str]:
    """How the deck's two cards are named when they are read whole."""
    named = []
    for serial in (1, 2):
        link = EmulatedCardLink()
        counter = Till(PcscReader(link, deck.wanted, monotonic_ns=link.monotonic_ns), link)
        counter.hold(deck.make(serial))
        (found,) = counter.meals
        named.append(found)
    return named[0], named[1]
