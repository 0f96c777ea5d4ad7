"""Waiting for another process: always for a condition, always with a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

_PAUSE = threading.Event()  # never set: a process next door cannot set it, so looking again is all there is


class Overdue(AssertionError):
    """What was waited for did not happen within its deadline."""


def wait_for(what: str, look: Callable[[], Found | None], deadline_s: float, every_s: float = 0.02) -> Found:
    """Look until `look` answers something true, and hand that back. Raises Overdue, naming `what`."""
    end = time.monotonic() + deadline_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() >= end:
            raise Overdue(f"not within {deadline_s:g} s: {what}")
        _PAUSE.wait(every_s)


def pause(seconds: float) -> None:
    """Let time pass where time itself is the subject (a kill instant, a pace), never to wait for a result."""
    if seconds > 0:
        _PAUSE.wait(seconds)
