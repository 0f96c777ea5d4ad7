"""Waiting for answers on a serial line: what every reader that is asked has in common, whatever its frames look like."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from drivers.transport import Transport

READ_BYTES = 512
WRITE_S = 0.5
DRAIN_READS = 16

Item = TypeVar("Item", covariant=True)


class Parser(Protocol[Item]):
    """Turns bytes into items: `feed` takes what came, `abandon` gives up what was begun."""

    @property
    def pending(self) -> bool: ...

    def feed(self, data: bytes) -> Iterable[Item]: ...

    def abandon(self) -> Iterable[Item]: ...


class Line(Generic[Item]):
    """A transport and the parser of what comes out of it. `heard_ns` is when the last byte was read."""

    def __init__(
        self,
        transport: Transport,
        make_parser: Callable[[], Parser[Item]],
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.transport = transport
        self.heard_ns = 0
        self.heard_bytes = 0
        self._make_parser = make_parser
        self._parser = make_parser()
        self._monotonic_ns = monotonic_ns

    def send(self, data: bytes) -> None:
        """Forgets what is left of an earlier answer, and writes. Raises DeviceError."""
        for _ in range(DRAIN_READS):
            if not self.transport.read(READ_BYTES, 0):
                break
        self._parser = self._make_parser()
        self.heard_bytes = 0
        self.transport.write(data, WRITE_S)

    def items(self, within_s: float) -> Iterator[Item]:
        """What comes within a time, as it comes; at its end also what was begun and not ended. Raises DeviceError."""
        until_ns = self._monotonic_ns() + round(within_s * 1e9)
        yield from self._parser.feed(b"")  # one read may have brought two answers, and only one was taken
        while (left_ns := until_ns - self._monotonic_ns()) > 0:
            yield from self._parser.feed(self._read(left_ns))
        yield from self._parser.abandon()

    def idle(self, until_ns: int) -> None:
        """Waits until a monotonic time and drops what comes. Raises DeviceGone at once when the line is unplugged."""
        while (left_ns := until_ns - self._monotonic_ns()) > 0:
            self._read(left_ns)

    def _read(self, left_ns: int) -> bytes:
        data = self.transport.read(READ_BYTES, left_ns / 1e9)
        if data:
            self.heard_ns = self._monotonic_ns()  # first of all: this is the stamp of the answer's last byte
            self.heard_bytes += len(data)
        return data
