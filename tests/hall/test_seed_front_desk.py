"""The sample hall is what journeys and demos play on: its desk must have every sort of matter, sender and case, none of which a
desk may not be told; and the texts by which consent is asked for must fit the screen at the door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from hall import seed_front_desk, seed_residents
from hall.catalogue import load_desk
from hall.catalogue.load import CatalogueProblem, load_catalogue
from hall.database import Database
from hall.sample_front_desk import APPOINTMENTS, FILES, GRID_WORKERS, MATTERS, SENDERS
from hall.seed_front_desk import PEOPLE
from hall.services import catalogue, feed
from hall.services.catalogue import Contents
from offline_cache import wire_front_desk
from offline_cache.wire import ReferenceKind, Shape

START = date(2026, 1, 5)
LINE_HANZI = 18
SHAPES: dict[ReferenceKind, type[Shape]] = {
    ReferenceKind.CONSENT_TEXT: wire_front_desk.ConsentText,
    ReferenceKind.DESK_PERSON: wire_front_desk.DeskPerson,
    ReferenceKind.DESK_WINDOW: wire_front_desk.DeskWindow,
    ReferenceKind.ALARM_SENDER: wire_front_desk.AlarmSender,
    ReferenceKind.CARE_CASE: wire_front_desk.CareCase,
}


@pytest.fixture(scope="module")
def sown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """Everything in the feed, by kind and id: the hall's people and its desk, without the canteens' town."""
    directory = tmp_path_factory.mktemp("sown")
    database = Database(f"sqlite:///{directory / 'hall.sqlite3'}")
    database.migrate()
    contents = Contents(consent_texts=load_desk.consent_texts(), windows=load_desk.windows())
    with database.writing() as session:
        seed_residents.sow_residents(session, START, str)
        catalogue.publish(session, contents, 0)
        seed_front_desk.sow(session, START)
    with database.reading() as session:
        yield {kind.value: feed.all_of(session, kind) for kind in ReferenceKind}
    database.close()


def test_each_kind_is_told_and_reads_back(sown: dict[str, dict[str, Any]]) -> None:
    for kind, shape in SHAPES.items():
        assert sown[kind.value], kind
        for record in sown[kind.value].values():
            shape.model_validate(record)


def test_what_the_sample_names_is_there() -> None:
    staff = {plan.staff_id for plan in seed_front_desk.staff_plans()}
    assert staff == set(GRID_WORKERS)
    assert {each.serial for each in (*FILES, *MATTERS, *APPOINTMENTS)} <= set(PEOPLE)
    assert {each.serial for each in SENDERS} - {0} <= {each.serial for each in FILES}
    assert len({each.number for each in MATTERS}) == len(MATTERS)


def test_a_desk_is_told_that_something_is_under_way_and_not_what(sown: dict[str, dict[str, Any]]) -> None:
    told = json.dumps(sown["desk_person"], ensure_ascii=False)
    secret = [each for each in MATTERS if each.sensitive]
    plain = [each for each in MATTERS if not each.sensitive]
    assert secret
    assert all(each.title_zh not in told and each.title_en not in told for each in secret)
    assert all(each.title_zh in told for each in plain)
    assert all(each.number in told for each in MATTERS)
    assert not [word for word in ("和顺里", "春晖苑", "000001", "救助", "低保") if word in told]


def test_somebody_is_due_for_each_step_of_care(sown: dict[str, dict[str, Any]]) -> None:
    due = sorted((each["days"], each["next"]) for each in sown["care_case"].values())
    assert due == [(1, "remind"), (2, "call"), (3, "visit")]
    assert {each["due"] for each in sown["care_case"].values()} == {START.isoformat()}


def test_a_child_is_known_who_may_not_agree_alone(sown: dict[str, dict[str, Any]]) -> None:
    born = sown["resident"][PEOPLE[114].person_id]["birth_date"]
    assert START.year - int(born[:4]) < 14


def test_senders_hang_somewhere_or_are_worn_by_somebody(sown: dict[str, dict[str, Any]]) -> None:
    for sender in sown["alarm_sender"].values():
        assert sender["place_zh"] and sender["place_en"]
        assert bool(sender["person_id"]) == bool(sender["phone"]) == (sender["sort"] == "bracelet")


# --- the texts ----------------------------------------------------------------------------------------------------


def test_each_purpose_has_its_text_and_each_line_fits() -> None:
    texts = {text.purpose: text for text in load_desk.consent_texts()}
    assert set(texts) == {"recognition", "preferred_help"}
    for text in texts.values():
        for line in text.lines:
            assert all(len(part) <= LINE_HANZI for part in line.text_zh.split("\n")), line.text_zh
            assert line.icon.endswith("-fill") and line.head_en and line.text_en
        assert len(text.full_zh) == len(text.full_en) >= 8


def test_the_text_says_what_the_law_asks_for_and_lures_nobody() -> None:
    text = next(each for each in load_desk.consent_texts() if each.purpose == "recognition")
    assert [line.head_zh for line in text.lines] == [
        "谁在用", "做什么用", "存在哪里", "存多久", "怎么撤回", "现在的状态"
    ]  # fmt: skip
    whole = "".join(text.full_zh)
    for said in (
        "只存在这台机器里",
        "不刷脸，可以用身份证、手机号，或找工作人员",
        "90 天内不再询问",
        "12 个月",
        "14 岁",
        "监护人",
    ):
        assert said in whole, said
    everything = text.model_dump_json()
    assert not [word for word in ("更好的体验", "建议您同意", "推荐", "！", "!") if word in everything]


def test_windows_have_queues_and_plain_items_exist() -> None:
    windows = load_desk.windows()
    assert len({window.window for window in windows}) == len(windows) == 3
    assert all(window.queues for window in windows)
    codes = {item.code for item in load_catalogue().items}
    assert load_desk.plain_items() <= codes
    telling = ("救助", "保障", "残疾", "特别扶助", "医", "收养", "生育", "法律", "调解", "心理")
    named = [item.title_zh for item in load_catalogue().items if item.code in load_desk.plain_items()]
    assert not [title for title in named for word in telling if word in title]


def test_a_file_that_does_not_fit_is_named(tmp_path: Any) -> None:
    (tmp_path / "windows.toml").write_text("plain_items = 7\n", encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=r"windows\.toml"):
        load_desk.plain_items(tmp_path)
    entry = '[[texts]]\npurpose = "payment"\nversion = 1\n'
    (tmp_path / "consent_texts.toml").write_text(entry, encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=r"consent_texts\.toml"):
        load_desk.consent_texts(tmp_path)
