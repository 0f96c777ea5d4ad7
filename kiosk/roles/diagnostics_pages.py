"""From a diagnosis and the results of tests to the rows, figures and facts of page 32. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from kiosk.roles import diagnostics_words as words
from kiosk.roles.diagnostics_trials import said
from kiosk.services.diagnosis import DEVICE_PREFIX, Item, Report, Severity
from kiosk.services.trials import TrialResult
from kiosk.views_diagnostics import DeviceRow, Fact, HeadFigure, Saying

_WORST_FIRST = (Severity.FAULT, Severity.WARN, Severity.UNKNOWN, Severity.OK)
CLOCK_LIMIT_S = "300"
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400

Results = Mapping[str, TrialResult]


def slots_of(report: Report | None) -> tuple[str, ...]:
    """What this terminal can have tested, in the order of the list."""
    configured = {item.slot for item in report or () if item.name.startswith(DEVICE_PREFIX)}
    return tuple(slot for slot in words.SUBJECTS if slot in configured or slot in words.ALWAYS_THERE)


def rows_of(report: Report | None, results: Results, running: str) -> tuple[DeviceRow, ...]:
    """One row a slot. A device that is well has the reading of its last test; what is wrong with it now goes first."""
    return tuple(_row(slot, report, results.get(slot), running == slot) for slot in slots_of(report))


def _row(slot: str, report: Report | None, result: TrialResult | None, running: bool) -> DeviceRow:
    subject = words.SUBJECTS[slot]
    item = worst_of(report, subject.items)
    severity, reading, code = _state_of(item, result)
    if running:
        severity, reading, code = "running", Saying(words.RUNNING), ""
    return DeviceRow(slot, subject.label, subject.sign, severity, reading, code)


def _state_of(item: Item | None, result: TrialResult | None) -> tuple[str, Saying, str]:
    if item is not None and item.severity in (Severity.FAULT, Severity.WARN):
        return item.severity.value, _reading(item), item.code
    if result is not None:
        return result.severity.value, said(result), result.code
    if item is not None:
        return item.severity.value, _reading(item), item.code
    return Severity.UNKNOWN.value, Saying(words.NOT_TESTED), ""


def _reading(item: Item) -> Saying:
    measure = words.UNITS.get(item.unit.value)
    if measure is None or isinstance(item.value, str):
        return Saying(words.briefly(item.code) if item.code else words.NOT_TESTED)
    return Saying(words.MEASURES[measure], str(item.value))


def with_item(report: Report, item: Item) -> Report:
    """The report with this item in the place of the one that has its name, or at the end."""
    others = tuple(each for each in report if each.name != item.name)
    here = next((place for place, each in enumerate(report) if each.name == item.name), len(others))
    return replace(report, items=(*others[:here], item, *others[here:]))


def worst_of(report: Report | None, names: tuple[str, ...]) -> Item | None:
    """The item to be told of several; with equals, the first named."""
    if report is None:
        return None
    found: list[Item] = [item for name in names if (item := report.item(name)) is not None]
    return next((item for severity in _WORST_FIRST for item in found if item.severity is severity), None)


def result_of(slot: str, report: Report) -> TrialResult:
    """For what is tested by looking at it: what the diagnosis says is the result."""
    item = worst_of(report, words.SUBJECTS[slot].items)
    if item is None:
        return TrialResult(slot, Severity.UNKNOWN)
    measure = words.UNITS.get(item.unit.value, "") if isinstance(item.value, int) else ""
    return TrialResult(slot, item.severity, measure, str(item.value) if measure else "", item.code)


def counted(rows: tuple[DeviceRow, ...], figures: tuple[HeadFigure, ...]) -> tuple[int, int]:
    """How many faults and how many warnings, over rows and figures."""
    told = [*(row.severity for row in rows), *(figure.severity for figure in figures)]
    return told.count(Severity.FAULT.value), told.count(Severity.WARN.value)


# --- figures ------------------------------------------------------------------------------------------------------


def figures_of(report: Report | None) -> tuple[HeadFigure, ...]:
    """What waits to be sent, how far the clock is off, and how long the hall's certificate lasts."""
    return (_outbox(report), _clock(report), _certificate(report))


def _outbox(report: Report | None) -> HeadFigure:
    depth, oldest = _number(report, "outbox_depth"), _number(report, "outbox_oldest")
    hint = Saying("None waits") if not depth else _ago("oldest", oldest or 0)
    severity = _severity(report, "outbox_depth", "outbox_oldest")
    return HeadFigure("To upload", _text(depth), "rows", hint, severity)


