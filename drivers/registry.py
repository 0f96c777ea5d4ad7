"""Which kinds of device there are: a closed table, so that a configuration can name a driver but never code.

| kind            | driver                              | options (defaults)                                        |
|-----------------|-------------------------------------|-----------------------------------------------------------|
| `em4100_serial` | `drivers.cards.em4100`              | `port`, `baud` (9600)                                     |
| `escpos_serial` | `drivers.printers.escpos`           | `port`, `baud` (19200), `width_mm` (80), `profile`        |
| `escpos_tcp`    | `drivers.printers.escpos`           | `host`, `port` (9100), `width_mm` (80), `profile`         |
| `escpos_usb`    | `drivers.printers.escpos`           | `path` (`/dev/usb/lp*`), `width_mm` (80), `profile`       |

Making a driver does no I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from drivers.base import CardId, CardReader, SlipPrinter
from drivers.cards.em4100 import Em4100Reader, nobody_known
from drivers.printers.escpos import EscPosPrinter
from drivers.transport import FileTransport, SerialTransport, TcpTransport, Transport
from drivers.wire_log import LoggedTransport, WireLog

Options = Mapping[str, object]
Made = TypeVar("Made")

PRINTER_OPTIONS: dict[str, object] = {"width_mm": 80, "profile": "generic"}
REQUIRED = object()


class UnknownKind(ValueError):
    """The configuration names a kind that is not in the table."""


class WrongOption(ValueError):
    """An option is missing, mistyped or of the wrong type."""


def make_reader(
    kind: str,
    options: Options,
    known: Callable[[CardId], bool] = nobody_known,
    wire_log: WireLog | None = None,
) -> CardReader:
    """The card reader of this kind. Raises UnknownKind or WrongOption."""
    given = _checked(kind, options, READERS)
    return Em4100Reader(_logged(_serial(given), wire_log), known)


def make_printer(kind: str, options: Options, wire_log: WireLog | None = None) -> SlipPrinter:
    """The slip printer of this kind. Raises UnknownKind or WrongOption; DeviceError for an unknown profile."""
    given = _checked(kind, options, PRINTERS)
    transport = _logged(_PRINTER_LINES[kind](given), wire_log)
    # One connection a job on TCP: many network printers serve one client and never notice a dead one.
    hold = kind != "escpos_tcp"
    return EscPosPrinter(transport, _int(given, "width_mm"), _text(given, "profile"), hold=hold)


def _serial(given: Options) -> Transport:
    return SerialTransport(_text(given, "port"), _int(given, "baud"))


def _tcp(given: Options) -> Transport:
    return TcpTransport(_text(given, "host"), _int(given, "port"))


def _usb(given: Options) -> Transport:
    return FileTransport(_text(given, "path"))


READERS: dict[str, dict[str, object]] = {"em4100_serial": {"port": REQUIRED, "baud": 9600}}
PRINTERS: dict[str, dict[str, object]] = {
    "escpos_serial": {"port": REQUIRED, "baud": 19200} | PRINTER_OPTIONS,
    "escpos_tcp": {"host": REQUIRED, "port": 9100} | PRINTER_OPTIONS,
    "escpos_usb": {"path": REQUIRED} | PRINTER_OPTIONS,
}
_PRINTER_LINES: dict[str, Callable[[Options], Transport]] = {
    "escpos_serial": _serial,
    "escpos_tcp": _tcp,
    "escpos_usb": _usb,
}


def _checked(kind: str, options: Options, table: Mapping[str, Mapping[str, object]]) -> Options:
    """The options with defaults filled in."""
    if kind not in table:
        raise UnknownKind(f"no device kind {kind!r}; there are: {', '.join(sorted(table))}")
    allowed = table[kind]
    for name in options:
        if name not in allowed:
            raise WrongOption(f"{kind} has no option {name!r}; it has: {', '.join(sorted(allowed))}")
    given = {**allowed, **options}
    for name, value in given.items():
        if value is REQUIRED:
            raise WrongOption(f"{kind} needs the option {name!r}")
    return given


def _logged(transport: Transport, wire_log: WireLog | None) -> Transport:
    return transport if wire_log is None else LoggedTransport(transport, wire_log)


def _int(given: Options, name: str) -> int:
    return _typed(given, name, int)


def _text(given: Options, name: str) -> str:
    return _typed(given, name, str)


def _typed(given: Options, name: str, kind: type[Made]) -> Made:
    value = given[name]
    if not isinstance(value, kind):
        raise WrongOption(f"option {name!r} must be of type {kind.__name__}, not {value!r}")
    return value
