"""A front desk that knows people by their faces, on a real disk with a real gallery: only recognition itself is played.

`ways` says whose card was read in the session that is open. `recognition` writes down what it is told, and holds what a real one
would hold, so that a test can look for what must not be there any more.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from drivers.base import DeviceStatus, Health, PrintOutcome, PrintState
from kiosk.commands_front_desk import KeepConsent, StartEnrolment
from kiosk.events_front_desk import ConsentKept, EnrolmentEncoded
from kiosk.faces.models import model_id_of
from kiosk.services.front_desk.consent_desk import ConsentDesk
from kiosk.services.front_desk.person_cards import PersonCards
from kiosk.services.front_desk.presence import Presence
from kiosk.services.front_desk.service import DeskService
from kiosk.services.front_desk.signed_in import SignedIn
from kiosk.services.front_desk.tickets import Tickets
from kiosk.services.front_desk.visits import Visits
from kiosk.services.printing import PrintFinished
from kiosk.services.role_services import Papers
from offline_cache.wire import Card, ReferenceKind
from offline_cache.wire_front_desk import Consent, DeskWindow
from tests.kiosk.canteen_world import card_of
from tests.kiosk.front_desk.desk_world import DeskWorld

MODEL = model_id_of("dlib_68")
WU, QIAN, CHILD, MOTHER, NOBODY_KNOWS = "wu", "qian", "child", "mother", "unborn"
PEOPLE = {
    WU: ("吴某某", "1951-03-02"),
    QIAN: ("钱某", "1992-01-20"),
    CHILD: ("林小某", "2014-06-01"),
    MOTHER: ("林某", "1986-06-01"),
    NOBODY_KNOWS: ("周某", ""),
}
YEAR_MS = 365 * 86_400_000


def vector(seed: int) -> bytes:
    numbers = random.Random(seed)
    return struct.pack("<128f", *(numbers.uniform(-0.3, 0.3) for _ in range(128)))


class PlayedRecognition:
    """What kiosk.faces.recognition.Recognition holds and is asked for."""

    def __init__(self) -> None:
        self.templates: dict[str, tuple[bytes, ...]] = {}
        self.lowered: list[tuple[int, str]] = []
        self.enrolling: int | None = None
        self.cancelled = 0
        self.is_running = self.is_watching = False

    def start(self) -> None:
        self.is_running = True

    def watch(self) -> None:
        self.is_watching = True

    def stop(self, timeout_s: float = 5.0) -> None:
        self.is_running = False
        self.templates.clear()

    def load(self, templates: Iterable[tuple[str, Sequence[bytes]]]) -> None:
        self.templates = {consent_id: tuple(vectors) for consent_id, vectors in templates}

    def add(self, consent_id: str, vectors: Sequence[bytes]) -> None:
        self.templates[consent_id] = tuple(vectors)

    def remove(self, consent_id: str) -> None:
        self.templates.pop(consent_id, None)

    def lower(self, track: int, consent_id: str) -> None:
        self.lowered.append((track, consent_id))

    def enrol(self, ask_id: int) -> None:
        self.enrolling = ask_id

    def cancel(self) -> None:
        self.cancelled += 1


@dataclass
class PaperPrinter:
    """The slip printer's thread, as far as services look at it."""

    status: DeviceStatus | None = field(default_factory=lambda: DeviceStatus(Health.OK))
    waiting: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    def queued(self, txn_id: str) -> None:
        self.waiting.append(txn_id)

    def withdraw(self, txn_id: str) -> None:
        self.withdrawn.append(txn_id)


