"""The same over a real pcscd, which is where it goes wrong in the field: killed, restarted, stuck, or somebody else's."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from drivers.base import (
    CardIncomplete,
    CardLifted,
    CardReading,
    CardSeen,
    CardUnreadable,
    DeviceBusy,
    DeviceError,
    DeviceGone,
    DeviceTimeout,
    Health,
)
from drivers.cards.bounded_calls import BoundedCalls
from drivers.cards.pcsc import TRANSMIT_S, PcscReader
from drivers.cards.pcsc_transport import PcscTransport, ReaderUnclear, ServiceDown
from drivers.emulators.smart_card import EmulatedSlot, Pull
from drivers.emulators.smart_cards import BankCard, SmartCard, SocialSecurityCard, TransportCard
from tests.stage import smart_card_service
from tests.stage.smart_card_service import READER, SmartCardService
from tests.stage.waiting import wait_for

UID = bytes.fromhex("04112233445566")
SEEN_S = 3.0  # pcscd asks its virtual reader every 0.4 s


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmartCardService]:
    smart_card_service.require()
    with smart_card_service.running(tmp_path_factory.mktemp("pcscd")) as service:
        yield service


@pytest.fixture
def service(shared: SmartCardService) -> Iterator[SmartCardService]:
    yield shared
    shared.thaw()
    shared.start()


@pytest.fixture
def slot(shared: SmartCardService) -> Iterator[EmulatedSlot]:
    slot = EmulatedSlot()
    yield slot
    slot.close()


@pytest.fixture
def reader(shared: SmartCardService) -> Iterator[PcscReader]:
    transport = PcscTransport(READER)
    transport.open()
    wait_for("the card of the test before is forgotten", lambda: transport.wait_card(0) is None, SEEN_S)
    reader = PcscReader(transport)
    reader.open()
    yield reader
    reader.close()


def next_reading(reader: PcscReader, timeout_s: float = SEEN_S) -> CardReading | None:
    """The next reading, as a terminal's thread waits for it."""
    return wait_for("a reading", lambda: reader.read(0.2), timeout_s, 0.0)


def held(reader: PcscReader, slot: EmulatedSlot, card: SmartCard) -> CardReading | None:
    slot.insert(card)
    return next_reading(reader)


def test_cards_come_rest_and_go(reader: PcscReader, slot: EmulatedSlot) -> None:
    reading = held(reader, slot, SocialSecurityCard(exact=True))
    assert isinstance(reading, CardSeen) and reading.document is not None
    assert reading.document.number.reveal().startswith("990000")
    reading.document.wipe()
    assert reader.read(0.6) is None
    slot.remove()
    assert next_reading(reader) == CardLifted(reading.card)
    assert held(reader, slot, BankCard(uid=UID)) == CardUnreadable("card.bank")


def test_a_card_that_is_pulled_is_incomplete_and_the_same_card_has_the_same_chip(
    reader: PcscReader, slot: EmulatedSlot
) -> None:
    slot.pull(Pull(4, after_bytes=5))
    torn = held(reader, slot, TransportCard(uid=UID))
    assert isinstance(torn, CardIncomplete) and torn.chip
    assert reader.read(0.6) is None
    whole = held(reader, slot, TransportCard(uid=UID))
    assert isinstance(whole, CardSeen) and whole.chip == torn.chip


def test_without_the_service_it_is_said_and_comes_back_by_itself(
    service: SmartCardService, reader: PcscReader, slot: EmulatedSlot
) -> None:
    service.kill()
    with pytest.raises(ServiceDown) as caught:
        reader.read(2.0)
    assert caught.value.reason == "pcsc.service_down"
    with pytest.raises(ServiceDown):
        reader.open()
    assert reader.probe().code == "pcsc.service_down"
    service.start()
    reader.open()
    assert isinstance(held(reader, slot, TransportCard(uid=UID)), CardSeen)


