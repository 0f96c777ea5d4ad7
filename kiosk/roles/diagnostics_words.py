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
            "Press a call button.",
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
            "Records", "database-fill", ("database", "chain"), "Every record is being checked."
        ),
    }
)

READERS = ("card_reader", "id_card_reader", "code_scanner")
LOOKED_AT = ("network", "disk", "records")
"""Tested by a new diagnosis: there is nothing more to a test of them."""

ALWAYS_THERE = ("screen", "sound", *LOOKED_AT)

# How a measure is said. `{value}` is digits.
MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "": "",
        "reads": "{value} reads",
        "seconds": "{value}\u00a0seconds",
        "frames": "{value}\u00a0frames a second",
        "millimetres": "Off by {value}\u00a0mm",
        "milliseconds": "{value}\u00a0ms",
        "percent": "{value}% free",
        "rows": "{value} rows whole",
        "heard": "Heard",
        "printed": "Printed",
        "pressed": "Pressed",
    }
)
UNITS: Mapping[str, str] = MappingProxyType({"ms": "milliseconds", "%": "percent", "rows": "rows"})

NOT_TESTED = "Not tested yet"
RUNNING = "Being tested"
NOTES = {
    "report_printed": "The report is printed",
    "report_uploaded": "The hall has the report",
    "printing": "The report is being printed",
    "uploading": "The report is on its way to the hall",
    "tested": "All tests are done",
    "looking": "Everything is being looked at",
}
TITLE_PIN = "Technician"
PROMPT_PIN = "Enter your PIN"
TITLE_RESTART = "Restart this machine?"
RESTART_LINES = (("Records and settings stay as they are", ""), ("It takes about a minute", ""))
