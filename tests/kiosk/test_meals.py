"""A tap must become exactly one row before anybody is told of a meal; each test is one way a tap can end."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import commands, events
from kiosk.config import Limits
from kiosk.services.tariff import SHIPPED, load_tariff
from offline_cache import wire
from offline_cache.db import StorageError
from tests.kiosk.canteen_world import DAY, PIN, World, card_of


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def tap(world: World, card_ref: str, **how: object) -> None:
    world.canteen.perform(commands.AuthoriseMeal(card_ref, **how))  # type: ignore[arg-type]


def body(world: World, person_id: str, at: int = -1) -> wire.MealBody:
    return wire.MealBody.model_validate(world.own_meals(person_id)[at].body)


# --- an ordinary lunch ------------------------------------------------------------------------------------------


def test_a_tap_is_one_row_with_its_slip_and_then_a_verdict(world: World) -> None:
    tap(world, world.person("sun", "welfare_card", welfare=60_000), stamp_ns=77)
    served = world.served()
    assert (served.bill.list_price, served.bill.subsidy, served.bill.own_part) == (1200, 750, 450)
    assert (served.bill.masked_name, served.bill.period, served.bill.balance) == ("孙＊", "lunch", 8650)
    assert (served.bill.tag, served.bill.balance_about, served.stamp_ns) == ("", False, 77)
    row = world.outbox.rows_to_send()[-1]
    assert (row.txn_id, row.seq, row.kind) == (served.txn_id, served.seq, wire.RowKind.MEAL)
    written = body(world, "sun")
    assert (written.band, written.purse_part, written.welfare_part, written.subsidised) == (
        "age_75",
        450,
        200,
        True,
    )
    assert (written.identified_by, written.online, written.flags) == ("card", True, [])
    job = world.outbox.prints().job(served.txn_id)
    assert job is not None and f"第 {served.seq} 号" in str(job.slip)
    assert world.slips == [served.txn_id]


def test_nothing_is_said_before_it_is_on_the_disk(world: World) -> None:
    card_ref = world.person("sun")
    on_disk: list[bool] = []

    def publish(event: object) -> None:
        if isinstance(event, events.MealServed):
            on_disk.append(world.outbox.meal(event.txn_id) is not None)

    world.canteen.meals._publish = publish
    tap(world, card_ref)
    assert on_disk == [True]


def test_a_disk_that_cannot_write_says_nothing_and_serves_nothing(world: World) -> None:
    card_ref = world.person("sun")
    world.outbox._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(StorageError):
        tap(world, card_ref)
    assert not world.all(events.MealServed)
    assert world.own_meals("sun") == []


def test_without_a_printer_no_slip_is_kept_for_one(tmp_path: Path) -> None:
    world = World(tmp_path, printer=False)
    tap(world, world.person("sun"))
    assert world.outbox.prints().job(world.served().txn_id) is None


def test_two_who_pay_the_same_from_different_funds_are_told_the_same(world: World) -> None:
    tap(world, world.person("sun", "wulei", born="1960-01-01"))
    first = world.served().bill
    tap(world, world.person("sui", "welfare_card", name="孙某某", born="1958-01-01", welfare=150))
    assert world.served().bill == first
    assert [line.fund for line in body(world, "sun").lines] != [
        line.fund for line in body(world, "sui").lines
    ]


# --- the same card again ----------------------------------------------------------------------------------------


def test_within_a_minute_the_same_is_said_again_and_no_row_written(world: World) -> None:
    card_ref = world.person("sun")
    tap(world, card_ref)
    first = world.served()
    world.wait(seconds=59.9)
    tap(world, card_ref)
    again = world.served()
    assert again.repeated and (again.txn_id, again.seq, again.bill) == (first.txn_id, first.seq, first.bill)
    assert len(world.own_meals("sun")) == 1
    world.wait(seconds=0.1)
    tap(world, card_ref)
    assert (world.denied().reason, world.denied().at, world.denied().amount) == (
        "already_eaten",
        "11:20",
        1200,
    )
    assert len(world.own_meals("sun")) == 1


def test_what_was_said_offline_is_said_again_the_same_when_the_network_is_back(world: World) -> None:
    card_ref = world.person("sun")
    world.online = False
    tap(world, card_ref)
    first = world.served().bill
    world.online = True
    tap(world, card_ref)
    assert (first.tag, first.balance_about, world.served().bill) == ("offline", True, first)


def test_after_a_restart_within_the_minute_it_is_still_the_same_meal(world: World) -> None:
    card_ref = world.person("sun")
    tap(world, card_ref)
    first = world.served()
    world.restart()
    tap(world, card_ref)
    assert world.served().repeated and world.served().txn_id == first.txn_id


def test_a_card_blocked_within_the_minute_is_not_told_to_eat(world: World) -> None:
    card_ref = world.person("sun")
    tap(world, card_ref)
    world.canteen.perform(commands.BlockCard("sun", "staff-1"))
    tap(world, card_ref)
    assert world.denied().reason == "card_lost"


def test_a_meal_taken_back_can_be_had_again_at_once(world: World) -> None:
    card_ref = world.person("sun")
    tap(world, card_ref)
    world.canteen.perform(commands.VoidMeal(world.served().txn_id, "staff-1", "mistake"))
    tap(world, card_ref)
    assert not world.served().repeated
    assert [meal.voided for meal in world.own_meals("sun")] == [True, False]
    assert world.served().bill.balance == 8450


# --- one subsidised meal ----------------------------------------------------------------------------------------


def test_a_meal_at_another_site_uses_this_one_up(world: World) -> None:
    card_ref = world.person("sun")
    world.claim("sun", "elsewhere")
    tap(world, card_ref)
    assert (world.denied().reason, world.denied().at) == ("already_eaten", "10:45")
    world.at("16:40")
    tap(world, card_ref)
    assert world.served().bill.period == "dinner"


def test_the_halls_claim_of_a_meal_we_took_back_holds_nobody_up(world: World) -> None:
    card_ref = world.person("sun")
    tap(world, card_ref)
    txn_id = world.served().txn_id
    world.claim("sun", txn_id)
    world.canteen.perform(commands.VoidMeal(txn_id, "staff-1", "mistake"))
    tap(world, card_ref)
    assert not world.served().repeated


def test_a_fund_pays_once_a_day_here_or_elsewhere(tmp_path: Path) -> None:
    world = World(tmp_path, tariff="shanghai_putuo")
    li, wang = world.person("li", born="1940-01-01"), world.person("wang", born="1940-01-01")
    world.claim("wang", "elsewhere", period="breakfast", funds=("elder_meal_fund",))
    tap(world, li)
    assert world.served().bill.own_part == 1230
    tap(world, wang)
    assert world.served().bill.own_part == 1530
    world.at("17:00")
    tap(world, li)
    assert world.served().bill.own_part == 1530


def test_a_second_plate_is_charged_at_list_price_once(world: World) -> None:
    card_ref = world.person("sun")
    tap(world, card_ref)
    world.wait(minutes=2)
    tap(world, card_ref, second_plate=True)
    plate = world.served()
    assert (plate.bill.own_part, plate.bill.subsidy, plate.bill.balance) == (1200, 0, 9100 - 650 - 1200)
    assert (body(world, "sun").flags, body(world, "sun").subsidised) == (["second_plate"], False)
    tap(world, card_ref, second_plate=True)
    assert world.served().repeated and world.served().txn_id == plate.txn_id
    assert len(world.own_meals("sun")) == 2


def test_a_second_plate_offline_is_for_cash_and_staff_only(world: World) -> None:
    card_ref = world.person("sun")
    tap(world, card_ref)
    world.wait(minutes=2)
    world.online = False
    tap(world, card_ref, second_plate=True)
    assert (world.denied().reason, world.denied().online, world.denied().amount) == (
        "already_eaten",
        False,
        1200,
    )
    world.canteen.perform(commands.SellPlate("sun", card_ref, "cash", "staff-1"))
    plate = body(world, "sun")
    assert (plate.cash_part, plate.purse_part, plate.staff_id, plate.subsidised) == (
        1200,
        0,
        "staff-1",
        False,
    )
    assert "second_plate" in plate.flags
    assert world.served().bill.balance is None


def test_a_second_plate_the_purse_cannot_bear_is_told_as_such(world: World) -> None:
    card_ref = world.person("sun", purse=1000)
    tap(world, card_ref)
    world.wait(minutes=2)
    tap(world, card_ref, second_plate=True)
    denied = world.denied()
    assert (denied.reason, denied.second_plate, denied.amount, denied.balance) == (
        "low_balance",
        True,
        1200,
        350,
    )
    tap(world, card_ref, second_plate=True, paid_by="cash", staff_id="staff-1")
    assert body(world, "sun").cash_part == 1200


# --- cards and people -------------------------------------------------------------------------------------------


def test_cards_that_are_not_served(world: World) -> None:
    lost, closed = world.person("a", state="lost"), world.person("b", state="closed")
    denied, stolen = world.person("c"), world.person("d")
    world.tell(
        (wire.ReferenceKind.DENY, denied, wire.Deny(card_ref=denied, reason="closed")),
        (wire.ReferenceKind.DENY, stolen, wire.Deny(card_ref=stolen, reason="stolen")),
    )
    reasons = []
    for card_ref in (lost, closed, denied, stolen, card_of("nobody"), card_of("staff-9")):
        tap(world, card_ref)
        reasons.append(world.denied().reason)
    assert reasons == [
        "card_lost",
        "card_unknown",
        "card_unknown",
        "card_lost",
        "card_unknown",
        "card_unknown",
    ]
    assert [meal for person in "abcd" for meal in world.own_meals(person)] == []


def test_a_birth_date_that_is_none_is_for_people_to_look_at(world: World) -> None:
    tap(world, world.person("sun", born="1950-02-31"))
    assert world.denied().reason == "card_unknown"


def test_a_staff_card_opens_staff_pages_unless_it_is_lost(world: World) -> None:
    tap(world, card_of("staff-1"))
    assert world.last(events.StaffTapped).staff.masked_name == "高＊"
    deny = wire.Deny(card_ref=card_of("staff-1"), reason="stolen")
    world.tell((wire.ReferenceKind.DENY, deny.card_ref, deny))
    tap(world, card_of("staff-1"))
    assert world.denied().reason == "card_lost"


def test_market_price_and_lapsed(world: World) -> None:
    tap(world, world.person("qian", "market", born="1990-01-01"))
    assert (world.served().bill.own_part, body(world, "qian").band, body(world, "qian").flags) == (
        1200,
        "market",
        [],
    )
    ended = world.person("wu", ended=("elder_card",))
    tap(world, ended)
    assert (world.denied().reason, world.denied().amount, world.denied().online) == ("lapsed", 1200, True)
    tap(world, ended, second_plate=True)
    assert (body(world, "wu").own_part, body(world, "wu").flags) == (1200, ["list_price"])


def test_before_the_hall_has_said_where_it_stands_nobody_is_served(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.tell((wire.ReferenceKind.SITE, "site-3", None))
    tap(world, world.person("sun"))
    world.canteen.perform(commands.ListMeals())
    world.canteen.begin()
    assert world.denied().reason == "card_unknown"
    assert not world.all(events.MealTimeChanged)


# --- without a card ---------------------------------------------------------------------------------------------


def test_a_person_without_a_card_is_served_by_the_same_rules_and_flagged(world: World) -> None:
    card_ref = world.person("sun")
    world.canteen.perform(commands.ServePerson("sun", "name_and_birthday", "staff-1"))
    written = body(world, "sun")
    assert (written.own_part, written.identified_by, written.flags) == (650, "name_and_birthday", ["no_card"])
    assert (written.card_ref, written.staff_id) == (None, "staff-1")
    tap(world, card_ref)
    assert world.denied().reason == "already_eaten"
    world.canteen.perform(commands.ServePerson("sun", "short_number", "staff-1"))
    assert (world.denied().reason, world.denied().person_id) == ("already_eaten", "sun")
    assert world.denied().identified_by == "short_number"


def test_a_guest_pays_the_list_price_in_cash(world: World) -> None:
    world.canteen.perform(commands.SellPlate("", "", "cash", "staff-1"))
    served = world.served()
    assert (served.bill.masked_name, served.bill.own_part, served.bill.balance, served.bill.tag) == (
        "",
        1200,
        None,
        "cash",
    )
    row = world.outbox.rows_to_send()[-1]
    assert (row.body["person_id"], row.body["identified_by"], row.body["cash_part"]) == (None, "guest", 1200)


def test_only_three_ways_to_pay(world: World) -> None:
    with pytest.raises(ValueError, match="purse, cash or owed"):
        world.canteen.perform(commands.SellPlate("", "", "barter", "staff-1"))


# --- money ------------------------------------------------------------------------------------------------------


def test_a_short_purse_online_asks_a_person(world: World) -> None:
    card_ref = world.person("li", purse=300)
    tap(world, card_ref)
    assert (world.denied().reason, world.denied().amount, world.denied().balance) == ("low_balance", 650, 300)
    tap(world, card_ref, paid_by="owed", staff_id="staff-1")
    written = body(world, "li")
    assert (written.purse_part, written.owed_part, written.flags) == (300, 350, ["owed"])
    assert (world.served().bill.tag, world.served().bill.balance) == ("owed", 0)


def test_a_short_purse_offline_eats_and_owes(world: World) -> None:
    card_ref = world.person("li", purse=300)
    world.online = False
    tap(world, card_ref)
    assert (body(world, "li").purse_part, body(world, "li").owed_part) == (300, 350)
    world.at("16:40")
    tap(world, card_ref)
    assert (body(world, "li").purse_part, body(world, "li").owed_part) == (0, 650)
    assert world.served().bill.balance == 0


def test_a_welfare_card_pays_what_is_left_on_it(world: World) -> None:
    card_ref = world.person("sun", "welfare_card", welfare=250)
    tap(world, card_ref)
    world.at("16:40")
    tap(world, card_ref)
    assert [wire.MealBody.model_validate(meal.body).welfare_part for meal in world.own_meals("sun")] == [
        200,
        50,
    ]


# --- when -------------------------------------------------------------------------------------------------------


def test_outside_hours_the_next_meal_is_told(world: World) -> None:
    card_ref = world.person("sun")
    world.at("13:44")
    tap(world, card_ref)
    assert world.served().bill.period == "lunch"
    world.at("13:45")
    tap(world, world.person("li"))
    denied = world.denied()
    assert (denied.reason, denied.next_period, denied.next_opens) == ("outside_hours", "dinner", "16:30")


def test_the_last_portion(world: World) -> None:
    world.menu(portions=1, list_price=1000)
    tap(world, world.person("sun"))
    assert world.served().bill.list_price == 1000
    tap(world, world.person("li"))
    assert world.denied().reason == "sold_out"


def test_a_meal_the_hall_has_closed(world: World) -> None:
    card_ref = world.person("sun")
    closing = wire.Closing(site_id="site-3", service_date=DAY, period=wire.Period.LUNCH, version=1)
    world.tell((wire.ReferenceKind.CLOSING, f"site-3/{DAY}/lunch", closing))
    tap(world, card_ref)
    assert world.denied().reason == "closed"


def test_a_clock_nobody_trusts_waits_for_staff_and_then_serves(world: World) -> None:
    card_ref = world.person("sun")
    tap(world, world.person("li"))
    world.machine.wall -= 2 * 3_600_000
    world.restart(reboot=True)
    tap(world, card_ref)
    assert world.last(events.PeriodNeeded) == events.PeriodNeeded(True, 0)
    assert world.own_meals("sun") == []
    world.canteen.check_pin(commands.CheckPin("", PIN))
    staff = world.last(events.PinChecked).staff
    assert staff is not None
    world.canteen.perform(commands.DeclarePeriod("lunch", staff.staff_id))
    assert world.last(events.PeriodNeeded) == events.PeriodNeeded(False)
    tap(world, card_ref)
    row = world.outbox.rows_to_send()[-1]
    assert (row.clock_trusted, row.body["period_declared"], row.body["period"]) == (False, True, "lunch")
    assert row.body["flags"] == ["time_untrusted"]
    assert world.served().bill.tag == "time_untrusted"
    # A clock set back opens no meal again.
    world.wait(minutes=2)
    tap(world, card_of("li"))
    assert world.denied().reason == "already_eaten"
    world.wait(hours=4)
    tap(world, card_ref)
    assert world.last(events.PeriodNeeded).needed


# --- limits -----------------------------------------------------------------------------------------------------


def test_no_limit_refuses_a_meal_and_staff_are_told(tmp_path: Path) -> None:
    limits = Limits(card_offline_soft=1, card_offline_hard=2, terminal_offline_meals=3, per_meal_fen=640)
    world = World(tmp_path, limits=limits, online=False)
    card_ref = world.person("sun")
    for day in ("2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"):
        world.at("11:30", day)
        tap(world, card_ref)
    rows = [row for row in world.outbox.rows_to_send() if row.kind is wire.RowKind.MEAL]
    assert [row.body["flags"] for row in rows] == [
        ["over_limit:meal"],
        ["over_limit:meal"],
        ["over_limit:meal", "over_limit:card"],
        ["over_limit:meal", "over_limit:card", "over_limit:count"],
    ]
    assert world.all(events.LimitsChanged)[1] == events.LimitsChanged(("over_limit:meal", "near_limit:card"))
    # The hall was last reached three days and ten minutes ago.
    assert world.last(events.LimitsChanged).codes[-2:] == ("near_limit:card", "near_limit:hours")


def test_the_count_of_offline_meals_survives_a_restart_and_ends_with_the_outage(tmp_path: Path) -> None:
    world = World(tmp_path, limits=Limits(terminal_offline_meals=2), online=False)
    for person in ("a", "b"):
        tap(world, world.person(person))
    world.restart()
    tap(world, world.person("c"))
    assert body(world, "c").flags == ["over_limit:count"]
    world.online = True
    tap(world, world.person("d"))
    world.online = False
    tap(world, world.person("e"))
    assert (body(world, "d").flags, body(world, "e").flags) == ([], [])
    assert world.last(events.LimitsChanged) == events.LimitsChanged(())


# --- tariffs from the hall --------------------------------------------------------------------------------------


def test_the_halls_tariff_rules_and_a_bad_one_falls_back_to_the_shipped(world: World) -> None:
    document = load_tariff(SHIPPED / "xuzhou_jinlonghu.toml").model_dump(mode="json", exclude_none=True)
    document |= {"list_price": 1500, "version": 2}

    def send(version: int, content: dict[str, object]) -> None:
        tariff = wire.Tariff(tariff_id="xuzhou_jinlonghu", version=version, document=content)
        world.tell((wire.ReferenceKind.TARIFF, tariff.tariff_id, tariff))

    send(2, document)
    tap(world, world.person("sun"))
    assert (world.served().bill.list_price, body(world, "sun").tariff_version) == (1500, 2)
    send(3, {"id": "xuzhou_jinlonghu", "bands": "none"})
    tap(world, world.person("li"))
    assert (world.served().bill.list_price, body(world, "li").tariff_version) == (1200, 1)


# --- what is told beside ----------------------------------------------------------------------------------------


def test_the_board_tells_only_what_is_new(world: World) -> None:
    orders = wire.OrderCount(
        site_id="site-3", service_date=DAY, period=wire.Period.LUNCH, ordered=240, by_band={"age_75": 88}
    )
    world.tell((wire.ReferenceKind.ORDER_COUNT, f"site-3/{DAY}/lunch", orders))
    world.canteen.begin()
    world.canteen.refresh()
    told = world.all(events.MealTimeChanged)
    assert len(told) == 1
    assert (told[0].idle.period, told[0].idle.opens, told[0].list_price, told[0].report_by) == (
        "lunch",
        "10:30",
        1200,
        "12:30",
    )
    assert [price for _, _, price in told[0].idle.prices] == [1200, 700, 650]
    assert world.last(events.CountsChanged).counts.left == 240
    tap(world, world.person("sun"))
    counts = world.last(events.CountsChanged).counts
    assert (counts.served, counts.ordered, counts.left) == (1, 240, 239)
    assert ("75 岁及以上", "75 and over", 1, 88) in counts.by_band
    world.at("14:00")
    world.canteen.refresh()
    idle = world.last(events.MealTimeChanged).idle
    assert (idle.period, idle.next_period, idle.next_opens) == ("", "dinner", "16:30")
    world.at("05:00", "2026-11-21")
    world.canteen.refresh()
    assert world.last(events.CountsChanged).counts.period == ""
