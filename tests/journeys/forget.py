"""`forget`: people identify with ID cards and social security cards; five seconds later their numbers are nowhere.

A whole terminal with its face is searched, memory and disk, in each form that a number takes. The devices, which hold the
numbers, are emulated in this process and not in the searched one.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drivers.base import DeviceStatus, PageJob
from drivers.cards.sam_frames import Command
from drivers.cards.social_security import FAMILY
from drivers.emulators.people import InventedCard, invented_card
from drivers.emulators.sam import EmulatedSam
from drivers.emulators.smart_card import EmulatedSlot, Pull
from drivers.emulators.smart_cards import SocialSecurityCard, invented_person
from drivers.registry import make
from hall.database import Database
from hall.services import cards, feed, identities
from hall.services.feed import Record
from kiosk import views
from kiosk import views_diagnostics as technical
from offline_cache.wire import Card, ReferenceKind
from tests.drivers.printers.page_samples import pdf
from tests.journeys.diagnostics import HOLD_S, TECHNICIAN
from tests.journeys.playing import take_slips
from tests.journeys.report import Journey
from tests.memory.keeper import KEPT_S
from tests.stage import disk_search, memory, smart_card_service
from tests.stage.hall import SeededTown
from tests.stage.memory import PERTURBED, Hit, Needle
from tests.stage.page_service import QUEUE, PageService, page_service
from tests.stage.people import LIST_PRICE, Person
from tests.stage.processes import PYTHON, run
from tests.stage.stage import Stage
from tests.stage.terminal import Page, TerminalProcess
from tests.stage.traces import traces
from tests.stage.waiting import Overdue, pause, wait_for

NAME, TITLE = "forget", "forget · no ID number stays"
NEEDS_WORLD = True  # pcscd and CUPS have their fixed places: they are started in namespaces of this run's own
TERMINAL = "CT-03"
CONTROL = "tests.memory.keeper"
DINERS = 3
FORGOTTEN_S = 5.0
SEEN_S = 20.0
LIFTED_S = 2.0  # until a reader believes that a card has left
PART_OF_A_READ = 700  # bytes of a reply of 1,295: the number has come, the photograph has not
SERIAL, STRANGER, PULLED, TESTED, LAST = (
    1,
    100_001,
    100_002,
    100_003,
    100_004,
)  # invented people; residents from the first on
READER = {"kind": "pcsc", "reader": smart_card_service.READER, "reads": "social_security", "holder": True}


def play(town: SeededTown, journey: Journey) -> None:
    holders = _cards_for(town, journey.directory)
    with smart_card_service.running(journey.directory / "pcscd"), page_service() as pages:
        with _terminal(holders, journey.directory / "control", pages, CONTROL) as place:
            _control(place, journey)
        _leave_a_page_behind(pages, journey)
        with _terminal(holders, journey.directory / "stage", pages) as place:
            _page_is_gone(pages, journey)
            _sessions(place, holders, journey)


# --- the town -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holders:
    """A town in which some people are also known by an ID card, and one by a social security card."""

    town: SeededTown
    id_cards: dict[str, InventedCard]  # by person_id
    social: dict[str, SocialSecurityCard]


def _cards_for(town: SeededTown, directory: Path) -> Holders:
    """A copy of the town, with these cards registered as the hall registers them."""
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
        id_cards = {person: invented_card(SERIAL + at) for at, person in enumerate(people)}
        social = {person: _social(at) for at, person in enumerate(people)}
        for person_id, card in id_cards.items():
            cards.register_id_card(session, person_id, card.number)
        feed.publish(session, (_record(key, person_id, card) for person_id, card in social.items()))
    hall.close()
    return Holders(replace(town, database=database), id_cards, social)


def _social(serial: int) -> SocialSecurityCard:
    number = f"B{serial:08d}"
    holder = invented_person(serial % 900)
    return SocialSecurityCard(uid=b"\x04" + number[-6:].encode(), card_number=number, holder=holder)


def _record(key: bytes, person_id: str, card: SocialSecurityCard) -> Record:
    known_by = f"{FAMILY}:{card.card_number.encode().hex()}".encode()
    reference = hmac.new(key, known_by, hashlib.sha256).hexdigest()
    held = Card(card_ref=reference, person_id=person_id, tail=card.card_number[-4:], state="active")
    return Record(ReferenceKind.CARD, reference, held)


# --- the terminal ---------------------------------------------------------------------------------------------------


@dataclass
class Place:
    """A terminal with its two readers."""

    stage: Stage
    terminal: TerminalProcess
    sam: EmulatedSam
    slot: EmulatedSlot

    def diners(self, holders: dict[str, InventedCard]) -> list[Person]:
        plain = self.stage.town.plain_diners(self.stage.day, LIST_PRICE)
        return [person for person in plain if person.person_id in holders]

    def eats(
        self, journey: Journey, person: Person, card: InventedCard | SocialSecurityCard, what: str
    ) -> None:
        """Lays a card down until its meal is served, takes it away and the slip out."""
        slips = self.terminal.devices.printer.page_count
        page = self.shows(card, "Served")
        journey.check(
            f"{what}: the price, by hand", person.own_part(self.stage.day), page["bill"]["own_part"]
        )
        journey.show(what, self.terminal.picture(), take_slips(self.terminal, slips, 1), [page["txn_id"]])

    def shows(self, card: InventedCard | SocialSecurityCard, *wanted: str) -> Page:
        """Lays a card down until one of the wanted pages stands there, and takes it away."""
        after = self.terminal.seen_bytes()
        self.put(card)
        try:
            return self.terminal.wait_page(
                f"one of {wanted}", after, lambda page: page["view"] in wanted, SEEN_S
            )
        finally:
            self.sam.lift()
            self.slot.remove()
            pause(LIFTED_S)

    def put(self, card: InventedCard | SocialSecurityCard) -> None:
        if isinstance(card, InventedCard):
            self.sam.rest(card)
        else:
            self.slot.insert(card)

    def remembers(self, needles: list[Needle]) -> list[str]:
        """What its memory holds at this instant: "needle n, encoding, region" each. It stands still meanwhile."""
        os.kill(self.terminal.pid, signal.SIGSTOP)
        try:
            return _told(memory.search(self.terminal.pid, needles))
        finally:
            os.kill(self.terminal.pid, signal.SIGCONT)


@contextmanager
def _terminal(
    holders: Holders, directory: Path, pages: PageService, program: str = "tests.stage.watched"
) -> Iterator[Place]:
    directory.mkdir(parents=True, exist_ok=True)
    sam, slot = EmulatedSam(directory / "id"), EmulatedSlot()
    printer = {"kind": "cups", "host": "127.0.0.1", "port": pages.port, "queue": QUEUE}
    more = {"id_card_reader": {"kind": "sam_serial", "port": sam.path}, "page_printer": printer}
    try:
        with Stage(
            directory / "world",
            holders.town,
            faces=(TERMINAL,),
            at="11:26",
            program=program,
            card_reader=READER,
            more_devices=more,
            environment=PERTURBED,
        ) as stage:
            yield Place(stage, stage[TERMINAL], sam, slot)
    finally:
        slot.close()
        sam.close()


def _needles(card: InventedCard | SocialSecurityCard) -> list[Needle]:
    """What nobody may find: the number, and of an ID card a stretch of its photograph and the head of its text too."""
    if isinstance(card, SocialSecurityCard):
        return [card.holder.number]
    return [card.number, card.photo[500:516], card.text[:64]]


# --- the control ----------------------------------------------------------------------------------------------------


def _control(place: Place, journey: Journey) -> None:
    """A terminal that holds documents for a while is found to, and only for that while."""
    after = place.terminal.seen_bytes()
    place.put(invented_card(STRANGER))
    place.terminal.wait_page("a verdict", after, lambda page: page["view"] == "Attention", SEEN_S)
    during = memory.search(place.terminal.pid, [invented_card(STRANGER).number])
    journey.check(
        "control: during a session that holds the document, its number is in memory, once",
        ["UTF-8"],
        [hit.encoding for hit in during],
    )
    place.sam.lift()
    pause(KEPT_S + FORGOTTEN_S)
    journey.check(
        "control: five seconds after the document was wiped, nothing of it is",
        [],
        place.remembers(_needles(invented_card(STRANGER))),
    )


# --- the spool ------------------------------------------------------------------------------------------------------


def _leave_a_page_behind(pages: PageService, journey: Journey) -> None:
    """Somebody's page waits for paper when the power goes: it lies in the spool until the terminal starts again."""
    number = invented_card(SERIAL).number
    pages.paper_out()
    waiting = threading.Event()

    def told(status: DeviceStatus) -> None:
        if status.code == "printer.paper_out":
            waiting.set()

    options = {"host": "127.0.0.1", "port": pages.port, "queue": QUEUE}
    printer = make("cups", options)
    threading.Thread(
        target=printer.print,  # type: ignore[attr-defined]
        args=(PageJob("left", pdf(2, number)), told),
        daemon=True,
    ).start()
    journey.check("a page waits for paper", True, waiting.wait(SEEN_S))
    found = traces([pages.spools[0]], number)
    journey.check_that("control: its number is in the spool", bool(found), "found", len(found))


