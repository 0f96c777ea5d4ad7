"""A meal's time decides who gets the subsidy: the rule of trust is written down case by case, and no setting of the
wall clock opens a meal again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from offline_cache.clock import ClockMemory, FileClockStore, SystemClock, TrustedClock

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
NOON_MS = 1_790_000_000_000


@dataclass
class SetClock:
    wall: int = NOON_MS
    monotonic: int = 10_000
    boot: str = "boot-1"

    def wall_ms(self) -> int:
        return self.wall

    def monotonic_ms(self) -> int:
        return self.monotonic

    def boot_id(self) -> str:
        return self.boot

    def pass_ms(self, ms: int) -> None:
        self.wall += ms
        self.monotonic += ms

    def reboot(self, *, wall: int) -> None:
        self.wall, self.monotonic, self.boot = wall, 1_000, self.boot + "'"


class MemoryStore:
    def __init__(self) -> None:
        self.memory = ClockMemory()

    def load(self) -> ClockMemory:
        return self.memory

    def save(self, memory: ClockMemory) -> None:
        self.memory = memory


def test_a_terminal_that_never_met_the_hall_is_not_trusted() -> None:
    assert not TrustedClock(SetClock(), MemoryStore()).stamp().trusted


def test_after_a_contact_time_runs_by_the_halls_clock() -> None:
    machine = SetClock(wall=NOON_MS - 2 * HOUR_MS)
    clock = TrustedClock(machine, MemoryStore())
    clock.synced(NOON_MS, 200)
    machine.pass_ms(5_000)
    stamp = clock.stamp()
    assert (stamp.wall_ms, stamp.trusted) == (NOON_MS + 100 + 5_000, True)


@pytest.mark.parametrize(
    ("elapsed_ms", "trusted"), [(3_000_000_000, True), (3_000_009_999, True), (3_000_010_000, False)]
)
def test_trust_within_one_boot_ends_when_drift_may_have_reached_five_minutes(
    elapsed_ms: int, trusted: bool
) -> None:
    machine = SetClock()
    clock = TrustedClock(machine, MemoryStore())
    clock.synced(NOON_MS, 0)
    machine.pass_ms(elapsed_ms)
    assert clock.stamp().trusted is trusted


@pytest.mark.parametrize("jump_ms", [-DAY_MS, -2 * HOUR_MS, 2 * HOUR_MS, DAY_MS])
def test_setting_the_wall_clock_changes_nothing_within_a_boot(jump_ms: int) -> None:
    machine = SetClock()
    clock = TrustedClock(machine, MemoryStore())
    clock.synced(NOON_MS, 0)
    machine.wall += jump_ms
    machine.monotonic += 1000
    assert clock.stamp().wall_ms == NOON_MS + 1000
    assert clock.stamp().trusted


@pytest.mark.parametrize(
    ("off_ms", "trusted"),
    [(0, True), (60_000, True), (DAY_MS - 1, True), (DAY_MS, False), (-1, False), (-HOUR_MS, False)],
)
def test_trust_after_a_restart(off_ms: int, trusted: bool) -> None:
    """The wall clock must not be behind the last stored stamp, and the last contact less than a day ago."""
    machine, store = SetClock(), MemoryStore()
    TrustedClock(machine, store).synced(NOON_MS, 0)
    machine.reboot(wall=NOON_MS + off_ms)
    assert TrustedClock(machine, store).stamp().trusted is trusted


def test_trust_after_a_restart_ends_a_day_after_the_last_contact() -> None:
    machine, store = SetClock(), MemoryStore()
    TrustedClock(machine, store).synced(NOON_MS, 0)
    machine.reboot(wall=NOON_MS + 20 * HOUR_MS)
    clock = TrustedClock(machine, store)
    assert clock.stamp().trusted
    machine.pass_ms(4 * HOUR_MS)
    assert not clock.stamp().trusted


def test_j7_two_days_without_the_hall_and_a_clock_two_hours_slow() -> None:
    machine, store = SetClock(), MemoryStore()
    TrustedClock(machine, store).synced(NOON_MS - 2 * DAY_MS, 0)
    machine.reboot(wall=NOON_MS - 2 * HOUR_MS)
    clock = TrustedClock(machine, store)
    stamp = clock.stamp()
    assert (stamp.wall_ms, stamp.trusted) == (NOON_MS - 2 * HOUR_MS, False)
    machine.pass_ms(60_000)
    step = clock.synced(NOON_MS + 60_000, 0)
    assert step is not None and step.offset_ms == 2 * HOUR_MS
    assert (step.boot_id, step.stamped_ms + step.offset_ms) == (machine.boot, step.hall_time_ms)
    assert clock.stamp().trusted and clock.stamp().wall_ms == NOON_MS + 60_000


def test_a_clock_set_back_over_a_restart_does_not_begin_before_the_last_stamp() -> None:
    machine, store = SetClock(), MemoryStore()
    clock = TrustedClock(machine, store)
    clock.synced(NOON_MS, 0)
    machine.pass_ms(10 * 60_000)
    last = clock.stamp()
    machine.reboot(wall=NOON_MS - DAY_MS)
    after = TrustedClock(machine, store).stamp()
    assert after.wall_ms >= last.wall_ms and not after.trusted


def test_the_log_says_where_time_was_when_the_clocks_own_memory_is_gone() -> None:
    machine = SetClock(wall=NOON_MS - DAY_MS)
    clock = TrustedClock(machine, MemoryStore())
    clock.not_before(NOON_MS)
    assert clock.stamp().wall_ms == NOON_MS
    machine.pass_ms(1000)
    assert clock.stamp().wall_ms == NOON_MS + 1000


def test_after_the_hall_has_spoken_a_wrong_future_no_longer_binds() -> None:
    machine, store = SetClock(wall=NOON_MS + 400 * DAY_MS), MemoryStore()
    clock = TrustedClock(machine, store)
    clock.stamp()
    step = clock.synced(NOON_MS, 0)
    assert step is not None and step.offset_ms == -400 * DAY_MS
    machine.reboot(wall=NOON_MS + 60_000)
    again = TrustedClock(machine, store)
    assert (again.stamp().wall_ms, again.stamp().trusted) == (NOON_MS + 60_000, True)


@pytest.mark.parametrize(
    ("offset_ms", "steps"), [(300_000, False), (-300_000, False), (300_001, True), (-300_001, True)]
)
def test_a_step_is_more_than_five_minutes(offset_ms: int, steps: bool) -> None:
    step = TrustedClock(SetClock(), MemoryStore()).synced(NOON_MS + offset_ms, 0)
    assert (step is not None) is steps


@pytest.mark.parametrize("round_trip_ms", [-1, 60_001])
def test_a_reply_that_took_too_long_says_nothing(round_trip_ms: int) -> None:
    clock = TrustedClock(SetClock(), MemoryStore())
    assert clock.synced(NOON_MS, round_trip_ms) is None
    assert not clock.stamp().trusted
    assert clock.last_sync_ms() is None


def test_the_memory_survives_in_its_file(tmp_path: Path) -> None:
    store = FileClockStore(tmp_path)
    assert store.load() == ClockMemory()
    memory = replace(ClockMemory(), sync_hall_ms=NOON_MS, sync_boot_id="b", last_stamp_ms=NOON_MS)
    store.save(memory)
    assert FileClockStore(tmp_path).load() == memory


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"unknown": 1}', b"\xff\xfe", b'"text"'])
def test_a_damaged_memory_counts_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clock.json").write_bytes(content)
    assert FileClockStore(tmp_path).load() == ClockMemory()


def test_a_stamp_is_saved_at_most_once_a_minute() -> None:
    class CountingStore(MemoryStore):
        saves = 0

        def save(self, memory: ClockMemory) -> None:
            super().save(memory)
            self.saves += 1

    machine, store = SetClock(), CountingStore()
    clock = TrustedClock(machine, store)
    clock.synced(NOON_MS, 0)
    for _ in range(120):
        machine.pass_ms(1000)
        clock.stamp()
    assert store.saves == 3


def test_the_machines_own_clocks_run() -> None:
    clock = SystemClock()
    assert clock.boot_id() == SystemClock().boot_id() != ""
    assert clock.monotonic_ms() <= clock.monotonic_ms()
    assert clock.wall_ms() > 1_600_000_000_000
