"""`kiosk faces calibrate FOLDER`: how well faces are told apart here, and the threshold that follows.

It needs no running terminal and no camera. What it says about pictures it cannot use, it says by name and code.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.config import Settings
from kiosk.i18n import LOCALES, Translator

if TYPE_CHECKING:
    from kiosk.faces.calibration import AtThreshold, Calibration, RefusedPicture
    from kiosk.faces.confidence import Rate

OK, FAULTY, UNUSABLE = 0, 1, 2
ENROLLED = 50
DLIB_68, DLIB_5 = "dlib_68", "dlib_5"

_WORDS = {
    "measured": (
        "{people} 人，{pictures} 张照片，引擎 {engine}",
        "{people} people, {pictures} pictures, engine {engine}",
    ),
    "faces": ("{name}：{code}，{faces} 张人脸。{what}", "{name}: {code}, {faces} faces. {what}"),
    "missed": ("认不出本人", "missed matches"),
    "false": ("认成别人", "false matches"),
    "at": ("阈值 {distance:.3f}", "threshold {distance:.3f}"),
    # Each holds for itself: together they are an interval of 90 percent.
    "limits": (
        "单侧 95%：至少 {lower:.3%}，至多 {upper:.3%}",
        "each limit at 95%: at least {lower:.3%}, at most {upper:.3%}",
    ),
    "proposed": (
        "登记 {enrolled} 人时建议阈值：{proposed:.3f}",
        "Proposed threshold for {enrolled} enrolled: {proposed:.3f}",
    ),
    "from_here": (
        "依据：本次测得的陌生人距离（均值 {mean:.3f}，标准差 {deviation:.4f}，取不利界限）",
        "It follows from strangers' distances as measured here (mean {mean:.3f}, deviation {deviation:.4f}, unfavourable limits)",
    ),
    "from_elsewhere": (
        "人数太少，不能由本次照片推算：按通常的陌生人距离（均值 {mean:.3f}，标准差 {deviation:.4f}）",
        "Too few people to follow from these pictures: the usual distances of strangers (mean {mean:.3f}, deviation {deviation:.4f})",
    ),
    "to_paste": ("写入终端配置文件的 [front_desk] 一节：", "For [front_desk] in the terminal's file:"),
}


def run(chosen: argparse.Namespace, settings: Settings | None) -> int:
    """The command. 0: measured; 1: measured, but pictures had to be left out; 2: it could not be done."""
    return _calibrate(chosen, settings, Translator(settings.terminal.locale if settings else chosen.locale))


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command. This module is loaded for every other command as well, so what is heavy waits."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    calibrate = commands.add_parser("calibrate", help="measure a folder of photographs, one folder a person")
    calibrate.add_argument("folder", type=Path)
    calibrate.add_argument(
        "--enrolled", type=_count, default=ENROLLED, metavar="N", help="how many people will be enrolled"
    )
    calibrate.add_argument("--engine", choices=(DLIB_68, DLIB_5), help="else what the configuration says")
    calibrate.add_argument("--encoder", type=Path, metavar="FILE", help="another encoder of dlib's kind")
    calibrate.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    calibrate.add_argument("--config", type=Path, help="the terminal's TOML file")
    calibrate.add_argument("--locale", choices=LOCALES, default="zh_CN", help="without a configuration")


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError(text)
    return count


def _calibrate(chosen: argparse.Namespace, settings: Settings | None, translator: Translator) -> int:
    from kiosk.faces.calibration import CalibrationImpossible, calibrate
    from kiosk.faces.engine import make_engine
    from kiosk.faces.models import ModelDamaged, ModelMissing

    desk = settings.front_desk if settings else None
    engine_name = chosen.engine or (desk.engine if desk else DLIB_68)
    encoder = chosen.encoder or (Path(desk.encoder) if desk and desk.encoder else None)
    try:
        calibration = calibrate(chosen.folder, make_engine(engine_name, encoder), chosen.enrolled)
    except CalibrationImpossible as error:
        for picture in error.refused:
            print(_refused(picture, translator), file=sys.stderr)
        print(_sentence(error.code, translator), file=sys.stderr)
        return UNUSABLE
    except (ModelMissing, ModelDamaged) as error:
        print(f"{_sentence(error.code, translator)} {error}", file=sys.stderr)
        return UNUSABLE
    if chosen.json:
        print(json.dumps(_as_json(calibration, engine_name), ensure_ascii=False))
    else:
        print("\n".join(_table(calibration, engine_name, translator)))
    return FAULTY if calibration.refused else OK


def _sentence(code: str, translator: Translator) -> str:
    what, next_step = translator.sentence(code)
    return f"{code}: {what}. {next_step}.".replace("\n", " ")


def _refused(picture: RefusedPicture, translator: Translator) -> str:
    what = translator.sentence(picture.code)[0].replace("\n", " ")
    words = translator.of(*_WORDS["faces"])
    return words.format(name=picture.name, code=picture.code, faces=picture.faces, what=what)


def _as_json(calibration: Calibration, engine_name: str) -> dict[str, Any]:
    told = asdict(calibration) | {"engine": engine_name}
    for each, at in zip(told["at"], calibration.at, strict=True):
        for name, rate in (("missed", at.missed), ("false", at.false)):
            each[name] |= {"share": rate.share, "lower": rate.lower, "upper": rate.upper}
    return told


def _table(calibration: Calibration, engine_name: str, translator: Translator) -> list[str]:
    def say(word: str, **values: object) -> str:
        return translator.of(*_WORDS[word]).format(**values)

    def rate(name: str, rate: Rate) -> str:
        limits = say("limits", lower=rate.lower, upper=rate.upper)
        return f"  {say(name)}  {rate.count}/{rate.trials} = {rate.share:.3%}  ({limits})"

    def at(each: AtThreshold) -> list[str]:
        return [
            say("at", distance=each.distance),
            rate("missed", each.missed),
            rate("false", each.false),
        ]

    strangers = calibration.strangers
    basis = "from_here" if calibration.is_measured else "from_elsewhere"
    return [
        *(_refused(picture, translator) for picture in calibration.refused),
        say("measured", people=calibration.people, pictures=calibration.pictures, engine=engine_name),
        *(line for each in calibration.at for line in at(each)),
        say("proposed", enrolled=calibration.enrolled, proposed=calibration.proposed),
        say(basis, mean=strangers.mean, deviation=strangers.deviation),
        say("to_paste"),
        *_settings_lines(calibration),
    ]


def _settings_lines(calibration: Calibration) -> list[str]:
    """What the terminal's file has to say for this threshold: 0 are the usual distances of strangers."""
    strangers = calibration.strangers
    figures = (strangers.mean, strangers.deviation) if calibration.is_measured else (0.0, 0.0)
    return [
        f"strangers_{name} = {value:.4g}" for name, value in zip(("mean", "deviation"), figures, strict=True)
    ]
