"""A number is somebody's place in a queue: said twice, or called to two windows, two people stand up and one is sent away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from drivers.base import DeviceStatus, Health
from kiosk import commands_front_desk as wishes
from kiosk.events_front_desk import DeskRefused, TicketIssued, TicketsTold
from kiosk.services.front_desk.service import DeskRefusal, DeskService
from kiosk.services.front_desk.signed_in import SignedIn
from kiosk.services.front_desk.tickets import Tickets
from kiosk.services.role_services import Papers
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import DeskWindow, Ticket
from tests.kiosk.canteen_world import local_ms
from tests.kiosk.front_desk.desk_world import DAY, STAFF, DeskWorld

TOP = Path(__file__).parents[3]


class NotedVisits:
    """What the visits are told."""

    def __init__(self) -> None:
        self.numbers: list[str] = []

    def note_ticket(self, number: str) -> str:
        self.numbers.append(number)
        return f"visit-of-{number}"


@pytest.fixture
def visits() -> NotedVisits:
    return NotedVisits()


@pytest.fixture
def world(tmp_path: Path, visits: NotedVisits) -> Iterator[DeskWorld]:
    def make(papers: Papers, signed_in: SignedIn) -> Sequence[DeskService]:
        return (Tickets(papers, signed_in, visits),)

    world = DeskWorld(tmp_path, make)
    yield world
    world.close()


@pytest.fixture
def windows(world: DeskWorld) -> DeskWorld:
    """Window 1 does papers and questions, window 2 questions alone."""
    one = DeskWindow(window="1", title_zh="综合", title_en="General", queues=["papers", "questions"])
    two = DeskWindow(window="2", title_zh="咨询", title_en="Questions", queues=["questions"])
    world.told(ReferenceKind.DESK_WINDOW, {"1": one, "2": two})
    return world


def take(world: DeskWorld, queue: str = "papers") -> TicketIssued:
    world.perform(wishes.TakeTicket(1, queue, "zh_CN"))
    return world.last(TicketIssued)


def call(world: DeskWorld, number: str = "", window: str = "1", state: str = "called") -> None:
    world.perform(wishes.CallTicket(7, number, window, state, STAFF))


def elsewhere(
    world: DeskWorld, number: str, state: str = "waiting", window: str = "", at: str = "09:30"
) -> None:
    """A ticket of another terminal, as the hall tells of it."""
    record = {"number": number, "date": DAY, "queue": "papers", "terminal_id": "VT-01", "window": window}
    ticket = Ticket.model_validate(record | {"issued_ms": local_ms(at, DAY), "state": state})
    world.told(ReferenceKind.TICKET, {f"{DAY}/{number}": ticket})


def states(world: DeskWorld) -> dict[str, str]:
    return {row.number: row.state for row in world.last(TicketsTold).tickets}


# --- issuing --------------------------------------------------------------------------------------------------------


def test_numbers_count_from_one_with_this_terminals_letter(world: DeskWorld) -> None:
    assert [take(world).number for _ in range(3)] == ["A001", "A002", "A003"]
    assert [row.body["number"] for row in world.rows(RowKind.TICKET_ISSUED)] == ["A001", "A002", "A003"]


def test_a_new_day_begins_at_one_and_the_old_day_goes_on_after_a_clock_that_went_back(
    world: DeskWorld,
) -> None:
    take(world)
    world.machine.monotonic += 24 * 3_600_000
    assert take(world).number == "A001"
    world.machine.monotonic -= 24 * 3_600_000
    assert take(world).number == "A002"


def test_numbers_go_on_after_a_restart(world: DeskWorld) -> None:
    take(world)
    world.restart(minutes=3)
    assert take(world).number == "A002"


def test_a_log_that_was_lost_does_not_say_a_number_again_that_the_hall_knows(world: DeskWorld) -> None:
    elsewhere(world, "A041")
    assert take(world).number == "A042"


def test_the_ticket_says_how_many_wait_for_the_same_and_where(windows: DeskWorld) -> None:
    take(windows, "questions")
    take(windows, "papers")
    issued = take(windows, "papers")
    assert (issued.ahead, issued.window, issued.printed) == (1, "1", True)


def test_the_slip_is_queued_in_the_rows_own_commit(world: DeskWorld) -> None:
    take(world)
    (row,) = world.rows(RowKind.TICKET_ISSUED)
    job = world.outbox.prints().job(row.txn_id)
    assert job is not None
    assert "A001" in json.dumps(job.slip)
    assert world.slips == [row.txn_id]


@pytest.mark.parametrize("status", [None, DeviceStatus(Health.DOWN, "printer.paper_out")])
def test_without_paper_the_number_is_to_be_remembered_and_nothing_prints_later(
    world: DeskWorld, status: DeviceStatus | None
) -> None:
    assert world.printer is not None
    world.printer.status = status
    assert not take(world).printed
    (row,) = world.rows(RowKind.TICKET_ISSUED)
    assert world.outbox.prints().job(row.txn_id) is None


def test_a_slip_of_before_a_restart_is_not_printed_to_nobody(world: DeskWorld) -> None:
    take(world)
    world.restart()
    assert world.outbox.prints().needy() == []


def test_who_takes_a_number_has_come(world: DeskWorld, visits: NotedVisits) -> None:
    take(world)
    assert visits.numbers == ["A001"]


def test_after_the_last_number_of_a_letter_it_is_said(world: DeskWorld) -> None:
    elsewhere(world, "A9999")
    world.perform(wishes.TakeTicket(3, "papers", "zh_CN"))
    assert world.last(DeskRefused) == DeskRefused(3, "ticket.used_up")


KILLED = """
import os, sys
from pathlib import Path
from kiosk import commands_front_desk as wishes
from kiosk.events_front_desk import TicketIssued
from kiosk.services.front_desk.tickets import Tickets
from tests.kiosk.front_desk.desk_world import DeskWorld

