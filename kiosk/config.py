"""The terminal's TOML file: read once at start, checked whole, complained about by line.

An unknown key, a missing file and an emulated device in production are errors before anything opens.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator


class ConfigError(Exception):
    """The configuration cannot be used. `code` is stable; the text names file, line, field and what was expected."""

    def __init__(self, code: str, path: Path, line: int | None, field: str, expected: str) -> None:
        place = f"{path}:{line}" if line else str(path)
        super().__init__(f"{place}: {field}: {expected}")
        self.code = code
        self.path = path
        self.line = line
        self.field = field
        self.expected = expected


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TerminalSection(Section):
    """`data_dir` holds the terminal's disk, key and identity. `window` is where a person helps (1 号窗口), `machine`
    the number on the box (3 号机)."""

    id: str = Field(min_length=1)
    role: Literal["canteen"]
    environment: Literal["production", "demo"] = "production"
    locale: Literal["zh_CN", "en"] = "zh_CN"
    data_dir: Path
    hall_url: str
    window: str = ""
    machine: str = ""
    timezone: str = "Asia/Shanghai"

    @field_validator("timezone")
    @classmethod
    def _known_here(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("a time zone that this machine knows, like Asia/Shanghai") from error
        return name


class ScreenSection(Section):
    """Pixels and their size: touch targets and letters are laid out in millimetres."""

    width: int = Field(1366, ge=800)
    height: int = Field(768, ge=480)
    mm_per_px: float = Field(0.252, gt=0.02, lt=2)
    fullscreen: bool = False
    show_cursor: bool = False


class Em4100Serial(Section):
    kind: Literal["em4100_serial"]
    port: str
    baud: int = 9600


class EscposTcp(Section):
    kind: Literal["escpos_tcp"]
    host: str
    port: int = Field(9100, ge=1, le=65535)
    width_mm: Literal[58, 80] = 80
    profile: str = "generic"


class EscposSerial(Section):
    kind: Literal["escpos_serial"]
    port: str
    baud: int = 19200
    width_mm: Literal[58, 80] = 80
    profile: str = "generic"


class EscposUsb(Section):
    kind: Literal["escpos_usb"]
    path: str
    width_mm: Literal[58, 80] = 80
    profile: str = "generic"


Printer = Annotated[EscposTcp | EscposSerial | EscposUsb, Field(discriminator="kind")]


class Devices(Section):
    card_reader: Em4100Serial | None = None
    receipt_printer: Printer | None = None


class ClockSection(Section):
    kind: Literal["system", "emulated"] = "system"
    path: Path | None = None


class VoiceSection(Section):
    enabled: bool = True
    recordings_dir: Path | None = None


class Limits(Section):
    """None of these refuses a meal: past them a row carries over_limit:<name> and staff see a notice."""

    per_meal_fen: int = 3000
    card_offline_soft: int = 3
    card_offline_hard: int = 9
    terminal_offline_meals: int = 4000
    terminal_offline_fen: int = 4_000_000
    offline_hours_soft: int = 72
    offline_hours_flag: int = 168
    deny_list_hours: int = 168
    entitlement_days: int = 35


class SyncSection(Section):
    pull_every_s: float = Field(30, ge=1)
    bulk_return_jitter_s: float = Field(120, ge=0)
    connect_timeout_s: float = Field(3, gt=0)
    read_timeout_s: float = Field(10, gt=0)


class Settings(Section):
    """Everything a terminal is told before it starts."""

    terminal: TerminalSection
    screen: ScreenSection = ScreenSection()
    devices: Devices = Devices()
    clock: ClockSection = ClockSection()
    voice: VoiceSection = VoiceSection()
    limits: Limits = Limits()
    sync: SyncSection = SyncSection()

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Read and check `path`. Raises ConfigError naming the line and what was expected there."""
        text = _read(path)
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            raise ConfigError(
                "config.syntax", path, int(line[1]) if line else None, "TOML", str(error)
            ) from error
        try:
            settings = cls.model_validate(document)
        except ValidationError as error:
            raise _complaint(path, text, document, error) from error
        settings._refuse_what_is_unsafe(path, text)
        return settings

    def _refuse_what_is_unsafe(self, path: Path, text: str) -> None:
        url = urlsplit(self.terminal.hall_url)
        line = _line_of(text, ("terminal", "hall_url"))
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ConfigError(
                "config.hall_url", path, line, "terminal.hall_url", "an https:// address of the hall"
            )
        if url.scheme == "http" and not _is_loopback(url.hostname):
            raise ConfigError(
                "config.plain_http",
                path,
                line,
                "terminal.hall_url",
                "https://; plain http only to this machine",
            )
        if self.clock.kind == "emulated" and self.clock.path is None:
            raise ConfigError(
                "config.value", path, _line_of(text, ("clock",)), "clock.path", "the emulated clock's file"
            )
        if self.terminal.environment == "production":
            self._refuse_emulation(path, text)

    def _refuse_emulation(self, path: Path, text: str) -> None:
        reader, printer = self.devices.card_reader, self.devices.receipt_printer
        emulated = {
            ("clock", "kind"): self.clock.kind == "emulated",
            ("devices", "card_reader", "port"): reader is not None and _is_pty(reader.port),
            ("devices", "receipt_printer", "port"): isinstance(printer, EscposSerial)
            and _is_pty(printer.port),
            ("devices", "receipt_printer", "host"): isinstance(printer, EscposTcp)
            and _is_loopback(printer.host),
        }
        for field, refused in emulated.items():
            if refused:
                raise ConfigError(
                    "config.emulated_in_production",
                    path,
                    _line_of(text, field),
                    ".".join(field),
                    'a real device; emulated ones need environment = "demo"',
                )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(
            "config.missing", path, None, "file", "a TOML file here; deploy/ holds examples to copy"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "config.unreadable", path, None, "file", f"a readable UTF-8 file ({error})"
        ) from error


