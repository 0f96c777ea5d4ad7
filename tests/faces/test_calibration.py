"""A threshold that is set by a wrong measurement greets the wrong people: this measures on generated faces and on the photographs,
with every kind of file that an office puts into such a folder, and checks the limits against published values."""

from __future__ import annotations

import json
import struct
import tomllib
import zlib
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image

from drivers.cameras.sources import load_cv2
from drivers.emulators.faces import PEOPLE, hall
from kiosk.cli import main
from kiosk.config import FrontDeskSection
from kiosk.faces.calibration import (
    ENOUGH_PEOPLE,
    NO_FACE,
    NO_FOLDER,
    SEVERAL_FACES,
    TOO_FEW,
    UNREADABLE,
    CalibrationImpossible,
    Person,
    RefusedPicture,
    calibrate,
    measured,
    person,
)
from kiosk.faces.confidence import Rate
from kiosk.faces.engine import DLIB_5, FaceBox
from kiosk.faces.matching import ASSUMED, Strangers, threshold
from kiosk.faces.simulator import People
from kiosk.faces_command import _settings_lines
from tests.faces.conftest import engine_named, somebody

SIZE = (420, 360)


def keep(path: Path, frame: numpy.ndarray) -> None:
    done, encoded_picture = load_cv2().imencode(".png", frame)
    assert done
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(encoded_picture.tobytes())


