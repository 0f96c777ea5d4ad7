"""An application that was sent in is a row on the disk with a number of its own, with or without the hall, and the hall
takes it in; whatever cannot be taken is refused by the name of its question, and nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, NoReturn

import pytest

from kiosk import commands_resident as wishes
from kiosk.events_resident import ItemsTold, ItemTold, NormStepKept, PaperKept, SubmitRefused, Submitted
from offline_cache.db import DiskFull
from offline_cache.wire import RowKind
from offline_cache.wire_residents import FormField, Norm, ServiceItem
from tests.kiosk.residents.resident_world import DAY, ResidentWorld, sample

STROKES = "100,100 500,500 900,100;100,800 900,800"
ANSWERS = {
    "text": "样本",
    "number": "12",
    "date": "2026-01-31",
    "phone": "00000000101",
    "id_number": sample("Zhao").number(date.fromisoformat(DAY)),
    "yes_no": "yes",
}
WRONG = {
    "text": "样" * 1000,
    "number": "twelve",
    "date": "2026-02-30",
    "phone": "12",
    "id_number": "109900195801170000",
    "choice": "nothing of the kind",
    "yes_no": "perhaps",
}


def answer(question: FormField) -> tuple[str, str]:
    said = question.choices[0][0] if question.sort == "choice" else ANSWERS[question.sort]
    return question.field, said


def opened(world: ResidentWorld, code: str) -> ItemTold:
    return world.ask(wishes.OpenItem(world.ask_id(), code), ItemTold)


def items(world: ResidentWorld) -> list[ServiceItem]:
    """Those that can be applied for."""
    listed = world.ask(wishes.ListItems(world.ask_id(), most=1000), ItemsTold)
    return [item for item in listed.items if item.form and not item.sample]


def signed(world: ResidentWorld) -> PaperKept:
    return world.ask(wishes.KeepSignature(world.ask_id(), STROKES), PaperKept)


def filled(world: ResidentWorld, item: ServiceItem, **changes: Any) -> wishes.Submit:
    papers: tuple[tuple[str, str, int], ...] = ()
    signature = ""
    if item.signature or changes.get("proof") == "signed":
        kept = signed(world)
        papers, signature = ((kept.paper, kept.sha256, kept.size),), kept.sha256
    facts: dict[str, Any] = {
        "item": item.code,
        "person_id": sample("Zhao").person_id,
        "form": tuple(answer(question) for question in item.form),
        "papers": papers,
        "signature": signature,
    }
    return wishes.Submit(world.ask_id(), **{**facts, **changes})


def refused(world: ResidentWorld, wish: wishes.Submit) -> str:
    return world.ask(wish, SubmitRefused).code


@pytest.mark.parametrize("online", [True, False])
def test_every_item_can_be_applied_for(world: ResidentWorld, online: bool) -> None:
    world.identify("Zhao")
    if not online:
        world.network.cut()
        world.online = False
    count = 0
    for item in items(world)[:: 1 if online else 7]:
        said = world.ask(filled(world, item), Submitted)
        count += 1
        assert said.number == f"{world.terminal_id.replace('-', '')}-20261120-{count:04d}"
        assert said.online is online
    assert count >= 5
    rows = world.rows(RowKind.APPLICATION_SUBMITTED)
    assert len({row.body["number"] for row in rows}) == len(rows) == count
    world.network.restore()
    assert world.push() == []


def fills(world: ResidentWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row can be written any more."""

    def full(*_: object, **__: object) -> NoReturn:
        raise DiskFull("no room")

    monkeypatch.setattr(world.outbox, "append", full)


