"""The emulated identity card reader stands in for hardware in every test and demonstration: it must behave as one, on a real
line, with the real driver."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.base import (
    CardIncomplete,
    CardLifted,
    CardReading,
    CardSeen,
    CardUnreadable,
    DeviceGone,
    Health,
)
from drivers.cards.sam_frames import Command, Reply, ReplyParser, State
from drivers.documents import DocumentKind
from drivers.emulators.people import invented_card
from drivers.emulators.sam import EmulatedSam, truncated, wrong_checksum
from drivers.emulators.sam_module import Condition
from drivers.kinds import Surroundings
from drivers.registry import make_reader
from drivers.transport import SerialTransport
from drivers.wire_log import WireLog

CARD = invented_card(41)
DEADLINE_S = 10.0

Started = Callable[..., EmulatedSam]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    running: list[EmulatedSam] = []

    def start(**options: object) -> EmulatedSam:
        running.append(EmulatedSam(tmp_path / str(len(running)), **options))  # type: ignore[arg-type]
        return running[-1]

    yield start
    for emulated in running:
        emulated.close()


def next_reading(reader: object) -> CardReading:
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        reading = reader.read(0.5)  # type: ignore[attr-defined]
        if reading is not None:
            return reading  # type: ignore[no-any-return]
    raise TimeoutError("no reading came")


def opened(emulated: EmulatedSam, **options: object) -> object:
    reader = make_reader("sam_serial", {"port": emulated.path, **options}, Surroundings(wire_log=WireLog()))
    reader.open()
    return reader


def answer(emulated: EmulatedSam, data: bytes, baud: int = 115200, timeout_s: float = 1.0) -> list[Reply]:
    """What it says to raw bytes."""
    line = SerialTransport(emulated.path, baud)
    line.open()
    line.write(data, 1.0)
    parser = ReplyParser()
    until = time.monotonic() + timeout_s
    found: list[Reply] = []
    while not found and time.monotonic() < until:
        found += [item for item in parser.feed(line.read(4096, 0.1)) if isinstance(item, Reply)]
    line.close()
    return found


@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if kind is not DocumentKind.SOCIAL_SECURITY])
def test_each_sort_of_card_is_read_over_a_real_line(kind: DocumentKind, started: Started) -> None:
    card = invented_card(41, kind)
    emulated = started()
    reader = opened(emulated)
    emulated.rest(card)
    seen = next_reading(reader)
    assert isinstance(seen, CardSeen) and seen.document is not None
    assert seen.document.kind is kind
    assert seen.document.number.reveal() == card.number
    assert seen.document.name.reveal() == card.name
    assert seen.document.photo == card.photo
    assert seen.stamp_ns >= emulated.last_byte_ns - 1_000_000
    seen.document.wipe()
    emulated.lift()
    assert isinstance(next_reading(reader), CardLifted)


def test_a_speed_that_is_not_its_own_is_not_understood(started: Started) -> None:
    emulated = started(baud=9600)
    assert answer(emulated, Command.STATUS.frame, baud=115200, timeout_s=0.2) == []
    assert [reply.state for reply in answer(emulated, Command.STATUS.frame, baud=9600)] == [State.OK]


def test_the_speed_is_found_where_it_is_left_to_the_driver(started: Started) -> None:
    emulated = started(baud=57600)
    reader = opened(emulated, baud=0)
    assert reader.diagnostics()["baud"] == "57600"  # type: ignore[attr-defined]
    another = reader._lines[115200]  # type: ignore[attr-defined]
    asked_ns = another.begun_ns
    reader.open()  # type: ignore[attr-defined]
    assert another.begun_ns == asked_ns > 0, "the speed of last time is tried first"
    emulated.rest(CARD)
    assert isinstance(next_reading(reader), CardSeen)


def test_a_line_takes_its_time(started: Started) -> None:
    emulated = started(paced=True)
    reader = opened(emulated)
    emulated.rest(CARD)
    begun = time.monotonic()
    assert isinstance(next_reading(reader), CardSeen)
    assert time.monotonic() - begun > 1295 * 10 / 115200


def test_the_cards_own_time_can_be_told_from_the_readers(started: Started) -> None:
    emulated = started(card_s=0.2)
    reader = opened(emulated)
    rested_ns = time.monotonic_ns()
    emulated.rest(CARD)
    assert isinstance(next_reading(reader), CardSeen)
    assert emulated.wait_for(lambda emulated: emulated.reads == 1, 5)
    assert rested_ns < emulated.found_ns
    assert emulated.found_ns + 200_000_000 <= emulated.last_byte_ns < time.monotonic_ns()


def test_bytes_that_dribble_are_a_card(started: Started) -> None:
    emulated = started(dribble=True)
    reader = opened(emulated)
    emulated.rest(CARD)
    assert isinstance(next_reading(reader), CardSeen)


def test_a_card_that_is_lifted_during_its_read_is_incomplete(started: Started) -> None:
    emulated = started(card_s=0.5)
    reader = opened(emulated)
    emulated.tap(CARD, hold_s=0.2)
    assert isinstance(next_reading(reader), CardIncomplete)
    assert emulated.resting is None
    assert emulated.reads == 0


@pytest.mark.parametrize("after_bytes", [None, 13, 700, 1294])
def test_a_card_can_be_pulled_at_any_byte(after_bytes: int | None, started: Started) -> None:
    emulated = started()
    reader = opened(emulated)
    emulated.pull_during(Command.READ, after_bytes)
    emulated.rest(CARD)
    assert isinstance(next_reading(reader), CardIncomplete)


@pytest.mark.parametrize("spoiling", [truncated(900), wrong_checksum])
def test_a_damaged_reply_is_asked_for_again(spoiling: Callable[[bytes], bytes], started: Started) -> None:
    emulated = started(keeps_found=False)
    reader = opened(emulated)
    emulated.spoil_next_read(spoiling)
    emulated.rest(CARD)
    assert isinstance(next_reading(reader), CardSeen)


def test_noise_between_the_polls_is_nothing(started: Started) -> None:
    emulated = started()
    reader = opened(emulated)
    emulated.noise(b"\x02\xaa\xaa\xaa\x96")
    emulated.rest(CARD)
    assert isinstance(next_reading(reader), CardSeen)


def test_a_locked_up_chip_and_a_strange_card(started: Started) -> None:
    emulated = started()
    reader = opened(emulated)
    emulated.rest(CARD)
    emulated.lock_up()
    assert isinstance(next_reading(reader), CardSeen)
    emulated.lift()
    assert isinstance(next_reading(reader), CardLifted)
    emulated.refuse(State.UNKNOWN_CARD)
    emulated.rest(invented_card(42))
    assert next_reading(reader) == CardUnreadable("card.unsupported")


def test_an_unplugged_reader_is_gone_within_two_seconds_and_back_after(started: Started) -> None:
    emulated = started()
    reader = opened(emulated)
    threading.Timer(0.2, emulated.unplug).start()
    begun = time.monotonic()
    with pytest.raises(DeviceGone):
        next_reading(reader)
    assert time.monotonic() - begun < 2
    assert not emulated.plugged
    emulated.plug()
    reader.open()  # type: ignore[attr-defined]
    emulated.rest(CARD)
    assert isinstance(next_reading(reader), CardSeen)


@pytest.mark.parametrize(
    ("condition", "code"),
    [(Condition.DEAD, "id_reader.sam_fault"), (Condition.UNAUTHORISED, "id_reader.sam_unauthorised")],
)
def test_a_module_that_is_not_well_says_so(condition: Condition, code: str, started: Started) -> None:
    emulated = started()
    emulated.set_condition(condition)
    status = make_reader("sam_serial", {"port": emulated.path}).probe()
    assert (status.health, status.code) == (Health.DOWN, code)


def test_a_command_with_a_wrong_checksum_is_answered_so(started: Started) -> None:
    """The two published samples with a wrong byte."""
    emulated = started()
    for sample in ("AA AA AA 96 69 00 03 20 01 21", "AA AA AA 96 69 00 03 20 00 22"):
        assert [reply.state for reply in answer(emulated, bytes.fromhex(sample))] == [State.HOST_CHECKSUM]


def test_a_read_without_a_selection_fails_as_the_real_module_does(started: Started) -> None:
    emulated = started()
    emulated.rest(CARD)
    assert [reply.state for reply in answer(emulated, Command.READ.frame)] == [State.NOT_READ]


def test_it_ends(started: Started) -> None:
    emulated = started()
    emulated.close()
    emulated.close()
    assert not Path(emulated.path).exists()
