"""The kinds of printers. A driver is imported when one of its kind is made: a configuration is checked without it."""

from __future__ import annotations

from collections.abc import Callable

from drivers.base import Driver
from drivers.kinds import Datasheet, DeviceType, Kind, Link, Option, Options, Place, Surroundings, text, whole
from drivers.transport import FileTransport, SerialTransport, TcpTransport, Transport

DATASHEET = Datasheet(
    models="ESC/POS printers of 58 and 80 mm: Epson TM, Xprinter, Gprinter, SPRT, Rongta and their like",
    not_supported="Star line mode, label printers (TSPL, ZPL), journal paper",
    emulated="drivers/emulators/printer.py",
    recorded="escpos_ready",
)


def _kind(name: str, link: Link, make: Callable[[Options], Transport], options: dict[str, Option]) -> Kind:
    def made(given: Options, surroundings: Surroundings) -> Driver:
        from drivers.printers.escpos import EscPosPrinter

        # One connection a job on TCP: many network printers serve one client and never notice a dead one.
        hold = link is not Link.TCP
        transport = surroundings.logged(make(given))
        return EscPosPrinter(transport, whole(given, "width_mm"), text(given, "profile"), hold=hold)

    paper = {"width_mm": Option(int, 80, choices=(58, 80)), "profile": Option(str, "generic")}
    return Kind(name, DeviceType.SLIP_PRINTER, link, made, DATASHEET, options | paper)


KINDS = (
    _kind(
        "escpos_serial",
        Link.SERIAL,
        lambda given: SerialTransport(text(given, "port"), whole(given, "baud")),
        {"port": Option(str, place=Place.SERIAL_PORT), "baud": Option(int, 19200)},
    ),
    _kind(
        "escpos_tcp",
        Link.TCP,
        lambda given: TcpTransport(text(given, "host"), whole(given, "port")),
        {"host": Option(str, place=Place.HOST), "port": Option(int, 9100, lowest=1, highest=65535)},
    ),
    _kind(
        "escpos_usb",
        Link.USB_PRINTER,
        lambda given: FileTransport(text(given, "path")),
        {"path": Option(str, place=Place.DEVICE_FILE)},
    ),
)
