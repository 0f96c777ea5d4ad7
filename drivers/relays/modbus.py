"""Relay boards that speak Modbus RTU and time a pulse themselves ("flash on").

| what                | how                                                                                      |
|---------------------|------------------------------------------------------------------------------------------|
| Models              | Waveshare Modbus RTU Relay and boards with the same registers                            |
| Line                | RS-485 or USB, 9600 8N1 by default, address 1; 3.5 characters of silence between frames  |
| Supported           | a pulse by the board's own timer, its confirmation, the states of the coils as a probe   |
| Not supported       | boards without "flash on" (they refuse it: `relay.no_pulse`), inputs, setting an address |
| Lost answers        | 200 ms for a reply, three tries                                                          |
| Killed in a pulse   | the board ends the pulse: the door closes without the terminal                           |
| Tried on            | the emulator (`drivers/emulators/relays.py`) and a recording; published frames           |

A pulse whose confirmation is lost is not simply sent again, which would hold the door open longer than asked, or open it
twice: the board is first asked whether the relay is on, and once the pulse may be over nothing is sent again. Nothing on this line says anything of a person, so its log needs no redaction.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping

from drivers.base import (
    DeviceError,
    DeviceGone,
    DeviceStatus,
    DeviceTimeout,
    Health,
    ProtocolError,
    PulseOutcome,
)
from drivers.relays import modbus_frames as frames
from drivers.relays.limits import check_pulse
from drivers.transport import Transport

KIND = "relay_modbus_serial"
REPLY_S = 0.2
WRITE_S = 0.5
SETTLE_S = 0.2
TRIES = 3
READ_BYTES = 256
BITS_A_CHARACTER = 11
SHORTEST_GAP_S = 0.00175  # what the standard asks above 19200 baud
REFUSED = "relay.refused"
NO_PULSE = "relay.no_pulse"
UNKNOWN_REQUEST = frozenset({1, 2, 3})


class Refused(DeviceError):
    """The board answered with an exception."""

    code = REFUSED

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number


class ModbusRelay:
    """The driver. `address` is the board's, 1 to 255; `channels` how many relays it has; `baud` bits a second."""

    def __init__(
        self,
        transport: Transport,
        address: int = 1,
        channels: int = 8,
        *,
        baud: int = 9600,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.kind = KIND
        self._transport = transport
        self._address = address
        self._channels = channels
        self._character_s = BITS_A_CHARACTER / baud
        self._gap_s = max(SHORTEST_GAP_S, 3.5 * self._character_s)
        self._monotonic_ns = monotonic_ns
        self._is_open = False
        self._echoes: bool | None = None
        self._counts = dict.fromkeys(("opened", "pulses", "asked_again", "refused"), 0)

    def open(self) -> None:
        """Takes the port. Raises DeviceError. Switches nothing: a pulse that runs ends by itself."""
        self.close()
        self._transport.open()
        self._is_open = True
        self._echoes = None  # it may be another adapter now
        self._counts["opened"] += 1

    def close(self) -> None:
        """Lets the port go. Never raises."""
        self._is_open = False
        self._transport.close()

    def pulse(self, channel: int, duration_ms: int) -> PulseOutcome:
        """Switches a relay (from 1) on for `duration_ms`, rounded up to 100 ms; returns when the board has confirmed it.
        Raises DeviceError; off was then sent, as far as the line allows."""
        check_pulse(channel, self._channels, duration_ms)
        self._learn_the_line()
        try:
            self._flash(channel, frames.flash_units(duration_ms))
        except DeviceError:
            with contextlib.suppress(DeviceError):
                self._ask(frames.switch(self._address, channel, False))
            raise
        self._counts["pulses"] += 1
        return PulseOutcome.CONFIRMED

    def probe(self) -> DeviceStatus:
        """Asks the board for the states of its relays."""
        was_open = self._is_open
        try:
            if not was_open:
                self.open()
            on = [str(number) for number, is_on in enumerate(self._states(), start=1) if is_on]
        except DeviceError as error:
            return DeviceStatus(Health.DOWN, error.reason, self.diagnostics())
        finally:
            if not was_open:
                self.close()
        return DeviceStatus(Health.OK, details=dict(self.diagnostics()) | {"on": " ".join(on) or "none"})

    def diagnostics(self) -> Mapping[str, str]:
        """Port, address, whether the line echoes, and counters since the start."""
        echoes = "unknown" if self._echoes is None else str(self._echoes).lower()
        said = {
            "kind": self.kind,
            "port": self._transport.name,
            "address": str(self._address),
            "echoes": echoes,
        }
        return said | {name: str(count) for name, count in self._counts.items()}

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: nothing on this line is private."""
        return stream

    def _flash(self, channel: int, units: int) -> None:
        request = frames.flash_on(self._address, channel, units)
        over_ns = self._monotonic_ns() + units * frames.FLASH_UNIT_MS * 1_000_000
        for attempt in range(TRIES):
            try:
                self._exchange(request)
                return
            except Refused as refused:
                if refused.number in UNKNOWN_REQUEST:
                    raise DeviceError(str(refused), code=NO_PULSE) from refused
                raise
            except DeviceGone:
                raise
            except DeviceError:
                self._counts["asked_again"] += 1
                if self._states()[channel - 1]:
                    return
                # A relay that is off has not heard of the pulse, unless it is over.
                if attempt == TRIES - 1 or self._monotonic_ns() >= over_ns:
                    raise

    def _learn_the_line(self) -> None:
        """A write cannot be told from its echo; a question can be told from its answer."""
        for _ in range(TRIES):
            if self._echoes is not None:
                return
            self._states()
        raise ProtocolError(f"{self._transport.name}: too much noise to tell an answer from an echo")

    def _states(self) -> tuple[bool, ...]:
        reply = self._ask(frames.read_coils(self._address, self._channels))
        return frames.coils(reply, self._channels)

    def _ask(self, request: bytes) -> bytes:
        """Sends what may be sent any number of times."""
        for attempt in range(TRIES):
            try:
                return self._exchange(request)
            except (DeviceTimeout, ProtocolError):
                self._counts["asked_again"] += 1
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _exchange(self, request: bytes) -> bytes:
        """One request and its reply. Raises DeviceTimeout for silence, ProtocolError for rubbish, Refused."""
        self._wait_for_silence()
        parser = frames.ReplyParser(request, echoes=self._echoes is True)
        self._transport.write(request, WRITE_S)
        reply = self._reply(parser, len(request))
        if isinstance(reply, frames.Refusal):
            self._counts["refused"] += 1
            raise Refused(f"{self._transport.name}: exception {reply.number}", reply.number)
        if reply is None:
            error = ProtocolError if parser.noise else DeviceTimeout
            raise error(f"{self._transport.name}: no reply")
        if self._echoes is None and not parser.noise:
            self._echoes = parser.echoed
        return reply

    def _reply(self, parser: frames.ReplyParser, request_bytes: int) -> bytes | frames.Refusal | None:
        # Twice the request is on the line before a reply can be whole: once going out, once coming back.
        on_the_line_s = 2 * request_bytes * self._character_s
        deadline_ns = self._monotonic_ns() + round((REPLY_S + on_the_line_s) * 1e9)
        while (left_ns := deadline_ns - self._monotonic_ns()) > 0:
            reply = parser.feed(self._transport.read(READ_BYTES, left_ns / 1e9))
            if reply is not None:
                return reply
        return None

    def _wait_for_silence(self) -> None:
        """The gap before a frame; what comes meanwhile answers nothing any more."""
        deadline_ns = self._monotonic_ns() + round(SETTLE_S * 1e9)
        while self._transport.read(READ_BYTES, self._gap_s):
            if self._monotonic_ns() >= deadline_ns:
                raise ProtocolError(f"{self._transport.name}: the line is never silent")
