"""270 guides are found in a few touches, said once, and taken along; and the ways to the places nearby."""

from __future__ import annotations

import pytest

from kiosk import commands_resident as wishes
from kiosk import events, views
from kiosk import events_resident as told
from kiosk import views_resident as pages
from kiosk.roles import resident_words as words
from tests.flows.resident_catalogue import ITEMS, PLACES, ROOTS, SAMPLE, SHORT, item
from tests.flows.resident_stage import ResidentStage, chrome


@pytest.fixture
def stage() -> ResidentStage:
    return ResidentStage()


def browse(stage: ResidentStage, way: str = "window") -> pages.ListPage:
    stage.choose("guides")
    stage.tell(told.RootsTold(stage.wish(wishes.ListRoots).ask_id, ROOTS))
    stage.choose(way)
    listed = stage.wish(wishes.ListItems)
    stage.tell(told.ItemsTold(listed.ask_id, ITEMS, 40))
    return stage.showing(pages.ListPage)


def guide(stage: ResidentStage, opened: object = ITEMS[0]) -> pages.GuidePage:
    browse(stage)
    stage.choose(opened.code)  # type: ignore[attr-defined]
    stage.tell(told.ItemTold(stage.wish(wishes.OpenItem).ask_id, opened, None))  # type: ignore[arg-type]
    return stage.showing(pages.GuidePage)


def actions(page: pages.GuidePage | pages.RoutePage) -> list[str]:
    return [choice.action for choice in page.choices]


def test_two_ways_six_systems_eight_categories_and_the_norms(stage: ResidentStage) -> None:
    stage.choose("guides")
    stage.tell(told.RootsTold(stage.wish(wishes.ListRoots).ask_id, ROOTS))
    listed = stage.showing(pages.ListPage)
    assert (listed.pages, listed.search) == (3, True)
    seen = [row.value for row in listed.rows]
    for _ in range(2):
        stage.press(pages.TURN, "+1")
        seen += [row.value for row in stage.showing(pages.ListPage).rows]
    assert seen == ["window", "everywhere", *(root.code for root in ROOTS), "norms"]


@pytest.mark.parametrize(
    ("way", "root", "only"),
    [
        ("window", "", "window"),
        ("everywhere", "", "everywhere"),
        ("norms", "", "norms"),
        ("root-3", "root-3", ""),
    ],
)
def test_each_way_lists_what_belongs_to_it(stage: ResidentStage, way: str, root: str, only: str) -> None:
    stage.choose("guides")
    stage.tell(told.RootsTold(stage.wish(wishes.ListRoots).ask_id, ROOTS))
    stage.choose(way)
    listed = stage.wish(wishes.ListItems)
    assert (listed.root, listed.only, listed.first, listed.most) == (root, only, 0, 6)


def test_a_long_list_is_fetched_page_by_page(stage: ResidentStage) -> None:
    listed = browse(stage)
    assert (listed.pages, [row.tag for row in listed.rows]) == (7, ["", "", words.SAMPLE, words.ANYWHERE])
    stage.press(pages.TURN, "-1")
    assert not stage.wishes(wishes.ListItems)
    stage.press(pages.TURN, "+1")
    assert stage.wish(wishes.ListItems).first == 6


def test_number_and_rows_of_a_page_change_together(stage: ResidentStage) -> None:
    before = browse(stage)
    stage.press(pages.TURN, "+1")
    assert stage.showing(pages.ListPage) == before
    stage.tell(told.ItemsTold(stage.wish(wishes.ListItems).ask_id, ITEMS[:1], 40))
    after = stage.showing(pages.ListPage)
    assert (after.page, len(after.rows)) == (1, 1)


def test_large_letters_ask_for_smaller_pages(stage: ResidentStage) -> None:
    browse(stage)
    stage.press(pages.LARGER)
    assert stage.wish(wishes.ListItems).most == 4


def test_first_letters_find_it(stage: ResidentStage) -> None:
    browse(stage)
    stage.press(pages.SEARCH)
    assert stage.showing(pages.SearchPage).keys.sort == "initials"
    stage.press(pages.TYPED, "D")
    late = stage.wish(wishes.ListItems)
    stage.press(pages.TYPED, "b")
    wish = stage.wish(wishes.ListItems)
    assert wish.initials == "db"
    stage.tell(told.ItemsTold(wish.ask_id, ITEMS[:1], 3), told.ItemsTold(late.ask_id, ITEMS, 90))
    found = stage.showing(pages.SearchPage)
    assert (found.typed, [row.value for row in found.rows], found.more) == ("db", ["si-007"], 2)
    stage.choose("si-007")
    assert stage.wish(wishes.OpenItem).code == "si-007"


def test_nothing_typed_finds_nothing(stage: ResidentStage) -> None:
    browse(stage)
    stage.press(pages.SEARCH)
    stage.press(pages.TYPED, "d")
    stage.tell(told.ItemsTold(stage.wish(wishes.ListItems).ask_id, ITEMS, 4))
    stage.press(views.ERASE)
    assert stage.showing(pages.SearchPage).rows == ()
    stage.press(pages.TYPED, "好")
    assert stage.showing(pages.SearchPage).typed == ""


