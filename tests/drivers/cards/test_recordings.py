"""Logs from the field paste into tests: what a reader said there must mean the same here, for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.base import CardLifted, CardReading, CardSeen, DeviceGone
from drivers.cards.em4100 import Em4100Reader
from drivers.cards.numbers import em4100_card
from drivers.wire_log import RecordedTransport

RECORDINGS = Path(__file__).parent.parent / "recordings"


def replay(name: str) -> list[CardReading | str]:
    """Every reading to the end of the recording, "gone" where it was unplugged, and what the silence after it means."""
    transport = RecordedTransport.from_file(RECORDINGS / name)
    reader = Em4100Reader(transport, monotonic_ns=transport.monotonic_ns)
    reader.open()
    readings: list[CardReading | str] = []
    quiet = False
    while not quiet:
        quiet = transport.finished
        try:
            while (reading := reader.read(1.0)) is not None:
                readings.append(reading)
        except DeviceGone:
            readings.append("gone")
            reader.open()
    return readings


def test_a_resting_card_in_pieces() -> None:
    card = em4100_card("01001293D8")
    # The second equal frame ended 65.2 ms after the first read of the log.
    assert replay("em4100_resting_card.txt") == [CardSeen(card, 65_201_000), CardLifted(card)]


def test_a_rough_line() -> None:
    card = em4100_card("2900DEB30A")
    # The first whole frame waits for its second through all the trouble, so nobody is told of it.
    assert replay("em4100_rough_line.txt") == [CardSeen(card, 215_000_000), CardLifted(card), "gone"]


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("em4100*.txt")), ids=lambda path: path.stem)
def test_every_recording_is_played_to_its_end(path: Path) -> None:
    assert replay(path.name)
