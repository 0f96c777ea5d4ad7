"""An invented catalogue for flow tests, and what a hall and its devices may answer to each wish."""

from __future__ import annotations

from typing import Any

from kiosk import commands_resident as wishes
from kiosk import events, views
from kiosk import events_resident as told
from kiosk import views_resident as pages
from offline_cache.wire_residents import (
    FormField,
    Lines,
    Norm,
    NormStep,
    PaperAsked,
    Place,
    Root,
    ServiceItem,
    Slide,
)
from tests.flows.resident_stage import KINDS, MASKED_NAME, NOTICE, record
from tests.flows.visitor_catalogue import BUTTONS, visitor_answers

GOOD_ID = "11010519491231002X"


def question(name: str, sort: str, **about: Any) -> FormField:
    known = {"label_zh": f"问{name}", "label_en": f"Ask {name}", "field": name, "sort": sort}
    return FormField(**{**known, **about})


def lines(*chinese: str) -> Lines:
    return Lines(zh=list(chinese), en=[f"In English: {line}" for line in chinese])


EVERY_QUESTION = [
    question("applicant", "text", known="name"),
    question("ring", "phone", known="phone"),
    question("why", "text", most=20),
    question("people", "number", most=2),
    question("since", "date"),
    question("number", "id_number"),
    question("cause", "choice", choices=[("illness", "生病", "Illness"), ("other", "别的", "Other")]),
    question("agreed", "yes_no"),
    question("note", "text", required=False),
]
PAPERS = [
    PaperAsked(paper="household", label_zh="户口簿", label_en="Household register"),
    PaperAsked(paper="medical", label_zh="病历", label_en="Medical record", required=False),
]


def item(code: str = "si-007", **about: Any) -> ServiceItem:
    known: dict[str, Any] = {
        "version": 1,
        "title_zh": "低保申请",
        "title_en": "Allowance",
        "initials": "dbsq",
    }
    known |= {"system": "government", "category": "social_insurance", "sample": False}
    known |= {
        part: lines(f"{part}一", f"{part}二") for part in ("conditions", "materials", "fee", "time", "place")
    }
    known |= {"form": EVERY_QUESTION, "papers": PAPERS, "signature": True}
    return ServiceItem(code=code, **{**known, **about})


SAMPLE = item("si-900", sample=True, title_zh="样例事项", form=[], papers=[], signature=False)
SHORT = item("si-010", form=[EVERY_QUESTION[2]], papers=[], signature=False, agent_allowed=False)
ITEMS = (item(), SHORT, SAMPLE, item("gs-001", everywhere=True))


def norm(code: str = "no-002", **about: Any) -> Norm:
    steps = [
        NormStep(
            step=name,
            title_zh=f"步骤{name}",
            title_en=f"Step {name}",
            text_zh="第一行，\n第二行。",
            text_en="One line.",
            record=[question(f"{name}_done", "yes_no"), question(f"{name}_door", "text", known="address")],
        )
        for name in ("order", "visit")
    ]
    known: dict[str, Any] = {
        "version": 1,
        "group": "basic",
        "title_zh": "上门服务",
        "title_en": "At the door",
    }
    known |= {"initials": "smfw", "sample": False, "steps": steps, "standard": lines("两天内上门")}
    known |= {"evaluation": [question("in_time", "yes_no"), question("said", "text", required=False)]}
    return Norm(code=code, **{**known, **about})


ROOTS = tuple(
    Root(
        code=f"root-{number}",
        sort="system" if number < 6 else "category",
        order=number,
        title_zh=f"类别{number}",
        title_en=f"Root {number}",
        hint_zh="提示",
        hint_en="Hint",
        icon="flag-fill",
    )
    for number in range(14)
)


