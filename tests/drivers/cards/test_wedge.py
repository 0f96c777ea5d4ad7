"""A reader that types: its number must mean one card, the same as at a serial reader, and be read once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.base import CardReading, CardSeen, CardUnreadable, DeviceGone, Health, ProtocolError
from drivers.cards.numbers import (
    TypedForm,
    eight_hex,
    em4100_card,
    ten_decimal,
    ten_decimal_reversed,
    typed_card,
    whole_hex,
)
from drivers.cards.wedge import WedgeReader
from drivers.emulators.keyboard import EmulatedKeyboard
from drivers.kinds import MissingOption, WrongOption
from drivers.registry import make_reader
from drivers.wire_log import RecordedTransport, WireLog, parse

CARD = em4100_card("01001293D8")
OTHER = em4100_card("0100CDA4EC")
RECORDING = Path(__file__).parent.parent / "recordings" / "wedge_two_cards.txt"
S = 1_000_000_000


@pytest.fixture
def keyboard(tmp_path: Path) -> Iterator[EmulatedKeyboard]:
    emulated = EmulatedKeyboard(tmp_path)
    yield emulated
    emulated.close()


@pytest.fixture
def reader(keyboard: EmulatedKeyboard) -> Iterator[Any]:
    driver = make_reader("wedge", {"path": keyboard.path, "number_format": "10D", "first_byte": "01"})
    driver.open()
    yield driver
    driver.close()


def test_a_card_is_the_same_in_every_form() -> None:
    for form, typed in {
        TypedForm.TEN_HEX: whole_hex(CARD),
        TypedForm.TEN_DECIMAL: ten_decimal(CARD),
        TypedForm.TEN_DECIMAL_REVERSED: ten_decimal_reversed(CARD),
        TypedForm.EIGHT_HEX: eight_hex(CARD),
        TypedForm.EIGHT_HEX_REVERSED: "D8931200",
    }.items():
        assert typed_card(typed, form, 1) == CARD
        assert typed_card(typed.lower(), form, 1) == CARD


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("1217496", TypedForm.TEN_DECIMAL),
        ("4294967296", TypedForm.TEN_DECIMAL),
        ("00012174961", TypedForm.TEN_DECIMAL),
        ("001293D8", TypedForm.TEN_DECIMAL),
        ("018,37848", TypedForm.TEN_DECIMAL),
        ("01837848", TypedForm.TEN_HEX),
        ("0001217496", TypedForm.EIGHT_HEX),
        ("٠٠٠١٢١٧٤٩٦", TypedForm.TEN_DECIMAL),
        ("", TypedForm.TEN_HEX),
    ],
)
def test_another_form_is_no_card(typed: str, form: TypedForm) -> None:
    assert typed_card(typed, form, 1) is None


@pytest.mark.parametrize("number_format", ["3+5", "8D", "W26", "10d", ""])
def test_a_form_that_could_mean_two_cards_is_refused(number_format: str) -> None:
    with pytest.raises(WrongOption, match="two cards"):
        make_reader("wedge", {"path": "/dev/null", "number_format": number_format, "first_byte": "01"})


def test_the_byte_that_a_form_leaves_out_must_be_said() -> None:
    for number_format in ("10D", "10D_reversed", "8H", "8H_reversed"):
        with pytest.raises(MissingOption, match="first_byte"):
            make_reader("wedge", {"path": "/dev/null", "number_format": number_format})
    make_reader("wedge", {"path": "/dev/null", "number_format": "10H"})
    with pytest.raises(WrongOption, match="two hex digits"):
        make_reader("wedge", {"path": "/dev/null", "number_format": "10D", "first_byte": "1"})


def test_a_tap_is_one_card(keyboard: EmulatedKeyboard, reader: Any) -> None:
    before_ns = keyboard.type_line(ten_decimal(CARD))
    seen = reader.read(2)
    assert isinstance(seen, CardSeen)
    assert seen.card == CARD
    assert abs(seen.stamp_ns - before_ns) < 1 * S
    keyboard.type_line(ten_decimal(CARD))
    keyboard.type_line(ten_decimal(OTHER))
    assert reader.read(2).card == OTHER
    assert reader.diagnostics()["repeated"] == "1"


def test_a_number_with_the_wrong_form_is_told(keyboard: EmulatedKeyboard, reader: Any) -> None:
    keyboard.type_line("01837848")
    assert reader.read(2) == CardUnreadable("card.noise")
    keyboard.type_line("018,37848")
    assert reader.read(0.05) is None  # at most once a second


@pytest.mark.parametrize("trouble", ["half_line", "overflow"])
def test_a_line_without_its_end_is_torn(keyboard: EmulatedKeyboard, reader: Any, trouble: str) -> None:
    keyboard.half_line(ten_decimal(CARD))
    if trouble == "overflow":
        keyboard.overflow()
    assert reader.read(1) == CardUnreadable("card.torn")
    keyboard.type_line(ten_decimal(OTHER))
    assert reader.read(2).card == OTHER


def test_what_was_typed_long_ago_is_dropped(keyboard: EmulatedKeyboard, reader: Any) -> None:
    keyboard.type_line(ten_decimal(CARD), age_ns=6 * S)
    keyboard.type_line(ten_decimal(OTHER), age_ns=4 * S)
    assert reader.read(2).card == OTHER
    assert reader.diagnostics()["stale"] == "1"


def test_what_was_typed_while_nobody_listened_is_not_there(keyboard: EmulatedKeyboard, reader: Any) -> None:
    reader.close()
    keyboard.type_line(ten_decimal(CARD))
    reader.open()
    assert reader.read(0.05) is None


def test_a_held_key_is_one_digit(keyboard: EmulatedKeyboard, reader: Any) -> None:
    keyboard.held_key("0")
    keyboard.type_line(ten_decimal(CARD)[1:], gap_ns=0)
    assert reader.read(2).card == CARD


def test_another_devices_bytes_are_said_to_be_that(keyboard: EmulatedKeyboard, reader: Any) -> None:
    keyboard.noise(b"\x02" + b"01001293D858" + b"\x03" + b"\xff" * 40)
    with pytest.raises(ProtocolError):
        reader.read(2)
    reader.open()
    keyboard.type_line(ten_decimal(CARD))
    assert reader.read(2).card == CARD


def test_unplugged_in_the_middle_of_a_line(keyboard: EmulatedKeyboard, reader: Any) -> None:
    keyboard.half_line(ten_decimal(CARD))
    keyboard.unplug()
    with pytest.raises(DeviceGone):
        reader.read(2)
    assert reader.probe().health is Health.DOWN
    keyboard.plug()
    reader.open()
    keyboard.type_line(ten_decimal(CARD))
    assert reader.read(2).card == CARD


def played(lines: list[str]) -> list[CardReading]:
    transport = RecordedTransport(lines)
    driver = WedgeReader(transport, TypedForm.TEN_DECIMAL, 1, monotonic_ns=transport.monotonic_ns)
    driver.open()
    readings = []
    while not transport.finished or driver.diagnostics()["torn"] == "0":
        reading = driver.read(1.0)
        if reading is not None:
            readings.append(reading)
    return readings


def test_a_recording_means_the_same_for_ever() -> None:
    readings = played(RECORDING.read_text(encoding="utf-8").splitlines())
    assert readings == [
        CardSeen(CARD, 20_000_000),
        CardSeen(OTHER, 6_020_000_000),
        CardUnreadable("card.torn"),
    ]


def test_a_redacted_log_replays_and_holds_no_number() -> None:
    lines = parse(RECORDING.read_text(encoding="utf-8").splitlines())
    log = WireLog()
    for line in lines:
        log.note(line.direction, line.data)
    clean = parse(log.export(WedgeReader.redact))
    one, two, torn = played(
        [f"{(old.at_ns or 0) / 1e9} < {new.data.hex()}" for old, new in zip(lines, clean, strict=True)]
    )
    assert isinstance(one, CardSeen)
    assert isinstance(two, CardSeen)
    assert one.card != two.card
    assert not {one.card, two.card} & {CARD, OTHER}
    assert torn == CardUnreadable("card.torn")
