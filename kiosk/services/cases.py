"""A case file: what one device said and was told before somebody called for help, without anything of a person.

The first line is a JSON object (see `Case`); the others are the wire log's own lines, redacted by the driver, so that a
case from the field pastes into a test and plays back under the driver (`kiosk devices replay`).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from drivers.wire_log import WireLog
from kiosk.config_devices import DeviceSection
from kiosk.release import SOFTWARE
from kiosk.services.supervision import Supervision

FORMAT = 1
MASKED = "****"
_SECRET_NAME = re.compile(r"password|secret|token|credential|user$|key$", re.IGNORECASE)


class CaseDamaged(Exception):
    """The file is no case file, or of another format."""

    code = "case.damaged"


@dataclass(frozen=True, slots=True)
class Case:
    """`options` are the configuration's, without secrets; `history` the changes of health (at_ms, health, code), oldest
    first; `code` is what was wrong when the case was made, "" when nothing was. `lines` are the redacted wire log."""

    slot: str
    kind: str
    options: Mapping[str, object]
    software: str
    made_ms: int
    health: str
    code: str
    history: tuple[Mapping[str, Any], ...]
    details: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()

    def text(self) -> str:
        """The file's content."""
        header = {name: value for name, value in asdict(self).items() if name != "lines"}
        first = json.dumps({"format": FORMAT} | header, ensure_ascii=False)
        return "\n".join([first, *self.lines]) + "\n"


def read_case(path: Path) -> Case:
    """The case in a file. Raises CaseDamaged, OSError."""
    try:
        first, *lines = path.read_text(encoding="utf-8").splitlines()
        header = json.loads(first)
        if header.pop("format") != FORMAT:
            raise CaseDamaged(f"{path} is of another format")
        header["history"] = tuple(header["history"])
        return Case(**header, lines=tuple(line for line in lines if line.strip()))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CaseDamaged(f"{path} is no case file") from error


def make_case(slot: str, section: DeviceSection, device: Supervision[Any], wire_log: WireLog) -> Case:
    """The case of a running device; from any thread."""
    status = device.status
    return Case(
        slot=slot,
        kind=section.kind,
        options=without_secrets(section.options),
        software=SOFTWARE,
        made_ms=time.time_ns() // 1_000_000,
        health=status.health.value if status else "",
        code=status.code if status else "",
        history=tuple(
            {"at_ms": record.at_ms, "health": record.health.value, "code": record.code}
            for record in device.history
        ),
        details=dict(status.details) if status else {},
        lines=tuple(_redacted(device, wire_log)),
    )


def _redacted(device: Supervision[Any], wire_log: WireLog) -> Iterable[str]:
    """A driver that cannot say what is private gives no bytes away."""
    redact = getattr(device.driver, "redact", None)
    return wire_log.export(redact) if redact is not None else ()


def without_secrets(options: Mapping[str, object]) -> dict[str, object]:
    """Options as they may leave the machine: no passwords, and addresses without who and what is asked."""
    return {
        name: MASKED if _SECRET_NAME.search(name) and value else _address_only(value)
        for name, value in options.items()
    }


def _address_only(value: object) -> object:
    if not isinstance(value, str) or "://" not in value:
        return value
    parts = urlsplit(value)
    host = parts.netloc.rpartition("@")[2]
    # Some cameras are asked with user and password in the path.
    path = "" if "=" in parts.path else parts.path
    return urlunsplit((parts.scheme, host, path, "", ""))
