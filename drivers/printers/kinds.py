"""The kinds of printers. A driver is imported when one of its kind is made: a configuration is checked without it."""

from __future__ import annotations

from collections.abc import Callable

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
    number,
    text,
    whole,
)
from drivers.printers.profiles import PROFILES
from drivers.transport import FLOWS, FileTransport, SerialTransport, TcpTransport, Transport, UnixTransport

DATASHEET = Datasheet(
    models="ESC/POS printers of 58 and 80 mm: Epson TM, Xprinter, Gprinter, SPRT, Rongta and their like",
    not_supported="Star line mode, label printers (TSPL, ZPL), journal paper",
    emulated="drivers/emulators/printer.py",
    recorded="escpos_ready",
)


SERIAL_BAUDS = (9600, 19200, 38400, 115200)


def _kind(name: str, link: Link, make: Callable[[Options], Transport], options: dict[str, Option]) -> Kind:
    def made(given: Options, surroundings: Surroundings) -> Driver:
        from drivers.printers.escpos import EscPosPrinter

        # One connection a job on TCP: many network printers serve one client and never notice a dead one.
        hold = link is not Link.TCP
        transport = surroundings.logged(make(given))
        return EscPosPrinter(
            transport,
            whole(given, "width_mm"),
            text(given, "profile"),
            hold=hold,
            monotonic_ns=surroundings.monotonic_ns,
        )

    paper = {
        "width_mm": Option(int, 80, choices=(58, 80)),
        "profile": Option(str, "generic", choices=tuple(PROFILES)),
    }
    # Asked first: what others are asked would be letters to a printer.
    order = 10 if link is Link.SERIAL else None
    return Kind(
        name,
        DeviceType.SLIP_PRINTER,
        link,
        made,
        DATASHEET,
        options | paper,
        probe_order=order,
        probe_bauds=SERIAL_BAUDS if order else (),
    )


PAGE_DATASHEET = Datasheet(
    models="A4 printers that CUPS 2.4 prints to: driverless (IPP) best, USB with a driver",
    not_supported="printers without CUPS, IPP over TLS to another machine, confirmation that paper came out",
    emulated="drivers/emulators/page_printer.py",
    recorded="cups_ready",
)


def _cups(given: Options, surroundings: Surroundings) -> Driver:
    from drivers.printers.cups import CupsPrinter, Pace
    from drivers.printers.cups_service import CupsService
    from drivers.printers.ipp_link import IppLink, peer_credentials

    def monotonic() -> float:
        return surroundings.monotonic_ns() / 1e9

    host, queue = text(given, "host"), text(given, "queue")
    by_file = host.startswith("/")
    line = UnixTransport(host) if by_file else TcpTransport(host, whole(given, "port"))
    link = IppLink(
        surroundings.recorded or line,
        f"/printers/{queue}",
        peer_credentials() if by_file else "",
        surroundings.wire_log,
        monotonic,
    )
    pace = Pace(start_s=number(given, "start_s"), page_s=number(given, "page_s"))
    service = CupsService(link, queue, text(given, "user") or _own_user(host))
    return CupsPrinter(service, text(given, "media"), pace, monotonic)


def _own_user(host: str) -> str:
    """Who the jobs belong to. Terminals may share a CUPS on another machine: a session that ends on one of them must not
    end the job of the next."""
    import platform

    is_here = host.startswith("/") or host in ("localhost", "127.0.0.1", "::1")
    return "service-hall" if is_here else f"service-hall@{platform.node()}"


CUPS = Kind(
    "cups",
    DeviceType.PAGE_PRINTER,
    Link.CUPS,
    _cups,
    PAGE_DATASHEET,
    {
        # No place: this machine's own CUPS is the usual one, not a sign of an emulated device.
        "host": Option(str, "localhost"),
        "port": Option(int, 631, lowest=1, highest=65535),
        "queue": Option(str, pattern=r"[A-Za-z0-9_.-]{1,127}"),
        "media": Option(str, "iso_a4_210x297mm", pattern=r"[a-z0-9_.-]{1,60}"),
        "user": Option(str, ""),
        "start_s": Option(float, 60.0, lowest=1, highest=600),
        "page_s": Option(float, 15.0, lowest=1, highest=300),
    },
)

KINDS = (
    CUPS,
    _kind(
        "escpos_serial",
        Link.SERIAL,
        lambda given: SerialTransport(text(given, "port"), whole(given, "baud"), text(given, "flow")),
        {
            "port": Option(str, place=Place.SERIAL_PORT),
            "baud": Option(int, 19200),
            "flow": Option(str, "none", choices=tuple(FLOWS)),
        },
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