def _complaint(path: Path, text: str, document: dict[str, Any], error: ValidationError) -> ConfigError:
    """One complaint in the words of the file; a mistyped key goes before the key that it leaves missing."""
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    keys = _keys_in_file(document, first["loc"])
    field = ".".join(keys)
    match first["type"]:
        case "extra_forbidden":
            allowed = ", ".join(sorted(_allowed(document, keys)))
            return ConfigError("config.unknown_key", path, _line_of(text, keys), field, f"one of: {allowed}")
        case "missing":
            return ConfigError(
                "config.missing_key", path, _line_of(text, keys), field, "this key, which is not there"
            )
        case _:
            return ConfigError("config.value", path, _line_of(text, keys), field, first["msg"])


def _keys_in_file(document: dict[str, Any], location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Where an error stands, as keys of the file: pydantic also names the kind of device that was chosen."""
    keys: list[str] = []
    here: Any = document
    for position, part in enumerate(location):
        if isinstance(here, dict) and (part in here or position == len(location) - 1):
            keys.append(str(part))
            here = here.get(part)
    return tuple(keys)


def _allowed(document: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
    """The key names that the section of `keys` knows."""
    model: Any = Settings
    for key in keys[:-1]:
        annotation = model.model_fields[key].annotation if key in model.model_fields else None
        model = _model_in(annotation, document, keys) if annotation is not None else model
    return list(model.model_fields)


def _model_in(annotation: Any, document: dict[str, Any], keys: tuple[str, ...]) -> Any:
    """The section class of a field; of several kinds of device, the one that the file chose."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    candidates = [
        part for part in _flatten(annotation) if isinstance(part, type) and issubclass(part, BaseModel)
    ]
    chosen: Any = document
    for key in keys[:-1]:
        chosen = chosen.get(key, {}) if isinstance(chosen, dict) else {}
    kind = chosen.get("kind") if isinstance(chosen, dict) else None
    for candidate in candidates:
        if kind in getattr(candidate.model_fields.get("kind"), "annotation", object).__dict__.get(
            "__args__", ()
        ):
            return candidate
    return candidates[0]


def _flatten(annotation: Any) -> list[Any]:
    parts = getattr(annotation, "__args__", ())
    return [annotation] if not parts else [leaf for part in parts for leaf in _flatten(part)]


def _line_of(text: str, keys: tuple[str, ...]) -> int | None:
    """The line where the last of `keys` stands, else that of its section, counted from 1."""
    section: list[str] = []
    nearest = None
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[([^\]]+)\]", line)
        if header:
            section = [part.strip() for part in header[1].split(".")]
            if tuple(section) == keys[: len(section)]:
                nearest = number
            continue
        key = re.match(r"\s*([\w-]+)\s*=", line)
        if key and (*section, key[1]) == keys:
            return number
    return nearest


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_pty(port: str) -> bool:
    """Whether a port is a pseudo-terminal: what emulated serial devices speak through."""
    return str(Path(port).resolve()).startswith("/dev/pts/")
