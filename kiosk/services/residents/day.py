"""The local day and its parts, as far as the clock can be trusted."""

from __future__ import annotations

from datetime import datetime, tzinfo

from offline_cache.clock import Stamp

_PARTS = ((5, "evening"), (11, "morning"), (13, "noon"), (18, "afternoon"), (24, "evening"))


def local_time(stamp: Stamp, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(stamp.wall_ms / 1000, zone)


def part_of_day(stamp: Stamp, zone: tzinfo) -> str:
    """morning, noon, afternoon or evening; "" while the time is not trusted: nobody is wished a good morning at dusk."""
    if not stamp.trusted:
        return ""
    hour = local_time(stamp, zone).hour
    return next(part for ends, part in _PARTS if hour < ends)
