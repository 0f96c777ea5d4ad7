"""A door is opened by eight bytes: the frames of Modbus RTU against published ones, and replies in any pieces."""

from __future__ import annotations

import pytest

from drivers.relays import modbus_frames as frames
from drivers.relays.lcus import switch_frame
from drivers.relays.modbus_frames import Refusal, ReplyParser

READ_8 = bytes.fromhex("01 01 00 00 00 08 3D CC")
RELAY_1_ON = bytes.fromhex("01 01 01 01 90 48")
ALL_OFF = bytes.fromhex("01 01 01 00 51 88")
PULSE_700 = bytes.fromhex("01 05 02 00 00 07 8D B0")


@pytest.mark.parametrize(
    ("made", "published"),
    [
        (frames.switch(1, 1, True), "01 05 00 00 FF 00 8C 3A"),
        (frames.switch(1, 1, False), "01 05 00 00 00 00 CD CA"),
        (frames.switch(0xFF, 1, True), "FF 05 00 00 FF 00 99 E4"),
        (frames.read_coils(1, 8), "01 01 00 00 00 08 3D CC"),
        (frames.flash_on(1, 1, 7), "01 05 02 00 00 07 8D B0"),
        (frames.framed(bytes.fromhex("01 85 02")), "01 85 02 C3 51"),
        (switch_frame(1, True), "A0 01 01 A2"),
        (switch_frame(1, False), "A0 01 00 A1"),
        (switch_frame(2, True), "A0 02 01 A3"),
        (switch_frame(2, False), "A0 02 00 A2"),
    ],
)
def test_requests_are_the_published_ones(made: bytes, published: str) -> None:
    assert made == bytes.fromhex(published)


@pytest.mark.parametrize(("duration_ms", "units"), [(1, 1), (100, 1), (101, 2), (700, 7), (2950, 30)])
def test_a_pulse_is_rounded_up(duration_ms: int, units: int) -> None:
    assert frames.flash_units(duration_ms) == units


def test_states_are_read_from_the_lowest_bit() -> None:
    reply = frames.framed(bytes.fromhex("01 01 02 05 80"))
    assert [channel for channel, on in enumerate(frames.coils(reply, 16), start=1) if on] == [1, 3, 16]


@pytest.mark.parametrize("split", range(len(RELAY_1_ON) + 1))
def test_a_reply_in_two_pieces(split: int) -> None:
    parser = ReplyParser(READ_8)
    found = [parser.feed(RELAY_1_ON[:split]), parser.feed(RELAY_1_ON[split:])]
    assert RELAY_1_ON in found
    assert not parser.noise
    assert not parser.echoed


@pytest.mark.parametrize("noise", ["00", "01", "01 01", "01 01 01", "01 05 02", "FF FF FF FF FF FF FF FF FF"])
def test_noise_before_a_reply_hides_nothing(noise: str) -> None:
    for request, reply in ((READ_8, ALL_OFF), (PULSE_700, PULSE_700)):
        parser = ReplyParser(request)
        assert parser.feed(bytes.fromhex(noise) + reply) == reply
        assert parser.noise


@pytest.mark.parametrize("position", range(len(PULSE_700) * 8))
def test_a_flipped_bit_is_no_confirmation(position: int) -> None:
    damaged = bytearray(PULSE_700)
    damaged[position // 8] ^= 1 << position % 8
    assert ReplyParser(PULSE_700).feed(bytes(damaged)) is None


@pytest.mark.parametrize(
    ("request_sent", "heard"),
    [
        (PULSE_700, frames.flash_on(1, 2, 7)),  # another door
        (PULSE_700, frames.flash_on(1, 1, 70)),  # another time
        (PULSE_700, frames.flash_on(2, 1, 7)),  # another board
        (READ_8, frames.framed(bytes.fromhex("02 01 01 01"))),
        (READ_8, frames.framed(bytes.fromhex("01 01 02 01 00"))),  # of another question
        (READ_8, RELAY_1_ON[:-2] + RELAY_1_ON[:-3:-1]),  # the check's bytes swapped
        (READ_8, PULSE_700),
        (PULSE_700, RELAY_1_ON),
    ],
)
def test_what_answers_something_else_is_no_reply(request_sent: bytes, heard: bytes) -> None:
    parser = ReplyParser(request_sent)
    assert parser.feed(heard) is None
    assert parser.noise


def test_a_refusal_has_its_number() -> None:
    assert ReplyParser(PULSE_700).feed(bytes.fromhex("01 85 02 C3 51")) == Refusal(2)
    assert ReplyParser(READ_8).feed(frames.framed(bytes.fromhex("01 81 06"))) == Refusal(6)


def test_the_echo_of_a_question_is_told_from_its_answer() -> None:
    parser = ReplyParser(READ_8)
    assert parser.feed(READ_8) is None
    assert parser.echoed
    assert not parser.noise
    assert parser.feed(ALL_OFF) == ALL_OFF


def test_the_echo_of_a_pulse_is_no_confirmation() -> None:
    parser = ReplyParser(PULSE_700, echoes=True)
    assert parser.feed(PULSE_700) is None
    assert parser.feed(PULSE_700) == PULSE_700
