"""The words on slips, both languages side by side, so that nobody adds one to a slip without the other.

They are not in the screens' catalogue: paper has other words, is as wide as it is, and is read days later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Every word a slip can say, in one language. `{}` is a number or a name. A sentence is broken by hand where it
    reads best; what is still too long for its paper is wrapped."""

    chinese: bool
    meal_title: str
    void_title: str
    count_title: str
    settlement_title: str
    offline: str
    offline_tag: str
    online: str
    time_untrusted: str
    reprint: str
    copy: str
    gap: str
    guest: str
    card_tail: str
    number: str
    market_price: str
    paid: str
    from_card: str
    in_cash: str
    owed: str
    balance: str
    balance_about: str
    enjoy: str
    printed_offline: str
    questions: str
    taken_back: str
    reason: str
    given_back: str
    cash_back: str
    owed_gone: str
    can_eat_again: str
    portions: str
    served: str
    ordered: str
    left_over: str
    meals: str
    voided: str
    list_total: str
    own_total: str
    terminal_only: str
    periods: Mapping[str, str]
    weekdays: tuple[str, ...]
    reasons: Mapping[str, str]

    def of(self, chinese: str, english: str) -> str:
        """Which of two given names to print: data carries both."""
        return chinese if self.chinese or not english else english


WORDS: Mapping[str, Words] = {
    "zh_CN": Words(
        chinese=True,
        meal_title="就餐凭条",
        void_title="退餐单",
        count_title="报数单",
        settlement_title="日结单",
        offline="离线·待核",
        offline_tag="离线",
        online="联机",
        time_untrusted="时间待核",
        reprint="补打",
        copy="第 {} 联",
        gap="　",
        guest="散客",
        card_tail="卡尾号 {}",
        number="第 {} 号",
        market_price="{}市场价",
        paid="本次支付",
        from_card="卡内支付",
        in_cash="现金支付",
        owed="记账待付",
        balance="卡内余额",
        balance_about="卡内余额（约）",
        enjoy="请趁热吃，慢慢用。",
        printed_offline="断网时打印。\n恢复后自动核对，\n金额不同会先告诉您。",
        questions="有疑问请打 {}",
        taken_back="退的是",
        reason="原因",
        given_back="退回",
        cash_back="其中现金",
        owed_gone="不再记账",
        can_eat_again="这一餐没有用掉，\n还可以再刷卡。",
        portions="{} 份",
        served="已供餐",
        ordered="已订餐",
        left_over="剩余",
        meals="供餐",
        voided="退餐",
        list_total="市场价合计",
        own_total="个人支付",
        terminal_only="本机合计。\n全站日结以大厅为准。",
        periods={"breakfast": "早餐", "lunch": "午餐", "dinner": "晚餐"},
        weekdays=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
        reasons={"mistake": "刷错了卡", "not_taken": "没有取餐", "wrong_price": "金额不对", "other": "其他"},
    ),
    "en": Words(
        chinese=False,
        meal_title="Meal slip",
        void_title="Meal taken back",
        count_title="Meal count",
        settlement_title="Day's close",
        offline="Offline · to check",
        offline_tag="Offline",
        online="Online",
        time_untrusted="Time to check",
        reprint="Printed again",
        copy="copy {}",
        gap="  ",
        guest="Guest",
        card_tail="Card {}",
        number="No. {}",
        market_price="{} price",
        paid="You paid",
        from_card="From card",
        in_cash="In cash",
        owed="To pay later",
        balance="On card",
        balance_about="On card (about)",
        enjoy="Enjoy your meal.",
        printed_offline="Printed offline.\nIt will be checked.\nIf the sum changes,\nyou are told first.",
        questions="Questions: {}",
        taken_back="Taken back",
        reason="Why",
        given_back="Given back",
        cash_back="of it in cash",
        owed_gone="No longer owed",
        can_eat_again="This meal is unused:\nyou may tap again.",
        portions="{}",
        served="Served",
        ordered="Ordered",
        left_over="Left over",
        meals="Meals",
        voided="Taken back",
        list_total="At list price",
        own_total="Paid",
        terminal_only="This terminal only.\nThe hall closes the site.",
        periods={"breakfast": "Breakfast", "lunch": "Lunch", "dinner": "Dinner"},
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        reasons={
            "mistake": "Card tapped by mistake",
            "not_taken": "Meal not taken",
            "wrong_price": "Wrong price",
            "other": "Another reason",
        },
    ),
}
