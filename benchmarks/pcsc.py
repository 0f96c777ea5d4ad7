"""From the last answer of a smart card to the card that its driver hands on, and the whole read beside the same commands
sent without a driver. Over a real pcscd in a world of its own, so it needs root.

`python -m benchmarks.pcsc DIRECTORY` is the part within that world; it writes what it measured as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from benchmarks.bytes_to_event import results
from benchmarks.measure import Result, against, percentile
from drivers.base import CardSeen
from drivers.cards.pcsc import SOCIAL_SECURITY, PcscReader, Wanted
from drivers.cards.pcsc_transport import PcscTransport
from tests.stage import world
from tests.stage.smart_card_service import READER, running

READS = 500
BLOCK = 50
DEADLINE_S = 300.0
SEEN_S = 5.0
PEER = "the same commands by SCardTransmit, unread"
MEASURED = "measured.json"
TOP = Path(__file__).parents[1]


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    command = [sys.executable, "-m", "benchmarks.pcsc", str(directory)]
    ran = subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL, timeout=DEADLINE_S, check=False)
    if ran.returncode == world.CANNOT:
        return []  # it has said why
    ran.check_returncode()
    found = json.loads((directory / MEASURED).read_text("utf-8"))
    how = (
        f"{READS} reads of a social security card with its holder, in blocks of {BLOCK} in turns with the peer; real "
        "pcscd, virtual reader, the card in another process, which answers at once."
    )
    event = f"{how} From the stamp after the card's last answer to the driver's read coming back."
    whole = f"{how} From the card being there to the reading, which asks {found['commands']} commands."
    return [
        *results("pcsc", found["event"], found["bare_event"], event, PEER),
        against(
            "smart_card_read_p50",
            percentile(found["whole"], 50),
            "ms",
            PEER,
            percentile(found["bare_whole"], 50),
            whole,
        ),
    ]


class Card:
    """The card in its own process."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests = requests
        self._answers = answers
        assert answers.readline() == "ready\n"

    def stamp_ns(self) -> int:
        """When its last answer was out."""
        self._requests.write("\n")
        self._requests.flush()
        return int(self._answers.readline())


@contextmanager
def card_in_the_reader() -> Iterator[Card]:
    """The process, for as long as this lasts."""
    command = [sys.executable, "-m", "benchmarks.emulated_cards"]
    with subprocess.Popen(
        command, cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield Card(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait(timeout=10)


class Listening(PcscTransport):
    """Keeps the commands, for the peer to send."""

    def __init__(self) -> None:
        super().__init__(READER)
        self.commands: list[bytes] = []

    def transmit(self, command: bytes, timeout_s: float) -> bytearray:
        """See `PcscTransport.transmit`."""
        self.commands.append(command)
        return super().transmit(command, timeout_s)


def by_driver_ms(card: Card, count: int) -> list[tuple[float, float]]:
    """(last answer to event, whole read) of `count` reads. A new driver each: one that knew the card would be silent."""
    return [_one_reading_ms(card, PcscTransport(READER)) for _ in range(count)]


def _one_reading_ms(card: Card, transport: PcscTransport) -> tuple[float, float]:
    reader = PcscReader(transport, Wanted(SOCIAL_SECURITY))
    reader.open()
    try:
        began_ns = time.monotonic_ns()
        reading = reader.read(SEEN_S)
        now_ns = time.monotonic_ns()
        if not isinstance(reading, CardSeen):
            raise TimeoutError(f"no card: {reading}")
        if reading.document is not None:
            reading.document.wipe()
    finally:
        reader.close()
    return (now_ns - card.stamp_ns()) / 1e6, (now_ns - began_ns) / 1e6


def bare_ms(card: Card, commands: list[bytes], count: int) -> list[tuple[float, float]]:
    """The same, without a driver: connect, the commands, nothing looked at."""
    from smartcard import scard

    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    taken = []
    for _ in range(count):
        began_ns = time.monotonic_ns()
        failure, held, _ = scard.SCardConnect(
            context, READER, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T1
        )
        assert not failure, hex(failure)
        for command in commands:
            scard.SCardTransmit(held, scard.SCARD_PCI_T1, list(command))
        now_ns = time.monotonic_ns()
        taken.append(((now_ns - card.stamp_ns()) / 1e6, (now_ns - began_ns) / 1e6))
        scard.SCardDisconnect(held, scard.SCARD_LEAVE_CARD)
    scard.SCardReleaseContext(context)
    return taken


def main(directory: Path) -> None:
    """Within the world."""
    ours: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    with running(directory / "pcscd"), card_in_the_reader() as card:
        transport = Listening()
        transport.open()
        transport.wait_card(SEEN_S)
        transport.close()
        _one_reading_ms(card, transport)
        for _ in range(READS // BLOCK):
            ours += by_driver_ms(card, BLOCK)
            bare += bare_ms(card, transport.commands, BLOCK)
    found = {
        "commands": len(transport.commands),
        "event": [event for event, _ in ours],
        "whole": [whole for _, whole in ours],
        "bare_event": [event for event, _ in bare],
        "bare_whole": [whole for _, whole in bare],
    }
    (directory / MEASURED).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    world.enter([sys.executable, "-m", "benchmarks.pcsc", *sys.argv[1:]])
    main(Path(sys.argv[1]))
