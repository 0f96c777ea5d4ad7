"""`kiosk doctor`: how this terminal is, looked at from outside its screen, beside a running terminal or without one.

Devices are asked about at the running terminal; without one each is probed. With `--json` it prints one object: the
whole report, signed by the terminal's key where there is one, and the short text of its QR code.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping
from typing import Any
from unicodedata import east_asian_width

from drivers import registry
from drivers.base import DeviceStatus, Health
from drivers.finding import ask as ask_port
from drivers.finding.found import FOREIGN, SILENT
from drivers.kinds import DeviceType, Link
from kiosk.config import Settings
from kiosk.config_devices import DeviceSection
from kiosk.i18n import Translator
from kiosk.services.diagnosis import Item, Report, Severity
from kiosk.services.examination import examine
from kiosk.services.signed_report import sign
from kiosk.services.status import ask
from offline_cache.identity import TerminalKey

WELL, FAULTY = 0, 1
PROBE_S = 30.0
MISTAKABLE = SILENT | {FOREIGN}

_NAMES: Mapping[str, tuple[str, str]] = {
    "network": ("网络", "network"),
    "hall": ("服务大厅", "hall"),
    "clock_offset": ("时钟偏差", "clock offset"),
    "clock_trust": ("时钟可信", "clock trust"),
    "disk_space": ("磁盘剩余", "disk space left"),
    "database": ("数据文件", "database"),
    "chain": ("账链", "chain"),
    "outbox_depth": ("待上传", "waiting to be sent"),
    "outbox_oldest": ("最早一条", "the oldest of them"),
    "deny_list_age": ("停用名单", "deny list, age"),
    "software": ("软件", "software"),
    "certificate": ("证书还有", "certificate, left"),
    "enrolment": ("登记还有", "enrolment, left"),
}
_UNITS: Mapping[str, tuple[str, str]] = {
    "": ("", ""),
    "ms": ("毫秒", " ms"),
    "s": ("秒", " s"),
    "days": ("天", " days"),
    "%": ("%", "%"),
    "rows": ("条", " rows"),
}
_STATES: Mapping[Severity, tuple[str, str]] = {
    Severity.OK: ("正常", "ok"),
    Severity.WARN: ("注意", "look"),
    Severity.FAULT: ("故障", "FAULT"),
    Severity.UNKNOWN: ("未知", "unknown"),
}


def run(settings: Settings, *, as_json: bool) -> int:
    """The command. 0 when nothing is at fault, 1 when something is."""
    report = examine(settings, device_facts(settings))
    if as_json:
        print(json.dumps(_signed(report, settings), ensure_ascii=False))
    else:
        translator = Translator(settings.terminal.locale)
        sys.stdout.writelines(f"{_line(item, translator)}\n" for item in report)
    return FAULTY if report.count(Severity.FAULT) else WELL


def device_facts(settings: Settings) -> Mapping[str, Mapping[str, Any]]:
    """How each configured device is: as the running terminal says, else as a probe finds it."""
    try:
        said: Mapping[str, Mapping[str, Any]] = ask(settings.terminal.data_dir / "status.sock")["devices"]
    except (OSError, ValueError, KeyError):
        return _probe_all(settings.devices.filled())
    return said


def _probe_all(sections: Mapping[str, DeviceSection]) -> dict[str, dict[str, Any]]:
    """All at once, each on a thread of its own; one that hangs is left behind."""
    found: dict[str, dict[str, Any]] = {}

    def probe(slot: str, section: DeviceSection) -> None:
        status = _looked_at(section)
        found[slot] = {
            "health": status.health.value,
            "code": status.code,
            "details": dict(status.details),
        }

    threads = [
        threading.Thread(target=probe, args=each, name=f"probe:{each[0]}", daemon=True)
        for each in sections.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PROBE_S)
    stuck = {"health": "wedged", "code": "device.wedged", "details": {}}
    return {slot: found.get(slot, stuck) for slot in sections}


def _looked_at(section: DeviceSection) -> DeviceStatus:
    """How a device is. At a serial port where it is silent, or where its kind cannot be asked, the other kinds are asked
    who is there: device.other_kind, with `answers` in the details."""
    kind = registry.kind_named(section.kind)
    status = registry.make(section.kind, section.options).probe()
    only_speaks = kind.probe_order is None and kind.device is not DeviceType.RELAY
    in_doubt = status.code in MISTAKABLE or (only_speaks and not status.code)
    if kind.link is not Link.SERIAL or not in_doubt:
        return status
    there = ask_port(str(section.options["port"]))
    if there.kind in (None, section.kind):
        return status
    return DeviceStatus(Health.DOWN, "device.other_kind", {"answers": str(there.kind)})


def _signed(report: Report, settings: Settings) -> dict[str, Any]:
    directory = settings.terminal.data_dir
    if not (directory / "terminal.key").exists():  # before enrolment there is nobody to sign
        return {"report": report.as_json()}
    signed = sign(report, TerminalKey.load_or_make(directory))
    document: dict[str, Any] = json.loads(signed.document)
    return document | {"text": signed.text, "mark": signed.mark}


def _line(item: Item, translator: Translator) -> str:
    chinese, english = _NAMES.get(item.name, (item.slot, item.slot))
    value = "" if item.value == "" else f"{item.value}{translator.of(*_UNITS[item.unit.value])}"
    state = translator.of(*_STATES[item.severity])
    line = _padded(state, 9) + _padded(translator.of(chinese, english), 24) + value
    if not item.code:
        return line.rstrip()
    what, next_step = (part.replace("\n", " ") for part in translator.sentence(item.code))
    there = f" ({item.details['answers']})" if "answers" in item.details else ""
    return f"{line}  {item.code}: {what}{there}{translator.of('。', '. ')}{next_step}"


def _padded(text: str, columns: int) -> str:
    """Filled up to a width on the screen, where a Chinese character takes two columns."""
    width = sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * max(1, columns - width)
