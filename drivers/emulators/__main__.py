"""`python -m drivers.emulators --state DIR --hall URL [--port N] [--cards FILE] [--more NAME …]`: the box, until SIGTERM.

Prints one JSON line when it is ready: `panel` (URL), `reader` (path), `printer` ("host:port"), `printer_path` (pty),
`hall` (the URL to give the terminal), `clock` (path), `devices` (name: its section in a terminal's configuration).
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from drivers.emulators.box import Box, BoxServer
from drivers.emulators.box_devices import ENTRIES


def main(arguments: list[str] | None = None) -> int:
    """Runs the box; 0 after SIGTERM or SIGINT, 2 when it cannot start."""
    options = _options(arguments)
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        box = Box(options.state, options.hall, options.cards, options.more)
    except (OSError, ValueError) as error:
        print(f"the devices cannot start: {error}", file=sys.stderr)
        return 2
    try:
        return _serve(box, options.port, ended)
    finally:
        box.close()


def _serve(box: Box, port: int, ended: threading.Event) -> int:
    try:
        server = BoxServer(box, port)
    except OSError as error:
        print(f"the panel cannot have port {port}: {error}", file=sys.stderr)
        return 2
    print(json.dumps(_addresses(box, server)), flush=True)
    ended.wait()
    server.close()
    return 0


def _addresses(box: Box, server: BoxServer) -> dict[str, object]:
    host, port = box.printer.address
    return {
        "panel": server.url,
        "reader": box.reader.path,
        "printer": f"{host}:{port}",
        "printer_path": box.printer.path,
        "hall": box.network.url,
        "clock": box.clock.path,
        "devices": {name: dict(device.section) for name, device in box.more.items()},
    }


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drivers.emulators", description="Emulated devices.")
    parser.add_argument("--state", type=Path, required=True, help="directory of the devices")
    parser.add_argument("--hall", required=True, help="the hall's URL, which the emulated network leads to")
    parser.add_argument("--port", type=int, default=0, help="the panel's port (default: a free one)")
    parser.add_argument("--cards", type=Path, help="JSON list of {uid, label_zh, label_en, kind}")
    parser.add_argument(
        "--more", nargs="*", default=[], metavar="NAME", help=f"further devices: {', '.join(ENTRIES)}"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
