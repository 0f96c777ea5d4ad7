"""`python -m drivers.probe PORT|HOST:PORT`: what answers at one place, for the person who cables a terminal.

A printer is asked for its status, on a serial line at each usual speed; then readers, scanners and relay boards that can
be asked. A reader that only transmits is listened to, and a card laid on it proves it. Prints one JSON object: `kind` (as
in the configuration, null when nothing answered), the `options` that worked, `code` (how it is, or why nothing answered),
`details`. Exit 0 when something answered, 1 when nothing did. Everything that is plugged in: `kiosk devices scan`.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from drivers.finding import ask

LISTEN_S = 10.0


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m drivers.probe", description="What answers at a port.")
    parser.add_argument("where", metavar="PORT|HOST:PORT")
    parser.add_argument("--listen", type=float, default=LISTEN_S, metavar="SECONDS", help="wait for a card")
    options = parser.parse_args(arguments)
    print("If it is a card reader, lay a card on it now.", file=sys.stderr)
    finding = ask(options.where, options.listen)
    print(json.dumps(asdict(finding)))
    return 0 if finding.kind else 1


if __name__ == "__main__":
    raise SystemExit(main())