def place(name: str, sort: str) -> Place:
    return Place(
        place_id=name,
        site_id="site",
        sort=sort,
        title_zh=f"地点{name}",
        title_en=f"Place {name}",
        address_zh="和顺路 0 号",
        address_en="0 Heshun Road",
        icon="map-pin-fill",
        metres=300,
        hours="08:00-17:00",
        phone="0000-0000-010",
        steps=lines("出门左转", "再走一百米"),
    )


PLACES = tuple(
    (place(f"p{number}", sort), number)
    for number, sort in enumerate(("market", "park", "bank", "post", "bus", "park", "odd"))
)
SLIDES = (
    Slide(slide_id="s1", order=1, sort="notice", title_zh="通知", title_en="N", text_zh="字", text_en="W"),
)
KNOWN = (("name", "赵小兰", MASKED_NAME), ("phone", "13800001234", "138****1234"))


def answers(command: object) -> list[events.Event]:
    """What may come back for a wish: the good answer first, then refusals. Empty where nothing comes back."""
    ask_id = getattr(command, "ask_id", 0)
    match command:
        case wishes.IdentifyResident() | wishes.RedeemPhoneCode():
            person = getattr(command, "card_ref", "phone").removeprefix("card-") or "phone"
            known = (ask_id, person, "赵", MASKED_NAME, "尾号 1034")
            waiting = (("QP01-20261119-0007", "记录", "Record"),)
            return [
                told.ResidentIdentified(*known, elder=False),
                told.ResidentIdentified(*known, True, 2, NOTICE, NOTICE, waiting),
                told.ResidentUnknown(ask_id, "card.unknown_here"),
                told.ResidentUnknown(ask_id, "card.staff"),
            ]
        case wishes.ListRecordKinds():
            return [told.RecordKindsTold(ask_id, KINDS), told.RecordKindsTold(ask_id, ())]
        case wishes.AskRecord():
            refused = told.RecordRefused(ask_id, "hall.unreachable")
            return [told.RecordTold(ask_id, record()), told.RecordTold(ask_id, record(0)), refused]
        case wishes.IssueDocument() | wishes.PrintAgain():
            issued = told.DocumentIssued(ask_id, f"N-{ask_id % 3}", 2, 9)
            return [issued, told.DocumentRefused(ask_id, "printer.unready")]
        case wishes.BindDocument():
            return [told.DocumentBound(ask_id, command.number, "B 042", "今天 18:00")]
        case wishes.MakeHandOff():
            url = "https://hall.invalid/t/one-time"
            return [told.HandOffReady(ask_id, url, 30), told.HandOffRefused(ask_id, "hall.unreachable")]
        case _:
            return _more_answers(command, ask_id)


def _more_answers(command: object, ask_id: int) -> list[events.Event]:
    match command:
        case wishes.ListItems():
            return [told.ItemsTold(ask_id, ITEMS, 9), told.ItemsTold(ask_id, (), 0)]
        case wishes.ListRoots():
            return [told.RootsTold(ask_id, ROOTS), told.RootsTold(ask_id, ())]
        case wishes.OpenItem():
            found = next((each for each in ITEMS if each.code == command.code), None)
            if command.code.startswith("no-"):
                return [told.ItemTold(ask_id, None, norm(command.code)), told.ItemGone(ask_id, "item.gone")]
            return [told.ItemTold(ask_id, found or SHORT, None), told.ItemGone(ask_id, "item.gone")]
        case wishes.KnownOf():
            return [told.KnownTold(ask_id, KNOWN), told.KnownTold(ask_id, ())]
        case wishes.Convert():
            return [told.Converted(ask_id, command.letters, tuple("好号毫豪浩耗皓昊郝"))]
        case wishes.OpenCamera():
            return [told.CameraTold(ask_id, ""), told.CameraTold(ask_id, "camera.none")]
        case wishes.TakePhotograph():
            kept = told.PaperKept(ask_id, command.paper, "ab" * 32, 900)
            return [kept, told.PaperRefused(ask_id, "paper.unclear")]
        case wishes.KeepSignature():
            return [
                told.PaperKept(ask_id, "signature", "cd" * 32, 90),
                told.PaperRefused(ask_id, "paper.no_room"),
            ]
        case wishes.Submit():
            return [
                told.Submitted(ask_id, "QP01-20261120-0042", "2026-12-04", True),
                told.SubmitRefused(ask_id, "form.why"),
                told.SubmitRefused(ask_id, "form.signature"),
                told.SubmitRefused(ask_id, "disk.full"),
            ]
        case wishes.RecordNormStep():
            kept_step = told.NormStepKept(ask_id, command.number or "QP01-20261120-0043", command.step)
            return [kept_step, told.SubmitRefused(ask_id, "form.order_done")]
        case wishes.ListPlaces():
            return [told.PlacesTold(ask_id, PLACES), told.PlacesTold(ask_id, ())]
        case wishes.ListSlides():
            return [told.SlidesTold(ask_id, SLIDES, 80), told.SlidesTold(ask_id, (), 100)]
        case wishes.EndSession():
            return [told.SessionWiped(ask_id)]
        case _:
            return visitor_answers(command)


