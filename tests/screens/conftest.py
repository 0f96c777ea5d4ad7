"""One gallery a panel size for the whole run: drawn by a real window on a virtual display, in a process for each language,
as many at a time as there are cores."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from drivers import fonts
from kiosk.i18n import LOCALES
from screens import tokens
from screens.front_desk_samples import DESK_MODE, desk_samples
from screens.resident_samples import UPRIGHT_SAMPLES, resident_samples
from screens.samples import samples
from screens.visitor_samples import turned_samples, visitor_samples
from tests.stage.display import Display

ROOT = Path(__file__).parents[2]
GALLERY_DEADLINE_S = 600.0
DONE = "drawn"
SIZES = {
    "1366x768": "1366x768@0.252",
    "1920x1080": "1920x1080@0.1793",
    "1080x1920": "1080x1920@0.248",
    "front-desk": "1920x1080@0.274",
}
TECHNICAL = ("diagnostics", "device_test")
DESK = "front-desk"
DESK_MODES = ("normal", "elder")
"""On a desk's screen the dark set has the layout of the elder one, and its colours are measured upright."""
UPRIGHT = "1080x1920"
"""The panel of residents' terminals. Of the canteen's pages it shows the technician's, which every role has."""


def names_on(size: str) -> list[str]:
    """The pages that a panel of this size shows; a resident's page in each of its modes, as name.mode."""
    if size == DESK:
        staff = [f"{name}.{DESK_MODE}" for name in desk_samples(LOCALES[0])]
        return staff + [f"{name}.{mode}" for mode in DESK_MODES for name in turned_samples(LOCALES[0], mode)]
    if size != UPRIGHT:
        return list(samples())
    technical = [name for name in samples() if name.startswith(TECHNICAL)]
    return [*technical, *UPRIGHT_SAMPLES] + [
        f"{name}.{mode}"
        for mode in tokens.MODES
        for name in (*resident_samples(LOCALES[0], mode), *visitor_samples(LOCALES[0], mode))
    ]


def mode_of(name: str) -> str:
    """The mode that a page is drawn in, by its name."""
    return name.partition(".")[2] or "canteen"


@dataclass(frozen=True)
class Drawn:
    """The gallery of one size: pictures, and what was drawn where."""

    directory: Path
    mm_per_px: float
    size: str

    @property
    def names(self) -> list[str]:
        return names_on(self.size)

    def picture(self, locale: str, name: str) -> Path:
        return self.directory / locale / f"{name}.png"

    def page(self, locale: str, name: str) -> dict[str, Any]:
        return _read(self.directory / locale / f"{name}.json")


@cache
def _read(page: Path) -> dict[str, Any]:
    """What every test of a page looks at, read once."""
    found: dict[str, Any] = json.loads(page.read_text("utf-8"))
    return found


def environment(display: Display) -> dict[str, str]:
    return {**os.environ, "DISPLAY": display.name, "PYTHONWARNINGS": "ignore"}


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Display]:
    fonts.install()
    screen = Display(tmp_path_factory.mktemp("display") / "xvfb.log", 1920, 1920)
    yield screen
    screen.close()


@pytest.fixture(scope="session")
def galleries(display: Display, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawn]:
    """Every page in every language, by panel size. Drawn by the first process of this run that wants them, for all."""
    shared = _shared_by_all_workers(tmp_path_factory) / "galleries"
    found = {name: Drawn(shared / name, float(size.partition("@")[2]), name) for name, size in SIZES.items()}
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until whoever draws has drawn; the deadline is theirs
        if not (shared / DONE).exists():
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                parts = [(drawn, locale) for drawn in _largest_first(found) for locale in LOCALES]
                drawing = pool.map(partial(_draw, display), *zip(*parts, strict=True))
                list(drawing)  # raises what one of them raised
            (shared / DONE).touch()
    return found


def _shared_by_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This run's directory; pytest-xdist gives each worker one of its own in it."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _largest_first(galleries: dict[str, Drawn]) -> list[Drawn]:
    """The last process to start is to be the first to end."""
    return sorted(galleries.values(), key=lambda drawn: len(drawn.names), reverse=True)


def _draw(display: Display, drawn: Drawn, locale: str) -> None:
    pages = dict.fromkeys(name.partition(".")[0] for name in drawn.names) if drawn.size == UPRIGHT else ()
    only = [word for page in pages for word in ("--only", page)]
    size = ["--size", SIZES[drawn.size], "--locale", locale]
    if drawn.size == DESK:
        size += [word for mode in DESK_MODES for word in ("--mode", mode)]
    subprocess.run(
        [sys.executable, "-m", "screens.gallery", str(drawn.directory), *size, *only],
        cwd=ROOT,
        env=environment(display),
        timeout=GALLERY_DEADLINE_S,
        check=True,
    )
