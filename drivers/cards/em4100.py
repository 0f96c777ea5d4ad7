"""EM4100 tags (125 kHz) by an RDM6300 module or one that speaks like it, over a serial line.

| what                | how                                                                                     |
|---------------------|-----------------------------------------------------------------------------------------|
| Models              | RDM6300, RDM630 and the many USB readers with that module behind a CH340 or CP2102      |
| Line                | 9600 8N1, the module only transmits; it cannot be asked anything                        |
| Frame               | 14 bytes, see `em4100_frames`; repeated about every 65 ms while the tag rests           |
| Supported           | EM4100, EM4102, TK4100 tags (five bytes, family `em4100`)                               |
| Not supported       | T5577 writing, HID Prox, FDX-B, tags at 13.56 MHz, modules that send Wiegand            |
| Gone                | 300 ms without a frame: what a widely used library takes, and two lost frames do not    |
| Tried on            | the emulator (`drivers/emulators/reader.py`) and recordings; vectors from real tags     |

The module says nothing when it is well, so a reader that is broken but still plugged in looks like one without a card;
`diagnostics` shows when it was last heard.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from drivers.base import CardId, CardReading, DeviceError, DeviceStatus, Health
from drivers.cards import em4100_frames
from drivers.cards.coil import Coil
from drivers.cards.em4100_frames import Fault, Frame, FrameParser
from drivers.cards.numbers import EM4100
from drivers.kinds import nobody_known
from drivers.transport import Transport

KIND = "em4100_serial"
READ_BYTES = 256
# A frame takes 15 ms on the line; USB adapters pass bytes on at most 16 ms late.
TORN_AFTER_NS = 100_000_000


class Em4100Reader:
    """The driver. `known` is asked from the reader's thread and must not block; `monotonic_ns` is the clock that stamps
    readings and measures silence."""

    def __init__(
        self,
        transport: Transport,
        known: Callable[[CardId], bool] = nobody_known,
        *,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.kind = KIND
        self.tracks_presence = True  # a resting tag repeats itself
        self._transport = transport
        self._monotonic_ns = monotonic_ns
        self._parser = FrameParser()
        self._coil = Coil(known)
        self._is_open = False
        self._listened_ns = 0
        self._last_byte_ns: int | None = None
        self._counts = {"opened": 0, "frames": 0} | dict.fromkeys(
            (em4100_frames.NOISE, em4100_frames.CHECKSUM, em4100_frames.TORN), 0
        )

    def open(self) -> None:
        """Takes the port. Raises DeviceError. A card that rested when the cable was pulled is still the same card if it
        is there when the cable is back: a loose plug must not charge anybody twice."""
        self.close()
        self._transport.open()
        self._parser = FrameParser()
        if self._counts["opened"]:
            self._coil.forgive(self._monotonic_ns() - self._listened_ns)
        self._listened_ns = self._monotonic_ns()
        self._counts["opened"] += 1
        self._is_open = True

    def close(self) -> None:
        """Lets the port go. Never raises."""
        self._is_open = False
        self._transport.close()

    def read(self, timeout_s: float) -> CardReading | None:
        """The next reading, or None after `timeout_s`. Raises DeviceError, DeviceGone when the reader was unplugged."""
        now_ns = self._monotonic_ns()
        deadline_ns = now_ns + round(timeout_s * 1e9)
        self._coil.forgive(now_ns - self._listened_ns)
        while True:
            reading = self._coil.next_reading()
            if reading is not None:
                return reading
            self._listen(deadline_ns)
            if self._listened_ns >= deadline_ns:
                return self._coil.next_reading()

    def probe(self) -> DeviceStatus:
        """Whether the port is there and ours. The module cannot be asked, so this is all that can be known at once."""
        was_open = self._is_open
        try:
            if was_open:
                self._listen(self._monotonic_ns())
            else:
                self._transport.open()
        except DeviceError as error:
            return DeviceStatus(Health.DOWN, error.reason)
        finally:
            if not was_open:
                self._transport.close()
        return DeviceStatus(Health.OK, details=self.diagnostics())

    def diagnostics(self) -> Mapping[str, str]:
        """Port, counters since the start, and ms since a byte came last. No card number."""
        heard = "never"
        if self._last_byte_ns is not None:
            heard = str((self._monotonic_ns() - self._last_byte_ns) // 1_000_000)
        counts = {name.removeprefix("card."): str(count) for name, count in self._counts.items()}
        return {"kind": self.kind, "port": self._transport.name, "heard_ms_ago": heard} | counts

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: see `em4100_frames.redact`."""
        return em4100_frames.redact(direction, stream)

    def _listen(self, deadline_ns: int) -> None:
        """Waits for bytes until the deadline, or until silence means something."""
        due_ns = min([deadline_ns, *self._dues()])
        wait_s = max(0, due_ns - self._monotonic_ns()) / 1e9
        data = self._transport.read(READ_BYTES, wait_s)
        now_ns = self._monotonic_ns()  # first of all: this is the stamp of the frame's last byte
        self._listened_ns = now_ns
        if data:
            self._last_byte_ns = now_ns
            self._take(self._parser.feed(data), now_ns)
        elif self._last_byte_ns is not None and now_ns - self._last_byte_ns >= TORN_AFTER_NS:
            self._take(self._parser.abandon(), now_ns)
        self._coil.passed(now_ns)

    def _dues(self) -> list[int]:
        dues = []
        coil_due_ns = self._coil.due_ns()
        if coil_due_ns is not None:
            dues.append(coil_due_ns)
        if self._parser.pending and self._last_byte_ns is not None:
            dues.append(self._last_byte_ns + TORN_AFTER_NS)
        return dues

    def _take(self, found: Iterable[Frame | Fault], now_ns: int) -> None:
        for item in found:
            if isinstance(item, Frame):
                self._counts["frames"] += 1
                self._coil.frame(CardId(EM4100, item.uid), now_ns)
            else:
                self._counts[item.code] += 1
                self._coil.fault(item.code, now_ns)
