"""`python -m drivers.probe PORT|HOST:PORT`: what answers there, for the person who cables a terminal.

A printer is asked for its status, on a serial line at each usual speed. A card reader cannot be asked: the probe then
listens, and a card laid on the reader proves it. Prints one JSON object: `kind` (as in the configuration, null when
nothing answered), the `options` that worked, `code` (how it is, or why nothing answered), `details`. Exit 0 when
something answered, 1 when nothing did.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from drivers.base import CardSeen, DeviceError
from drivers.kinds import Options
from drivers.registry import make_printer, make_reader

PRINTER_BAUDS = (9600, 19200, 38400, 115200)
LISTEN_S = 10.0
DOUBT_S = 0.4
SILENT = frozenset({"device.timeout", "printer.silent"})
UNREACHABLE = frozenset({"device.gone", "device.denied", "device.busy", "printer.gone"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found. `kind` is None when nothing answered."""

    kind: str | None
    options: Options
    code: str
    details: dict[str, str] = field(default_factory=dict)


def candidates(where: str) -> Iterator[tuple[str, Options]]:
    """The printers that may be at `host:port`, a USB printer's file or a serial port."""
    host, _, port = where.rpartition(":")
    if host and port.isdecimal() and not Path(where).exists():
        yield "escpos_tcp", {"host": host, "port": int(port)}
    elif Path(where).name.startswith("lp"):
        yield "escpos_usb", {"path": where}
    else:
        for baud in PRINTER_BAUDS:
            yield "escpos_serial", {"port": where, "baud": baud}


def probe(where: str, listen_s: float = LISTEN_S) -> Finding:
    """What is at `where`. Takes a few seconds at most, and `listen_s` where a card reader may be."""
    finding = Finding(None, {}, "device.gone")
    for kind, options in candidates(where):
        status = make_printer(kind, options).probe()
        if status.code in UNREACHABLE:
            return Finding(None, options, status.code)
        finding = Finding(None, options, status.code)
        if status.code not in SILENT:
            finding = Finding(kind, options, status.code, dict(status.details))
            break
    if "baud" not in finding.options:
        return finding
    # A frame that crossed the question looks like an answer to it, so a printer's answer is doubted for a moment.
    card = _listen(where, DOUBT_S if finding.kind else listen_s)
    return finding if finding.kind and not card.kind else card


def _listen(where: str, listen_s: float) -> Finding:
    """Waits for a card on a reader at `where`."""
    options = {"port": where}
    reader = make_reader("em4100_serial", options)
    deadline = time.monotonic() + listen_s
    try:
        reader.open()
        while (left_s := deadline - time.monotonic()) > 0:
            if isinstance(reader.read(left_s), CardSeen):
                return Finding("em4100_serial", options, "", dict(reader.diagnostics()))
    except DeviceError as error:
        return Finding(None, options, error.reason)
    finally:
        reader.close()
    return Finding(None, options, "device.timeout", dict(reader.diagnostics()))


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m drivers.probe", description="What answers at a port.")
    parser.add_argument("where", metavar="PORT|HOST:PORT")
    parser.add_argument("--listen", type=float, default=LISTEN_S, metavar="SECONDS", help="wait for a card")
    options = parser.parse_args(arguments)
    print("If it is a card reader, lay a card on it now.", file=sys.stderr)
    finding = probe(options.where, options.listen)
    print(json.dumps(asdict(finding)))
    return 0 if finding.kind else 1


if __name__ == "__main__":
    raise SystemExit(main())
