"""A process is killed in the middle of a pulse: what closes the door then, and when. Real processes, real signals."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.emulators.relays import EmulatedLcusRelay, EmulatedModbusRelay, SerialBoard
from drivers.registry import make

ROOT = Path(__file__).parents[3]
DEADLINE_S = 10.0
SLACK_MS = 150

# It ends on SIGTERM as the terminal does: in order, which runs what was registered for the end of the interpreter.
SCRIPT = """
import signal, sys, threading
from drivers.registry import make

signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
kind, port, duration_ms, where = sys.argv[1:]
consent = {} if "modbus" in kind else {"accept_software_pulse": True}
relay = make(kind, {"port": port} | consent)
relay.open()
if where == "thread":
    threading.Thread(target=relay.pulse, args=(1, int(duration_ms)), daemon=True).start()
else:
    relay.pulse(1, int(duration_ms))
threading.Event().wait(60)
"""


@contextmanager
def pulsing(
    kind: str, board: SerialBoard, duration_ms: int, where: str = "main"
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in the middle of a pulse."""
    command = [sys.executable, "-c", SCRIPT, kind, board.path, str(duration_ms), where]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        assert board.coils.wait(1, True, DEADLINE_S)
        yield process
    finally:
        process.kill()
        process.communicate(timeout=DEADLINE_S)


@pytest.fixture
def modbus(tmp_path: Path) -> Iterator[EmulatedModbusRelay]:
    board = EmulatedModbusRelay(tmp_path / "device")
    yield board
    board.close()


@pytest.fixture
def lcus(tmp_path: Path) -> Iterator[EmulatedLcusRelay]:
    board = EmulatedLcusRelay(tmp_path / "device")
    yield board
    board.close()


def test_a_hardware_pulse_ends_by_itself(modbus: EmulatedModbusRelay) -> None:
    with pulsing("relay_modbus_serial", modbus, 800) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(DEADLINE_S)
        assert modbus.coils.on == {1}
        assert modbus.coils.wait(1, False, DEADLINE_S)
    (length_ms,) = modbus.coils.openings_ms(1)
    assert 800 <= length_ms < 800 + SLACK_MS


def test_a_software_pulse_stays_until_the_next_start(lcus: EmulatedLcusRelay) -> None:
    with pulsing("relay_lcus_serial", lcus, 300) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(DEADLINE_S)
    # The control of the test above, and the reason why a configuration has to accept this kind.
    assert not lcus.coils.wait(1, False, 0.5)
    relay = make("relay_lcus_serial", {"port": lcus.path, "accept_software_pulse": True})
    relay.open()
    assert lcus.coils.wait(1, False, 1.0)
    relay.close()


@pytest.mark.parametrize("where", ["main", "thread"])
def test_a_terminated_process_shuts_the_door(lcus: EmulatedLcusRelay, where: str) -> None:
    with pulsing("relay_lcus_serial", lcus, 20_000, where) as process:
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert lcus.coils.wait(1, False, DEADLINE_S)
        assert time.monotonic() - started < 2.0
        assert process.wait(DEADLINE_S) == 0
