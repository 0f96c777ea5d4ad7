"""Whatever is touched at the door or at the desk and whatever happens: nothing raises, nobody's name outlives her session, and
no name is in a View while nobody is signed in."""

from __future__ import annotations

import random
from dataclasses import asdict

from kiosk import commands, events, views
from kiosk import commands_front_desk as wishes
from kiosk import events_front_desk as told
from kiosk import views_front_desk as pages
from tests.flows.desk_stage import (
    BRACELET,
    CARDS,
    CARE,
    CHEN,
    MA,
    NOBODY,
    PUBLIC_BOX,
    SECRETS,
    TWINS,
    WINDOWS,
    WU,
    DeskStage,
)
from tests.flows.resident_catalogue import answers, presses
from tests.flows.resident_stage import ID_CARD
from tests.flows.test_resident_monkey import Monkey, assert_empty_home, assert_fit_for, leave
from tests.flows.visitor_stage import QUEUES, VisitorStage

DOOR_PAGES = {
    pages.ConsentPage,
    pages.ConsentTextPage,
    pages.PosePage,
    pages.TicketPage,
    pages.WithdrawnPage,
}
DESK_PAGES = {
    pages.DeskBoard,
    pages.DeskKeypad,
    pages.DeskList,
    pages.CallPage,
    pages.OutcomePage,
    pages.ConsentPage,
    views.HelpComing,
    views.OutOfService,
}
BOARD_BUTTONS = [
    (pages.RECEIVE, ""),
    (pages.HAND_OVER, ""),
    (pages.NOT_THIS_PERSON, ""),
    (pages.FULL_NAME, ""),
    (pages.THIS_ONE, "wang-1"),
    (pages.CARE, "c-1"),
    (pages.CARE, "c-9"),
    (pages.TURN_CARE, "+1"),
    (pages.APPOINTMENTS, ""),
    (pages.CALL, ""),
    (pages.NEEDS, ""),
    (pages.LOCK, ""),
    (pages.ENROL, ""),
    (pages.CALL_NEXT, ""),
    (pages.CAME, ""),
    (views.HELP, ""),
    (views.CANCEL, ""),
    (pages.ACKNOWLEDGE, ""),
    (pages.CALL_BACK, "a-1"),
    (pages.CLOSE_ALARM, "a-1"),
    (views.CHOOSE, "v-ma"),
    (views.CHOOSE, "well"),
    (views.CHOOSE, "2"),
    *((views.DIGIT, digit) for digit in "1234"),
]
TICKET = pages.TicketRow("A017", "general", "09:51", "called", "1")
AT_THE_DESK: list[events.Event] = [
    told.ArrivalsTold((WU,), "v-wu"),
    told.ArrivalsTold((MA, WU), "v-ma"),
    told.ArrivalsTold((TWINS, NOBODY, MA, WU), "v-twins"),
    told.CareTold(CARE),
    told.AlarmsTold((BRACELET, PUBLIC_BOX)),
    told.AlarmsTold(()),
    told.AlarmPhoneTold("a-1", "0000-0000-777"),
    told.TicketsTold((TICKET,), WINDOWS, QUEUES),
    told.AppointmentsTold((("10:30", "吴＊", "社保", "Insurance", "2"),)),
    told.NeedsTold((("N-1", "马＊", "", "", "open"),)),
    told.RecognitionChanged("faces.stopped"),
    told.RecognitionChanged(""),
    events.StaffTapped(CHEN),
    events.PinChecked(True, CHEN, 5, 0),
    events.PinChecked(False, None, 4, 0),
    events.CardTapped("card-zhao", 5, holder=ID_CARD),
    events.CardTaken("card-zhao", "id_card_reader"),
    events.CardTorn("card.torn"),
    events.ServiceChanged("disk.failed"),
    events.ServiceChanged(""),
]


def test_five_thousand_touches_at_the_door() -> None:
    hand = random.Random(20261122)
    stage = VisitorStage()
    stage.tell(told.TicketsTold((), WINDOWS, QUEUES))
    monkey = Monkey(stage)
    seen: set[type] = set()
    for _ in range(5_000):
        monkey.do(hand.randrange(10**9))
        seen.add(type(stage.view))
        del stage.asked[:-40]
    leave(stage)
    assert_empty_home(stage)
    assert DOOR_PAGES - seen == set()


def desk_answers(command: object) -> list[events.Event]:
    match command:
        case wishes.OpenPersonCard(ask_id, visit_id):
            return [told.PersonCardTold(ask_id, CARDS[visit_id])]
        case wishes.ShowFullName(ask_id, visit_id):
            return [told.FullNameTold(ask_id, visit_id, "吴＊样例")]
        case wishes.AnswerVisit():
            done = told.VisitAnswered(command.visit_id, command.outcome, "B003" if command.window else "")
            return [done, told.DeskRefused(command.ask_id, "visit.gone")]
        case commands.CheckPin():
            return [events.PinChecked(True, CHEN, 5, 0), events.PinChecked(False, None, 4, 0)]
        case _:
            return answers(command)


def one_thing(stage: DeskStage, hand: random.Random) -> None:
    chance = hand.random()
    asked = [command for command in stage.asked if desk_answers(command)]
    if chance < 0.45:
        buttons = presses(stage.view)
        stage.press(*hand.choice(BOARD_BUTTONS if hand.random() < 0.7 else buttons))
    elif chance < 0.7 and asked:
        stage.tell(hand.choice(desk_answers(asked[-1] if hand.random() < 0.8 else hand.choice(asked))))
    elif chance < 0.9:
        stage.tell(hand.choice(AT_THE_DESK))
    elif chance < 0.95 and not isinstance(stage.view, pages.DeskKeypad):
        stage.lays_staff_card()
        stage.enters_pin("1234")
    else:
        stage.wait(hand.choice((1, 1, 1, 5, 15, 70)))


def test_six_thousand_touches_at_the_desk() -> None:
    hand = random.Random(20261122)
    stage = DeskStage()
    seen: set[type] = set()
    signed_in, uncovered = False, 0
    for _ in range(6_000):
        one_thing(stage, hand)
        for command in stage.asked:
            if isinstance(command, wishes.SignStaff):
                signed_in = command.signed == "in"
        stage.asked[:] = [each for each in stage.asked if not isinstance(each, wishes.SignStaff)][-40:]
        view = stage.view
        seen.add(type(view))
        assert_fit_for(view)
        if isinstance(view, pages.DeskBoard):
            assert view.covered != signed_in
            uncovered += signed_in
        if not signed_in and not isinstance(view, pages.DeskKeypad):
            assert [secret for secret in SECRETS if secret in repr(asdict(view))] == [], view
    assert DESK_PAGES - seen == set()
    assert uncovered > 500
