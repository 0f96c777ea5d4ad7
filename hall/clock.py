"""The hall's clock: the machine's own, or in a demo one that a file shifts, so that journeys can move the whole town."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

LOCAL_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")


class HallClock(Protocol):
    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""


class SystemClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class ShiftedClock:
    """The machine's clock plus the `offset_ms` of a JSON file, read at every use. For demos and journeys only.

    A file that is missing or half-written shifts nothing: the emulators may be replacing it at this moment."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now_ms(self) -> int:
        return SystemClock().now_ms() + self._offset_ms()

    def _offset_ms(self) -> int:
        try:
            return int(json.loads(self._path.read_text(encoding="utf-8"))["offset_ms"])
        except (OSError, ValueError, KeyError):
            return 0


def local_date(time_ms: int) -> date:
    """The calendar day in the halls' town."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(LOCAL_TIME).date()
