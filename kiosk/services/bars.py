"""What the bars around a page say: network, clock, queue, counts and notices, gathered on the main thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.views import Chrome, Counts

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """What waits to be sent: `oldest_ms` is the stamp of the oldest row, None when nothing waits."""

    unsent: int
    oldest_ms: int | None
    under_review: int = 0
    last_seq: int = 0
    log_id: str = ""


@dataclass(frozen=True, slots=True)
class TimeTold:
    """The time as the terminal's clock service has it now; `last_sync_ms` None: never."""

    now_ms: int
    trusted: bool
    last_sync_ms: int | None


@dataclass(frozen=True, slots=True)
class Bars:
    """The facts, and the Chrome that they make. Local times are those of `zone`; `notices` are codes by who said so."""

    machine: str
    window: str
    zone: ZoneInfo
    place_zh: str = ""
    place_en: str = ""
    online: bool = False
    time: TimeTold = field(default_factory=lambda: TimeTold(0, False, None))
    queue: QueueChanged = field(default_factory=lambda: QueueChanged(0, None))
    counts: Counts = field(default_factory=Counts)
    sample_kept: bool = False
    notices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def noticing(self, source: str, codes: Iterable[str]) -> Bars:
        """The same with these notices of `source` in place of its earlier ones."""
        return replace(self, notices={**self.notices, source: tuple(codes)})

    def all_notices(self) -> tuple[str, ...]:
        return tuple(sorted({code for codes in self.notices.values() for code in codes}))

    def chrome(self) -> Chrome:
        local = self._local(self.time.now_ms)
        return Chrome(
            place_zh=self.place_zh,
            place_en=self.place_en,
            machine=self.machine,
            online=self.online,
            clock=local.strftime("%H:%M") if self.time.trusted else "",
            date=local.strftime("%Y-%m-%d") if self.time.trusted else "",
            banner=self._banner(),
            counts=self.counts,
            queued=self.queue.unsent,
            offline_since=self._clock_of(self.queue.oldest_ms),
            under_review=self.queue.under_review,
            sample_kept=self.sample_kept,
            last_sync_days=self._days_since_sync(),
            window=self.window,
            notices=self.all_notices(),
        )

    def _banner(self) -> str:
        if not self.time.trusted:
            return "clock_untrusted"
        return "" if self.online else "offline"

    def _days_since_sync(self) -> int | None:
        if self.time.last_sync_ms is None:
            return None
        return max(0, (self.time.now_ms - self.time.last_sync_ms) // DAY_MS)

    def _clock_of(self, at_ms: int | None) -> str:
        return "" if at_ms is None else self._local(at_ms).strftime("%H:%M")

    def _local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self.zone)
