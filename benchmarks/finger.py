"""A finger on a virtual display, and when the page that it called for is on the glass.

Touches are X events sent by one xdotool that stays open: starting a program for each would take longer than the page.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.taps import ask

PAGE_DEADLINE_S = 15.0
LOOK_EVERY_S = 0.05


class Finger:
    """`status` is the terminal's socket, which says which page was drawn last and when."""

    def __init__(self, pipe: subprocess.Popen[str], status: Path) -> None:
        self._pipe = pipe
        self._status = status

    def touch(self, at: tuple[int, int], page: str) -> float:
        """Touch the glass; milliseconds until the first frame of the next page, which has to be `page` in the end.
        Raises TimeoutError."""
        before = int(ask(self._status)["drawn_pages"])
        assert self._pipe.stdin is not None
        touched_ns = time.monotonic_ns()
        self._pipe.stdin.write(f"mousemove {at[0]} {at[1]} click 1\n")
        self._pipe.stdin.flush()
        first_ns = self._drawn_after(before)
        self.wait(page)
        return (first_ns - touched_ns) / 1e6

    def wait(self, page: str) -> int:
        """Until `page` is on the glass; when it was drawn, monotonic nanoseconds. Raises TimeoutError."""
        for facts in self._looks():
            if facts["drawn_view"] == page:
                return int(str(facts["drawn_page_ns"]))
        raise TimeoutError(f"{page} was not shown; the terminal says {ask(self._status)}")

    def _drawn_after(self, pages: int) -> int:
        for facts in self._looks():
            if int(str(facts["drawn_pages"])) > pages:
                return int(str(facts["drawn_page_ns"]))
        raise TimeoutError(f"nothing was drawn after a touch; the terminal says {ask(self._status)}")

    def _looks(self) -> Iterator[dict[str, object]]:
        pause = threading.Event()  # never set: the socket tells nobody that something has changed
        end = time.monotonic() + PAGE_DEADLINE_S
        while time.monotonic() < end:
            pause.wait(LOOK_EVERY_S)
            yield ask(self._status)


@contextlib.contextmanager
def finger(screen: str, status: Path) -> Iterator[Finger]:
    """For the display `screen`."""
    pipe = subprocess.Popen(
        ["xdotool", "-"], stdin=subprocess.PIPE, env={"DISPLAY": screen, "PATH": "/usr/bin:/bin"}, text=True
    )
    try:
        yield Finger(pipe, status)
    finally:
        pipe.terminate()
        pipe.wait(timeout=10)
