"""How long a door may be held open, and which relay is one."""

from __future__ import annotations

from drivers.base import DeviceError

LONGEST_PULSE_MS = 30_000


def check_pulse(channel: int, channels: int, duration_ms: int) -> None:
    """Raises DeviceError, relay.channel or relay.duration, before anything is switched."""
    if not 1 <= channel <= channels:
        raise DeviceError(f"relay {channel} of {channels}", code="relay.channel")
    if not 1 <= duration_ms <= LONGEST_PULSE_MS:
        raise DeviceError(f"a pulse of {duration_ms} ms", code="relay.duration")
