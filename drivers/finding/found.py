"""What was found somewhere, and what a configuration says about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers import registry
from drivers.base import DeviceStatus, Health
from drivers.kinds import DeviceType, Options

SILENT = frozenset({"device.timeout", "printer.silent"})
UNREACHABLE = frozenset(
    {"device.gone", "device.denied", "device.busy", "printer.gone", "pcsc.service_down", "cups.service_down"}
)
FOREIGN = "device.protocol"
_SLOTS = {
    DeviceType.CARD_READER: "card_reader",
    DeviceType.CODE_SCANNER: "code_scanner",
    DeviceType.SLIP_PRINTER: "receipt_printer",
    DeviceType.PAGE_PRINTER: "page_printer",
    DeviceType.CAMERA: "camera",
    DeviceType.RELAY: "door",
    DeviceType.BUTTON_RECEIVER: "call_buttons",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` is the place; `kind` as in the configuration, None when nothing answered or it is not clear what it is:
    `may_be` then says which kinds it could be. `options` are those that worked; `code` is how it is, or why nothing
    answered, "" when it is well."""

    where: str
    kind: str | None
    options: Options
    code: str
    details: Mapping[str, str] = field(default_factory=dict)
    may_be: tuple[str, ...] = ()

    def toml(self) -> str:
        """The section to paste into a configuration, "" where nothing was found."""
        if self.kind is None:
            return ""
        slot = (
            "id_card_reader" if self.kind == "sam_serial" else _SLOTS[registry.kind_named(self.kind).device]
        )
        lines = [f"[devices.{slot}]", f"kind = {json.dumps(self.kind)}"]
        lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in self.options.items()]
        return "\n".join(lines) + "\n"


def answered(status: DeviceStatus) -> bool:
    """Whether a device of the kind that was asked spoke: well, or to say what is wrong with it."""
    if status.health in (Health.OK, Health.DEGRADED):
        return True
    return status.code not in SILENT | UNREACHABLE | {FOREIGN} and bool(status.code)