def test_a_guide_is_said_once_in_pages_of_parts(stage: ResidentStage) -> None:
    page = guide(stage)
    assert [label for label, _ in page.parts] == [words.CONDITIONS, words.MATERIALS, words.FEE]
    assert page.parts[0][1] == ("data:conditions一", "data:conditions二")
    assert actions(page) == [pages.APPLY, pages.ACT_FOR, pages.PRINT, pages.TAKE_ALONG]
    stage.press(pages.TURN, "+1")
    assert [label for label, _ in stage.showing(pages.GuidePage).parts] == [words.TIME, words.PLACE]
    stage.press(pages.LANGUAGE)
    assert stage.showing(pages.GuidePage).parts[0][1][0] == "data:In English: time一"


def test_a_guide_is_printed_without_a_card(stage: ResidentStage) -> None:
    guide(stage)
    stage.press(pages.PRINT)
    issue = stage.wish(wishes.IssueDocument)
    assert (issue.sort, issue.key, issue.person_id, issue.medium) == ("guide", "si-007", "", "pages")
    stage.tell(told.DocumentIssued(issue.ask_id, "N", 1, 9), told.DocumentPrinted("N", "printed"))
    assert stage.showing(pages.FinishedPage).take == ("pages",)


def test_a_sample_is_tagged_and_cannot_be_applied_for(stage: ResidentStage) -> None:
    page = guide(stage, SAMPLE)
    assert (page.sample, actions(page)) == (True, [pages.PRINT, pages.TAKE_ALONG])
    stage.press(pages.APPLY)
    assert stage.view == page


def test_what_only_the_person_may_do_is_not_offered_for_others(stage: ResidentStage) -> None:
    assert pages.ACT_FOR not in actions(guide(stage, SHORT))


def test_nothing_is_offered_that_cannot_be_done_now(stage: ResidentStage) -> None:

    stage.tell(told.PrinterReady(()), events.ChromeChanged(chrome(online=False)))
    assert actions(guide(stage, item(everywhere=True))) == [pages.APPLY, pages.ACT_FOR]
    assert stage.showing(pages.GuidePage).everywhere


def test_an_item_that_is_gone_says_so(stage: ResidentStage) -> None:
    browse(stage)
    stage.choose("si-007")
    stage.tell(told.ItemGone(stage.wish(wishes.OpenItem).ask_id, "item.gone"))
    assert stage.showing(pages.MessagePage).code == "item.gone"
    stage.press(views.BACK)
    stage.showing(pages.ListPage)


# --- places ---------------------------------------------------------------------------------------------------------


def places(stage: ResidentStage) -> pages.ListPage:
    stage.choose("places")
    stage.tell(told.PlacesTold(stage.wish(wishes.ListPlaces).ask_id, PLACES))
    return stage.showing(pages.ListPage)


def test_places_are_nearest_first_and_narrowed_by_one_touch(stage: ResidentStage) -> None:
    listed = places(stage)
    assert ([row.value for row in listed.rows], listed.pages) == (["p0", "p1", "p2", "p3", "p4"], 2)
    assert [value for value, _, _ in listed.filters] == ["more", "market", "park", "bank", "post"]
    stage.press(pages.FILTER, "park")
    assert [row.value for row in stage.showing(pages.ListPage).rows] == ["p1", "p5"]
    stage.press(pages.FILTER, "park")
    assert stage.showing(pages.ListPage).pages == 2
    stage.press(pages.FILTER, "more")
    assert [value for value, _, _ in stage.showing(pages.ListPage).filters] == ["more", "bus", "odd"]


def test_large_letters_walk_slower_and_show_at_most_six_choices(stage: ResidentStage) -> None:
    stage.press(pages.LARGER)
    stage.press(pages.TURN, "+1")
    stage.choose("places")
    wish = stage.wish(wishes.ListPlaces)
    assert wish.elder
    stage.tell(told.PlacesTold(wish.ask_id, PLACES))
    listed = stage.showing(pages.ListPage)
    assert len(listed.rows) + len(listed.filters) <= 6


def test_the_way_is_shown_and_printed(stage: ResidentStage) -> None:
    places(stage)
    stage.choose("p2")
    way = stage.showing(pages.RoutePage)
    assert (way.minutes, way.steps[0], actions(way)) == (2, "data:出门左转", [pages.PRINT, pages.TAKE_ALONG])
    stage.press(pages.PRINT)
    issue = stage.wish(wishes.IssueDocument)
    assert (issue.sort, issue.key, issue.medium) == ("route", "p2", "slip")


def test_no_place_at_all_is_said(stage: ResidentStage) -> None:
    stage.choose("places")
    stage.tell(told.PlacesTold(stage.wish(wishes.ListPlaces).ask_id, ()))
    listed = stage.showing(pages.ListPage)
    assert (listed.rows, listed.filters, listed.empty) == ((), (), words.NO_PLACES)
