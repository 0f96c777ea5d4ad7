"""J4: cards that are pulled while they are read. 480 pulls on the drivers by clocks of their own (`torn_drivers`), 20 on
a real pcscd."""

from __future__ import annotations

import hashlib
import hmac
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drivers.cards.social_security import FAMILY
from drivers.emulators.smart_card import EmulatedSlot, Pull
from drivers.emulators.smart_cards import SocialSecurityCard
from hall.database import Database
from hall.services import feed, identities
from hall.services.feed import Record
from offline_cache.wire import Card, ReferenceKind
from tests.journeys.playing import check_books, check_chain, check_purses, take_slips
from tests.journeys.report import Journey
from tests.journeys.torn_drivers import check_drivers
from tests.stage import smart_card_service
from tests.stage.hall import SeededTown
from tests.stage.people import LIST_PRICE, Person
from tests.stage.stage import Stage
from tests.stage.terminal import Page, TerminalProcess
from tests.stage.waiting import pause

NAME, TITLE = "J4", "J4 · cards pulled while they are read"
NEEDS_WORLD = True  # pcscd has its fixed place: it is started in namespaces of this run's own
TERMINAL = "CT-03"
ROUNDS = 20
COMMANDS = 6  # UID, SELECT, EF05, identifier (asked in both ways), card number
SEEN_S = 10.0
OVER_S = 20.0
LIFTED_S = 1.0  # the service looks for a card every 0.4 s
READER = {"kind": "pcsc", "reader": smart_card_service.READER, "reads": "social_security", "holder": False}


def play(town: SeededTown, journey: Journey) -> None:
    check_drivers(journey)
    directory = journey.directory / "stage"
    holders = _cards_for(town, journey.directory)
    with (
        smart_card_service.running(journey.directory / "pcscd"),
        Stage(directory, holders.town, faces=(TERMINAL,), at="11:26", card_reader=READER) as stage,
    ):
        slot = EmulatedSlot()
        try:
            _at_the_counter(Counter(stage, stage[TERMINAL], slot, journey), holders)
        finally:
            slot.close()


# --- at the counter -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holders:
    """A town in which some people also have a smart card."""

    town: SeededTown
    number_of: dict[str, str]  # person_id -> card number

    def card(self, person: Person) -> SocialSecurityCard:
        """The person's card, put down anew."""
        number = self.number_of[person.person_id]
        return SocialSecurityCard(uid=b"\x04" + number[-6:].encode(), card_number=number)


def _cards_for(town: SeededTown, directory: Path) -> Holders:
    """A copy of the town whose ordinary people have a social security card, as the hall would register it."""
    directory.mkdir(parents=True, exist_ok=True)
    database = directory / "town.sqlite3"
    shutil.copyfile(town.database, database)
    hall = Database(f"sqlite:///{database}")
    with hall.writing() as session:
        key = bytes.fromhex(identities.identity(session).card_key)
        people = [
            record["person_id"]
            for record in feed.all_of(session, ReferenceKind.CARD).values()
            if record["holder"] == "resident" and record["state"] == "active"
        ]
        numbers = {person_id: f"A{serial:08d}" for serial, person_id in enumerate(people, start=1)}
        feed.publish(session, (_record(key, person_id, number) for person_id, number in numbers.items()))
    hall.engine.dispose()
    return Holders(replace(town, database=database), numbers)


def _record(key: bytes, person_id: str, number: str) -> Record:
    reference = hmac.new(key, f"{FAMILY}:{number.encode().hex()}".encode(), hashlib.sha256).hexdigest()
    held = Card(card_ref=reference, person_id=person_id, tail=number[-4:], holder="resident", state="active")
    return Record(ReferenceKind.CARD, reference, held)


@dataclass
class Counter:
    """The terminal, the slot of its reader, and what has been eaten there."""

    stage: Stage
    terminal: TerminalProcess
    slot: EmulatedSlot
    journey: Journey
    meals: int = 0
    own_total: int = 0

    @property
    def last_seq(self) -> int:
        """The newest row of the terminal's log."""
        status = self.terminal.wait_status("its log", lambda status: "last_seq" in status)
        return int(status["last_seq"])

    def tear(self, card: SocialSecurityCard, pull: Pull) -> Page:
        """Lays a card down, and pulls it. The page that asks for it again."""
        after = self.terminal.seen_bytes()
        self.slot.pull(pull)
        self.slot.insert(card)
        page = self.terminal.wait_page(
            "the same card is asked for", after, lambda page: page["view"] == "SameCardAsked", SEEN_S
        )
        pause(LIFTED_S)
        return page

    def lay(self, card: SocialSecurityCard, wanted: Callable[[Page], bool]) -> Page:
        """Lays a card down until the page that is waited for stands there, and lifts it."""
        after = self.terminal.seen_bytes()
        self.slot.insert(card)
        try:
            return self.terminal.wait_page("what comes of the card", after, wanted, SEEN_S)
        finally:
            self.slot.remove()
            pause(LIFTED_S)

    def serve(self, person: Person, card: SocialSecurityCard, what: str) -> None:
        """The whole card: one meal, at the price reckoned by hand."""
        slips = self.terminal.devices.printer.page_count
        page = self.lay(card, lambda page: page["view"] in ("Served", "Attention"))
        served = page["view"] == "Served"
        own_part = person.own_part(self.stage.day)
        self.journey.check(
            f"{what}: the same card finishes, at its price",
            own_part,
            page["bill"]["own_part"] if served else page,
        )
        if served:
            self.meals += 1
            self.own_total += own_part
            paper = take_slips(self.terminal, slips, 1)
            self.journey.show(
                f"{what}: the same card finishes", self.terminal.picture(), paper, [page["txn_id"]]
            )

    def nothing_was_written(self, before: int, what: str) -> None:
        """No row since `before`."""
        self.journey.check(f"{what}: nothing was written", before, self.last_seq)


