"""The AA BB frames: the escape is what goes wrong in the field, so it is tried at every place and in every cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.aabb_frames import (
    ANY_NODE,
    LONGEST,
    NOISE,
    SHORTEST,
    TORN,
    Damaged,
    Fault,
    Frame,
    FrameParser,
    Item,
    frame,
)

# Published with real readers: command, data, and the frame on the wire.
VECTORS = [
    (0x0106, "64", "AA BB 06 00 FF FF 06 01 64 63"),
    (0x0201, "52", "AA BB 06 00 FF FF 01 02 52 51"),
    (0x0202, "04", "AA BB 06 00 FF FF 02 02 04 04"),
    (0x0203, "4C D9 00 80", "AA BB 09 00 FF FF 03 02 4C D9 00 80 14"),
]
ONE = frame(0, 0x0202, bytes.fromhex("00 4C AA 00 80"))
OTHER = frame(0, 0x0208, bytes(1) + b"\xaa" * 16)
ONE_SAYS = Frame(0, 0x0202, bytes.fromhex("00 4C AA 00 80"))
OTHER_SAYS = Frame(0, 0x0208, bytes(1) + b"\xaa" * 16)


def found(*pieces: bytes) -> list[Item]:
    """What is in a stream, to its very end."""
    parser = FrameParser()
    return [item for piece in pieces for item in parser.feed(piece)] + list(parser.abandon())


@pytest.mark.parametrize(("command", "data", "wire"), VECTORS)
def test_published_frames(command: int, data: str, wire: str) -> None:
    assert frame(ANY_NODE, command, bytes.fromhex(data)) == bytes.fromhex(wire)
    assert found(bytes.fromhex(wire)) == [Frame(ANY_NODE, command, bytes.fromhex(data))]


def test_an_aa_is_followed_by_a_zero_that_nothing_counts() -> None:
    assert bytes.fromhex("AA BB 0A 00 00 00 02 02 00 4C AA 00 00 80 66") == ONE
    assert found(ONE) == [ONE_SAYS]


@pytest.mark.parametrize("escaped", [True, False])
def test_a_check_that_is_aa_may_be_escaped_or_not(escaped: bool) -> None:
    wire = frame(0, 0x0202, bytes.fromhex("00 AA"))
    assert wire.endswith(b"\xaa\x00\xaa\x00")
    items = found((wire if escaped else wire[:-1]) + ONE)
    assert items == [Frame(0, 0x0202, bytes.fromhex("00 AA")), ONE_SAYS]


@given(st.binary(max_size=LONGEST - SHORTEST), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_whatever_is_said_is_heard(data: bytes, node: int, command: int) -> None:
    wire = frame(node, command, data)
    assert found(wire) == [Frame(node, command, data)]
    assert b"\xaa\xbb" not in wire[1:]


def test_more_than_a_frame_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="164"):
        frame(0, 0, bytes(165))


@pytest.mark.parametrize("cut", range(len(OTHER)))
def test_cut_anywhere_it_is_one_frame(cut: int) -> None:
    assert found(OTHER[:cut], OTHER[cut:]) == [OTHER_SAYS]


@pytest.mark.parametrize("cut", range(2, len(OTHER) - 2))
def test_a_torn_frame_does_not_eat_the_next(cut: int) -> None:
    items = found(OTHER[:cut] + ONE)
    assert items[-1] == ONE_SAYS
    assert OTHER_SAYS not in items


@pytest.mark.parametrize("position", range(2, len(ONE)))
@pytest.mark.parametrize("bit", range(8))
def test_a_turned_bit_is_never_an_answer(position: int, bit: int) -> None:
    wire = bytearray(ONE)
    wire[position] ^= 1 << bit
    assert not [item for item in found(bytes(wire) + ONE)[:-1] if isinstance(item, Frame)]


def test_a_wrong_check_is_told_with_its_status() -> None:
    wire = frame(0, 0x0201, b"\x14")
    assert found(wire[:-1] + b"\x00") == [Damaged(0x0201, 0x14)]
    assert found(frame(0, 0x0201)[:-1] + b"\x00") == [Damaged(0x0201, None)]


def test_faults_are_told_apart() -> None:
    assert found(b"\x01\x02\x03") == [Fault(NOISE)]
    assert found(ONE[:9]) == [Fault(TORN)]
    assert found(ONE[:7] + b"\xaa\x55" + ONE) == [Fault(TORN), ONE_SAYS]
    assert found(b"\xaa\xbb\x04\x00" + ONE) == [Fault(NOISE), ONE_SAYS]
    assert found(b"\xaa\xbb\xaa\x00\x11" + ONE) == [Fault(NOISE), ONE_SAYS]


def test_a_run_of_noise_is_one_fault_however_it_is_cut() -> None:
    assert found(b"\x01\x02", b"\x03\xaa", b"\x04\x05") == [Fault(NOISE)]


def test_a_frame_prints_nothing_of_its_content() -> None:
    assert "4c" not in repr(ONE_SAYS).lower()
