"""A virtual display (Xvfb): started on a number of its own choosing, photographed and touched from outside."""

from __future__ import annotations

import os
import select
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageGrab

from tests.stage.processes import Child, run
from tests.stage.waiting import pause


class Display:
    """One Xvfb screen. `name` is what DISPLAY wants (":7")."""

    def __init__(self, log: Path, width: int = 1366, height: int = 768) -> None:
        self._log = log
        readable, writable = os.pipe()
        try:
            self._child = Child(
                [
                    "Xvfb",
                    "-displayfd",
                    str(writable),
                    "-screen",
                    "0",
                    f"{width}x{height}x24",
                    "-nolisten",
                    "tcp",
                    "-noreset",
                ],
                log,
                pass_fds=[writable],
            )
        finally:
            os.close(writable)
        # Kept open: Xvfb ends when it cannot tell its number again.
        self._told = readable
        self.name = f":{self._number(readable)}"

    def _number(self, readable: int, deadline_s: float = 15.0) -> int:
        ready, _, _ = select.select([readable], [], [], deadline_s)
        number = os.read(readable, 16).strip() if ready else b""
        if not number:
            self._child.kill()
            raise RuntimeError(f"Xvfb did not start:\n{self._child.last_words()}")
        return int(number)

    def picture(self) -> Image.Image:
        """What is on the screen now, every pixel, taken through X and not from the program that drew it."""
        return ImageGrab.grab(xdisplay=self.name).convert("RGB")

    def touch(self, x: int, y: int) -> None:
        """A finger at pixel (x, y) from the top left: a real X event, as a touch screen would send it."""
        run(["xdotool", "mousemove", str(x), str(y), "click", "1"], self._log, 10.0, DISPLAY=self.name)

    def hold(self, x: int, y: int, seconds: float) -> None:
        """A finger that stays."""
        run(["xdotool", "mousemove", str(x), str(y), "mousedown", "1"], self._log, 10.0, DISPLAY=self.name)
        pause(seconds)
        run(["xdotool", "mouseup", "1"], self._log, 10.0, DISPLAY=self.name)

    def draw(self, strokes: Sequence[Sequence[tuple[int, int]]]) -> None:
        """A finger that draws: each stroke is pixels from where it goes down to where it is taken off."""
        for first, *others in strokes:
            moves = [word for x, y in others for word in ("mousemove", str(x), str(y), "sleep", "0.08")]
            down = ["mousemove", str(first[0]), str(first[1]), "mousedown", "1", "sleep", "0.02"]
            run(["xdotool", *down, *moves, "mouseup", "1"], self._log, 10.0, DISPLAY=self.name)

    def close(self) -> None:
        self._child.stop(3.0)
        os.close(self._told)