def _at_the_counter(counter: Counter, holders: Holders) -> None:
    town, day = counter.stage.town, counter.stage.day
    people = [
        person for person in town.plain_diners(day, LIST_PRICE) if person.person_id in holders.number_of
    ]
    ways = (_same, _other_first, _same, _twice, _called_off, _same, _other_first, _same, _late, _same)
    for number in range(ROUNDS):
        person, other = people[2 * number], people[2 * number + 1]
        pull = _place(number)
        ways[number % len(ways)](counter, holders, person, other, pull, f"pull {number + 1} ({_told(pull)})")
    _books(counter)


def _place(number: int) -> Pull:
    """Each command but the first, whose answer names the card: before it is heard, and within its answer."""
    within: tuple[int | None, ...] = (None, 0, 2, 3, 4)  # half a length would kill vpcd, and pcscd with it
    return Pull(2 + number % (COMMANDS - 1), within[number // 2 % len(within)])


def _told(pull: Pull) -> str:
    place = (
        "before it is heard" if pull.after_bytes is None else f"after {pull.after_bytes} bytes of the answer"
    )
    return f"command {pull.at}, {place}"


def _torn(counter: Counter, card: SocialSecurityCard, pull: Pull, what: str) -> int:
    before = counter.last_seq
    page = counter.tear(card, pull)
    counter.journey.check_that(
        f"{what}: page 06 counts from 15", 14 <= page["seconds_left"] <= 15, "14 or 15", page["seconds_left"]
    )
    counter.journey.show(f"{what}: the same card, please", counter.terminal.picture())
    counter.nothing_was_written(before, what)
    return before


def _same(counter: Counter, holders: Holders, person: Person, other: Person, pull: Pull, what: str) -> None:
    _torn(counter, holders.card(person), pull, what)
    counter.serve(person, holders.card(person), what)


def _twice(counter: Counter, holders: Holders, person: Person, other: Person, pull: Pull, what: str) -> None:
    _torn(counter, holders.card(person), pull, what)
    before = counter.last_seq
    counter.slot.pull(pull)
    counter.slot.insert(holders.card(person))
    counter.slot.wait_removed(SEEN_S)
    pause(LIFTED_S)
    counter.nothing_was_written(before, f"{what}, once more")
    counter.serve(person, holders.card(person), what)


def _other_first(
    counter: Counter, holders: Holders, person: Person, other: Person, pull: Pull, what: str
) -> None:
    before = _torn(counter, holders.card(person), pull, what)
    page = counter.lay(
        holders.card(other), lambda page: bool(page.get("other_card")) or page["view"] == "Served"
    )
    counter.journey.check(f"{what}: another card is told to wait", "SameCardAsked", page["view"])
    counter.journey.show(f"{what}: another card", counter.terminal.picture())
    counter.nothing_was_written(before, f"{what}, another card")
    counter.serve(person, holders.card(person), what)


def _called_off(
    counter: Counter, holders: Holders, person: Person, other: Person, pull: Pull, what: str
) -> None:
    before = _torn(counter, holders.card(person), pull, what)
    after = counter.terminal.press("cancel")
    counter.terminal.wait_page("it is called off", after, lambda page: page["view"] == "Idle")
    counter.nothing_was_written(before, f"{what}, called off")
    counter.serve(other, holders.card(other), f"{what}, called off, the next person")


def _late(counter: Counter, holders: Holders, person: Person, other: Person, pull: Pull, what: str) -> None:
    after = counter.terminal.seen_bytes()
    before = _torn(counter, holders.card(person), pull, what)
    page = counter.terminal.wait_page(
        "it is over", after, lambda page: page["view"] == "Idle" and _asked_since(counter, after), OVER_S
    )
    counter.journey.check(f"{what}: after 15 s it is over", "Idle", page["view"])
    counter.nothing_was_written(before, f"{what}, over")
    counter.serve(other, holders.card(other), f"{what}, over, another card is a new tap")


def _asked_since(counter: Counter, after: int) -> bool:
    """Whether the last page but those of the bars is idle again after the question."""
    shown: list[dict[str, Any]] = counter.terminal.pages(after)
    asked = [number for number, page in enumerate(shown) if page["view"] == "SameCardAsked"]
    return bool(asked) and shown[-1]["view"] == "Idle"


def _books(counter: Counter) -> None:
    """What the hall holds is the finished meals and nothing else."""
    journey, stage, terminal = counter.journey, counter.stage, counter.terminal
    stage.wait_rows(terminal, counter.meals + 1, OVER_S)  # a log opens with a row of its own
    entries = check_books(stage, terminal, journey)
    check_chain(terminal, journey)
    kinds = [entry["row"]["kind"] for entry in entries]
    journey.check("rows at the hall are the finished meals", counter.meals, kinds.count("meal"))
    journey.check("and no other row", ["log_opened"], [kind for kind in kinds if kind != "meal"])
    summary = stage.hall.get("/v1/ledger/summary", terminal=TERMINAL)
    journey.check("what was paid is what the finished meals cost", counter.own_total, summary["own_total"])
    check_purses(stage, journey)
