"""A benchmark that counts wrongly persuades everybody: percentiles, turns, goals and the report are checked here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.measure import (
    Result,
    against,
    file_system_of,
    median_ratio,
    percentile,
    table,
    take_turns,
    write_report,
)
from benchmarks.windows import processor_seconds, resident_mib


def result(name: str = "appends", *, met: bool | None = True) -> Result:
    return Result(name, 90.0, "rows/s", "a bare log", 100.0, "by counting", 0.9, "ratio >= 0.7", met)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([5.0], 50, 5.0),
        ([1.0, 2.0, 3.0, 4.0], 50, 2.0),
        ([4.0, 3.0, 2.0, 1.0], 100, 4.0),
        ([float(number) for number in range(1, 501)], 99, 495.0),
        ([float(number) for number in range(1, 501)], 50, 250.0),
    ],
)
def test_percentiles_are_values_that_were_measured(
    values: list[float], percent: float, expected: float
) -> None:
    assert percentile(values, percent) == expected


def test_nothing_measured_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_both_take_turns_and_change_who_begins() -> None:
    order: list[str] = []

    def ours() -> float:
        order.append("A")
        return 3.0

    def peer() -> float:
        order.append("B")
        return 2.0

    assert take_turns(ours, peer, 4) == ([3.0] * 4, [2.0] * 4)
    assert "".join(order) == "ABBAABBA"


def test_a_slow_minute_of_the_machine_does_not_move_the_ratio() -> None:
    assert median_ratio([80, 8, 80], [100, 10, 100]) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        ({"ratio_at_least": 0.7}, True),
        ({"ratio_at_least": 0.95}, False),
        ({"ratio_at_most": 0.9}, True),
        ({"ratio_at_most": 0.8}, False),
        ({"value_at_most": 90.0}, True),
        ({"value_at_most": 50.0}, False),
        ({"above_peer_at_most": 5.0}, True),
        ({"above_peer_at_most": -10.5}, False),
        ({}, None),
    ],
)
def test_goals_are_judged(goal: dict[str, float], met: bool | None) -> None:
    judged = against("a", 90.0, "ms", "b", 100.0, "how", **goal)
    assert judged.met is met
    assert (judged.goal is None) == (met is None)
    assert judged.ratio == 0.9


def test_the_report_has_the_keys_that_were_promised(tmp_path: Path) -> None:
    write_report([result()], tmp_path / "deep" / "bench.json")
    (entry,) = json.loads((tmp_path / "deep" / "bench.json").read_text(encoding="utf-8"))
    assert set(entry) == {"name", "value", "unit", "peer", "peer_value", "ratio", "goal", "met", "how"}


def test_the_table_says_what_was_missed() -> None:
    drawn = table([result(met=True), result("sync", met=False), result("memory", met=None)])
    assert [line.split()[-1] for line in drawn.splitlines()[1:3]] == ["met", "MISSED"]
    assert "MISSED" not in drawn.splitlines()[3]


def test_memory_is_told_from_a_disk() -> None:
    assert file_system_of(Path("/proc/self")) == "proc"
    assert file_system_of(Path("/")) not in ("proc", "unknown")


def test_this_process_holds_memory_and_burns_time() -> None:
    assert 5 < resident_mib(os.getpid()) < 4_000
    assert processor_seconds(os.getpid()) > 0


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "WORKSHOP", tmp_path / "build" / "bench")
    monkeypatch.setattr(command, "MEMORY", set())
    return tmp_path / "build" / "bench.json"


@pytest.mark.parametrize(("met", "status"), [(True, 0), (None, 0), (False, 1)])
def test_only_a_missed_goal_fails(
    workshop: Path, monkeypatch: pytest.MonkeyPatch, met: bool | None, status: int
) -> None:
    monkeypatch.setattr(command, "BENCHMARKS", {"one": lambda directory: [result(met=met)]})
    assert command.main([]) == status
    assert json.loads(workshop.read_text(encoding="utf-8"))[0]["met"] is met


def test_a_file_system_in_memory_is_refused(
    workshop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "MEMORY", {"tmpfs"})
    monkeypatch.setattr(command, "file_system_of", lambda path: "tmpfs")
    assert command.main([]) == 2
    assert "tmpfs" in capsys.readouterr().out
    assert not workshop.exists()


def test_an_unknown_name_is_answered_with_the_known_ones(
    workshop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["speed"]) == 2
    assert "appends" in capsys.readouterr().err
