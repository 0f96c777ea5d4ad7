"""How this terminal is, in items that a page, a slip and a command can each say in their own words.

An `Item` is one thing that was looked at: its `name` is stable (see NAMES), `value` and `unit` are what was found, and
`code` says what is wrong with it, by the same codes as everywhere (kiosk/locales/sentences.py), "" where nothing is.
Nothing in a report names a person or a card.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

DEVICE_PREFIX = "device."

NAMES = (
    "device.<slot>",  # one a configured slot; value: empty, details: the driver's own diagnostics
    "network",  # value: ms to connect to the hall's address
    "hall",  # value: ms of one question to the hall and its answer
    "clock_offset",  # value: ms that this machine's clock is ahead of the hall's
    "clock_trust",  # value: "trusted" or "untrusted"
    "disk_space",  # value: % free of the disk that holds the data
    "database",  # value: "sound", "empty" before the first start, else "unsound" with the code of what is wrong
    "chain",  # value: rows whose chain was checked
    "outbox_depth",  # value: rows not sent yet
    "outbox_oldest",  # value: s since the oldest of them was written
    "deny_list_age",  # value: s since the hall last told the deny list
    "software",  # value: the release
    "certificate",  # value: days until the hall's TLS certificate expires, "none" for a hall on this machine
    "enrolment",  # value: days until the enrolment expires, "unlimited" where it does not
)


class Severity(StrEnum):
    """How bad it is: nothing, look at it soon, or something does not work now. UNKNOWN: it could not be looked at."""

    OK = "ok"
    WARN = "warn"
    FAULT = "fault"
    UNKNOWN = "unknown"


# How bad a device's health is: the words of drivers.base.Health.
HEALTH = {
    "ok": Severity.OK,
    "degraded": Severity.WARN,
    "down": Severity.FAULT,
    "wedged": Severity.FAULT,
}


class Unit(StrEnum):
    """What a value counts."""

    NONE = ""
    MS = "ms"
    SECONDS = "s"
    DAYS = "days"
    PERCENT = "%"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was looked at. `value` is whole or text, so that a report has one canonical form."""

    name: str
    severity: Severity
    value: int | str = ""
    unit: Unit = Unit.NONE
    code: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def slot(self) -> str:
        """The slot whose device this item is about, "" for other items."""
        return self.name.removeprefix(DEVICE_PREFIX) if self.name.startswith(DEVICE_PREFIX) else ""

    def as_json(self) -> dict[str, Any]:
        """For `kiosk doctor --json`: every field, plain types only."""
        return {
            "name": self.name,
            "severity": self.severity.value,
            "value": self.value,
            "unit": self.unit.value,
            "code": self.code,
            "details": dict(self.details),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All that was looked at. `made_ms` is this machine's UTC."""

    terminal_id: str
    made_ms: int
    items: tuple[Item, ...]

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def item(self, name: str) -> Item | None:
        """The item of this name, None where it was not looked at."""
        return next((item for item in self.items if item.name == name), None)

    def count(self, severity: Severity) -> int:
        """How many items are so."""
        return sum(item.severity is severity for item in self.items)

    def as_json(self) -> dict[str, Any]:
        """Plain types only, integers and text."""
        return {
            "terminal_id": self.terminal_id,
            "made_ms": self.made_ms,
            "items": [item.as_json() for item in self.items],
        }


DeviceFacts = Mapping[str, Mapping[str, Any]]
"""A configured slot each: `health`, `code` and `details`, as `Equipment.facts` and the status socket say them."""
