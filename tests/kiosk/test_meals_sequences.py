"""Nobody taps in the order of a test plan: in any order of taps, voids, outages and restarts the books stay right."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from kiosk import commands, events
from kiosk.services.tally import PeriodTally
from tests.kiosk.canteen_world import DAY, World, card_of

PURSES = {"sun": 2600, "li": 900}
STEPS = ["tap", "second", "cash", "owe", "void", "offline", "online", "restart", "minute", "afternoon"]

steps = some.lists(some.tuples(some.sampled_from(STEPS), some.sampled_from(sorted(PURSES))), max_size=18)


def take(world: World, step: str, person: str) -> None:
    card_ref = card_of(person)
    perform = world.canteen.perform
    if step in ("tap", "second"):
        perform(commands.AuthoriseMeal(card_ref, second_plate=step == "second"))
    elif step in ("cash", "owe"):
        paid_by = "cash" if step == "cash" else "owed"
        perform(commands.AuthoriseMeal(card_ref, paid_by=paid_by, staff_id="staff-1"))
    elif step == "void":
        for meal in world.own_meals(person)[-1:]:
            perform(commands.VoidMeal(meal.txn_id, "staff-1", "mistake"))
    elif step in ("offline", "online"):
        world.online = step == "online"
    elif step == "restart":
        world.restart()
    elif step == "minute":
        world.wait(seconds=61)
    else:
        world.wait(hours=2)


@settings(deadline=None, database=None, derandomize=True, max_examples=25)
@given(steps)
def test_one_subsidised_meal_a_purse_never_below_nothing_and_counts_that_agree(
    taken: list[tuple[str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        world = World(Path(directory))
        for person, purse in PURSES.items():
            world.person(person, purse=purse)
        for step, person in taken:
            take(world, step, person)
        world.canteen.refresh()
        check(world)


def check(world: World) -> None:
    for person, purse in PURSES.items():
        alive = [meal.body for meal in world.own_meals(person) if not meal.voided]
        subsidised = Counter(body["period"] for body in alive if body["subsidised"])
        assert all(count == 1 for count in subsidised.values())
        assert purse - sum(body["purse_part"] for body in alive) >= 0
        for body in alive:
            paid = body["purse_part"] + body["cash_part"] + body["owed_part"]
            assert paid == body["own_part"]
            assert body["own_part"] + sum(line["amount"] for line in body["lines"]) == body["list_price"]
    counts = world.last(events.CountsChanged).counts
    if counts.period:
        counted = PeriodTally.of(DAY, counts.period, world.outbox.meals_of(DAY, counts.period))
        assert counts.served == counted.served
    assert world.outbox.verify().unbroken
