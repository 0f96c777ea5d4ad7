"""Staff acts move money and close books: each must be a row, refused with a code where it may not be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drivers.base import PrintOutcome, PrintState
from kiosk import commands, events
from offline_cache import wire
from tests.kiosk.canteen_world import DAY, PIN, World, card_of


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def eat(world: World, person: str = "sun", **about: Any) -> str:
    """A meal; returns its txn_id."""
    world.canteen.perform(commands.AuthoriseMeal(world.person(person, **about)))
    return world.served().txn_id


def done(world: World, act: str) -> dict[str, int]:
    answer = [each for each in world.said if isinstance(each, events.StaffActDone | events.StaffActRefused)][
        -1
    ]
    assert isinstance(answer, events.StaffActDone) and answer.act == act, answer
    return dict(answer.numbers)


def refused(world: World, act: str) -> str:
    answer = [each for each in world.said if isinstance(each, events.StaffActDone | events.StaffActRefused)][
        -1
    ]
    assert isinstance(answer, events.StaffActRefused) and answer.act == act, answer
    return answer.code


def last_row(world: World) -> wire.LogRow:
    return world.outbox.rows_to_send()[-1]


def slip_text(world: World) -> str:
    job = world.outbox.prints().job(world.slips[-1])
    assert job is not None
    return str(job.slip)


# --- 退餐 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("online", [True, False])
def test_a_meal_is_taken_back_by_a_new_row(world: World, online: bool) -> None:
    world.online = online
    txn_id = eat(world)
    world.canteen.perform(commands.VoidMeal(txn_id, "staff-1", "not_taken"))
    assert done(world, "voided") == {"own_part": 650}
    row = last_row(world)
    assert row.kind is wire.RowKind.MEAL_VOIDED
    assert row.body == {"meal_txn_id": txn_id, "staff_id": "staff-1", "reason": "not_taken"}
    assert "退餐单" in slip_text(world) and "¥91.00" in slip_text(world)
    counts = world.last(events.CountsChanged).counts
    assert counts.served == 0


def test_what_cannot_be_taken_back(world: World) -> None:
    txn_id = eat(world)
    rows = len(world.outbox.rows_to_send())

    def void(txn: str) -> str:
        world.canteen.perform(commands.VoidMeal(txn, "staff-1", "mistake"))
        return refused(world, "voided")

    assert void("of-another-terminal") == "staff.not_own_row"
    world.at("16:40")
    assert void(txn_id) == "staff.other_period"
    assert len(world.outbox.rows_to_send()) == rows
    dinner = eat(world, "li")
    world.canteen.perform(commands.VoidMeal(dinner, "staff-1", "mistake"))
    assert void(dinner) == "staff.already_voided"
    late = eat(world, "wu")
    world.canteen.perform(commands.ClosePeriod("staff-1"))
    assert void(late) == "staff.closed"


def test_a_meal_can_be_taken_back_after_hours_until_the_next_opens(world: World) -> None:
    txn_id = eat(world)
    world.at("14:30")
    world.canteen.perform(commands.VoidMeal(txn_id, "staff-1", "mistake"))
    assert done(world, "voided") == {"own_part": 650}


def test_the_slip_of_a_guests_plate_taken_back_shows_no_balance(world: World) -> None:
    world.canteen.perform(commands.SellPlate("", "", "cash", "staff-1"))
    world.canteen.perform(commands.VoidMeal(world.served().txn_id, "staff-1", "mistake"))
    assert "卡内余额" not in slip_text(world)


# --- 日结, 报数, 留样 -------------------------------------------------------------------------------------------


def test_closing_counts_what_was_served_and_ends_the_meal(world: World) -> None:
    back = eat(world, "a")
    eat(world, "b")
    eat(world, "c", born="1990-01-01")
    world.canteen.perform(commands.VoidMeal(back, "staff-1", "mistake"))
    world.at("13:50")
    world.canteen.perform(commands.ClosePeriod("staff-1"))
    assert done(world, "closed") == {"served": 2, "voided": 1, "list_total": 2400, "own_total": 1850}
    row = last_row(world)
    assert (row.kind, row.body["period"], row.body["own_total"]) == (
        wire.RowKind.PERIOD_CLOSED,
        "lunch",
        1850,
    )
    assert "日结单" in slip_text(world) and "−¥5.50" in slip_text(world)
    world.canteen.perform(commands.ClosePeriod("staff-1"))
    assert refused(world, "closed") == "staff.closed"


def test_a_meal_closed_here_stays_closed_over_a_restart_before_the_hall_knows(world: World) -> None:
    world.online = False
    world.canteen.perform(commands.ClosePeriod("staff-1"))
    world.restart()
    world.canteen.perform(commands.AuthoriseMeal(world.person("sun")))
    assert world.denied().reason == "closed"


def test_a_file_of_closings_that_cannot_be_read_stops_nobody(world: World) -> None:
    for content in ("{", '{"a": 1}', "[3]"):
        (world.directory / "closings.json").write_text(content)
        world.restart()
    world.canteen.perform(commands.AuthoriseMeal(world.person("sun")))
    assert world.served().bill.own_part == 650


def test_the_count_is_reported_with_what_is_left_over(world: World) -> None:
    orders = wire.OrderCount(
        site_id="site-3", service_date=DAY, period=wire.Period.LUNCH, ordered=9, by_band={}
    )
    world.tell((wire.ReferenceKind.ORDER_COUNT, f"site-3/{DAY}/lunch", orders))
    eat(world)
    world.canteen.perform(commands.ReportCount(12, "staff-1"))
    assert done(world, "reported") == {"served": 1, "leftover": 12}
    assert (last_row(world).body["served"], last_row(world).body["leftover"]) == (1, 12)
    assert "75 岁及以上" in slip_text(world) and "9 份" in slip_text(world)


def test_a_sample_names_the_dishes_of_the_day(world: World) -> None:
    world.canteen.perform(commands.KeepSample("staff-1"))
    assert done(world, "sampled") == {"dishes": 0, "grams": 125}
    world.menu()
    world.canteen.perform(commands.KeepSample("staff-1"))
    assert done(world, "sampled") == {"dishes": 2, "grams": 125}
    assert last_row(world).body["dishes"] == ["红烧豆腐", "青菜"]


def test_before_the_first_meal_of_the_day_there_is_nothing_to_close_or_count(world: World) -> None:
    world.at("05:00", "2026-11-21")
    for command, act in (
        (commands.ClosePeriod("staff-1"), "closed"),
        (commands.ReportCount(0, "staff-1"), "reported"),
        (commands.KeepSample("staff-1"), "sampled"),
    ):
        world.canteen.perform(command)
        assert refused(world, act) == "staff.no_period"


def test_without_a_site_no_act_is_done(world: World) -> None:
    world.tell((wire.ReferenceKind.SITE, "site-3", None))
    world.canteen.perform(commands.DeclarePeriod("lunch", "staff-1"))
    assert refused(world, "declared") == "staff.no_site"


# --- cards ------------------------------------------------------------------------------------------------------


def test_a_lost_card_is_blocked_here_at_once_and_told_to_the_hall(world: World) -> None:
    world.online = False
    card_ref = world.person("sun")
    world.canteen.perform(commands.BlockCard("sun", "staff-1"))
    assert done(world, "blocked") == {}
    assert last_row(world).body == {"card_ref": card_ref, "person_id": "sun", "staff_id": "staff-1"}
    world.restart()
    world.canteen.perform(commands.AuthoriseMeal(card_ref))
    assert world.denied().reason == "card_lost"
    world.canteen.perform(commands.ServePerson("sun", "short_number", "staff-1"))
    assert world.served().bill.own_part == 650


def test_who_has_no_card_has_none_to_block(world: World) -> None:
    world.person("sun", state="lost")
    world.canteen.perform(commands.BlockCard("sun", "staff-1"))
    assert refused(world, "blocked") == "staff.no_card"


# --- the declared meal ------------------------------------------------------------------------------------------


def test_a_meal_that_the_site_does_not_serve_cannot_be_declared(world: World) -> None:
    world.canteen.perform(commands.DeclarePeriod("midnight", "staff-1"))
    assert refused(world, "declared") == "staff.no_period"


def test_a_declared_meal_is_a_row(world: World) -> None:
    world.canteen.perform(commands.DeclarePeriod("dinner", "staff-1"))
    assert done(world, "declared") == {}
    assert last_row(world).body == {"service_date": DAY, "period": "dinner", "staff_id": "staff-1"}
    world.canteen.perform(commands.AuthoriseMeal(world.person("sun")))
    assert world.served().bill.period == "lunch", "a trusted clock is not overruled"


# --- lists and people -------------------------------------------------------------------------------------------


def test_meals_are_listed_newest_first(world: World) -> None:
    first = eat(world, "a", name="欧阳某")
    world.online = False
    eat(world, "b")
    world.canteen.perform(commands.VoidMeal(first, "staff-1", "mistake"))
    world.canteen.perform(commands.ListMeals())
    meals = world.last(events.MealsListed).meals
    assert [(meal.masked_name, meal.state, meal.own_part, meal.at) for meal in meals] == [
        ("孙＊", "under_review", 650, "11:20"),
        ("欧阳＊", "voided", 650, "11:20"),
    ]
    assert meals[0].card_tail == "1034"
    world.at("16:40")
    world.canteen.perform(commands.ListMeals())
    assert world.last(events.MealsListed).meals == ()


def test_people_are_found_by_number_or_by_birthday_and_surname(world: World) -> None:
    world.person("sun", short_number="100001")
    world.person("li", name="李某", short_number="100002")
    world.person("wu", name="吴某", short_number="100003", born="1950-04-15")

    def found(**by: str) -> list[tuple[str, str]]:
        world.canteen.perform(commands.FindPeople(**by))
        return [(person.surname, person.masked_name) for person in world.last(events.PeopleFound).people]

    assert found(short_number="100002") == [("李", "李＊")]
    assert found(short_number="999999") == []
    assert sorted(found(birth_day="0315")) == [("孙", "孙＊"), ("李", "李＊")]
    assert found(birth_day="0315", surname="李") == [("李", "李＊")]


# --- slips ------------------------------------------------------------------------------------------------------


def test_slips_an_earlier_run_left_are_found_once(world: World) -> None:
    printed, cut, back = eat(world, "a"), eat(world, "b"), eat(world, "c")
    prints = world.outbox.prints()
    prints.sending(printed)
    prints.finished(printed, PrintOutcome(PrintState.PRINTED))
    prints.sending(cut)
    world.canteen.perform(commands.VoidMeal(back, "staff-1", "mistake"))
    world.restart()
    world.canteen.begin()
    (need,) = world.last(events.PrintsFound).needs
    assert (need.meal.txn_id, need.state, need.meal.own_part) == (cut, "sending", 650)
    world.canteen.perform(commands.DismissPrint(cut))
    world.restart()
    world.canteen.begin()
    assert world.last(events.PrintsFound).needs == ()


def test_a_reprint_joins_the_job_of_the_meal(world: World) -> None:
    txn_id = eat(world)
    world.canteen.perform(commands.ReprintSlip(txn_id))
    assert (done(world, "reprinted"), world.reprints) == ({}, [txn_id])
    world.canteen.perform(commands.ReprintSlip("no-such-meal"))
    assert refused(world, "reprinted") == "staff.no_slip"


def test_without_a_printer_nothing_is_reprinted(tmp_path: Path) -> None:
    world = World(tmp_path, printer=False)
    world.canteen.perform(commands.ReprintSlip(eat(world)))
    assert refused(world, "reprinted") == "staff.no_printer"
    world.canteen.perform(commands.ReportCount(1, "staff-1"))
    assert done(world, "reported")["leftover"] == 1


# --- PINs at the counter ----------------------------------------------------------------------------------------


def test_a_pin_is_that_persons_or_with_no_card_anybodys_of_this_site(world: World) -> None:
    def check(staff_id: str, pin: str) -> events.PinChecked:
        world.canteen.check_pin(commands.CheckPin(staff_id, pin))
        return world.last(events.PinChecked)

    right = check("staff-1", PIN)
    assert right.accepted and right.staff is not None and right.staff.staff_id == "staff-1"
    assert check("", PIN).accepted
    assert not check("staff-9", PIN).accepted, "staff of another site are nobody here"
    assert not check("nobody", PIN).accepted
    wrong = check("staff-1", "000000")
    assert (wrong.accepted, wrong.staff, wrong.left, wrong.locked_s) == (False, None, 2, 0)


@pytest.mark.parametrize(
    "command",
    [commands.Speak("take_meal"), commands.CallHelp(), commands.CheckPin("staff-1", PIN)],
)
def test_what_is_not_the_disks_is_handed_back(world: World, command: commands.Command) -> None:
    assert world.canteen.perform(command) is False
    assert world.said == []


def test_a_pin_stands_in_no_log() -> None:
    assert PIN not in repr(commands.CheckPin("staff-1", PIN))


def test_the_fifth_wrong_pin_is_a_row_and_the_sixth_is_none(world: World) -> None:
    for _ in range(6):
        world.canteen.check_pin(commands.CheckPin("staff-1", "000000"))
    rows = [row for row in world.outbox.rows_to_send(100) if row.kind is wire.RowKind.PIN_LOCKED]
    assert [row.body for row in rows] == [{"site_id": "site-3", "staff_id": "staff-1"}]


def test_only_a_staff_card_of_this_site_identifies(world: World) -> None:
    for person in ("nobody", "staff-9", "staff-1"):
        world.canteen.perform(commands.IdentifyStaff(card_of(person)))
    assert [event.staff.staff_id for event in world.all(events.StaffTapped)] == ["staff-1"]
