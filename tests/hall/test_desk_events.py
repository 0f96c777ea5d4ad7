"""Boards in the hall hang where everybody reads them: they must hear at once what happens at the desks, and never of whom."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import httpx
import pytest

from hall.server import HallServer
from hall.services import feed, identities
from hall.services.feed import Record
from hall.settings import Settings
from offline_cache.wire import ReferenceKind, Resident
from tests.contract.databases import SqliteFiles
from tests.contract.terminals import TestTerminal
from tests.hall.desks import alarm, alarm_step, ticket, visit

DEADLINE_S = 30
NAME = "王样本"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def server(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[tuple[HallServer, str]]:
    """A hall that serves, with one resident."""
    addresses = Queue[str]()
    with sqlite_files.fresh(tmp_path) as url:
        served = HallServer(Settings(database=url, keep_alive_s=1), "127.0.0.1", 0, addresses.put)
        thread = threading.Thread(target=served.run, name="hall")
        thread.start()
        address = addresses.get(timeout=DEADLINE_S)
        with served.hall.database.writing() as session:
            person = Resident(
                person_id="P1", name=NAME, birth_date="1950-01-01", short_number="1", home=["T-01"]
            )
            feed.publish(session, [Record(ReferenceKind.RESIDENT, "P1", person)])
        yield served, address
        served.should_exit = True
        thread.join(DEADLINE_S)


def _listen(url: str, headers: dict[str, str], got: Queue[str]) -> None:
    with httpx.stream("GET", f"{url}/v1/desk/events", headers=headers, timeout=DEADLINE_S) as stream:
        for line in stream.iter_lines():
            if line and line != ": keep-alive":
                got.put(line)
    got.put("closed")


def _next(got: Queue[str]) -> tuple[int, str, dict[str, str]]:
    """One whole event: its number, kind and data."""
    number, kind, data = (got.get(timeout=DEADLINE_S).split(": ", 1) for _ in range(3))
    assert [number[0], kind[0], data[0]] == ["id", "event", "data"]
    return int(number[1]), kind[1], json.loads(data[1])


def test_what_happens_at_the_desks_is_told_at_once_and_without_names(server: tuple[HallServer, str]) -> None:
    served, url = server
    with served.hall.database.writing() as session:
        code = identities.invite(session, "FD-01", "H1", "front_desk", _now_ms())
        officer = {"Authorization": f"Bearer {identities.appoint(session, 'Gao', _now_ms())}"}
    got = Queue[str]()
    threading.Thread(target=_listen, args=(url, officer, got), name="board", daemon=True).start()
    assert got.get(timeout=DEADLINE_S) == ": listening"
    with httpx.Client(base_url=url, timeout=DEADLINE_S) as http:
        desk = TestTerminal(http, code, _now_ms)
        at_ms = _now_ms()
        desk.push(visit(desk, at_ms=at_ms))
        first = _next(got)
        desk.push(ticket(desk, at_ms=at_ms, date="2999-01-01"))
        second = _next(got)
        desk.push(alarm(desk, at_ms=at_ms))
        third = _next(got)
        desk.push(alarm_step(desk, "acknowledged", at_ms))
        fourth = _next(got)
    assert [event[1:] for event in (first, second, third, fourth)] == [
        ("visit", {"id": "v-1", "state": "here"}),
        ("ticket", {"id": "2999-01-01/A017", "state": "waiting"}),
        ("alarm", {"id": "a-1", "state": "raised"}),
        ("alarm", {"id": "a-1", "state": "acknowledged"}),
    ]
    assert first[0] < second[0] < third[0] < fourth[0]

    again = Queue[str]()
    resumed = {**officer, "Last-Event-ID": str(first[0])}
    threading.Thread(target=_listen, args=(url, resumed, again), name="board again", daemon=True).start()
    assert again.get(timeout=DEADLINE_S) == ": listening"
    assert [_next(again)[1], _next(again)] == ["ticket", fourth]  # the newest state of each

    served.should_exit = True  # a hall that goes away lets its listeners go
    rest = []
    while (line := got.get(timeout=DEADLINE_S)) != "closed":
        rest.append(line)
    assert rest == []
