"""Serial relay boards of the LCUS type (CH340 and a small controller), switched by four bytes.

| what                | how                                                                                     |
|---------------------|-----------------------------------------------------------------------------------------|
| Models              | LCUS-1, -2, -4 and boards that speak like them                                          |
| Line                | USB serial, 9600 8N1                                                                    |
| Frame               | `A0 channel state sum`, the sum of the three before it; the board never answers         |
| Supported           | a pulse timed by this process, see `software_pulse`; the configuration must accept it   |
| Not supported       | confirmation, reading states, boards that want single bytes (AA, BB, "A")               |
| Killed in a pulse   | the door stays open until the terminal starts again, or the board loses its power       |
| Tried on            | the emulator (`drivers/emulators/relays.py`); published frames                          |

A write that succeeds proves nothing, and the controller may start anew when its port is opened. The CH340 has no serial
number: bind it by `/dev/serial/by-path`.
"""

from __future__ import annotations

from drivers.transport import Transport

KIND = "relay_lcus_serial"
START = 0xA0
WRITE_S = 0.5
READ_BYTES = 64


def switch_frame(channel: int, on: bool) -> bytes:
    """The four bytes that switch a channel (from 1)."""
    body = bytes([START, channel, int(on)])
    return body + bytes([sum(body) & 0xFF])


class LcusBoard:
    """The board behind a serial transport, as `software_pulse.Board`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def name(self) -> str:
        """The port."""
        return self._transport.name

    def open(self) -> None:
        """Takes the port. Raises DeviceError."""
        self._transport.open()

    def close(self) -> None:
        """Lets the port go. Never raises."""
        self._transport.close()

    def switch(self, channel: int, on: bool) -> None:
        """Sends the frame. Raises DeviceError."""
        self._transport.write(switch_frame(channel, on), WRITE_S)

    def check(self) -> None:
        """Whether the port is still there; what a board with an answer says is dropped. Raises DeviceGone."""
        self._transport.read(READ_BYTES, 0.0)