def _clock(report: Report | None) -> HeadFigure:
    offset = _number(report, "clock_offset")
    trust = report.item("clock_trust") if report else None
    trusted = trust is not None and trust.value == "trusted"
    hint = Saying("Trusted, up to {value}\u00a0s", CLOCK_LIMIT_S) if trusted else Saying("Not trusted")
    severity = _severity(report, "clock_offset", "clock_trust")
    return HeadFigure("Clock ahead", _seconds(offset), "seconds", hint, severity)


def _seconds(offset_ms: int | None) -> str:
    if offset_ms is None:
        return ""
    sign = "−" if offset_ms < 0 else "+"
    tenths = round(abs(offset_ms) / 100)
    return f"{sign}{tenths // 10}.{tenths % 10}" if tenths else "0.0"


def _certificate(report: Report | None) -> HeadFigure:
    days = _number(report, "certificate")
    hint = Saying("No certificate") if days is None else Saying("Until {value}", _day(report, days))
    return HeadFigure("Certificate", _text(days), "days", hint, _severity(report, "certificate"))


def _day(report: Report | None, days: int) -> str:
    """The ISO date so many days after the report was made, by UTC: a certificate ends at midnight UTC or near it."""
    made_days = (report.made_ms if report else 0) // (DAY_S * 1000)
    return (date(1970, 1, 1) + timedelta(days=made_days + days)).isoformat()


# --- facts --------------------------------------------------------------------------------------------------------


def facts_of(report: Report | None) -> tuple[Fact, ...]:
    """The small print of page 32."""
    return (
        Fact("Software", _plain(report, "software")),
        Fact("Hall", _asked(report, "hall")),
        Fact("Lost cards", _aged(report, "deny_list_age")),
        Fact("Enrolment", _left(report, "enrolment")),
    )


def findings_of(slot: str, report: Report | None) -> tuple[Fact, ...]:
    """What the diagnosis found about a slot, for its own page."""
    labels = {"network": "Connection", "hall": "Hall", "database": "Database", "chain": "Chain"}
    if slot not in words.LOOKED_AT or report is None:
        return ()
    found = [report.item(name) for name in words.SUBJECTS[slot].items]
    return tuple(
        Fact(labels[item.name], _reading(item) if isinstance(item.value, int) else Saying(_well(item)))
        for item in found
        if item is not None and item.name in labels
    )


def _well(item: Item) -> str:
    return "Sound" if item.severity is Severity.OK else "Not sound"


def _plain(report: Report | None, name: str) -> Saying:
    """The last word of a value: a release without the name of what was released."""
    item = report.item(name) if report else None
    return Saying("{value}", str(item.value).split()[-1]) if item and item.value else Saying("Not known")


def _asked(report: Report | None, name: str) -> Saying:
    milliseconds = _number(report, name)
    if milliseconds is None:
        return Saying("No answer")
    return Saying("{value}\u00a0ms", str(milliseconds))


def _aged(report: Report | None, name: str) -> Saying:
    seconds = _number(report, name)
    return Saying("Not known") if seconds is None else _ago("told", seconds)


def _left(report: Report | None, name: str) -> Saying:
    days = _number(report, name)
    return Saying("No end") if days is None else Saying("{value}\u00a0days", str(days))


_AGO = {
    "oldest": (
        "Oldest just now",
        "Oldest {value}\u00a0min ago",
        "Oldest {value}\u00a0h ago",
        "Oldest {value}\u00a0days ago",
    ),
    "told": ("Just now", "{value}\u00a0min ago", "{value}\u00a0h ago", "{value}\u00a0days ago"),
}


def _ago(which: str, seconds: int) -> Saying:
    now, minutes, hours, days = _AGO[which]
    if seconds < MINUTE_S:
        return Saying(now)
    if seconds < 2 * HOUR_S:
        return Saying(minutes, str(seconds // MINUTE_S))
    if seconds < 2 * DAY_S:
        return Saying(hours, str(seconds // HOUR_S))
    return Saying(days, str(seconds // DAY_S))


def _number(report: Report | None, name: str) -> int | None:
    item = report.item(name) if report else None
    return item.value if item is not None and isinstance(item.value, int) else None


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _severity(report: Report | None, *names: str) -> str:
    item = worst_of(report, names)
    return item.severity.value if item else Severity.UNKNOWN.value
