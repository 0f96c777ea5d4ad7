"""The kinds of code scanners. A driver is imported when one of its kind is made."""

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

ENCODING = Option(str, "auto", choices=("auto", "utf-8", "gb18030"))
BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


def _ssi_serial(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.scanners.ssi import SsiScanner
    from drivers.transport import SerialTransport

    transport = SerialTransport(text(options, "port"), whole(options, "baud"))
    return SsiScanner(
        surroundings.logged(transport),
        text(options, "trigger"),
        truth(options, "wake"),
        text(options, "encoding"),
        monotonic_ns=surroundings.monotonic_ns,
        wire_log=surroundings.wire_log,
    )


def _line_serial(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.scanners.line import LineScanner
    from drivers.transport import SerialTransport

    transport = SerialTransport(text(options, "port"), whole(options, "baud"))
    return LineScanner(
        surroundings.logged(transport),
        whole(options, "gap_ms"),
        text(options, "encoding"),
        monotonic_ns=surroundings.monotonic_ns,
        wire_log=surroundings.wire_log,
    )


def _wedge_scanner(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.keyboard.input_device import InputDeviceTransport
    from drivers.scanners.wedge import WedgeScanner

    return WedgeScanner(
        surroundings.logged(InputDeviceTransport(text(options, "path"))),
        monotonic_ns=surroundings.monotonic_ns,
        wire_log=surroundings.wire_log,
    )


KINDS = (
    Kind(
        name="ssi_serial",
        device=DeviceType.CODE_SCANNER,
        link=Link.SERIAL,
        make=_ssi_serial,
        probe_order=15,
        options={
            "port": Option(str, place=Place.SERIAL_PORT),
            "baud": Option(int, 9600, choices=BAUDS),
            "trigger": Option(str, "self", choices=("self", "host")),
            "wake": Option(bool, False),
            "encoding": ENCODING,
        },
        datasheet=Datasheet(
            models="Zebra and Symbol engines, GROW GM65 and GM72, set to packeted decode data",
            not_supported="codes of several packets (over 250 bytes), parameters, images, RTS/CTS handshake",
            emulated="drivers/emulators/scanner.py",
            recorded="ssi_two_codes, ssi_rough_line",
        ),
    ),
    Kind(
        name="line_serial",
        device=DeviceType.CODE_SCANNER,
        link=Link.SERIAL,
        make=_line_serial,
        options={
            "port": Option(str, place=Place.SERIAL_PORT),
            "baud": Option(int, 9600, choices=BAUDS),
            "gap_ms": Option(int, 80, lowest=50, highest=1000),
            "encoding": ENCODING,
        },
        datasheet=Datasheet(
            models="most serial scanners (GROW, Newland, Honeywell, Mindeo, Zebra), set to send text with a suffix",
            not_supported="the makers' trigger and settings commands, images, codes over 4 KiB",
            emulated="drivers/emulators/scanner.py",
            recorded="line_three_codes",
        ),
    ),
    Kind(
        name="wedge_scanner",
        device=DeviceType.CODE_SCANNER,
        link=Link.KEYBOARD,
        make=_wedge_scanner,
        options={"path": Option(str, place=Place.DEVICE_FILE)},
        datasheet=Datasheet(
            models="USB scanners that type as a keyboard of the US layout and end with Enter",
            not_supported="characters beyond ASCII (Alt codes), other keyboard layouts, Caps Lock",
            emulated="drivers/emulators/keyboard.py",
            recorded="wedge_scanner_code",
        ),
    ),
)
