"""The rest of what a terminal shows is data too: samples that admit to be samples, places, slides, records, the notice."""

from __future__ import annotations

import base64
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from hall.catalogue import load_more
from hall.catalogue.load import CatalogueProblem, load_catalogue
from offline_cache.wire_residents import Lines, Norm, ServiceItem
from screens.theme import icon_files

ITEMS = load_more.sample_items()
TITLED: list[ServiceItem | Norm] = [*ITEMS, *load_more.norms()]
SYSTEMS = {"party", "government", "social", "self_governance", "special", "volunteer"}
CATEGORIES = {
    "employment",
    "social_insurance",
    "health",
    "family_planning",
    "culture",
    "safety",
    "legal_aid",
    "counselling",
}
QUARTER_OF_AN_HOUR_M = 1000  # at 4 km/h
HANZI_A_LINE = 18
LARGEST_PICTURE = 200_000


def parts(item: ServiceItem) -> Iterator[Lines]:
    yield from (item.conditions, item.materials, item.fee, item.time, item.place)


def width(line: str) -> float:
    """In hanzi: what is not Chinese takes half the room."""
    return sum(1.0 if ord(char) > 0x2E80 or char in "“”" else 0.5 for char in line)


# --- sample items ---------------------------------------------------------------------------------------------------


def test_two_hundred_and_thirty_samples_over_all_roots() -> None:
    assert [item.code for item in ITEMS] == [f"sa-{at:03d}" for at in range(1, 231)]
    systems = Counter(item.system for item in ITEMS)
    categories = Counter(item.category for item in ITEMS)
    assert systems.keys() == SYSTEMS and min(systems.values()) >= 25
    assert categories.keys() == CATEGORIES and min(categories.values()) >= 20
    pairs = {(item.system, item.category) for item in ITEMS}
    assert len(pairs) == len(SYSTEMS) * len(CATEGORIES), "no root opens on an empty page"


def test_a_sample_says_so_in_every_part_and_pretends_nothing() -> None:
    for item in ITEMS:
        assert (item.sample, item.window, item.everywhere, item.certificate) == (True, False, False, False)
        assert (item.days, item.form, item.papers, item.signature) == (0, [], [], False)
        for part in parts(item):
            assert len(part.zh) == len(part.en) == 1
            assert part.zh[0].startswith("样例") and part.en[0].startswith("Sample")


def test_no_title_stands_twice() -> None:
    """A norm may be called like a real item: one is how the work is done, the other what a resident asks for."""
    assert repeated(TITLED) == []
    assert repeated([*ITEMS, *load_catalogue().items]) == []


def repeated(titled: Sequence[ServiceItem | Norm]) -> list[str]:
    times = Counter(title for each in titled for title in (each.title_zh, each.title_en.lower()))
    return [title for title, count in times.items() if count > 1]


def test_titles_fit_and_are_in_their_language() -> None:
    for each in TITLED:
        assert 3 <= width(each.title_zh) <= 12, each.title_zh
        assert each.title_en.isascii() and 5 <= len(each.title_en) <= 60, each.title_en


def test_initials_follow_the_reading_in_the_phrase() -> None:
    by_title = {each.title_zh: each.initials for each in TITLED}
    assert by_title["量血压便民点"] == "lxybmd"
    assert by_title["长期护理保险咨询"] == "cqhlbxzx"
    assert by_title["邻里纠纷调解"] == "lljftj"
    assert by_title["高空坠物隐患上报"] == "gkzwyhsb"
    assert all(re.fullmatch(r"[a-z0-9]{3,}", letters) for letters in by_title.values())


# --- places, slides, records, the notice ------------------------------------------------------------------------------


def test_places_lie_within_a_quarter_of_an_hour_and_say_the_way() -> None:
    places = load_more.places()
    assert len(places) == len({place.place_id for place in places}) == 24
    assert [place.metres for place in places] == sorted(place.metres for place in places)
    for place in places:
        assert place.site_id == "H1"
        assert 0 < place.metres <= QUARTER_OF_AN_HOUR_M
        assert re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", place.hours), place.title_zh
        assert place.phone == "" or place.phone.startswith("0000-0000-"), "invented, and looks it"
        assert len(place.steps.zh) == len(place.steps.en) >= 2
        for line in [place.title_zh, place.address_zh, *place.steps.zh]:
            assert width(line) <= HANZI_A_LINE, line
        assert all(line.isascii() for line in [place.title_en, place.address_en, *place.steps.en])


