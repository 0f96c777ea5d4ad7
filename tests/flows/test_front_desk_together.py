"""The desk's and the door's flows with the services they wish from, on a real disk: what one asks for is what the other does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import commands, events, views
from kiosk import events_front_desk as told
from kiosk import views_front_desk as pages
from kiosk.commands_front_desk import SignStaff
from kiosk.commands_resident import EndSession, IdentifyResident
from kiosk.events_resident import PrinterReady, ResidentIdentified, SessionWiped
from kiosk.views_resident import FinishedPage, MessagePage, PlaceCard
from offline_cache.wire import ReferenceKind, RowKind
from tests.flows.desk_stage import CHEN, DeskStage
from tests.flows.resident_stage import ResidentStage
from tests.flows.visitor_stage import VisitorStage, consent_text
from tests.kiosk.canteen_world import card_of
from tests.kiosk.front_desk.face_world import CHILD, MODEL, MOTHER, QIAN, WU, FaceWorld, vector


class Together:
    """A stage whose wishes the services carry out, and whose flow hears what they say. Cards are read as the resident's services
    would read them: a card_ref is its person's."""

    def __init__(self, stage: ResidentStage, world: FaceWorld) -> None:
        self.stage = stage
        self.world = world
        self._wished = 0
        world.told(
            ReferenceKind.CONSENT_TEXT,
            {purpose: consent_text(purpose) for purpose in ("recognition", "preferred_help")},
        )
        for service in world.services:
            service.begin()
        self.settle()

    def settle(self) -> None:
        """Until nobody has anything more to do or to say."""
        while self._wished < len(self.stage.asked) or self.world.said:
            wishes, self._wished = self.stage.asked[self._wished :], len(self.stage.asked)
            for wish in wishes:
                self._carry_out(wish)
            said, self.world.said[:] = list(self.world.said), []
            for event in said:
                self.stage.tell(event)  # type: ignore[arg-type]

    def press(self, action: str, value: str = "") -> views.View:
        self.stage.press(action, value)
        self.settle()
        return self.stage.view

    def lays_card(self, person: str) -> views.View:
        self.stage.tell(events.CardTapped(card_of(person), 5, holder=events.CardHolder("id_card")))
        self.settle()
        return self.stage.view

    def hear(self, event: object) -> None:
        """Recognition says something, to services and to the flow."""
        self.world.hear(event)
        self.settle()

    def poses(self, seed: int) -> None:
        """Whoever stands there turns her head as she is asked to."""
        ask_id = self.world.recognition.enrolling
        assert ask_id is not None
        self.hear(told.EnrolmentEncoded(ask_id, MODEL, (vector(seed),)))
        self.stage.tell(told.PoseGuided(ask_id, "right", None, "", 3, 3))
        self.settle()

    def _carry_out(self, wish: commands.Command) -> None:
        if isinstance(wish, IdentifyResident):
            person = next(each for each in (WU, QIAN, CHILD, MOTHER) if card_of(each) == wish.card_ref)
            self.world.ways[person] = "id_card"
            self.stage.tell(ResidentIdentified(wish.ask_id, person, "某", "某＊", "尾号 0001", elder=False))
            return
        if isinstance(wish, SignStaff):
            self.world.signed_in.sign(wish)
            return
        taken = any(service.perform(wish) for service in self.world.services)
        if isinstance(wish, EndSession):
            self.world.ways.clear()
            self.stage.tell(SessionWiped(wish.ask_id))
        else:
            assert taken or isinstance(wish, commands.CommonCommand), wish

    def rows(self, kind: RowKind) -> list[dict[str, object]]:
        return [dict(row.body) for row in self.world.outbox.rows_since([kind], 0)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FaceWorld]:
    faces = FaceWorld(tmp_path)
    yield faces
    faces.close()


@pytest.fixture
def desk(world: FaceWorld) -> Together:
    return Together(DeskStage(), world)


@pytest.fixture
def door(world: FaceWorld) -> Together:
    return Together(VisitorStage(), world)


def signs_in(desk: Together) -> None:
    stage = desk.stage
    assert isinstance(stage, DeskStage)
    stage.signs_in()
    desk.settle()


