"""A number that was given out twice would be two people's: whatever the clock, the power and the log do, it is not."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_cache.db import DiskDamaged
from offline_cache.numbers import LAST_COUNT, Numbers
from offline_cache.wire_residents import NUMBER_PATTERN

TOP = Path(__file__).parents[2]
DAYS = ("20261119", "20261120", "20261121")


def test_numbers_count_up_within_a_day(tmp_path: Path) -> None:
    numbers = Numbers(tmp_path, "QP-01")
    assert [numbers.mint("20261120") for _ in range(3)] == [
        "QP01-20261120-0001",
        "QP01-20261120-0002",
        "QP01-20261120-0003",
    ]
    assert re.match(NUMBER_PATTERN, numbers.mint("20261121"))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(DAYS), st.booleans()), max_size=40))
def test_none_is_said_twice_whatever_the_clock_does(moves: list[tuple[str, bool]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        numbers, said = Numbers(Path(directory), "QP-01"), []
        for day, restarts in moves:
            if restarts:
                numbers = Numbers(Path(directory), "QP-01")
            said.append(numbers.mint(day))
        assert len(set(said)) == len(said)


def test_a_kill_wastes_a_number_and_repeats_none(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from offline_cache.numbers import Numbers\n"
        "numbers = Numbers(Path(sys.argv[1]), 'QP-01')\n"
        "while True: print(numbers.mint('20261120'), flush=True)\n"
    )
    said: list[str] = []
    for lines in (3, 1, 20):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], cwd=TOP, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        heard = [process.stdout.readline().strip() for _ in range(lines)]
        process.kill()
        heard += [line for line in process.stdout.read().split("\n") if re.fullmatch(NUMBER_PATTERN, line)]
        process.wait(10)
        process.stdout.close()
        said += heard
    assert len(set(said)) == len(said)
    assert Numbers(tmp_path, "QP-01").mint("20261120") not in said


def test_a_half_written_file_of_a_kill_is_no_count(tmp_path: Path) -> None:
    numbers = Numbers(tmp_path, "QP-01")
    numbers.mint("20261120")
    (tmp_path / "numbers" / "20261120.new").write_bytes(b"9")
    assert numbers.mint("20261120") == "QP01-20261120-0002"


@pytest.mark.parametrize("content", [b"", b"-1", b"one", b"\xff", b"1 2"])
def test_a_count_that_cannot_be_read_is_never_guessed(tmp_path: Path, content: bytes) -> None:
    numbers = Numbers(tmp_path, "QP-01")
    numbers.mint("20261120")
    (tmp_path / "numbers" / "20261120").write_bytes(content)
    with pytest.raises(DiskDamaged):
        numbers.mint("20261120")
    assert numbers.mint("20261121") == "QP01-20261121-0001"


def test_what_is_no_day_and_what_is_used_up(tmp_path: Path) -> None:
    numbers = Numbers(tmp_path, "QP-01")
    for day in ("2026-11-20", "../key", ""):
        with pytest.raises(ValueError, match="is not a day"):
            numbers.mint(day)
    numbers.mint("20261120")
    (tmp_path / "numbers" / "20261120").write_text(f"{LAST_COUNT}\n")
    with pytest.raises(OverflowError):
        numbers.mint("20261120")
