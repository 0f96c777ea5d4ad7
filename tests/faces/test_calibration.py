"""A threshold that is set by a wrong measurement greets the wrong people: this measures on generated faces and on the photographs,
with every kind of file that an office puts into such a folder, and checks the limits against published values."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy
import pytest

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
    calibrate,
    measured,
)
from kiosk.faces.confidence import Rate
from kiosk.faces.engine import DLIB_5
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
