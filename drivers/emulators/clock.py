"""A clock that journeys and the panel may move, in a file that several processes read.

The file holds offsets to the machine's own clocks, `{"offset_ms": 0, "monotonic_offset_ms": 0, "boot_id": "…"}`, so time
runs on by itself between two changes. It is replaced in one step, so a reader never sees half of it, and changes are
made under a lock, so two writers never lose one.

Satisfies `offline_cache.clock.Clock`.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ClockState:
    """What the file holds."""

    offset_ms: int = 0
    monotonic_offset_ms: int = 0
    boot_id: str = ""


class EmulatedClock:
    """The clock in the file at `path`; made, telling the machine's time, where there is none yet."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)

    @property
    def path(self) -> str:
        """The file."""
        return str(self._path)

    def wall_ms(self) -> int:
        """UTC, ms since 1970."""
        return time.time_ns() // 1_000_000 + self.state().offset_ms

    def monotonic_ms(self) -> int:
        """ms since this boot, never going back within it."""
        return time.monotonic_ns() // 1_000_000 + self.state().monotonic_offset_ms

    def boot_id(self) -> str:
        """Names this boot."""
        return self.state().boot_id

    def set(self, wall_ms: int) -> None:
        """Sets the wall clock, forwards or back, as a hand or a dead battery does; monotonic time does not notice."""
        self._change(lambda state: replace(state, offset_ms=wall_ms - time.time_ns() // 1_000_000))

    def shift(self, wall_by_ms: int) -> None:
        """Puts the wall clock off by so much; monotonic time does not notice."""
        self._change(lambda state: replace(state, offset_ms=state.offset_ms + wall_by_ms))

    def advance(self, by_ms: int) -> None:
        """Lets time pass, on both clocks. Raises ValueError for a negative `by_ms`: monotonic time has no way back."""
        if by_ms < 0:
            raise ValueError("time passes forwards only; set() or shift() puts the wall clock back")
        self._change(
            lambda state: replace(
                state,
                offset_ms=state.offset_ms + by_ms,
                monotonic_offset_ms=state.monotonic_offset_ms + by_ms,
            )
        )

    def reboot(self) -> None:
        """A new boot: another boot id, monotonic time from 0; the wall clock runs on."""
        offset_ms = -(time.monotonic_ns() // 1_000_000)
        self._change(lambda state: replace(state, monotonic_offset_ms=offset_ms, boot_id=str(uuid.uuid4())))

    def state(self) -> ClockState:
        """What the file says now. Raises ValueError when it is not a clock's file."""
        try:
            return self._read()
        except FileNotFoundError:
            self._change(lambda state: state)
            return self._read()

    def _read(self) -> ClockState:
        content = json.loads(self._path.read_bytes())
        try:
            return ClockState(**content)
        except TypeError as error:
            raise ValueError(f"{self._path}: not a clock's file: {error}") from error

    def _change(self, change: Callable[[ClockState], ClockState]) -> None:
        with self._locked():
            try:
                state = self._read()
            except FileNotFoundError:
                state = ClockState(boot_id=str(uuid.uuid4()))
            fresh = self._path.with_suffix(f".{os.getpid()}.new")
            fresh.write_text(json.dumps(asdict(change(state))), encoding="utf-8")
            fresh.replace(self._path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, or its process killed
            yield
