"""A norm is worth what its records are worth: steps that arrive late stand where they belong, a run ends with its
evaluation, and the satisfaction that is published can be reckoned again by anybody."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from hall.catalogue.whole import shipped
from hall.services import catalogue
from hall.services.catalogue import Contents
from offline_cache.wire import RowKind
from offline_cache.wire_residents import FormField, Norm
from tests.contract.conftest import TestHall
from tests.contract.terminals import LUNCH_MS, MINUTE_MS, TestTerminal
from tests.hall import offices
from tests.hall.offices import step

DAY_MS = 86_400_000


@pytest.fixture
def desk(hall: TestHall) -> TestTerminal:
    with hall.hall.database.writing() as session:
        offices.publish(session)
    return hall.terminal("QP-01", "H1", "query_print")


def run(hall: TestHall) -> dict[str, Any]:
    (only,) = hall.get("/v1/norm-runs", norm="no-1")
    found: dict[str, Any] = only
    return found


def test_steps_stand_in_the_norm_s_order_whenever_they_arrive(hall: TestHall, desk: TestTerminal) -> None:
    names = ["hear", "talk", "agree", "evaluation"]
    orders = list(permutations(names))[::3]
    for count, order in enumerate(orders, start=1):
        rows = {name: step(desk.log, name, count, LUNCH_MS + at * MINUTE_MS) for at, name in enumerate(names)}
        desk.push(*[rows[name] for name in order])
    runs = hall.get("/v1/norm-runs", state="finished", limit=100)
    assert len(runs) == len(orders) == 8
    for each in runs:
        assert [recorded["step"] for recorded in each["steps"]] == names
        assert (each["missing"], each["site_id"]) == ([], "H1")
        assert (each["began_at_ms"], each["updated_at_ms"]) == (LUNCH_MS, LUNCH_MS + 3 * MINUTE_MS)


def test_a_run_is_open_until_its_evaluation_and_a_late_step_fills_in(
    hall: TestHall, desk: TestTerminal
) -> None:
    desk.push(step(desk.log, "agree"))
    assert (run(hall)["state"], run(hall)["missing"]) == ("open", ["hear", "talk"])
    desk.push(step(desk.log, "evaluation"))
    assert (run(hall)["state"], run(hall)["missing"]) == ("finished", ["hear", "talk"])
    desk.push(step(desk.log, "hear"))
    assert (run(hall)["state"], run(hall)["missing"]) == ("finished", ["talk"])
    assert hall.get("/v1/norm-runs", state="open") == []


def test_a_step_that_was_recorded_again_holds_what_was_said_last(hall: TestHall, desk: TestTerminal) -> None:
    later = step(desk.log, "hear", at_ms=LUNCH_MS + 1, record={"said": "corrected", "odd": "kept"})
    earlier = step(desk.log, "hear", record={"said": "first"})
    desk.push(later)
    desk.push(earlier)
    (recorded,) = run(hall)["steps"]
    assert (recorded["record"], recorded["flags"]) == ({"said": "corrected", "odd": "kept"}, ["unknown:odd"])


def test_what_is_no_step_of_a_norm_is_refused(hall: TestHall, desk: TestTerminal) -> None:
    rows = [
        step(desk.log, "hear", norm="no-9"),
        step(desk.log, "hear", norm_version=2),
        step(desk.log, "dance"),
        step(desk.log, "hear", record={}),
        step(desk.log, "evaluation", record={"good": ""}),
        step(desk.log, "hear", number="none"),
    ]
    assert [result.code for result in desk.push(*rows).results] == [
        "norm_step.norm_unknown",
        "norm_step.norm_unknown",
        "norm_step.step_unknown",
        "norm_step.record_incomplete",
        "norm_step.record_incomplete",
        "norm_step_recorded.malformed",
    ]
    assert hall.get("/v1/norm-runs") == []


def _answer(field: FormField) -> str:
    by_sort = {"number": "3", "date": "2026-03-02", "phone": "000 0000 0000", "yes_no": "yes"}
    by_sort["id_number"] = "0" * 17 + "X"
    return field.choices[0][0] if field.choices else by_sort.get(field.sort, "said")


def _run_through(terminal: TestTerminal, norm: Norm, count: int) -> None:
    forms = {each.step: each.record for each in norm.steps} | {"evaluation": norm.evaluation}
    changes: dict[str, Any] = {"norm": norm.code, "norm_version": norm.version}
    rows = [
        step(
            terminal.log,
            name,
            count,
            LUNCH_MS + place,
            record={field.field: _answer(field) for field in form},
            **changes,
        )
        for place, (name, form) in enumerate(forms.items())
    ]
    terminal.push(*rows)


def test_every_complete_norm_that_ships_can_be_run_to_its_end(hall: TestHall, desk: TestTerminal) -> None:
    complete = [norm for norm in shipped().norms if not norm.sample]
    with hall.hall.database.writing() as session:
        catalogue.publish(session, Contents(norms=complete), LUNCH_MS)
    assert len(complete) == 10
    for count, norm in enumerate(complete, start=1):
        _run_through(desk, norm, count)
    runs = {each["norm"]: each for each in hall.get("/v1/norm-runs", limit=100)}
    for norm in complete:
        seen = runs[norm.code]
        assert (seen["state"], seen["missing"]) == ("finished", [])
        assert [each["step"] for each in seen["steps"]] == [*(each.step for each in norm.steps), "evaluation"]
        assert not [each["flags"] for each in seen["steps"] if each["flags"]]


# --- ratings and forgotten cards --------------------------------------------------------------------------------


def rate(terminal: TestTerminal, subject: str, scores: list[int], at_ms: int = LUNCH_MS) -> None:
    rows = [
        terminal.log.add(RowKind.RATING_GIVEN, {"subject": subject, "score": score}, at_ms)
        for score in scores
    ]
    terminal.push(*rows)


def test_satisfaction_says_how_many_it_was_asked_of(hall: TestHall, desk: TestTerminal) -> None:
    rate(desk, "visit", [5, 5, 4, 3, 1])
    rate(desk, "item:plain", [2])
    rate(hall.terminal("QP-02", "H2", "query_print"), "visit", [1], LUNCH_MS + DAY_MS)
    item, visit = hall.get("/v1/ratings/summary")
    assert (item["subject"], item["sample_size"], item["satisfied_percent"]) == ("item:plain", 1, 0.0)
    assert visit["counts"] == {"1": 2, "2": 0, "3": 1, "4": 1, "5": 2}
    assert (visit["sample_size"], visit["satisfied_percent"], visit["mean"]) == (6, 50.0, 3.17)
    assert "4 or 5" in visit["formula"]
    (here,) = hall.get("/v1/ratings/summary", subject="visit", site="H1")
    assert (here["sample_size"], here["satisfied_percent"]) == (5, 60.0)
    (second_day,) = hall.get("/v1/ratings/summary", first="2026-03-03", last="2026-03-03")
    assert second_day["sample_size"] == 1
    assert hall.get("/v1/ratings/summary", last="2026-03-01") == []


def test_a_rating_is_no_rating_beyond_its_scale(hall: TestHall, desk: TestTerminal) -> None:
    row = desk.log.add(RowKind.RATING_GIVEN, {"subject": "visit", "score": 6})
    assert desk.push(row).results[0].code == "rating_given.malformed"
    assert hall.get("/v1/ratings/summary") == []


def test_officers_hear_of_a_forgotten_card(hall: TestHall, desk: TestTerminal) -> None:
    for seconds in (5, 20, 60):
        body = {"card_ref": "0a1b", "seconds": seconds}
        desk.push(desk.log.add(RowKind.CARD_FORGOTTEN, body, LUNCH_MS + seconds * 1000))
    seen = hall.get("/v1/forgotten-cards")
    assert [(each["seconds"], each["site_id"], each["terminal_id"]) for each in seen] == [
        (60, "H1", "QP-01"),
        (20, "H1", "QP-01"),
        (5, "H1", "QP-01"),
    ]
    assert len(hall.get("/v1/forgotten-cards", since_ms=LUNCH_MS + 20_000)) == 2
