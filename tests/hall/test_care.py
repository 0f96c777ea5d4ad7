"""Somebody whom nobody has seen for days is reminded, rung up and visited, until there is a sign of her: the list must not
lose her, and must not trouble her once she was seen."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from hall.services.front_desk import timers
from offline_cache.wire import ReferenceKind
from tests.contract.terminals import DATE, LUNCH_MS, MINUTE_MS
from tests.hall.desks import DAY_MS, DeskHall, answer, care_done, visit


def opened(desks: DeskHall, since: str = "2026-03-01", person_id: str = "P1") -> str:
    made = desks.hall.post("/v1/care-cases", {"person_id": person_id, "since": since})
    assert made.status_code == 200, made.text
    return str(made.json()["case_id"])


def shown(desks: DeskHall, case_id: str) -> dict[str, Any]:
    told = desks.told(ReferenceKind.CARE_CASE, case_id)
    assert told is not None
    return told


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        ("2026-03-01", 1, "remind"),
        ("2026-02-28", 2, "call"),
        ("2026-02-27", 3, "visit"),
        ("2026-02-01", 29, "visit"),
    ],
)
def test_what_is_due_first_follows_from_the_days(desks: DeskHall, since: str, days: int, due: str) -> None:
    told = shown(desks, opened(desks, since))
    assert (told["days"], told["next"], told["due"], told["state"]) == (days, due, DATE, "open")


def test_a_case_is_opened_once_and_for_somebody(desks: DeskHall) -> None:
    assert opened(desks) == opened(desks)
    wrong = desks.hall.post("/v1/care-cases", {"person_id": "P1", "since": DATE}).json()
    nobody = desks.hall.post("/v1/care-cases", {"person_id": "NOBODY", "since": "2026-03-01"}).json()
    assert (wrong["code"], nobody["code"]) == ("care.since_wrong", "person.unknown")


def test_no_answer_goes_up_the_ladder_and_well_ends_it(desks: DeskHall) -> None:
    case_id = opened(desks)
    ladder = []
    for at, sort in enumerate(("remind", "call", "visit"), start=1):
        desks.desk.push(care_done(desks.desk, case_id, sort, "no_answer", LUNCH_MS + at * MINUTE_MS))
        ladder.append((shown(desks, case_id)["next"], shown(desks, case_id)["due"]))
    assert ladder == [("call", DATE), ("visit", DATE), ("visit", "2026-03-03")]
    desks.desk.push(care_done(desks.desk, case_id, "visit", "well", LUNCH_MS + 9 * MINUTE_MS))
    assert shown(desks, case_id)["state"] == "closed"
    (view,) = desks.hall.get("/v1/care-cases", state="closed")
    assert [step["outcome"] for step in view["steps"]] == ["no_answer", "no_answer", "no_answer", "well"]


def test_the_order_of_arrival_changes_nothing(desks: DeskHall) -> None:
    ends = set()
    for order in list(permutations(range(3)))[::2]:
        case_id = opened(desks)
        steps = [
            care_done(desks.desk, case_id, "remind", "no_answer", LUNCH_MS),
            care_done(desks.other, case_id, "call", "away", LUNCH_MS + MINUTE_MS),
            care_done(desks.desk, case_id, "remind", "no_answer", LUNCH_MS + 2 * MINUTE_MS),
        ]
        for place in order:
            (desks.other if place == 1 else desks.desk).send([steps[place]])
        told = shown(desks, case_id)
        ends.add((told["next"], told["due"], told["state"]))
        desks.hall.post(f"/v1/care-cases/{case_id}/sign-of-life", {"seen": "at the market"})
    assert ends == {("call", DATE, "open")}


def test_who_is_away_is_left_alone_for_a_week(desks: DeskHall) -> None:
    case_id = opened(desks)
    desks.desk.push(care_done(desks.desk, case_id, "call", "away", LUNCH_MS))
    assert (shown(desks, case_id)["next"], shown(desks, case_id)["due"]) == ("remind", "2026-03-09")


def test_who_needs_help_is_an_alarm_of_the_officers_and_of_no_desk(desks: DeskHall) -> None:
    case_id = opened(desks)
    desks.desk.push(care_done(desks.desk, case_id, "visit", "needs_help", LUNCH_MS))
    (view,) = desks.hall.get("/v1/alarms")
    assert (view["sort"], view["sender"], view["person_id"], view["state"]) == (
        "care",
        case_id,
        "P1",
        "raised",
    )
    assert desks.all_told(ReferenceKind.ALARM) == {}
    assert timers.pass_on_alarms(desks.database, desks.now_ms() + DAY_MS) == 0
    assert (shown(desks, case_id)["next"], shown(desks, case_id)["state"]) == ("visit", "open")


def test_signs_of_life_end_it(desks: DeskHall) -> None:
    by_meal, by_card = opened(desks), opened(desks, person_id="P2")
    canteen = desks.hall.terminal("CT-03")
    canteen.push(canteen.log.meal("P1"))
    desks.desk.push(visit(desks.desk, person_id="P2", how="card"))
    assert (shown(desks, by_meal)["state"], shown(desks, by_card)["state"]) == ("closed", "closed")
    reasons = {
        each["case_id"]: each["closed_for"] for each in desks.hall.get("/v1/care-cases", state="closed")
    }
    assert reasons == {by_meal: "meal", by_card: "visit.card"}


def test_a_face_alone_is_no_sign_until_staff_have_said_so(desks: DeskHall) -> None:
    case_id = opened(desks)
    desks.desk.push(visit(desks.desk))
    assert shown(desks, case_id)["state"] == "open"
    desks.desk.push(answer(desks.desk, "received"))
    assert shown(desks, case_id)["state"] == "closed"


def test_a_sign_that_is_older_than_the_last_known_one_ends_nothing(desks: DeskHall) -> None:
    case_id = opened(desks)
    desks.desk.push(visit(desks.desk, how="card", at_ms=LUNCH_MS - DAY_MS))  # of the day `since`
    assert shown(desks, case_id)["state"] == "open"


def test_a_day_later_there_is_a_day_more_and_what_is_closed_is_gone(desks: DeskHall) -> None:
    case_id, over = opened(desks), opened(desks, person_id="P2")
    desks.hall.post(f"/v1/care-cases/{over}/sign-of-life", {"seen": "waved from her window"})
    timers.turn_day(desks.database, desks.now_ms() + DAY_MS)
    assert shown(desks, case_id)["days"] == 2
    assert list(desks.all_told(ReferenceKind.CARE_CASE)) == [case_id]
