"""Packets of the Simple Serial Interface: found in any pieces, behind any noise, and never believed when damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanners.ssi_frames import (
    ACK,
    AGAIN,
    DECODE_DATA,
    HOST,
    NOISE,
    SCANNER,
    START_DECODE,
    STOP_DECODE,
    TORN,
    Fault,
    Packet,
    PacketParser,
    packet,
    redact,
)

WIRE = bytes.fromhex("09F3000003 31323334 FE37")
DECODED = Packet(DECODE_DATA, SCANNER, 0, b"\x031234")


def parse(*pieces: bytes, source: int = SCANNER) -> list[Packet | Fault]:
    parser = PacketParser(source)
    return [item for piece in pieces for item in parser.feed(piece)] + list(parser.abandon())


@pytest.mark.parametrize(
    ("wire", "made"),
    [
        ("04 E4 04 00 FF 14", packet(START_DECODE)),
        ("04 E5 04 00 FF 13", packet(STOP_DECODE)),
        ("04 D0 04 00 FF 28", packet(ACK)),
        ("04 D0 00 00 FF 2C", packet(ACK, source=SCANNER)),
        ("09 F3 00 00 03 31 32 33 34 FE 37", packet(DECODE_DATA, b"\x031234", source=SCANNER)),
    ],
)
def test_the_vectors_of_a_makers_manual(wire: str, made: bytes) -> None:
    assert made == bytes.fromhex(wire)
    assert [type(found) for found in parse(made, source=made[2])] == [Packet]


@pytest.mark.parametrize("cut", range(1, len(WIRE)))
def test_a_packet_cut_anywhere_is_one_packet(cut: int) -> None:
    assert parse(WIRE[:cut], WIRE[cut:]) == [DECODED]


def test_glued_packets_are_all_found() -> None:
    assert parse(WIRE + packet(ACK, source=SCANNER) + WIRE) == [DECODED, Packet(ACK), DECODED]


@pytest.mark.parametrize("noise", [b"\x00", b"\x03\x02\x01", b"\xff", b"\x3a\x00\x00", b"\x09\xf3"])
def test_noise_before_a_packet_does_not_eat_it(noise: bytes) -> None:
    assert DECODED in parse(noise + WIRE)


@pytest.mark.parametrize("position", range(len(WIRE)))
@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_bit_is_never_another_code(position: int, bit: int) -> None:
    damaged = bytearray(WIRE)
    damaged[position] ^= 1 << bit
    assert not [found for found in parse(bytes(damaged)) if isinstance(found, Packet)]


@pytest.mark.parametrize("missing", range(len(WIRE)))
def test_a_lost_byte_is_no_code(missing: int) -> None:
    assert not [found for found in parse(WIRE[:missing] + WIRE[missing + 1 :]) if isinstance(found, Packet)]


def test_what_the_host_says_is_not_heard_as_the_scanner() -> None:
    assert Packet(ACK, HOST) not in parse(packet(ACK))
    assert parse(packet(ACK), source=HOST) == [Packet(ACK, HOST)]


def test_a_run_of_noise_is_one_fault_however_it_is_cut() -> None:
    assert parse(b"\x01", b"\x02\x03", b"\x00") == [Fault(NOISE)]


def test_a_torn_packet_is_told() -> None:
    assert parse(WIRE[:6]) == [Fault(TORN)]


def test_the_status_says_what_was_sent_before() -> None:
    again = parse(packet(DECODE_DATA, b"\x031234", source=SCANNER, status=AGAIN))[0]
    assert isinstance(again, Packet)
    assert again.again
    assert not again.continued


def test_codes_print_masked() -> None:
    assert "1234" not in repr(DECODED)


def test_more_than_a_packet_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="251"):
        packet(DECODE_DATA, bytes(252))


def test_a_redacted_log_still_replays_and_holds_no_code() -> None:
    other = packet(DECODE_DATA, b"\xf1SECRET-CODE", source=SCANNER)
    stream = b"\x01" + WIRE + other + WIRE + other[:9]
    clean = redact("<", stream)
    assert len(clean) == len(stream)
    for secret in (b"1234", b"SECRET", b"CODE"):
        assert secret not in clean
    one, two, three = (found.data for found in parse(clean) if isinstance(found, Packet))
    assert one == three != two


def test_a_code_whose_opcode_was_damaged_unseen_is_redacted_too() -> None:
    damaged = packet(0xF1, b"\xf1SECRET", source=SCANNER, status=2)
    clean = redact("<", damaged)
    assert b"SECRET" not in clean
    assert [type(found) for found in parse(clean)] == [Packet]


def test_what_we_send_is_not_private() -> None:
    assert redact(">", packet(START_DECODE)) == packet(START_DECODE)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_redaction_keeps_the_length(before: bytes, after: bytes) -> None:
    stream = before + WIRE + after
    assert len(redact("<", stream)) == len(stream)
