"""`kiosk devices`: finding what is plugged in, taking a case file from a running terminal, playing one back, and teaching
a receiver its call buttons.

`scan` and `replay` need no configuration: they are for the technician with a box of mixed devices.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from drivers.kinds import DeviceType
from kiosk.config import Settings
from kiosk.config_devices import SLOT_TYPES, DeviceSection
from kiosk.i18n import LOCALES, Translator

if TYPE_CHECKING:
    from drivers.base import ButtonPressed, ButtonReceiver
    from drivers.replay import Played
    from kiosk.services.cases import Case

OK, FAULTY, UNUSABLE = 0, 1, 2
EXPORT_S = 10.0
LEARN_S = 60.0
RECEIVERS = [slot for slot, device in SLOT_TYPES.items() if device is DeviceType.BUTTON_RECEIVER]


def run(chosen: argparse.Namespace, settings: Settings | None) -> int:
    """The command. 0: done and well; 1: a device, or a case, that ends in an error; 2: it could not be done."""
    translator = Translator(settings.terminal.locale if settings else chosen.locale)
    act: Callable[[argparse.Namespace, Settings | None, Translator], int] = chosen.act
    return act(chosen, settings, translator)


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command. This module is loaded for every other command as well, so what is heavy waits."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    scan = commands.add_parser("scan", help="ask every port what is there; disturbs no running terminal")
    scan.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    scan.add_argument(
        "--ports",
        type=Path,
        action="append",
        default=[],
        metavar="DIRECTORY",
        help="serial ports here as well; emulated devices keep theirs in a directory",
    )
    scan.add_argument("--listen", type=float, default=0.0, metavar="SECONDS", help="wait for cards and codes")
    scan.add_argument("address", nargs="*", metavar="HOST:PORT", help="network printers to ask as well")
    scan.set_defaults(act=_scan)
    export = commands.add_parser("export", help="write a case file: what a device said lately, redacted")
    export.add_argument("slot", help="as in the configuration: card_reader, receipt_printer, …")
    export.add_argument("file", type=Path)
    export.set_defaults(act=_export)
    replayed = commands.add_parser("replay", help="play a case file against its driver")
    replayed.add_argument("case", type=Path)
    replayed.add_argument("--json", action="store_true", help="one JSON object a line")
    replayed.set_defaults(act=_replay)
    learn = commands.add_parser("learn", help="add a call button to the list, while the terminal is stopped")
    learn.add_argument("slot", choices=RECEIVERS)
    learn.add_argument("--remark", default="", help="where the button hangs")
    learn.add_argument("--within", type=float, default=LEARN_S, metavar="SECONDS")
    learn.set_defaults(act=_learn)
    for each in (scan, export, replayed, learn):
        each.add_argument("--config", type=Path, help="the terminal's TOML file; needed for export and learn")
        each.add_argument("--locale", choices=LOCALES, default="zh_CN", help="without a configuration")


def _complain(code: str, translator: Translator) -> int:
    what, next_step = translator.sentence(code)
    print(f"{code}: {_in_one_line(what)}. {_in_one_line(next_step)}.", file=sys.stderr)
    return UNUSABLE


def _in_one_line(sentence: str) -> str:
    return sentence.replace("\n", " ").rstrip("。.")


# --- scan -------------------------------------------------------------------------------------------------------------


def _scan(chosen: argparse.Namespace, settings: Settings | None, translator: Translator) -> int:
    from drivers.finding import scan
    from kiosk.devices_table import table

    if chosen.listen:
        print(translator.text("Lay a card on each reader now, and scan a code."), file=sys.stderr)
    found = scan(directories=chosen.ports, addresses=chosen.address, listen_s=chosen.listen)
    if chosen.json:
        print(json.dumps({"found": [asdict(finding) for finding in found]}, ensure_ascii=False))
    else:
        sys.stdout.write(table(found, translator))
    return OK if any(finding.kind for finding in found) else FAULTY


# --- export -----------------------------------------------------------------------------------------------------------


def _export(chosen: argparse.Namespace, settings: Settings | None, translator: Translator) -> int:
    from kiosk.services.status import ask

    if settings is None:
        return _complain("config.missing", translator)
    try:
        answer = ask(
            settings.terminal.data_dir / "status.sock", EXPORT_S, {"ask": "case", "slot": chosen.slot}
        )
    except (OSError, ValueError):
        return _complain("terminal.not_running", translator)
    if "text" not in answer:
        return _complain(str(answer.get("code", "case.damaged")), translator)
    chosen.file.write_text(answer["text"], encoding="utf-8")
    print(chosen.file)
    return OK


# --- replay -----------------------------------------------------------------------------------------------------------


def _replay(chosen: argparse.Namespace, settings: Settings | None, translator: Translator) -> int:
    from drivers.kinds import OptionError
    from drivers.replay import NotReplayable, replay
    from kiosk.services.cases import CaseDamaged, read_case

    try:
        case = read_case(chosen.case)
        played = replay(case.kind, _options(case), case.lines)
    except FileNotFoundError:
        return _complain("case.missing", translator)
    except (CaseDamaged, OSError, ValueError) as error:
        code = "case.kind" if isinstance(error, OptionError) else CaseDamaged.code
        return _complain(code, translator)
    except NotReplayable:
        return _complain("case.no_wire", translator)
    for line in _told(case, played, translator, as_json=chosen.json):
        print(line)
    return FAULTY if played and played[-1].code else OK


def _options(case: Case) -> Mapping[str, Any]:
    """What was taken out of the case has its default here."""
    from kiosk.services.cases import MASKED

    return {name: value for name, value in case.options.items() if value != MASKED}


def _told(case: Case, played: Sequence[Played], translator: Translator, *, as_json: bool) -> list[str]:
    if as_json:
        return [json.dumps(asdict(each), ensure_ascii=False) for each in played]
    lines = [f"{case.slot}: {case.kind}, {len(case.lines)} lines, {case.code or 'ok'}"]
    for each in played:
        said = f"{each.at_ms / 1000:10.3f} s  {each.what} {each.code}".rstrip()
        lines.append(f"{said}  {translator.sentence(each.code)[0]}" if each.code else said)
    return lines


# --- learn ------------------------------------------------------------------------------------------------------------


def _learn(chosen: argparse.Namespace, settings: Settings | None, translator: Translator) -> int:
    """The terminal reads its list of buttons when it opens the receiver, and holds the port: so it is stopped meanwhile."""
    from drivers.base import DeviceError
    from drivers.buttons.codes import Button, add_to_list

    if settings is None:
        return _complain("config.missing", translator)
    section = settings.devices.filled().get(chosen.slot)
    if section is None:
        return _complain("case.no_slot", translator)
    kept_in = str(section.options.get("buttons_file", ""))
    if not kept_in:
        return _complain("button.no_file", translator)
    print(translator.text("Press one call button three times, a moment between."), file=sys.stderr)
    try:
        pressed = _learned(section, chosen.within)
        if pressed is None:
            _complain("button.not_learned", translator)
            return FAULTY
        button = Button(pressed.address, pressed.key)
        add_to_list(Path(kept_in), button, chosen.remark)
    except DeviceError as error:
        return _complain(error.reason, translator)
    except OSError:
        return _complain("button.no_file", translator)
    print(button)
    return OK


def _learned(section: DeviceSection, within_s: float) -> ButtonPressed | None:
    from drivers import registry

    receiver = cast("ButtonReceiver", registry.make(section.kind, section.options))
    try:
        receiver.open()
        return receiver.learn(within_s)
    finally:
        receiver.close()
