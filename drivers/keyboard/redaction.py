"""The redaction of a typing device's wire log: which keys were pressed is what a card's number is."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.keyboard.input_events import EV_KEY, EV_MSC, EVENT, MSC_SCAN, PRESSED
from drivers.keyboard.typed import ENTERS, KEYS, PLAIN, SHIFTS
from drivers.scanners.scans import invented

KEY_F24 = 194
"""Types nothing: in place of the shift keys, which would turn made-up digits into signs."""

_Fields = list[int]


def redact(direction: str, stream: bytes) -> bytes:
    """The stream with every typed line replaced, as `drivers.wire_log.Redaction`: made-up digits of its length, the same
    for the same line; times, Enter and everything that is no key stay. Bytes that are no whole event become zeros."""
    whole = len(stream) - len(stream) % EVENT.size
    events = [list(fields) for fields in EVENT.iter_unpack(stream[:whole])]
    for line in _lines(events):
        _replace(line)
    return b"".join(EVENT.pack(*fields) for fields in events) + bytes(len(stream) - whole)


def _lines(events: list[_Fields]) -> Iterator[list[_Fields]]:
    """The events up to each Enter, and those after the last."""
    line: list[_Fields] = []
    for fields in events:
        line.append(fields)
        if fields[2:5] in [[EV_KEY, enter, PRESSED] for enter in ENTERS]:
            yield line
            line = []
    yield line


def _replace(line: list[_Fields]) -> None:
    """In place: the keys that type, pressed and released, and the scan codes, which say the same."""
    pressed = [
        fields for fields in line if fields[2] == EV_KEY and fields[4] == PRESSED and fields[3] in PLAIN
    ]
    typed = bytes(fields[3] for fields in pressed)
    digits = iter(invented(typed).decode())
    stand_in: dict[int, int] = {}
    for fields in line:
        _, _, kind, code, value = fields
        if kind == EV_MSC and code == MSC_SCAN:
            fields[4] = 0
        elif kind == EV_KEY and code in SHIFTS:
            fields[3] = KEY_F24
        elif kind == EV_KEY and code in PLAIN:
            if value == PRESSED:
                stand_in[code] = KEYS[next(digits)][0]
            fields[3] = stand_in.get(code, KEY_F24)
