"""Every event of every device crosses here: none may be lost, reordered within its sender, or handled elsewhere."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from kiosk.bus import Bus


@dataclass(frozen=True)
class Numbered:
    sender: int
    number: int


def test_many_senders_one_reader() -> None:
    bus, seen, threads = Bus(), [], []
    bus.subscribe(Numbered, lambda event: seen.append((event, threading.current_thread())))
    for sender in range(4):
        thread = threading.Thread(target=lambda s=sender: [bus.publish(Numbered(s, n)) for n in range(2000)])
        threads.append(thread)
        thread.start()
    while len(seen) < 8000:
        assert bus.wait(5)
        bus.drain()
    for thread in threads:
        thread.join(5)
    assert {thread for _event, thread in seen} == {threading.current_thread()}
    for sender in range(4):
        assert [event.number for event, _ in seen if event.sender == sender] == list(range(2000))


def test_what_a_handler_publishes_waits_for_the_next_drain() -> None:
    bus, seen = Bus(), []
    bus.subscribe(int, lambda number: (seen.append(number), number < 3 and bus.publish(number + 1)))
    bus.publish(1)
    assert bus.drain() == 1
    assert seen == [1]
    assert bus.wait(0)
    bus.drain()
    assert seen == [1, 2]


def test_only_the_kind_asked_for_and_only_while_subscribed() -> None:
    bus, seen = Bus(), []
    end = bus.subscribe(str, seen.append)
    bus.publish(1)
    bus.publish("a")
    bus.drain()
    end()
    bus.publish("b")
    bus.drain()
    assert seen == ["a"]


def test_each_publish_wakes_the_face() -> None:
    bus, woken = Bus(), []
    bus.wake = lambda: woken.append(True)
    bus.publish("a")
    assert woken == [True]


def test_waiting_ends_at_its_deadline() -> None:
    assert Bus().wait(0.01) is False
