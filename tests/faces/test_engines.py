"""Both engines keep one protocol, and the second one keeps away from a file that its users may not be allowed to use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from kiosk.faces import models
from kiosk.faces.engine import (
    DIMENSIONS,
    DLIB_5,
    DLIB_68,
    ENGINES,
    SMALLEST_FACE,
    FaceBox,
    FaceEngine,
    UnknownEngine,
    make_engine,
)
from kiosk.faces.models import ModelDamaged, ModelMissing
from tests.faces.conftest import engine_named, somebody

FORBIDDEN = "68_face_landmarks"
SIZE = (640, 480)


@pytest.fixture(scope="module")
def frame() -> numpy.ndarray:
    return somebody(72).frame(scale=200, x=300, y=230, size=SIZE)


def test_a_face_is_found_where_it_is(engine: FaceEngine, frame: numpy.ndarray) -> None:
    (box,) = engine.detect(frame)
    assert box.centre == pytest.approx((300, 230), abs=60)
    assert 140 < box.width < 260
    assert box.score > 0


def test_landmarks_lie_on_it(engine: FaceEngine, frame: numpy.ndarray) -> None:
    (box,) = engine.detect(frame)
    points = engine.landmarks(frame, box)
    assert points.shape == ({DLIB_68: 68, DLIB_5: 5}[engine.name], 2)
    assert points.dtype == numpy.float32
    inside = (points > (box.left - 20, box.top - 20)) & (points < (box.right + 20, box.bottom + 20))
    assert inside.all()


def test_one_face_is_one_vector(engine: FaceEngine, frame: numpy.ndarray) -> None:
    (box,) = engine.detect(frame)
    again = somebody(72).frame(scale=180, x=330, y=250, yaw=6, size=SIZE, number=3)
    (other_box,) = engine.detect(again)
    one = engine.encode(numpy.ascontiguousarray(frame[..., ::-1]), box)
    other = engine.encode(numpy.ascontiguousarray(again[..., ::-1]), other_box)
    assert one.shape == (DIMENSIONS,) and one.dtype == numpy.float32
    assert float(numpy.linalg.norm(one - other)) < 0.4


def test_nothing_is_found_in_an_empty_hall(engine: FaceEngine) -> None:
    from drivers.emulators.faces import hall

    assert engine.detect(hall(SIZE)) == []


def test_a_model_id_tells_encoder_and_landmarks_apart(tmp_path: Path) -> None:
    ids = {name: engine_named(name).model_id for name in ENGINES}
    assert len(set(ids.values())) == len(ENGINES)
    assert ids == {name: models.model_id_of(name) for name in ENGINES}, "known without loading one"
    other = tmp_path / "other.dat"
    other.write_bytes(b"another encoder")
    assert models.model_id(other, "shape_predictor_68_face_landmarks") not in ids.values()


def test_another_encoder_file_is_taken(tmp_path: Path) -> None:
    """A copy of the one that comes along, since that is the only one there is here."""
    copy = tmp_path / "trained_elsewhere.dat"
    copy.write_bytes(models.encoder_file(None).read_bytes())
    engine = make_engine(DLIB_5, copy)
    assert engine.model_id == engine_named(DLIB_5).model_id


@pytest.mark.parametrize("name", ENGINES)
def test_an_encoder_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"nowhere\.dat") as error:
        make_engine(name, tmp_path / "nowhere.dat")
    assert error.value.code == "faces.model_missing"


def test_a_file_that_is_no_encoder_is_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.dat"
    damaged.write_bytes(models.encoder_file(None).read_bytes()[:100_000])
    with pytest.raises(ModelDamaged, match=r"damaged\.dat"):
        make_engine(DLIB_5, damaged)


def test_an_encoder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patched, since root may read everything."""

    def denied(self: Path, *more: object) -> None:
        raise PermissionError(13, "denied")

    own = tmp_path / "own.dat"
    own.write_bytes(b"an encoder")
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(ModelDamaged, match=r"own\.dat"):
        models.model_id_of(DLIB_5, own)


def test_an_engine_nobody_knows() -> None:
    with pytest.raises(UnknownEngine, match="dlib_68, dlib_5"):
        make_engine("dlib_7")


@pytest.mark.parametrize(("name", "opens"), [(DLIB_5, False), (DLIB_68, True)])
def test_which_files_an_engine_opens(name: str, opens: bool) -> None:
    """Every file that a fresh process opens is told by Python and, for what native code opens, by the kernel's own account."""
    script = f"""
import os, sys
opened = []
sys.addaudithook(lambda event, arguments: opened.append(str(arguments[0])) if event == "open" else None)
reached = []
import pathlib
from kiosk.faces import models
there = models.there
models.there = lambda path: reached.append(str(path)) or there(path)
import numpy
from kiosk.faces.engine import make_engine
engine = make_engine({name!r})
frame = numpy.zeros((120, 120, 3), numpy.uint8)
engine.detect(frame)
mapped = open("/proc/self/maps").read()
print("\\n".join(opened + reached + [mapped]))
print(sorted(sys.modules))
"""
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert "shape_predictor" in said
    assert (FORBIDDEN in said) is opens
    assert ("kiosk.faces.dlib_68" in said) is opens
    assert "face_recognition_models'" not in said.rsplit("\n", 2)[-2]


def test_the_second_engine_works_without_the_file(tmp_path: Path) -> None:
    """In a package that never had it: what is not there cannot be read."""
    there = models.encoder_file(None).parent
    package = tmp_path / "face_recognition_models"
    (package / "models").mkdir(parents=True)
    for file in there.glob("*.dat"):
        if FORBIDDEN not in file.name:
            (package / "models" / file.name).symlink_to(file)
    script = f"""
from pathlib import Path
from kiosk.faces import models
models.shipped = lambda name: models.there(Path({str(package / "models")!r}) / name)
import kiosk.faces.dlib_engine as dlib_engine
dlib_engine.shipped = models.shipped
from kiosk.faces.engine import make_engine
print(make_engine("dlib_5").name)
try:
    make_engine("dlib_68")
except models.ModelMissing as error:
    print(error.code)
"""
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert said.split() == [DLIB_5, "faces.model_missing"]


class TestBoxes:
    def test_overlap(self) -> None:
        box = FaceBox(0, 0, 100, 100)
        assert box.overlap(box) == 1.0
        assert box.overlap(FaceBox(50, 0, 150, 100)) == pytest.approx(1 / 3)
        assert box.overlap(FaceBox(100, 0, 200, 100)) == 0.0

    def test_there_and_back(self) -> None:
        box = FaceBox(10, 20, 110, 130, 0.5)
        assert box.scaled(2).scaled(0.5) == box
        assert box.moved(5, -5).moved(-5, 5) == box
        assert (box.width, box.height, box.centre) == (100, 110, (60, 75))

    def test_smallest_face_is_the_detectors(self, engine: FaceEngine) -> None:
        """A face of the size that is promised is found at full size, one of half of it is not."""
        assert engine.detect(somebody(72).frame(scale=SMALLEST_FACE + 12, size=SIZE))
        assert not engine.detect(somebody(72).frame(scale=SMALLEST_FACE / 2, size=SIZE))
