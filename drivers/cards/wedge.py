"""EM4100 readers that type the card's number like a USB keyboard and end it with Enter.

| what            | how                                                                                             |
|-----------------|-------------------------------------------------------------------------------------------------|
| Models          | the common USB keyboard readers for 125 kHz (R10D, ID-20 and unnamed ones)                      |
| Line            | `/dev/input/by-id/…-event-kbd`, grabbed; see `drivers.keyboard.input_device`                    |
| Supported       | 10H, 10D, 8H and the two with the bytes in reverse order (option `number_format`)               |
| Not supported   | 3+5 and its eight digits (8D): see below; layouts other than US; 13.56 MHz keyboard readers     |
| Presence        | it types once when a card comes, and never says when it goes                                    |
| Tried on        | the emulator (`drivers/emulators/keyboard.py`) and recordings                                   |

A tag holds five bytes, and only 10H types them all. 10D and 8H leave out the first, which is the same for all cards of a
delivery: `first_byte` says it, so that a card is the same here and at a serial reader. Cards of two deliveries whose other
four bytes are equal cannot be told apart here; to be sure, enrol with the reader that will be used. 3+5 leaves out two
bytes, so that cards of one delivery can be confused: it is refused.

What was typed more than 5 s before it is read is dropped: the person has gone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from drivers.base import CardId, CardReading, CardSeen, CardUnreadable, DeviceStatus
from drivers.cards.em4100_frames import NOISE, TORN
from drivers.cards.numbers import TypedForm, typed_card
from drivers.keyboard import redaction
from drivers.keyboard.keyboard import Keyboard
from drivers.keyboard.typed import Torn, TypedLine
from drivers.transport import Transport

KIND = "wedge"
SAME_TAP_NS = 2_000_000_000
COMPLAINT_EVERY_NS = 1_000_000_000


class WedgeReader:
    """The driver. `first_byte` (0 to 255) is not used where the form has all five."""

    kind = KIND
    tracks_presence = False

    def __init__(
        self,
        transport: Transport,
        form: TypedForm,
        first_byte: int = 0,
        *,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._keyboard = Keyboard(transport, monotonic_ns)
        self._form = form
        self._first_byte = first_byte
        self._monotonic_ns = monotonic_ns
        self._last: tuple[CardId, int] | None = None
        self._complained_ns: int | None = None
        self._counts = {"cards": 0, "repeated": 0, "no_card": 0}

    def open(self) -> None:
        """Takes and grabs the device. Raises DeviceError."""
        self._keyboard.open()

    def close(self) -> None:
        """Lets it go. Never raises."""
        self._keyboard.close()

    def read(self, timeout_s: float) -> CardReading | None:
        """The next card, or None after `timeout_s`. A card typed again within 2 s is the same tap. Raises DeviceError,
        DeviceGone when the reader was unplugged."""
        deadline_ns = self._monotonic_ns() + round(timeout_s * 1e9)
        while (line := self._keyboard.next_line(deadline_ns)) is not None:
            reading = self._complaint(TORN) if isinstance(line, Torn) else self._judged(line)
            if reading is not None:
                return reading
        return None

    def probe(self) -> DeviceStatus:
        """Whether the device is there and ours. The reader cannot be asked."""
        return replace(self._keyboard.probe(), details=self.diagnostics())

    def diagnostics(self) -> Mapping[str, str]:
        """Path, form of the number, counters since the start. No card number."""
        counts = {name: str(count) for name, count in self._counts.items()}
        form = {"kind": self.kind, "number_format": self._form.value}
        return form | dict(self._keyboard.diagnostics()) | counts

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: see `drivers.keyboard.redaction`."""
        return redaction.redact(direction, stream)

    def _judged(self, line: TypedLine) -> CardReading | None:
        card = typed_card(line.octets.decode("ascii"), self._form, self._first_byte)
        if card is None:
            self._counts["no_card"] += 1
            return self._complaint(NOISE)
        last, self._last = self._last, (card, line.stamp_ns)
        if last is not None and last[0] == card and line.stamp_ns - last[1] < SAME_TAP_NS:
            self._counts["repeated"] += 1
            return None
        self._counts["cards"] += 1
        return CardSeen(card, line.stamp_ns)

    def _complaint(self, code: str) -> CardUnreadable | None:
        """At most once a second."""
        now_ns = self._monotonic_ns()
        if self._complained_ns is not None and now_ns - self._complained_ns < COMPLAINT_EVERY_NS:
            return None
        self._complained_ns = now_ns
        return CardUnreadable(code)