def test_a_restart_within_a_read_is_an_incomplete_read_and_then_said(
    service: SmartCardService, reader: PcscReader, slot: EmulatedSlot
) -> None:
    slot.slow(0.2)
    slot.insert(SocialSecurityCard(uid=UID))
    killing = threading.Thread(
        target=lambda: (wait_for("a command", lambda: slot.commands > 2, SEEN_S), service.kill())
    )
    killing.start()
    assert isinstance(next_reading(reader), CardIncomplete)
    killing.join(SEEN_S)
    with pytest.raises(ServiceDown):
        reader.read(0.5)
    slot.slow(0.0)
    service.start()
    reader.open()
    assert isinstance(held(reader, slot, SocialSecurityCard(uid=UID)), CardSeen)


def test_a_restart_that_nobody_saw_is_seen_at_the_next_look(
    service: SmartCardService, reader: PcscReader
) -> None:
    service.start()
    with pytest.raises(ServiceDown):
        reader.read(0.5)
    reader.open()
    assert reader.read(0.0) is None


def test_without_a_reader_it_is_gone(service: SmartCardService, reader: PcscReader) -> None:
    service.start(with_reader=False)
    reader.close()
    with pytest.raises(DeviceGone):
        reader.open()


def test_two_readers_and_no_name_are_not_guessed(shared: SmartCardService) -> None:
    with pytest.raises(ReaderUnclear) as caught:
        PcscTransport("").open()
    assert caught.value.reason == "pcsc.reader_unclear"
    with pytest.raises(DeviceGone):
        PcscTransport("ACR122U").open()


def test_a_card_that_another_program_holds_is_busy_until_it_lets_go(
    reader: PcscReader, slot: EmulatedSlot
) -> None:
    other = PcscTransport(READER)
    other.open()
    slot.insert(TransportCard(uid=UID))
    assert other.wait_card(SEEN_S)
    other.connect()
    with pytest.raises(DeviceBusy) as caught:
        reader.read(SEEN_S)
    assert caught.value.reason == "device.busy"
    other.close()
    reader.close()
    reader.open()
    assert isinstance(next_reading(reader), CardSeen)


def test_a_card_that_never_answers_wedges_nothing_for_ever(reader: PcscReader, slot: EmulatedSlot) -> None:
    slot.mute()
    slot.insert(TransportCard(uid=UID))
    started = time.monotonic()
    with pytest.raises(DeviceTimeout) as caught:
        reader.read(1.0)
    assert caught.value.reason == "device.wedged"
    assert time.monotonic() - started < TRANSMIT_S + 2.0
    assert reader.probe().health is Health.WEDGED
    with pytest.raises(DeviceTimeout):
        reader.open()
    slot.unmute()
    wait_for("the stuck call is back", lambda: _opened(reader), SEEN_S)
    assert isinstance(next_reading(reader), CardSeen)


def _opened(reader: PcscReader) -> bool:
    try:
        reader.open()
    except DeviceError:
        return False
    return True


def test_a_service_that_answers_nobody_is_said_in_time(service: SmartCardService, reader: PcscReader) -> None:
    service.freeze()
    started = time.monotonic()
    with pytest.raises(DeviceTimeout) as caught:
        reader.read(0.0)
    assert caught.value.reason == "device.wedged"
    assert time.monotonic() - started < 4.0


# --- the calls themselves, without a service ------------------------------------------------------------------------


def test_a_call_that_overran_leaves_one_thread_behind_and_lets_no_other_begin() -> None:
    calls, free = BoundedCalls("test"), threading.Event()
    with pytest.raises(DeviceTimeout):
        calls.call(free.wait, 10.0, timeout_s=0.02)
    began: list[int] = []
    with pytest.raises(DeviceTimeout):
        calls.call(began.append, 1, timeout_s=1.0)
    assert began == []
    calls.end(last=lambda: began.append(2))
    assert calls.wedged
    free.set()
    wait_for("it came back", lambda: not calls.wedged, 2.0)
    assert began == [2]  # what was to be done last was done, before another begins
    assert calls.call(lambda: 7, timeout_s=1.0) == 7
    calls.end()


def test_what_a_call_raises_comes_through() -> None:
    calls = BoundedCalls("test")
    with pytest.raises(ZeroDivisionError):
        calls.call(lambda: 1 // 0, timeout_s=1.0)
    calls.end()
    calls.end()
