"""A call's answer may be somebody's number: the thread that made the call must not keep it until the next one."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from drivers.base import DeviceTimeout
from drivers.cards.bounded_calls import WEDGED, BoundedCalls


class Answer:
    """Something that can be seen to be gone."""


def test_an_answer_is_not_held_when_it_was_given() -> None:
    calls = BoundedCalls("reader")
    answer = calls.call(Answer, timeout_s=5.0)
    kept = weakref.ref(answer)
    gone = threading.Event()
    weakref.finalize(answer, gone.set)
    del answer
    gc.collect()
    assert gone.wait(5.0)
    assert kept() is None
    calls.end()


def test_a_call_that_does_not_come_back_is_given_up() -> None:
    calls, stuck = BoundedCalls("reader"), threading.Event()
    with pytest.raises(DeviceTimeout) as given_up:
        calls.call(stuck.wait, 5.0, timeout_s=0.05)
    assert given_up.value.reason == WEDGED
    assert calls.wedged
    stuck.set()
    calls.end()
