"""What the technician's pages call things: every device, measure, state and question, as catalogue msgids.

The order of SUBJECTS is that of the list, of the slip and of 全部测试.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that can be tested. `items` are the items of a diagnosis it stands for, of which the worst is said;
    `by_hand`: its test needs a hand at the device, so 全部测试 leaves it out. `question`, where there is one, is for the
    technician's eyes or ears when the device has done its part, and `if_not` the code when the answer is no."""

    label: str
    sign: str
    items: tuple[str, ...]
    prompt: str = ""
    question: str = ""
    if_not: str = ""
    by_hand: bool = False


_TAP_TEN_TIMES = "Hold any card to the reader, ten times.\nNo number is shown or kept."

SUBJECTS: Mapping[str, Subject] = MappingProxyType(
    {
        "card_reader": Subject(
            "Card reader", "contactless", ("device.card_reader",), _TAP_TEN_TIMES, by_hand=True
        ),
        "id_card_reader": Subject(
            "ID card reader",
            "identification-card-fill",
            ("device.id_card_reader",),
            _TAP_TEN_TIMES,
            by_hand=True,
        ),
        "code_scanner": Subject(
            "Code scanner",
            "qr-code-fill",
            ("device.code_scanner",),
            "Hold any code to the scanner, ten times.\nWhat it says is not shown or kept.",
            by_hand=True,
        ),
        "receipt_printer": Subject(
            "Slip printer",
            "printer-fill",
            ("device.receipt_printer",),
            "A test slip is being printed.",
            "Is the slip clear, with the ruler\nfrom edge to edge?",
            "printer.print_bad",
        ),
        "page_printer": Subject(
            "Page printer",
            "files-fill",
            ("device.page_printer",),
            "A test page is being printed.",
            "Is the page clear, with all four\ncorners on the paper?",
            "printer.print_bad",
        ),
        "camera": Subject("Camera", "camera-fill", ("device.camera",), "Look at the picture."),
        "door": Subject(
            "Door",
            "lock-key-fill",
            ("device.door",),
            "The door is being opened for a moment.",
            "Did the relay click?",
            "relay.not_heard",
            by_hand=True,
        ),
        "call_buttons": Subject(
            "Call buttons",
            "bell-ringing-fill",
            ("device.call_buttons",),
            "Press a call button three times.",
            by_hand=True,
        ),
        "screen": Subject("Touch screen", "hand-pointing-fill", (), by_hand=True),
        "sound": Subject(
            "Loudspeaker",
            "speaker-high-fill",
            (),
            "Two notes are being played.",
            "Did you hear two notes?",
            "voice.not_heard",
        ),
        "network": Subject("Network", "wifi-high-fill", ("network", "hall"), "The hall is being asked."),
        "disk": Subject("Disk", "hard-drives-fill", ("disk_space",), "The disk is being looked at."),
        "records": Subject(
            "Records", "database-fill", ("chain", "database"), "Every record is being checked."
        ),
    }
)

READS: Mapping[str, int] = MappingProxyType(
    {"card_reader": 10, "id_card_reader": 10, "code_scanner": 10, "call_buttons": 3}
)
"""What is tested by what comes in from it, and how often that is to come."""

LOOKED_AT = ("network", "disk", "records")
"""Tested by a new diagnosis: there is nothing more to a test of them."""

ALWAYS_THERE = ("screen", "sound", *LOOKED_AT)

# How a measure is said. `{value}` is digits.
MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "": "",
        "reads": "{value} reads",
        "seconds": "{value}\u00a0s",
        "frames": "{value}\u00a0frames/s",
        "millimetres": "{value}\u00a0mm off",
        "milliseconds": "{value}\u00a0ms",
        "percent": "{value}% free",
        "rows": "{value} rows",
        "heard": "Heard",
        "printed": "Printed",
        "presses": "{value} presses",
    }
)
UNITS: Mapping[str, str] = MappingProxyType({"ms": "milliseconds", "%": "percent", "rows": "rows"})

NOT_TESTED = "Not tested"
RUNNING = "Being tested"
_BRIEFLY = {
    "card": "Read badly",
    "device": "No answer",
    "device.gone": "Unplugged",
    "device.busy": "In use",
    "device.denied": "No rights",
    "device.protocol": "Wrong kind",
    "device.wedged": "Stuck",
    "printer": "Look at it",
    "printer.paper_near_end": "Little paper",
    "printer.paper_out": "No paper",
    "printer.cover_open": "Cover open",
    "printer.cutter": "Cutter stuck",
    "printer.gone": "Unplugged",
    "printer.offline": "Switched off",
    "printer.silent": "No answer",
    "printer.print_bad": "Poor print",
    "camera": "No picture",
    "camera.frozen": "Frozen",
    "camera.black": "All black",
    "relay": "No click",
    "screen": "Inexact",
    "voice": "Silent",
    "disk": "Look at it",
    "disk.full": "Nearly full",
    "disk.read_only": "Read only",
    "disk.damaged": "Damaged",
    "log": "Look at it",
    "clock": "Time unsure",
    "hall": "Not accepted",
    "hall.unreachable": "Not reached",
    "hall.silent": "No answer",
    "hall.busy": "Busy",
    "network": "No network",
    "pcsc": "No service",
    "cups": "No service",
}


def briefly(code: str) -> str:
    """A code in a word or two, for a list; its whole sentence is on the page of the device."""
    return _BRIEFLY.get(code) or _BRIEFLY.get(code.partition(".")[0], "Look at it")


NOTES = {
    "report_printed": "The report is printed",
    "report_uploaded": "The hall has the report",
    "printing": "The report is being printed",
    "not_printed": "The report was not printed",
    "not_uploaded": "The report was not uploaded",
    "uploading": "The report is on its way to the hall",
    "tested": "All tests are done",
    "looking": "Everything is being looked at",
}
TITLE_PIN = "Technician"
PROMPT_PIN = "Enter your PIN"
TITLE_RESTART = "Restart this machine?"
RESTART_LINES = (("Records and settings stay as they are", ""), ("It takes about a minute", ""))
