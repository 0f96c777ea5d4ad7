"""The devices of a configuration: which slot takes what, and whether its options, its place and its kind are right.

A kind's options are those that its driver lists in `drivers.registry`; here they are only complained about by line.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from drivers import registry
from drivers.kinds import (
    DeviceType,
    Kind,
    MissingOption,
    Place,
    UnknownKind,
    UnknownOption,
    WrongOption,
    checked,
)
from kiosk.config_errors import ConfigError

LineOf = Callable[[tuple[str, ...]], int | None]


class DeviceSection(BaseModel):
    """A device: its kind, and the options that `drivers.registry` lists for that kind."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str

    @property
    def options(self) -> dict[str, object]:
        """What the file says beside the kind."""
        return dict(self.model_extra or {})


class Devices(BaseModel):
    """A device a slot. What type of device a slot takes is in SLOT_TYPES."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    card_reader: DeviceSection | None = None
    id_card_reader: DeviceSection | None = None
    code_scanner: DeviceSection | None = None
    receipt_printer: DeviceSection | None = None
    page_printer: DeviceSection | None = None
    camera: DeviceSection | None = None
    door: DeviceSection | None = None
    call_buttons: DeviceSection | None = None

    def filled(self) -> dict[str, DeviceSection]:
        """The slots that have a device."""
        return {slot: section for slot in SLOT_TYPES if (section := getattr(self, slot)) is not None}


SLOT_TYPES = {
    "card_reader": DeviceType.CARD_READER,
    "id_card_reader": DeviceType.CARD_READER,
    "code_scanner": DeviceType.CODE_SCANNER,
    "receipt_printer": DeviceType.SLIP_PRINTER,
    "page_printer": DeviceType.PAGE_PRINTER,
    "camera": DeviceType.CAMERA,
    "door": DeviceType.RELAY,
    "call_buttons": DeviceType.BUTTON_RECEIVER,
}


def check_devices(devices: Devices, path: Path, line_of: LineOf) -> None:
    """Raises ConfigError for the first device that cannot be: config.unknown_kind, config.wrong_slot,
    config.unknown_key, config.missing_key, config.value or config.port_twice."""
    taken: dict[tuple[Place, str], str] = {}
    for slot, section in devices.filled().items():
        kind = _kind_for(slot, section, path, line_of)
        _check_options(slot, section, kind, path, line_of)
        for option, place, value in _places(section):
            where = (place, str(Path(value).resolve()) if place is not Place.HOST else _address(section))
            if where in taken:
                keys = ("devices", slot, option)
                raise ConfigError(
                    "config.port_twice",
                    path,
                    line_of(keys),
                    ".".join(keys),
                    f"another place: {value} is already that of {taken[where]}",
                )
            taken[where] = f"devices.{slot}"


def _address(section: DeviceSection) -> str:
    return f"{section.options.get('host')}:{section.options.get('port', '')}"


def _kind_for(slot: str, section: DeviceSection, path: Path, line_of: LineOf) -> Kind:
    keys = ("devices", slot, "kind")
    fitting = ", ".join(kind.name for kind in registry.kinds_of(SLOT_TYPES[slot]))
    try:
        kind = registry.kind_named(section.kind)
    except UnknownKind as error:
        raise ConfigError(
            "config.unknown_kind", path, line_of(keys), ".".join(keys), f"one of: {fitting}"
        ) from error
    if kind.device is not SLOT_TYPES[slot]:
        raise ConfigError(
            "config.wrong_slot",
            path,
            line_of(keys),
            ".".join(keys),
            f"a device for this slot, one of: {fitting}",
        )
    return kind


def _check_options(slot: str, section: DeviceSection, kind: Kind, path: Path, line_of: LineOf) -> None:
    try:
        checked(kind, section.options)
    except UnknownOption as error:
        keys = ("devices", slot, error.option)
        allowed = ", ".join(sorted(["kind", *kind.options]))
        raise ConfigError(
            "config.unknown_key", path, line_of(keys), ".".join(keys), f"one of: {allowed}"
        ) from error
    except MissingOption as error:
        keys = ("devices", slot, error.option)
        raise ConfigError(
            "config.missing_key", path, line_of(keys), ".".join(keys), "this key, which is not there"
        ) from error
    except WrongOption as error:
        keys = ("devices", slot, error.option)
        code = error.code or "config.value"
        raise ConfigError(code, path, line_of(keys), ".".join(keys), str(error)) from error


def _places(section: DeviceSection) -> list[tuple[str, Place, str]]:
    """(option, place, value) of each option that says where the device is plugged."""
    options = registry.kind_named(section.kind).options
    return [
        (name, option.place, str(section.options[name]))
        for name, option in options.items()
        if option.place and section.options.get(name)
    ]


def emulated_option(section: DeviceSection) -> str:
    """The option by which an emulated device betrays itself, "" for a real one."""
    for name, place, value in _places(section):
        if place in (Place.SERIAL_PORT, Place.DEVICE_FILE) and _is_pty(value):
            return name
        if place is Place.HOST and is_loopback(urlsplit(f"//{value}").hostname or value):
            return name
        if place is Place.URL and is_loopback(urlsplit(value).hostname or ""):
            return name
        if place is Place.READER_NAME and "Virtual PCD" in value:
            return name
    return ""


def unstable_option(section: DeviceSection) -> str:
    """The option that names a port by a number that another cable may get, "" where there is none."""
    for name, place, value in _places(section):
        if place in (Place.SERIAL_PORT, Place.DEVICE_FILE) and re.fullmatch(
            r"/dev/(ttyUSB|ttyACM|video|input/event|usb/lp)\d+", value
        ):
            return name
    return ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_pty(port: str) -> bool:
    """Whether a port is a pseudo-terminal: what emulated serial devices speak through."""
    return str(Path(port).resolve()).startswith("/dev/pts/")
