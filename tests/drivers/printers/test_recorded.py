"""Recorded exchanges under the real driver: a log from the field becomes a test by pasting it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.base import PrintOutcome, PrintState
from drivers.printers.escpos import EscPosPrinter
from drivers.printers.profiles import PROFILES, Confirm
from drivers.wire_log import RecordedTransport
from tests.drivers.printers import recordings

UNCONFIRMED = replace(PROFILES["generic"], confirm=Confirm.NO)


@pytest.mark.parametrize(
    ("recording", "outcome"),
    [
        (recordings.CLONE, PrintOutcome(PrintState.PROBABLY, "", 1)),
        (recordings.CLONE_NEAR_END, PrintOutcome(PrintState.PROBABLY, "", 1)),
        (recordings.PLAIN, PrintOutcome(PrintState.PROBABLY, "", None)),
        (recordings.PAPER_ENDS, PrintOutcome(PrintState.FAILED, "printer.paper_out", 0)),
        (recordings.PULLED, PrintOutcome(PrintState.UNKNOWN, "printer.gone", 1)),
    ],
)
def test_exchange(recording: list[str], outcome: PrintOutcome) -> None:
    transport = RecordedTransport(recording)
    driver = EscPosPrinter(transport, 80, UNCONFIRMED, monotonic_ns=transport.monotonic_ns)
    assert driver.print(recordings.SLIP, "job") == outcome
    assert transport.finished
