"""Cameras: asked for their name and nothing else, so that one in use goes on.

Source: Linux media API, VIDIOC_QUERYCAP and `struct v4l2_capability` (104 bytes).
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Callable
from pathlib import Path

from drivers.finding.found import Finding
from drivers.transport import device_error

BY_NAME = Path("/dev/v4l/by-id")
QUERY_CAPABILITIES = 0x80685600
CAPTURES_VIDEO = 0x1
HAS_DEVICE_CAPABILITIES = 0x80000000
_CAPABILITY = struct.Struct("16s32s32sIII12x")

Query = Callable[[int], bytes]


def _query(descriptor: int) -> bytes:
    return fcntl.ioctl(descriptor, QUERY_CAPABILITIES, bytes(_CAPABILITY.size))


def search(query: Query = _query) -> list[Finding]:
    """Every device that captures video; those that only carry its metadata are left out."""
    found = [_looked_at(path, query) for path in sorted(BY_NAME.glob("*"))]
    return [finding for finding in found if finding is not None]


def _looked_at(path: Path, query: Query) -> Finding | None:
    options = {"path": str(path)}
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return Finding(str(path), None, options, device_error(error, str(path)).reason)
    try:
        _, card, _, _, can, device_can = _CAPABILITY.unpack(query(descriptor))
    except OSError as error:
        return Finding(str(path), None, options, device_error(error, str(path)).reason)
    finally:
        os.close(descriptor)
    if not (device_can if can & HAS_DEVICE_CAPABILITIES else can) & CAPTURES_VIDEO:
        return None
    name = card.partition(b"\0")[0].decode(errors="replace")
    return Finding(str(path), "camera_v4l2", options, "", {"name": name})
