"""`python -m benchmarks.emulated_readers DIR`: emulated card readers in a process of their own, worked by lines on stdin.

A reader and the program that drives it never share an interpreter, so they must not here. Prints the ports as one JSON line,
then answers each line `<verb> <reader>` with one: `rest` and `lift` with `done`, `stamp` with the monotonic ns right after
the last byte that the reader sent.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from drivers.emulators.m1_reader import EmulatedM1Reader
from drivers.emulators.pn532 import EmulatedPn532
from drivers.emulators.reader import EmulatedReader

CARDS = {"em4100": "01001293D8", "pn532": "901F2AA4", "m1_aabb": "4CAA0080"}


READERS: dict[str, Callable[[Path], EmulatedReader | EmulatedPn532 | EmulatedM1Reader]] = {
    "em4100": EmulatedReader,
    "pn532": EmulatedPn532,
    "m1_aabb": EmulatedM1Reader,
}


def main(directory: Path) -> None:
    """Serves until stdin ends."""
    with ExitStack() as stack:
        readers = {name: make(directory) for name, make in READERS.items()}
        for reader in readers.values():
            stack.callback(reader.close)
        print(json.dumps({name: reader.path for name, reader in readers.items()}), flush=True)
        for line in sys.stdin:
            verb, name = line.split()
            reader = readers[name]
            if verb == "rest":
                reader.rest(CARDS[name])
            elif verb == "lift":
                reader.lift()
            print(reader.last_byte_ns if verb == "stamp" else "done", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
