"""Slips as they come out of the emulated printer, against pictures that people have looked at.

Another version of the font may move a dot; a missing line, a shifted column or a wrong size does far more than that.
To accept a change after looking at it: SLIP_BASELINES=write pytest tests/drivers/printers/test_baselines.py
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from drivers.printers.profiles import PROFILES
from kiosk.services.slips import Diner, copy_of
from tests.drivers.printers.conftest import MakeDriver, MakeEmulator
from tests.kiosk import slip_samples as samples

BASELINES = Path(__file__).parent / "baseline"
MOST_DIFFERENT = 0.004
MOST_BYTES = 1_000_000

SLIPS: dict[str, tuple[Callable[[], dict[str, Any]], int]] = {
    "meal": (samples.online_meal, 1),
    "meal-offline": (samples.offline_meal, 1),
    "meal-offline-copy": (lambda: samples.offline_meal(Diner("𬭩＊", "0042"), trusted=False), 2),
    "meal-rare-name": (lambda: samples.online_meal(Diner("𠀁＊", "0043")), 1),
    "meal-english": (lambda: samples.online_meal(locale="en"), 1),
    "meal-cash": (samples.cash_meal, 1),
    "voided": (samples.voided_meal, 1),
    "count": (samples.count_report, 1),
    "settlement": (samples.settlement, 1),
}


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("name", SLIPS)
def test_slip_looks_as_it_did(
    make_emulator: MakeEmulator, make_driver: MakeDriver, name: str, width_mm: int
) -> None:
    make, copy = SLIPS[name]
    emulator = make_emulator(width_mm=width_mm)
    make_driver(emulator).print(copy_of(make(), copy), "job")
    assert emulator.wait_for_pages(1)
    assert emulator.question_marks == 0
    (page,) = emulator.pages
    compare(page, f"{name}-{width_mm}")


def compare(page: Image.Image, name: str) -> None:
    path = BASELINES / f"{name}.png"
    if os.environ.get("SLIP_BASELINES") == "write":
        page.save(path, optimize=True)
    with Image.open(path) as baseline:
        assert page.size == baseline.size
        changed = ImageChops.logical_xor(page, baseline.convert("1")).convert("L").histogram()[255]
    assert changed / (page.width * page.height) < MOST_DIFFERENT


@pytest.mark.parametrize("width_mm", [58, 80])
def test_typed_slip_for_a_slow_line_looks_as_it_did(
    make_emulator: MakeEmulator, make_driver: MakeDriver, width_mm: int
) -> None:
    emulator = make_emulator(width_mm=width_mm)
    make_driver(emulator, profile=PROFILES["slow_line"]).print(copy_of(samples.offline_meal(), 2), "job")
    assert emulator.wait_for_pages(1)
    assert len(emulator.received.replace(b"\0", b"")) < 2000
    compare(emulator.pages[0], f"typed-{width_mm}")


def test_baselines_are_small_and_all_in_use() -> None:
    files = {path.stem: path.stat().st_size for path in BASELINES.glob("*.png")}
    assert set(files) == {f"{name}-{width_mm}" for name in (*SLIPS, "typed") for width_mm in (58, 80)}
    assert sum(files.values()) < MOST_BYTES
