"""A hall, a box of emulated devices and an enrolled canteen terminal's configuration, all on this machine.

What `make demo` shows and what the benchmarks measure. Everything lives in one directory and may be kept: a second
start finds the same town, the same key and the same log.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from deploy.programs import Program, run
from drivers.emulators.clock import EmulatedClock

TERMINAL_ID = "CT-03"
SITE_ID = "C3"
# A canteen is open when somebody looks at a demo: outside its hours, time is moved to a lunch.
LOCAL_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
LUNCH = (11, 21)
MEAL_HOURS = range(11, 13)
OLDEST_TOWN_S = 10 * 86_400

CONFIGURATION = """\
[terminal]
id = "{terminal_id}"
role = "canteen"
environment = "demo"
data_dir = "{directory}/terminal"
hall_url = "{hall_url}"
window = "1"

[screen]
width = 1366
height = 768
show_cursor = true

[devices.card_reader]
kind = "em4100_serial"
port = "{reader}"

[devices.receipt_printer]
kind = "escpos_tcp"
host = "{printer_host}"
port = {printer_port}

[clock]
kind = "emulated"
path = "{clock}"
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """`config` starts the terminal (`python -m kiosk run --config`); `panel_url` is the page that works the devices.
    `cards` lists cards worth tapping; `devices` is what the box said of itself."""

    directory: Path
    config: Path
    cards: Path
    hall_url: str
    panel_url: str
    devices: dict[str, Any]

    @property
    def terminal_arguments(self) -> list[str]:
        return ["kiosk", "run", "--config", str(self.config)]


@contextlib.contextmanager
def scene(directory: Path, residents: int = 10_000) -> Iterator[Scene]:
    """Start the hall and the devices, enrol the terminal if it is new, and stop everything at the end.

    Raises ProgramFailed with the end of a program's log.
    """
    _start_over_when_old(directory)
    directory.mkdir(parents=True, exist_ok=True)
    database = f"sqlite:///{directory}/hall.sqlite3"
    cards = directory / "cards.json"
    clock = EmulatedClock(directory / "devices" / "clock.json")
    hall_clock = EmulatedClock(directory / "hall-clock.json")
    open_for_lunch(clock, hall_clock)
    _seed_once(directory, database, cards, residents)
    with contextlib.ExitStack() as running:
        serve = ["hall", "serve", "--port", "0", "--database", database, "--clock-file", hall_clock.path]
        hall = Program("hall", serve, directory)
        running.callback(hall.stop)
        hall_url = str(hall.wait_until_ready()["url"])
        state = ["--state", str(directory / "devices"), "--hall", hall_url, "--cards", str(cards)]
        box = Program("devices", ["drivers.emulators", *state], directory)
        running.callback(box.stop)
        devices = box.wait_until_ready()
        config = _write_configuration(directory, devices, clock.path)
        _enrol_once(directory, config, database)
        yield Scene(directory, config, cards, hall_url, str(devices["panel"]), devices)


def open_for_lunch(*clocks: EmulatedClock) -> None:
    """Set the clocks to the machine's time, or to a lunch of the same day when it is not meal time here and now."""
    now = datetime.now(UTC).astimezone(LOCAL_TIME)
    lunch = now if now.hour in MEAL_HOURS else now.replace(hour=LUNCH[0], minute=LUNCH[1])
    offset = lunch - now
    for clock in clocks:
        clock.set(time.time_ns() // 1_000_000 + offset // timedelta(milliseconds=1))


def _start_over_when_old(directory: Path) -> None:
    """The town has menus for two weeks ahead; a demo that was left alone for longer begins anew."""
    seeded = directory / "seeded"
    if seeded.exists() and time.time() - seeded.stat().st_mtime > OLDEST_TOWN_S:
        shutil.rmtree(directory)


def _seed_once(directory: Path, database: str, cards: Path, residents: int) -> None:
    """A marker says that seeding came to its end: a half-seeded hall is thrown away."""
    done = directory / "seeded"
    if done.exists():
        return
    for left_over in directory.glob("hall.sqlite3*"):
        left_over.unlink()
    run(["hall", "seed", "--database", database, "--cards", str(cards), "--residents", str(residents)])
    done.touch()


def _write_configuration(directory: Path, devices: dict[str, Any], clock: str) -> Path:
    """The devices' addresses are new with every start, so the file is."""
    host, port = str(devices["printer"]).rsplit(":", 1)
    config = directory / "terminal.toml"
    config.write_text(
        CONFIGURATION.format(
            terminal_id=TERMINAL_ID,
            directory=directory,
            hall_url=devices["hall"],
            reader=devices["reader"],
            printer_host=host,
            printer_port=port,
            clock=clock,
        ),
        encoding="utf-8",
    )
    return config


def _enrol_once(directory: Path, config: Path, database: str) -> None:
    done = directory / "enrolled"
    if done.exists():
        return
    code = run(["hall", "enrol-code", TERMINAL_ID, SITE_ID, "canteen", "--database", database])
    run(["kiosk", "enrol", "--config", str(config), "--code", code])
    done.touch()
