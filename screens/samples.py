"""A View of every kind with generated people, the longest texts and the rarest names: what the gallery shows."""

from __future__ import annotations

from dataclasses import replace

from kiosk.events import MealDenied
from kiosk.roles import canteen_words as words
from kiosk.views import (
    Attention,
    Bill,
    Choice,
    Chrome,
    Counts,
    DeclarePeriodPage,
    HelpComing,
    Idle,
    MealSummary,
    OutOfService,
    PersonFound,
    PowerCut,
    PrintNeed,
    RetapAsked,
    SameCardAsked,
    Served,
    Shown,
    StaffBoard,
    StaffConfirm,
    StaffDone,
    StaffKeypad,
    StaffList,
    StaffRecord,
    Starting,
    View,
)
from screens.technical_samples import technical_pages

BANDS = (
    ("60–74 岁", "60 to 74", 92, 118),
    ("75 岁以上", "75 and over", 71, 88),
    ("五类老人", "Five groups", 14, 16),
    ("市场价", "Market price", 9, 18),
)
PRICES = (("市场价", "Market", 1200), ("60–74 岁", "60–74", 700), ("75 岁及以上", "75 and over", 650))
MORE_PRICES = (*PRICES, ("五类老人", "Five groups", 550), ("福利卡", "Welfare card", 450))
COUNTS = Counts("lunch", 186, 240, 54, BANDS)
CHROME = Chrome(
    place_zh="和顺社区餐厅",
    place_en="Heshun Canteen",
    machine="3",
    online=True,
    clock="11:21",
    date="2026-11-20",
    banner="",
    counts=COUNTS,
    under_review=1,
    sample_kept=True,
    last_sync_days=0,
    window="1",
)
OFFLINE = replace(CHROME, online=False, banner="offline", queued=12, offline_since="11:24", clock="11:31")
UNSURE = replace(
    CHROME,
    machine="7",
    online=False,
    banner="clock_untrusted",
    clock="",
    date="",
    queued=18,
    last_sync_days=2,
)
BETWEEN_MEALS = replace(CHROME, clock="14:10", counts=Counts())
LONG_PLACE = replace(
    CHROME,
    place_zh="经济技术开发区金龙湖街道和顺社区老年餐厅",
    place_en="Jinlonghu Subdistrict Heshun Community Canteen",
)

BILL = Bill("孙＊", "lunch", 1200, 750, 450, 8650, False)
STAFF = StaffRecord("S02", "何＊", ("void",))
MEALS = (
    MealSummary("t3", 8833, "11:47", "李＊", "2207", "lunch", 500, "online"),
    MealSummary("t2", 8832, "11:46", "㛃＊", "1178", "lunch", 450, "online"),
    MealSummary("t1", 8831, "11:41", "孙＊", "1034", "lunch", 450, "under_review"),
    MealSummary("t0", 8830, "11:40", "欧阳＊＊", "0029", "lunch", 1200, "voided"),
)
HOURS = (("breakfast", "06:00", "09:00"), ("lunch", "10:30", "13:30"), ("dinner", "16:30", "19:30"))
PEOPLE = (
    PersonFound("p1", "王＊", "王", "10234"),
    PersonFound("p2", "王＊＊", "王", "10871"),
    PersonFound("p3", "𬭩＊", "𬭩", "11520"),
)


def denied(reason: str, **facts: object) -> Attention:
    """The page for a refusal, with the buttons that the flow gives it."""
    refusal = MealDenied(reason, "ref", **{"masked_name": "孙＊", "period": "lunch", **facts})  # type: ignore[arg-type]
    return Attention(
        reason,
        refusal.masked_name,
        refusal.period,
        refusal.at,
        refusal.amount,
        refusal.balance,
        refusal.next_period,
        refusal.next_opens,
        words.refusal_choices(refusal),
    )


def samples() -> dict[str, Shown]:
    """Every page by a short name."""
    return {
        name: page if isinstance(page, Shown) else Shown(page, CHROME)
        for name, page in {
            **_diner_pages(),
            **_attention_pages(),
            **_staff_pages(),
            **_other_pages(),
            **technical_pages(CHROME),
        }.items()
    }


def _diner_pages() -> dict[str, View | Shown]:
    idle = Idle("lunch", "10:30", "13:30", PRICES)
    return {
        "starting": Starting(),
        "idle": idle,
        "idle_many_prices": Idle("lunch", "10:30", "13:30", MORE_PRICES),
        "idle_between_meals": Shown(Idle("", "", "", PRICES, "dinner", "16:30"), BETWEEN_MEALS),
        "idle_offline": Shown(idle, OFFLINE),
        "idle_clock_untrusted": Shown(idle, UNSURE),
        "idle_long_place": Shown(idle, LONG_PLACE),
        "served": Served("t1", BILL),
        "served_offline": Shown(
            Served("t2", replace(BILL, masked_name="吴＊", balance=6400, balance_about=True, tag="offline")),
            OFFLINE,
        ),
        "served_time_untrusted": Shown(
            Served("t3", replace(BILL, masked_name="𬭩＊", balance_about=True, tag="time_untrusted")), UNSURE
        ),
        "served_market_price": Served("t4", Bill("\U00020001＊", "dinner", 12800, 0, 12800, 1275000, False)),
        "served_guest": Served("t5", Bill("", "lunch", 1200, 0, 1200, None, False, "cash")),
        "served_owed": Served("t6", Bill("欧阳＊＊", "breakfast", 600, 200, 400, 0, True, "owed")),
        "retap": RetapAsked("孙＊", 1200, 8),
        "same_card": SameCardAsked(12),
        "same_card_another": SameCardAsked(7, other_card=True),
    }


