"""The emulated reader must look to the real driver like an RDM6300 on a cable, faults and all."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import CardId, CardLifted, CardReading, CardSeen, CardUnreadable, DeviceGone
from drivers.cards.em4100 import Em4100Reader
from drivers.cards.em4100_frames import frame
from drivers.cards.numbers import em4100_card
from drivers.emulators.reader import EmulatedReader
from drivers.transport import SerialTransport

UID = "01001293D8"
OTHER = "2900DEB30A"


def everybody_known(card: CardId) -> bool:
    return True


@pytest.fixture
def emulated(tmp_path: Path) -> Iterator[EmulatedReader]:
    reader = EmulatedReader(tmp_path / "state")
    yield reader
    reader.close()


@pytest.fixture
def driver(emulated: EmulatedReader) -> Iterator[Em4100Reader]:
    reader = Em4100Reader(SerialTransport(emulated.path), everybody_known)
    reader.open()
    yield reader
    reader.close()


def next_reading(driver: Em4100Reader) -> CardReading:
    reading = driver.read(5.0)
    assert reading is not None
    return reading


def test_a_tap_is_seen_once_and_lifted(emulated: EmulatedReader, driver: Em4100Reader) -> None:
    stamp_ns = emulated.tap(UID)
    seen = next_reading(driver)
    assert isinstance(seen, CardSeen)
    assert seen.card == em4100_card(UID)
    assert abs(seen.stamp_ns - stamp_ns) < 1_000_000_000
    assert next_reading(driver) == CardLifted(em4100_card(UID))
    assert driver.diagnostics()["frames"] in {"3", "4"}


def test_an_unknown_card_is_seen_by_its_second_frame(emulated: EmulatedReader) -> None:
    driver = Em4100Reader(SerialTransport(emulated.path))
    driver.open()
    first_ns = emulated.tap(UID)
    seen = next_reading(driver)
    assert isinstance(seen, CardSeen)
    assert seen.stamp_ns - first_ns >= 50_000_000
    driver.close()


def test_a_resting_card_is_one_reading_until_lifted(emulated: EmulatedReader, driver: Em4100Reader) -> None:
    emulated.rest(UID)
    assert isinstance(next_reading(driver), CardSeen)
    assert driver.read(0.5) is None
    assert emulated.resting == UID
    emulated.lift()
    assert isinstance(next_reading(driver), CardLifted)


def test_the_next_card_is_never_followed_by_the_one_before(
    emulated: EmulatedReader, driver: Em4100Reader
) -> None:
    seen = []
    for uid in (UID, OTHER) * 10:
        emulated.rest(uid)
        while not isinstance(reading := next_reading(driver), CardSeen):
            pass
        seen.append(reading.card)
    assert seen == [em4100_card(UID), em4100_card(OTHER)] * 10


def test_hold_of_nothing_is_one_frame(emulated: EmulatedReader, driver: Em4100Reader) -> None:
    emulated.tap(UID, hold_s=0.0)
    assert isinstance(next_reading(driver), CardSeen)
    assert isinstance(next_reading(driver), CardLifted)
    assert driver.diagnostics()["frames"] == "1"
    assert emulated.wait_lifted(1.0)


def test_faults_are_what_they_say(emulated: EmulatedReader, driver: Em4100Reader) -> None:
    emulated.half_frame(UID)
    assert next_reading(driver) == CardUnreadable("card.torn")
    driver.read(1.1)  # the driver complains once a second
    emulated.bad_checksum(UID)
    assert next_reading(driver) == CardUnreadable("card.checksum")
    driver.read(1.1)
    emulated.noise(b"\xff\xfe")
    assert next_reading(driver) == CardUnreadable("card.noise")


def test_unplugged_in_the_middle_of_a_frame_and_plugged_again(
    emulated: EmulatedReader, driver: Em4100Reader
) -> None:
    emulated.half_frame(UID)
    emulated.unplug()
    assert not emulated.plugged
    assert not Path(emulated.path).exists()
    with pytest.raises(DeviceGone):
        driver.read(5.0)
        driver.read(5.0)
    with pytest.raises(DeviceGone):
        driver.open()
    emulated.plug()
    driver.open()
    emulated.tap(UID)
    assert isinstance(next_reading(driver), CardSeen)


def test_unplugging_wakes_a_waiting_read(emulated: EmulatedReader, driver: Em4100Reader) -> None:
    threading.Timer(0.05, emulated.unplug).start()
    before = time.monotonic()
    with pytest.raises(DeviceGone):
        driver.read(10.0)
    assert time.monotonic() - before < 5.0


def test_a_card_may_rest_while_nobody_listens(emulated: EmulatedReader) -> None:
    for _ in range(1000):
        emulated.noise(frame(bytes.fromhex(UID)))
    driver = Em4100Reader(SerialTransport(emulated.path), everybody_known)
    driver.open()
    assert driver.read(0.1) is None
    driver.close()


def test_at_9600_baud_a_frame_takes_its_time(tmp_path: Path) -> None:
    emulated = EmulatedReader(tmp_path, baud=9600)
    before_ns = time.monotonic_ns()
    stamp_ns = emulated.tap(UID, hold_s=0.0)
    assert stamp_ns - before_ns >= 14 * 10 / 9600 * 0.99e9
    assert emulated.last_byte_ns == stamp_ns
    emulated.close()
    emulated.close()
