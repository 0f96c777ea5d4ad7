"""Second-generation identity cards by a reader with a SAM module, over a serial line.

| what            | how                                                                                              |
|-----------------|--------------------------------------------------------------------------------------------------|
| Models          | readers with a SAM module on a UART, or behind a USB serial adapter (CH340, CP2102, PL2303)       |
| Line            | 115200 8N1; `baud = 0` tries 115200, 57600, 38400, 19200, 9600 and 230400                         |
| Frames          | see `sam_frames`                                                                                  |
| Sequence        | find, select, read, all three for each card; afterwards find only, every 300 ms                   |
| Time            | find 400 ms, select 1 s, read 3 s, 300 ms between two bytes of a reply                            |
| Supported       | residents, residents from Hong Kong, Macao and Taiwan, foreigners with permanent residence (2017  |
|                 | and 2023); the appended address (`appended_address = true`); the photograph as the card's blob    |
| Not supported   | fingerprints, the photograph as a picture (see `photo`), native USB readers (0400:C35A), cards    |
|                 | of the first generation, writing anything                                                         |
| Recovery        | 10 FF switches the field off and on for a card whose chip has locked up, and wakes a hung module  |
| Tried on        | the emulator (`drivers/emulators/sam.py`, both firmwares) and recordings                          |

What `tracks_presence` says is found out, not believed. A module that answers "found" to the `find` sent at once after
a read keeps seeing a card it has read: True, since no hand lifts a card and lays it down again in 150 ms. One that
answers "no card" may be blind, or the card may have gone that quickly: the field is then switched off and on, and if the
card is found again within a second of its read it had been there all the time: False. Else nothing is known yet, and
the next card tells. Three such tries at most, since a reset costs time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from drivers.base import (
    CardReading,
    DeviceError,
    DeviceGone,
    DeviceStatus,
    DeviceTimeout,
    Health,
    ProtocolError,
)
from drivers.cards.id_talk import (
    RESET,
    STATUS,
    CardTalk,
    SamFault,
    SamUnauthorised,
    Talk,
    Wish,
    state_of,
)
from drivers.cards.sam_frames import Reply, State
from drivers.cards.sam_line import Answer, Ask, Pause, SamLine, Silence
from drivers.cards.sam_redaction import redact
from drivers.transport import Transport
from drivers.wire_log import WireLog

KIND = "sam_serial"
BAUDS = (115200, 57600, 38400, 19200, 9600, 230400)


class SamReader:
    """The driver. `lines` is the port, once for each speed it may run at, in the order to try. Each `CardSeen` carries
    a `Document` that the receiver wipes. `wire_log` is the log that the lines note their bytes in, if they do: it is
    redacted after each exchange."""

    def __init__(
        self,
        lines: Mapping[int, Transport],
        *,
        appended_address: bool = False,
        wire_log: WireLog | None = None,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.kind = KIND
        self._lines = {baud: SamLine(transport, wire_log, monotonic_ns) for baud, transport in lines.items()}
        self._monotonic_ns = monotonic_ns
        self._cards = CardTalk(appended_address=appended_address, monotonic_ns=monotonic_ns)
        self._line: SamLine | None = None
        self._baud = next(iter(lines))
        self._talk: Talk[None] | None = None
        self._wish: Wish | None = None
        self._times_opened = 0

    @property
    def tracks_presence(self) -> bool | None:
        """Whether `CardLifted` is said when the card is lifted; None until a read has shown it (see above)."""
        return self._cards.tracks_presence

    def open(self) -> None:
        """Takes the port and asks the module how it is. Raises DeviceError: device.timeout when nothing answers,
        device.protocol when something else does, id_reader.sam_fault or id_reader.sam_unauthorised."""
        self.close()
        line, answer = self._answering_line()
        try:
            self._require_health(line, answer)
        except DeviceError:
            line.close()
            raise
        self._line = line
        self._talk, self._wish = self._cards.serve(line), None
        self._times_opened += 1

    def close(self) -> None:
        """Lets the port go, and a card nobody took. Never raises."""
        if self._talk is not None:
            self._talk.close()
        self._talk, self._wish = None, None
        if self._line is not None:
            self._line.close()
            self._line = None

    def read(self, timeout_s: float) -> CardReading | None:
        """The next reading, or None after `timeout_s`; a card's read goes on with the next call. Raises DeviceError."""
        deadline_ns = self._monotonic_ns() + round(timeout_s * 1e9)
        if self._line is None:
            raise DeviceGone("not open")
        answer: Answer | None = None
        while True:
            if self._wish is None or answer is not None:
                self._go_on(self._line, answer)
            if not isinstance(self._wish, Ask | Pause | None):
                reading, self._wish = self._wish, None
                return reading
            answer = self._line.wait(deadline_ns)
            if answer is None:
                return None

    def probe(self) -> DeviceStatus:
        """Whether the module answers and is well. While a card is being read it is not disturbed, and counts as well."""
        was_open = self._line is not None
        try:
            if self._line is None:
                self.open()
            elif not self._line.asking:
                self._require_health(self._line, self._line.exchange(STATUS))
                if isinstance(self._wish, Ask | Pause):
                    self._line.wish(self._wish)
        except DeviceError as error:
            return DeviceStatus(Health.DOWN, error.reason)
        finally:
            if not was_open:
                self.close()
        return DeviceStatus(Health.OK, details=self.diagnostics())

    def diagnostics(self) -> Mapping[str, str]:
        """Port, speed, what is known of presence, and counters since the start. Nothing of anybody."""
        known = {None: "unknown", True: "yes", False: "no"}[self._cards.tracks_presence]
        port = next(iter(self._lines.values())).transport.name
        counts = {name: str(count) for name, count in self._cards.counts.items()}
        said = {"kind": self.kind, "port": port, "baud": str(self._baud), "tracks_presence": known}
        said["opened"] = str(self._times_opened)
        return said | counts

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: see `sam_redaction`."""
        return redact(direction, stream)

    def _answering_line(self) -> tuple[SamLine, Reply]:
        """The line at the speed that the module answers at, the one of last time first, and its answer."""
        heard = ""
        for baud in sorted(self._lines, key=lambda baud: baud != self._baud):
            line = self._lines[baud]
            line.open()
            try:
                answer = self._first_answer(line)
            except DeviceError:
                line.close()
                raise
            if isinstance(answer, Reply):
                self._baud = baud
                return line, answer
            line.close()
            heard = heard or answer.code
        if heard:
            raise ProtocolError("what answers is no SAM module")
        raise DeviceTimeout("no SAM module answers")

    def _first_answer(self, line: SamLine) -> Answer:
        answer = line.exchange(STATUS)
        if isinstance(answer, Silence) and len(self._lines) == 1:
            answer = line.exchange(RESET)  # it may hang; of several speeds it is likelier the wrong one
        return answer

    def _require_health(self, line: SamLine, answer: Answer) -> None:
        """Raises SamFault or SamUnauthorised when the module, after a reset if need be, does not say that it is well."""
        if state_of(answer) not in (State.OK, State.UNAUTHORISED):
            self._cards.counts["resets"] += 1
            line.exchange(RESET)
            answer = line.exchange(STATUS)
        if state_of(answer) == State.UNAUTHORISED:
            raise SamUnauthorised("the SAM module is not authorised")
        if state_of(answer) != State.OK:
            raise SamFault("the SAM module does not come up")

    def _go_on(self, line: SamLine, answer: Answer | None) -> None:
        assert self._talk is not None
        self._wish = self._talk.send(answer)
        if isinstance(self._wish, Ask | Pause):
            line.wish(self._wish)
