"""Which kinds of device there are: a closed table, so that a configuration can name a driver but never code.

docs/devices.md lists them with their options; it is made from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from drivers.base import CardReader, Driver, SlipPrinter
from drivers.buttons import kinds as buttons
from drivers.cameras import kinds as cameras
from drivers.cards import kinds as cards
from drivers.cards import polled_kinds as polled_cards
from drivers.kinds import DeviceType, Kind, Options, Surroundings, UnknownKind, checked
from drivers.printers import kinds as printers
from drivers.relays import kinds as relays
from drivers.scanners import kinds as scanners

FAMILIES = (
    cards.KINDS,
    polled_cards.KINDS,
    printers.KINDS,
    cameras.KINDS,
    relays.KINDS,
    scanners.KINDS,
    buttons.KINDS,
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for family in FAMILIES for kind in family})


def kind_named(name: str) -> Kind:
    """The kind of this name. Raises UnknownKind."""
    if name not in KINDS:
        raise UnknownKind(f"no device kind {name!r}; there are: {', '.join(sorted(KINDS))}")
    return KINDS[name]


def kinds_of(device: DeviceType) -> tuple[Kind, ...]:
    """The kinds that a slot of this type takes, by name."""
    return tuple(KINDS[name] for name in sorted(KINDS) if KINDS[name].device is device)


def make(name: str, options: Options, surroundings: Surroundings | None = None) -> Driver:
    """The driver of this kind; does no I/O. Raises OptionError."""
    kind = kind_named(name)
    return kind.make(checked(kind, options), surroundings or Surroundings())


def make_reader(name: str, options: Options, surroundings: Surroundings | None = None) -> CardReader:
    """The card reader of this kind. Raises OptionError."""
    return cast(CardReader, _made_as(DeviceType.CARD_READER, name, options, surroundings))


def make_printer(name: str, options: Options, surroundings: Surroundings | None = None) -> SlipPrinter:
    """The slip printer of this kind. Raises OptionError."""
    return cast(SlipPrinter, _made_as(DeviceType.SLIP_PRINTER, name, options, surroundings))


def _made_as(device: DeviceType, name: str, options: Options, surroundings: Surroundings | None) -> Driver:
    if kind_named(name).device is not device:
        names = ", ".join(kind.name for kind in kinds_of(device))
        raise UnknownKind(f"{name!r} is no {device.value}; there are: {names}")
    return make(name, options, surroundings)
