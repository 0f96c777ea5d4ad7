"""Taking turns, counting percentiles, and the report: build/bench.json and a table.

Ours and the peer alternate in blocks (A B A B …), so that a slow minute of the machine hits both.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

WORKSHOP = Path(__file__).parents[1] / "build" / "bench"


@dataclass(frozen=True, slots=True)
class Result:
    """One measured value. `ratio` is value / peer_value; `goal` and `met` are None where there is nothing to meet."""

    name: str
    value: float
    unit: str
    peer: str
    peer_value: float
    how: str
    ratio: float | None = None
    goal: str | None = None
    met: bool | None = None


def against(
    name: str,
    value: float,
    unit: str,
    peer: str,
    peer_value: float,
    how: str,
    *,
    ratio: float | None = None,
    ratio_at_least: float | None = None,
    ratio_at_most: float | None = None,
    value_at_most: float | None = None,
    above_peer_at_most: float | None = None,
) -> Result:
    """A result with its goal judged. `ratio` is given where it was taken pair by pair, else it is value / peer_value.
    `above_peer_at_most` bounds value - peer_value."""
    ratio = value / peer_value if ratio is None else ratio
    goal, met = None, None
    if ratio_at_least is not None:
        goal, met = f"ratio >= {ratio_at_least:g}", ratio >= ratio_at_least
    elif ratio_at_most is not None:
        goal, met = f"ratio <= {ratio_at_most:g}", ratio <= ratio_at_most
    elif value_at_most is not None:
        goal, met = f"<= {value_at_most:g} {unit}", value <= value_at_most
    elif above_peer_at_most is not None:
        goal, met = f"<= peer + {above_peer_at_most:g} {unit}", value - peer_value <= above_peer_at_most
    return Result(name, round(value, 3), unit, peer, round(peer_value, 3), how, round(ratio, 3), goal, met)


def take_turns(
    ours: Callable[[], float], peer: Callable[[], float], rounds: int
) -> tuple[list[float], list[float]]:
    """Runs both `rounds` times, in turn, and returns what each measured. The first of a round changes sides each time,
    so that neither always finds the caches warm."""
    our_values: list[float] = []
    peer_values: list[float] = []
    for turn in range(rounds):
        if turn % 2 == 0:
            our_values.append(ours())
            peer_values.append(peer())
        else:
            peer_values.append(peer())
            our_values.append(ours())
    return our_values, peer_values


def median_ratio(ours: Sequence[float], peer: Sequence[float]) -> float:
    """The median over the rounds of ours / peer: each round's two blocks ran next to each other."""
    return statistics.median(mine / other for mine, other in zip(ours, peer, strict=True))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all are not above (nearest rank). Raises ValueError for no values."""
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def file_system_of(path: Path) -> str:
    """The type of the file system that holds `path`, as the kernel's mount table names it."""
    path = path.resolve()
    best, kind = "", "unknown"
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, mount_point, found, *_ = line.split(" ")
        mount_point = mount_point.replace("\\040", " ")
        if path.is_relative_to(mount_point) and len(mount_point) >= len(best):
            best, kind = mount_point, found
    return kind


def write_report(results: Sequence[Result], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n", encoding="utf-8")


Column = tuple[str, Literal["<", ">"], Callable[[Result], str]]

COLUMNS: tuple[Column, ...] = (
    ("benchmark", "<", lambda result: result.name),
    ("value", ">", lambda result: f"{result.value:,.6g} {result.unit}"),
    ("peer", ">", lambda result: f"{result.peer_value:,.6g} {result.unit}"),
    ("ratio", ">", lambda result: "" if result.ratio is None else f"{result.ratio:.2f}"),
    ("goal", "<", lambda result: result.goal or ""),
    ("", "<", lambda result: {True: "met", False: "MISSED", None: ""}[result.met]),
)


def table(results: Sequence[Result]) -> str:
    rows = [[heading for heading, _, _ in COLUMNS]]
    rows += [[draw(result) for _, _, draw in COLUMNS] for result in results]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(f"{text:{COLUMNS[column][1]}{widths[column]}}" for column, text in enumerate(row)).rstrip()
        for row in rows
    )