class FaceWorld(DeskWorld):
    """See the module. Everybody of PEOPLE has a card; two windows are open. `recognises` False: there is no camera."""

    def __init__(self, directory: Path, *, recognises: bool = True) -> None:
        self.ways: dict[str, str] = {}
        self.recognises = recognises
        self.recognition = PlayedRecognition()
        self.line = PlayedLine()
        self._asked = 100
        super().__init__(directory, self._services)
        self.printer = PaperPrinter()  # type: ignore[assignment]
        self.restart()
        for person_id, (name, born) in PEOPLE.items():
            self.resident(person_id, name, born)
        self.told(
            ReferenceKind.CARD,
            {
                card_of(person): Card(card_ref=card_of(person), person_id=person, tail="0001", state="active")
                for person in PEOPLE
            },
        )
        windows = {
            each: DeskWindow(window=each, title_zh="综合", title_en="General", queues=["general"])
            for each in "23"
        }
        self.told(ReferenceKind.DESK_WINDOW, dict(windows))
        self.said.clear()

    def _services(self, papers: Papers, signed_in: SignedIn) -> Sequence[DeskService]:
        self.recognition = PlayedRecognition()
        chosen: Any = self.recognition if self.recognises else None
        presence = Presence(lambda person_id: self.ways.get(person_id, ""), signed_in)
        self.desk = ConsentDesk.of(papers, presence, chosen, takes_faces=True)
        zone = ZoneInfo("Asia/Shanghai")
        common: dict[str, Any] = {
            "outbox": papers.outbox,
            "reference": papers.reference,
            "ledger": self.desk.ledger,
            "signed_in": signed_in,
            "zone": zone,
            "now": papers.clock.stamp,
            "publish": papers.doors.publish,
        }
        self.visits = Visits(templates=self.desk.templates, recognition=chosen, **common)
        tickets = Tickets(papers, signed_in, self.visits)
        self.visits.tickets = tickets
        self.cards = PersonCards(
            find=self.visits.find,
            online=papers.doors.online,
            later=papers.doors.later,
            locale="zh_CN",
            **common,
        )
        self.cards.line = self.line  # type: ignore[assignment]
        return (*self.desk.services, self.visits, tickets, self.cards)

    def close(self) -> None:
        self.desk.close()
        super().close()

    # --- people -----------------------------------------------------------------------------------------------------

    def ask_id(self) -> int:
        self._asked += 1
        return self._asked

    def poses(self, seed: int = 1, *, model_id: str = MODEL) -> EnrolmentEncoded:
        """Somebody stands before the camera until all poses are good."""
        ask_id = self.ask_id()
        self.perform(StartEnrolment(ask_id))
        encoded = EnrolmentEncoded(ask_id, model_id, (vector(seed),))
        self.hear(encoded)
        return encoded

    def enrol(self, person_id: str = WU, seed: int = 1, *, guardian_id: str = "") -> str:
        """A whole enrolment; the consent's id."""
        self.ways[person_id] = "id_card"
        self.poses(seed)
        ask_id = self.ask_id()
        self.perform(KeepConsent(ask_id, person_id, "recognition", 1, guardian_id))
        kept = self.last(ConsentKept)
        assert kept.ask_id == ask_id
        return kept.consent_id

    def printed(self, txn_id: str, state: PrintState = PrintState.PRINTED) -> None:
        """The printer has ended with this slip."""
        outcome = PrintOutcome(state)
        self.outbox.prints().finished(txn_id, outcome)
        self.hear(PrintFinished(txn_id, 1, outcome))

    def consent_told(
        self, consent_id: str, person_id: str, terminal_id: str, state: str = "active", **more: Any
    ) -> None:
        """What the hall says of a consent."""
        consent = Consent(
            consent_id=consent_id,
            person_id=person_id,
            purpose="recognition",
            terminal_id=terminal_id,
            text_version=1,
            given_ms=self.machine.wall - 1000,
            until_ms=self.machine.wall + YEAR_MS,
            state=state,
            **more,
        )
        self.told(ReferenceKind.CONSENT, {consent_id: consent})

    def later(self, minutes: float) -> None:
        self.machine.wall += round(minutes * 60_000)
        self.machine.monotonic += round(minutes * 60_000)

    def months(self, count: int) -> None:
        """Time passes, with the hall's time at hand so that the clock stays trusted."""
        self.machine.wall += count * 30 * 86_400_000
        self.clock.synced(self.machine.wall, 0)


class PlayedLine:
    """A thread to the hall whose answers the test gives itself, when it wants to."""

    def __init__(self) -> None:
        self.wishes: list[Any] = []

    def ask(self, wish: Any) -> None:
        self.wishes.append(wish)