def _page_is_gone(pages: PageService, journey: Journey) -> None:
    number = invented_card(SERIAL).number
    with contextlib.suppress(Overdue):  # the check says what is still there
        wait_for("the spool is purged", lambda: not traces([pages.spools[0]], number), SEEN_S)
    journey.check("once a terminal has started, the spool holds", [], traces([pages.spools[0]], number))
    pages.refill()


# --- the sessions ---------------------------------------------------------------------------------------------------


def _sessions(place: Place, holders: Holders, journey: Journey) -> None:
    terminal, everybody = place.terminal, place.diners(holders.id_cards)
    by_id, by_social = everybody[:DINERS], everybody[DINERS : 2 * DINERS]
    shown: list[InventedCard | SocialSecurityCard] = []
    for number, person in enumerate(by_id, start=1):
        shown.append(holders.id_cards[person.person_id])
        place.eats(journey, person, shown[-1], f"ID card {number}")
    for number, person in enumerate(by_social, start=1):
        shown.append(holders.social[person.person_id])
        place.eats(journey, person, shown[-1], f"social security card {number}")
    shown += _cut_short(place, holders, everybody[2 * DINERS], journey)
    shown += _at_the_technicians(place, journey)
    for slot in ("id_card_reader", "card_reader"):
        _export(terminal, slot)
    pause(FORGOTTEN_S)
    needles = [needle for card in shown for needle in _needles(card)]
    journey.check("cards shown", 2 * DINERS + 4, len(shown))
    journey.check("five seconds after the last session, memory holds", [], place.remembers(needles))
    journey.check_that(
        "control: the search sees this process",
        bool(memory.search(terminal.pid, [TERMINAL])),
        "the terminal's name is found",
        TERMINAL,
    )
    after = terminal.seen_bytes()
    place.put(invented_card(LAST))  # and still there when the terminal ends
    terminal.wait_page("the last card", after, lambda page: page["view"] == "Attention", SEEN_S)
    terminal.stop()
    _on_disk(place, [*needles, *_needles(invented_card(LAST))], journey)


