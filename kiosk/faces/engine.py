"""What a face engine is: it finds faces in a picture, their landmarks, and the 128 numbers that tell people apart.

Two engines keep this protocol, and one setting chooses between them:

| name      | landmarks by                                | licence of the landmark file                                     |
|-----------|---------------------------------------------|------------------------------------------------------------------|
| `dlib_68` | `shape_predictor_68_face_landmarks.dat`     | trained on iBUG 300-W, which excludes commercial use             |
| `dlib_5`  | `shape_predictor_5_face_landmarks.dat`      | public domain (CC0); the 68-point file is never opened           |

Vectors of one engine mean nothing to another, so each says its `model_id`. Source of the encoder: dlib's
`dlib_face_recognition_resnet_model_v1.dat`, a residual network that maps one person's pictures nearer than 0.6 to each other.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    import numpy

DIMENSIONS = 128
DLIB_68, DLIB_5 = "dlib_68", "dlib_5"
ENGINES = (DLIB_68, DLIB_5)
# A picture is searched at its own size for faces of about this many pixels and more: dlib's window is 80 pixels wide, and
# what it calls a face begins at 73.
SMALLEST_FACE = 73


@dataclass(frozen=True, slots=True)
class FaceBox:
    """Where a face is, from brows to chin, in pixels of the picture; `right` and `bottom` are the first pixels outside.
    It may reach beyond the picture. `score` is the detector's confidence: above 0, and above 1 for a clear frontal face."""

    left: int
    top: int
    right: int
    bottom: int
    score: float = 0.0

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def scaled(self, factor: float) -> FaceBox:
        """The same face in a picture that is `factor` times as large."""
        return FaceBox(
            round(self.left * factor),
            round(self.top * factor),
            round(self.right * factor),
            round(self.bottom * factor),
            self.score,
        )

    def moved(self, right: int, down: int) -> FaceBox:
        """The same face in a picture that begins so many pixels further left and up."""
        return FaceBox(self.left + right, self.top + down, self.right + right, self.bottom + down, self.score)

    def overlap(self, other: FaceBox) -> float:
        """Intersection over union, 0 to 1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        both = width * height
        return both / (self.width * self.height + other.width * other.height - both)


class FaceEngine(Protocol):
    """One engine. It is used by one thread; pictures are height x width x 3 uint8 RGB, or height x width grey where said."""

    name: str

    @property
    def model_id(self) -> str:
        """SHA-256 of the encoder file and the name of the landmark model: whose vectors these are."""
        ...

    def detect(self, picture: numpy.ndarray) -> list[FaceBox]:
        """Faces of SMALLEST_FACE pixels and more in an RGB or a grey picture, the clearest first."""
        ...

    def landmarks(self, picture: numpy.ndarray, box: FaceBox) -> numpy.ndarray:
        """The landmarks of this face in an RGB or a grey picture: points x 2 float32, x before y, in pixels."""
        ...

    def encode(self, rgb: numpy.ndarray, box: FaceBox) -> numpy.ndarray:
        """128 float32 of this face. About 110 ms, during which no other thread of the process runs."""
        ...


def make_engine(name: str, encoder: Path | None = None) -> FaceEngine:
    """The engine of this name, loaded from disk in about a second; `encoder` takes the place of the encoder that comes
    with it. Raises UnknownEngine, ModelMissing and ModelDamaged."""
    if name not in ENGINES:
        raise UnknownEngine(f"no face engine {name!r}; there are: {', '.join(ENGINES)}")
    # Each engine in a module of its own, so that the one in use does not even import the other's landmark file name.
    module: Any = importlib.import_module(f"kiosk.faces.{name}")
    return cast(FaceEngine, module.load(encoder))


class UnknownEngine(Exception):
    """No engine has this name."""
