"""However a card's reading ends, what the card said of its holder is zeroed: in service or out of it, when the terminal
stops, when nobody hears any more, and when something of ours fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.base import CardId, CardSeen, CodeScanned, DeviceStatus, Health
from drivers.cards.sam_frames import Command
from drivers.documents import Document, DocumentKind, IdNumber, PrivateText
from drivers.emulators.people import InventedCard, invented_card
from drivers.emulators.sam import EmulatedSam
from kiosk import events, views
from kiosk.config import Settings
from kiosk.events import CardTapped
from kiosk.events import CodeScanned as CodeHeard
from kiosk.services.devices import ReaderThread, scanner_thread
from kiosk.services.supervision import WEDGED, DeviceHealthChanged, RetryPolicy
from kiosk.terminal import Terminal
from kiosk.views_diagnostics import CORNER
from tests.kiosk.test_terminal import enrol

DEADLINE_S = 10.0
CARD = CardId("id_number", b"digest")


def document() -> Document:
    return Document(DocumentKind.RESIDENT, IdNumber(invented_card(1).number.encode()), name=PrivateText(b"A"))


class Reader:
    """Gives one reading, once it may, and then nothing."""

    kind = "scripted"
    tracks_presence = True

    def __init__(self, reading: object, *, may_return: threading.Event | None = None) -> None:
        self._readings = [reading]
        self._may_return = may_return

    def open(self) -> None:
        return

    close = open

    def probe(self) -> DeviceStatus:
        return DeviceStatus(Health.OK)

    def diagnostics(self) -> dict[str, str]:
        return {}

    def read(self, timeout_s: float) -> object:
        if not self._readings:
            threading.Event().wait(0.02)
            return None
        if self._may_return is not None:
            assert self._may_return.wait(DEADLINE_S)
        return self._readings.pop()


@dataclass
class Heard:
    """What was published, waited for with a deadline."""

    events: list[object]
    changed: threading.Condition

    def publish(self, event: object) -> None:
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    def wait(self, true: Callable[[], object]) -> bool:
        with self.changed:
            return bool(self.changed.wait_for(true, DEADLINE_S))

    def health(self) -> list[str]:
        return [event.status.code for event in self.events if isinstance(event, DeviceHealthChanged)]


@pytest.fixture
def heard() -> Heard:
    return Heard([], threading.Condition())


# --- on the reader's thread -----------------------------------------------------------------------------------------


def test_before_the_event_is_in_anybodys_queue_it_is_wiped(heard: Heard) -> None:
    read = document()
    wiped_when_heard: list[bool] = []

    def publish(event: object) -> None:
        if isinstance(event, CardTapped):
            wiped_when_heard.append(not read.number and not read.name)
        heard.publish(event)

    thread = ReaderThread("id_card_reader", lambda: Reader(CardSeen(CARD, 1, read)), str, publish)  # type: ignore[arg-type,return-value]
    thread.start()
    assert heard.wait(lambda: wiped_when_heard)
    thread.stop()
    assert wiped_when_heard == [True]


def test_a_card_of_which_no_reference_can_be_made_is_wiped(heard: Heard) -> None:
    def fails(card: CardId) -> str:
        raise RuntimeError("no key")

    read = document()
    thread = ReaderThread("id_card_reader", lambda: Reader(CardSeen(CARD, 1, read)), fails, heard.publish)  # type: ignore[arg-type,return-value]
    thread.start()
    assert heard.wait(lambda: "device.fault" in heard.health()), heard.health()
    thread.stop()
    assert not read.number


def test_what_a_thread_that_was_given_up_comes_back_with_is_wiped_and_not_heard(heard: Heard) -> None:
    read, may_return = document(), threading.Event()
    now = [0.0]
    made: list[Reader] = []

    def make() -> Reader:
        reading = None if made else CardSeen(CARD, 1, read)
        made.append(Reader(reading, may_return=None if made else may_return))
        return made[-1]

    thread = ReaderThread(
        "id_card_reader",
        make,  # type: ignore[arg-type]
        str,
        heard.publish,
        retry=RetryPolicy(after_s=1.0),
        clock=lambda: now[0],
    )
    thread.start()
    stuck = thread._thread
    assert stuck is not None
    assert _until(lambda: thread._duty is not None and thread._duty._due is not None)
    now[0] = 100.0
    thread.watch()
    assert heard.health() == [WEDGED]
    now[0] = 102.0
    thread.watch()
    assert len(made) == 2
    may_return.set()
    stuck.join(DEADLINE_S)
    assert not stuck.is_alive()
    thread.stop()
    assert not read.number
    assert not [event for event in heard.events if isinstance(event, CardTapped)]


def test_a_code_that_nobody_hears_any_more_is_wiped() -> None:
    """A code may be an ID number: somebody scans what is printed on a form."""
    content, may_return = PrivateText(invented_card(1).number.encode()), threading.Event()
    thread = scanner_thread(
        "code_scanner", lambda: Reader(CodeScanned(content, 1), may_return=may_return), lambda event: None
    )
    thread.start()
    assert _until(lambda: thread._duty is not None and thread._duty._due is not None)
    stuck = thread._thread
    assert stuck is not None
    thread.restart()
    may_return.set()
    stuck.join(DEADLINE_S)
    thread.stop()
    assert not content


def _until(true: Callable[[], object]) -> bool:
    pause = threading.Event()
    for _ in range(round(DEADLINE_S / 0.01)):
        if true():
            return True
        pause.wait(0.01)
    return False


# --- in a whole terminal --------------------------------------------------------------------------------------------

CONFIGURATION = """\
[terminal]
id = "CT-03"
role = "canteen"
environment = "demo"
data_dir = "{directory}/data"
hall_url = "http://127.0.0.1:9"

