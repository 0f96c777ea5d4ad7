"""The PN532's frames: whole ones are found in any stream, and nothing else is ever taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.pn532_frames import (
    ACK,
    CHECKSUM,
    NACK,
    NOISE,
    TO_CHIP,
    TO_HOST,
    TORN,
    Ack,
    Fault,
    Frame,
    FrameParser,
    Item,
    Nack,
    frame,
)

# Published with real chips: command or answer, and the frame on the wire.
VECTORS = [
    (TO_CHIP, "14 01", "00 00 FF 03 FD D4 14 01 17 00"),
    (TO_CHIP, "14 01 14 01", "00 00 FF 05 FB D4 14 01 14 01 02 00"),
    (TO_HOST, "15", "00 00 FF 02 FE D5 15 16 00"),
    (TO_CHIP, "02", "00 00 FF 02 FE D4 02 2A 00"),
    (TO_HOST, "03 32 01 06 07", "00 00 FF 06 FA D5 03 32 01 06 07 E8 00"),
    (TO_CHIP, "32 05 FF 01 10", "00 00 FF 06 FA D4 32 05 FF 01 10 E5 00"),
    (TO_CHIP, "4A 01 00", "00 00 FF 04 FC D4 4A 01 00 E1 00"),
    (
        TO_HOST,
        "4B 01 01 00 04 08 04 90 1F 2A A4",
        "00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 90 1F 2A A4 51 00",
    ),
    (TO_HOST, "4B 00", "00 00 FF 03 FD D5 4B 00 E0 00"),
    (TO_CHIP, "4A 01 03 00", "00 00 FF 05 FB D4 4A 01 03 00 DE 00"),
    (
        TO_CHIP,
        "40 01 60 07 FF FF FF FF FF FF 90 1F 2A A4",
        "00 00 FF 0F F1 D4 40 01 60 07 FF FF FF FF FF FF 90 1F 2A A4 0D 00",
    ),
    (TO_HOST, "41 14", "00 00 FF 03 FD D5 41 14 D6 00"),
    (TO_CHIP, "40 01 30 07", "00 00 FF 05 FB D4 40 01 30 07 B4 00"),
]
ONE, OTHER = (bytes.fromhex(wire) for _, _, wire in VECTORS[6:8])
ONE_SAYS, OTHER_SAYS = (Frame(tfi, bytes.fromhex(body)) for tfi, body, _ in VECTORS[6:8])


def found(*pieces: bytes) -> list[Item]:
    """What is in a stream, to its very end."""
    parser = FrameParser()
    return [item for piece in pieces for item in parser.feed(piece)] + list(parser.abandon())


@pytest.mark.parametrize(("tfi", "body", "wire"), VECTORS)
def test_published_frames(tfi: int, body: str, wire: str) -> None:
    assert found(bytes.fromhex(wire)) == [Frame(tfi, bytes.fromhex(body))]
    assert frame(tfi, bytes.fromhex(body)) == bytes.fromhex(wire)


def test_short_frames() -> None:
    assert found(ACK + NACK + bytes.fromhex("0000FF01FF7F8100")) == [Ack(), Nack(), Frame(0x7F, b"")]


@pytest.mark.parametrize("length", [0, 253, 254, 255, 264])
def test_a_long_body_gets_an_extended_frame(length: int) -> None:
    body = bytes(number * 7 % 256 for number in range(length))
    assert found(frame(TO_HOST, body)) == [Frame(TO_HOST, body)]


def test_more_than_a_frame_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="265"):
        frame(TO_HOST, bytes(265))


@pytest.mark.parametrize("cut", range(len(OTHER)))
def test_cut_anywhere_it_is_one_frame(cut: int) -> None:
    assert found(OTHER[:cut], OTHER[cut:]) == [OTHER_SAYS]


@pytest.mark.parametrize("cut", range(3, len(OTHER) - 2))
def test_a_torn_frame_does_not_eat_the_next(cut: int) -> None:
    items = found(OTHER[:cut] + ONE + bytes(20))
    assert items[-1] == ONE_SAYS
    assert OTHER_SAYS not in items


@pytest.mark.parametrize("position", range(2, len(OTHER) - 1))
@pytest.mark.parametrize("bit", range(8))
def test_a_turned_bit_is_never_an_answer(position: int, bit: int) -> None:
    wire = bytearray(OTHER)
    wire[position] ^= 1 << bit
    assert not [item for item in found(bytes(wire) + bytes(20)) if isinstance(item, Frame)]


def test_faults_are_told_apart() -> None:
    wrong_sum = OTHER[:-2] + bytes([OTHER[-2] ^ 1, 0])
    assert found(wrong_sum)[0] == Fault(CHECKSUM)
    assert found(b"\x01\x02\x03") == [Fault(NOISE)]
    assert found(OTHER[:9]) == [Fault(TORN)]
    assert found(bytes(40)) == []


def test_a_run_of_noise_is_one_fault_however_it_is_cut() -> None:
    assert found(b"\x01\x02", b"\x03", b"\x04\x05") == [Fault(NOISE)]


def test_a_frame_prints_nothing_of_its_content() -> None:
    assert "1f" not in repr(OTHER_SAYS).lower()


@given(st.lists(st.binary(max_size=9)), st.lists(st.binary(max_size=9)))
def test_a_whole_frame_is_found_in_any_noise_that_ends(before: list[bytes], after: list[bytes]) -> None:
    # Zeros let an apparent frame in the noise run into its wrong sum, which ends it.
    assert OTHER_SAYS in found(*before, bytes(280), OTHER, *after)
