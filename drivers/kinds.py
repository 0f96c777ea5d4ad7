"""What a kind of device is: its name in a configuration, its options, its maker and its datasheet.

Each family of devices lists its kinds in a `kinds.py` (`drivers/cards/kinds.py`); `drivers.registry` puts them into the
one closed table. The table in docs/devices.md is made from it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from drivers.base import CardId, Driver

if TYPE_CHECKING:
    from drivers.cards.apdu_transport import ApduTransport
    from drivers.transport import Transport
    from drivers.wire_log import WireLog

Options = Mapping[str, object]


class DeviceType(StrEnum):
    """What a device does for the terminal. A slot takes one type."""

    CARD_READER = "card_reader"
    CODE_SCANNER = "code_scanner"
    SLIP_PRINTER = "slip_printer"
    PAGE_PRINTER = "page_printer"
    CAMERA = "camera"
    RELAY = "relay"
    BUTTON_RECEIVER = "button_receiver"


class Link(StrEnum):
    """How a device is connected."""

    SERIAL = "serial"
    TCP = "tcp"
    USB_PRINTER = "usb printer"
    PCSC = "PC/SC"
    KEYBOARD = "keyboard"
    CUPS = "CUPS"
    CAMERA = "camera"
    GPIO = "GPIO"


class Place(StrEnum):
    """What an option says of where a device is plugged, "" where it says nothing of it."""

    NONE = ""
    SERIAL_PORT = "serial port"
    DEVICE_FILE = "device file"
    HOST = "host"
    READER_NAME = "reader name"
    URL = "url"


REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Option:
    """One key of a device's section. `choices` empty: any value of the type; `lowest` and `highest` for numbers;
    `pattern` for text, which must match it whole. Type `tuple`: a list of text, `choices` and `pattern` for each.

    `code` and `reason`: what is said instead of the general words when the value cannot be."""

    type: type
    default: object = REQUIRED
    choices: tuple[object, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    place: Place = Place.NONE
    pattern: str = ""
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Datasheet:
    """What docs/devices.md says of a kind. `emulated` and `recorded` name the emulator and the recordings that the
    driver is tried on, "" for none; `tried_on` real hardware."""

    models: str
    not_supported: str
    emulated: str = ""
    recorded: str = ""
    tried_on: str = ""


def nobody_known(card: CardId) -> bool:
    """Vouches for no card, so that each needs its second frame."""
    return False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a driver is given beside its options. `known` vouches for a card and must not block; `wire_log` keeps the
    last bytes. `recorded` is played instead of the device, and `monotonic_ns` is then its clock: see drivers.replay.
    `longest_pause_s`: an ailing camera is opened again at least that often, for who has to know soon that it is well."""

    known: Callable[[CardId], bool] = nobody_known
    wire_log: WireLog | None = None
    recorded: Transport | None = None
    recorded_apdus: ApduTransport | None = None
    monotonic_ns: Callable[[], int] = time.monotonic_ns
    longest_pause_s: float = 10.0

    def logged(self, transport: Transport) -> Transport:
        """The transport, with the wire log beside it where there is one; a recording takes its place."""
        from drivers.wire_log import LoggedTransport

        if self.recorded is not None:
            return self.recorded
        return transport if self.wire_log is None else LoggedTransport(transport, self.wire_log)


def no_objection(options: Options) -> None:
    """Finds nothing wrong with options that are right one by one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of device. `make` does no I/O; its options are checked and whole. `check` raises OptionError where
    options that are right one by one cannot be together.

    `probe_order` is its turn when an unknown serial port is asked what it is (drivers/finding), least first; None: it is
    never asked, because it cannot answer, or because a question could switch something. `probe_bauds` are the speeds to
    ask at, () for the default of its options.
    """

    name: str
    device: DeviceType
    link: Link
    make: Callable[[Options, Surroundings], Driver]
    datasheet: Datasheet
    options: Mapping[str, Option] = field(default_factory=dict)
    check: Callable[[Options], None] = no_objection
    probe_order: int | None = None
    probe_bauds: tuple[int, ...] = ()


class OptionError(ValueError):
    """A device's section cannot be used."""


class UnknownKind(OptionError):
    """The configuration names a kind that is not in the table."""


class UnknownOption(OptionError):
    """`option` is no key of this kind."""

    def __init__(self, option: str, expected: str) -> None:
        super().__init__(expected)
        self.option = option


class MissingOption(OptionError):
    """`option` has no default and is not there."""

    def __init__(self, option: str, expected: str) -> None:
        super().__init__(expected)
        self.option = option


class WrongOption(OptionError):
    """`option` has a value of the wrong type or out of its range. `code` is stable, "" for the general one."""

    def __init__(self, option: str, expected: str, code: str = "") -> None:
        super().__init__(expected)
        self.option = option
        self.code = code


def checked(kind: Kind, options: Options) -> dict[str, object]:
    """The options with defaults filled in. Raises UnknownOption, MissingOption or WrongOption."""
    for name in options:
        if name not in kind.options:
            raise UnknownOption(
                name, f"{kind.name} has no option {name!r}; it has: {', '.join(sorted(kind.options))}"
            )
    given: dict[str, object] = {}
    for name, option in kind.options.items():
        value = options.get(name, option.default)
        if value is REQUIRED:
            raise MissingOption(name, f"{kind.name} needs the option {name!r}")
        given[name] = _checked(name, option, value)
    kind.check(given)
    return given


def _checked(name: str, option: Option, value: object) -> object:
    if option.type is tuple and isinstance(value, (list, tuple)):
        one = replace(option, type=str)
        return tuple(_checked(name, one, each) for each in value)
    numeric = option.type is float and type(value) is int
    if type(value) is not option.type and not numeric:
        raise WrongOption(name, f"option {name!r} must be of type {option.type.__name__}, not {value!r}")
    if option.choices and value not in option.choices:
        allowed = ", ".join(map(str, option.choices))
        expected = option.reason or f"option {name!r} must be one of {allowed}, not {value!r}"
        raise WrongOption(name, expected, option.code)
    if option.pattern and not re.fullmatch(option.pattern, str(value)):
        # The value is not repeated: a camera's address may hold a password.
        raise WrongOption(name, option.reason or f"option {name!r} has another form", option.code)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        too_low = option.lowest is not None and value < option.lowest
        too_high = option.highest is not None and value > option.highest
        if too_low or too_high:
            raise WrongOption(
                name, f"option {name!r} must be from {option.lowest} to {option.highest}, not {value!r}"
            )
    return value


def text(options: Options, name: str) -> str:
    """A checked option that is text."""
    return str(options[name])


def whole(options: Options, name: str) -> int:
    """A checked option that is a whole number."""
    value = options[name]
    assert isinstance(value, int)
    return value


def number(options: Options, name: str) -> float:
    """A checked option that is a number."""
    value = options[name]
    assert isinstance(value, (int, float))
    return float(value)


def truth(options: Options, name: str) -> bool:
    """A checked option that is true or false."""
    return options[name] is True


def texts(options: Options, name: str) -> tuple[str, ...]:
    """A checked option that is a list of text."""
    value = options[name]
    assert isinstance(value, tuple)
    return value
