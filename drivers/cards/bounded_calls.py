"""Calls into a library that may never come back, each with a deadline.

They run on a thread of their own. A call that overran cannot be ended from outside: its thread is left behind and ends
by itself when the call returns (the card is pulled, the service restarted). Until then nothing else is begun, so at
most one thread a device hangs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Overrun
from queue import SimpleQueue
from typing import Any, TypeVar

from drivers.base import DeviceTimeout

WEDGED = "device.wedged"
END_S = 0.5

Result = TypeVar("Result")
_Call = Callable[[], None]


class BoundedCalls:
    """The calls of one device. `end` may be said from any thread, the rest by its owner only."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: SimpleQueue[_Call | None] | None = None
        self._thread: threading.Thread | None = None
        self._left_behind: threading.Thread | None = None
        self._overrun: Future[Any] | None = None
        self._is_out = False

    @property
    def wedged(self) -> bool:
        """Whether a call that overran has not come back yet, or its thread is still about to end."""
        if self._left_behind is not None:
            return self._left_behind.is_alive()
        return self._overrun is not None and not self._overrun.done()

    def call(self, function: Callable[..., Result], *arguments: object, timeout_s: float) -> Result:
        """What `function` answers. Raises what it raises, and DeviceTimeout with device.wedged when it takes longer than
        `timeout_s`, or when an earlier one is still out."""
        if self.wedged:
            raise DeviceTimeout(f"{self._name}: a call has not come back", code=WEDGED)
        self._left_behind = self._overrun = None
        answer: Future[Result] = Future()
        self._is_out = True
        self._queue().put(_answering(answer, function, arguments))
        try:
            return answer.result(timeout_s)
        except Overrun:
            self._overrun = answer
            raise DeviceTimeout(f"{self._name}: no answer within {timeout_s:g} s", code=WEDGED) from None
        finally:
            self._is_out = not answer.done()

    def end(self, last: _Call | None = None) -> None:
        """Ends the thread when what it does is done, after `last`. Waits END_S at most for `last`, so that the next opener
        finds the device free; not at all while a call is out. May be said twice."""
        calls, self._calls = self._calls, None
        if calls is None:
            return
        if self.wedged:
            self._left_behind = self._thread
        if last is not None:
            calls.put(last)
        calls.put(None)
        if self._thread is not None and not self._is_out:
            self._thread.join(END_S)

    def _queue(self) -> SimpleQueue[_Call | None]:
        if self._calls is None:
            self._calls = SimpleQueue()
            name = f"{self._name}:calls"
            self._thread = threading.Thread(target=_work, args=(self._calls,), name=name, daemon=True)
            self._thread.start()
        return self._calls


def _work(calls: SimpleQueue[_Call | None]) -> None:
    while (call := calls.get()) is not None:
        call()
        del call  # with its answer, which may be of a card, and would be held until the next call


def _answering(
    answer: Future[Result], function: Callable[..., Result], arguments: tuple[object, ...]
) -> _Call:
    def run() -> None:
        try:
            answer.set_result(function(*arguments))
        except BaseException as error:  # noqa: BLE001 - handed to the caller, whatever it is
            answer.set_exception(error)

    return run
