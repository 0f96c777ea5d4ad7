"""The emulated 13.56 MHz readers in a time of their own, and a card that is torn away within the read of a block.

The readers' answers are those of the emulators; only the pty between them and the driver is left out, and the time that
passes is the driver's waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from drivers.emulators.card_field import FieldLine
from drivers.emulators.classic_card import EmulatedCard
from drivers.emulators.m1_reader import EmulatedM1Reader
from drivers.emulators.pn532 import PASSIVE_TARGETS, TRY_S, EmulatedPn532

ANSWER_S = 0.002
NOWHERE = Path("in time")


class LineInTime:
    """Both ends of a line. The reader hears at once what the driver writes; what the reader sends is there ANSWER_S
    later, and after whatever `pause` asked for."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self.name = self.path = "in time"
        self.plugged = True
        self.bytes_written = 0
        self.bytes_read = 0
        self._hear = hear
        self._now_ns = 0
        self._sent_ns = 0
        self._arriving: list[tuple[int, bytes]] = []

    def monotonic_ns(self) -> int:
        """The clock."""
        return self._now_ns

    # --- the reader's end -------------------------------------------------------------------------------------------

    def send(self, data: bytes) -> int:
        """See `PtyLine.send`."""
        self._sent_ns = max(self._sent_ns, self._now_ns) + round(ANSWER_S * 1e9)
        self._arriving.append((self._sent_ns, data))
        return self._sent_ns

    def pause(self, seconds: float) -> None:
        """What is sent next comes so much later."""
        self._sent_ns = max(self._sent_ns, self._now_ns) + round(seconds * 1e9)

    def plug(self) -> None:
        """See `PtyLine.plug`; the cable is always in."""

    def unplug(self) -> None:
        """See `PtyLine.unplug`; the cable is always in."""

    # --- the driver's end -------------------------------------------------------------------------------------------

    def open(self) -> None:
        """See `Transport.open`."""
        self._arriving.clear()

    def close(self) -> None:
        """See `Transport.close`."""

    def write(self, data: bytes, timeout_s: float) -> None:
        """See `Transport.write`."""
        self.bytes_written += len(data)
        self._hear(data)

    def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See `Transport.read`."""
        until_ns = self._now_ns + round(timeout_s * 1e9)
        if not self._arriving or self._arriving[0][0] > until_ns:
            self._now_ns = until_ns
            return b""
        at_ns, data = self._arriving.pop(0)
        self._now_ns = max(self._now_ns, at_ns)
        if data[max_bytes:]:
            self._arriving.insert(0, (at_ns, data[max_bytes:]))
        self.bytes_read += len(data[:max_bytes])
        return data[:max_bytes]


class Pn532InTime(EmulatedPn532):
    """A PN532 whose `line` is the driver's transport."""

    def __init__(self) -> None:
        self.line = LineInTime(self._hear)
        super().__init__(NOWHERE)

    def _make_line(self, path: Path, baud: int | None) -> FieldLine:
        return self.line

    def _begin_search(self) -> None:
        """The whole search: nobody lays a card down while the driver waits for its end."""
        if not self._find() and not self._find():
            self.line.pause(self._tries * TRY_S)
            self._reply(PASSIVE_TARGETS, b"\x00")


class M1ReaderInTime(EmulatedM1Reader):
    """An AA BB reader whose `line` is the driver's transport."""

    def __init__(self) -> None:
        self.line = LineInTime(self._hear)
        super().__init__(NOWHERE)

    def _make_line(self, path: Path, baud: int | None) -> FieldLine:
        return self.line


@dataclass(frozen=True, slots=True)
class BlockPull:
    """The card is torn away before its sector is opened (`before_key`), or while its block is read. `after_bytes` of the
    block None: the reader notices and says so; else it hands over the bytes that were out, as a careless one would."""

    before_key: bool = False
    after_bytes: int | None = None


class TearingCard(EmulatedCard):
    """A card that is torn away at its `pull`, once, and answers nothing until it enters the field again."""

    def __init__(
        self, uid: bytes, blocks: Mapping[int, bytes], keys: Mapping[tuple[int, str], bytes] | None = None
    ) -> None:
        super().__init__(uid, blocks, keys)
        self.pull: BlockPull | None = None
        self._gone = False

    def enter(self) -> None:
        """See `EmulatedCard.enter`."""
        self._gone = False
        super().enter()

    def call(self, *, also_halted: bool) -> bool:
        """See `EmulatedCard.call`."""
        return not self._gone and super().call(also_halted=also_halted)

    def authenticate(self, key_type: int, block: int, key: bytes) -> bool:
        """See `EmulatedCard.authenticate`."""
        if self.pull is not None and self.pull.before_key:
            self._tear()
        return not self._gone and super().authenticate(key_type, block, key)

    def read(self, block: int) -> bytes | None:
        """See `EmulatedCard.read`."""
        content = None if self._gone else super().read(block)
        if self.pull is None:
            return content
        out = self.pull.after_bytes
        self._tear()
        return None if content is None or out is None else content[:out]

    def _tear(self) -> None:
        self._gone, self.pull = True, None
