"""What the technician's pages show. Part of kiosk.views; nothing here names a resident, and nothing here can.

Words are catalogue msgids. A `Saying` is one with a `{value}` place in it: the face translates the one and fills in the
other. Severities are those of kiosk.services.diagnosis, and "running" while a test is under way.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saying:
    """A msgid, and what fills its `{value}` ("" where it has no such place)."""

    text: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One thing that can be tested. `reading` is what was measured, or in a word or two what is wrong; `code` says that
    in full, "" where nothing is."""

    slot: str
    label: str
    sign: str
    severity: str
    reading: Saying
    code: str = ""


@dataclass(frozen=True, slots=True)
class HeadFigure:
    """A large number with its unit, and one line that says how to take it. `value` "" is drawn as a dash."""

    label: str
    value: str
    unit: str
    hint: Saying
    severity: str = "ok"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the small print."""

    label: str
    value: Saying


@dataclass(frozen=True, slots=True)
class DiagnosticsPage:
    """32. `rows` are all there are; a face that has not room for them shows part number `page` (from 0, wrapping).
    `qr` is the signed report as a phone reads it, "" until it is signed. `note` says what became of the last wish (a
    msgid), `trouble` why it failed (a code). `large`: bigger letters, fewer rows at once."""

    technician: str
    number: str
    machine: str
    rows: tuple[DeviceRow, ...]
    page: int
    faults: int
    warnings: int
    figures: tuple[HeadFigure, ...]
    facts: tuple[Fact, ...]
    qr: str = ""
    note: str = ""
    trouble: str = ""
    large: bool = False
    busy: bool = False


@dataclass(frozen=True, slots=True)
class DeviceTestPage:
    """One device under test. `state`: waiting (somebody has to do what `prompt` says), running, asked (`prompt` is a
    question for the technician's eyes or ears) or done. `marks` are the reads so far, True for a good one, of `total`;
    a card's number is not among what a page can hold. `live`: the camera's picture is handed to the face beside it."""

    slot: str
    label: str
    sign: str
    state: str
    prompt: str
    severity: str
    reading: Saying
    code: str = ""
    marks: tuple[bool, ...] = ()
    total: int = 0
    findings: tuple[Fact, ...] = ()
    live: bool = False
    can_reset: bool = False


@dataclass(frozen=True, slots=True)
class TouchGridPage:
    """The screen under test: `columns` x `rows` points, to be touched in order; `done` of them have been. `worst_mm`
    is the largest error so far, "" before the first."""

    columns: int
    rows: int
    done: int
    worst_mm: str = ""


# Actions of these pages. TEST and RUN carry the slot. CORNER comes from any page: its top left corner was held.
# TOUCHED carries "<point>:<error in tenths of a millimetre>".
CORNER = "corner"
LEAVE = "leave"
LARGE = "large"
RESTART = "restart"
PRINT_REPORT = "print_report"
UPLOAD = "upload"
TEST_ALL = "test_all"
TEST = "test"
RUN = "run"
RESET_PRINTER = "reset_printer"
YES = "yes"
NO = "no"
TOUCHED = "touched"