def _attention_pages() -> dict[str, View | Shown]:
    return {
        "attention_already_eaten": denied("already_eaten", at="11:21", amount=1200),
        "attention_already_eaten_offline": Shown(
            denied("already_eaten", at="11:21", amount=1200, online=False), OFFLINE
        ),
        "attention_low_balance": denied("low_balance", masked_name="㛃＊", amount=650, balance=300),
        "attention_lapsed": denied("lapsed", amount=1200),
        "attention_card_lost": denied("card_lost"),
        "attention_card_unknown": denied("card_unknown", masked_name=""),
        "attention_sold_out": denied("sold_out"),
        "attention_outside_hours": Shown(
            denied("outside_hours", period="", next_period="dinner", next_opens="16:30"), BETWEEN_MEALS
        ),
        "attention_closed": denied("closed"),
        "attention_torn": Attention("card.torn", choices=(words.close(),)),
        "attention_bank_card": Attention("card.bank", choices=(words.close(),)),
        "attention_needs_psam": Attention("card.needs_psam", choices=(words.close(),)),
        "attention_another_kind": Attention("card.unsupported", choices=(words.close(),)),
        "attention_torn_offline": Shown(Attention("card.torn", choices=(words.close(),)), OFFLINE),
    }


def _staff_pages() -> dict[str, View | Shown]:
    watched = replace(CHROME, notices=("over_limit:card_offline", "printer.paper_near_end", "disk.full"))
    rows = tuple(words.meal_row(meal) for meal in (*MEALS, *MEALS[:1]))
    confirm = Choice(words.CONFIRM, "Cash received", icon="check-bold", amount=1200)
    pin = StaffKeypad("Staff PIN", "Enter your PIN", "••••", 6, True)
    return {
        "staff_board": StaffBoard(STAFF, COUNTS, MEALS, words.board_choices(False), False, "12:30"),
        "staff_board_unlocked": Shown(
            StaffBoard(STAFF, COUNTS, MEALS[1:], words.board_choices(True), True, "12:30"), watched
        ),
        "staff_board_offline": Shown(
            StaffBoard(STAFF, COUNTS, MEALS[2:], words.board_choices(False), False, "12:30"), OFFLINE
        ),
        "staff_pin": pin,
        "staff_pin_wrong": replace(pin, entered="", error="staff.pin_wrong"),
        "staff_pin_locked": replace(pin, entered="", error="staff.pin_locked", locked_s=270),
        "staff_birthday": Shown(
            StaffKeypad("Card forgotten", "Enter month and day of birth, like 0315", "031", 4, False), OFFLINE
        ),
        "staff_meals": StaffList("Print which slip again?", rows, "No meal yet", 0, 3),
        "staff_ways": StaffList("Card forgotten", words.WAYS_TO_FIND, ""),
        "staff_people": Shown(
            StaffList("Who is it?", tuple(words.person_row(person) for person in PEOPLE), ""), OFFLINE
        ),
        "staff_reasons": StaffList("Why?", words.VOID_REASONS, ""),
        "staff_none": StaffList("Take which meal back?", (), "No meal yet"),
        "staff_confirm_guest": StaffConfirm("Guest plate", (("At market price, in cash", ""),), confirm),
        "staff_confirm_void": StaffConfirm(
            "Take this meal back?",
            (("data:㛃＊", "11:46"), ("Wrong price", "")),
            Choice(words.CONFIRM, "Take back", icon="check-bold", amount=450),
            "The money and the subsidy go back",
        ),
        "staff_confirm_sample": StaffConfirm(
            "Food sample",
            (("At least 125 g of each dish", ""), ("Kept cool for 48 hours", "")),
            Choice(words.CONFIRM, "The sample is kept", icon="check-bold"),
        ),
        "staff_done_closed": StaffDone(
            words.DONE_TITLES["closed"],
            (("served", 186), ("voided", 2), ("list_total", 223200), ("own_total", 128450)),
        ),
        "staff_refused": StaffDone(words.NOT_DONE, error="staff.closed"),
    }


def _other_pages() -> dict[str, View | Shown]:
    slip = PrintNeed(MEALS[2], "queued")
    return {
        "power_cut": PowerCut(slip, 0, words.power_cut_choices("t1")),
        "power_cut_offline": Shown(
            PowerCut(PrintNeed(MEALS[1], "unknown"), 2, words.power_cut_choices("t2")), OFFLINE
        ),
        "declare_period": Shown(DeclarePeriodPage(HOURS, "lunch"), UNSURE),
        "declare_period_unchosen": Shown(DeclarePeriodPage(HOURS, ""), UNSURE),
        "help_coming": HelpComing(True, "1"),
        "help_coming_offline": Shown(HelpComing(False, "1"), OFFLINE),
        "out_of_service": OutOfService("disk.read_only", "1"),
        "out_of_service_offline": Shown(OutOfService("device.gone", ""), replace(OFFLINE, window="")),
    }
