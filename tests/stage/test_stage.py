"""Why: the journeys and the campaign believe what the stage tells them. Its own eyes and sums are held to the light."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest

from tests.stage.devices import SlipText, StagePrinter
from tests.stage.hall import local_ms
from tests.stage.people import Person
from tests.stage.processes import PYTHON, Child
from tests.stage.waiting import Overdue, wait_for
from tests.stage.watching import DirectoryWatch

DAY = date(2026, 11, 20)


def _person(age: int, *statuses: str, welfare: int = 0) -> Person:
    held = tuple((status, "2026-01-01", "2026-12-31") for status in statuses)
    born = date(DAY.year - age, 11, 20)
    return Person("p", "0102030405", "ordinary", "王＊", born, held, "active", "123456", 5000, welfare)


@pytest.mark.parametrize(
    ("person", "own_part"),
    [
        (_person(59), 1200),
        (_person(60), 700),
        (_person(74), 700),
        (_person(75), 650),
        (_person(71, "wulei"), 550),
        (_person(76, "welfare_card", welfare=60_000), 450),
        (_person(64, "welfare_card", welfare=60_000), 500),
        (_person(76, "welfare_card", welfare=100), 550),
        (_person(80, "market"), 1200),
        (_person(68, "dibao"), 700),
    ],
)
def test_prices_by_hand_are_the_published_ones(person: Person, own_part: int) -> None:
    assert person.own_part(DAY) == own_part


def test_age_counts_from_the_birthday_on() -> None:
    person = _person(75)
    assert person.age_on(DAY) == 75
    assert person.age_on(date(2026, 11, 19)) == 74


def test_a_status_that_ran_out_is_lapsed_and_one_of_two_is_not() -> None:
    ended = ("elder_card", "2025-01-01", "2026-10-01")
    person = _person(73)
    assert not person.lapsed(DAY)
    alone = Person("p", "01", "", "", person.birth_date, (ended,), "active", "", 0, 0)
    assert alone.lapsed(DAY)
    with_other = Person(
        "p", "01", "", "", person.birth_date, (ended, *_person(73, "dibao").statuses), "active", "", 0, 0
    )
    assert not with_other.lapsed(DAY)


def test_local_time_is_that_of_the_town() -> None:
    assert local_ms(date(1970, 1, 1), "08:00") == 0


def test_a_slip_tells_its_number_and_which_copy_it_is() -> None:
    first = SlipText("就餐凭条 午餐   第 10424 号 CT-03　第 1 联", complete=True)
    assert (first.seq, first.copy) == (10424, False)
    again = SlipText("就餐凭条 午餐   第 10424 号 CT-03　第 2 联", complete=True)
    assert (again.seq, again.copy) == (10424, True)
    assert SlipText("就餐凭条", complete=False).seq is None


def test_the_printer_remembers_what_it_printed_also_when_it_was_cut_off(tmp_path: Path) -> None:
    import socket

    printer = StagePrinter(tmp_path)
    try:
        with socket.create_connection(printer.address) as line:
            line.sendall(b"\x1b@" + "第 7 号\n".encode("gbk") + b"\x1dV\x00")
            assert printer.wait_for_pages(1)
            line.sendall(b"\x1b@" + "第 8 号\n".encode("gbk"))
            assert printer.wait_for(lambda it: it.lines_since_cut == 1)
        assert [(slip.seq, slip.complete) for slip in printer.slips] == [(7, True), (8, False)]
    finally:
        printer.close()


def test_a_watch_hears_a_write_by_its_name_and_gives_up_in_time(tmp_path: Path) -> None:
    with DirectoryWatch(tmp_path) as watch:
        writer = threading.Thread(target=(tmp_path / "log.db-wal").write_bytes, args=(b"row",))
        writer.start()
        assert watch.wait_for(lambda name: name == "log.db-wal", 5.0)
        writer.join(5.0)
        assert not watch.wait_for(lambda name: name == "other", 0.05)


def test_what_does_not_happen_is_overdue_and_named() -> None:
    with pytest.raises(Overdue, match="the moon"):
        wait_for("the moon", lambda: None, 0.05)


def test_a_killed_child_is_gone_with_its_whole_group(tmp_path: Path) -> None:
    code = "import subprocess, sys, time; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); time.sleep(60)"
    child = Child([PYTHON, "-c", code], tmp_path / "log")
    grandchild = int(wait_for("its child", lambda: child.last_words().strip(), 10.0))
    child.kill()
    assert not child.running
    wait_for("the grandchild is gone", lambda: _is_gone(grandchild), 5.0)


def _is_gone(pid: int) -> bool:
    """Dead, or only waiting for init to take note of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
