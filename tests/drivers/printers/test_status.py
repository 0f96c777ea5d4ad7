"""Four kinds of answer share one line: a byte that is taken for another kind makes paper out look like paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printers.profiles import NearEnd
from drivers.printers.status import (
    Answer,
    AutoStatus,
    Echo,
    Fence,
    FlowControl,
    Info,
    Noise,
    PrinterState,
    Query,
    RealTime,
    StatusStream,
)


def answers(stream: bytes) -> list[Answer]:
    return StatusStream().feed(stream)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("12", [RealTime(0x12)]),
        ("16", [RealTime(0x16)]),
        ("1A", [RealTime(0x1A)]),
        ("72", [RealTime(0x72)]),
        ("7E", [RealTime(0x7E)]),
        ("14 00 00 0F", [AutoStatus(bytes.fromhex("1400000F"))]),
        ("3C 00 0C 0F", [AutoStatus(bytes.fromhex("3C000C0F"))]),
        ("1C 08 00 00", [AutoStatus(bytes.fromhex("1C080000"))]),
        ("10 00 03 0F", [AutoStatus(bytes.fromhex("1000030F"))]),
        ("00 03 0C", [Fence(0x00), Fence(0x03), Fence(0x0C)]),
        ("37 22 30 30 34 32 00", [Echo(b"0042")]),
        ("5F 54 4D 2D 54 38 38 56 00", [Info("TM-T88V")]),
        ("13 11", [FlowControl(False), FlowControl(True)]),
        ("FF", [Noise(b"\xff")]),
        ("37 41", [Noise(b"7"), Fence(0x41)]),
        ("14 00 12", [Noise(b"\x14\x00"), RealTime(0x12)]),
        (
            "12 14 00 00 0F 00 37 22 30 30 34 32 00 13 72 11",
            [
                RealTime(0x12),
                AutoStatus(bytes.fromhex("1400000F")),
                Fence(0),
                Echo(b"0042"),
                FlowControl(False),
                RealTime(0x72),
                FlowControl(True),
            ],
        ),
    ],
)
def test_stream_of_mixed_answers_is_taken_apart(stream: str, expected: list[Answer]) -> None:
    assert answers(bytes.fromhex(stream)) == expected


@given(st.lists(st.binary(min_size=1, max_size=9), max_size=12))
def test_any_bytes_in_any_pieces_give_the_same_answers(pieces: list[bytes]) -> None:
    stream = StatusStream()
    in_pieces = [answer for piece in pieces for answer in stream.feed(piece)]
    assert in_pieces == answers(b"".join(pieces))


def test_unfinished_answer_waits_for_its_rest() -> None:
    stream = StatusStream()
    assert stream.feed(bytes.fromhex("37 22 30 30")) == []
    assert stream.feed(bytes.fromhex("34 32 00")) == [Echo(b"0042")]


@pytest.mark.parametrize(
    ("query", "value", "code"),
    [
        (Query.PRINTER, 0x12, ""),
        (Query.PRINTER, 0x16, ""),
        (Query.PRINTER, 0x1A, "printer.offline"),
        (Query.OFFLINE_CAUSE, 0x16, "printer.cover_open"),
        (Query.OFFLINE_CAUSE, 0x32, "printer.paper_out"),
        (Query.OFFLINE_CAUSE, 0x36, "printer.cover_open"),
        (Query.ERROR_CAUSE, 0x1A, "printer.cutter"),
        (Query.ERROR_CAUSE, 0x32, "printer.fault"),
        (Query.ERROR_CAUSE, 0x52, "printer.fault"),
        (Query.PAPER, 0x72, "printer.paper_out"),
        (Query.PAPER, 0x7E, "printer.paper_out"),
        (Query.PAPER, 0x32, "printer.paper_out"),  # a clone that sets one bit of the pair
        (Query.PAPER, 0x52, "printer.paper_out"),
        (Query.PAPER, 0x1E, ""),
    ],
)
def test_real_time_answer_says_what_keeps_it_from_printing(query: Query, value: int, code: str) -> None:
    assert PrinterState().after(query, value).code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("1400000F", ""),
        ("3C000C0F", "printer.cover_open"),
        ("1C000C0F", "printer.paper_out"),
        ("1C080000", "printer.cutter"),
        ("1C200000", "printer.fault"),
        ("1000030F", ""),
    ],
)
def test_automatic_status_says_the_same(data: str, code: str) -> None:
    assert PrinterState().after_auto(AutoStatus(bytes.fromhex(data))).code == code


@pytest.mark.parametrize(
    ("value", "meaning", "warns"),
    [
        (0x1E, NearEnd.BOTH, True),
        (0x16, NearEnd.BOTH, False),
        (0x1A, NearEnd.BOTH, False),
        (0x16, NearEnd.ANY, True),
        (0x1A, NearEnd.ANY, True),
        (0x12, NearEnd.ANY, False),
        (0x1E, NearEnd.NEVER, False),
    ],
)
def test_near_end_is_a_warning_by_the_profile(value: int, meaning: NearEnd, warns: bool) -> None:
    state = PrinterState().after(Query.PAPER, value, meaning)
    assert state.warning == ("printer.paper_near_end" if warns else "")
    assert state.code == ""


def test_paper_out_is_no_longer_a_warning() -> None:
    assert PrinterState().after(Query.PAPER, 0x7E).warning == ""