def _cut_short(
    place: Place, holders: Holders, person: Person, journey: Journey
) -> list[InventedCard | SocialSecurityCard]:
    """A card nobody knows, and two that are pulled when their numbers have come and the rest has not."""
    page = place.shows(invented_card(STRANGER), "Attention")
    journey.show("An ID card that the hall does not know", place.terminal.picture(), note=page["reason"])
    place.sam.pull_during(Command.READ, PART_OF_A_READ)
    page = place.shows(invented_card(PULLED), "Attention", "SameCardAsked")
    journey.check("pulled within its read: the same card is asked for", "SameCardAsked", page["view"])
    place.terminal.press(views.CANCEL)
    wait_for("nobody waits any more", lambda: _stands(place, "Idle"), SEEN_S)
    torn = holders.social[person.person_id]
    place.slot.pull(Pull(12))
    page = place.shows(torn, "SameCardAsked", "Served")
    journey.check(
        "pulled within the holder's file: the same card is asked for", "SameCardAsked", page["view"]
    )
    place.terminal.press(views.CANCEL)
    wait_for("nobody waits any more", lambda: _stands(place, "Idle"), SEEN_S)
    return [invented_card(STRANGER), invented_card(PULLED), torn]


def _at_the_technicians(place: Place, journey: Journey) -> list[InventedCard | SocialSecurityCard]:
    """An ID card as a test of its reader."""
    terminal = place.terminal
    card = next(card for card in place.stage.town.staff if card.staff_id == TECHNICIAN)
    after = terminal.hold_corner(HOLD_S)
    terminal.wait_page("the keypad", after, lambda page: page["view"] == "StaffKeypad")
    for digit in card.pin:
        terminal.press(views.DIGIT, digit)
    after = terminal.press(views.NEXT)
    # Before the first look at the devices is done, the page has no row of theirs.
    terminal.wait_page("the devices", after, _has_row_of("id_card_reader"), SEEN_S)
    after = terminal.press(technical.TEST, "id_card_reader")
    terminal.wait_page("the test", after, lambda page: page["view"] == "DeviceTestPage", SEEN_S)
    place.put(invented_card(TESTED))
    page = terminal.wait_page("a good read", after, lambda page: bool(page.get("marks")), SEEN_S)
    journey.check("the technician's test: a good read", [True], list(page["marks"]))
    journey.show("An ID card as a test of its reader", terminal.picture())
    place.sam.lift()
    terminal.press(views.BACK)
    after = terminal.press(technical.LEAVE)
    terminal.wait_page("the canteen again", after, lambda page: page["view"] == "Idle", SEEN_S)
    return [invented_card(TESTED)]


