"""What came of testing one device: the result that a page, a slip and a signed report each put in their own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.services.diagnosis import Severity


@dataclass(frozen=True, slots=True)
class TrialResult:
    """`slot` is a device's slot, or screen, sound, network, disk, records. `measure` names what was measured: reads
    or presses (value "9/10"), heard, seconds, frames (a second), millimetres, milliseconds, percent, rows, or "" for nothing but
    whether it works. `value` is digits, and never anything that was on a card."""

    slot: str
    severity: Severity
    measure: str = ""
    value: str = ""
    code: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain types only."""
        return {
            "slot": self.slot,
            "severity": self.severity.value,
            "measure": self.measure,
            "value": self.value,
            "code": self.code,
        }
