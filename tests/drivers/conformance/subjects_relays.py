"""Door relays, emulated on real ptys and recorded; a pin of this machine stands behind an emulated gpiod."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.emulators.gpio import EmulatedGpio
from drivers.emulators.relays import EmulatedLcusRelay, EmulatedModbusRelay
from drivers.registry import make
from drivers.relays import gpio
from drivers.relays.modbus import ModbusRelay
from drivers.relays.software_pulse import SoftwareTimedRelay
from drivers.wire_log import RecordedTransport
from tests.drivers.conformance.subject import Subject

RECORDINGS = Path(__file__).parent.parent / "recordings"


@contextmanager
def _modbus(directory: Path) -> Iterator[Subject]:
    emulated = EmulatedModbusRelay(directory)
    try:
        yield Subject(
            make=lambda: make("relay_modbus_serial", {"port": emulated.path}),
            unplug=emulated.unplug,
            plug=emulated.plug,
            mute=emulated.mute,
            exclusive=True,
        )
    finally:
        emulated.close()


@contextmanager
def _lcus(directory: Path) -> Iterator[Subject]:
    emulated = EmulatedLcusRelay(directory)
    try:
        yield Subject(
            make=lambda: make("relay_lcus_serial", {"port": emulated.path, "accept_software_pulse": True}),
            unplug=emulated.unplug,
            plug=emulated.plug,
            exclusive=True,
        )
    finally:
        emulated.close()


@contextmanager
def _gpio(directory: Path) -> Iterator[Subject]:
    emulated = EmulatedGpio(directory)
    yield Subject(
        make=lambda: SoftwareTimedRelay(
            gpio.KIND, gpio.GpioBoard(emulated.path, 17, load=lambda: emulated), channels=1
        ),
        unplug=emulated.unplug,
        plug=emulated.plug,
        exclusive=True,
    )


@contextmanager
def _modbus_recorded(directory: Path) -> Iterator[Subject]:
    transport = RecordedTransport.from_file(RECORDINGS / "relay_modbus_pulse.txt")
    yield Subject(make=lambda: ModbusRelay(transport, monotonic_ns=transport.monotonic_ns))


LIVE = {"relay_modbus": _modbus, "relay_lcus": _lcus, "relay_gpio": _gpio}
RECORDED = {"relay_modbus_recorded": _modbus_recorded}