def test_the_metres_of_a_way_are_never_more_than_the_whole() -> None:
    for place in load_more.places():
        for lines in (place.steps.zh, place.steps.en):
            said = sum(int(metres) for line in lines for metres in re.findall(r"(\d+) (?:米|m)", line))
            assert said <= place.metres, place.title_zh


def test_the_playlist_has_six_slides_in_order() -> None:
    slides = load_more.slides()
    assert [slide.order for slide in slides] == list(range(1, 7))
    assert len({slide.slide_id for slide in slides}) == 6
    assert Counter(slide.sort for slide in slides) == {"notice": 4, "picture": 2}
    for slide in slides:
        assert date.fromisoformat(slide.from_date) < date.fromisoformat(slide.to_date)
        assert slide.seconds >= 5
        assert slide.title_en and slide.text_en
        assert all(width(line) <= HANZI_A_LINE for line in [slide.title_zh, *slide.text_zh.split("\n")])


def test_a_picture_travels_whole_and_stays_small() -> None:
    for slide in load_more.slides():
        assert bool(slide.picture) == (slide.sort == "picture")
        if slide.picture:
            sent = base64.b64decode(slide.picture, validate=True)
            assert len(sent) < LARGEST_PICTURE
            with Image.open(io.BytesIO(sent)) as picture:
                assert picture.size == (1080, 720)
                picture.load()


def test_record_kinds_are_asked_for_with_a_purpose() -> None:
    kinds = {kind.kind: kind for kind in load_more.record_kinds()}
    assert kinds.keys() == {
        "social_insurance",
        "pension",
        "aid",
        "housing",
        "health_summary",
        "points",
        "canteen_account",
        "applications",
        "certificates",
    }
    for name, kind in kinds.items():
        assert kind.purpose == f"self_query.{name}"
        assert kind.printable
        assert kind.title_zh and kind.title_en.isascii() and kind.hint_zh and kind.hint_en.isascii()
    assert {name for name, kind in kinds.items() if kind.strict} == {"aid", "health_summary"}
    assert {name for name, kind in kinds.items() if kind.years} == {"social_insurance"}
    kept = {name: kind.cache_s for name, kind in kinds.items() if kind.cache_s}
    assert kept == {"points": 86400, "canteen_account": 86400, "applications": 3600}


def test_what_is_asked_for_with_the_card_itself_is_never_kept() -> None:
    assert not [kind.kind for kind in load_more.record_kinds() if kind.strict and kind.cache_s]


def test_every_icon_is_a_filled_one_of_the_icon_font() -> None:
    known = json.loads(icon_files()[1].read_text(encoding="utf-8"))
    icons = {kind.icon for kind in load_more.record_kinds()} | {place.icon for place in load_more.places()}
    assert [icon for icon in sorted(icons) if icon not in known or not icon.endswith("-fill")] == []


def test_the_notice_says_what_the_law_asks_in_eight_short_lines() -> None:
    notice = load_more.privacy_notice()
    assert notice.version == 1
    assert len(notice.lines.zh) == len(notice.lines.en) <= 8
    assert all(width(line) <= HANZI_A_LINE for line in notice.lines.zh)
    assert all(line.isascii() and len(line) <= 80 for line in notice.lines.en)
    said = "".join(notice.lines.zh)
    # Who and how to reach them, what for, which data, what is sensitive, how long, which rights, and that no is an answer.
    for word in ("大厅", "电话", "只为", "证件号", "敏感", "保存", "更正", "删除", "撤回", "不同意"):
        assert word in said, word


def test_a_file_that_does_not_fit_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueProblem, match=r"privacy_notice\.toml"):
        load_more.privacy_notice(tmp_path)
    (tmp_path / "slides.toml").write_text('[[slides]]\nslide_id = "sl-1"\n', encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=r"slides\.toml: order"):
        load_more.slides(tmp_path)
    (tmp_path / "slides.toml").write_text('[[slides]]\npicture_file = "gone.png"\n', encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=r"gone\.png"):
        load_more.slides(tmp_path)
