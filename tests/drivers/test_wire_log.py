"""A log from the field must paste into a test, and must not carry anybody's card number out of the machine."""

from __future__ import annotations

import os

import pytest

from drivers.base import DeviceGone, ProtocolError
from drivers.cards.em4100 import Em4100Reader
from drivers.cards.em4100_frames import Frame, FrameParser, frame, redact
from drivers.transport import SerialTransport
from drivers.wire_log import LoggedTransport, RecordedTransport, WireLine, WireLog, parse
from tests.drivers.conftest import RawPty

UID = bytes.fromhex("01001293D8")


def as_it_is(direction: str, stream: bytes) -> bytes:
    return stream


def test_lines_are_read_with_and_without_time_and_remarks() -> None:
    lines = ["# a printer", "", "12.5 > 10 04 01", "12.6 < 12  # status", "<1F", "! gone"]
    assert parse(lines) == [
        WireLine(">", b"\x10\x04\x01", 12_500_000_000),
        WireLine("<", b"\x12", 12_600_000_000),
        WireLine("<", b"\x1f"),
        WireLine("!", b""),
    ]


@pytest.mark.parametrize("wrong", ["10 04 01", "> 1", "> XY", "! jammed", "abc < 12"])
def test_a_wrong_line_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse(["< 12", wrong])


def test_a_log_is_a_recording(raw_pty: RawPty) -> None:
    log = WireLog()
    logged = LoggedTransport(SerialTransport(raw_pty.path), log)
    logged.open()
    os.write(raw_pty.master, b"\x12\x34")
    assert logged.read(16, 1.0) == b"\x12\x34"
    logged.write(b"\x10\x04", 1.0)
    logged.close()
    lines = log.export(as_it_is)
    assert [line.split(" ", 1)[1] for line in lines] == ["< 12 34", "> 10 04"]
    replay = RecordedTransport(lines)
    replay.open()
    assert replay.read(16, 1.0) == b"\x12\x34"
    replay.write(b"\x10\x04", 1.0)
    assert replay.finished


@pytest.mark.parametrize("piece", [1, 5, 7, 14])
def test_an_exported_log_holds_no_card_number_however_the_reads_fell(piece: int) -> None:
    wire = frame(UID) * 2 + frame(UID)[:9]
    log = WireLog()
    for start in range(0, len(wire), piece):
        log.note("<", wire[start : start + piece])
    exported = "\n".join(log.export(Em4100Reader.redact))
    received = b"".join(line.data for line in parse(exported.splitlines()))
    assert len(received) == len(wire)
    assert UID.hex().upper().encode() not in received
    assert frame(UID)[1:9] not in received
    uids = [item.uid for item in FrameParser().feed(received) if isinstance(item, Frame)]
    assert len(uids) == 2
    assert UID not in uids


def test_a_log_that_begins_inside_a_frame_gives_no_digits_away() -> None:
    log = WireLog(capacity=2)
    for piece in (frame(UID)[:3], frame(UID)[3:8], frame(UID)[8:]):
        log.note("<", piece)
    received = b"".join(line.data for line in parse(log.export(redact)))
    assert set(received) <= {ord("0"), 0x02, 0x03}


def test_a_log_prints_without_its_bytes() -> None:
    log = WireLog()
    log.note("<", frame(UID))
    assert "31" not in repr(log)
    assert "31 32" not in repr(parse(log.export(as_it_is)))


def test_a_redaction_that_loses_bytes_is_refused() -> None:
    log = WireLog()
    log.note("<", b"abc")
    with pytest.raises(ValueError, match="3 bytes into 0"):
        log.export(lambda direction, stream: b"")


def test_a_recording_keeps_its_order() -> None:
    recorded = RecordedTransport(["> 10 04 01", "< 12"])
    recorded.open()
    assert recorded.read(16, 0.1) == b""
    with pytest.raises(ProtocolError, match="the driver sent 1d"):
        recorded.write(b"\x1d", 0.1)


def test_a_recording_is_written_in_any_pieces() -> None:
    recorded = RecordedTransport(["> 10 04 01", "> 1D 61", "< 12"])
    recorded.open()
    recorded.write(b"\x10\x04", 0.1)
    recorded.write(b"\x01\x1d\x61", 0.1)
    assert recorded.read(16, 0.1) == b"\x12"
    assert recorded.bytes_written == 5


def test_a_recording_unplugs_and_comes_back() -> None:
    recorded = RecordedTransport(["< 01", "! gone", "< 02"])
    recorded.open()
    assert recorded.read(16, 0.1) == b"\x01"
    with pytest.raises(DeviceGone):
        recorded.read(16, 0.1)
    with pytest.raises(DeviceGone):
        recorded.read(16, 0.1)
    recorded.open()
    assert recorded.read(16, 0.1) == b"\x02"


def test_time_in_a_recording_is_its_own() -> None:
    recorded = RecordedTransport(["100.0 < 01", "160.0 < 02"])
    recorded.open()
    assert recorded.read(16, 1.0) == b"\x01"
    assert recorded.read(16, 59.0) == b""
    assert recorded.read(16, 5.0) == b"\x02"
    assert recorded.monotonic_ns() == 60_000_000_000


def zeros(direction: str, stream: bytes) -> bytes:
    return bytes(len(stream))


def test_what_was_redacted_at_once_is_not_even_in_memory() -> None:
    log = WireLog()
    for piece in (b"two", b"three"):
        log.note("<", piece)
    log.redact_now(zeros)
    log.note(">", b"asked")
    log.note("<", b"four")
    lines = parse(log.export(as_it_is))
    assert [line.data for line in lines] == [bytes(3), bytes(5), b"asked", b"four"]
    log.redact_now(zeros)
    log.redact_now(as_it_is)
    assert [line.data for line in parse(log.export(as_it_is))] == [bytes(3), bytes(5), bytes(5), bytes(4)]


def test_redacting_at_once_sees_a_number_that_is_split_over_reads() -> None:
    log = WireLog()
    log.note("<", b"12")
    log.note(">", b"?")
    log.note("<", b"34")
    log.redact_now(lambda direction, stream: stream.replace(b"1234", b"****"))
    assert [line.data for line in parse(log.export(as_it_is))] == [b"**", b"?", b"**"]


def test_a_log_that_lost_its_beginning_is_redacted_as_far_as_it_goes() -> None:
    log = WireLog(capacity=2)
    for piece in (b"a", b"b", b"c", b"d"):
        log.note("<", piece)
    log.redact_now(zeros)
    assert [line.data for line in parse(log.export(as_it_is))] == [b"\0", b"\0"]
