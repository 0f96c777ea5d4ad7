"""`python -m benchmarks.emulated_scanners DIR`: emulated scanners, keyboards and receivers in a process of their own, worked
by lines on stdin.

Prints the ports as one JSON line, then answers each line `<device> <text>` with the monotonic ns right after the last byte
that the device sent: a code of this text, this card's number typed, or a press of the button with this code in hex.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from drivers.buttons.rf_frames import Family
from drivers.emulators.keyboard import EmulatedKeyboard
from drivers.emulators.radio import EmulatedRadio
from drivers.emulators.scanner import EmulatedLineScanner, EmulatedSsiScanner


def main(directory: Path) -> None:
    """Serves until stdin ends."""
    ssi, line = EmulatedSsiScanner(directory / "ssi"), EmulatedLineScanner(directory / "line")
    keyboard, radio = EmulatedKeyboard(directory), EmulatedRadio(directory, Family.GENERIC)
    devices: dict[str, tuple[str, Callable[[str], int | None]]] = {
        "ssi": (ssi.path, ssi.scan),
        "line": (line.path, line.scan),
        "wedge": (keyboard.path, lambda text: keyboard.type_line(text, gap_ns=0)),
        "rf_generic": (radio.path, lambda text: radio.press(bytes.fromhex(text), frames=2)),
    }
    with ExitStack() as stack:
        for device in (ssi, line, keyboard, radio):
            stack.callback(device.close)
        print(json.dumps({name: path for name, (path, _) in devices.items()}), flush=True)
        for request in sys.stdin:
            name, text = request.split()
            print(devices[name][1](text), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
