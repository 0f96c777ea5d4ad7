"""The parser must find every whole frame in any stream, and never a card that no whole valid frame contained."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.em4100_frames import CHECKSUM, NOISE, TORN, Fault, Frame, FrameParser, frame, redact

REAL_READINGS = [
    ("02 30 31 30 30 31 32 39 33 44 38 35 38 03", "01001293D8"),
    ("02 30 31 30 30 43 44 41 34 45 43 38 34 03", "0100CDA4EC"),
    ("02 32 39 30 30 44 45 42 33 30 41 34 45 03", "2900DEB30A"),
]
CARD = bytes.fromhex("01001293D8")
OTHER = bytes.fromhex("2900DEB30A")


def found(*pieces: bytes) -> list[Frame | Fault]:
    parser = FrameParser()
    return [item for piece in pieces for item in parser.feed(piece)]


@pytest.mark.parametrize(("wire", "uid_hex"), REAL_READINGS)
def test_real_readings(wire: str, uid_hex: str) -> None:
    assert found(bytes.fromhex(wire)) == [Frame(bytes.fromhex(uid_hex))]
    assert frame(bytes.fromhex(uid_hex)) == bytes.fromhex(wire)


@pytest.mark.parametrize("cut", range(15))
def test_a_frame_cut_anywhere_into_two_reads_is_one_frame(cut: int) -> None:
    wire = frame(CARD)
    assert found(wire[:cut], wire[cut:]) == [Frame(CARD)]


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_torn_frame_is_no_card_and_does_not_eat_the_next(cut: int) -> None:
    assert found(frame(CARD)[:cut] + frame(OTHER)) == [Fault(TORN), Frame(OTHER)]


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_frame_without_its_start_is_noise(cut: int) -> None:
    assert found(frame(CARD)[cut:] + frame(OTHER)) == [Fault(NOISE), Frame(OTHER)]


@pytest.mark.parametrize("missing", range(14))
def test_a_lost_byte_is_no_card(missing: int) -> None:
    wire = frame(CARD)
    items = found(wire[:missing] + wire[missing + 1 :] + frame(OTHER))
    assert items[-1] == Frame(OTHER)
    assert Frame(CARD) not in items


@pytest.mark.parametrize("position", range(14))
@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_bit_is_never_another_card(position: int, bit: int) -> None:
    wire = bytearray(frame(CARD))
    wire[position] ^= 1 << bit
    assert not [item for item in found(bytes(wire)) if isinstance(item, Frame)]


def test_a_bad_checksum_is_told_apart_from_noise() -> None:
    assert found(frame(CARD, checksum=0x00)) == [Fault(CHECKSUM)]
    assert found(b"\xff\x00hello") == [Fault(NOISE)]


def test_a_run_of_noise_is_one_fault_however_it_is_cut() -> None:
    assert found(b"\xff" * 10, b"\x00" * 10, b"\x03") == [Fault(NOISE)]


def test_glued_frames_are_all_found() -> None:
    assert found(frame(CARD) + frame(OTHER) + frame(CARD)) == [Frame(CARD), Frame(OTHER), Frame(CARD)]


def test_lower_case_digits_are_not_this_protocol() -> None:
    assert found(frame(CARD).lower()) == [Fault(TORN)]


def test_an_abandoned_frame_does_not_join_what_comes_later() -> None:
    parser = FrameParser()
    assert list(parser.feed(frame(CARD)[:7])) == []
    assert list(parser.abandon()) == [Fault(TORN)]
    assert list(parser.abandon()) == []
    assert list(parser.feed(frame(CARD)[7:])) == [Fault(NOISE)]


def test_frames_print_masked() -> None:
    assert "1293" not in repr(Frame(CARD))


@pytest.mark.parametrize("length", [0, 4, 6])
def test_only_five_bytes_make_a_frame(length: int) -> None:
    with pytest.raises(ValueError, match="5 bytes"):
        frame(bytes(length))


def test_a_redacted_log_still_replays_and_holds_no_card() -> None:
    wire = frame(CARD) + b"\xfe12" + frame(OTHER) + frame(CARD, checksum=0) + frame(CARD) + frame(OTHER)[:9]
    clean = redact("<", wire)
    assert len(clean) == len(wire)
    assert b"1293D8" not in clean
    assert b"DEB3" not in clean
    kinds = [type(item) if isinstance(item, Frame) else item for item in found(wire)]
    assert [type(item) if isinstance(item, Frame) else item for item in found(clean)] == kinds
    first, _, second, _, third = found(clean)
    assert first == third != second


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(min_size=5, max_size=5))
def test_redaction_keeps_length_and_faults(before: bytes, after: bytes, uid: bytes) -> None:
    wire = before + frame(uid) + after
    clean = redact("<", wire)
    assert len(clean) == len(wire)
    assert [type(item) for item in found(clean)] == [type(item) for item in found(wire)]
