"""A slip is what a diner carries home and argues with: every sum, name and mark on it must be the row's."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printers.slip import Amount, Inverted, Pair, QrCode, Slip, SlipDamaged, Tag, Text, Title
from kiosk.roles.canteen_words import VOID_REASONS
from kiosk.services.slip_words import WORDS
from kiosk.services.slips import Balance, Diner, Moment, Place, copy_of, meal_slip, money, void_slip
from offline_cache import wire
from tests.kiosk import slip_samples as samples


def pairs(stored: dict[str, Any]) -> dict[str, str]:
    return {part.left: part.right for part in Slip.from_json(stored).parts if isinstance(part, Pair)}


def all_of(stored: dict[str, Any], kind: type) -> list[Any]:
    return [part for part in Slip.from_json(stored).parts if isinstance(part, kind)]


def test_meal_online_says_what_the_row_says() -> None:
    slip = samples.online_meal()
    assert pairs(slip) == {
        "孙＊": "卡尾号 1034",
        "2026-11-20 周五": "11:21",
        "午餐": "第 10412 号",
        "午餐市场价": "¥12.00",
        "高龄补贴": "−¥5.50",
        "福利卡": "−¥2.00",
        "卡内余额": "¥86.50",
    }
    assert all_of(slip, Amount) == [Amount("本次支付", "¥4.50")]
    assert all_of(slip, Tag) == [Tag("联机", "CT-03　第 1 联")]
    assert all_of(slip, Inverted) == []
    assert [text.text for text in all_of(slip, Text)] == ["请趁热吃，慢慢用。", "有疑问请打 8390 1200"]


def test_meal_offline_is_marked_and_its_balance_is_about() -> None:
    slip = samples.offline_meal()
    assert all_of(slip, Inverted) == [Inverted("离线·待核")]
    assert pairs(slip)["卡内余额（约）"] == "¥64.00"
    assert all_of(slip, Tag)[0].tag == "离线"
    assert all_of(slip, Text)[0].text.startswith("断网时打印")


def test_untrusted_time_is_not_printed_as_a_time() -> None:
    slip = samples.offline_meal(trusted=False)
    assert Inverted("时间待核") in all_of(slip, Inverted)
    assert pairs(slip)["2026-11-20 周五"] == "时间待核"
    assert not any("11:31" in text for text in Slip.from_json(slip).texts())


def test_guest_who_pays_cash() -> None:
    slip = samples.cash_meal()
    assert pairs(slip)["散客"] == ""
    assert pairs(slip)["现金支付"] == "¥12.00"
    assert not any("余额" in left for left in pairs(slip))


def test_part_from_the_card_and_part_owed_are_told_apart() -> None:
    body = samples.meal_body(own_part=450, purse_part=100, owed_part=350)
    slip = meal_slip(body, samples.SUN, samples.PLACE, 1, samples.NOON, Balance(0))
    assert (pairs(slip)["卡内支付"], pairs(slip)["记账待付"]) == ("¥1.00", "¥3.50")


def test_meal_taken_back() -> None:
    slip = samples.voided_meal()
    assert all_of(slip, Title) == [Title("退餐单")]
    assert pairs(slip)["退的是"] == "第 10412 号"
    assert pairs(slip)["午餐"] == "第 10413 号"
    assert pairs(slip)["原因"] == "刷错了卡"
    assert all_of(slip, Amount) == [Amount("退回", "¥4.50")]


def test_cash_and_debt_of_a_meal_taken_back_are_named() -> None:
    meal = samples.meal_body(purse_part=100, cash_part=150, owed_part=200)
    body = wire.MealVoidedBody(meal_txn_id="t", staff_id="s", reason="not_taken")
    slip = void_slip(body, meal, samples.SUN, samples.PLACE, 2, 1, samples.NOON, None)
    assert all_of(slip, Amount)[0].right == "¥2.50"
    assert (pairs(slip)["其中现金"], pairs(slip)["不再记账"]) == ("¥1.50", "¥2.00")


@pytest.mark.parametrize("locale", WORDS)
@pytest.mark.parametrize("reason", [choice.value for choice in VOID_REASONS])
def test_every_reason_that_staff_can_choose_has_words(reason: str, locale: str) -> None:
    assert WORDS[locale].reasons[reason]


def test_count_and_settlement() -> None:
    count, settlement = samples.count_report(), samples.settlement()
    assert all_of(count, Amount) == [Amount("已供餐", "168 份")]
    assert pairs(count)["已订餐"] == "172 份"
    assert pairs(count)["剩余"] == "4 份"
    assert all_of(settlement, Amount) == [Amount("个人支付", "¥864.50")]
    assert pairs(settlement)["退餐"] == "2 份"
    assert pairs(settlement)["高龄补贴"] == "−¥815.50"


@pytest.mark.parametrize(
    "make", [samples.online_meal, samples.voided_meal, samples.count_report, samples.settlement]
)
def test_english_slip_has_no_chinese_but_the_name(make: Any) -> None:
    english = "".join(Slip.from_json(make(locale="en")).texts())
    given_in_chinese = ("孙＊", "75 岁及以上", "60–74 岁", "五类人员", "高龄补贴", "福利卡")
    for given_text in given_in_chinese:
        english = english.replace(given_text, "")
    assert not any("\u3400" <= char <= "\u9fff" for char in english)


@pytest.mark.parametrize("locale", WORDS)
def test_no_word_is_empty(locale: str) -> None:
    words = WORDS[locale]
    assert all(getattr(words, field.name) for field in fields(words) if field.name != "chinese")


@pytest.mark.parametrize(
    ("locale", "mark", "right"),
    [("zh_CN", "补打", "CT-03　第 3 联"), ("en", "Printed again", "CT-03  copy 3")],
)
def test_later_copy_says_so_and_which(locale: str, mark: str, right: str) -> None:
    copy = copy_of(samples.online_meal(locale=locale), 3)
    assert copy.copy_mark == mark
    assert [part.right for part in copy.parts if isinstance(part, Tag)] == [right]
    assert copy_of(samples.online_meal(), 1) == Slip.from_json(samples.online_meal())


def test_copy_of_a_slip_without_a_tag_is_marked_too() -> None:
    assert copy_of(Slip((Text("饭"),)).to_json(), 2).copy_mark == "补打"


def test_damaged_slip_is_refused() -> None:
    with pytest.raises(SlipDamaged):
        copy_of({"parts": [{"part": "pair", "left": 1}]}, 1)


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_money_is_exact(fen: int) -> None:
    text = money(fen)
    assert text.startswith("−¥" if fen < 0 else "¥")
    yuan, cents = text.lstrip("−¥").split(".")
    assert int(yuan) * 100 + int(cents) == abs(fen)
    assert len(cents) == 2


def test_nothing_that_identifies_a_person_is_on_a_slip() -> None:
    body = samples.meal_body(person_id="person-secret", card_ref="f" * 64, staff_id="staff-secret")
    slip = meal_slip(body, Diner("孙＊", "1034"), samples.PLACE, 1, samples.NOON, Balance(0))
    text = repr(slip)
    assert not any(secret in text for secret in ("person-secret", "f" * 64, "staff-secret"))
    assert all_of(slip, QrCode) == []


def test_place_without_a_telephone_prints_no_line_for_it() -> None:
    place = Place("和顺", "Heshun", "", "CT-03")
    moment = Moment("2026-11-21", "breakfast", "07:05")
    slip = meal_slip(samples.meal_body(period="breakfast"), samples.SUN, place, 1, moment, None)
    assert not any("有疑问" in text.text for text in all_of(slip, Text))
    assert pairs(slip)["2026-11-21 周六"] == "07:05"
    assert "早餐市场价" in pairs(slip)
