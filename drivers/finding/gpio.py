"""GPIO chips: which line a relay hangs on nobody can ask, so they are only listed. No line is requested."""

from __future__ import annotations

from pathlib import Path

from drivers.finding.found import Finding

DEVICES = Path("/dev")


def search() -> list[Finding]:
    """Every chip, with its label and number of lines."""
    return [_looked_at(path) for path in sorted(DEVICES.glob("gpiochip*"))]


def _looked_at(path: Path) -> Finding:
    options = {"chip": str(path)}
    try:
        import gpiod

        with gpiod.Chip(str(path)) as chip:
            about = chip.get_info()
    except ImportError:
        return Finding(str(path), None, options, "relay.library")
    except OSError:
        return Finding(str(path), None, options, "device.denied")
    details = {"label": about.label, "lines": str(about.num_lines)}
    return Finding(str(path), None, options, "finding.lines", details, ("relay_gpio",))
