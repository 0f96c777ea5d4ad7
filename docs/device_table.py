"""`python docs/device_table.py`: writes the two tables of docs/devices.md anew, from the kinds and profiles in the code."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from drivers.kinds import REQUIRED, Datasheet, DeviceType, Kind, Option
from drivers.printers.profiles import PROFILES
from drivers.registry import KINDS, kinds_of

PAGE = Path(__file__).parent / "devices.md"
DEVICES = (
    "| Device | Link | Kind | Models | Options | Tried on | Not supported |\n|---|---|---|---|---|---|---|\n"
)
PRINTERS = "| Profile | Models | Source |\n|---|---|---|\n"


def device_table() -> str:
    """One row a kind, by device."""
    rows = [_row(kind) for device in DeviceType for kind in kinds_of(device)]
    assert len(rows) == len(KINDS)
    return DEVICES + "".join(rows)


def profile_table() -> str:
    """One row a profile of ESC/POS printers."""
    rows = [f"| `{each.name}` | {each.models} | {each.source} |\n" for each in PROFILES.values()]
    return PRINTERS + "".join(rows)


def _row(kind: Kind) -> str:
    sheet = kind.datasheet
    cells = [
        kind.device.value.replace("_", " "),
        str(kind.link.value),
        f"`{kind.name}`",
        sheet.models,
        _options(kind.options),
        _tried_on(sheet),
        sheet.not_supported,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def _options(options: Mapping[str, Option]) -> str:
    """Those that must be there first."""
    listed = sorted(options.items(), key=lambda item: item[1].default is not REQUIRED)
    return "<br>".join(f"`{name}`{_value(option)}" for name, option in listed)


def _value(option: Option) -> str:
    """What a configuration may say, and what is taken where it says nothing."""
    choices = ", ".join(_written(choice) for choice in option.choices)
    limits = f"{option.lowest} to {option.highest}" if option.lowest is not None else ""
    allowed = f" ({choices or limits})" if choices or limits else ""
    if option.default is REQUIRED:
        return f" must be there{allowed}"
    return f" = {_written(option.default)}{allowed}"


def _written(value: object) -> str:
    """As TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _tried_on(sheet: Datasheet) -> str:
    emulator = f"[emulated](../{sheet.emulated})" if sheet.emulated else ""
    recordings = f"recorded ({sheet.recorded})" if sheet.recorded else ""
    hardware = f"hardware: {sheet.tried_on}" if sheet.tried_on else "no hardware yet"
    return ", ".join(part for part in (emulator, recordings, hardware) if part)


def renewed(page: str) -> str:
    """The page with what stands between its markers made anew."""
    for name, table in (("devices", device_table()), ("profiles", profile_table())):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = before + begin + table + end + after
    return page


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
