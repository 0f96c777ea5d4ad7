"""Drawing a face that nobody has: features by a seed, their relief, and the light on it.

Everything is made of soft shapes over a grid of points, in the units of face_relief.py: eyes on the line y = 0 at about
x = -0.42 and 0.42, the chin at about y = 1.2.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from drivers.emulators.face_relief import NOTHING, Relief

if TYPE_CHECKING:
    import numpy

A_UNIT = 224
ACROSS, DOWN = 1.45, 1.95

SKINS = ((150, 185, 225), (175, 205, 240), (120, 155, 200), (90, 125, 175), (135, 175, 225), (60, 85, 130))
HAIRS = ((25, 25, 30), (40, 45, 60), (150, 150, 155), (205, 205, 208), (50, 70, 110), (90, 140, 190))
LIPS = ((95, 95, 175), (110, 120, 190), (80, 80, 140), (120, 130, 175))


@dataclass(frozen=True, slots=True)
class Features:
    """What one face differs in from another; units of face_relief.py. Ranges are in RANGES."""

    eye_apart: float
    eye_wide: float
    eye_open: float
    eye_tilt: float
    brow_above: float
    brow_thick: float
    brow_tilt: float
    brow_long: float
    nose_down: float
    nose_wide: float
    nose_out: float
    mouth_down: float
    mouth_wide: float
    lip_thick: float
    smile: float
    chin: float
    jaw: float
    cheeks: float
    hair_line: float
    fringe: float
    hair_long: float
    hair_full: float
    age: float
    beard: float
    moustache: float
    glasses: float


RANGES: dict[str, tuple[float, float]] = {
    "eye_apart": (0.33, 0.53),
    "eye_wide": (0.14, 0.25),
    "eye_open": (0.045, 0.125),
    "eye_tilt": (-10, 14),
    "brow_above": (0.17, 0.36),
    "brow_thick": (0.02, 0.085),
    "brow_tilt": (-14, 14),
    "brow_long": (0.18, 0.32),
    "nose_down": (0.38, 0.64),
    "nose_wide": (0.12, 0.30),
    "nose_out": (0.25, 0.48),
    "mouth_down": (0.72, 0.94),
    "mouth_wide": (0.22, 0.46),
    "lip_thick": (0.04, 0.15),
    "smile": (-0.06, 0.10),
    "chin": (1.12, 1.42),
    "jaw": (0.60, 1.05),
    "cheeks": (0.0, 0.12),
    "hair_line": (-1.25, -0.55),
    "fringe": (-0.7, 0.7),
    "hair_long": (-0.4, 1.9),
    "hair_full": (0.0, 0.28),
    "age": (0, 1),
    "beard": (-1.2, 1),
    "moustache": (-1.2, 1),
    "glasses": (-2, 1),
}


def features_of(random: numpy.random.Generator) -> Features:
    """The features of a seed. The middle of a range is no likelier than its ends: people in tests shall differ."""
    return Features(**{each.name: float(random.uniform(*RANGES[each.name])) for each in fields(Features)})


def average_features() -> Features:
    """The middle of each range."""
    return Features(**{name: (low + high) / 2 for name, (low, high) in RANGES.items()})


def drawn(seed: int, a_unit: int = A_UNIT) -> Relief:
    """The face of a seed, lit from the upper left, `a_unit` pixels to a unit."""
    import numpy

    random = numpy.random.default_rng(seed)
    return FaceDrawing(features_of(random), random, a_unit=a_unit).relief()


class FaceDrawing:
    """A face while it is drawn: the grid's `x` and `y`, its `depth`, and the colours on it (BGR, 0 to 255)."""

    def __init__(
        self,
        features: Features,
        random: numpy.random.Generator,
        *,
        across: float = ACROSS,
        down: float = DOWN,
        a_unit: int = A_UNIT,
    ) -> None:
        import numpy

        self.a_unit = a_unit
        self.features = features
        self.random = random
        self.x, self.y = numpy.meshgrid(
            (numpy.arange(2 * across * a_unit, dtype=numpy.float32) + 0.5) / a_unit - across,
            (numpy.arange(2 * down * a_unit, dtype=numpy.float32) + 0.5) / a_unit - down,
        )
        self.skin = self._one_of(SKINS, 14)
        self.hair = self._one_of(HAIRS, 10)
        self.lips = self._one_of(LIPS, 12)
        self.colour = numpy.empty((*self.x.shape, 3), numpy.float32)
        self.colour[:] = self.skin

    def relief(self) -> Relief:
        import numpy

        self.shape_head()
        self._draw_skin()
        self._draw_mouth()
        self._draw_nose()
        for side in (-1, 1):
            self._draw_eye(side)
            self._draw_brow(side)
        self._draw_hair()
        lit = self.colour * self._light()[..., None]
        self._draw_glasses(lit)
        depth = numpy.where(self.inside, self.depth, NOTHING).astype(numpy.float32)
        return Relief(numpy.clip(lit, 0, 255).astype(numpy.uint8), depth, self.a_unit)

    def _one_of(self, colours: tuple[tuple[int, int, int], ...], by: float) -> numpy.ndarray:
        import numpy

        chosen = numpy.array(colours[int(self.random.integers(len(colours)))], numpy.float32)
        lighter = self.random.normal(0, by) + self.random.normal(0, by / 4, 3)
        return numpy.clip(chosen + lighter, 8, 245).astype(numpy.float32)

    # --- shapes -------------------------------------------------------------------------------------------------------

    def _spot(
        self, x: float, y: float, wide: float, high: float, *, tilt: float = 0.0, edge: float = 0.15
    ) -> numpy.ndarray:
        """An ellipse with a soft edge: 1 inside, 0 outside. Half axes in units, `tilt` in degrees."""
        import numpy

        angle = numpy.radians(tilt)
        right, under = self.x - x, self.y - y
        along = (right * numpy.cos(angle) + under * numpy.sin(angle)) / wide
        over = (under * numpy.cos(angle) - right * numpy.sin(angle)) / high
        away = numpy.sqrt(along**2 + over**2)
        spot: numpy.ndarray = numpy.clip((1 + edge - away) / (2 * edge), 0, 1)
        return spot

    def _bump(self, x: float, y: float, wide: float, high: float) -> numpy.ndarray:
        import numpy

        bump: numpy.ndarray = numpy.exp(-(((self.x - x) / wide) ** 2) - ((self.y - y) / high) ** 2)
        return bump

    def _paint(self, mask: numpy.ndarray, colour: numpy.ndarray | tuple[float, ...]) -> None:
        import numpy

        self.colour += mask[..., None] * (numpy.asarray(colour, numpy.float32) - self.colour)

    def _shade(self, mask: numpy.ndarray, by: float) -> None:
        self.colour *= (1 - by * mask)[..., None]

    # --- the head -----------------------------------------------------------------------------------------------------

    def shape_head(self) -> None:
        """Fills `depth`, and `inside`: where there is head or hair at all."""
        import numpy

        f = self.features
        low = numpy.clip(self.y / f.chin, 0, 1)
        half_width = 1 - (1 - f.jaw * 0.75) * low**2.2
        high = numpy.where(self.y > 0, f.chin, 1.42)
        out = (self.x / half_width) ** 2 + (self.y / high) ** 2
        self.inside = out < 1
        depth = 0.95 * numpy.sqrt(numpy.clip(1 - out, 0, 1)) ** 0.9
        bridge = numpy.clip((self.y + 0.12) / (f.nose_down + 0.12), 0, 1)
        ends = 1 / (1 + numpy.exp((self.y - f.nose_down - 0.03) * 32))
        across = numpy.exp(-((self.x / (0.075 + 0.55 * f.nose_wide * bridge)) ** 2))
        depth += (
            f.nose_out
            * (0.25 + 0.75 * bridge)
            * ends
            * across
            * (self.y > -0.35)
            * self._spot(0, 0.2, 0.5, 0.6, edge=0.25)
        )
        for side in (-1, 1):
            depth -= 0.15 * self._bump(side * f.eye_apart, 0.0, 0.26, 0.16)
            depth += 0.06 * self._bump(side * f.eye_apart, -f.brow_above, 0.30, 0.09)
            depth += f.cheeks * self._bump(side * 0.55, 0.42, 0.25, 0.22)
        depth += 0.10 * self._bump(0, f.mouth_down, f.mouth_wide * 1.2, 0.16)
        depth += 0.09 * self._bump(0, f.chin - 0.12, 0.26, 0.12)
        behind = (self.x / (1 + f.hair_full)) ** 2 + (self.y / (1.42 + f.hair_full)) ** 2
        hanging = numpy.where(self.y > 0, (self.x / (1 + f.hair_full)) ** 2, behind)
        self.outside_hair = ~self.inside & (hanging < 1) & (self.y < f.hair_long) & (numpy.abs(self.y) < 1.8)
        depth = numpy.where(self.outside_hair, 0.3 * numpy.sqrt(numpy.clip(1 - hanging, 0, 1)), depth)
        self.inside = self.inside | self.outside_hair
        self.depth = depth.astype(numpy.float32)

    def _light(self) -> numpy.ndarray:
        """How bright each point is under a lamp at the upper left and light from all around."""
        import numpy

        from drivers.cameras.sources import load_cv2

        smooth = load_cv2().GaussianBlur(self.depth, (0, 0), self.a_unit * 0.018)
        down, right = numpy.gradient(smooth, 1 / self.a_unit)
        length = numpy.sqrt(right**2 + down**2 + 1)
        lamp = (-right * -0.35 + -down * -0.55 + 0.76) / length
        bright: numpy.ndarray = (0.42 + 0.66 * numpy.clip(lamp, 0, 1)).astype(numpy.float32)
        return bright

    def _draw_skin(self) -> None:
        import numpy

        from drivers.cameras.sources import load_cv2

        cv2 = load_cv2()
        for grain, strength in ((0.012, 3.0), (0.05, 4.0), (0.2, 4.0)):
            noise = self.random.normal(0, 1, self.x.shape).astype(numpy.float32)
            noise = cv2.GaussianBlur(noise, (0, 0), self.a_unit * grain)
            self.colour += (noise / noise.std() * strength)[..., None]
        for side in (-1, 1):
            self._paint(0.22 * self._bump(side * 0.52, 0.40, 0.26, 0.22), self.skin * (0.82, 0.82, 1.08))
        for _ in range(int(self.random.integers(2, 9))):
            x, y = self.random.uniform(-0.55, 0.55), self.random.uniform(-0.6, 0.9)
            size = self.random.uniform(0.008, 0.022)
            self._shade(self._spot(x, y, size, size, edge=0.5), 0.5)
        self._draw_age()

    def _draw_age(self) -> None:
        import numpy

        f = self.features
        for number in range(3):
            y = -0.45 - 0.09 * number + 0.03 * numpy.cos(3 * self.x)
            self._shade(
                numpy.exp(-(((self.y - y) / 0.012) ** 2)) * self._spot(0, -0.5, 0.55, 0.4, edge=0.4),
                0.3 * f.age,
            )
        for side in (-1, 1):
            fold = side * (f.nose_wide + 0.04 + 0.5 * (self.y - f.nose_down))
            near = self._spot(side * 0.32, (f.nose_down + f.mouth_down) / 2, 0.25, 0.24, edge=0.4)
            self._shade(numpy.exp(-(((self.x - fold) / 0.028) ** 2)) * near, 0.12 + 0.3 * f.age)
            self._shade(self._bump(side * f.eye_apart, 0.15, 0.17, 0.035), 0.08 + 0.22 * f.age)

    # --- what is in a face --------------------------------------------------------------------------------------------

    def _draw_eye(self, side: int) -> None:
        f = self.features
        x, tilt = side * f.eye_apart, -side * f.eye_tilt
        self._shade(self._bump(x, -0.03, f.eye_wide * 1.45, 0.14), 0.28)
        self._shade(self._spot(x, -0.012, f.eye_wide * 1.1, f.eye_open * 1.45, tilt=tilt, edge=0.18), 0.6)
        opening = self._spot(x, 0.008, f.eye_wide, f.eye_open, tilt=tilt, edge=0.09)
        self._paint(opening, (215, 220, 222))
        iris = 0.095
        self._paint(opening * self._spot(x, 0.0, iris, iris, edge=0.12), (30, 38, 55))
        self._paint(opening * self._spot(x, 0.0, iris * 0.5, iris * 0.5, edge=0.15), (8, 8, 10))
        self._paint(opening * self._spot(x - 0.03, -0.03, 0.018, 0.018, edge=0.4), (250, 250, 250))
        # The upper lid throws a shadow, and its lashes are what is darkest in a face.
        lid = self._spot(x, -0.008, f.eye_wide * 1.05, f.eye_open * 1.15, tilt=tilt, edge=0.1)
        below = self._spot(x, 0.05, f.eye_wide * 1.08, f.eye_open * 1.25, tilt=tilt, edge=0.14)
        self._shade(lid * (1 - below), 0.85)
        fold = self._spot(x, -0.06, f.eye_wide * 1.15, f.eye_open * 1.3, tilt=tilt, edge=0.1)
        under = self._spot(x, -0.035, f.eye_wide * 1.15, f.eye_open * 1.3, tilt=tilt, edge=0.1)
        self._shade(fold * (1 - under), 0.3)

    def _draw_brow(self, side: int) -> None:
        import numpy

        f = self.features
        x = side * (f.eye_apart + 0.02)
        bow = (
            -f.brow_above
            - 0.05
            + 0.9 * (self.x - x) ** 2
            + side * numpy.tan(numpy.radians(f.brow_tilt)) * (self.x - x)
        )
        across = numpy.clip(1.1 - ((self.x - x) / f.brow_long) ** 2, 0, 1)
        hairs = numpy.exp(-(((self.y - bow) / (f.brow_thick * (0.5 + 0.5 * across))) ** 2)) * across
        self._paint(0.85 * hairs, self.hair * 0.6)

    def _draw_nose(self) -> None:
        f = self.features
        for side in (-1, 1):
            self._shade(self._bump(side * f.nose_wide * 0.55, f.nose_down + 0.045, 0.055, 0.03), 0.7)
            self._shade(self._bump(side * (f.nose_wide + 0.02), f.nose_down - 0.01, 0.035, 0.08), 0.28)
            self._shade(self._bump(side * 0.15, 0.05, 0.06, 0.18), 0.2)
        self._shade(self._bump(0, f.nose_down + 0.10, f.nose_wide * 0.9, 0.05), 0.3)
        self._paint(0.25 * self._bump(-0.02, f.nose_down - 0.08, 0.05, 0.07), (240, 245, 250))

    def _draw_mouth(self) -> None:
        import numpy

        f = self.features
        line = f.mouth_down - f.smile * (self.x / f.mouth_wide) ** 2
        narrow = numpy.clip(1 - (self.x / f.mouth_wide) ** 2, 0, 1)
        upper, lower = f.lip_thick * 0.8 * narrow**0.7, f.lip_thick * 1.1 * narrow**0.6
        over, under = line - self.y, self.y - line
        soft = 0.016
        in_upper = numpy.clip((upper - over) / soft, 0, 1) * (over >= 0) * (narrow > 0)
        in_lower = numpy.clip((lower - under) / soft, 0, 1) * (under >= 0) * (narrow > 0)
        self._paint(0.75 * in_upper, self.lips * 0.78)
        self._paint(0.7 * in_lower, self.lips)
        self._shade(numpy.exp(-(((self.y - line) / 0.018) ** 2)) * numpy.clip(narrow * 3, 0, 1), 0.75)
        self._shade(self._bump(0, f.mouth_down + f.lip_thick * 1.1 + 0.06, f.mouth_wide * 0.7, 0.05), 0.25)
        self._draw_beard()

    def _draw_beard(self) -> None:
        f = self.features
        if f.moustache > 0.4:
            self._paint(
                0.7 * self._bump(0, (f.nose_down + f.mouth_down) / 2 + 0.03, f.mouth_wide * 0.9, 0.055),
                self.hair * 0.8,
            )
        if f.beard > 0.5:
            chin = self._spot(0, f.chin + 0.05, 0.75, 0.45, edge=0.3) * (
                1 - self._spot(0, f.mouth_down, f.mouth_wide, 0.13, edge=0.2)
            )
            self._paint(0.75 * chin, self.hair)

    def _draw_hair(self) -> None:
        import numpy

        from drivers.cameras.sources import load_cv2

        f = self.features
        edge = f.hair_line + 0.55 * self.x**2 + f.fringe * 0.35 * self.x
        top = numpy.clip((edge - self.y) / 0.06, 0, 1)
        sides = numpy.clip((numpy.abs(self.x) - 0.86) / 0.05, 0, 1) * (self.y < f.hair_long)
        strands = self.random.normal(0, 1, self.x.shape).astype(numpy.float32)
        strands = load_cv2().GaussianBlur(strands, (0, 0), sigmaX=1.6, sigmaY=14)
        shown = numpy.maximum(numpy.maximum(top, sides), self.outside_hair)
        self._paint(shown, self.hair)
        self.colour += (shown * strands / strands.std() * 9)[..., None]

    def _draw_glasses(self, lit: numpy.ndarray) -> None:
        import numpy

        f = self.features
        if f.glasses < 0.4:
            return
        for side in (-1, 1):
            x, wide, high = side * f.eye_apart, f.eye_wide * 1.6, 0.20
            rim = self._spot(x, 0.02, wide, high, edge=0.04) - self._spot(
                x, 0.02, wide - 0.03, high - 0.03, edge=0.04
            )
            lit *= (1 - 0.85 * numpy.clip(rim, 0, 1))[..., None]
        bridge = self._spot(0, -0.04, f.eye_apart - f.eye_wide * 1.6 + 0.02, 0.018, edge=0.3)
        lit *= (1 - 0.85 * bridge)[..., None]
