"""The flow of the front desk: who has come, who needs looking after, what is urgent; given what has happened.

Pages lie in layers, the topmost shows: help, out of service, the PIN of who laid her card down, the screen as it is turned
to a visitor, what staff have opened, the board. Alarms stand above every page. Nobody signed in is the same as
covered: names, ages and addresses are then in no View at all.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk import commands, events, views
from kiosk import events_front_desk as told
from kiosk.commands_front_desk import AcknowledgeAlarm, CloseAlarm, NoteVisit, RecordCare, ShowAlarmPhone
from kiosk.events_front_desk import ArrivalsTold, PersonCardTold
from kiosk.roles import front_desk_words as words
from kiosk.roles.front_desk_alarms import Alarms
from kiosk.roles.front_desk_board import HERE, Board
from kiosk.roles.front_desk_pages import Appointments, Calls, DeskPage, Needs, Outcome, Windows
from kiosk.roles.front_desk_post import Post
from kiosk.roles.front_desk_signing import Signing
from kiosk.roles.resident_words import data
from kiosk.roles.visitor import turned_screen
from kiosk.views_front_desk import (
    ACKNOWLEDGE,
    APPOINTMENTS,
    CALL,
    CALL_BACK,
    CARE,
    CLOSE_ALARM,
    ENROL,
    FACE,
    FULL_NAME,
    HAND_OVER,
    LOCK,
    NEEDS,
    NOT_THIS_PERSON,
    RECEIVE,
    THIS_ONE,
    TURN_CARE,
    AlarmShown,
)
from kiosk.views_resident import LEAVE_SESSION, TURN

COVER_AFTER_S = 60.0
HELP_S = 120.0
# To read that help comes, while an alarm that nobody has taken on has no room on that page.
HELP_BESIDE_ALARM_S = 5.0
# Every card is asked about as a resident's too; that it is none of theirs is no news.
STAFF_CARD = "card.staff"
NOBODY_SIGNED_IN = "desk.nobody_signed_in"
ALARM_ACTIONS = (ACKNOWLEDGE, CALL_BACK, CLOSE_ALARM)
STEPS = {"+1": 1, "-1": -1}


class FrontDeskFlow:
    """The pure state machine of a front desk. Commands go to `ask`; time comes only in Ticked. `cover_after_s` seconds after
    the last touch, and without a staff card, names are covered."""

    def __init__(
        self,
        ask: Callable[[commands.Command], None],
        locale: str = "zh_CN",
        cover_after_s: float = COVER_AFTER_S,
    ) -> None:
        self._ask = ask
        self._now_s = 0.0
        self._help_until_s: float | None = None
        self._hidden_s = 0.0
        self._out_of_service = ""
        self._visitor = turned_screen(ask, locale)
        self._visitor_view = self._visitor.start()
        # One count for both: the answer to a wish of the board is never taken for one of the visitor's.
        desk = self._visitor.desk
        self._post = Post(ask, desk.number, desk.facts, locale)
        self._signing = Signing(self._post, cover_after_s)
        self._alarms = Alarms()
        self._board = Board(self._post)
        self._calls = Calls(self._post)
        self._page: DeskPage | None = None
        self._shown: views.View = self._view()

    def start(self) -> views.View:
        return self._shown

    def on(self, event: events.Event) -> views.View | None:
        """The page to show after `event`, or None while the same one stays."""
        self._handle(event)
        self._settle()
        view = self._view()
        if view == self._shown:
            return None
        self._shown = view
        return view

    # --- events -------------------------------------------------------------------------------------------------------

    def _handle(self, event: events.Event) -> None:
        match event:
            case events.Pressed():
                self._press(event)
            case events.CardTapped():
                self._tapped(event)
            case events.CardTorn() | events.CodeScanned():
                self._something_held(event)
            case events.StaffTapped(staff):
                self._staff_known(staff)
            case events.PinChecked():
                if self._signing.checked(event):
                    self._begin_anew()
            case _:
                self._told(event)

    def _told(self, event: events.Event) -> None:
        """Whatever a service says is heard by all whom it may concern; answers carry the number of their wish."""
        match event:
            case events.Ticked(now_s):
                self._tick(now_s)
            case events.CardRests(card_ref, slot) if not self._post.is_turned:
                self._signing.rests(card_ref, slot)
                return  # staff's own: no visitor has left it there
            case events.CardTaken():
                self._signing.taken(event)
            case events.ServiceChanged(code):
                self._service_changed(code)
            case told.AlarmsTold() | told.AlarmPhoneTold():
                self._alarm_told(event)
            case told.DeskRefused(ask_id, code) if not self._post.is_turned:
                self._refused(ask_id, code)
            case _:
                self._board_told(event)
        if self._page is not None:
            self._page.on(event)
        if self._page is not self._calls:
            self._calls.on(event)
        self._tell_visitor(event)

    def _board_told(self, event: events.Event) -> None:
        board = self._board
        match event:
            case ArrivalsTold():
                board.arrived(event)
            case PersonCardTold():
                board.card_told(event)
            case told.FullNameTold():
                board.name_told(event)
            case told.VisitAnswered():
                board.answered(event)
            case told.CareTold():
                board.care_told(event)
            case told.TicketsTold():
                board.tickets_told(event)
            case told.RecognitionChanged(code):
                board.recognition_changed(code)

    def _alarm_told(self, event: told.AlarmsTold | told.AlarmPhoneTold) -> None:
        if isinstance(event, told.AlarmPhoneTold):
            if not self._post.is_covered:
                self._alarms.phone_told(event)
        elif self._alarms.told(event) and self._is_helping:
            self._leave_help()

    def _refused(self, ask_id: int, code: str) -> None:
        self._board.is_refused(ask_id)
        if code != STAFF_CARD:
            self._board.say(code)
        if code == NOBODY_SIGNED_IN:  # the services know better: the row that says so was refused by the disk
            self._signing.sign_out("other")

    def _service_changed(self, code: str) -> None:
        """Back in service, whoever is signed in says so again: the disk may have refused the row."""
        if self._out_of_service and not code:
            self._signing.say_again()
        self._out_of_service = code

    def _settle(self) -> None:
        """What is over goes, and what the bars show is what is so now."""
        if self._post.is_turned and self._visitor.is_at_home:
            self._turn_back()
        if self._page is not None and (self._page.is_over or self._post.is_covered):
            self._page = None
        if self._post.is_covered:
            self._alarms.forget_phone()
            self._board.cover()
        self._post.alarm = self._alarms.covered() if self._post.is_covered else self._alarms.to_staff()

    def _tick(self, now_s: float) -> None:
        passed_s = max(0.0, now_s - self._now_s) if self._now_s else 0.0
        self._now_s = now_s
        if self._help_until_s is not None and now_s >= self._help_until_s:
            self._help_until_s = None
        if not self._post.is_turned:
            self._signing.pass_time(passed_s)
        self._board.pass_time(passed_s)
        hides_alarm = self._is_helping and self._alarms.is_unanswered
        self._hidden_s = self._hidden_s + passed_s if hides_alarm else 0.0
        if self._hidden_s >= HELP_BESIDE_ALARM_S:
            self._leave_help()

    def _leave_help(self) -> None:
        """Help is on its way already; its page has no room for an alarm."""
        self._help_until_s = None
        if self._post.is_turned:
            self._tell_visitor(events.Pressed(views.DONE))

    def _begin_anew(self) -> None:
        """Somebody has signed in. Whose card she reads and whom she rings is asked for, and written down, in her own name."""
        self._page = None
        self._alarms.forget_phone()
        self._board.cover()
        self._board.show_next()

    # --- cards --------------------------------------------------------------------------------------------------------

    def _tapped(self, tap: events.CardTapped) -> None:
        """A card is staff's or a resident's: each service knows its own, and says nothing to the other's."""
        self._signing.tapped(tap)
        if self._out_of_service:
            return
        self._ask(commands.IdentifyStaff(tap.card_ref))
        if self._post.is_turned:
            self._tell_visitor(tap)
        else:
            self._board.card_laid_down()
            self._ask(NoteVisit(tap.card_ref))

    def _something_held(self, event: events.CardTorn | events.CodeScanned) -> None:
        if self._post.is_turned:
            self._tell_visitor(event)
        elif isinstance(event, events.CardTorn):
            self._board.say(event.code)

    def _staff_known(self, staff: views.StaffRecord) -> None:
        """A staff card takes the screen back from whoever it was turned to."""
        if self._post.is_turned:
            self._turn_back()
        self._board.card_was_staffs()
        self._signing.known(staff)

    # --- the screen turned to a visitor -------------------------------------------------------------------------------

    def _turn(self) -> None:
        self._post.is_turned, self._page = True, None
        self._visitor.desk.staff_id = self._post.staff_id
        self._tell_visitor(events.Pressed(views.CHOOSE, FACE))
        if self._visitor.is_at_home:
            # The first touch took away what was said of a card that somebody has left.
            self._tell_visitor(events.Pressed(views.CHOOSE, FACE))

    def _turn_back(self) -> None:
        """The board comes back covered: whoever sits there lays her card down."""
        if isinstance(self._visitor_view, views.HelpComing):
            self._tell_visitor(events.Pressed(views.DONE))
        self._tell_visitor(events.Pressed(LEAVE_SESSION))
        self._post.is_turned, self._visitor.desk.staff_id = False, ""
        self._signing.sign_out("asked")

    def _tell_visitor(self, event: events.Event) -> None:
        self._visitor.desk.alarm = self._alarms.to_visitors()
        self._visitor_view = self._visitor.on(event) or self._visitor_view

    # --- buttons ------------------------------------------------------------------------------------------------------

    def _press(self, press: events.Pressed) -> None:
        self._signing.touched()
        self._board.touched()
        if press.action in ALARM_ACTIONS:
            self._press_alarm(press.action, press.value)
        elif self._post.is_turned:
            self._tell_visitor(press)
        elif self._help_until_s is not None:
            self._press_help(press.action)
        elif press.action == views.HELP:
            self._help_until_s = self._now_s + HELP_S
            self._ask(commands.CallHelp(on=True))
        elif self._signing.is_open:
            self._signing.pressed(press.action, press.value)
        elif self._page is not None:
            self._page.pressed(press.action, press.value)
        elif not self._out_of_service:
            self._press_board(press.action, press.value)

    def _press_help(self, action: str) -> None:
        if action == views.CANCEL:
            self._ask(commands.CallHelp(on=False))
        if action in (views.CANCEL, views.DONE):
            self._help_until_s = None

    def _press_alarm(self, action: str, alarm_id: str) -> None:
        """An alarm is answered by whoever is there; whom to ring, and what came of it, is staff's."""
        alarm = self._alarms.find(alarm_id)
        if alarm is None:
            return
        if action == ACKNOWLEDGE:
            staff_id = "" if self._post.is_turned else self._post.staff_id
            self._ask(AcknowledgeAlarm(alarm.alarm_id, staff_id))
        elif self._post.is_turned:
            return
        elif self._post.is_covered:
            self._board.say(words.CARD_FIRST)
        elif action == CALL_BACK:
            self._ask(ShowAlarmPhone(alarm.alarm_id, self._post.staff_id))
        else:
            self._page = self._alarm_outcome(alarm)

    def _press_board(self, action: str, value: str) -> None:
        if action == TURN:
            self._board.turn(STEPS.get(value, 0))
        elif action == TURN_CARE:
            self._board.turn_care(STEPS.get(value, 0))
        elif self._post.is_covered:
            self._board.say(words.CARD_FIRST)
        elif action == LOCK:
            self._signing.sign_out("asked")
        elif action == ENROL:
            self._turn()
        elif action == CARE:
            self._open_care(value)
        elif action == views.CHOOSE:
            if self._board.find(value) is not None:
                self._board.open(value)
        elif self._board.card is not None and self._press_card(action, value):
            return
        else:
            self._open_page(action)

    def _press_card(self, action: str, value: str) -> bool:
        """Whether it was a button of the card that is open. What was answered is not answered again."""
        card = self._board.card
        assert card is not None
        is_open, has_name = card.state == HERE, bool(card.masked_name)
        if action == FULL_NAME and has_name:
            self._board.show_full_name()
        elif action == RECEIVE and is_open and not card.one_of:
            self._board.answer("received")
        elif action == NOT_THIS_PERSON and is_open and (has_name or card.one_of):
            self._board.answer("not_this_person")
        elif action == THIS_ONE and is_open and value in [person_id for person_id, _, _ in card.one_of]:
            self._board.answer("received", person_id=value)
        elif action == HAND_OVER and not card.one_of:
            self._page = Windows(self._post, lambda window: self._board.answer("handed_over", window=window))
        else:
            return False
        return True

    def _open_page(self, action: str) -> None:
        if action == APPOINTMENTS:
            self._page = Appointments(self._post)
        elif action == NEEDS:
            self._page = Needs(self._post)
        elif action == CALL:
            self._page = self._calls
            self._calls.open()

    def _open_care(self, case_id: str) -> None:
        row = self._board.find_care(case_id)
        if row is None:
            return

        def keep(outcome: str) -> None:
            wish = RecordCare(self._post.number(), row.case_id, row.next, outcome, self._post.staff_id)
            self._ask(wish)

        place = self._post.of(row.place_zh, row.place_en)
        title = words.WHAT_CAME_OF_CARE[row.next]
        self._page = Outcome(self._post, title, _subject(row.masked_name, place), words.CARE_OUTCOMES, keep)

    def _alarm_outcome(self, alarm: AlarmShown) -> Outcome:
        def keep(outcome: str) -> None:
            self._ask(CloseAlarm(self._post.number(), alarm.alarm_id, outcome, self._post.staff_id))

        place = self._post.of(alarm.place_zh, alarm.place_en)
        subject = _subject(alarm.masked_name, place)
        phone = (self._alarms.to_staff() or alarm).phone
        return Outcome(self._post, words.WHAT_CAME_OF_ALARM, subject, words.ALARM_OUTCOMES, keep, phone)

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def _is_helping(self) -> bool:
        return isinstance(self._shown, views.HelpComing)

    def _view(self) -> views.View:
        facts = self._post.facts
        if self._post.is_turned:
            return self._visitor_view
        if self._help_until_s is not None:
            return views.HelpComing(facts.online, facts.window)
        if self._out_of_service and not self._alarms.is_ringing:
            return views.OutOfService(self._out_of_service, facts.window)
        if self._signing.is_open:
            return self._signing.view()
        return self._page.view() if self._page is not None else self._board.view()


def _subject(masked_name: str, place: str) -> str:
    return data(" · ".join(part for part in (masked_name, place) if part))