def presses(view: views.View) -> list[tuple[str, str]]:
    """Every button that this page has, with what it sends."""
    found = [(action, "") for action in _BARS]
    found += [(choice.action, choice.value) for choice in getattr(view, "choices", ())]
    found += [
        (views.CHOOSE, row.value)
        for row in (*getattr(view, "rows", ()), *getattr(view, "options", ()))
        if isinstance(row, pages.Row)
    ]
    found += [(pages.FILTER, value) for value, _, _ in getattr(view, "filters", ())]
    keys = getattr(view, "keys", None)
    if keys is not None:
        found += [(pages.TYPED, key) for key in "hao0912X"] + [(views.ERASE, ""), (pages.SPACE, "")]
        found += [(pages.CANDIDATE, candidate) for candidate in keys.candidates] + [(pages.SHIFT, "")]
        found += [(pages.KEYS, sort) for sort in keys.others]
    if isinstance(view, pages.ReviewPage):
        found += [(pages.CHANGE, str(index)) for index in range(len(view.lines))]
    found += [(action, value) for action, value in (_OF_PAGES | BUTTONS).get(type(view), ())]
    return found


_BARS = (views.BACK, views.NEXT, views.DONE, pages.LARGER, pages.LANGUAGE, pages.READ_ALOUD)
_TURNS = ((pages.TURN, "+1"), (pages.TURN, "-1"))
_OF_PAGES: dict[type, tuple[tuple[str, str], ...]] = {
    pages.ResidentHome: _TURNS,
    pages.ListPage: (*_TURNS, (pages.SEARCH, "")),
    pages.RecordTable: (
        *_TURNS,
        (pages.COPIES, "+1"),
        (pages.COPIES, "-1"),
        (pages.MEDIUM, "pages"),
        (pages.PRINT, ""),
        (pages.TAKE_ALONG, ""),
    ),
    pages.FinishedPage: ((pages.RATE, ""),),
    pages.RatingPage: ((pages.SCORE, "4"), (pages.SCORE, "9"), (pages.SKIP, "")),
    pages.GuidePage: _TURNS,
    pages.FieldPage: (*_TURNS, (pages.SKIP, "")),
    pages.PaperPage: ((pages.SHOOT, ""), (pages.KEEP, ""), (pages.AGAIN, ""), (pages.SKIP, "")),
    pages.SignPage: ((pages.SIGNED, "1,1 2,2 3,3 4,4;5,5 6,6"), (pages.SIGNED, ""), (pages.SIGNED, "x")),
    pages.ReviewPage: _TURNS,
    pages.StillThere: ((pages.STAY, ""),),
    pages.GoOnAsked: ((pages.STAY, ""),),
    pages.Slideshow: ((pages.WAKE, ""),),
    views.HelpComing: ((views.CANCEL, ""),),
}
