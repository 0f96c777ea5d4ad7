"""Tests of devices as a technician goes through them: frozen steps, each with its page and, at its end, its result.

A reader is tested by the cards that come in while its page is open, the screen by the touches; what needs the device's
own thread is asked of a service, and only waited for here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.roles import diagnostics_words as words
from kiosk.services.diagnosis import Severity
from kiosk.services.trials import TrialResult
from kiosk.views_diagnostics import DeviceTestPage, Fact, Saying, TouchGridPage

WEAK = 0.8  # of the reads good: less is a fault, more is a reader to be cleaned
GRID_COLUMNS, GRID_ROWS = 5, 5
WORST_TENTHS_MM = 30  # a finger is not a needle; past 3 mm the panel is not calibrated
TRIAL_S = 90.0
NOTHING_SAID = Saying("")


@dataclass(frozen=True, slots=True)
class ReadTrial:
    """Cards held to a reader, codes to a scanner, buttons pressed: good reads and bad."""

    slot: str
    marks: tuple[bool, ...] = ()

    @property
    def total(self) -> int:
        return words.READS[self.slot]

    def read(self, good: bool) -> ReadTrial:
        return self if len(self.marks) == self.total else replace(self, marks=(*self.marks, good))

    @property
    def result(self) -> TrialResult | None:
        """Known after the last."""
        if len(self.marks) < self.total:
            return None
        good = sum(self.marks)
        weak = Severity.WARN if good >= WEAK * self.total else Severity.FAULT
        severity, code = (Severity.OK, "") if good == self.total else (weak, "card.weak_reads")
        measure = "presses" if self.slot == "call_buttons" else "reads"
        return TrialResult(self.slot, severity, measure, f"{good}/{self.total}", code)

    def view(self, result: TrialResult | None) -> DeviceTestPage:
        page = _page(self.slot, "done" if self.result else "waiting", result)
        return replace(page, marks=self.marks, total=self.total)


@dataclass(frozen=True, slots=True)
class TouchTrial:
    """Points of the screen, touched in order. `errors` are tenths of a millimetre."""

    errors: tuple[int, ...] = ()
    slot: str = "screen"

    def touched(self, value: str) -> TouchTrial:
        """What a touch page sends for TOUCHED; anything but the next point changes nothing."""
        point, _, tenths = value.partition(":")
        if point != str(len(self.errors)) or not tenths.isdecimal() or self.result:
            return self
        return replace(self, errors=(*self.errors, int(tenths)))

    @property
    def result(self) -> TrialResult | None:
        """Known after the last point."""
        if len(self.errors) < GRID_COLUMNS * GRID_ROWS:
            return None
        good = max(self.errors) <= WORST_TENTHS_MM
        severity, code = (Severity.OK, "") if good else (Severity.FAULT, "screen.inexact")
        return TrialResult(self.slot, severity, "millimetres", self._worst(), code)

    def _worst(self) -> str:
        worst = max(self.errors)
        return f"{worst // 10}.{worst % 10}"

    def view(self, result: TrialResult | None) -> TouchGridPage | DeviceTestPage:
        if self.result:
            return _page(self.slot, "done", result)
        worst = self._worst() if self.errors else ""
        return TouchGridPage(GRID_COLUMNS, GRID_ROWS, len(self.errors), worst)


@dataclass(frozen=True, slots=True)
class ServiceTrial:
    """A test that a service does. `until_s` is when nobody waits any longer; `asked` holds what the device said of
    itself while the technician is asked what he saw or heard."""

    slot: str
    until_s: float
    step: Saying = NOTHING_SAID
    live: bool = False
    asked: TrialResult | None = None
    result: TrialResult | None = None

    def is_overdue(self, now_s: float) -> bool:
        """Whether the device has not done its part in its time."""
        return self.asked is None and self.result is None and now_s >= self.until_s

    def ended(self, result: TrialResult) -> ServiceTrial:
        """The device has done its part; a good result of some devices is only half of it."""
        question = words.SUBJECTS[self.slot].question
        if question and result.severity is Severity.OK:
            return replace(self, asked=result)
        return replace(self, result=result)

    def answered(self, yes: bool) -> ServiceTrial:
        """What the technician saw or heard. Nothing, unless there was a question."""
        if self.asked is None or self.result is not None:
            return self
        bad = TrialResult(self.slot, Severity.FAULT, code=words.SUBJECTS[self.slot].if_not)
        return replace(self, result=self.asked if yes else bad)

    def view(self, result: TrialResult | None) -> DeviceTestPage:
        state = "done" if self.result else "asked" if self.asked else "running"
        page = _page(self.slot, state, result if state == "done" else None)
        reading = page.reading if state == "done" else self.step
        return replace(page, reading=reading, live=self.live and state == "running")


Trial = ReadTrial | TouchTrial | ServiceTrial


def said(result: TrialResult) -> Saying:
    """A result's measure in words, else what is wrong."""
    if not result.measure and result.code:
        return Saying(words.briefly(result.code))
    return Saying(words.MEASURES[result.measure], result.value)


def with_findings(page: DeviceTestPage, findings: tuple[Fact, ...]) -> DeviceTestPage:
    return replace(page, findings=findings)


def _page(slot: str, state: str, result: TrialResult | None) -> DeviceTestPage:
    subject = words.SUBJECTS[slot]
    return DeviceTestPage(
        slot=slot,
        label=subject.label,
        sign=subject.sign,
        state=state,
        prompt=subject.question if state == "asked" else subject.prompt if state != "done" else "",
        severity=result.severity.value if result else "running",
        reading=said(result) if result else NOTHING_SAID,
        code=result.code if result else "",
        can_reset=slot == "receipt_printer" and state == "done",
    )
