"""`python -m benchmarks [NAME …]`: measures, prints a table, writes build/bench.json.

Exits 1 when a goal is missed, 2 when it cannot measure (file system in memory, unknown name).
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    appends,
    cameras,
    desk_card,
    doors,
    face_frames,
    face_greeting,
    face_liveness,
    face_matching,
    face_naming,
    id_card,
    pages,
    pcsc,
    readers,
    residents,
    resources,
    scanners,
    slips,
    start,
    synchronising,
    taps,
)
from benchmarks.measure import WORKSHOP, Result, file_system_of, table, write_report

# A commit to memory costs nothing, so a number taken there means nothing.
MEMORY = {"tmpfs", "ramfs"}

BENCHMARKS: dict[str, Callable[[Path], list[Result]]] = {
    "appends": appends.run,
    "sync": synchronising.run,
    "start": start.run,
    "resources": resources.run,
    "taps": taps.run,
    "residents": residents.run,
    "readers": readers.run,
    "pcsc": pcsc.run,
    "id_card": id_card.run,
    "scanners": scanners.run,
    "slips": slips.run,
    "cameras": cameras.run,
    "doors": doors.run,
    "pages": pages.run,
    "face_matching": face_matching.run,
    "face_liveness": face_liveness.run,
    "face_naming": face_naming.run,
    "face_greeting": face_greeting.run,
    "desk_card": desk_card.run,
    "face_frames": face_frames.run,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args(arguments).names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(
            f"No benchmark called {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr
        )
        return 2
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    kind = file_system_of(WORKSHOP)
    print(f"Data on {WORKSHOP} ({kind})")
    if kind in MEMORY:
        print("That is memory, where a commit costs nothing: put the checkout on a disk.", file=sys.stderr)
        return 2
    results: list[Result] = []
    for name in names:
        print(f"measuring {name} …", flush=True)
        results += BENCHMARKS[name](WORKSHOP / name)
        write_report(
            results, WORKSHOP.parent / "bench.json"
        )  # what is measured stays, should the next one fail
    print(table(results))
    return 1 if any(result.met is False for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