def _has_row_of(slot: str) -> Callable[[dict[str, Any]], bool]:
    def has(page: dict[str, Any]) -> bool:
        return any(row["slot"] == slot for row in page.get("rows", []))

    return has


def _export(terminal: TerminalProcess, slot: str) -> None:
    """What a technician sends away: it is looked through with the other files."""
    directory = terminal.directory
    where = ["--config", str(directory / "terminal.toml"), slot, str(directory / f"{slot}.case")]
    run([PYTHON, "-m", "kiosk", "devices", "export", *where], directory / "commands.log")


def _stands(place: Place, view: str) -> bool:
    status = place.terminal.status()
    return status is not None and status["view"] == view


# --- what is left ---------------------------------------------------------------------------------------------------


def _on_disk(place: Place, needles: list[Needle], journey: Journey) -> None:
    """Log, reference, journal, reports, case files, output, what the hall got, and what went to the slip printer."""
    directory = place.stage.directory
    journey.check("files that hold any of it", [], _told(disk_search.search([directory], needles)))
    seen = disk_search.search([directory], [TERMINAL])
    journey.check_that("control: the search sees the files", bool(seen), "the terminal's name", len(seen))
    received = bytes(place.terminal.devices.printer.received)
    on_paper = [
        f"{number} {name}"
        for number, needle in enumerate(needles)
        for name, form in memory.forms(needle).items()
        if form in received
    ]
    journey.check("what went to the slip printer holds", [], on_paper)
    journey.check("bytes that went to it", True, len(received) > 1000)


def _told(hits: list[Hit]) -> list[str]:
    return [f"{hit.needle} {hit.encoding} {hit.where}" for hit in hits]
