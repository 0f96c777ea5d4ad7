"""Scanners over recordings, in the recording's own time: one scan a code, in spite of the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.base import CodeScanned, DeviceGone
from drivers.scanners.line import LineScanner
from drivers.scanners.ssi import SsiScanner
from drivers.scanners.ssi_frames import CONTINUED, DECODE_DATA, SCANNER, packet
from drivers.scanners.wedge import WedgeScanner
from drivers.wire_log import RECEIVED, RecordedTransport, WireLog, parse

RECORDINGS = Path(__file__).parent.parent / "recordings"
Scanner = LineScanner | SsiScanner | WedgeScanner
MAKERS = {"ssi": SsiScanner, "line": LineScanner, "wedge_scanner": WedgeScanner}


def replay(scanner: Scanner, transport: RecordedTransport) -> list[str | int]:
    """What was scanned and in which ms, "gone" where it was unplugged, to the end and two seconds of silence."""
    scanner.open()
    found: list[str | int] = []
    quiet = False
    while not quiet:
        quiet = transport.finished
        try:
            while (scan := scanner.read(1.0)) is not None:
                assert isinstance(scan, CodeScanned)
                found += [scan.content.reveal(), scan.stamp_ns // 1_000_000]
        except DeviceGone:
            found.append("gone")
            scanner.open()
    return found


def recorded(name: str) -> list[str | int]:
    transport = RecordedTransport.from_file(RECORDINGS / f"{name}.txt")
    kind = next(kind for kind in sorted(MAKERS, reverse=True) if name.startswith(kind))
    return replay(MAKERS[kind](transport, monotonic_ns=transport.monotonic_ns), transport)


@pytest.mark.parametrize(
    ("name", "scans"),
    [
        ("ssi_two_codes", ["PICKUP-0613", 9, "今日菜谱", 3300]),
        ("ssi_rough_line", ["今日菜谱", 2600, "gone"]),
        ("line_three_codes", ["PICKUP-0613", 7, "今日午餐", 3500, "690123456789", 7250]),
        ("wedge_scanner_code", ["HS/0613:a_7", 38]),
    ],
)
def test_recordings_mean_the_same_for_ever(name: str, scans: list[str | int]) -> None:
    assert recorded(name) == scans


def ssi(*lines: str) -> tuple[SsiScanner, RecordedTransport]:
    transport = RecordedTransport(["0.0 <", *lines])
    return SsiScanner(transport, monotonic_ns=transport.monotonic_ns), transport


def received(at_s: float, content: bytes, status: int = 0) -> str:
    return f"{at_s} < {packet(DECODE_DATA, content, source=SCANNER, status=status).hex()}"


ACKNOWLEDGED = "> 04 D0 04 00 FF 28"


def test_a_first_packet_that_was_lost_is_read_when_it_is_sent_again() -> None:
    scanner, transport = ssi(received(1.0, b"\xf1new", status=1), ACKNOWLEDGED)
    assert replay(scanner, transport) == ["new", 1000]


def test_a_message_of_several_packets_is_dropped_whole_and_counted() -> None:
    scanner, transport = ssi(
        received(1.0, b"\xf1first part", CONTINUED),
        ACKNOWLEDGED,
        received(1.1, b"\xf1last part"),
        ACKNOWLEDGED,
        received(2.0, b"\xf1short"),
        ACKNOWLEDGED,
    )
    assert replay(scanner, transport) == ["short", 2000]
    assert scanner.diagnostics()["too_long"] == "1"


@pytest.mark.parametrize("name", ["ssi_two_codes", "line_three_codes", "wedge_scanner_code"])
def test_a_redacted_log_replays_and_holds_nothing_that_was_scanned(name: str) -> None:
    lines = parse((RECORDINGS / f"{name}.txt").read_text(encoding="utf-8").splitlines())
    log = WireLog()
    for line in lines:
        log.note(line.direction, line.data)
    kind = next(kind for kind in sorted(MAKERS, reverse=True) if name.startswith(kind))
    clean = parse(log.export(MAKERS[kind].redact))
    transport = RecordedTransport(
        f"{'' if old.at_ns is None else old.at_ns / 1e9} {new.direction} {new.data.hex()}"
        for old, new in zip(lines, clean, strict=True)
    )
    scans = replay(MAKERS[kind](transport, monotonic_ns=transport.monotonic_ns), transport)
    before = recorded(name)
    assert len(scans) == len(before)
    stream = b"".join(line.data for line in clean if line.direction == RECEIVED)
    for then, now in zip(before[::2], scans[::2], strict=True):
        assert isinstance(now, str)
        assert now.isdigit()
        assert now != then
        assert str(then).encode() not in stream
