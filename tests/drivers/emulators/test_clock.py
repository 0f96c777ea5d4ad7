"""Journeys move time through this clock, in several processes at once: it must never tear, lose a change or run back."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from drivers.emulators.clock import EmulatedClock

HOUR_MS = 3_600_000


@pytest.fixture
def clock(tmp_path: Path) -> EmulatedClock:
    return EmulatedClock(tmp_path / "state" / "clock.json")


def close_to(value_ms: int, expected_ms: int) -> bool:
    return 0 <= value_ms - expected_ms < 5_000


def test_a_new_clock_tells_the_machines_time(clock: EmulatedClock) -> None:
    assert close_to(clock.wall_ms(), time.time_ns() // 1_000_000 - 100)
    assert close_to(clock.monotonic_ms(), time.monotonic_ns() // 1_000_000 - 100)
    assert clock.boot_id()
    assert set(json.loads(Path(clock.path).read_text())) == {"offset_ms", "monotonic_offset_ms", "boot_id"}


def test_advancing_moves_both_clocks(clock: EmulatedClock) -> None:
    wall_ms, monotonic_ms, boot_id = clock.wall_ms(), clock.monotonic_ms(), clock.boot_id()
    clock.advance(HOUR_MS)
    assert close_to(clock.wall_ms(), wall_ms + HOUR_MS)
    assert close_to(clock.monotonic_ms(), monotonic_ms + HOUR_MS)
    assert clock.boot_id() == boot_id


def test_setting_moves_the_wall_only(clock: EmulatedClock) -> None:
    monotonic_ms = clock.monotonic_ms()
    clock.set(1_700_000_000_000)
    assert close_to(clock.wall_ms(), 1_700_000_000_000)
    clock.shift(-HOUR_MS)
    assert close_to(clock.wall_ms(), 1_700_000_000_000 - HOUR_MS)
    assert close_to(clock.monotonic_ms(), monotonic_ms)


def test_time_does_not_pass_backwards(clock: EmulatedClock) -> None:
    with pytest.raises(ValueError, match="forwards"):
        clock.advance(-1)


def test_a_reboot_has_a_new_name_and_counts_from_nought(clock: EmulatedClock) -> None:
    clock.advance(HOUR_MS)
    wall_ms, boot_id = clock.wall_ms(), clock.boot_id()
    clock.reboot()
    assert clock.boot_id() != boot_id
    assert close_to(clock.monotonic_ms(), 0)
    assert close_to(clock.wall_ms(), wall_ms)


def test_another_process_sees_a_change_at_once(clock: EmulatedClock) -> None:
    clock.set(1_700_000_000_000)
    code = (
        "import sys; from drivers.emulators.clock import EmulatedClock as C; print(C(sys.argv[1]).wall_ms())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, clock.path], check=True, capture_output=True, text=True, timeout=30
    )
    assert 0 <= int(said.stdout) - 1_700_000_000_000 < 30_000


def test_no_change_is_lost_and_no_read_is_torn(clock: EmulatedClock) -> None:
    before_ms = clock.state().offset_ms

    def advance() -> None:
        mine = EmulatedClock(clock.path)
        for _ in range(50):
            mine.advance(10)

    writers = [threading.Thread(target=advance) for _ in range(4)]
    for writer in writers:
        writer.start()
    last_ms = 0
    while any(writer.is_alive() for writer in writers):
        now_ms = clock.monotonic_ms()
        assert now_ms >= last_ms
        last_ms = now_ms
    for writer in writers:
        writer.join()
    assert clock.state().offset_ms - before_ms == 4 * 50 * 10


def test_a_file_of_something_else_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    path.write_text('{"offset": 3}')
    with pytest.raises(ValueError, match="not a clock's file"):
        EmulatedClock(path).wall_ms()
