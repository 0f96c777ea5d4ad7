"""Faces that nobody has, before an emulated camera: drawn from a seed, or a photograph given a relief.

A drawn face is one that dlib's HOG detector finds at widths of 80 to 400 pixels, and whose encodings agree over its
poses. PEOPLE are seeds whose encodings differ from each other as those of strangers do.
What a drawing cannot show: how a detector does on people. It shows that the way from a camera to a name works.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.emulators.face_drawing import A_UNIT, drawn
from drivers.emulators.face_relief import Relief, turned

if TYPE_CHECKING:
    import numpy

SIZE = (1280, 720)
NOISE = 2.0
HALL_SEED = 5

# Seeds whose encodings are at least 0.5 apart from each other's in dlib's measure; those of one seed in two poses are 0.1
# to 0.25 apart. Any other seed is a face as well, at 0.3 to 0.8 from these: there are siblings among them.
PEOPLE = (72, 309, 224, 436, 230, 459, 364, 379, 313, 401, 156, 119, 396, 126, 378, 415, 376, 124, 453, 151)


class SimulatedFace:
    """One person before a camera. `detail` is how many pixels a half width of the face is drawn with: fewer are drawn faster,
    and are another person to an encoder. Drawing starts with the first frame (half a second). For one thread."""

    def __init__(self, seed: int, detail: int = A_UNIT) -> None:
        self.seed = seed
        self._detail = detail

    @staticmethod
    def from_photograph(path: Path) -> SimulatedFace:
        """The face of a photograph, found with dlib's detector and laid on the relief of an average face. Raises ValueError
        where the file is no picture or holds no face."""
        from drivers.emulators.face_photograph import PhotographedFace

        return PhotographedFace(path)

    @cached_property
    def relief(self) -> Relief:
        """Its shape and colours."""
        return drawn(self.seed, self._detail)

    def frame(
        self,
        yaw: float = 0.0,
        pitch: float = 0.0,
        x: float | None = None,
        y: float | None = None,
        scale: float = 200.0,
        size: tuple[int, int] = SIZE,
        *,
        roll: float = 0.0,
        onto: numpy.ndarray | None = None,
        number: int = 0,
        noise: float = NOISE,
    ) -> numpy.ndarray:
        """A camera's frame (height x width x 3, BGR, uint8) with this person in the hall, or before `onto`.

        `yaw` turns the head to the picture's right, `pitch` down, `roll` clockwise, in degrees; `x`, `y` is where the middle of
        the face is, in pixels (the frame's middle where not given); `scale` is the width of the face in pixels, about that of
        the box that a detector draws. `number` seeds the sensor's noise (`noise` is its deviation, of 255).
        """
        import numpy

        frame = (hall(size) if onto is None else onto).astype(numpy.float32)
        high, wide = frame.shape[:2]
        middle = (wide / 2 if x is None else x, high / 2 if y is None else y)
        self._lay_body(frame, middle, scale)
        picture, cover = turned(self.relief, yaw, pitch, roll, scale / 2)
        _lay(frame, picture, cover, middle)
        return with_noise(frame, number, noise)

    def _lay_body(self, frame: numpy.ndarray, middle: tuple[float, float], scale: float) -> None:
        """Neck and shoulders, which do not turn with the head."""
        import numpy

        from drivers.cameras.sources import load_cv2

        cv2 = load_cv2()
        random = numpy.random.default_rng((self.seed, 1))
        coat = tuple(float(part) for part in random.uniform(30, 190, 3))
        skin = self.relief.picture[self.relief.picture.shape[0] * 7 // 10, self.relief.picture.shape[1] // 2]
        unit = scale / 2
        x, y = middle
        neck = [(x - 0.55 * unit, y + 0.7 * unit), (x + 0.55 * unit, y + 2.2 * unit)]
        corners = [(round(left), round(top)) for left, top in neck]
        cv2.rectangle(frame, *corners, [float(part) * 0.6 for part in skin], -1)
        at, axes = (round(x), round(y + 3.3 * unit)), (round(2.3 * unit), round(1.75 * unit))
        cv2.ellipse(frame, at, axes, 0, 0, 360, coat, -1, cv2.LINE_AA)


def with_noise(frame: numpy.ndarray, number: int, noise: float = NOISE) -> numpy.ndarray:
    """A frame (BGR, any kind of number) as a sensor gives it: uint8, with noise of this deviation, seeded by `number`."""
    import numpy

    if noise:
        grain = _grain()
        down, right = numpy.random.default_rng(number).integers(0, 256, 2)
        rolled = numpy.roll(grain, (int(down), int(right)), (0, 1))
        rows, columns = frame.shape[:2]
        repeated = numpy.tile(rolled, (rows // 512 + 1, columns // 512 + 1))[:rows, :columns]
        frame = frame + noise * repeated[..., None]
    seen: numpy.ndarray = numpy.clip(frame, 0, 255).astype(numpy.uint8)
    return seen


@lru_cache(maxsize=1)
def _grain() -> numpy.ndarray:
    """Noise of deviation 1. Drawn once: a frame takes it at an offset of its own."""
    import numpy

    return numpy.random.default_rng(0).normal(0, 1, (512, 512)).astype(numpy.float32)


@lru_cache(maxsize=4)
def hall(size: tuple[int, int] = SIZE) -> numpy.ndarray:
    """The hall behind whoever comes (height x width x 3, BGR, uint8): a wall, a door, notices. Do not write into it."""
    import numpy

    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    wide, high = size
    random = numpy.random.default_rng(HALL_SEED)
    wall = numpy.linspace(205, 150, high, dtype=numpy.float32)[:, None, None] * numpy.array(
        [0.94, 0.98, 1.0], numpy.float32
    )
    picture = numpy.repeat(wall, wide, axis=1)
    left, top = round(wide * 0.06), round(high * 0.12)
    cv2.rectangle(picture, (left, top), (left + wide // 6, high), (95, 115, 135), -1)
    for column in range(4):
        at = round(wide * (0.62 + 0.09 * column))
        colour = tuple(float(part) for part in random.uniform(90, 240, 3))
        cv2.rectangle(picture, (at, top), (at + wide // 16, top + high // 6), colour, -1)
        for line in range(5):
            under = top + 14 + line * high // 40
            cv2.line(picture, (at + 6, under), (at + wide // 16 - 8, under), (70, 70, 70), 2)
    cv2.rectangle(picture, (0, round(high * 0.86)), (wide, high), (120, 130, 140), -1)
    hall_seen: numpy.ndarray = cv2.GaussianBlur(picture, (0, 0), 2.0).astype(numpy.uint8)
    hall_seen.flags.writeable = False
    return hall_seen


def _lay(
    frame: numpy.ndarray, picture: numpy.ndarray, cover: numpy.ndarray, middle: tuple[float, float]
) -> None:
    """Lays the picture over the frame (float32) with its middle at `middle`, to a fraction of a pixel; what goes beyond the
    frame is cut off."""
    import numpy

    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    high, wide = picture.shape[:2]
    left, top = middle[0] - wide / 2, middle[1] - high / 2
    column, row = int(numpy.floor(left)), int(numpy.floor(top))
    shift = numpy.array([[1, 0, left - column], [0, 1, top - row]], numpy.float32)
    picture = cv2.warpAffine(picture, shift, (wide + 1, high + 1), borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpAffine(cover, shift, (wide + 1, high + 1))
    rows = slice(max(0, -row), max(0, min(high + 1, frame.shape[0] - row)))
    columns = slice(max(0, -column), max(0, min(wide + 1, frame.shape[1] - column)))
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return
    under = frame[rows.start + row : rows.stop + row, columns.start + column : columns.stop + column]
    under += cover[rows, columns, None] * (picture[rows, columns] - under)
