"""`make demo`: a hall and a terminal on emulated devices, until the window is closed or Ctrl-C is pressed."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from deploy.programs import TOP, Program, ProgramFailed
from deploy.scene import device_box, enrolled_terminal, town

ROLES = ("canteen",)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--role", choices=ROLES, default="canteen")
    parser.add_argument("--directory", type=Path, default=TOP / "build" / "demo")
    chosen = parser.parse_args(arguments)
    if not os.environ.get("DISPLAY"):
        return play_lunch()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return show(chosen.directory.resolve())
    except KeyboardInterrupt:
        print("\nStopped. `make demo` goes on where this one ended.")
        return 0
    except ProgramFailed as failure:
        print(failure, file=sys.stderr)
        return 1


def play_lunch() -> int:
    """No display: the same programs on a virtual one, with somebody tapping."""
    print("There is no display here: playing the lunch journey on a virtual one.", flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "tests.journeys", "lunch"])


def show(directory: Path) -> int:
    """Returns the terminal's exit code when it ends."""
    print(
        "Starting the hall and the devices; the first time a town is made up …",
        flush=True,
    )
    with town(directory) as place, device_box(place) as devices:
        host, port = devices["printer"].rsplit(":", 1)
        config = enrolled_terminal(place, devices["hall"], devices["reader"], (host, int(port)))
        print(f"Tap cards and jam the paper:  {devices['panel']}")
        print(f"The hall:                     {place.url}/docs")
        print(f"Logs, slips and the disk:     {directory}", flush=True)
        terminal = Program("terminal", ["kiosk", "run", "--config", str(config)], directory)
        try:
            status = terminal.wait()
        finally:
            terminal.stop()
        if status not in (0, -signal.SIGTERM):
            raise ProgramFailed(f"the terminal ended with {status}:\n{terminal.last_words()}")
        return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
