"""Five wrong PINs must lock for five minutes, whatever is pulled, restarted or set back in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services.pins import FileAttempts, Pins, PinVerdict, pin_hash
from offline_cache.clock import Stamp
from offline_cache.db import StorageError
from tests.kiosk.canteen_world import PIN, staff_member

GAO = staff_member("staff-1", "高某", ["site-3"])
NOON = 1_800_000_000_000
LOCKED = PinVerdict(None, 0, 300, locked_now=True)


def at(seconds: float = 0, boot: str = "boot-1", set_back_s: float = 0) -> Stamp:
    passed = round(seconds * 1000)
    return Stamp(NOON + passed - round(set_back_s * 1000), 50_000 + passed, boot, trusted=True)


def fail(pins: Pins, times: int, stamp: Stamp | None = None) -> PinVerdict:
    return [pins.check("000000", [GAO], stamp or at()) for _ in range(times)][-1]


def test_the_hash_is_the_one_on_the_wire() -> None:
    # Computed with another implementation: openssl kdf -kdfopt n:16384 -kdfopt r:8 -kdfopt p:1 … SCRYPT
    assert pin_hash("123456", "00" * 16) == "e64adbc11f9d29165febc71fb566ee9590b11613725cada04e324689b4f727f6"


def test_tries_are_counted_down_and_a_right_one_forgets_them(tmp_path: Path) -> None:
    pins = Pins(FileAttempts(tmp_path))
    assert [fail(pins, 1).left for _ in range(4)] == [4, 3, 2, 1]
    assert pins.check(PIN, [GAO], at()) == PinVerdict(GAO, 5, 0)
    assert fail(pins, 1).left == 4


def test_five_wrong_ones_lock_even_the_right_one_for_five_minutes(tmp_path: Path) -> None:
    pins = Pins(FileAttempts(tmp_path))
    assert fail(pins, 5) == LOCKED
    assert pins.check(PIN, [GAO], at(1)) == PinVerdict(None, 0, 299)
    assert pins.check(PIN, [GAO], at(299.5)) == PinVerdict(None, 0, 1)
    assert pins.check(PIN, [GAO], at(300)).staff == GAO


def test_after_the_lock_there_are_five_tries_again(tmp_path: Path) -> None:
    pins = Pins(FileAttempts(tmp_path))
    fail(pins, 5)
    assert fail(pins, 1, at(301)).left == 4


def test_tries_on_several_names_are_one_count(tmp_path: Path) -> None:
    pins = Pins(FileAttempts(tmp_path))
    others = [staff_member(f"staff-{number}", "某某", ["site-3"]) for number in range(5)]
    verdicts = [pins.check("000000", [other], at()) for other in others]
    assert verdicts[-1] == LOCKED


def test_the_lock_outlives_restarts_of_program_and_machine(tmp_path: Path) -> None:
    fail(Pins(FileAttempts(tmp_path)), 5)
    assert Pins(FileAttempts(tmp_path)).check(PIN, [GAO], at(10)).locked_s == 290
    rebooted = Stamp(NOON + 60_000, 100, "boot-2", trusted=True)
    assert Pins(FileAttempts(tmp_path)).check(PIN, [GAO], rebooted).locked_s == 240
    assert (
        Pins(FileAttempts(tmp_path)).check(PIN, [GAO], Stamp(NOON + 300_000, 200, "boot-2", True)).staff
        == GAO
    )


def test_wrong_ones_before_a_restart_count(tmp_path: Path) -> None:
    fail(Pins(FileAttempts(tmp_path)), 4)
    assert fail(Pins(FileAttempts(tmp_path)), 1) == LOCKED


def test_a_clock_set_back_locks_no_longer_than_five_minutes(tmp_path: Path) -> None:
    pins = Pins(FileAttempts(tmp_path))
    fail(pins, 5)
    assert pins.check(PIN, [GAO], at(60, "boot-2", set_back_s=7200)).locked_s == 300


def test_damaging_the_memory_gains_one_try_not_five(tmp_path: Path) -> None:
    (tmp_path / "pins.json").write_text("{")
    assert fail(Pins(FileAttempts(tmp_path)), 1) == LOCKED


def test_where_tries_cannot_be_counted_no_pin_is_accepted(tmp_path: Path) -> None:
    pins = Pins(FileAttempts(tmp_path / "gone"))
    with pytest.raises(StorageError):
        pins.check(PIN, [GAO], at())


def test_a_pin_that_names_nobody_is_tried_against_everybody(tmp_path: Path) -> None:
    nobody = staff_member("staff-2", "郑某", ["site-3"]).model_copy(update={"pin_hash": "00" * 32})
    assert Pins(FileAttempts(tmp_path)).check(PIN, [nobody, GAO], at()).staff == GAO
    assert Pins(FileAttempts(tmp_path)).check(PIN, [], at()).staff is None