def twelve_faces() -> numpy.ndarray:
    frame = hall((1200, 660))
    face = somebody(PEOPLE[0])
    for number in range(12):
        x, y = 120 + 190 * (number % 6), 130 + 330 * (number // 6)
        frame = face.frame(x=x, y=y, scale=110, onto=frame)
    return frame


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people with two pictures each, and what does not belong there."""
    top = tmp_path_factory.mktemp("人像")
    for name, seed in (("甲", PEOPLE[0]), ("乙", PEOPLE[1])):
        face = somebody(seed)
        keep(top / name / "1.png", face.frame(scale=180, size=SIZE))
        keep(top / name / "2.png", face.frame(yaw=9, scale=150, size=SIZE, number=2))
    keep(top / "乙" / "empty-hall.png", hall(SIZE))
    keep(top / "乙" / "twelve.png", twelve_faces())
    (top / "甲" / "letter.jpg").write_text("not a picture", encoding="utf-8")
    (top / "甲" / "nothing.png").touch()
    (top / "notes.txt").write_text("beside the folders", encoding="utf-8")
    return top


def test_pictures_that_cannot_be_used_are_told_by_name(folder: Path) -> None:
    calibration = calibrate(folder, engine_named(DLIB_5), enrolled=5)
    told = {(each.name, each.code, each.faces) for each in calibration.refused}
    assert told == {
        ("甲/letter.jpg", UNREADABLE, 0),
        ("甲/nothing.png", UNREADABLE, 0),
        ("乙/empty-hall.png", NO_FACE, 0),
        ("乙/twelve.png", SEVERAL_FACES, 12),
    }
    assert (calibration.people, calibration.pictures) == (2, 4)
    assert [(each.missed.trials, each.false.trials) for each in calibration.at] == [(2, 4), (2, 4)]


@pytest.fixture
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command takes the engine that the tests have loaded already."""
    monkeypatch.setattr("kiosk.faces.engine.make_engine", lambda name, encoder: engine_named(name))


@pytest.mark.usefixtures("loaded_once")
def test_the_command_says_the_same_in_words_and_as_json(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["faces", "calibrate", str(folder), "--enrolled", "5", "--engine", "dlib_5"]
    assert main([*arguments, "--locale", "en"]) == 1, "pictures had to be left out"
    out = capsys.readouterr().out
    assert "甲/letter.jpg: picture.unreadable" in out
    assert "乙/twelve.png: picture.several_faces, 12 faces" in out
    assert f"Proposed threshold for 5 enrolled: {threshold(5):.3f}" in out
    assert out.splitlines()[-2:] == ["strangers_mean = 0", "strangers_deviation = 0"], (
        "two people tell nothing"
    )
    assert main([*arguments, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["engine"] == "dlib_5"
    assert told["at"][0]["missed"] == {
        "count": 0,
        "trials": 2,
        "share": 0.0,
        "lower": 0.0,
        "upper": Rate(0, 2).upper,
    }


@pytest.mark.usefixtures("loaded_once")
@pytest.mark.parametrize("wrong", ["missing", "empty", "one_person"])
def test_a_folder_that_shows_nothing_is_refused(
    wrong: str, tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / wrong
    if wrong != "missing":
        place.mkdir()
    if wrong == "one_person":
        (place / "甲").symlink_to(folder / "甲")
    code = NO_FOLDER if wrong == "missing" else TOO_FEW
    with pytest.raises(CalibrationImpossible) as refused:
        calibrate(place, engine_named(DLIB_5), enrolled=5)
    assert refused.value.code == code
    if wrong == "missing":
        assert main(["faces", "calibrate", str(place), "--engine", DLIB_5]) == 2
        assert code in capsys.readouterr().err


def test_an_encoder_that_is_not_there_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["faces", "calibrate", str(folder), "--encoder", str(tmp_path / "none.dat")]) == 2
    assert "faces.model_missing" in capsys.readouterr().err


def people_measured(count: int, seed: int = 7) -> list[Person]:
    simulated = People(seed)
    points = simulated.strangers(count)
    looks = [simulated.looks(points) for _ in range(2)]
    return [Person(str(number), tuple(look[number] for look in looks)) for number in range(count)]


def test_few_people_do_not_move_the_threshold_and_many_do() -> None:
    few = measured(people_measured(ENOUGH_PEOPLE - 1), (), enrolled=50)
    assert not few.is_measured and few.strangers == ASSUMED
    assert few.proposed == pytest.approx(threshold(50))
    many = measured(people_measured(200), (), enrolled=50)
    assert many.is_measured
    assert many.proposed < threshold(50), "these strangers are more alike than the assumed ones"
    assert many.at[0].false.count == 0


def test_what_the_command_prints_sets_the_threshold_that_it_proposes() -> None:
    calibration = measured(people_measured(ENOUGH_PEOPLE), (), enrolled=50)
    section = FrontDeskSection.model_validate(tomllib.loads("\n".join(_settings_lines(calibration))))
    chosen = Strangers(section.strangers_mean, section.strangers_deviation)
    assert threshold(50, chosen) == pytest.approx(calibration.proposed, abs=0.001)
    assert threshold(50, chosen) != pytest.approx(threshold(50), abs=0.001)


def test_more_enrolled_need_a_stricter_threshold() -> None:
    people = people_measured(40)
    proposed = [measured(people, (), enrolled).proposed for enrolled in (5, 50, 1752)]
    assert proposed == sorted(proposed, reverse=True)


def test_limits_are_those_of_clopper_and_pearson() -> None:
    assert Rate(0, 10_000).upper == pytest.approx(0.00029953, rel=1e-4)  # the rule of three
    assert Rate(0, 10_000).lower == 0.0
    # 5 of 100: 95 percent one-sided limits are the quantiles of Beta(5, 96) and Beta(6, 95).
    assert Rate(5, 100).lower == pytest.approx(0.0199, abs=1e-4)
    assert Rate(5, 100).upper == pytest.approx(0.1023, abs=1e-4)
    assert Rate(10, 10).upper == 1.0
    assert Rate(0, 0).upper == 1.0


def test_one_photograph_enrolled_finds_the_others_at_the_proposed_threshold(
    photographs: Path, tmp_path: Path
) -> None:
    """A few of them, by one engine; test_photographs.py takes all, by both."""
    for name in ("p1/1.jpg", "p1/2.jpg", "p3/1.jpg", "p3/2.jpg", "groups/p4+p5.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(photographs / name)
    calibration = calibrate(tmp_path, engine_named(DLIB_5), enrolled=5)
    assert {each.name for each in calibration.refused} == {"groups/p4+p5.jpg"}
    assert calibration.people == 2
    proposed = calibration.at[0]
    assert proposed.distance == calibration.proposed
    assert proposed.missed.count == 0 and proposed.false.count == 0


# --- what an office puts into such a folder -----------------------------------------------------------------------------


class NoFaces:
    """An engine that sees nobody, in no time."""

    name, model_id = DLIB_5, "none"

    def detect(self, picture: numpy.ndarray) -> list[FaceBox]:
        return []

    def landmarks(self, picture: numpy.ndarray, box: FaceBox) -> numpy.ndarray:
        raise AssertionError(box)

    def encode(self, rgb: numpy.ndarray, box: FaceBox) -> numpy.ndarray:
        raise AssertionError(box)


def refused_of(folder: Path) -> list[RefusedPicture]:
    refused: list[RefusedPicture] = []
    person(folder, NoFaces(), refused.append)
    return refused


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (2, 9000)])
def test_a_picture_of_one_line_shows_nobody(tmp_path: Path, size: tuple[int, int]) -> None:
    keep(tmp_path / "甲" / "thin.png", numpy.zeros((*size, 3), numpy.uint8))
    assert refused_of(tmp_path / "甲") == [RefusedPicture("甲/thin.png", NO_FACE)]


def test_a_picture_that_would_fill_the_memory_is_not_unfolded(tmp_path: Path) -> None:
    """Some thirty kilobytes that would be two and a half gigabytes."""
    (tmp_path / "bomb.png").write_bytes(white_png(30_000, 30_000))
    assert refused_of(tmp_path) == [RefusedPicture(f"{tmp_path.name}/bomb.png", UNREADABLE)]


def test_a_file_longer_than_any_picture_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "film.mp4").open("wb") as file:
        file.truncate(1 << 40)  # a hole: nothing of it is on the disk
    assert refused_of(tmp_path) == [RefusedPicture(f"{tmp_path.name}/film.mp4", UNREADABLE)]


def test_a_name_that_cannot_be_printed_is_told_as_far_as_it_can(tmp_path: Path) -> None:
    """Names from an archive of another system are bytes that are no UTF-8; others would colour the technician's screen."""
    (tmp_path / "甲\udcd5.jpg").write_bytes(b"none")
    (tmp_path / "乙\x1b[31m\n.jpg").write_bytes(b"none")
    told = {each.name.removeprefix(f"{tmp_path.name}/") for each in refused_of(tmp_path)}
    assert told == {"甲\\udcd5.jpg", "乙\\x1b[31m\\n.jpg"}
    assert all(name.encode() and name.isprintable() for name in told)


def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patched, since root may read everything."""

    def denied(self: Path) -> None:
        raise PermissionError(13, "denied")

    (tmp_path / "甲").mkdir()
    monkeypatch.setattr(Path, "iterdir", denied)
    assert refused_of(tmp_path / "甲") == [RefusedPicture("甲/", UNREADABLE)]
    with pytest.raises(CalibrationImpossible) as refused:
        calibrate(tmp_path, NoFaces(), enrolled=5)
    assert refused.value.code == NO_FOLDER


@pytest.mark.usefixtures("loaded_once")
def test_what_was_left_out_is_told_though_nothing_could_be_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("甲/letter.jpg", "乙/照片.jpg"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("not a picture", encoding="utf-8")
    assert main(["faces", "calibrate", str(tmp_path), "--engine", DLIB_5, "--locale", "en"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "甲/letter.jpg: picture.unreadable" in said.err and "乙/照片.jpg: picture.unreadable" in said.err
    assert said.err.splitlines()[-1].startswith("calibration.too_few")


def test_an_encoder_that_is_none_is_named_with_its_path(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "编码.dat"
    wrong.write_bytes(b"none")
    assert main(["faces", "calibrate", str(folder), "--engine", DLIB_5, "--encoder", str(wrong)]) == 2
    said = capsys.readouterr().err
    assert "faces.model_damaged" in said and str(wrong) in said


@pytest.mark.usefixtures("loaded_once")
def test_limits_are_told_as_what_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each holds for itself at 95 percent: the two of them together are no interval of 95 percent."""
    main(["faces", "calibrate", str(folder), "--engine", DLIB_5, "--locale", "en"])
    upper = Rate(0, 4).upper
    assert f"each limit at 95%: at least 0.000%, at most {upper:.3%}" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["cmyk", "grey", "alpha", "palette", "deep", "turned"])
def test_every_kind_of_picture_is_the_same_face(tmp_path: Path, kind: str) -> None:
    rgb = numpy.ascontiguousarray(somebody(PEOPLE[0]).frame(scale=180, size=SIZE)[..., ::-1])
    plain = Image.fromarray(rgb)
    about: dict[str, Any] = {}
    match kind:
        case "cmyk":
            other, about = plain.convert("CMYK"), {"quality": 95}
        case "grey":
            other = plain.convert("L")
        case "alpha":
            other = plain.convert("RGBA")
        case "palette":
            other = plain.convert("P")
        case "deep":
            other = Image.fromarray(numpy.asarray(plain.convert("L")).astype(numpy.uint16) * 257)
        case _:
            turned = Image.Exif()
            turned[0x0112] = 6  # its top is at the right: EXIF 2.32, Orientation
            other, about = plain.transpose(Image.Transpose.ROTATE_90), {"exif": turned, "quality": 95}
    (tmp_path / "plain").mkdir()
    plain.save(tmp_path / "plain" / "1.png")
    (tmp_path / kind).mkdir()
    other.save(tmp_path / kind / ("1.jpg" if about else "1.png"), **about)
    refused: list[RefusedPicture] = []
    (one,), (same,) = (
        person(tmp_path / name, engine_named(DLIB_5), refused.append).vectors for name in ("plain", kind)
    )
    assert refused == []
    assert float(numpy.linalg.norm(one - same)) < 0.15


def white_png(width: int, height: int) -> bytes:
    """A grey PNG of one bit a pixel, packed as it is made: no test needs its memory either."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    line = b"\0" + b"\xff" * ((width + 7) // 8)
    rows = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
