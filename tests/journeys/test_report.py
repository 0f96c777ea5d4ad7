"""Why: the report is what others judge the tour by. A failed check must fail its journey, and the page must show it."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

from tests.journeys.page import write_page
from tests.journeys.report import Journey, write_report


def test_one_failed_check_fails_the_journey(tmp_path: Path) -> None:
    journey = Journey("lunch", "Lunch", tmp_path)
    journey.check("same", 1, 1)
    assert journey.passed
    journey.check("other", 1, 2)
    assert not journey.passed


def test_a_journey_without_a_check_has_not_passed(tmp_path: Path) -> None:
    assert not Journey("lunch", "Lunch", tmp_path).passed


def test_the_report_has_the_agreed_form(tmp_path: Path) -> None:
    journey = Journey("J3", "Three days", tmp_path)
    journey.check("rows", 1800, 1799)
    journey.finish()
    write_report([journey], tmp_path / "report.json")
    (entry,) = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert entry == {
        "journey": "J3",
        "role": "canteen",
        "locale": "zh_CN",
        "mode": "normal",
        "checks": [{"what": "rows", "expected": 1800, "got": 1799, "passed": False}],
        "passed": False,
        "seconds": journey.seconds,
    }


def test_the_page_shows_screen_slip_and_row_side_by_side_by_relative_paths(tmp_path: Path) -> None:
    journey = Journey("lunch", "Lunch <50>", tmp_path / "lunch")
    journey.check("price", 450, 700)
    journey.show("A tap", Image.new("RGB", (4, 4)), [Image.new("1", (4, 4))], ["t7"])
    journey.hall_has([{"row": {"txn_id": "t7", "seq": 7, "hash": "ab" * 32}, "state": "applied", "code": ""}])
    write_page([journey], tmp_path / "index.html")
    page = (tmp_path / "index.html").read_text("utf-8")
    assert 'src="lunch/001-screen.png"' in page
    assert 'src="lunch/001-slip-1.png"' in page
    assert (tmp_path / "lunch/001-slip-1.png").is_file()
    assert "&quot;seq&quot;: 7" in page
    assert "Lunch &lt;50&gt;" in page
    assert page.count("✗") >= 2
