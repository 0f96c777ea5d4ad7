"""Turning a relief: what a camera sees of a height map with a picture on it, from a little to the side.

A relief is seen in true perspective of its depth: parts that stand out move further than parts that lie deep, and hide what is
behind them. It has no back, so that turns beyond about 40 degrees show where it ends.

Units: a head's half width is 1; x to the right, y down, z towards the camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

RAYS_A_UNIT = 56
STEPS = 44
NOTHING = -9.0
# How deep the sides of a relief go before there is nothing behind them.
DEEPEST = -0.55


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """`picture` (height x width x 3, BGR, uint8) lies on `depth` (the same size, float32, in units; NOTHING where there is
    none), `a_unit` pixels to a unit, the head's middle in the middle of both."""

    picture: numpy.ndarray
    depth: numpy.ndarray
    a_unit: float

    @property
    def reach(self) -> tuple[float, float]:
        """Half its width and height in units."""
        rows, columns = self.depth.shape
        return columns / 2 / self.a_unit, rows / 2 / self.a_unit


def turned(
    relief: Relief, yaw: float, pitch: float, roll: float, scale: float
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The relief as it is seen after a turn by `yaw` (to the picture's right), `pitch` (down) and `roll` (clockwise),
    degrees: its picture (BGR, float32) and how much of each pixel it covers (0 to 1), `scale` pixels to a unit."""
    import numpy

    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    back = _rotation(yaw, pitch, roll).T.astype(numpy.float32)
    across, down = relief.reach
    wide, high = int(2 * across * RAYS_A_UNIT), int(2 * down * RAYS_A_UNIT)
    column, row = _hits(relief, back, wide, high)
    size = (round(2 * across * scale), round(2 * down * scale))
    missed = (column < 0).astype(numpy.float32)
    column = cv2.resize(column, size, interpolation=cv2.INTER_LINEAR)
    row = cv2.resize(row, size, interpolation=cv2.INTER_LINEAR)
    cover = 1 - cv2.resize(missed, size, interpolation=cv2.INTER_LINEAR)
    source, shrink = _reduced(relief.picture, scale / relief.a_unit)
    seen = cv2.remap(source, column * shrink, row * shrink, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return seen.astype(numpy.float32), numpy.clip(2 * cover - 1, 0, 1)


def _reduced(picture: numpy.ndarray, scale: float) -> tuple[numpy.ndarray, float]:
    """The picture made smaller before it is drawn much smaller: a lens blurs what a sensor cannot hold."""
    from drivers.cameras.sources import load_cv2

    if scale >= 0.75:
        return picture, 1.0
    cv2 = load_cv2()
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small, scale


def _hits(relief: Relief, back: numpy.ndarray, wide: int, high: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Column and row of the relief's picture that each of wide x high parallel rays meets first; negative where none."""
    import numpy

    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    across, down = relief.reach
    u, v = numpy.meshgrid(
        (numpy.arange(wide, dtype=numpy.float32) + 0.5) / wide * 2 * across - across,
        (numpy.arange(high, dtype=numpy.float32) + 0.5) / high * 2 * down - down,
    )
    top = float(relief.depth.max())
    nearest, step = top + 0.5, (top + 1.4) / STEPS
    column = numpy.full(u.shape, -1.0, numpy.float32)
    row = numpy.full(u.shape, -1.0, numpy.float32)
    above = numpy.full(u.shape, numpy.inf, numpy.float32)
    searching = numpy.ones(u.shape, bool)
    for number in range(STEPS):
        t = nearest - number * step
        x, y, z = (back[i, 0] * u + back[i, 1] * v + back[i, 2] * t for i in range(3))
        at_column, at_row = (x + across) * relief.a_unit, (y + down) * relief.a_unit
        ground = cv2.remap(
            relief.depth,
            at_column,
            at_row,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=NOTHING,
        )
        over = z - ground
        hit = searching & (over <= 0) & (ground > NOTHING / 2) & (z > DEEPEST)
        # Between this step and the last one: where the line through both heights meets the ground.
        share = over[hit] / numpy.minimum(over[hit] - numpy.minimum(above[hit], 1.0), -1e-6)
        back_by = numpy.clip(share, 0, 1) * step
        column[hit] = at_column[hit] + back[0, 2] * back_by * relief.a_unit
        row[hit] = at_row[hit] + back[1, 2] * back_by * relief.a_unit
        searching &= ~hit
        above = over
    return column, row


def _rotation(yaw: float, pitch: float, roll: float) -> numpy.ndarray:
    import numpy

    a, b, c = radians(yaw), radians(pitch), radians(roll)
    about_y = numpy.array([[cos(a), 0, sin(a)], [0, 1, 0], [-sin(a), 0, cos(a)]])
    about_x = numpy.array([[1, 0, 0], [0, cos(b), sin(b)], [0, -sin(b), cos(b)]])
    about_z = numpy.array([[cos(c), -sin(c), 0], [sin(c), cos(c), 0], [0, 0, 1]])
    rotation: numpy.ndarray = about_z @ about_x @ about_y
    return rotation
