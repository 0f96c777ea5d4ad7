"""Samples of guides, forms, papers and what comes after them: invented people, long answers, every sort of question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.views import Choice, Shown, View
from kiosk.views_resident import (
    GuidePage,
)

if TYPE_CHECKING:
    from screens.resident_samples import Samples

PRINT = Choice("print", "Print", icon="printer-fill")
APPLY = Choice("apply", "Apply here", icon="pencil-simple-fill")
TAKE_ALONG = Choice("take_along", "To my phone", icon="device-mobile-fill")


def form_samples(samples: Samples) -> dict[str, View | Shown]:
    """Guides, questions, papers, signatures and receipts by a short name."""
    return _guides(samples)


def _guides(samples: Samples) -> dict[str, View | Shown]:
    data = samples.data
    parts = (
        (
            data("谁可以办", "Who may apply"),
            (
                data(
                    "年满 80 周岁，户口在本市的老人。",
                    "Anybody of 80 or more who is registered in this city.",
                ),
                data("本人或子女都可以来办。", "Themselves or a child of theirs."),
            ),
        ),
        (
            data("要带什么", "What to bring"),
            (
                data("身份证和户口本。", "Identity card and household register."),
                data(
                    "社会保障卡，补贴发到这张卡上，别人代办还要带代办人的身份证。",
                    "The social security card: the allowance is paid to it.",
                ),
            ),
        ),
        (data("费用", "Fee"), (data("不收费。", "None."),)),
        (data("多久办好", "How long"), (data("10 个工作日内。", "Within 10 working days."),)),
    )
    guide = GuidePage(
        samples.within,
        data("高龄津贴申请", "Allowance for the very old"),
        parts if samples.mode == "normal" else parts[:2],
        (PRINT, APPLY, TAKE_ALONG),
        everywhere=True,
        pages=1 if samples.mode == "normal" else 2,
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
