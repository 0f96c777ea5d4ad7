"""Receivers of radio call buttons (EV1527 and PT2262 at 315 or 433 MHz) that report over a serial line.

| what            | how                                                                                             |
|-----------------|-------------------------------------------------------------------------------------------------|
| Models          | `rf_generic_serial`: decoder boards that send FD … DF; `rf_bridge_serial`: Sonoff RF bridge R1  |
| Line            | 8N1; generic 9600, bridge 19200                                                                 |
| Frame           | see `rf_frames`; the bridge is answered AA A0 55 for each                                       |
| Supported       | learned buttons (options `buttons`, `buttons_file`), `learn` by three presses                   |
| Not supported   | rolling codes (HCS301 and others), sending, the bridge's own learning, Portisch's other frames  |
| Tried on        | the emulator (`drivers/emulators/radio.py`) and recordings; the bridge's vector from its users  |

**Never for doors.** The code of a button is fixed: whoever hears it once can send it for ever. A press calls a person.

There is no checksum, and every remote control and weather station in the street is heard: only learned buttons count, and
only with two equal frames within 200 ms. A button that is held repeats itself; until it was silent for 1.5 s that is one
press. Neither receiver nor button says that it is alive: `diagnostics` shows when each was last heard, and a test press a
day is the only way to know.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from drivers.base import ButtonPressed, DeviceError, DeviceStatus, Health
from drivers.buttons.codes import SAME_PRESS_NS, Button, Lesson, button_of, read_list
from drivers.buttons.rf_frames import BRIDGE_ACK, GENERIC_BYTES, Family, FrameParser
from drivers.transport import Transport

GENERIC_KIND = "rf_generic_serial"
BRIDGE_KIND = "rf_bridge_serial"

READ_BYTES = 256
WRITE_S = 0.5
GAP_NS = 100_000_000
HELD_NS = 1_500_000_000


class RadioReceiver:
    """The driver. `buttons` are learned; so are those in the file at `buttons_file`, which is read at each `open`.
    `monotonic_ns` stamps presses and measures silence."""

    def __init__(
        self,
        transport: Transport,
        family: Family,
        buttons: Iterable[Button] = (),
        buttons_file: Path | None = None,
        frame_bytes: int = GENERIC_BYTES,
        *,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.kind = BRIDGE_KIND if family is Family.BRIDGE else GENERIC_KIND
        self._transport = transport
        self._family = family
        self._given = tuple(buttons)
        self._file = buttons_file
        self._monotonic_ns = monotonic_ns
        self._parser = FrameParser(family, frame_bytes)
        self._learned = self._given
        self._is_open = False
        self._frames: deque[tuple[bytes, int]] = deque()
        self._heard_ns: dict[Button, int] = {}
        self._pressed_ns: dict[Button, int] = {}
        self._last_byte_ns: int | None = None
        self._last_stranger = ""
        self._counts = {"frames": 0, "strangers": 0, "presses": 0}

    def open(self) -> None:
        """Takes the port and reads the file. Raises DeviceError; ButtonListDamaged for a file that is no list."""
        self.close()
        self._learned = self._given + (read_list(self._file) if self._file else ())
        self._transport.open()
        self._is_open = True

    def close(self) -> None:
        """Lets the port go. Never raises."""
        self._is_open = False
        self._parser.abandon()
        self._frames.clear()
        self._transport.close()

    def read(self, timeout_s: float) -> ButtonPressed | None:
        """The next press of a learned button, or None after `timeout_s`. Raises DeviceError."""
        deadline_ns = self._monotonic_ns() + round(timeout_s * 1e9)
        while (frame := self._next_frame(deadline_ns)) is not None:
            pressed = self._judged(*frame)
            if pressed is not None:
                return pressed
        return None

    def learn(self, timeout_s: float) -> ButtonPressed | None:
        """Waits for three presses of one button, learned or not, a moment between them. None when they did not come.
        Raises DeviceError. What it returns is kept by nobody: see `codes.add_to_list`."""
        deadline_ns = self._monotonic_ns() + round(timeout_s * 1e9)
        lesson = Lesson()
        while (frame := self._next_frame(deadline_ns)) is not None:
            button = lesson.frame(*frame)
            if button is not None:
                return ButtonPressed(button.address, button.key, frame[1])
        return None

    def probe(self) -> DeviceStatus:
        """Whether the port is there and ours. The receiver cannot be asked, so this is all that can be known at once."""
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
        """Port, counters since the start, ms since anything was heard, and since each learned button was, and the last
        button that was not learned."""
        heard = "never" if self._last_byte_ns is None else self._ms_since(self._last_byte_ns)
        counts = {name: str(count) for name, count in self._counts.items()}
        counts["noise_bytes"] = str(self._parser.noise_bytes)
        buttons = {
            f"heard_ms_ago {button}": self._ms_since(self._heard_ns[button])
            if button in self._heard_ns
            else "never"
            for button in self._learned
        }
        about = {"kind": self.kind, "port": self._transport.name, "heard_ms_ago": heard}
        return about | counts | {"last_stranger": self._last_stranger} | buttons

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: as it is. A button's code is nobody's secret, and proves nothing."""
        return stream

    def _ms_since(self, stamp_ns: int) -> str:
        return str((self._monotonic_ns() - stamp_ns) // 1_000_000)

    def _next_frame(self, deadline_ns: int) -> tuple[bytes, int] | None:
        """The next frame's body and when it was read; None at the deadline."""
        while not self._frames:
            if self._listen(deadline_ns) >= deadline_ns:
                break
        return self._frames.popleft() if self._frames else None

    def _judged(self, body: bytes, now_ns: int) -> ButtonPressed | None:
        button = next((learned for learned in self._learned if learned.sent(body)), None)
        if button is None:
            self._counts["strangers"] += 1
            self._last_stranger = str(button_of(body))
            return None
        before_ns = self._heard_ns.get(button)
        self._heard_ns[button] = now_ns
        if before_ns is None or now_ns - before_ns > SAME_PRESS_NS:
            return None
        pressed_ns = self._pressed_ns.get(button)
        self._pressed_ns[button] = now_ns
        if pressed_ns is not None and now_ns - pressed_ns < HELD_NS:
            return None
        self._counts["presses"] += 1
        return ButtonPressed(button.address, button.key, now_ns)

    def _listen(self, deadline_ns: int) -> int:
        """Waits for bytes until the deadline. Returns when that was."""
        data = self._transport.read(READ_BYTES, max(0, deadline_ns - self._monotonic_ns()) / 1e9)
        now_ns = self._monotonic_ns()
        if not data:
            return now_ns
        if self._last_byte_ns is not None and now_ns - self._last_byte_ns >= GAP_NS:
            self._parser.abandon()
        self._last_byte_ns = now_ns
        for frame in self._parser.feed(data):
            self._counts["frames"] += 1
            self._frames.append((frame.body, now_ns))
            if self._family is Family.BRIDGE:
                self._transport.write(BRIDGE_ACK, WRITE_S)
        return now_ns
