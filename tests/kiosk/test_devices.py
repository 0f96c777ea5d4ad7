"""A reader is unplugged and plugged in again in the middle of lunch: the terminal must notice, and recover by itself."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers import registry
from drivers.base import (
    ButtonPressed,
    CardId,
    CardIncomplete,
    CardLifted,
    CardReading,
    CardSeen,
    CodeScanned,
    DeviceError,
    DeviceGone,
    DeviceStatus,
    Health,
)
from drivers.documents import Document, DocumentKind, IdNumber, PrivateText
from drivers.emulators.people import invented_card
from drivers.emulators.reader import EmulatedReader
from drivers.emulators.sam import EmulatedSam
from drivers.kinds import Surroundings
from kiosk import events
from kiosk.events import CardHolder, CardRests, CardTaken, CardTapped, CardTorn
from kiosk.services.devices import (
    DeviceHealthChanged,
    ReaderThread,
    button_thread,
    card_reference,
    scanner_thread,
)

UID = "010012a3d8"
KEY = b"k" * 32


class Heard:
    """What the thread published, in order, each waited for with a deadline."""

    def __init__(self) -> None:
        self._events: queue.Queue[object] = queue.Queue()
        self.publish: Callable[[object], None] = self._events.put

    def next(self, timeout_s: float = 5.0) -> object:
        return self._events.get(timeout=timeout_s)

    def health(self) -> tuple[Health, str]:
        event = self.next()
        assert isinstance(event, DeviceHealthChanged)
        return event.status.health, event.status.code


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[EmulatedReader]:
    emulated = EmulatedReader(tmp_path / "reader")
    yield emulated
    emulated.close()


@pytest.fixture
def heard(reader: EmulatedReader) -> Iterator[Heard]:
    heard = Heard()
    thread = ReaderThread(
        "card_reader",
        lambda: registry.make_reader(
            "em4100_serial", {"port": str(reader.path), "baud": 9600}, Surroundings(known=lambda card: True)
        ),
        lambda card: card_reference(KEY, card),
        heard.publish,
    )
    thread.start()
    assert heard.health() == (Health.OK, "")
    yield heard
    thread.stop()


def test_a_tap_is_one_event_that_holds_no_number(reader: EmulatedReader, heard: Heard) -> None:
    reader.tap(UID)
    event = heard.next()
    assert isinstance(event, CardTapped)
    assert event.card_ref == card_reference(KEY, CardId("em4100", bytes.fromhex(UID)))
    assert UID not in repr(event)
    assert heard.next() == CardTaken(event.card_ref, "card_reader")
    with pytest.raises(queue.Empty):
        heard.next(timeout_s=0.5)


def test_unplugged_and_plugged_in_again(reader: EmulatedReader, heard: Heard) -> None:
    reader.unplug()
    assert heard.health() == (Health.DOWN, "device.gone")
    reader.plug()
    assert heard.health() == (Health.OK, "")
    reader.tap(UID)
    assert isinstance(heard.next(), CardTapped)


def test_a_torn_card_is_said_so(reader: EmulatedReader, heard: Heard) -> None:
    reader.half_frame(UID)
    event = heard.next()
    assert isinstance(event, CardTorn)
    assert event.code == "card.torn"


def test_seen_gone_within_two_seconds_and_back_within_three(reader: EmulatedReader, heard: Heard) -> None:
    pulled = time.monotonic()
    reader.unplug()
    assert heard.health() == (Health.DOWN, "device.gone")
    assert time.monotonic() - pulled < 2.0
    reader.plug()
    plugged = time.monotonic()
    assert heard.health() == (Health.OK, "")
    assert time.monotonic() - plugged < 3.0


class ScriptedReader:
    """A driver that says what the test tells it to, and can be told to say that it was unplugged."""

    kind = "scripted"
    tracks_presence: bool | None = True

    def __init__(self) -> None:
        self.says: queue.Queue[object] = queue.Queue()

    def open(self) -> None:
        return

    def close(self) -> None:
        return

    def probe(self) -> DeviceStatus:
        return DeviceStatus(Health.OK)

    def diagnostics(self) -> dict[str, str]:
        return {}

    def read(self, timeout_s: float) -> CardReading | None:
        said = self.says.get(timeout=10)
        if isinstance(said, DeviceError):
            raise said
        return said  # type: ignore[return-value]


@pytest.fixture
def scripted() -> Iterator[tuple[ScriptedReader, Heard]]:
    driver, heard = ScriptedReader(), Heard()
    thread = ReaderThread("id_card_reader", lambda: driver, lambda card: card.reveal().hex(), heard.publish)
    thread.start()
    driver.says.put(None)
    assert heard.health() == (Health.OK, "")
    yield driver, heard
    driver.says.put(DeviceGone())
    thread.stop()


def card(number: str, document: Document | None = None) -> CardSeen:
    return CardSeen(CardId("iso14443a", number.encode()), 1, document, chip="c")


def test_a_document_that_nobody_asked_for_is_wiped_before_anybody_hears_of_the_card(
    scripted: tuple[ScriptedReader, Heard],
) -> None:
    driver, heard = scripted
    document = Document(DocumentKind.RESIDENT, IdNumber(b"11010119000101000X"), name=PrivateText(b"Test"))
    driver.says.put(card("A", document))
    event = heard.next()
    assert isinstance(event, CardTapped)
    assert event.chip == "c"
    assert not document.number
    assert not document.name


@pytest.mark.parametrize(
    ("kind", "valid_to", "way", "shown"),
    [
        (DocumentKind.RESIDENT, "20360105", "id_card", "2036-01-05"),
        (DocumentKind.FOREIGNER_2023, "长期", "id_card", ""),
        (DocumentKind.SOCIAL_SECURITY, "20369999", "social_security", ""),
    ],
)
def test_what_a_page_may_show_of_a_document(
    scripted: tuple[ScriptedReader, Heard], kind: DocumentKind, valid_to: str, way: str, shown: str
) -> None:
    driver, heard = scripted
    driver.says.put(card("A", Document(kind, IdNumber(b"11010119000101000X"), valid_to=valid_to)))
    event = heard.next()
    assert isinstance(event, CardTapped)
    assert event.holder == CardHolder(way, "id_card_reader", "110101 ******** 000X", shown, True)
    assert "110101" not in repr(event)


def test_a_card_without_a_document_is_a_hall_card(scripted: tuple[ScriptedReader, Heard]) -> None:
    driver, heard = scripted
    driver.says.put(card("A"))
    event = heard.next()
    assert isinstance(event, CardTapped)
    assert event.holder == CardHolder("hall_card", "id_card_reader", tracks_presence=True)


def test_of_a_reader_that_does_not_track_presence_nobody_concludes_that_a_card_was_taken(
    scripted: tuple[ScriptedReader, Heard],
) -> None:
    driver, heard = scripted
    driver.tracks_presence = False
    for said in (card("A"), card("B"), CardIncomplete()):
        driver.says.put(said)
    for _ in range(2):
        event = heard.next()
        assert isinstance(event, CardTapped)
        assert not event.holder.tracks_presence
    assert isinstance(heard.next(), CardTorn)


def test_what_a_reader_finds_out_after_its_first_read_holds_for_that_card_too(
    scripted: tuple[ScriptedReader, Heard],
) -> None:
    driver, heard = scripted
    driver.tracks_presence = None
    driver.says.put(card("A"))
    event = heard.next()
    assert isinstance(event, CardTapped)
    assert not event.holder.tracks_presence
    driver.tracks_presence = True
    for said in (None, None, CardLifted(card("A").card)):
        driver.says.put(said)
    assert heard.next() == CardRests(b"A".hex(), "id_card_reader")
    assert heard.next() == CardTaken(b"A".hex(), "id_card_reader")


def test_the_first_card_on_an_id_card_reader_is_said_to_rest_and_to_be_taken(tmp_path: Path) -> None:
    sam, heard = EmulatedSam(tmp_path / "sam"), Heard()
    options = {"port": sam.path}
    thread = ReaderThread(
        "id_card_reader",
        lambda: registry.make_reader("sam_serial", options, Surroundings()),
        lambda card: card_reference(KEY, card),
        heard.publish,
    )
    thread.start()
    try:
        assert heard.health() == (Health.OK, "")
        sam.rest(invented_card(7))
        tapped = heard.next()
        assert isinstance(tapped, CardTapped)
        assert heard.next() == CardRests(tapped.card_ref, "id_card_reader")
        sam.lift()
        assert heard.next() == CardTaken(tapped.card_ref, "id_card_reader")
    finally:
        thread.stop()
        sam.close()


def test_a_card_that_left_too_early_is_said_with_its_chip(scripted: tuple[ScriptedReader, Heard]) -> None:
    driver, heard = scripted
    driver.says.put(CardIncomplete("chip-7"))
    assert heard.next() == CardTorn("card.incomplete", "chip-7", "id_card_reader")


def test_a_card_that_rested_while_the_cable_was_pulled_is_one_tap(
    scripted: tuple[ScriptedReader, Heard],
) -> None:
    driver, heard = scripted
    for said in (card("A"), DeviceGone(), card("A"), None, CardLifted(card("A").card), card("A")):
        driver.says.put(said)
    assert isinstance(heard.next(), CardTapped)
    assert heard.health() == (Health.DOWN, "device.gone")
    assert heard.health() == (Health.OK, "")
    assert heard.next() == CardTaken(b"A".hex(), "id_card_reader")
    assert isinstance(heard.next(), CardTapped), "the tap after it was lifted"
    assert heard._events.empty()


def test_another_card_after_the_cable_was_pulled_is_a_tap(scripted: tuple[ScriptedReader, Heard]) -> None:
    driver, heard = scripted
    for said in (card("A"), DeviceGone(), card("B")):
        driver.says.put(said)
    assert isinstance(heard.next(), CardTapped)
    heard.health(), heard.health()
    assert heard.next() == CardTaken(b"A".hex(), "id_card_reader"), "nobody saw it go, but it is gone"
    event = heard.next()
    assert isinstance(event, CardTapped)
    assert event.card_ref == b"B".hex()


class Speaker:
    """A driver of any device that is listened to: says one thing."""

    kind = "speaker"

    def __init__(self, said: object) -> None:
        self._said: list[object] = [said]

    def open(self) -> None:
        return

    close = open

    def probe(self) -> DeviceStatus:
        return DeviceStatus(Health.OK)

    def diagnostics(self) -> dict[str, str]:
        return {}

    def read(self, timeout_s: float) -> object:
        return self._said.pop() if self._said else threading.Event().wait(0.02) or None


def test_a_scanned_code_and_a_pressed_button_become_events() -> None:
    heard = Heard()
    scanned = CodeScanned(PrivateText(b"SHQR1"), 5)
    for thread in (
        scanner_thread("code_scanner", lambda: Speaker(scanned), heard.publish),
        button_thread("call_buttons", lambda: Speaker(ButtonPressed("0A1B2", 3, 6)), heard.publish),
    ):
        thread.start()
        assert heard.health() == (Health.OK, "")
        event = heard.next()
        if isinstance(event, events.CodeScanned):
            assert event.content.reveal() == "SHQR1"
        else:
            assert event == events.ButtonCalled("0A1B2", 3, 6)
        thread.stop()
