"""A log from the field is a ring with gaps, of a terminal that did other things too: it must play all the same, in seconds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from drivers.base import DeviceGone
from drivers.cards.em4100_frames import frame
from drivers.kinds import UnknownKind, WrongOption
from drivers.replay import NotReplayable, PatientTransport, replay
from drivers.wire_log import INTRODUCTION, WireLog, parse

RECORDINGS = Path(__file__).parent / "recordings"
CARD = frame(bytes.fromhex("01001293D8")).hex(" ")


def as_it_is(direction: str, stream: bytes) -> bytes:
    return stream


def lines_of(name: str) -> list[str]:
    return (RECORDINGS / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def test_how_a_device_introduced_itself_outlives_the_ring() -> None:
    log = WireLog(capacity=100)
    for number in range(5):
        log.note("<", bytes([0xEE, number]))
    log.opened()
    for number in range(1000):
        log.note("<", number.to_bytes(2, "big"))
    exported = log.export(as_it_is)
    kept = [int.from_bytes(line.data, "big") for line in parse(exported)]
    assert kept[:INTRODUCTION] == list(range(INTRODUCTION))
    assert kept[INTRODUCTION:] == list(range(1000 - (100 - INTRODUCTION), 1000))
    assert exported[INTRODUCTION] == "# 900 lines left out"


def test_what_went_before_the_last_opening_goes_first() -> None:
    log = WireLog(capacity=10)
    for number in range(8):
        log.note("<", bytes([number]))
    log.opened()
    for number in range(8, 14):
        log.note("<", bytes([number]))
    assert [line.data[0] for line in parse(log.export(as_it_is))] == list(range(4, 14))


def test_hours_of_silence_take_no_time() -> None:
    began = time.monotonic()
    played = replay(
        "em4100_serial",
        {"port": "x"},
        [f"10.0 < {CARD}", f"10.065 < {CARD}", f"36010.0 < {CARD}", f"36010.065 < {CARD}"],
    )
    assert time.monotonic() - began < 2
    assert [each.what.partition("(")[0] for each in played] == [
        "CardSeen",
        "CardLifted",
        "CardSeen",
        "CardLifted",
    ]
    assert all(each.at_ms < 10_000 for each in played)


def test_what_the_driver_does_not_send_now_holds_nothing_up() -> None:
    transport = PatientTransport(["> 10 04 01", "< 12", "> 1B 40", "> 10 04 04", "< 12"])
    transport.open()
    assert transport.read(10, 0.5) == b""
    assert transport.read(10, 0.6) == b""
    assert transport.read(10, 0.5) == b"\x12", "after a second the terminal's own words are passed over"
    transport.write(b"\x10\x04\x04", 0.1)
    assert transport.read(10, 0.5) == b"\x12"
    assert transport.finished


def test_what_the_log_does_not_have_is_not_answered() -> None:
    transport = PatientTransport(["> 10 04 01", "< 12"])
    transport.open()
    transport.write(b"\x1d\x49\x42", 0.1)
    assert transport.unanswered == 1
    transport.write(b"\x10\x04\x01", 0.1)
    assert transport.read(10, 0.5) == b"\x12"
    transport.close()
    with pytest.raises(DeviceGone):
        transport.write(b"\x10", 0.1)


def test_a_case_that_ends_in_an_unplugging_ends_in_an_error() -> None:
    played = replay("em4100_serial", {"port": "x"}, lines_of("em4100_rough_line"))
    assert played[-1].code == "device.gone"


def test_a_smart_cards_log_that_begins_within_a_card_goes_on_with_the_next() -> None:
    whole = lines_of("pcsc_t_union")
    first_command = next(number for number, line in enumerate(whole) if ">" in line)
    played = replay("pcsc", {}, whole[first_command:] + whole)
    assert [each.what.partition("(")[0] for each in played][:1] == ["CardSeen"]


def test_no_log_can_make_it_run_for_ever() -> None:
    began = time.monotonic()
    replay("pn532_serial", {"port": "x"}, ["1.0 < 00 00 FF 00 FF 00"] * 500)
    replay("escpos_serial", {"port": "x"}, ["> 00"] * 200)
    assert time.monotonic() - began < 10


def test_an_empty_log_makes_nothing() -> None:
    assert replay("em4100_serial", {"port": "x"}, []) == []


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("camera_v4l2", {"path": "x"}, NotReplayable),
        ("no_such_kind", {}, UnknownKind),
        ("em4100_serial", {"port": 5}, WrongOption),
    ],
)
def test_what_cannot_be_played_is_refused(
    kind: str, options: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        replay(kind, options, [])
