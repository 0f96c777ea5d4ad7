"""Logs of readers that are asked paste into tests: each answer, in its pieces, must mean the same here for ever, and a
redacted log must still play, without saying whose card it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.base import CardId, CardIncomplete, CardLifted, CardReader, CardReading, CardSeen, DeviceGone
from drivers.cards.aabb import AabbReader
from drivers.cards.mifare import DataBlock
from drivers.cards.numbers import MIFARE, iso14443a_card
from drivers.cards.pn532 import Pn532Reader
from drivers.cards.pn532_frames import TO_CHIP, TO_HOST, frame
from drivers.cards.redaction import invented_uid
from drivers.wire_log import RecordedTransport, WireLog, parse
from tests.drivers.cards.polled_cases import LONG_UID, NUMBER, UID

RECORDINGS = Path(__file__).parent.parent / "recordings"
BLOCK_4 = DataBlock(4, b"\xff" * 6)
AA_UID = "4CAA0080"

Make = Callable[..., CardReader]


def pn532(transport: RecordedTransport, wanted: DataBlock | None) -> CardReader:
    return Pn532Reader(transport, wanted, monotonic_ns=transport.monotonic_ns)


def aabb(transport: RecordedTransport, wanted: DataBlock | None) -> CardReader:
    return AabbReader(transport, wanted, monotonic_ns=transport.monotonic_ns)


def replay(lines: list[str], make: Make, wanted: DataBlock | None) -> list[CardReading]:
    """Every reading until the recording is over, where the driver's next question finds nobody."""
    transport = RecordedTransport(lines)
    driver = make(transport, wanted)
    driver.open()
    readings = []
    try:
        while not transport.finished:
            reading = driver.read(1.0)
            if reading is not None:
                readings.append(reading)
    except DeviceGone:
        assert transport.finished
    return readings


PLAYED = [
    ("pn532_uid", pn532, None, [("seen", iso14443a_card(UID)), ("lifted", iso14443a_card(UID))]),
    ("pn532_block_pulled", pn532, BLOCK_4, [("incomplete", None), ("seen", CardId(MIFARE, NUMBER))]),
    ("m1_aabb_uid", aabb, None, [("seen", iso14443a_card(AA_UID)), ("lifted", iso14443a_card(AA_UID))]),
    ("m1_aabb_block", aabb, BLOCK_4, [("seen", CardId(MIFARE, NUMBER))]),
]
IDS = [name for name, _, _, _ in PLAYED]


def told(readings: list[CardReading]) -> list[tuple[str, CardId | None]]:
    """The readings without their times."""
    words: dict[type, str] = {CardSeen: "seen", CardLifted: "lifted", CardIncomplete: "incomplete"}
    return [(words[type(reading)], getattr(reading, "card", None)) for reading in readings]


@pytest.mark.parametrize(("name", "make", "wanted", "expected"), PLAYED, ids=IDS)
def test_a_recording_means_what_it_meant(
    name: str, make: Make, wanted: DataBlock | None, expected: list[tuple[str, CardId | None]]
) -> None:
    lines = (RECORDINGS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert told(replay(lines, make, wanted)) == expected


@pytest.mark.parametrize(("name", "make", "wanted", "expected"), PLAYED, ids=IDS)
def test_a_redacted_log_still_plays_and_names_nobody(
    name: str, make: Make, wanted: DataBlock | None, expected: list[tuple[str, CardId | None]]
) -> None:
    lines = (RECORDINGS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    now_ns = [0]
    log = WireLog(monotonic_ns=lambda: now_ns[0])
    for line in parse(lines):
        now_ns[0] = line.at_ns or now_ns[0]
        log.note(line.direction, line.data)
    driver = make(RecordedTransport(lines), wanted)
    clean = log.export(driver.redact)  # type: ignore[attr-defined]
    readings = told(replay(clean, make, wanted))
    assert [what for what, _ in readings] == [what for what, _ in expected]
    cards = {card.reveal() for _, card in readings if card is not None}
    assert len(cards) == len({card for _, card in expected if card is not None})
    said = "".join(line.split(" ", 2)[2] for line in clean).replace(" ", "").upper()
    assert not [secret for secret in (UID, LONG_UID, AA_UID, NUMBER.hex().upper()) if secret in said]
    assert not cards & {bytes.fromhex(UID), bytes.fromhex(LONG_UID), bytes.fromhex(AA_UID), NUMBER}


def test_a_uid_is_redacted_alike_in_both_directions() -> None:
    """Or a log in which a card's sector was opened could not be played."""
    listed = frame(TO_HOST, bytes.fromhex("4B0101004408") + bytes([7]) + bytes.fromhex(LONG_UID))
    opened = frame(TO_CHIP, bytes.fromhex("40016004A0B1C2D3E4F5") + bytes.fromhex(LONG_UID)[-4:])
    clean = Pn532Reader.redact("<", listed), Pn532Reader.redact(">", opened)
    assert clean[0][13:20][-4:] == clean[1][16:20] == invented_uid(bytes.fromhex(LONG_UID))[-4:]
    assert bytes.fromhex("A0B1C2D3E4F5") not in clean[1]
