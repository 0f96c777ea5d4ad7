"""The two slips of a technician (pure): one that tries the printer, and the signed report of the whole terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from drivers.printers.pages import RARE
from drivers.printers.slip import (
    Amount,
    Feed,
    Inverted,
    Logo,
    Pair,
    Part,
    QrCode,
    Rule,
    Slip,
    Tag,
    Text,
    Title,
)
from kiosk.i18n import Translator
from kiosk.roles import diagnostics_pages as pages
from kiosk.services.diagnosis import Report
from kiosk.services.signed_report import SignedReport
from kiosk.services.trials import TrialResult
from kiosk.views_diagnostics import DeviceRow, HeadFigure, Saying

_STATES = {
    "zh_CN": {"ok": "正常", "warn": "注意", "fault": "故障", "unknown": "未测"},
    "en": {"ok": "fine", "warn": "check", "fault": "FAULT", "unknown": "open"},
}
_UNITS = {
    "zh_CN": {"rows": "条", "seconds": "秒", "days": "天"},
    "en": {"rows": "rows", "seconds": "s", "days": "days"},
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh_CN": {
        "report": "设备检测报告",
        "time": "时间",
        "technician": "技术员",
        "signed": "已签名",
        "nobody": "不含居民信息",
        "trial": "测试凭条",
        "sample": "请趁热吃，慢慢用。一二三四五六七八九十",
        "rare": "生僻字",
        "ruler": "标尺：左右两端都要看得见",
        "left": "|<左",
        "right": "右>|",
        "end": "到这里为止，切纸应当整齐。",
    },
    "en": {
        "report": "Device report",
        "time": "Time",
        "technician": "Technician",
        "signed": "Signed",
        "nobody": "No resident's data",
        "trial": "Test slip",
        "sample": "The quick brown fox 请趁热吃，慢慢用",
        "rare": "Rare characters",
        "ruler": "Ruler: both ends must show",
        "left": "|<left",
        "right": "right>|",
        "end": "This is the end: a clean cut follows.",
    },
}


def trial_slip(terminal_id: str, moment_ms: int, zone: tzinfo, locale: str) -> Slip:
    """Everything a printer can get wrong: bands, bold, money, Chinese, rare characters, both edges, a code."""
    words = _WORDS[locale]
    parts: list[Part] = [
        Logo(words["trial"]),
        Title(terminal_id),
        Rule(),
        Pair(words["time"], _moment(moment_ms, zone)),
        Inverted(words["trial"]),
        Text(words["sample"]),
        Text("ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789", small=True),
        Pair(words["rare"], "".join(RARE), bold=True),
        Amount("¥", "¥12.50"),
        Rule(dashed=True),
        Text(words["ruler"], small=True),
        Pair(words["left"], words["right"]),
        Rule(),
        QrCode(f"{terminal_id} {_moment(moment_ms, zone)}"),
        Text(words["end"], "center", small=True),
        Feed(),
    ]
    return Slip(tuple(parts))


def report_slip(
    report: Report,
    results: Sequence[TrialResult],
    staff_id: str,
    signed: SignedReport,
    zone: tzinfo,
    locale: str,
) -> Slip:
    """64: what page 32 says, and the signed text as a code that a phone reads without a network."""
    words, translator = _WORDS[locale], Translator(locale)
    rows = pages.rows_of(report, {result.slot: result for result in results}, "")
    parts: list[Part] = [
        Logo(words["report"]),
        Title(report.terminal_id),
        Rule(),
        Pair(words["time"], _moment(report.made_ms, zone, seconds=True)),
        Pair(words["technician"], staff_id),
        Rule(dashed=True),
        *(_row(row, translator) for row in rows),
        Rule(dashed=True),
        *(_figure(figure, translator) for figure in pages.figures_of(report)),
        *(
            Pair(translator.label(fact.label), _said(fact.value, translator))
            for fact in pages.facts_of(report)
        ),
        Rule(dashed=True),
        QrCode(signed.text),
        Pair(words["signed"], signed.mark),
        Text(words["nobody"], "center"),
    ]
    return Slip(tuple(parts))


def _row(row: DeviceRow, translator: Translator) -> Part:
    state = _STATES[translator.locale][row.severity]
    value = f"{_said(row.reading, translator)} {state}".strip()
    label = translator.label(row.label)
    if row.severity == "fault":
        return Tag(f"！{label}", value)
    return Pair(f"△{label}" if row.severity == "warn" else label, value)


def _figure(figure: HeadFigure, translator: Translator) -> Pair:
    unit = _UNITS[translator.locale][figure.unit]
    value = f"{figure.value} {unit}" if figure.value else "—"
    hint = _said(figure.hint, translator)
    return Pair(translator.label(figure.label), f"{value} {hint}")


def _said(saying: Saying, translator: Translator) -> str:
    if not saying.text:
        return ""
    return translator.text(saying.text, value=saying.value) if saying.value else translator.text(saying.text)


def _moment(at_ms: int, zone: tzinfo, *, seconds: bool = False) -> str:
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)
    return local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
