"""Slip printers on USB, through the kernel's usblp: by the socket they are plugged into where udev names it."""

from __future__ import annotations

from pathlib import Path

from drivers import registry
from drivers.finding.found import Finding, answered

BY_PLACE = Path("/dev/service-hall")
PLAIN = Path("/dev/usb")


def listed() -> list[str]:
    """Every USB printer, once."""
    found: dict[Path, str] = {}
    for path in [*sorted(BY_PLACE.glob("printer-*")), *sorted(PLAIN.glob("lp*"))]:
        found.setdefault(path.resolve(), str(path))
    return list(found.values())


def is_one(where: str) -> bool:
    """Whether a path is that of a USB printer."""
    return Path(where).name.startswith("lp") or Path(where).parent == BY_PLACE


def ask(path: str) -> Finding:
    """How the printer at `path` is."""
    options = {"path": path}
    status = registry.make("escpos_usb", options).probe()
    kind = "escpos_usb" if answered(status) else None
    return Finding(path, kind, options, status.code, dict(status.details) if kind else {})
