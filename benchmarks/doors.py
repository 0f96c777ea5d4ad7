"""From the wish to open a door to the relay board's confirmation, beyond what its line takes, against a bare exchange."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Result, against, percentile
from drivers.emulators.relays import EmulatedModbusRelay
from drivers.relays import modbus_frames as frames
from drivers.relays.modbus import ModbusRelay
from drivers.transport import SerialTransport

PULSES = 500
BLOCK = 50
PULSE_MS = 100
BAUD = 9600
REPLY_S = 1.0
BITS_A_CHARACTER = 11
GAP_CHARACTERS = 3.5


def run(directory: Path) -> list[Result]:
    ours: list[float] = []
    bare: list[float] = []
    with board(directory) as path:
        for _ in range(PULSES // BLOCK):
            ours += driver_ms(path)
            bare += bare_ms(path)
    gap_ms = GAP_CHARACTERS * BITS_A_CHARACTER / BAUD * 1000
    how = (
        f"{PULSES} pulses of an emulated board on a pty, which takes no time for its 16 bytes. The frame gap of "
        f"{gap_ms:.1f} ms that the protocol asks for before a request is within the value, not within the peer's: one "
        "write, and reads until the 8 bytes are back."
    )
    peer = "bare write and read"
    return [
        against(
            "relay_confirmed_p99",
            percentile(ours, 99),
            "ms",
            peer,
            percentile(bare, 99),
            how,
            value_at_most=20,
        )
    ]


@contextmanager
def board(directory: Path) -> Iterator[str]:
    """An emulated board's port."""
    emulated = EmulatedModbusRelay(directory)
    try:
        yield emulated.path
    finally:
        emulated.close()


def driver_ms(path: str) -> list[float]:
    """A block of pulses by the driver."""
    relay = ModbusRelay(SerialTransport(path, BAUD), baud=BAUD)
    relay.open()
    relay.probe()  # the line is known before a door has to open
    taken = []
    for _ in range(BLOCK):
        started = time.monotonic()
        relay.pulse(1, PULSE_MS)
        taken.append((time.monotonic() - started) * 1000)
    relay.close()
    return taken


def bare_ms(path: str) -> list[float]:
    """The same bytes, without looking at them."""
    line = SerialTransport(path, BAUD)
    line.open()
    request = frames.flash_on(1, 1, frames.flash_units(PULSE_MS))
    taken = []
    for _ in range(BLOCK):
        started = time.monotonic()
        line.write(request, REPLY_S)
        heard = 0
        while heard < len(request):
            data = line.read(64, REPLY_S)
            assert data, "the board did not answer"
            heard += len(data)
        taken.append((time.monotonic() - started) * 1000)
    line.close()
    return taken
