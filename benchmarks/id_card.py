"""An identity card from the answer that it is there to the event that says whose it is, beside a script without any checks.

The emulated reader runs in a process of its own and stamps what it does; its line takes no time, and the card's own time
is taken off.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from serial import Serial

from benchmarks.bytes_to_event import results
from benchmarks.measure import Result, against, percentile
from drivers.base import CardReader, CardSeen
from drivers.cards.sam_frames import Command
from drivers.emulators.people import invented_card
from drivers.emulators.sam import EmulatedSam
from drivers.kinds import Surroundings
from drivers.registry import make_reader
from drivers.wire_log import WireLog

READS = 300
BLOCK = 50
WARM_UP = 10
CARD_S = 0.05
DEADLINE_S = 10.0
PEER = "a script that sends three commands and checks nothing"
FIND_REPLY_BYTES, SELECT_REPLY_BYTES, READ_REPLY_BYTES = 15, 19, 1295


@dataclass(frozen=True, slots=True)
class Times:
    """One read, in milliseconds: from the question that found the card to the event, without the card's own time; and
    from the last byte to the event."""

    whole_ms: float
    after_last_byte_ms: float


def run(directory: Path) -> list[Result]:
    """Measures in turns with the bare script."""
    ours: list[Times] = []
    bare: list[Times] = []
    with emulated(directory) as reader:
        for _ in range(WARM_UP):
            driver_times(reader)
            script_times(reader)
        for _ in range(READS // BLOCK):
            ours += [driver_times(reader) for _ in range(BLOCK)]
            bare += [script_times(reader) for _ in range(BLOCK)]
    how = (
        f"{READS} reads in blocks of {BLOCK}, in turns with the floor, on a pty; the emulated reader is another process. "
        f"The card's own {CARD_S * 1000:g} ms are taken off, the line's time is none."
    )
    ours_ms, bare_ms = [times.whole_ms for times in ours], [times.whole_ms for times in bare]
    whole = [
        against(
            f"id_card_find_select_read_p{percent}",
            percentile(ours_ms, percent),
            "ms",
            PEER,
            percentile(bare_ms, percent),
            how,
        )
        for percent in (50, 99)
    ]
    ours_ms = [times.after_last_byte_ms for times in ours]
    bare_ms = [times.after_last_byte_ms for times in bare]
    return whole + results("id_card", ours_ms, bare_ms, how, PEER)


class Reader:
    """The emulated reader in its own process, with a card resting."""

    def __init__(self, connection: Connection, port: str) -> None:
        self._connection = connection
        self.port = port

    def stamps(self) -> tuple[int, int]:
        """When the card was asked for, and when the last byte of its read was written; monotonic ns. The next card is
        then on the reader."""
        self._connection.send("stamps")
        found_ns, last_byte_ns = self._connection.recv()
        return found_ns, last_byte_ns


@contextlib.contextmanager
def emulated(directory: Path) -> Iterator[Reader]:
    """Starts it, and ends it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, directory), daemon=True)
    process.start()
    try:
        yield Reader(ours, ours.recv())
        ours.send("end")
    finally:
        process.join(timeout=DEADLINE_S)
        process.kill()


def _serve(connection: Connection, directory: Path) -> None:
    device = EmulatedSam(directory, card_s=CARD_S)
    device.rest(invented_card(0))
    connection.send(device.path)
    reads = 0
    while connection.recv() == "stamps":
        device.wait_for(partial(_has_read_more_than, reads), DEADLINE_S)
        stamps = device.found_ns, device.last_byte_ns
        reads += 1
        device.rest(invented_card(reads))
        connection.send(stamps)  # only now: whoever has them asks for the next card at once
    device.close()


def _has_read_more_than(reads: int, device: EmulatedSam) -> bool:
    return device.reads > reads


def driver_times(reader: Reader) -> Times:
    """One read by the driver, opened anew so that it asks at once."""
    driver: CardReader = make_reader("sam_serial", {"port": reader.port}, Surroundings(wire_log=WireLog()))
    driver.open()
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        seen = driver.read(0.5)
        event_ns = time.monotonic_ns()
        if isinstance(seen, CardSeen) and seen.document is not None:
            seen.document.wipe()
            driver.close()
            return _times(reader, event_ns)
    raise TimeoutError("no card was read")


def script_times(reader: Reader) -> Times:
    """One read by what a forum would answer."""
    with Serial(reader.port, 115200, timeout=DEADLINE_S) as port:
        for command, reply_bytes in (
            (Command.FIND, FIND_REPLY_BYTES),
            (Command.SELECT, SELECT_REPLY_BYTES),
            (Command.READ, READ_REPLY_BYTES),
        ):
            port.write(command.frame)
            if len(port.read(reply_bytes)) != reply_bytes:
                raise TimeoutError("no card was read")
        event_ns = time.monotonic_ns()
    return _times(reader, event_ns)


def _times(reader: Reader, event_ns: int) -> Times:
    found_ns, last_byte_ns = reader.stamps()
    return Times((event_ns - found_ns) / 1e6 - CARD_S * 1000, (event_ns - last_byte_ns) / 1e6)
