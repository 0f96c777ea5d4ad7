"""Every polled reader, from real bytes: a card is read once and whole, or not at all, whatever the line and the hand do."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.base import (
    CardIncomplete,
    CardLifted,
    CardReader,
    CardSeen,
    CardUnreadable,
    DeviceGone,
    DeviceTimeout,
    ProtocolError,
)
from drivers.cards.numbers import iso14443a_card
from drivers.emulators.card_field import AUTHENTICATE, READ, CardField
from drivers.emulators.classic_card import EmulatedCard
from drivers.emulators.m1_reader import EmulatedM1Reader
from drivers.emulators.pn532 import EmulatedPn532
from drivers.kinds import WrongOption
from drivers.registry import make_reader
from tests.drivers.cards.polled_cases import (
    CASES,
    LONG_UID,
    NUMBER,
    OPERATOR_KEY,
    UID,
    Case,
    block_card,
    driver_of,
    next_reading,
    number_card,
)
from tests.drivers.conftest import RawPty

Opened = Callable[..., CardReader]


@pytest.fixture(params=CASES, ids=lambda case: case.kind)
def case(request: pytest.FixtureRequest) -> Case:
    chosen: Case = request.param
    return chosen


@pytest.fixture
def emulated(case: Case, tmp_path: Path) -> Iterator[CardField]:
    field = case.emulator(tmp_path)
    yield field
    field.close()


@pytest.fixture
def opened(case: Case, emulated: CardField) -> Iterator[Opened]:
    """Opens a driver with the options given."""
    drivers: list[CardReader] = []

    def open_driver(**options: object) -> CardReader:
        drivers.append(driver_of(case, emulated, **options))
        drivers[-1].open()
        return drivers[-1]

    yield open_driver
    for driver in drivers:
        driver.close()


@pytest.mark.parametrize("uid", [UID, LONG_UID])
def test_a_resting_card_is_seen_once_and_lifted(emulated: CardField, opened: Opened, uid: str) -> None:
    driver = opened()
    assert driver.tracks_presence
    emulated.rest(uid)
    seen = next_reading(driver)
    assert isinstance(seen, CardSeen)
    assert seen.card == iso14443a_card(uid)
    assert abs(seen.stamp_ns - time.monotonic_ns()) < 2_000_000_000
    assert driver.read(0.4) is None
    emulated.lift()
    assert next_reading(driver) == CardLifted(iso14443a_card(uid))


def test_the_same_card_again_is_seen_again(emulated: CardField, opened: Opened) -> None:
    driver = opened()
    for _ in range(2):
        emulated.rest(UID)
        assert isinstance(next_reading(driver), CardSeen)
        emulated.lift()
        assert isinstance(next_reading(driver), CardLifted)


def test_the_next_card_counts_when_the_first_has_gone(emulated: CardField, opened: Opened) -> None:
    driver = opened()
    emulated.rest(UID)
    assert isinstance(next_reading(driver), CardSeen)
    emulated.rest(LONG_UID)
    assert next_reading(driver) == CardLifted(iso14443a_card(UID))
    seen = next_reading(driver)
    assert isinstance(seen, CardSeen)
    assert seen.card == iso14443a_card(LONG_UID)


def test_a_block_is_the_number_under_its_key(emulated: CardField, opened: Opened) -> None:
    driver = opened(number="block", sector=1, block=0, key=OPERATOR_KEY)
    emulated.rest(block_card(key=OPERATOR_KEY))
    seen = next_reading(driver)
    assert isinstance(seen, CardSeen)
    assert seen.card == number_card()
    assert driver.read(0.3) is None
    emulated.lift()
    assert next_reading(driver) == CardLifted(number_card())


def test_a_seven_byte_classic_card_opens_too(emulated: CardField, opened: Opened) -> None:
    driver = opened(number="block")
    emulated.rest(block_card(LONG_UID))
    seen = next_reading(driver)
    assert isinstance(seen, CardSeen)
    assert seen.card == number_card()


def test_a_part_of_a_block_is_the_number(emulated: CardField, opened: Opened) -> None:
    driver = opened(number="block", first_byte=4, byte_count=6)
    emulated.rest(block_card(content=NUMBER))
    seen = next_reading(driver)
    assert isinstance(seen, CardSeen)
    assert seen.card == number_card(b"004711")


def test_key_b_opens_what_key_a_does_not(emulated: CardField, opened: Opened) -> None:
    keys = {(1, "A"): bytes(6), (1, "B"): bytes.fromhex(OPERATOR_KEY)}
    driver = opened(number="block", key=OPERATOR_KEY, key_type="B")
    emulated.rest(EmulatedCard(bytes.fromhex(UID), {4: NUMBER}, keys))
    assert isinstance(next_reading(driver), CardSeen)


def test_a_wrong_key_is_said_once(emulated: CardField, opened: Opened) -> None:
    driver = opened(number="block")
    emulated.rest(block_card(key=OPERATOR_KEY))
    assert next_reading(driver) == CardUnreadable("card.denied")
    assert driver.read(0.5) is None
    emulated.lift()
    assert driver.read(0.5) is None
    emulated.rest(block_card())
    assert isinstance(next_reading(driver), CardSeen)


@pytest.mark.parametrize("blank", [bytes(16), b"\xff" * 16])
def test_a_blank_block_is_nobodys_number(emulated: CardField, opened: Opened, blank: bytes) -> None:
    driver = opened(number="block")
    emulated.rest(block_card(content=blank))
    assert next_reading(driver) == CardUnreadable("card.unsupported")


def test_a_uid_that_is_drawn_at_each_tap_is_no_card(emulated: CardField, opened: Opened) -> None:
    driver = opened()
    emulated.rest("081F2AA4")
    assert next_reading(driver) == CardUnreadable("card.unsupported")


@pytest.mark.parametrize("step", [AUTHENTICATE, READ])
def test_a_card_pulled_within_a_read_is_incomplete(emulated: CardField, opened: Opened, step: str) -> None:
    driver = opened(number="block")
    emulated.pull_before(step)
    emulated.rest(block_card())
    torn = next_reading(driver)
    assert isinstance(torn, CardIncomplete)
    assert driver.read(0.3) is None
    emulated.rest(block_card())
    seen = next_reading(driver)
    assert isinstance(seen, CardSeen)
    assert seen.chip == torn.chip
    assert UID.lower() not in repr(torn).lower() + repr(seen).lower()


@pytest.mark.parametrize("fault", ["half_frame", "bad_checksum"])
def test_a_damaged_answer_is_asked_for_again(emulated: CardField, opened: Opened, fault: str) -> None:
    driver = opened()
    getattr(emulated, fault)()
    emulated.rest(UID)
    seen = next_reading(driver)
    assert isinstance(seen, CardSeen)
    assert seen.card == iso14443a_card(UID)


def test_answers_in_drops_are_answers(emulated: CardField, opened: Opened) -> None:
    emulated.dribble(0.001)
    driver = opened(number="block")
    emulated.rest(block_card())
    assert isinstance(next_reading(driver), CardSeen)


def test_noise_is_no_card(emulated: CardField, opened: Opened) -> None:
    driver = opened()
    emulated.noise(b"\xaa\xbb\x00\x00\xff\x01\x02" * 20)
    assert driver.read(0.2) is None
    emulated.rest(UID)
    assert isinstance(next_reading(driver), CardSeen)


def test_a_reader_that_says_nothing_is_told_in_time(emulated: CardField, opened: Opened) -> None:
    driver = opened()
    emulated.mute()
    started = time.monotonic()
    with pytest.raises(DeviceTimeout):
        driver.read(0.5)
    assert time.monotonic() - started < 3
    emulated.mute(False)
    driver.open()
    emulated.rest(UID)
    assert isinstance(next_reading(driver), CardSeen)


def test_another_device_is_not_taken_for_the_reader(case: Case, raw_pty: RawPty) -> None:
    """A scale that sends its weight all the time, on the port that the configuration names."""
    ended = threading.Event()

    def weigh() -> None:
        while not ended.wait(0.02):
            os.write(raw_pty.master, b"ST,GS,+  0.452kg\r\n")

    scale = threading.Thread(target=weigh, daemon=True)
    scale.start()
    driver = make_reader(case.kind, {"port": raw_pty.path})
    try:
        with pytest.raises(ProtocolError):
            driver.open()
        assert driver.probe().code == "device.protocol"
    finally:
        ended.set()
        scale.join(5)
        driver.close()


def test_an_unplugged_reader_is_gone_at_once(emulated: CardField, opened: Opened) -> None:
    driver = opened()
    assert driver.read(0.05) is None
    emulated.unplug()
    started = time.monotonic()
    with pytest.raises(DeviceGone):
        driver.read(5.0)
    assert time.monotonic() - started < 1


def test_a_card_that_rests_through_a_loose_plug_is_the_same_card(emulated: CardField, opened: Opened) -> None:
    driver = opened()
    emulated.rest(UID)
    assert isinstance(next_reading(driver), CardSeen)
    emulated.unplug()
    with pytest.raises(DeviceGone):
        driver.read(1.0)
    emulated.plug()
    driver.open()
    assert driver.read(0.4) is None
    emulated.lift()
    assert isinstance(next_reading(driver), CardLifted)


def test_a_tap_names_when_it_was_answered(emulated: CardField, opened: Opened) -> None:
    driver = opened()
    readings: list[object] = []
    reading = threading.Thread(target=lambda: readings.append(driver.read(3.0)))
    reading.start()
    stamp_ns = emulated.tap(UID, hold_s=0.4)
    reading.join(5)
    assert stamp_ns > 0
    assert isinstance(readings[0], CardSeen)
    assert emulated.wait_lifted(3.0)


def test_a_number_beyond_its_block_is_refused(case: Case) -> None:
    with pytest.raises(WrongOption):
        make_reader(case.kind, {"port": "x", "number": "block", "first_byte": 10, "byte_count": 7})
    with pytest.raises(WrongOption) as refused:
        make_reader(case.kind, {"port": "x", "number": "block", "key": "A0B1C2D3E4"})
    assert "A0B1C2D3E4" not in str(refused.value)


def test_diagnostics_hold_no_card_and_no_key(emulated: CardField, opened: Opened) -> None:
    driver = opened(number="block", key=OPERATOR_KEY)
    emulated.rest(block_card(key=OPERATOR_KEY))
    assert isinstance(next_reading(driver), CardSeen)
    said = str({**driver.diagnostics(), **driver.probe().details}).upper()
    assert not [secret for secret in (UID, OPERATOR_KEY, NUMBER.hex().upper()) if secret in said]


def test_a_failure_with_a_wrong_check_is_a_failure(tmp_path: Path) -> None:
    """Some M1 readers send a wrong check whenever there is no card; they work none the less."""
    emulated = EmulatedM1Reader(tmp_path, wrong_check_on_failure=True)
    driver = make_reader("m1_aabb_serial", {"port": emulated.path, "number": "block"})
    try:
        driver.open()
        assert driver.read(0.1) is None
        emulated.rest(block_card(key=OPERATOR_KEY))
        assert next_reading(driver) == CardUnreadable("card.denied")
    finally:
        driver.close()
        emulated.close()


def test_a_reader_beeps_after_a_card_and_for_nothing_else(tmp_path: Path) -> None:
    emulated = EmulatedM1Reader(tmp_path, node=0x1234)
    driver = make_reader("m1_aabb_serial", {"port": emulated.path, "beep": True, "node": 0x1234})
    try:
        driver.open()
        emulated.rest("081F2AA4")
        assert next_reading(driver) == CardUnreadable("card.unsupported")
        assert driver.read(0.4) is None
        emulated.rest(UID)
        assert isinstance(next_reading(driver), CardSeen)
        assert emulated.beeps == 0
        assert driver.read(0.1) is None
        assert emulated.beeps == 1
    finally:
        driver.close()
        emulated.close()


def test_a_chip_that_fell_asleep_is_woken(tmp_path: Path) -> None:
    emulated = EmulatedPn532(tmp_path)
    driver = make_reader("pn532_serial", {"port": emulated.path})
    try:
        driver.open()
        assert driver.read(0.0) is None
        emulated.fall_asleep()
        emulated.rest(UID)
        assert isinstance(next_reading(driver), CardSeen)
        assert driver.diagnostics()["wakes"] == "2"
    finally:
        driver.close()
        emulated.close()


def test_a_chip_left_in_a_search_answers_the_next_opener(tmp_path: Path) -> None:
    """Without the end that `close` sends, the search goes on and the next program hears nothing of its own."""
    emulated = EmulatedPn532(tmp_path)
    try:
        for _ in range(2):
            driver = make_reader("pn532_serial", {"port": emulated.path})
            driver.open()
            assert driver.read(0.05) is None
            driver.close()
    finally:
        emulated.close()