world = DeskWorld(Path(sys.argv[1]), lambda papers, signed_in: (Tickets(papers, signed_in),))
while True:
    world.perform(wishes.TakeTicket(1, "papers", "zh_CN"))
    os.write(1, (world.last(TicketIssued).number + "\\n").encode())
"""


def test_no_number_is_said_twice_though_the_power_goes_at_any_instant(tmp_path: Path) -> None:
    """A process that issues without end is killed five times; what it has said, over all its lives, it has said once."""
    said: list[str] = []
    for life in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)], stdout=subprocess.PIPE, cwd=TOP
        )
        assert process.stdout is not None
        with process, process.stdout as told:
            said += [told.readline().decode().strip() for _ in range(3 + life)]
            os.kill(process.pid, signal.SIGKILL)
            said += told.read().decode().split()
    assert len(said) >= 25
    assert len(set(said)) == len(said)


def test_what_a_number_can_be_taken_for_is_called_as_its_window(windows: DeskWorld) -> None:
    told = windows.last(TicketsTold)
    assert told.queues == (("papers", "综合", "General"), ("questions", "咨询", "Questions"))
    assert told.windows == (("1", "综合", "General"), ("2", "咨询", "Questions"))


def test_two_queues_that_would_be_called_alike_are_offered_once(world: DeskWorld) -> None:
    only = DeskWindow(window="1", title_zh="综合", title_en="General", queues=["papers", "questions"])
    world.told(ReferenceKind.DESK_WINDOW, {"1": only})
    assert world.last(TicketsTold).queues == (("papers", "综合", "General"),)


# --- calling --------------------------------------------------------------------------------------------------------


def test_the_longest_waiting_is_called_first_and_aloud(windows: DeskWorld) -> None:
    windows.sign_in()
    windows.online = False
    take(windows)
    windows.second()
    take(windows)
    call(windows)
    assert states(windows) == {"A001": "called", "A002": "waiting"}
    assert windows.speaker.heard == [("A001", "1")]
    assert windows.last(TicketsTold).tickets[0].number == "A002"


def test_a_window_calls_what_is_done_there_and_who_was_sent_to_it(windows: DeskWorld) -> None:
    windows.sign_in()
    windows.online = False
    take(windows, "papers")
    elsewhere(windows, "B007", window="2", at="09:59")
    call(windows, window="2")
    assert states(windows)["B007"] == "called"
    call(windows, window="2")
    assert windows.last(DeskRefused) == DeskRefused(7, "ticket.none")


def test_came_and_absent_are_kept_and_who_was_absent_may_be_called_again(windows: DeskWorld) -> None:
    windows.sign_in()
    windows.online = False
    take(windows)
    for state in ("called", "absent", "called", "came"):
        call(windows, "A001", state=state)
        assert states(windows) == {"A001": state}
    assert [row.body["state"] for row in windows.rows(RowKind.TICKET_CALLED)] == [
        "called",
        "absent",
        "called",
        "came",
    ]
    windows.restart()
    assert states(windows) == {"A001": "came"}


def test_nobody_calls_who_is_not_signed_in(windows: DeskWorld) -> None:
    take(windows)
    call(windows)
    assert windows.last(DeskRefused) == DeskRefused(7, "desk.nobody_signed_in")
    assert windows.rows(RowKind.TICKET_CALLED) == []


def test_online_a_number_is_called_aloud_once_the_hall_has_taken_it(windows: DeskWorld) -> None:
    windows.sign_in()
    take(windows)
    call(windows)
    assert windows.speaker.heard == []
    assert states(windows) == {"A001": "waiting"}
    windows.settle()
    assert windows.speaker.heard == [("A001", "1")]
    assert states(windows) == {"A001": "called"}


def test_a_number_that_another_window_was_given_is_not_called_here(windows: DeskWorld) -> None:
    windows.sign_in()
    elsewhere(windows, "B001")
    call(windows)
    windows.settle({RowKind.TICKET_CALLED: "ticket.taken"})
    assert windows.last(DeskRefused) == DeskRefused(7, "ticket.taken")
    elsewhere(windows, "B001", state="called", window="2")
    assert states(windows) == {"B001": "called"}
    call(windows, "B001")
    assert windows.last(DeskRefused) == DeskRefused(7, "ticket.taken")
    assert windows.speaker.heard == []


def test_the_same_number_is_not_asked_for_twice_while_the_hall_thinks(windows: DeskWorld) -> None:
    windows.sign_in()
    take(windows)
    call(windows)
    call(windows)
    assert windows.last(DeskRefused) == DeskRefused(7, "ticket.none")
    assert len(windows.rows(RowKind.TICKET_CALLED)) == 1


def test_a_silent_hall_holds_nobody_up(windows: DeskWorld) -> None:
    windows.sign_in()
    take(windows)
    call(windows)
    windows.second(2)
    assert windows.speaker.heard == [("A001", "1")]
    windows.settle({RowKind.TICKET_CALLED: "ticket.taken"})
    assert states(windows) == {"A001": "waiting"}


# --- the way to a window --------------------------------------------------------------------------------------------


def tickets_of(world: DeskWorld) -> Tickets:
    (tickets,) = world.services
    assert isinstance(tickets, Tickets)
    return tickets


def test_who_is_sent_to_a_window_gets_a_number_for_it(windows: DeskWorld) -> None:
    assert tickets_of(windows).for_window("visit-9", "", "2") == "A001"
    (row,) = windows.rows(RowKind.TICKET_ISSUED)
    assert (row.body["visit_id"], row.body["window"]) == ("visit-9", "2")
    (told,) = windows.last(TicketsTold).tickets
    assert (told.number, told.window, told.state) == ("A001", "2", "waiting")
    assert len(windows.slips) == 1


def test_who_had_a_number_has_come_with_it_and_waits_with_another(windows: DeskWorld) -> None:
    """A number that another terminal gave out is not this terminal's to give to a window."""
    windows.sign_in()
    elsewhere(windows, "B003")
    assert tickets_of(windows).for_window("visit-9", "B003", "2") == "A001"
    assert states(windows) == {"A001": "waiting", "B003": "came"}
    (row,) = windows.rows(RowKind.TICKET_CALLED)
    assert (row.body["number"], row.body["window"], row.body["staff_id"]) == ("B003", "1", STAFF)


def test_a_window_that_there_is_not(windows: DeskWorld) -> None:
    with pytest.raises(DeskRefusal) as refused:
        tickets_of(windows).for_window("visit-9", "", "9")
    assert refused.value.code == "window.unknown"
