"""`python -m tests.memory.session KIND PORT`: reads one identity card as a session does, and forgets it when told.

Says `ready`, `seen` when the card was read, `wiped` when the session is over; each line read from standard input is the
word to go on. With a third argument `leaky` it keeps a copy of the number, as a careless session would.
"""

from __future__ import annotations

import sys
import time

from drivers.base import CardReader, CardSeen
from drivers.documents import Document
from drivers.kinds import Surroundings
from drivers.registry import make_reader
from drivers.wire_log import WireLog

DEADLINE_S = 30.0


def main(kind: str, port: str, manner: str = "") -> None:
    log = WireLog()
    reader = make_reader(kind, {"port": port}, Surroundings(wire_log=log))
    reader.open()
    say("ready")
    document = card_read(reader)
    kept = document.number.reveal() + " " if manner == "leaky" else ""
    say("seen")
    document.wipe()
    # The terminal goes on for the five seconds that it has: the reader polls, the log grows.
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        reader.read(0.2)
    say(f"wiped {len(kept)} {len(log.export(lambda direction, stream: stream))}")
    reader.close()


def card_read(reader: CardReader) -> Document:
    """The document of the next card. Raises TimeoutError."""
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        reading = reader.read(0.5)
        if isinstance(reading, CardSeen) and reading.document is not None:
            return reading.document
    raise TimeoutError("no card came")


def say(word: str) -> None:
    """Says where it is, and waits for the word to go on."""
    print(word, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
