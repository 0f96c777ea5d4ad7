"""A ticket is read across a room by somebody without her glasses, and found on the floor by anybody: it is large and nameless."""

from __future__ import annotations

import pytest

from drivers.printers.layout import layout, missing
from drivers.printers.lines import PAPERS, DrawnLine
from drivers.printers.slip import Number, Slip
from kiosk.services.front_desk.desk_slips import TicketSaid, ticket_slip
from kiosk.services.slips import Place

PLACE = Place("和顺社区服务大厅", "Heshun Service Hall", "", "VT-01")


def slip(
    ahead: int = 3, windows: tuple[str, ...] = ("1", "2"), trusted: bool = True, locale: str = "zh_CN"
) -> Slip:
    said = TicketSaid("A017", ahead, windows, "2026-11-20", "09:51", trusted)
    return Slip.from_json(ticket_slip(said, PLACE, locale))


def test_it_says_the_number_who_waits_and_where_to_go() -> None:
    said = list(slip().texts())
    assert "A017" in said
    assert "3 人" in said
    assert "1、2 号窗口" in said
    assert "11-20 09:51" in said


def test_nobody_before_and_no_window_known() -> None:
    said = list(slip(ahead=0, windows=()).texts())
    assert {"前面没有人", "马上叫您"} <= set(said)
    assert "前面还有" not in said
    assert not any("窗口" in text for text in said)


def test_no_time_is_printed_that_may_be_wrong() -> None:
    said = list(slip(trusted=False).texts())
    assert "时间待核" in said
    assert not any("09:51" in text for text in said)


def test_english_words_have_no_chinese_in_them() -> None:
    assert all(text.isascii() for text in slip(locale="en").texts())


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("width_mm", [58, 80])
def test_it_fits_both_papers_and_the_number_is_the_largest_line(width_mm: int, locale: str) -> None:
    made = slip(locale=locale)
    assert Number("A017") in made.parts
    assert missing(made) == 0
    drawn = [line.image for line in layout(made, width_mm) if isinstance(line, DrawnLine)]
    assert all(image.width <= PAPERS[width_mm].dots for image in drawn)
    (number,) = (
        line.image for line in layout(Slip((Number("A017"),)), width_mm) if isinstance(line, DrawnLine)
    )
    assert max(image.height for image in drawn) == number.height
