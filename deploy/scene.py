"""A hall, emulated devices and an enrolled terminal, all on this machine: `make demo` shows it, the benchmarks measure it.

Everything lives in one directory and may be kept: a second start finds the same town, the same key and the same log.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Any

from deploy.programs import Program, run
from drivers.emulators.clock import EmulatedClock

# A canteen is open when somebody looks at a demo: outside its hours, time is moved to a lunch.
LOCAL_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
LUNCH = (11, 21)
MEAL_HOURS = range(11, 13)
OLDEST_TOWN_S = 10 * 86_400
TOWN_HOLDS = "canteens, a service hall and its front desk"

Sections = Mapping[str, Mapping[str, object]]
"""What a configuration says of devices, by slot."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a terminal of a role stands, and its screen. `suffix` tells its files from those of the others; `ticket_letter` begins its
    queue numbers, "" where it gives out none."""

    terminal_id: str
    site_id: str
    machine: str
    width: int
    height: int
    mm_per_px: float
    suffix: str = ""
    ticket_letter: str = ""


SEATS: Mapping[str, Seat] = MappingProxyType(
    {
        "canteen": Seat("CT-03", "C3", "3", 1366, 768, 0.252),
        "query_print": Seat("QP-01", "H1", "1", 1080, 1920, 0.248, "-query-print"),
        "front_desk": Seat("FD-01", "H1", "1", 1920, 1080, 0.274, "-front-desk", "B"),
        "visitor": Seat("VT-01", "H1", "2", 1080, 1920, 0.248, "-visitor", "A"),
    }
)

CONFIGURATION = """\
[terminal]
id = "{seat.terminal_id}"
role = "{role}"
environment = "demo"
data_dir = "{directory}/terminal{seat.suffix}"
hall_url = "{hall_url}"
window = "1"
machine = "{seat.machine}"

[screen]
width = {seat.width}
height = {seat.height}
mm_per_px = {seat.mm_per_px}
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
{more_devices}"""


@dataclass(frozen=True, slots=True)
class Town:
    """A seeded hall that serves. `cards` lists cards worth tapping, `all_cards` every one; `clock` is the terminal's."""

    directory: Path
    url: str
    database: str
    cards: Path
    all_cards: Path
    clock: EmulatedClock


@contextlib.contextmanager
def town(directory: Path, residents: int = 10_000) -> Iterator[Town]:
    """Start a hall in `directory`, made up on the first run, at a time when canteens are open. Stops it at the end.

    Raises ProgramFailed with the end of a program's log.
    """
    _start_over_when_old(directory)
    directory.mkdir(parents=True, exist_ok=True)
    database = f"sqlite:///{directory}/hall.sqlite3"
    cards, all_cards = directory / "cards.json", directory / "all-cards.json"
    clock = EmulatedClock(directory / "devices" / "clock.json")
    hall_clock = EmulatedClock(directory / "hall-clock.json")
    open_for_lunch(clock, hall_clock)
    paths = ["--database", database, "--cards", str(cards), "--all-cards", str(all_cards)]
    _seed_once(directory, [*paths, "--residents", str(residents)])
    serve = ["hall", "serve", "--port", "0", "--database", database, "--clock-file", hall_clock.path]
    hall = Program("hall", serve, directory)
    try:
        url = str(hall.wait_until_ready()["url"])
        yield Town(directory, url, database, cards, all_cards, clock)
    finally:
        hall.stop()


@contextlib.contextmanager
def device_box(place: Town, more: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Start all emulated devices and their panel page in one process; what the box says of itself. `more` names devices
    beside card reader and slip printer."""
    state = ["--state", str(place.directory / "devices"), "--hall", place.url, "--cards", str(place.cards)]
    box = Program("devices", ["drivers.emulators", *state, "--more", *more], place.directory)
    try:
        yield box.wait_until_ready()
    finally:
        box.stop()


def enrolled_terminal(
    place: Town,
    hall_url: str,
    reader: str,
    printer: tuple[str, int],
    more_devices: Sections = MappingProxyType({}),
    *,
    role: str = "canteen",
) -> Path:
    """Write the terminal's TOML, for devices whose addresses are new with every start, and enrol it the first time.

    `hall_url` may be a proxy in front of the hall. Raises ProgramFailed.
    """
    seat = SEATS[role]
    config = place.directory / f"terminal{seat.suffix}.toml"
    config.write_text(
        CONFIGURATION.format(
            seat=seat,
            role=role,
            directory=place.directory,
            hall_url=hall_url,
            reader=reader,
            printer_host=printer[0],
            printer_port=printer[1],
            clock=place.clock.path,
            more_devices="".join(_sections(seat, more_devices)),
        ),
        encoding="utf-8",
    )
    done = place.directory / f"enrolled{seat.suffix}"
    if not done.exists():
        code = run(["hall", "enrol-code", seat.terminal_id, seat.site_id, role, "--database", place.database])
        run(["kiosk", "enrol", "--config", str(config), "--code", code])
        done.touch()
    return config


def _sections(seat: Seat, more_devices: Sections) -> Iterator[str]:
    for slot, said in more_devices.items():
        yield _section(f"devices.{slot}", said)
    if seat.ticket_letter:
        yield _section("front_desk", {"ticket_letter": seat.ticket_letter})


def _section(name: str, said: Mapping[str, object]) -> str:
    """As TOML: what a section holds here, words, numbers and lists of words, is written there as in JSON."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()]
    return "\n".join(["", f"[{name}]", *lines, ""])


def open_for_lunch(*clocks: EmulatedClock) -> None:
    """Set the clocks to the machine's time, or to a lunch of the same day when it is not meal time here and now."""
    now = datetime.now(UTC).astimezone(LOCAL_TIME)
    lunch = now if now.hour in MEAL_HOURS else now.replace(hour=LUNCH[0], minute=LUNCH[1])
    offset = lunch - now
    for clock in clocks:
        clock.set(time.time_ns() // 1_000_000 + offset // timedelta(milliseconds=1))


def _start_over_when_old(directory: Path) -> None:
    """The town has menus for two weeks ahead; a demo that was left alone for longer begins anew, and so does one of a
    release that knew less of a town."""
    seeded = directory / "seeded"
    if not seeded.exists():
        return
    is_old = time.time() - seeded.stat().st_mtime > OLDEST_TOWN_S
    if is_old or seeded.read_text("utf-8") != TOWN_HOLDS:
        shutil.rmtree(directory)


def _seed_once(directory: Path, arguments: list[str]) -> None:
    """A marker says that seeding came to its end: a half-seeded hall is thrown away."""
    done = directory / "seeded"
    if done.exists():
        return
    for left_over in directory.glob("hall.sqlite3*"):
        left_over.unlink()
    run(["hall", "seed", *arguments])
    done.write_text(TOWN_HOLDS, "utf-8")
