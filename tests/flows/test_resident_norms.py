"""A norm is worked through as its data say: every step with its record, then the evaluation, under one number."""

from __future__ import annotations

import pytest

from hall.catalogue.load_more import norms as load_norms
from kiosk import commands_resident as wishes
from kiosk import events_resident as told
from kiosk import views
from kiosk import views_resident as pages
from kiosk.roles import resident_words as words
from kiosk.services.residents.forms import first_wrong
from offline_cache.wire_residents import FormField, Norm, ServiceItem
from tests.flows.resident_catalogue import GOOD_ID, item, norm
from tests.flows.resident_stage import ResidentStage

NUMBER = "QP01-20261120-0050"
COMPLETE = [each for each in load_norms() if not each.sample]
TYPED = {"number": "3", "date": "20261201", "phone": "13800001234", "id_number": GOOD_ID, "text": "12"}


@pytest.fixture
def stage() -> ResidentStage:
    stage = ResidentStage()
    stage.comes_in()
    return stage


def as_item(each: Norm) -> ServiceItem:
    return item(
        each.code, title_zh=each.title_zh, title_en=each.title_en, sample=each.sample, form=[], papers=[]
    )


def opens(stage: ResidentStage, opened: Norm) -> pages.GuidePage:
    stage.choose("need")
    listed = stage.wish(wishes.ListItems)
    assert listed.only == "norms"
    stage.tell(told.ItemsTold(listed.ask_id, (as_item(opened),), 1))
    stage.choose(opened.code)
    stage.tell(told.ItemTold(stage.wish(wishes.OpenItem).ask_id, None, opened))
    return stage.showing(pages.GuidePage)


def answers_all(stage: ResidentStage, questions: list[FormField]) -> None:
    for question in questions:
        page = stage.showing(pages.FieldPage)
        assert page.sort == question.sort
        if page.options:
            stage.choose(page.options[0].value)
        else:
            stage.enter(TYPED[page.sort][: question.most])
        stage.press(views.NEXT)


@pytest.mark.parametrize("opened", COMPLETE, ids=lambda each: each.code)
def test_each_complete_norm_runs_through(stage: ResidentStage, opened: Norm) -> None:
    page = opens(stage, opened)
    assert [label for label, _ in page.parts] == [words.STEPS, words.STANDARD]
    stage.press(pages.APPLY)
    stage.tell(told.KnownTold(stage.wish(wishes.KnownOf).ask_id, ()))
    kept: list[str] = []
    for step in opened.steps:
        assert stage.showing(pages.GuidePage).parts[0][1]
        stage.press(views.NEXT)
        answers_all(stage, step.record)
        wish = stage.wish(wishes.RecordNormStep)
        assert (wish.norm, wish.step, wish.number) == (opened.code, step.step, NUMBER if kept else "")
        assert first_wrong(step.record, dict(wish.record)) == ""
        kept.append(wish.step)
        stage.tell(told.NormStepKept(wish.ask_id, NUMBER, wish.step))
    answers_all(stage, opened.evaluation)
    wish = stage.wish(wishes.RecordNormStep)
    assert (wish.step, wish.number) == ("evaluation", NUMBER)
    assert first_wrong(opened.evaluation, dict(wish.record)) == ""
    stage.tell(told.NormStepKept(wish.ask_id, NUMBER, "evaluation"))
    assert stage.showing(pages.ReceiptPage).number == NUMBER
    stage.press(views.DONE)
    assert stage.showing(pages.FinishedPage).number == NUMBER


def test_there_are_ten_complete_norms() -> None:
    assert len(COMPLETE) == 10


def test_a_sample_can_be_read_and_not_begun(stage: ResidentStage) -> None:
    stage.choose("guides")
    stage.tell(told.RootsTold(stage.wish(wishes.ListRoots).ask_id, ()))
    stage.choose("norms")
    sample = norm("no-050", sample=True, steps=[], evaluation=[])
    stage.tell(told.ItemsTold(stage.wish(wishes.ListItems).ask_id, (as_item(sample),), 1))
    stage.choose("no-050")
    stage.tell(told.ItemTold(stage.wish(wishes.OpenItem).ask_id, None, sample))
    page = stage.showing(pages.GuidePage)
    assert (page.sample, page.choices) == (True, ())
    stage.press(pages.APPLY)
    assert stage.view == page


def test_a_need_offers_only_what_can_be_begun(stage: ResidentStage) -> None:
    stage.choose("need")
    assert "say_need" in stage.spoken()
    listed = (as_item(norm("no-001")), as_item(norm("no-050", sample=True)))
    stage.tell(told.ItemsTold(stage.wish(wishes.ListItems).ask_id, listed, 96))
    assert [row.value for row in stage.showing(pages.ListPage).rows] == ["no-001"]


def test_service_at_the_door_is_one_touch_away(stage: ResidentStage) -> None:
    stage.choose("at_the_door")
    opened = stage.wish(wishes.OpenItem)
    assert opened.code == "no-002"
    stage.tell(told.ItemTold(opened.ask_id, None, norm()))
    stage.showing(pages.GuidePage)


def test_a_hall_without_that_norm_offers_those_it_has(stage: ResidentStage) -> None:
    stage.choose("at_the_door")
    stage.tell(told.ItemGone(stage.wish(wishes.OpenItem).ask_id, "item.gone"))
    assert stage.wish(wishes.ListItems).only == "norms"


def test_a_run_may_stop_after_any_step(stage: ResidentStage) -> None:
    opened = norm()
    opens(stage, opened)
    stage.press(pages.APPLY)
    stage.tell(told.KnownTold(stage.wish(wishes.KnownOf).ask_id, (("address", "和顺里 0 幢", "和顺里＊＊"),)))
    stage.press(views.DONE)
    stage.press(views.NEXT)
    answers_all(stage, opened.steps[0].record[:1])
    wish = stage.wish(wishes.RecordNormStep)
    assert dict(wish.record) == {"order_done": "yes", "order_door": "和顺里 0 幢"}
    stage.tell(told.NormStepKept(wish.ask_id, NUMBER, "order"))
    assert [choice.action for choice in stage.showing(pages.GuidePage).choices] == [views.NEXT, views.DONE]
    stage.press(views.DONE)
    assert stage.showing(pages.ReceiptPage).number == NUMBER


def test_a_step_that_is_refused_loses_nothing(stage: ResidentStage) -> None:
    opened = norm()
    opens(stage, opened)
    stage.press(pages.APPLY)
    stage.tell(told.KnownTold(stage.wish(wishes.KnownOf).ask_id, ()))
    stage.press(views.NEXT)
    answers_all(stage, opened.steps[0].record)
    stage.tell(told.SubmitRefused(stage.wish(wishes.RecordNormStep).ask_id, "disk.full"))
    assert stage.showing(pages.MessagePage).code == "machine.not_kept"
    stage.press(pages.AGAIN)
    again = stage.wish(wishes.RecordNormStep)
    assert dict(again.record) == {"order_done": "yes", "order_door": "12"}
    stage.tell(told.SubmitRefused(again.ask_id, "form.order_door"))
    asked = stage.showing(pages.FieldPage)
    assert asked.error == "field.not_taken"
    stage.enter("3")
    stage.press(views.NEXT)
    assert dict(stage.wish(wishes.RecordNormStep).record)["order_door"] == "123"
