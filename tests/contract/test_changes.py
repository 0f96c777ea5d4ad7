"""A terminal that pulls page after page ends with the hall's truth, and at every page its balances already are right:
account less own rows above `applied`."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from hall.services import feed
from hall.services.feed import Record
from offline_cache.wire import Changes, Menu, Notice, Period, ReferenceKind
from tests.contract.conftest import TestHall
from tests.contract.terminals import DATE, TestTerminal

DEADLINE_S = 30


def publish(hall: TestHall, *records: Record) -> None:
    with hall.hall.database.writing() as session:
        feed.publish(session, records)


def notice(name: str, text: str | None = "") -> Record:
    data = None if text is None else Notice(notice_id=name, title=name, text=text)
    return Record(ReferenceKind.NOTICE, name, data)


def pull_all(
    terminal: TestTerminal, cursor: int = 0, limit: int = 2
) -> tuple[int, dict[tuple[str, str], Any]]:
    """What a terminal holds after pulling to the end, and its cursor."""
    held: dict[tuple[str, str], Any] = {}
    more = True
    while more:
        page = Changes.model_validate(terminal.pull(cursor, limit))
        for change in page.changes:
            held[change.kind.value, change.id] = change.data
        assert page.cursor > cursor or not page.changes
        cursor, more = page.cursor, page.more
    return cursor, held


def test_pages_bring_everything_once_and_then_nothing(hall: TestHall) -> None:
    terminal = hall.terminal()
    cursor, held = pull_all(terminal)
    kinds = [kind for kind, _ in held]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "site": 2,
        "tariff": 1,
        "resident": 4,
        "card": 4,
        "account": 4,
    }
    assert pull_all(terminal, cursor) == (cursor, {})


def test_a_changed_record_comes_again_and_a_removed_one_as_a_tombstone(hall: TestHall) -> None:
    terminal = hall.terminal()
    publish(hall, notice("N1", "old"), notice("N2", "stays"), notice("N3", "goes"))
    cursor, _ = pull_all(terminal)
    publish(hall, notice("N1", "new"), notice("N3", None))
    cursor, held = pull_all(terminal, cursor)
    assert held["notice", "N1"]["text"] == "new"
    assert held["notice", "N3"] is None
    assert ("notice", "N2") not in held


def test_the_newest_record_published_again_gets_a_new_number(hall: TestHall) -> None:
    terminal = hall.terminal()
    publish(hall, notice("N1", "one"))
    cursor, _ = pull_all(terminal)
    publish(hall, notice("N1", "two"))
    assert pull_all(terminal, cursor)[1]["notice", "N1"]["text"] == "two"


def test_menus_are_told_to_their_own_site_and_old_ones_to_nobody(hall: TestHall) -> None:
    for site_id, service_date in (("C3", DATE), ("C7", DATE), ("C3", "2026-01-01")):
        menu = Menu(site_id=site_id, service_date=service_date, period=Period.LUNCH, dishes=["红烧肉"])
        publish(
            hall, Record(ReferenceKind.MENU, f"{site_id}/{service_date}/lunch", menu, site_id, service_date)
        )
    told = {id for kind, id in pull_all(hall.terminal())[1] if kind == "menu"}
    assert told == {f"C3/{DATE}/lunch"}


@pytest.mark.parametrize("query", ["cursor=-1", "limit=0", "limit=5001", "cursor=abc"])
def test_bad_cursors(hall: TestHall, query: str) -> None:
    answer = hall.http.get(f"/v1/changes?{query}", headers=hall.terminal().headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.malformed")


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_balances_are_right_at_every_page(hall: TestHall, limit: int) -> None:
    """The terminal keeps pulling while its own rows are applied between pages, in several logs, some refused."""
    terminal = hall.terminal()
    publish(hall, *(notice(f"N{at}") for at in range(8)))
    held: dict[tuple[str, str], Any] = {("account", "P1"): {"purse": 10_000}}
    cursor, more = 0, True
    while more:
        if len(terminal.log.rows) < 18:
            lunch, dinner = (
                terminal.log.meal("P1", lines=[], list_price=600, period=period)
                for period in ("lunch", "dinner")
            )
            terminal.push(lunch, dinner, terminal.log.meal("P1", lines=[], service_date="2026-02-30"))
        page = Changes.model_validate(terminal.pull(cursor, limit))
        for change in page.changes:
            held[change.kind.value, change.id] = change.data
        cursor, more = page.cursor, page.more
        applied = page.applied[terminal.log.log_id]
        assert applied == len(terminal.log.rows)
        assert page.refused[terminal.log.log_id] == list(range(3, applied + 1, 3))
        assert held["account", "P1"]["purse"] == 10_000 - 1_200 * (applied // 3)


def test_a_reader_of_pages_misses_nothing_while_others_write(hall: TestHall) -> None:
    """Two writers race; a cursor that follows them must see every number's record."""
    terminal = hall.terminal()
    start, _ = pull_all(terminal)
    done = threading.Barrier(3, timeout=DEADLINE_S)

    def write(name: str) -> None:
        for at in range(25):
            publish(hall, notice(f"{name}-{at}"), notice(f"{name}-again", str(at)))
        done.wait()

    writers = [threading.Thread(target=write, args=(name,), name=f"writer {name}") for name in "ab"]
    for writer in writers:
        writer.start()
    seen: dict[tuple[str, str], Any] = {}
    cursor = start
    while done.n_waiting < 2:
        cursor, held = pull_all(terminal, cursor, limit=7)
        seen |= held
    done.wait()
    for writer in writers:
        writer.join(DEADLINE_S)
    cursor, held = pull_all(terminal, cursor, limit=7)
    seen |= held
    assert {id for _, id in seen} == {f"{name}-{at}" for name in "ab" for at in [*range(25), "again"]}
    assert all(seen["notice", f"{name}-again"]["text"] == "24" for name in "ab")
