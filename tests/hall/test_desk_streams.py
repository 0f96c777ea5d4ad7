"""Boards come and go without a word, and the hall runs for months: a listener that vanished leaves nothing behind, a poll looks
at what is new and not at all that there is, and no fault of a moment ends the timers for good."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hall.database import Database
from hall.models import Published
from hall.models_front_desk import FamilyContact
from hall.routes import front_desk
from hall.services import feed
from hall.services.feed import Record
from hall.services.front_desk import events, family_sending, timers
from hall.services.front_desk.family_messages import Outgoing
from offline_cache.wire import ReferenceKind
from offline_cache.wire_front_desk import AlarmSender
from tests.hall.desks import DeskHall, alarm, visit

ENOUGH_S = 10
MANY = 100_000


class Listening:
    """A request of somebody who has not gone away."""

    async def is_disconnected(self) -> bool:
        return False


@pytest.mark.parametrize("heard", [0, 1, 2])
def test_a_listener_that_vanishes_is_forgotten(desks: DeskHall, heard: int) -> None:
    """However much of the stream it has taken."""

    async def listen_and_go() -> None:
        stream: Any = front_desk._events(Listening(), desks.hall.hall, None)  # type: ignore[arg-type]
        for _ in range(heard):
            await asyncio.wait_for(anext(stream), ENOUGH_S)
        await stream.aclose()

    asyncio.run(listen_and_go())
    assert not desks.hall.hall.wake._listeners


def test_a_listener_that_vanishes_while_the_hall_looks_is_forgotten(
    desks: DeskHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise PoolTimeout

    monkeypatch.setattr(front_desk, "_newest", fail)

    async def listen() -> None:
        async for _ in front_desk._events(Listening(), desks.hall.hall, None):  # type: ignore[arg-type]
            pass

    with pytest.raises(PoolTimeout):
        asyncio.run(listen())
    assert not desks.hall.hall.wake._listeners


def test_who_heard_more_than_the_hall_remembers_hears_what_comes(desks: DeskHall) -> None:
    """A hall that came back from a copy counts on from an earlier number."""

    async def next_event() -> str:
        stream: Any = front_desk._events(Listening(), desks.hall.hall, 2**62)  # type: ignore[arg-type]
        lines = [await asyncio.wait_for(anext(stream), ENOUGH_S) for _ in range(2)]
        await asyncio.to_thread(desks.desk.push, visit(desks.desk))
        while "event:" not in lines[-1]:
            lines.append(await asyncio.wait_for(anext(stream), ENOUGH_S))
        await stream.aclose()
        return str(lines[-1])

    assert "event: visit" in asyncio.run(next_event())


def _fill(database: Database) -> int:
    """A feed of many records that are none of the desk's. Returns the newest number."""
    with database.writing() as session:
        first = feed.last_number(session) + 1
        rows: list[dict[str, Any]] = [
            {"number": first + place, "kind": "claim", "id": f"many-{place}", "data": {}, "site_id": None, "service_date": None}
            for place in range(MANY)
        ]  # fmt: skip
        session.execute(insert(Published), rows)
        return feed.last_number(session)


def test_an_idle_poll_does_not_walk_through_the_feed_each_time(desks: DeskHall) -> None:
    newest = _fill(desks.database)
    with desks.database.reading() as session:
        first = events.after(session, 0)
        assert first.number == newest
        assert events.after(session, first.number) == events.Page([], newest)


def test_a_long_pause_is_told_in_pages_that_lose_nothing(
    desks: DeskHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "AT_ONCE", 2)
    for count in range(5):
        desks.desk.push(visit(desks.desk, f"v-{count}"))
    told: list[str] = []
    number = 0
    for _ in range(4):
        with desks.database.reading() as session:
            page = events.after(session, number)
        told += [each.id for each in page.events]
        number = page.number
    assert told == [f"v-{count}" for count in range(5)]


@pytest.mark.parametrize("fault", [PoolTimeout("busy"), ValueError("of the hall's own"), OSError("disk")])
def test_a_fault_of_a_moment_does_not_end_the_timers(
    desks: DeskHall, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    """Nobody would notice: alarms would simply not be passed on any more."""
    monkeypatch.setattr(timers, "EVERY_S", 0.01)
    faults = [fault]
    rung = asyncio.Event()
    pass_on = timers.pass_on_alarms

    def once_faulty(database: Database, now_ms: int) -> int:
        if faults:
            raise faults.pop()
        return pass_on(database, now_ms)

    monkeypatch.setattr(timers, "pass_on_alarms", once_faulty)
    desks.desk.push(alarm(desks.desk))

    async def keep() -> None:
        task = asyncio.create_task(timers.keep_time(desks.database, desks.now_ms, rung.set))
        await asyncio.wait(
            [task, asyncio.create_task(rung.wait())], timeout=ENOUGH_S, return_when="FIRST_COMPLETED"
        )
        task.cancel()

    asyncio.run(keep())
    assert rung.is_set()
    shown = desks.told(ReferenceKind.ALARM, "a-1")
    assert shown is not None
    assert shown["state"] == "escalated"


class BrokenForOne:
    """A carrier whose program has a fault of its own at the first message."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def send(self, message: Outgoing) -> None:
        self.asked.append(message.message_id)
        if len(self.asked) == 1:
            raise KeyError("a fault of the carrier's own")


def test_a_carrier_s_fault_at_one_message_costs_no_other_family_its_answer(desks: DeskHall) -> None:
    with desks.database.writing() as session:
        session.add(FamilyContact(person_id="P1", phone="000-1"))
        sender = AlarmSender(sender="BR-1", sort="bracelet", person_id="P1")
        feed.publish(session, [Record(ReferenceKind.ALARM_SENDER, "BR-1", sender)])
    for id in ("a-1", "a-2"):
        desks.desk.push(alarm(desks.desk, id, sender="BR-1"))
    carrier = BrokenForOne()
    asyncio.run(family_sending.send_due(desks.database, carrier, desks.now_ms()))
    states = {id: each["family"] for id, each in desks.all_told(ReferenceKind.ALARM).items()}
    failed, told = carrier.asked
    assert states == {failed: "asked", told: "sent"}


def test_a_pull_that_finds_nothing_reads_next_to_nothing(desks: DeskHall) -> None:
    """With 100,000 rows in a log it took 273 ms each time, to find out that none was refused; and beside 50,000 residents 114 ms,
    to sort them all and tell none."""
    if not desks.database.is_sqlite:
        pytest.skip("SQLite says which index it takes")
    plans: list[str] = []

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("EXPLAIN") and ("FROM rows" in statement or "number >" in statement):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            plans.append(" / ".join(row[3] for row in plan))

    event.listen(desks.database.engine, "before_cursor_execute", explain)
    desks.desk.pull()
    event.remove(desks.database.engine, "before_cursor_execute", explain)
    of_feed, of_rows = plans
    assert "number>?" in of_feed
    assert "TEMP B-TREE" not in of_feed
    assert "ix_rows_refused" in of_rows
