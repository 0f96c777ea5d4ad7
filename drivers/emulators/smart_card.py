"""A smart card reader's slot, into which cards are put: over pcscd's virtual reader, or in this process.

`EmulatedSlot` speaks with the reader driver vpcd by TCP: each message is a length (two bytes, big-endian) and so many
bytes; a message of one byte to the card is about power (00 off, 01 on, 02 reset, 04 "your answer to reset?"), and only
04 is answered; anything longer is a command. A card is put in by connecting and taken out by closing. vpcd listens on
every address: it belongs into tests and demonstrations, never onto a terminal.

`EmulatedCardLink` is the same slot without any service between, for an `ApduTransport`'s place, with a clock of its
own: hundreds of pulls take no time.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import Protocol

from drivers.base import DeviceGone
from drivers.cards.apdu import CardGone
from drivers.emulators.smart_cards import SmartCard

SLOT_PORTS = (35963, 35964)
CONNECT_S = 5.0
_LENGTH = struct.Struct(">H")
_GIVE_ATR = b"\x04"
_POWER_ON, _RESET = b"\x01", b"\x02"


@dataclass(frozen=True, slots=True)
class Pull:
    """When the card is torn away: at command `at` (from 1, counted since it was armed), once `after_bytes` of the answer
    are out; None: before the card has heard the command. By vpcd the answer begins with its length (two bytes), and
    half of that (1) kills vpcd 3.3 and pcscd with it."""

    at: int
    after_bytes: int | None = None


class CardSlot(Protocol):
    """What both slots can do to a card."""

    def insert(self, card: SmartCard) -> None: ...

    def remove(self) -> None: ...

    def pull(self, when: Pull) -> None: ...


class EmulatedSlot:
    """A slot of the virtual reader. Every method may be called from any thread."""

    def __init__(self, port: int = SLOT_PORTS[0], host: str = "127.0.0.1") -> None:
        self._address = (host, port)
        self._changed = threading.Condition()
        self._connection: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._pull: Pull | None = None
        self._commands = 0
        self._armed_at = 0
        self._slow_s = 0.0
        self._mute = threading.Event()
        self._unmute = threading.Event()
        self.last_answer_ns = 0  # time.monotonic_ns() after the last answer was written

    @property
    def holds_card(self) -> bool:
        """Whether a card is in it."""
        return self._connection is not None

    @property
    def commands(self) -> int:
        """How many commands came since the slot was made."""
        return self._commands

    def insert(self, card: SmartCard) -> None:
        """Puts a card in; one that is there is taken out. Raises OSError when no virtual reader listens."""
        self.remove()
        connection = socket.create_connection(self._address, timeout=CONNECT_S)
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        card.reset()
        with self._changed:
            self._connection = connection
            self._changed.notify_all()
        self._thread = threading.Thread(
            target=self._serve, args=(connection, card), name="emulated-card", daemon=True
        )
        self._thread.start()

    def remove(self) -> None:
        """Takes the card out. Nothing happens where there is none."""
        thread, self._thread = self._thread, None
        self._end(self._connection)
        self._unmute.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=CONNECT_S)
        self._unmute.clear()

    def pull(self, when: Pull) -> None:
        """The card will be torn away, once."""
        with self._changed:
            self._armed_at, self._pull = self._commands, when

    def slow(self, seconds: float) -> None:
        """Each answer takes so long from now on."""
        self._slow_s = seconds

    def mute(self) -> None:
        """The card does not answer any more; it stays in."""
        self._unmute.clear()
        self._mute.set()

    def unmute(self) -> None:
        """The card answers again, also what it was asked meanwhile."""
        self._mute.clear()
        self._unmute.set()

    def wait_removed(self, timeout_s: float) -> bool:
        """Until the card was torn away; False when it was not by then."""
        with self._changed:
            return self._changed.wait_for(lambda: self._connection is None, timeout_s)

    def close(self) -> None:
        """Empties the slot. Never raises; twice is harmless."""
        self.unmute()
        self.remove()

    # --- the card's thread ------------------------------------------------------------------------------------------

    def _serve(self, connection: socket.socket, card: SmartCard) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                message = _received(connection)
                if len(message) == 1:
                    self._control(connection, card, message)
                else:
                    self._answer(connection, card, message)
        self._end(connection)

    def _control(self, connection: socket.socket, card: SmartCard, message: bytes) -> None:
        if message in (_POWER_ON, _RESET):
            card.reset()
        if message == _GIVE_ATR:
            connection.sendall(_framed(card.atr))

    def _answer(self, connection: socket.socket, card: SmartCard, command: bytes) -> None:
        with self._changed:
            self._commands += 1
            pull = self._pull
            due = pull is not None and self._commands - self._armed_at == pull.at
            if due:
                self._pull = None
        if due and pull is not None and pull.after_bytes is None:
            raise EOFError
        answer = _framed(card.answer(command))
        self._wait()
        if due and pull is not None:
            connection.sendall(answer[: pull.after_bytes])
            raise EOFError
        connection.sendall(answer)
        self.last_answer_ns = time.monotonic_ns()

    def _wait(self) -> None:
        if self._mute.is_set():
            self._unmute.wait()
        if self._slow_s:
            threading.Event().wait(self._slow_s)

    def _end(self, connection: socket.socket | None) -> None:
        if connection is None:
            return
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
        with self._changed:
            if self._connection is connection:
                self._connection = None
            self._changed.notify_all()


def _framed(message: bytes) -> bytes:
    return _LENGTH.pack(len(message)) + message


def _received(connection: socket.socket) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
    return _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytes:
    """So many bytes. vpcd writes length and message apart, and would wait 40 ms for the kernel's late acknowledgement
    of the first: it is asked for at once. Raises EOFError."""
    received = b""
    while len(received) < length:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        piece = connection.recv(length - len(received))
        if not piece:
            raise EOFError
        received += piece
    return received


class EmulatedCardLink:
    """A slot and its reader in this process, as an `ApduTransport`. `monotonic_ns` is its clock, which moves with waits
    and with commands (`command_s` each); give it to the driver. One thread.

    `cuts_answers`: a pull within an answer hands over the bytes that were out by then, as a careless reader would;
    otherwise the reader notices, as they should.
    """

    def __init__(self, *, command_s: float = 0.02, cuts_answers: bool = False) -> None:
        self.name = "emulated slot"
        self._command_ns = round(command_s * 1e9)
        self._cuts_answers = cuts_answers
        self._now_ns = 0
        self._is_open = False
        self._card: SmartCard | None = None
        self._connected = False
        self._announced: SmartCard | None = None
        self._pull: Pull | None = None
        self._commands = 0

    def monotonic_ns(self) -> int:
        """The slot's time, from 0."""
        return self._now_ns

    def pass_time(self, seconds: float) -> None:
        """Lets time go by."""
        self._now_ns += round(seconds * 1e9)

    # --- as a hand does it ------------------------------------------------------------------------------------------

    def insert(self, card: SmartCard) -> None:
        """Puts a card in; one that is there is taken out."""
        self.remove()
        card.reset()
        self._card = card

    def remove(self) -> None:
        """Takes the card out."""
        self._card, self._connected, self._announced = None, False, None

    def pull(self, when: Pull) -> None:
        """The card will be torn away, once."""
        self._pull, self._commands = when, 0

    # --- as the driver sees it --------------------------------------------------------------------------------------

    def open(self) -> None:
        """See `ApduTransport.open`."""
        self._is_open, self._announced = True, None

    def close(self) -> None:
        """See `ApduTransport.close`."""
        self._is_open = self._connected = False

    def check(self) -> None:
        """See `ApduTransport.check`."""
        if not self._is_open:
            raise DeviceGone(f"{self.name}: not open")

    def wait_card(self, timeout_s: float) -> bytes | None:
        """See `ApduTransport.wait_card`. Nothing comes by itself, so the whole wait passes."""
        self.check()
        if self._card is None:
            self.pass_time(timeout_s)
            return None
        self._announced = self._card
        return self._card.atr

    def wait_lifted(self, timeout_s: float) -> bool:
        """See `ApduTransport.wait_lifted`."""
        self.check()
        if self._announced is None or self._announced is not self._card:
            return True
        self.pass_time(timeout_s)
        return False

    def connect(self) -> None:
        """See `ApduTransport.connect`."""
        self.check()
        if self._card is None:
            raise CardGone(f"{self.name}: no card")
        self._card.reset()
        self._connected = True

    def disconnect(self) -> None:
        """See `ApduTransport.disconnect`."""
        self._connected = False

    def transmit(self, command: bytes, timeout_s: float) -> bytearray:
        """See `ApduTransport.transmit`."""
        self.check()
        card = self._card
        if card is None or not self._connected:
            raise CardGone(f"{self.name}: no card")
        self._commands += 1
        pull = self._pull if self._pull is not None and self._pull.at == self._commands else None
        if pull is not None and pull.after_bytes is None:
            return self._torn(b"")
        answer = card.answer(command)
        self._now_ns += self._command_ns
        return bytearray(answer) if pull is None else self._torn(answer[: pull.after_bytes])

    def _torn(self, out: bytes) -> bytearray:
        self._pull = None
        self.remove()
        if not self._cuts_answers:
            raise CardGone(f"{self.name}: torn away")
        return bytearray(out)