def test_a_card_on_the_reader_becomes_a_card_on_the_screen(desk: Together) -> None:
    signs_in(desk)
    desk.lays_card(WU)
    board = desk.stage.showing(pages.DeskBoard)
    assert board.card is not None and board.card.masked_name == "吴＊"
    desk.press(pages.FULL_NAME)
    board = desk.stage.showing(pages.DeskBoard)
    assert board.card is not None and board.card.full_name == "吴某某"
    desk.press(pages.HAND_OVER)
    assert [row[0] for row in desk.stage.showing(pages.DeskList).rows] == ["2", "3"]
    desk.press(views.CHOOSE, "3")
    board = desk.stage.showing(pages.DeskBoard)
    assert board.card is not None and (board.card.state, board.card.ticket) == ("handed_over", "A001")
    assert [row["what"] for row in desk.rows(RowKind.CARD_VIEWED)] == ["card", "full_name"]


def test_a_visitor_who_agrees_at_the_desk_is_greeted_by_it(desk: Together) -> None:
    signs_in(desk)
    desk.press(pages.ENROL)
    desk.stage.showing(pages.ConsentPage)
    desk.press(pages.AGREE)
    desk.lays_card(WU)
    desk.poses(7)
    desk.stage.showing(FinishedPage)
    (given,) = desk.rows(RowKind.CONSENT_GIVEN)
    assert (given["person_id"], given["staff_id"]) == (WU, CHEN.staff_id)
    desk.stage.wait(6)
    desk.settle()
    assert desk.stage.showing(pages.DeskBoard).covered
    signs_in(desk)
    desk.hear(told.FaceNamed(1, str(given["consent_id"]), 310, 0))
    board = desk.stage.showing(pages.DeskBoard)
    assert board.card is not None and (board.card.how, board.card.consented) == ("face", True)
    desk.press(pages.NOT_THIS_PERSON)
    assert desk.stage.showing(pages.DeskBoard).card is None
    assert desk.world.recognition.lowered == [(1, given["consent_id"])]


def test_a_no_is_one_row_and_a_card_after_it_none(door: Together) -> None:
    door.press(views.CHOOSE, pages.FACE)
    door.press(pages.REFUSE)
    door.lays_card(QIAN)
    door.stage.showing(MessagePage)
    assert len(door.rows(RowKind.CONSENT_REFUSED)) == 1
    door.press("leave_session")
    door.lays_card(QIAN)
    door.press(views.CHOOSE, pages.FACE)
    assert door.stage.showing(MessagePage).code == "consent.asked_before"


def test_a_child_and_her_mother(door: Together) -> None:
    door.press(views.CHOOSE, pages.FACE)
    door.press(pages.AGREE)
    door.lays_card(CHILD)
    assert door.stage.showing(PlaceCard).whose == "guardian"
    door.lays_card(MOTHER)
    door.poses(9)
    door.stage.showing(FinishedPage)
    (given,) = door.rows(RowKind.CONSENT_GIVEN)
    assert (given["given_by"], given["guardian_id"]) == ("guardian", MOTHER)


def test_what_was_agreed_to_here_is_taken_back_here(door: Together) -> None:
    door.stage.tell(PrinterReady(("slip",)))
    door.press(views.CHOOSE, pages.FACE)
    door.press(pages.AGREE)
    door.lays_card(WU)
    door.poses(7)
    door.press(views.DONE)
    door.press(views.CHOOSE, pages.WITHDRAW)
    door.lays_card(WU)
    door.press(pages.WITHDRAW)
    page = door.stage.showing(pages.WithdrawnPage)
    assert page.number and door.world.recognition.templates == {}
    assert len(door.rows(RowKind.CONSENTS_WITHDRAWN)) == 1


def test_help_and_a_number_from_the_door(door: Together) -> None:
    door.press(views.CHOOSE, pages.MY_HELP)
    door.press(pages.AGREE)
    door.lays_card(WU)
    door.press(views.CHOOSE, "speak_up")
    door.press(views.NEXT)
    (given,) = door.rows(RowKind.CONSENT_GIVEN)
    assert (given["purpose"], given["help"]) == ("preferred_help", ["speak_up"])
    door.press(views.DONE)
    door.press(views.CHOOSE, pages.TAKE_TICKET)
    assert door.stage.showing(pages.TicketPage).number == "A001"
