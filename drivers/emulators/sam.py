"""A reader of second-generation identity cards on a pty: a SAM module behind a serial line.

The terminal opens `path`, a link with a constant name, as it does for every emulated serial device. A pty carries any
speed, but it knows which one the terminal has set: at another than `baud` the module does not understand a word. With
`paced`, each byte takes as long as the line would need.
"""

from __future__ import annotations

import contextlib
import os
import select
import termios
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

from drivers.cards.sam_frames import BODY_AT, Command, State, reply_frame
from drivers.emulators.people import InventedCard
from drivers.emulators.sam_module import Condition, Pull, SamModule, commands_in

BITS_A_BYTE = 10
LINK_NAME = "id-reader"
LIFT_WITHIN_S = 0.02
_SPEEDS = {baud: getattr(termios, f"B{baud}") for baud in (9600, 19200, 38400, 57600, 115200, 230400)}
_OUTPUT_SPEED_AT = 5

Spoiling = Callable[[bytes], bytes]


class EmulatedSam:
    """One reader with at most one card in its field. `directory` holds the link. Every method may be called from any thread.

    `keeps_found` chooses the firmware and `card_s` the card's own time (see `SamModule`); `baud` None answers at any
    speed, `dribble` writes replies byte by byte.
    """

    def __init__(
        self,
        directory: Path,
        *,
        keeps_found: bool = True,
        card_s: float = 0.0,
        baud: int | None = None,
        paced: bool = False,
        dribble: bool = False,
    ) -> None:
        self.path = str(directory / LINK_NAME)
        self.found_ns = 0  # monotonic, when the command came that found the card first
        self.last_byte_ns = 0  # monotonic, after the last byte of the latest whole reply to `read`
        self.reads = 0  # whole replies to `read` since the start
        self._module = SamModule(keeps_found=keeps_found, card_s=card_s)
        self._baud = baud
        self._byte_s = BITS_A_BYTE / (baud or 115200) if paced else 0.0
        self._dribble = dribble
        self._changed = threading.Condition()
        self._spoiling: Spoiling | None = None
        self._master: int | None = None
        self._slave: int | None = None
        self._lift_at: float | None = None
        self._closing = threading.Event()
        directory.mkdir(parents=True, exist_ok=True)
        self.plug()
        self._thread = threading.Thread(target=self._serve, name="emulated-sam", daemon=True)
        self._thread.start()

    @property
    def plugged(self) -> bool:
        """Whether the pty is there."""
        return self._master is not None

    @property
    def resting(self) -> InventedCard | None:
        """The card in the field."""
        return self._module.card

    def rest(self, card: InventedCard) -> None:
        """Lays a card on the reader until `lift`, in place of the one that is there."""
        self._put(card, None)

    def tap(self, card: InventedCard, hold_s: float) -> None:
        """Holds a card to the reader for `hold_s`; returns at once."""
        self._put(card, time.monotonic() + hold_s)

    def lift(self) -> None:
        """Takes the card away."""
        self._put(None, None)

    def pull_during(self, command: Command, after_bytes: int | None = None) -> None:
        """The next time `command` is answered with a card in the field, the card is pulled out (see `Pull`)."""
        with self._changed:
            self._module.pull = Pull(command, after_bytes)

    def set_condition(self, condition: Condition) -> None:
        """How the module is from now on."""
        with self._changed:
            self._module.condition = condition

    def mute(self) -> None:
        """It answers nothing any more."""
        self.set_condition(Condition.MUTE)

    def lock_up(self) -> None:
        """The chip of the card in the field hangs until the field is switched off and on."""
        with self._changed:
            self._module.locked_up = True

    def refuse(self, state: State | None) -> None:
        """What `select` says of every card from now on, None for what is right."""
        with self._changed:
            self._module.refuses = state

    def spoil_next_read(self, spoiling: Spoiling) -> None:
        """Damages the next reply to `read` on its way: `truncated(n)`, `wrong_checksum`, or any of one's own."""
        with self._changed:
            self._spoiling = spoiling

    def noise(self, data: bytes) -> None:
        """Any bytes on the line."""
        self._send(data)

    def wait_for(self, condition: Callable[[EmulatedSam], bool], timeout_s: float) -> bool:
        """Waits until `condition` holds; it is asked after each exchange and each change. False when it does not by then."""
        with self._changed:
            return self._changed.wait_for(lambda: condition(self), timeout_s)

    def unplug(self) -> None:
        """Pulls the cable: the pty and its name are gone, the module has no power."""
        with self._changed:
            Path(self.path).unlink(missing_ok=True)
            for descriptor in (self._master, self._slave):
                if descriptor is not None:
                    os.close(descriptor)
            self._master = self._slave = None

    def plug(self) -> None:
        """Plugs the cable in again: a new pty under the same name, a module that has just started."""
        with self._changed:
            if self._master is not None:
                return
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)  # before the terminal sets the line, nothing may be echoed back
            os.set_blocking(self._master, False)
            if self._module.condition is Condition.WELL:
                self._module.answer(Command.RESET)
            fresh = Path(f"{self.path}.new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.ttyname(self._slave))
            fresh.replace(self.path)
            self._changed.notify_all()

    def close(self) -> None:
        """Ends the emulator. Never raises; twice is harmless."""
        self._closing.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join(timeout=5)
        self.unplug()

    def _put(self, card: InventedCard | None, lift_at: float | None) -> None:
        with self._changed:
            self._module.put(card)
            self.found_ns = 0
            self._lift_at = lift_at
            self._changed.notify_all()

    def _serve(self) -> None:
        """The thread: answers commands, and takes a tapped card away in time."""
        heard = bytearray()
        while not self._closing.is_set():
            with self._changed:
                if self._master is None:
                    heard.clear()
                    self._changed.wait(0.05)
                    continue
                master = self._master
            self._lift_in_time()
            heard += self._listen(master)
            for command in commands_in(heard):
                self._answer(command)

    def _pass(self, seconds: float) -> None:
        """Lets the card's own time pass; it may be taken away meanwhile."""
        end = time.monotonic() + seconds
        while (left_s := end - time.monotonic()) > 0 and not self._closing.is_set():
            self._lift_in_time()
            self._closing.wait(min(left_s, LIFT_WITHIN_S))

    def _lift_in_time(self) -> None:
        with self._changed:
            if self._lift_at is not None and time.monotonic() >= self._lift_at:
                self._put(None, None)

    def _listen(self, master: int) -> bytes:
        poll = select.poll()
        poll.register(master, select.POLLIN)
        poll.poll(LIFT_WITHIN_S * 1000)
        with self._changed:
            if self._master != master:  # unplugged meanwhile, and the number may be somebody else's
                return b""
            try:
                return os.read(master, 4096)
            except OSError:
                return b""

    def _answer(self, command: Command | None) -> None:
        came_ns = time.monotonic_ns()
        with self._changed:
            if not self._understands():
                return
            if command is None:
                self._send(reply_frame(bytes([0, 0, State.HOST_CHECKSUM])))
                return
            card = self._module.card
            told = self._module.answer(command)
            pulled = self._module.card is not card
        frame = told.frame
        if told.after_s:
            self._pass(told.after_s)
            if not pulled and self._module.card is not card:
                frame = self._module.failed(command)
        self._say(command, frame, came_ns)

    def _say(self, command: Command, frame: bytes, came_ns: int) -> None:
        with self._changed:
            is_card = command is Command.READ and frame[BODY_AT + 2 : BODY_AT + 3] == bytes([State.OK])
            if is_card and self._spoiling is not None:
                frame, self._spoiling = self._spoiling(frame), None
            if command is Command.FIND and not self.found_ns and frame[BODY_AT + 2 :].startswith(b"\x9f"):
                self.found_ns = came_ns
        sent_ns = self._send(frame)
        with self._changed:
            if is_card:
                self.last_byte_ns = sent_ns
                self.reads += 1
            self._changed.notify_all()

    def _understands(self) -> bool:
        if self._baud is None or self._slave is None:
            return True
        return bool(termios.tcgetattr(self._slave)[_OUTPUT_SPEED_AT] == _SPEEDS[self._baud])

    def _send(self, data: bytes) -> int:
        """Writes bytes at the line's pace; returns the monotonic ns after the last one. With no cable they are lost."""
        slowly = self._byte_s or self._dribble
        pieces = [data[at : at + 1] for at in range(len(data))] if slowly else [data]
        due = time.monotonic()
        for piece in pieces:
            due += self._byte_s
            if self._byte_s:
                self._closing.wait(max(0.0, due - time.monotonic()))
            with self._changed, contextlib.suppress(OSError):
                if self._master is not None:
                    os.write(self._master, piece)
        return time.monotonic_ns()


def truncated(length: int) -> Spoiling:
    """Only the first `length` bytes arrive."""
    return lambda frame: frame[:length]


def wrong_checksum(frame: bytes) -> bytes:
    """One bit turned over in the middle."""
    middle = len(frame) // 2
    return frame[:middle] + bytes([frame[middle] ^ 0x10]) + frame[middle + 1 :]
