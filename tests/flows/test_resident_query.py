"""Who looks something up is out again in six touches, alone, and leaves nothing of herself behind (journeys J1, J2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk import commands_resident as wishes
from kiosk import events, views
from kiosk import events_resident as told
from kiosk import views_resident as pages
from kiosk.locales.sentences import sentence_of
from tests.flows.resident_stage import KINDS, NOTICE, ResidentStage, chrome, kind, record


@pytest.fixture
def stage() -> ResidentStage:
    return ResidentStage()


def test_a_record_is_on_paper_after_six_touches(stage: ResidentStage) -> None:
    assert stage.showing(pages.ResidentHome).greeting == "morning"
    stage.choose("records")
    assert stage.showing(pages.PlaceCard).steps.current == 0
    stage.tap()
    assert stage.showing(pages.PlaceCard).busy
    stage.identified(notice_version=3, notice_zh=NOTICE, notice_en=("Who uses your data",))
    assert stage.showing(pages.NoticePage).lines == NOTICE
    stage.press(views.NEXT)
    assert stage.wishes(wishes.NoteNoticeRead) == [wishes.NoteNoticeRead("zhao", 3)]
    stage.kinds_told()
    listed = stage.showing(pages.ListPage)
    assert [row.mark for row in listed.rows] == [True, False, False, False, False]
    assert [label for _, label, _ in listed.filters] == ["data:2026", "data:2025", "data:2024", "Earlier"]
    stage.press(pages.FILTER, "2025")
    stage.press(views.NEXT)
    assert isinstance(stage.view, pages.Waiting)
    asked = stage.wish(wishes.AskRecord)
    assert (asked.person_id, asked.kind, asked.year) == ("zhao", "social_insurance", 2025)
    stage.tell(told.RecordTold(asked.ask_id, record()))
    table = stage.showing(pages.RecordTable)
    assert table.rows[0] == ("2025-01", "1,234.50", "已到账")
    assert (table.total[1], table.count, table.medium) == ("7,407.00", 6, "slip")
    stage.press(pages.PRINT)
    issue = stage.wish(wishes.IssueDocument)
    assert (issue.sort, issue.key, issue.medium, issue.copies) == ("record", str(asked.ask_id), "slip", 1)
    stage.tell(told.DocumentIssued(issue.ask_id, "QP01-20261120-0042", 1, 9))
    assert stage.showing(pages.PrintingPage).seconds == 9
    stage.tell(told.PrintStepped("QP01-20261120-0042", 1, 40))
    assert stage.showing(pages.PrintingPage).percent == 40
    stage.tell(told.DocumentPrinted("QP01-20261120-0042", "printed"))
    finished = stage.showing(pages.FinishedPage)
    assert (finished.take, finished.sure, finished.number) == (
        ("id_card", "slip"),
        True,
        "QP01-20261120-0042",
    )
    assert finished.around.person is None
    assert stage.wish(wishes.EndSession).reason == "finished"
    stage.press(views.DONE)
    home = stage.showing(pages.ResidentHome)
    assert (home.around.person, home.around.in_session, stage.touches) == (None, False, 6)


def test_the_last_page_goes_by_itself_after_five_seconds(stage: ResidentStage) -> None:
    stage.previews()
    stage.press(pages.PRINT)
    issue = stage.wish(wishes.IssueDocument)
    stage.tell(told.DocumentIssued(issue.ask_id, "N", 1, 9), told.DocumentPrinted("N", "probably"))
    assert stage.showing(pages.FinishedPage).left_s == 5
    assert not stage.showing(pages.FinishedPage).sure
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    stage.wait(4)
    stage.showing(pages.FinishedPage)
    stage.wait(1)
    stage.showing(pages.ResidentHome)


def test_what_is_strict_asks_for_the_id_card_itself(stage: ResidentStage) -> None:
    stage.tap("hall-zhao", events.CardHolder("hall_card", "card_reader"))
    stage.identified()
    stage.choose("records")
    stage.kinds_told()
    stage.choose("housing")
    stage.press(views.NEXT)
    place = stage.showing(pages.PlaceCard)
    assert (place.ways, place.trouble) == (("id_card",), "card.id_card_needed")
    stage.tap("hall-zhao", events.CardHolder("hall_card", "card_reader"))
    assert stage.showing(pages.PlaceCard).trouble == "card.id_card_needed"
    stage.tap("card-zhao")
    stage.identified()
    assert stage.wish(wishes.AskRecord).kind == "housing"


def test_another_persons_id_card_opens_nothing_of_hers(stage: ResidentStage) -> None:
    stage.tap("hall-zhao", events.CardHolder("hall_card", "card_reader"))
    stage.identified()
    stage.choose("records")
    stage.kinds_told()
    stage.choose("housing")
    stage.press(views.NEXT)
    stage.tap("card-qian")
    stage.identified("qian")
    assert stage.showing(pages.PlaceCard).trouble == "card.own"
    assert not stage.wishes(wishes.AskRecord)


@pytest.mark.parametrize(("tile", "wanted"), [("meals", "canteen_account"), ("points", "points")])
def test_a_tile_leads_straight_to_its_record(stage: ResidentStage, tile: str, wanted: str) -> None:
    stage.comes_in()
    stage.choose(tile)
    stage.kinds_told()
    assert stage.wish(wishes.AskRecord).kind == wanted


def test_a_kind_that_this_hall_has_not_leads_to_those_it_has(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.choose("points")
    stage.kinds_told(KINDS[:2])
    assert len(stage.showing(pages.ListPage).rows) == 2


def test_a_hall_without_records_says_so(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.choose("records")
    stage.kinds_told(())
    listed = stage.showing(pages.ListPage)
    assert (listed.rows, listed.can_go, bool(listed.empty)) == ((), False, True)
    stage.press(views.NEXT)
    stage.press(views.BACK)
    stage.showing(pages.ResidentHome)


def test_nothing_to_show_is_said_kindly(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.choose("records")
    stage.kinds_told()
    stage.press(views.NEXT)
    stage.record_told(record(0))
    assert stage.showing(pages.MessagePage).code == "record.empty"
    stage.press(views.BACK)
    stage.showing(pages.ListPage)


def test_ten_thousand_rows_are_paged_and_go_on_a4_or_a_phone(stage: ResidentStage) -> None:
    table = stage.previews(record(10_000))
    assert (table.pages, table.media, table.medium, table.total) == (1429, ("pages",), "pages", ())
    for _ in range(3):
        stage.press(pages.TURN, "+1")
    assert stage.showing(pages.RecordTable).page == 3
    stage.tell(told.PrinterReady(("slip",)))
    table = stage.showing(pages.RecordTable)
    assert (table.media, table.can_take) == ((), True)
    stage.press(pages.PRINT)
    assert stage.showing(pages.MessagePage).code == "printer.none"


def test_large_letters_show_fewer_rows_and_the_last_page_has_the_total(stage: ResidentStage) -> None:
    table = stage.previews(record(12), elder=True)
    assert (len(table.rows), table.pages, table.total) == (5, 3, ())
    stage.press(pages.TURN, "+1")
    stage.press(pages.TURN, "+1")
    stage.press(pages.TURN, "+1")
    table = stage.showing(pages.RecordTable)
    assert (table.page, len(table.rows), table.total[1]) == (2, 2, "7,407.00")
    stage.press(pages.LARGER)
    stage.press(pages.LARGER)
    assert stage.showing(pages.RecordTable).page == 1


def test_copies_and_medium_stay_within_what_there_is(stage: ResidentStage) -> None:
    stage.previews()
    for _ in range(5):
        stage.press(pages.COPIES, "+1")
    stage.press(pages.MEDIUM, "pages")
    stage.press(pages.MEDIUM, "stone")
    table = stage.showing(pages.RecordTable)
    assert (table.copies, table.medium) == (3, "pages")
    stage.press(pages.PRINT)
    issue = stage.wish(wishes.IssueDocument)
    assert (issue.medium, issue.copies) == ("pages", 3)


def test_what_is_not_to_be_printed_is_only_looked_at(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.choose("records")
    stage.kinds_told((kind("health", printable=False),))
    stage.press(views.NEXT)
    stage.record_told(record())
    table = stage.showing(pages.RecordTable)
    assert (table.media, table.can_take) == ((), False)
    stage.press(pages.PRINT)
    stage.press(pages.TAKE_ALONG)
    assert stage.view == table


@pytest.mark.parametrize("code", ["disk.read_only", "disk.full", "disk.failed"])
def test_a_disk_that_takes_nothing_is_told_in_words_for_residents(stage: ResidentStage, code: str) -> None:
    stage.comes_in()
    stage.choose("records")
    stage.kinds_told()
    stage.press(views.NEXT)
    stage.tell(told.RecordRefused(stage.wish(wishes.AskRecord).ask_id, code))
    message = stage.showing(pages.MessagePage)
    assert message.code == "machine.not_kept"
    assert "technician" not in str(sentence_of(message.code)).lower()
    assert views.HELP in [choice.action for choice in message.choices]


@pytest.mark.parametrize("code", ["hall.unreachable", "hall.timeout", "hall.answer"])
def test_a_hall_that_is_away_is_one_clear_sentence(stage: ResidentStage, code: str) -> None:
    stage.comes_in()
    stage.choose("records")
    stage.kinds_told()
    stage.press(views.NEXT)
    stage.tell(told.RecordRefused(stage.wish(wishes.AskRecord).ask_id, code))
    message = stage.showing(pages.MessagePage)
    assert message.code == "hall.away"
    assert [choice.action for choice in message.choices] == [views.HELP, pages.AGAIN, views.BACK]
    stage.press(pages.AGAIN)
    stage.record_told(record(), cached_at="2026-11-19 16:20")
    assert stage.showing(pages.RecordTable).as_of == "2026-11-19 16:20"


def test_a_hall_that_never_answers_is_given_up(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.choose("records")
    stage.kinds_told()
    stage.press(views.NEXT)
    late = stage.wish(wishes.AskRecord).ask_id
    stage.wait(21)
    assert stage.showing(pages.MessagePage).code == "hall.away"
    stage.tell(told.RecordTold(late, record()))
    stage.showing(pages.MessagePage)


def test_the_answer_to_a_page_that_was_left_is_dropped(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.choose("records")
    stage.kinds_told()
    stage.press(views.NEXT)
    asked = stage.wish(wishes.AskRecord).ask_id
    stage.press(views.BACK)
    stage.tell(told.RecordTold(asked, record()))
    stage.showing(pages.ListPage)


def test_words_of_cells_are_in_the_language_of_the_page(stage: ResidentStage) -> None:
    stage.press(pages.LANGUAGE)
    table = stage.previews()
    assert (table.columns[2].label, table.rows[0][2]) == ("data:State", "Paid")
    assert table.total[0] == "合计"


def test_years_go_back_as_far_as_anybody_may_ask(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.choose("records")
    stage.kinds_told()
    stage.press(pages.FILTER, "earlier")
    assert [label for _, label, _ in stage.showing(pages.ListPage).filters][:3] == [
        "data:2023",
        "data:2022",
        "data:2021",
    ]
    for _ in range(30):
        stage.press(pages.FILTER, "earlier")
    stage.press(views.NEXT)
    assert stage.wish(wishes.AskRecord).year == 1991


def test_without_a_trusted_date_no_year_is_offered(stage: ResidentStage) -> None:
    stage.tell(events.ChromeChanged(replace(chrome(), date="", clock="")))
    stage.comes_in()
    stage.choose("records")
    stage.kinds_told()
    assert stage.showing(pages.ListPage).filters == ()
    stage.press(views.NEXT)
    assert stage.wish(wishes.AskRecord).year is None
