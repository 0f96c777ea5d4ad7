"""What the tests of recognition share: each engine is loaded once, and each photograph encoded once, in a test run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy
import pytest

from drivers.cameras.sources import load_cv2
from drivers.emulators.faces import SimulatedFace
from kiosk.faces.engine import DLIB_5, ENGINES, FaceBox, FaceEngine, make_engine

PHOTOGRAPHS = Path(
    os.environ.get("SERVICE_HALL_FACES", Path(__file__).resolve().parents[3] / "shared" / "faces")
)
# Photographs are looked at no larger than this: a face of a hundred pixels is as good as one of five hundred.
LONGEST_SIDE = 800
# Enough for faces of up to 200 pixels, and drawn four times as fast as what is drawn for nearer ones.
DETAIL = 110


@cache
def engine_named(name: str) -> FaceEngine:
    """The engine, loaded once."""
    return make_engine(name)


@cache
def somebody(seed: int, detail: int = DETAIL) -> SimulatedFace:
    """A drawn person, drawn once."""
    return SimulatedFace(seed, detail)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> FaceEngine:
    """Both engines, one after the other: what one can, the other must."""
    return engine_named(request.param)


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """As in the process: what is measured here must not be faster than it is there."""
    cv2 = load_cv2()
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


@pytest.fixture(scope="session")
def photographs() -> Path:
    """The folder of photographs of five people, beside the project."""
    if not PHOTOGRAPHS.is_dir():
        pytest.skip(f"no photographs of people in {PHOTOGRAPHS}; SERVICE_HALL_FACES may name their folder")
    return PHOTOGRAPHS


@cache
def picture_of(path: Path) -> numpy.ndarray:
    """A photograph as height x width x 3 uint8, BGR."""
    cv2 = load_cv2()
    pixels = cv2.imread(str(path))
    assert pixels is not None, path
    scale = min(1.0, LONGEST_SIDE / max(pixels.shape))
    resized: numpy.ndarray = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return resized


@cache
def encoded(engine_name: str, path: Path) -> tuple[tuple[FaceBox, numpy.ndarray], ...]:
    """Every face of a photograph with its vector, the clearest first."""
    engine = engine_named(engine_name)
    rgb = load_cv2().cvtColor(picture_of(path), load_cv2().COLOR_BGR2RGB)
    return tuple((box, engine.encode(rgb, box)) for box in found_in(path))


@cache
def found_in(path: Path) -> tuple[FaceBox, ...]:
    """Every face of a photograph, the clearest first: both engines find faces by the same detector."""
    return tuple(engine_named(DLIB_5).detect(load_cv2().cvtColor(picture_of(path), load_cv2().COLOR_BGR2RGB)))
