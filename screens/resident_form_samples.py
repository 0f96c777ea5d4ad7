"""Samples of guides, forms, papers and what comes after them: invented people, long answers, every sort of question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.views import Choice, Chrome, Shown, View
from kiosk.views_resident import (
    FieldPage,
    GuidePage,
    HandOffPage,
    Keys,
    PaperPage,
    ReceiptPage,
    ReviewPage,
    RoutePage,
    Row,
    SearchPage,
    SignPage,
    Steps,
)

if TYPE_CHECKING:
    from screens.resident_samples import Samples

PRINT = Choice("print", "Print", icon="printer-fill")
APPLY = Choice("apply", "Apply here", icon="pencil-simple-fill")
APPLY_FOR = Choice("act_for", "For somebody else", icon="users-fill")
DONE = Choice("done", "Done", icon="check-bold")
TAKE_ALONG = Choice("take_along", "To my phone", icon="device-mobile-fill")

CANDIDATES = ("和", "河", "何", "合", "和顺", "和顺里", "核", "和气生财")
STEPS = Steps(("Fill in", "Papers", "Sign", "Look at it"), 0)


def form_samples(samples: Samples) -> dict[str, View | Shown]:
    """Guides, questions, papers, signatures and receipts by a short name."""
    from screens.resident_samples import OFFLINE  # which gathers these samples, and so cannot be there before

    return {
        **_guides(samples),
        **_searches(samples, OFFLINE),
        **_fields(samples),
        **_choices(samples),
        **_papers(samples),
        **_sent_in(samples, OFFLINE),
        **_taken_along(samples),
    }


def _guides(samples: Samples) -> dict[str, View | Shown]:
    data = samples.data
    parts = (
        (
            data("谁可以办", "Who may apply"),
            (
                data("年满 80 周岁的老人", "Anybody of 80 or more"),
                data("户口在本市，住在哪里都行", "Registered in this city, living anywhere"),
                data("没有领其他同样的补贴", "Without another allowance of this kind"),
                data("本人来不了，子女可以代办", "A child may come instead"),
            ),
        ),
        (
            data("要带什么", "What to bring"),
            (
                data("身份证和户口簿", "ID card and household register"),
                data("社会保障卡，补贴发到这张卡上", "The social security card: it is paid to that card"),
                data("一张近期照片，没有的在这里拍", "A photograph; it can be taken here"),
                data("代办的带上两个人的身份证", "Both ID cards when somebody else comes"),
            ),
        ),
        (
            data("费用", "Fee"),
            (
                data("不收费", "None"),
                data("谁收钱请打窗口电话", "If anybody asks for money, ring the window"),
            ),
        ),
    )
    guide = GuidePage(
        samples.within,
        data("高龄津贴申请", "Old-age allowance"),
        parts if samples.mode == "normal" and samples.locale != "en" else parts[:2],
        (APPLY, APPLY_FOR, PRINT, TAKE_ALONG),
        everywhere=True,
        pages=2,
    )
    sample = replace(
        guide,
        title=data("机动车驾驶证到期换证和遗失补证一次办", "Renewal or replacement of a driving licence"),
        parts=parts[:2],
        choices=(PRINT,),
        sample=True,
        page=1,
        pages=3,
    )
    return {"guide": guide, "guide-sample": sample}


def _searches(samples: Samples, offline: Chrome) -> dict[str, View | Shown]:
    data = samples.data
    rows = tuple(
        Row(str(number), data(chinese, english), data("办事指南", "Guide"), "files-fill", tag)
        for number, (chinese, english, tag) in enumerate(
            (
                ("老年人优待证办理", "Senior card", "In any hall"),
                ("老年助餐点登记", "Sign up for meals", "Sample"),
                ("老年人能力评估", "Assessment", "Sample"),
                ("老年大学报名", "Senior college", "Sample"),
                ("老年活动室预约", "Book the club room", ""),
            )
        )
    )
    asked = SearchPage(samples.before, "Type the first letter of each syllable", "", (), 0, Keys("initials"))
    found = replace(asked, typed="ln", rows=rows, more=12)
    return {
        "search": asked,
        "search-found": found,
        "search-nothing-offline": Shown(replace(asked, around=samples.within, typed="lnzqx"), offline),
    }


def _fields(samples: Samples) -> dict[str, View | Shown]:
    data = samples.data
    name = FieldPage(
        samples.within,
        data("高龄津贴申请", "Old-age allowance"),
        data("现在住在哪里？", "Where do you live now?"),
        data("写到门牌号，方便上门。", "With the number of the door."),
        "text",
        "",
        2,
        5,
        keys=Keys("pinyin", others=("letters",)),
        steps=STEPS,
    )
    typing = replace(
        name, entered="和顺里 3 幢", keys=Keys("pinyin", "he", CANDIDATES, 0, 3, others=("letters",))
    )
    long = replace(
        name,
        entered="经济技术开发区金龙湖街道和顺社区和顺里小区南门东侧三号楼二单元五零一室请先打电话",
        keys=Keys("letters", shift=True, others=("pinyin",)),
    )
    wrong = replace(typing, error="form.required", keys=Keys("pinyin", others=("letters",)), entered="")
    phone = replace(
        name,
        label=data("您的电话号码", "Your telephone number"),
        hint=data("有结果时打给您。", "To tell you how it went."),
        sort="phone",
        entered="1380013",
        number=3,
        keys=Keys("digits"),
    )
    id_number = replace(
        phone,
        label=data("老人的身份证号码", "The old person's ID number"),
        hint="",
        sort="id_number",
        entered="320305 ******** 0024",
        keys=Keys("id_number"),
    )
    date = replace(
        phone, label=data("哪天搬来的？", "Since which day?"), hint="", sort="date", entered="201911"
    )
    return {
        "field-text": name,
        "field-pinyin": typing,
        "field-letters-long": long,
        "field-wrong": wrong,
        "field-phone": phone,
        "field-id-number": id_number,
        "field-date": date,
        "field-date-empty": replace(date, entered="", required=False),
    }


def _choices(samples: Samples) -> dict[str, View | Shown]:
    data = samples.data
    rows = (
        Row("alone", data("自己一个人住", "Alone")),
        Row("spouse", data("和老伴一起住", "With my husband or wife"), mark=True),
        Row(
            "children", data("和子女一起住", "With my children"), data("包括孙子女", "Grandchildren as well")
        ),
        Row("home", data("住养老院", "In a care home")),
    )
    several = FieldPage(
        samples.within,
        data("高龄津贴申请", "Old-age allowance"),
        data("现在和谁一起住？", "With whom do you live?"),
        data("选一个。", "Choose one."),
        "choice",
        "",
        4,
        5,
        rows,
        steps=STEPS,
    )
    pair = replace(
        several,
        label=data("需要上门评估吗？", "Shall somebody come to your home?"),
        hint=data("您来定，不收费。", "As you like. It costs nothing."),
        sort="yes_no",
        options=(Row("yes", "Yes"), Row("no", "No")),
        number=5,
        required=False,
    )
    return {
        "field-choice": several,
        "field-yes-no": pair,
        "field-yes-no-chosen": replace(pair, entered="yes"),
    }


def _papers(samples: Samples) -> dict[str, View | Shown]:
    data = samples.data
    steps = replace(STEPS, current=1)
    aiming = PaperPage(
        samples.within,
        data("高龄津贴申请", "Old-age allowance"),
        data("户口本的首页", "First page of the register"),
        "aiming",
        1,
        2,
        steps=steps,
    )
    sign = SignPage(
        samples.within,
        aiming.title,
        (
            data("以上填写的内容属实。", "What I have filled in is true."),
            data(
                "本人同意和顺社区按申请内容核对我的户口和年龄。",
                "The community may check my age and my registration.",
            ),
        ),
        steps=replace(STEPS, current=2),
    )
    return {
        "paper": aiming,
        "paper-taken": replace(aiming, state="taken"),
        "paper-failed": replace(aiming, state="failed", code="camera.black", required=False),
        "paper-no-camera": replace(aiming, state="no_camera", number=2),
        "sign": sign,
        "sign-wrong": replace(sign, error="sign.empty"),
    }


def _sent_in(samples: Samples, offline: Chrome) -> dict[str, View | Shown]:
    data = samples.data
    title = data("高龄津贴申请", "Old-age allowance")
    lines = (
        (data("姓名", "Name"), "赵＊"),
        (data("身份证号码", "ID number"), "320305********0024"),
        (data("电话", "Telephone"), "138****0000"),
        (data("住在", "Address"), "和顺里 3 幢 2 单元 501"),
        (data("和谁一起住", "Lives with"), data("和老伴一起住", "Husband or wife").removeprefix("data:")),
        (data("户口本首页", "Register"), data("已拍照", "Photographed").removeprefix("data:")),
    )
    several = samples.mode != "normal"
    review = ReviewPage(
        samples.within,
        title,
        lines[:4] if several else lines,
        "Send it in",
        0,
        2,
        replace(STEPS, current=3),
    )
    receipt = ReceiptPage(
        samples.within,
        "We have received it",
        "QP01-20261120-0042",
        (
            (data("事项", "What for"), title.removeprefix("data:")),
            (data("答复日期", "Answer by"), "2026-12-04"),
        ),
        (PRINT, TAKE_ALONG, DONE),
        True,
    )
    awaited = (data("户口本首页", "First page of the register"), data("低保证", "Proof of low income"))
    return {
        "review": review,
        "receipt": receipt,
        "receipt-offline": Shown(
            replace(receipt, online=False, awaited=awaited, choices=(PRINT, DONE)), offline
        ),
    }


def _taken_along(samples: Samples) -> dict[str, View | Shown]:
    data = samples.data
    route = RoutePage(
        samples.before,
        data("和顺社区卫生服务站", "Heshun health station"),
        data("和顺路 8 号，菜市场北门对面", "8 Heshun Road, opposite the market").removeprefix("data:"),
        8,
        600,
        "8:00–17:00",
        "0516-00000000",
        (
            data(
                "出大厅正门向左走，沿和顺路走 300 米。", "Leave by the main door and turn left. 300 metres."
            ),
            data("到红绿灯过马路。", "Cross at the lights."),
            data("再走 5 分钟，看到菜市场，对面就是。", "Walk on for 5 minutes; it is opposite the market."),
        ),
        (PRINT, TAKE_ALONG),
    )
    url = "https://hall.example.cn/t/Zk3vQm81RwXy7LhN"
    hand_off = HandOffPage(samples.within, data("社保缴费记录", "Social insurance payments"), url, 96)
    return {"route": route, "hand-off": hand_off}
