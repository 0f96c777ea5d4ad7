"""What a finger wrote, as numbers: made fewer, written down, and bent where pieces meet (pure)."""

from __future__ import annotations

STEPS = 4

Point = tuple[int, int]


def thinned(strokes: list[list[Point]], most: int) -> list[list[Point]]:
    """Every other point of each stroke left out, but for its ends, until there are at most `most`."""
    while sum(map(len, strokes)) > most and any(len(stroke) > 2 for stroke in strokes):
        strokes = [[*stroke[:-1:2], stroke[-1]] for stroke in strokes]
    return strokes


def written(strokes: list[list[Point]]) -> str:
    """Strokes as SIGNED carries them (see kiosk.views_resident)."""
    return ";".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in strokes)


def bent(before: tuple[float, float], corner: tuple[float, float], after: tuple[float, float]) -> list[float]:
    """A curve from the middle of one piece to the middle of the next, as x and y in turn: no corner where they meet."""
    start = ((before[0] + corner[0]) / 2, (before[1] + corner[1]) / 2)
    end = ((corner[0] + after[0]) / 2, (corner[1] + after[1]) / 2)
    points: list[float] = []
    for step in range(STEPS + 1):
        t = step / STEPS
        points += [(1 - t) ** 2 * start[at] + 2 * t * (1 - t) * corner[at] + t**2 * end[at] for at in (0, 1)]
    return points