def test_after_a_full_disk_the_same_papers_are_sent_in(
    world: ResidentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.identify("Zhao")
    item = next(item for item in items(world) if item.signature)
    wish = filled(world, item)
    with monkeypatch.context() as for_a_while:
        fills(world, for_a_while)
        assert refused(world, wish) == "disk.full"
    said = world.ask(replace(wish, ask_id=world.ask_id()), Submitted)
    assert said.number.endswith("-0002"), "the number of the first try is used up"
    assert world.push() == []
    world.until(lambda: not list((world.directory / "papers" / "kept").iterdir()))


def test_what_a_power_cut_left_between_number_and_row_goes_and_the_number_is_not_used_again(
    world: ResidentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.identify("Zhao")
    item = next(item for item in items(world) if item.signature)
    with monkeypatch.context() as for_a_while:
        fills(world, for_a_while)
        refused(world, filled(world, item))
    kept = world.directory / "papers" / "kept"
    assert len(list(kept.iterdir())) == 1
    world.restart()
    world.identify("Zhao")
    assert world.ask(filled(world, item), Submitted).number.endswith("-0002")
    assert world.push() == []
    world.until(lambda: not list(kept.iterdir()))
    assert len(world.rows(RowKind.APPLICATION_SUBMITTED)) == 1


def test_a_form_with_every_field_wrong_names_the_first(world: ResidentWorld) -> None:
    world.identify("Zhao")
    for item in items(world):
        wrong = tuple((question.field, WRONG[question.sort]) for question in item.form)
        assert refused(world, filled(world, item, form=wrong)) == f"form.{item.form[0].field}"
    assert world.rows(RowKind.APPLICATION_SUBMITTED) == []


def test_an_answer_nobody_asked_for_is_not_taken(world: ResidentWorld) -> None:
    world.identify("Zhao")
    item = items(world)[0]
    wish = filled(world, item)
    assert refused(world, filled(world, item, form=(*wish.form, ("extra", "1")))) == "form.extra"


def test_nothing_can_be_applied_for_with_an_item_that_is_gone_or_a_sample(world: ResidentWorld) -> None:
    world.identify("Zhao")
    listed = world.ask(wishes.ListItems(world.ask_id(), most=1000), ItemsTold)
    just_shown = next(item for item in listed.items if item.sample)
    for item in (just_shown.code, "no-such-item"):
        wish = wishes.Submit(world.ask_id(), item, sample("Zhao").person_id, ())
        assert refused(world, wish) == "item.gone"


def test_for_somebody_who_is_not_here_only_an_agent_applies(world: ResidentWorld) -> None:
    world.identify("Zhao")
    item = next(item for item in items(world) if item.agent_allowed)
    sun, zhao = sample("Sun").person_id, sample("Zhao").person_id
    assert refused(world, filled(world, item, person_id=sun)) == "application.not_allowed"
    acting = {"person_id": sun, "agent_id": zhao, "relation": "child"}
    assert refused(world, filled(world, item, **acting, proof="card")) == "application.not_allowed"
    world.identify("Sun")
    world.ask(filled(world, item, **acting, proof="card"), Submitted)
    agent = world.rows(RowKind.APPLICATION_SUBMITTED)[-1].body["agent"]
    assert (agent["agent_id"], agent["relation"], agent["proof"]) == (zhao, "child", "card")
    assert agent["until"] == "2026-12-20"
    assert world.push() == []


def test_an_agent_without_the_card_signs(world: ResidentWorld) -> None:
    world.identify("Zhao")
    item = next(item for item in items(world) if item.agent_allowed and not item.signature)
    acting = {
        "person_id": sample("Sun").person_id,
        "agent_id": sample("Zhao").person_id,
        "relation": "relative",
    }
    unsigned = filled(world, item, **acting, proof="signed")
    unsigned = wishes.Submit(
        world.ask_id(), unsigned.item, unsigned.person_id, unsigned.form, (), "", **dict(list(acting.items())[1:]),
        proof="signed",
    )  # fmt: skip
    assert refused(world, unsigned) == "form.signature"
    world.ask(filled(world, item, **acting, proof="signed"), Submitted)
    assert world.push() == []


def test_a_norm_is_worked_through_step_by_step(world: ResidentWorld) -> None:
    world.identify("Zhao")
    listed = world.ask(wishes.ListItems(world.ask_id(), only="norms", most=1000), ItemsTold)
    code = next(item.code for item in listed.items if not item.sample)
    norm = opened(world, code).norm
    assert norm is not None
    number = ""
    for step, questions in steps_of(norm):
        record = tuple(answer(question) for question in questions)
        wish = wishes.RecordNormStep(world.ask_id(), code, step, number, sample("Zhao").person_id, record)
        kept = world.ask(wish, NormStepKept)
        assert kept.step == step
        number = number or kept.number
        assert kept.number == number
    assert len(world.rows(RowKind.NORM_STEP_RECORDED)) == len(norm.steps) + 1
    assert world.push() == []


def test_a_step_that_a_norm_does_not_have_is_refused(world: ResidentWorld) -> None:
    listed = world.ask(wishes.ListItems(world.ask_id(), only="norms", most=1000), ItemsTold)
    whole = next(item.code for item in listed.items if not item.sample)
    just_named = next(item.code for item in listed.items if item.sample)
    for norm, step in ((whole, "no-such-step"), (just_named, "1"), ("no-such-norm", "1")):
        wish = wishes.RecordNormStep(world.ask_id(), norm, step, "", "", ())
        assert world.ask(wish, SubmitRefused).code == "item.gone"


def steps_of(norm: Norm) -> list[tuple[str, list[FormField]]]:
    return [*((step.step, step.record) for step in norm.steps), ("evaluation", norm.evaluation)]


def test_a_rating_and_a_card_left_behind_are_rows(world: ResidentWorld) -> None:
    world.perform(wishes.Rate("record", 5))
    world.perform(wishes.NoteCardForgotten("a" * 64, 20))
    assert [row.body for row in world.rows(RowKind.RATING_GIVEN)] == [{"subject": "record", "score": 5}]
    assert world.rows(RowKind.CARD_FORGOTTEN)[0].body["seconds"] == 20
    assert world.push() == []
