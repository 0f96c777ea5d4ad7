"""Flow, rules and disk as one: what each promises alone is worth little if they do not fit together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import commands, events, views
from kiosk.roles import ROLES
from kiosk.roles import canteen_words as words
from tests.kiosk.canteen_world import PIN, World, card_of


class Together:
    """The role's flow on a real disk. `view` is the page in front."""

    def __init__(self, directory: Path) -> None:
        self.world = World(directory)
        self.flow = ROLES["canteen"].flow(self.carry_out, "zh_CN")
        self.view = self.flow.start()
        self.heard = 0
        self.now_s = 1.0
        self.world.canteen.begin()
        self.tell(events.Ticked(self.now_s))

    def carry_out(self, command: commands.Command) -> None:
        if isinstance(command, commands.CheckPin):
            self.world.canteen.check_pin(command)
        else:
            self.world.canteen.perform(command)

    def tell(self, event: events.Event) -> views.View:
        self._hand_over(event)
        while self.heard < len(self.world.said):
            self.heard += 1
            said = self.world.said[self.heard - 1]
            if isinstance(said, events.CommonEvent.__args__):
                self._hand_over(said)
        return self.view

    def _hand_over(self, event: events.Event) -> None:
        view = self.flow.on(event)
        self.view = self.view if view is None else view

    def tap(self, card_ref: str) -> views.View:
        return self.tell(events.CardTapped(card_ref, 1))

    def press(self, action: str, value: str = "") -> views.View:
        return self.tell(events.Pressed(action, value))

    def enter_pin(self) -> views.View:
        for digit in PIN:
            self.press(views.DIGIT, digit)
        return self.press(views.NEXT)

    def wait(self, seconds: float) -> views.View:
        self.world.wait(seconds=seconds)
        self.now_s += seconds
        return self.tell(events.Ticked(self.now_s))


@pytest.fixture
def hall(tmp_path: Path) -> Together:
    return Together(tmp_path)


def test_who_pays_the_same_from_other_funds_sees_the_same_page(hall: Together) -> None:
    special = hall.tap(hall.world.person("a", "wulei", born="1960-01-01"))
    granted = hall.tap(hall.world.person("b", "welfare_card", name="孙某某", born="1958-01-01", welfare=150))
    assert isinstance(special, views.Served) and isinstance(granted, views.Served)
    assert granted == replace(special, txn_id=granted.txn_id)


def test_a_second_plate_from_question_to_row(hall: Together) -> None:
    sun = hall.world.person("sun")
    hall.tap(sun)
    hall.wait(70)
    hall.tap(sun)
    hall.press(words.BUY_PLATE)
    view = hall.tap(sun)
    assert isinstance(view, views.Served) and view.bill.own_part == 1200
    hall.tap(sun)
    assert [meal.body["own_part"] for meal in hall.world.own_meals("sun")] == [650, 1200]


def test_a_short_purse_is_settled_in_cash_at_the_subsidised_price(hall: Together) -> None:
    hall.tap(hall.world.person("li", purse=100))
    assert isinstance(hall.press(words.PAY_CASH), views.StaffKeypad)
    view = hall.enter_pin()
    assert isinstance(view, views.Served) and (view.bill.own_part, view.bill.tag) == (650, "cash")


def test_an_offline_second_plate_needs_staff_and_cash(hall: Together) -> None:
    sun = hall.world.person("sun")
    hall.tap(sun)
    hall.wait(70)
    hall.world.online = False
    view = hall.tap(sun)
    assert isinstance(view, views.Attention)
    assert [choice.action for choice in view.choices] == [words.PLATE_FOR_CASH, views.CANCEL]
    hall.press(words.PLATE_FOR_CASH)
    assert isinstance(hall.enter_pin(), views.Served)
    assert [meal.body["cash_part"] for meal in hall.world.own_meals("sun")] == [0, 1200]


def test_staff_take_a_meal_back_and_the_diner_eats_again(hall: Together) -> None:
    sun = hall.world.person("sun")
    hall.tap(sun)
    hall.tap(card_of("staff-1"))
    hall.press(words.UNLOCK)
    hall.enter_pin()
    view = hall.press(words.VOID)
    assert isinstance(view, views.StaffList)
    hall.press(words.SELECT, view.rows[0].value)
    hall.press(words.SELECT, "mistake")
    assert hall.press(words.CONFIRM) == views.StaffDone("The meal was taken back", (("own_part", 650),))
    assert isinstance(hall.tap(sun), views.Served)
    assert [meal.voided for meal in hall.world.own_meals("sun")] == [True, False]


def test_a_forgotten_card_by_birthday(hall: Together) -> None:
    hall.world.person("sun")
    hall.world.person("li", name="李某")
    hall.tap(card_of("staff-1"))
    hall.press(words.UNLOCK)
    hall.enter_pin()
    hall.press(words.NO_CARD)
    hall.press(words.SELECT, "name_and_birthday")
    for digit in "0315":
        hall.press(views.DIGIT, digit)
    hall.press(views.NEXT)
    view = hall.press(words.SELECT, "李")
    assert isinstance(view, views.StaffConfirm) and view.lines[0][0] == "data:李＊"
    view = hall.press(words.CONFIRM)
    assert isinstance(view, views.Served) and view.bill.masked_name == "李＊"


def test_the_meal_is_declared_while_the_clock_is_not_trusted(hall: Together) -> None:
    sun = hall.world.person("sun")
    hall.world.machine.wall -= 2 * 3_600_000
    hall.world.restart(reboot=True)
    hall.world.canteen.begin()
    view = hall.wait(1)
    assert isinstance(view, views.DeclarePeriodPage)
    assert hall.tap(sun) == view, "the diner is asked to wait, and nothing is written"
    hall.press(views.CHOOSE, "lunch")
    hall.press(views.NEXT)
    assert isinstance(hall.enter_pin(), views.Idle)
    view = hall.tap(sun)
    assert isinstance(view, views.Served) and view.bill.tag == "time_untrusted"


def test_five_wrong_pins_lock_the_keypad(hall: Together) -> None:
    hall.tap(hall.world.person("li", purse=100))
    hall.press(words.OWE)
    for _ in range(5):
        for digit in "0000":
            hall.press(views.DIGIT, digit)
        hall.press(views.NEXT)
    assert isinstance(hall.view, views.StaffKeypad)
    assert (hall.view.error, hall.view.locked_s) == ("staff.pin_locked", 300)
    assert isinstance(hall.enter_pin(), views.StaffKeypad)
    assert hall.world.own_meals("li") == []
