"""The parser must find every whole reply in any stream, read it by its length, and believe nothing that is damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.sam_frames import (
    CHECKSUM,
    HOST_TIMEOUT,
    HOST_TIMEOUT_FRAME,
    PREAMBLE,
    Command,
    Fault,
    Reply,
    ReplyParser,
    State,
    reply_frame,
)
from drivers.emulators.people import invented_card

OK = bytes([0, 0, State.OK])
CARD = invented_card(5)
READ_DATA = b"\x01\x00\x04\x00" + CARD.text + CARD.photo
WHOLE = reply_frame(OK, READ_DATA)
PUBLISHED = [
    ("AA AA AA 96 69 00 04 00 00 80 84", State.NO_CARD, ""),
    ("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97", State.FOUND, "00" * 4),
    ("AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C", State.OK, "00" * 8),
    ("AA AA AA 96 69 00 04 00 00 81 85", State.NOT_SELECTED, ""),
    ("AA AA AA 96 69 00 04 00 00 41 45", State.NOT_READ, ""),
    ("AA AA AA 96 69 00 04 00 00 90 94", State.OK, ""),
    ("AA AA AA 96 69 00 04 00 00 60 64", State.SELF_TEST_FAILED, ""),
    ("AA AA AA 96 69 00 04 00 00 66 62", State.UNAUTHORISED, ""),
    ("AA AA AA 96 69 00 04 00 00 10 14", State.HOST_CHECKSUM, ""),
    ("AA AA AA 96 69 00 04 00 00 91 95", State.NO_SUCH_ITEM, ""),
    ("AA AA AA 96 69 00 04 00 00 40 44", State.UNKNOWN_CARD, ""),
]


def found(*pieces: bytes) -> list[Reply | Fault]:
    parser = ReplyParser()
    return [item for piece in pieces for item in parser.feed(piece)]


def to_the_end(*pieces: bytes) -> list[Reply | Fault]:
    parser = ReplyParser()
    items = [item for piece in pieces for item in parser.feed(piece)]
    return items + list(parser.abandon())


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (Command.RESET, "AA AA AA 96 69 00 03 10 FF EC"),
        (Command.STATUS, "AA AA AA 96 69 00 03 11 FF ED"),
        (Command.MODULE_ID, "AA AA AA 96 69 00 03 12 FF EE"),
        (Command.FIND, "AA AA AA 96 69 00 03 20 01 22"),
        (Command.SELECT, "AA AA AA 96 69 00 03 20 02 21"),
        (Command.READ, "AA AA AA 96 69 00 03 30 01 32"),
        (Command.READ_ADDRESS, "AA AA AA 96 69 00 03 30 03 30"),
    ],
)
def test_published_commands(command: Command, wire: str) -> None:
    assert command.frame == bytes.fromhex(wire)


@pytest.mark.parametrize(("wire", "state", "data"), PUBLISHED)
def test_published_replies(wire: str, state: State, data: str) -> None:
    (reply,) = found(bytes.fromhex(wire))
    assert isinstance(reply, Reply)
    assert reply.state == state
    assert reply.data == bytes.fromhex(data)
    assert reply_frame(reply.status, bytes.fromhex(data)) == bytes.fromhex(wire)


@pytest.mark.parametrize(("print_bytes", "length"), [(0, 1297), (512, 1809), (1024, 2321)])
def test_the_longest_replies_there_are(print_bytes: int, length: int) -> None:
    data = bytes.fromhex("01 00 04 00") + print_bytes.to_bytes(2, "big") + bytes(256 + 1024 + print_bytes)
    wire = reply_frame(OK, data)
    assert len(wire) == length
    assert found(wire) == [Reply(OK, bytearray(data))]


def test_a_read_has_1295_bytes_and_begins_as_published() -> None:
    assert len(WHOLE) == 1295
    assert WHOLE.startswith(bytes.fromhex("AA AA AA 96 69 05 08 00 00 90 01 00 04 00"))


@pytest.mark.parametrize("cut", [*range(20), 255, 256, 1293, 1294])
def test_a_reply_cut_anywhere_is_one_reply(cut: int) -> None:
    assert found(WHOLE[:cut], WHOLE[cut:]) == [Reply(OK, bytearray(READ_DATA))]


def test_a_reply_byte_by_byte_and_all_at_once_with_others() -> None:
    none = reply_frame(bytes([0, 0, State.NO_CARD]))
    said = [Reply(bytes([0, 0, State.NO_CARD])), Reply(OK, bytearray(READ_DATA)), Reply(OK)]
    wire = none + WHOLE + reply_frame(OK)
    assert found(*(bytes([byte]) for byte in wire)) == said
    assert found(wire) == said


@pytest.mark.parametrize(
    "before", ["AA", "AA AA", "96 69", "AA AA AA 96", "00 FF 13 11", "AA AA AA AA 96 69 96 69"]
)
def test_it_syncs_behind_anything(before: str) -> None:
    assert to_the_end(bytes.fromhex(before) + WHOLE)[-1] == Reply(OK, bytearray(READ_DATA))


def test_a_photograph_may_hold_a_preamble_or_a_whole_reply() -> None:
    data = b"\x01\x00\x04\x00" + bytes(256) + (PREAMBLE + reply_frame(OK)).ljust(1024, b"\x07")
    assert found(reply_frame(OK, data)) == [Reply(OK, bytearray(data))]


@pytest.mark.parametrize("length", [0, 3, 2401, 0xFFFF])
def test_a_length_that_cannot_be_is_passed_over(length: int) -> None:
    wire = PREAMBLE + length.to_bytes(2, "big") + WHOLE
    assert found(wire) == [Reply(OK, bytearray(READ_DATA))]


@pytest.mark.parametrize("position", [5, 7, 9, 10, 500, 1294])
def test_one_flipped_bit_is_no_reply_and_does_not_eat_the_next(position: int) -> None:
    wire = bytearray(WHOLE)
    wire[position] ^= 0x04
    items = to_the_end(bytes(wire) + reply_frame(OK) * 3)
    assert [item for item in items if isinstance(item, Reply)] == [Reply(OK)] * 3
    assert Fault(CHECKSUM) in items


@pytest.mark.parametrize("length", [1, 5, 7, 10, 14, 700, 1294])
def test_a_torn_reply_is_none_and_the_next_is_found_when_it_is_given_up(length: int) -> None:
    assert [item for item in to_the_end(WHOLE[:length], reply_frame(OK)) if isinstance(item, Reply)] == [
        Reply(OK)
    ]
    assert to_the_end(WHOLE[:length]) == []


def test_a_wrappers_timeout_is_told_at_once() -> None:
    assert found(HOST_TIMEOUT_FRAME) == [Fault(HOST_TIMEOUT)]


def test_a_wrappers_timeout_does_not_swallow_the_next_preamble() -> None:
    """By its LEN it would take two bytes of the next frame, and its checksum would then even be right."""
    assert found(HOST_TIMEOUT_FRAME + reply_frame(OK)) == [Fault(HOST_TIMEOUT), Reply(OK)]


@pytest.mark.parametrize("length", [5, 7, 600, 1294, 1295])
def test_nothing_is_left_in_the_parser(length: int) -> None:
    parser = ReplyParser()
    list(parser.feed(WHOLE[:length]))
    assert parser.pending == (length < 1295)
    parser.clear()
    assert not parser.pending
    assert not any(parser._block)


def test_a_reply_prints_without_its_data_and_can_be_wiped() -> None:
    (reply,) = found(WHOLE)
    assert isinstance(reply, Reply)
    block = memoryview(reply.data)
    assert "\\x31" not in repr(reply) and "data" not in repr(reply)
    reply.wipe()
    assert not any(block)


def test_what_is_too_long_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="2,396"):
        reply_frame(OK, bytes(2397))


@given(
    pieces=st.lists(
        st.one_of(st.binary(max_size=40), st.sampled_from([WHOLE, PREAMBLE, reply_frame(OK)])), max_size=6
    )
)
def test_the_cut_makes_no_difference(pieces: list[bytes]) -> None:
    wire = b"".join(pieces)
    assert to_the_end(*pieces) == to_the_end(*(bytes([byte]) for byte in wire)) == to_the_end(wire)
