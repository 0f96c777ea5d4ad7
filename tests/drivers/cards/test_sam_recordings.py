"""Logs from the field paste into tests: what an identity card reader said there must mean the same here, for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.base import CardIncomplete, CardLifted, CardReading, CardSeen, DeviceGone
from drivers.cards.id_card import SamReader
from drivers.cards.sam_redaction import INVENTED_NUMBER, redact
from drivers.wire_log import RECEIVED, RecordedTransport, parse

RECORDINGS = Path(__file__).parent.parent / "recordings"
NAMES = sorted(path.name for path in RECORDINGS.glob("sam_*.txt"))


def replay(lines: list[str]) -> tuple[list[CardReading | str], SamReader]:
    """Every reading until the recording is over, "gone" where it was unplugged."""
    transport = RecordedTransport(lines)
    reader = SamReader({115200: transport}, monotonic_ns=transport.monotonic_ns)
    reader.open()
    readings: list[CardReading | str] = []
    while not transport.finished:
        try:
            reading = reader.read(0.2)
        except DeviceGone:
            readings.append("gone")
            break
        if reading is not None:
            readings.append(reading)
    return readings, reader


def recorded(name: str) -> list[str]:
    return (RECORDINGS / name).read_text(encoding="utf-8").splitlines()


def test_a_resting_card_is_seen_once_and_lifted() -> None:
    (seen, lifted), reader = replay(recorded("sam_resting_card.txt"))
    assert isinstance(seen, CardSeen) and seen.document is not None
    assert seen.document.number.reveal() == INVENTED_NUMBER
    assert lifted == CardLifted(seen.card)
    assert reader.tracks_presence is True


def test_a_rough_line() -> None:
    readings, reader = replay(recorded("sam_rough_line.txt"))
    assert [type(reading) for reading in readings] == [CardSeen, CardLifted, CardIncomplete, str]
    assert reader.tracks_presence is False


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_holds_nobody(name: str) -> None:
    received = [line for line in parse(recorded(name)) if line.direction == RECEIVED]
    stream = b"".join(line.data for line in received)
    assert INVENTED_NUMBER.encode("utf-16-le") in stream
    assert redact(RECEIVED, stream) == redact(RECEIVED, redact(RECEIVED, stream))
