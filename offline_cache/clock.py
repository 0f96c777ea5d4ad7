"""What time it is, and whether anybody may rely on it.

A terminal has a wall clock that may be hours off (a dead battery, a wrong setting) and a monotonic clock that only
counts. The hall's time rules; between two contacts the terminal reckons from the last one. Rule of trust: design of
the product, "Time": (same boot as a trusted sync, monotonic elapsed x 100 ppm <= 300 s) or (rebooted, wall clock not
behind the last stored stamp, last trusted sync < 24 h). All times are integer milliseconds, UTC.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from offline_cache.db import StorageError, write_durably

DRIFT_PPM = 100
DRIFT_LIMIT_MS = 300_000
REBOOT_LIMIT_MS = 24 * 3_600_000
STEP_MS = 300_000
SAVE_EVERY_MS = 60_000
ROUND_TRIP_LIMIT_MS = 60_000

_log = logging.getLogger(__name__)

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    def wall_ms(self) -> int:
        """The machine's idea of UTC, ms; may be wrong, may jump."""
        ...

    def monotonic_ms(self) -> int:
        """Milliseconds since some instant of this boot; never goes back."""
        ...

    def boot_id(self) -> str:
        """The same text as long as the machine has not been restarted."""
        ...


class SystemClock:
    """The machine's own clocks. CLOCK_BOOTTIME also counts while the machine sleeps (clock_gettime(2))."""

    def __init__(self) -> None:
        self._boot_id = _BOOT_ID.read_text("ascii").strip()

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def boot_id(self) -> str:
        return self._boot_id


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something happened, as well as this terminal knows."""

    wall_ms: int
    monotonic_ms: int
    boot_id: str
    trusted: bool


@dataclass(frozen=True, slots=True)
class ClockStep:
    """The hall's time and ours differed by more than STEP_MS. `offset_ms` is hall minus ours: added to stamps of
    `boot_id` up to `monotonic_ms`, it gives the hall's time."""

    boot_id: str
    monotonic_ms: int
    stamped_ms: int
    hall_time_ms: int
    offset_ms: int


@dataclass(frozen=True, slots=True)
class ClockMemory:
    """What must outlive a restart. Empty strings and zeros: there was no such thing yet."""

    sync_hall_ms: int = 0
    sync_monotonic_ms: int = 0
    sync_boot_id: str = ""
    last_stamp_ms: int = 0


class ClockStore(Protocol):
    def load(self) -> ClockMemory: ...

    def save(self, memory: ClockMemory) -> None: ...


class FileClockStore:
    """`clock.json` in the data directory. A file nobody can read counts as no memory: time is then untrusted."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "clock.json"

    def load(self) -> ClockMemory:
        try:
            return ClockMemory(**json.loads(self._path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return ClockMemory()

    def save(self, memory: ClockMemory) -> None:
        write_durably(self._path, json.dumps(asdict(memory)).encode())


class TrustedClock:
    """Stamps for the log. Safe to use from several threads.

    Within one boot time runs by the monotonic clock alone, so nobody can move it by setting the wall clock; after a
    restart it never begins before the last stored stamp, so a clock set back opens no meal again.
    """

    def __init__(self, clock: Clock, store: ClockStore) -> None:
        self._clock = clock
        self._store = store
        self._lock = threading.Lock()
        self._memory = store.load()
        self._saved_ms = self._memory.last_stamp_ms
        self._anchor: tuple[str, int, int] | None = (
            None  # (boot id, monotonic ms, UTC ms) of an untrusted start
        )
        self._rebooted_in_trust = False

    def stamp(self) -> Stamp:
        """The time now. What a restart needs is saved at most once a minute."""
        with self._lock:
            stamp = self._read()
            self._remember(stamp.wall_ms)
            return stamp

    def synced(self, hall_time_ms: int, round_trip_ms: int) -> ClockStep | None:
        """The hall said its time. Returns the step when ours was off by more than five minutes; a reply that took
        too long to mean anything is ignored."""
        if not 0 <= round_trip_ms <= ROUND_TRIP_LIMIT_MS:
            return None
        with self._lock:
            before = self._read()
            now_ms = hall_time_ms + round_trip_ms // 2
            offset_ms = now_ms - before.wall_ms
            stepped = abs(offset_ms) > STEP_MS
            self._memory = ClockMemory(
                sync_hall_ms=now_ms,
                sync_monotonic_ms=before.monotonic_ms,
                sync_boot_id=before.boot_id,
                # The hall rules: after a step our old stamps no longer bound anything.
                last_stamp_ms=now_ms if stepped else max(now_ms, self._memory.last_stamp_ms),
            )
            self._anchor = None
            self._save()
        if not stepped:
            return None
        return ClockStep(before.boot_id, before.monotonic_ms, before.wall_ms, now_ms, offset_ms)

    def not_before(self, wall_ms: int) -> None:
        """The last stamp found in the log at start: time does not begin before it."""
        with self._lock:
            if wall_ms > self._memory.last_stamp_ms:
                self._memory = replace(self._memory, last_stamp_ms=wall_ms)
                self._anchor = None

    def last_sync_ms(self) -> int | None:
        """When the hall last said the time, by the hall's clock; None: never."""
        with self._lock:
            return self._memory.sync_hall_ms or None

    def _read(self) -> Stamp:
        boot_id, monotonic_ms = self._clock.boot_id(), self._clock.monotonic_ms()
        memory = self._memory
        if boot_id == memory.sync_boot_id:
            elapsed = monotonic_ms - memory.sync_monotonic_ms
            trusted = 0 <= elapsed * DRIFT_PPM // 1_000_000 <= DRIFT_LIMIT_MS
            return Stamp(memory.sync_hall_ms + max(elapsed, 0), monotonic_ms, boot_id, trusted)
        return self._read_after_reboot(boot_id, monotonic_ms)

    def _read_after_reboot(self, boot_id: str, monotonic_ms: int) -> Stamp:
        memory = self._memory
        if self._anchor is None or self._anchor[0] != boot_id:
            wall_ms = self._clock.wall_ms()
            self._rebooted_in_trust = memory.sync_hall_ms > 0 and wall_ms >= memory.last_stamp_ms
            self._anchor = (boot_id, monotonic_ms, max(wall_ms, memory.last_stamp_ms))
        now_ms = self._anchor[2] + monotonic_ms - self._anchor[1]
        fresh = 0 <= now_ms - memory.sync_hall_ms < REBOOT_LIMIT_MS
        return Stamp(now_ms, monotonic_ms, boot_id, self._rebooted_in_trust and fresh)

    def _remember(self, wall_ms: int) -> None:
        if wall_ms <= self._memory.last_stamp_ms:
            return
        self._memory = replace(self._memory, last_stamp_ms=wall_ms)
        if wall_ms - self._saved_ms >= SAVE_EVERY_MS:
            self._save()

    def _save(self) -> None:
        self._saved_ms = self._memory.last_stamp_ms
        try:
            self._store.save(self._memory)
        except StorageError as error:
            # A full disk must not stop a meal for this: the log's own rows carry their stamps too.
            _log.warning("the clock's memory was not saved: %s", error.code)
