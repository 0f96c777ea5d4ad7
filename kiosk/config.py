"""The terminal's TOML file: read once at start, checked whole, complained about by line.

An unknown key, a missing file and an emulated device in production are errors before anything opens.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from kiosk.config_devices import Devices, check_devices, emulated_option, is_loopback, unstable_option
from kiosk.config_errors import ConfigError

NAMES_NUMBERS = re.compile(r"^(?:-?[A-Z0-9]){2,12}$")
LOCAL_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TerminalSection(Section):
    """`data_dir` holds the terminal's disk, key and identity. `window` is where a person helps (1 号窗口), `machine`
    the number on the box (3 号机)."""

    id: str = Field(min_length=1)
    role: Literal["canteen", "query_print", "front_desk", "visitor"]
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


class ClockSection(Section):
    kind: Literal["system", "emulated"] = "system"
    path: Path | None = None


class VoiceSection(Section):
    """`headset`: what is somebody's may be read aloud, because a headset is plugged in and nobody else hears it."""

    enabled: bool = True
    headset: bool = False
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


class ResidentSection(Section):
    """Of the role query_print. `window_phone` stands on slips where a person is needed ("": the site's own); `public_url`
    is the hall's address as phones reach it ("": what the hall says, else hall_url). Between `dim_from` and `dim_to` (local "HH:MM", over midnight
    too) the playlist is shown at `dim_percent` of the brightness."""

    window_phone: str = ""
    public_url: str = ""
    dim_from: str = Field("19:00", pattern=LOCAL_TIME)
    dim_to: str = Field("07:00", pattern=LOCAL_TIME)
    dim_percent: int = Field(35, ge=5, le=100)


class FrontDeskSection(Section):
    """Of the roles front_desk and visitor. `ticket_letter` is this terminal's own among those of its hall. An alarm that is not
    answered goes on to the terminal `escalate_to`, "" to this hall's bell (the relay in slot `door`, where there is one, and the
    speaker). `faces` off: no camera is opened. `engine` and `encoder` (a model file, "" the one that comes along) say by what faces
    are told apart; `strangers_mean` and `strangers_deviation`, how far strangers' faces are apart here, are what `kiosk faces
    calibrate` prints (both 0: the usual distances). `cover_after_s` after the last touch with a staff card, names are covered."""

    ticket_letter: str = Field("A", pattern=r"^[A-Z]$")
    escalate_to: str = ""
    faces: bool = True
    engine: Literal["dlib_68", "dlib_5"] = "dlib_68"
    encoder: str = ""
    strangers_mean: float = Field(0, ge=0, le=2)
    strangers_deviation: float = Field(0, ge=0, le=1, validate_default=True)
    cover_after_s: float = Field(60, ge=10, le=600)
    acknowledge_s: int = Field(30, ge=10, le=300)
    escalate_s: int = Field(120, ge=30, le=900)

    @field_validator("strangers_deviation")
    @classmethod
    def _goes_with_its_mean(cls, deviation: float, info: ValidationInfo) -> float:
        if bool(deviation) != bool(info.data.get("strangers_mean")):
            raise ValueError(
                "strangers_mean and strangers_deviation together, as `kiosk faces calibrate` prints them"
            )
        return deviation


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
    resident: ResidentSection = ResidentSection()
    front_desk: FrontDeskSection = FrontDeskSection()
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
        check_devices(settings.devices, path, lambda keys: _line_of(text, keys))
        settings._refuse_what_is_unsafe(path, text)
        return settings

    def _refuse_what_is_unsafe(self, path: Path, text: str) -> None:
        url = urlsplit(self.terminal.hall_url)
        line = _line_of(text, ("terminal", "hall_url"))
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ConfigError(
                "config.hall_url", path, line, "terminal.hall_url", "an https:// address of the hall"
            )
        if url.scheme == "http" and not is_loopback(url.hostname):
            raise ConfigError(
                "config.plain_http",
                path,
                line,
                "terminal.hall_url",
                "https://; plain http only to this machine",
            )
        self._refuse_a_name_without_numbers(path, text)
        if self.clock.kind == "emulated" and self.clock.path is None:
            raise ConfigError(
                "config.value", path, _line_of(text, ("clock",)), "clock.path", "the emulated clock's file"
            )
        if self.terminal.environment == "production":
            self._refuse_emulation(path, text)
            self._refuse_unstable_ports(path, text)

    def _refuse_a_name_without_numbers(self, path: Path, text: str) -> None:
        """What a resident's terminal issues is numbered by its own name, which has to fit into the number."""
        if self.terminal.role != "canteen" and not NAMES_NUMBERS.match(self.terminal.id):
            raise ConfigError(
                "config.value",
                path,
                _line_of(text, ("terminal", "id")),
                "terminal.id",
                "2 to 12 capital letters and digits, with hyphens between them, like QP-01",
            )

    def _refuse_emulation(self, path: Path, text: str) -> None:
        if self.clock.kind == "emulated":
            raise _emulated(path, text, ("clock", "kind"))
        for slot, section in self.devices.filled().items():
            field = emulated_option(section)
            if field:
                raise _emulated(path, text, ("devices", slot, field))

    def _refuse_unstable_ports(self, path: Path, text: str) -> None:
        for slot, section in self.devices.filled().items():
            option = unstable_option(section)
            if option:
                keys = ("devices", slot, option)
                raise ConfigError(
                    "config.unstable_port",
                    path,
                    _line_of(text, keys),
                    ".".join(keys),
                    "a name that stays, like /dev/serial/by-path/…: numbers change with the order of plugging in; "
                    "`kiosk devices scan` prints the name",
                )


def _emulated(path: Path, text: str, field: tuple[str, ...]) -> ConfigError:
    return ConfigError(
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
            allowed = ", ".join(sorted(_allowed(keys)))
            return ConfigError("config.unknown_key", path, _line_of(text, keys), field, f"one of: {allowed}")
        case "missing":
            return ConfigError(
                "config.missing_key", path, _line_of(text, keys), field, "this key, which is not there"
            )
        case _:
            return ConfigError("config.value", path, _line_of(text, keys), field, first["msg"])


def _keys_in_file(document: dict[str, Any], location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Where an error stands, as keys of the file."""
    keys: list[str] = []
    here: Any = document
    for position, part in enumerate(location):
        if isinstance(here, dict) and (part in here or position == len(location) - 1):
            keys.append(str(part))
            here = here.get(part)
    return tuple(keys)


def _allowed(keys: tuple[str, ...]) -> list[str]:
    """The key names that the section of `keys` knows."""
    model: type[BaseModel] = Settings
    for key in keys[:-1]:
        annotation = model.model_fields[key].annotation
        assert isinstance(annotation, type) and issubclass(annotation, BaseModel)
        model = annotation
    return list(model.model_fields)


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