[devices.id_card_reader]
kind = "sam_serial"
port = "{port}"
appended_address = true

[voice]
enabled = false
"""


class Counter:
    """A terminal with an ID card reader, and every document that was made in it."""

    def __init__(self, directory: Path, sam: EmulatedSam, documents: list[Document]) -> None:
        path = directory / "terminal.toml"
        path.write_text(CONFIGURATION.format(directory=directory, port=sam.path), encoding="utf-8")
        self.sam = sam
        self.documents = documents
        self.terminal = Terminal(Settings.load(path))
        self.shown: list[views.View] = []
        self.taps: list[CardTapped] = []
        self.terminal.on_shown = lambda shown: self.shown.append(shown.view)
        self.terminal.bus.subscribe(CardTapped, self.taps.append)

    def until(self, true: Callable[[], object]) -> None:
        def turned() -> object:
            self.terminal.bus.drain()
            self.terminal.tick()
            return true()

        assert _until(turned), self.shown[-1:]

    def reads(self, card: InventedCard) -> None:
        """A card is laid down, read, and taken away."""
        taps = len(self.taps)
        self.sam.rest(card)
        self.until(lambda: len(self.taps) > taps)
        self.sam.lift()

    def all_wiped(self) -> bool:
        return bool(self.documents) and not any(each.number or each.photo for each in self.documents)


@contextmanager
def _counter(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    documents: list[Document] = []
    make = Document.__init__

    def noted(self: Document, *arguments: object, **named: object) -> None:
        documents.append(self)
        make(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Document, "__init__", noted)
    enrol(directory)
    sam = EmulatedSam(directory / "id")
    counter = Counter(directory, sam, documents)
    counter.terminal.start()
    try:
        counter.until(
            lambda: counter.terminal.snapshot()["devices"].get("id_card_reader", {}).get("health") == "ok"
        )
        yield counter
    finally:
        counter.terminal.stop()
        sam.close()


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    (tmp_path / "data").mkdir()
    with _counter(tmp_path, monkeypatch) as counter:
        yield counter


def test_out_of_service_a_card_is_wiped(counter: Counter) -> None:
    counter.terminal._serve_or_not(disk_trouble="disk.full")
    counter.until(lambda: isinstance(counter.shown[-1], views.OutOfService))
    counter.reads(invented_card(11))
    assert counter.all_wiped()


def test_with_the_technicians_keypad_open_a_card_is_wiped(counter: Counter) -> None:
    counter.terminal.press(CORNER)
    counter.reads(invented_card(12))
    assert counter.all_wiped()


def test_a_card_that_is_pulled_when_most_of_it_was_read_is_wiped(counter: Counter) -> None:
    torn: list[events.CardTorn] = []
    counter.terminal.bus.subscribe(events.CardTorn, torn.append)
    counter.sam.pull_during(Command.READ_ADDRESS)
    counter.sam.rest(invented_card(17))
    counter.until(lambda: torn)
    assert torn[0].code == "card.incomplete"
    assert counter.taps == []
    assert counter.all_wiped()


def test_a_card_on_the_reader_when_the_terminal_stops_is_wiped(counter: Counter) -> None:
    counter.sam.rest(invented_card(13))
    assert counter.sam.wait_for(lambda sam: sam.reads > 0, DEADLINE_S)
    counter.terminal.stop()
    assert counter.all_wiped()


def test_a_code_that_is_still_in_the_queue_when_the_terminal_stops_is_wiped(counter: Counter) -> None:
    content = PrivateText(invented_card(15).number.encode())
    counter.terminal.bus.publish(CodeHeard(content, 1))
    counter.terminal.stop()
    assert not content


def test_a_code_is_wiped_when_the_flow_stumbles_over_it(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(event: events.Event) -> None:
        raise RuntimeError

    content = PrivateText(invented_card(16).number.encode())
    counter.until(lambda: not counter.terminal.bus._queue)
    monkeypatch.setattr(counter.terminal, "_flow", type("Flow", (), {"on": staticmethod(stumbles)})())
    counter.terminal.bus.publish(CodeHeard(content, 1))
    with pytest.raises(RuntimeError):
        counter.terminal.bus.drain()
    assert not content
