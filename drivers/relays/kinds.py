"""The kinds of door relays. Those that this process has to time are refused unless the configuration accepts it."""

from __future__ import annotations

from drivers.base import Driver
from drivers.kinds import (
    Datasheet,
    DeviceType,
    Kind,
    Link,
    Option,
    Options,
    Place,
    Surroundings,
    text,
    truth,
    whole,
)
from drivers.relays.software_pulse import CONSENT


def _modbus(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.relays.modbus import ModbusRelay
    from drivers.transport import SerialTransport

    baud = whole(options, "baud")
    transport = surroundings.logged(SerialTransport(text(options, "port"), baud))
    return ModbusRelay(
        transport,
        whole(options, "address"),
        whole(options, "channels"),
        baud=baud,
        monotonic_ns=surroundings.monotonic_ns,
    )


def _lcus(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.relays.lcus import KIND, LcusBoard
    from drivers.relays.software_pulse import SoftwareTimedRelay
    from drivers.transport import SerialTransport

    transport = surroundings.logged(SerialTransport(text(options, "port"), whole(options, "baud")))
    return SoftwareTimedRelay(KIND, LcusBoard(transport), whole(options, "channels"))


def _gpio(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.relays.gpio import KIND, GpioBoard
    from drivers.relays.software_pulse import SoftwareTimedRelay

    active_low = truth(options, "active_low")
    board = GpioBoard(text(options, "chip"), whole(options, "line"), active_low=active_low)
    return SoftwareTimedRelay(KIND, board, channels=1)


KINDS = (
    Kind(
        name="relay_modbus_serial",
        device=DeviceType.RELAY,
        link=Link.SERIAL,
        make=_modbus,
        probe_order=60,
        options={
            "port": Option(str, place=Place.SERIAL_PORT),
            "baud": Option(int, 9600, lowest=1200, highest=256_000),
            "address": Option(int, 1, lowest=1, highest=255),
            "channels": Option(int, 8, lowest=1, highest=32),
        },
        datasheet=Datasheet(
            models="Waveshare Modbus RTU Relay and boards with the same registers",
            not_supported='boards without "flash on", inputs',
            emulated="drivers/emulators/relays.py",
            recorded="relay_modbus_pulse",
        ),
    ),
    Kind(
        name="relay_lcus_serial",
        device=DeviceType.RELAY,
        link=Link.SERIAL,
        make=_lcus,
        options={
            "port": Option(str, place=Place.SERIAL_PORT),
            "baud": Option(int, 9600),
            "channels": Option(int, 1, lowest=1, highest=16),
            "accept_software_pulse": CONSENT,
        },
        datasheet=Datasheet(
            models="LCUS-1, -2, -4 (CH340)",
            not_supported="confirmation; a pulse that ends when the terminal is killed",
            emulated="drivers/emulators/relays.py",
        ),
    ),
    Kind(
        name="relay_gpio",
        device=DeviceType.RELAY,
        link=Link.GPIO,
        make=_gpio,
        options={
            "chip": Option(str),
            "line": Option(int, lowest=0, highest=1023),
            "active_low": Option(bool, False),
            "accept_software_pulse": CONSENT,
        },
        datasheet=Datasheet(
            models="a relay on a pin, libgpiod 2 or 1.6",
            not_supported="confirmation; a pulse that ends when the terminal is killed",
            emulated="drivers/emulators/gpio.py",
        ),
    ),
)
