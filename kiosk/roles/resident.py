"""The resident's flow: what the screen shows next, given what has happened.

Pages lie in layers, the topmost shows: help, out of service, what asks whether she is still there, the errand, a card
that was left, the playlist, home. A session begins with a good read and always ends in one way: everything of the
person goes, the wipe is asked for, and a card that comes meanwhile waits until it is done.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from kiosk import commands, events, views
from kiosk.events import CardRests, CardTaken
from kiosk.events_resident import HourChanged, SessionWiped, SlidesTold
from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Desk, Ending, Errand
from kiosk.roles.resident_home import RESIDENT, Home
from kiosk.roles.resident_identify import CardPage, Identify, OtherCard
from kiosk.roles.resident_idle import CardsLying, Playlist
from kiosk.roles.resident_reading import Reader
from kiosk.roles.resident_session import (
    GO_ON_S,
    MODES,
    OTHER_LOCALE,
    WARNING_S,
    Patience,
)
from kiosk.roles.resident_touches import Touches
from kiosk.roles.resident_waits import Farewell
from kiosk.roles.resident_wiping import Wiping
from kiosk.views_resident import (
    LANGUAGE,
    LARGER,
    LEAVE_SESSION,
    READ_ALOUD,
    TURN,
    GoOnAsked,
    StillThere,
)

HELP_S = 120.0


class ResidentFlow:
    """The pure state machine of a resident's terminal. Commands go to `ask`; time comes only in Ticked. `home` is what can
    be done at it."""

    def __init__(
        self, ask: Callable[[commands.Command], None], locale: str = "zh_CN", home: Home = RESIDENT
    ) -> None:
        self._ask = ask
        self._home = home
        self._desk = Desk(ask, locale)
        self._now_s = 0.0
        self._hour = ""
        self._home_page = 0
        self._errand: Errand | None = None
        self._patience = Patience()
        self._go_on_left_s = 0.0
        self._go_on_due = False
        self._help_until_s: float | None = None
        self._out_of_service = ""
        self._wiping = Wiping(self._desk)
        self._other_card = OtherCard(self._desk)
        self._cards = CardsLying(self._desk)
        self._playlist = Playlist(self._desk)
        self._touches = Touches()
        self._reader = Reader(self._desk)
        self._shown: views.View = self._view()

    def start(self) -> views.View:
        return self._shown

    @property
    def desk(self) -> Desk:
        """For a flow that has this one behind it."""
        return self._desk

    @property
    def is_at_home(self) -> bool:
        """Nothing that somebody has come for is under way."""
        return self._errand is None

    def on(self, event: events.Event) -> views.View | None:
        """The page to show after `event`, or None while the same one stays."""
        self._handle(event)
        self._settle()
        self._ask_to_go_on()
        view = self._view()
        if self._reader.is_past(view):
            self._reader.stop()
            view = self._view()
        if self._reader.read_notice(view):
            view = self._view()
        if view == self._shown:
            return None
        if isinstance(event, events.Pressed):
            self._touches.page_turned(event.at_s)
        self._shown = view
        return view

    # --- events -------------------------------------------------------------------------------------------------

    def _handle(self, event: events.Event) -> None:
        match event:
            case events.Ticked(now_s):
                self._tick(now_s)
            case events.Pressed():
                self._press(event)
            case events.CardTapped():
                self._tapped(event)
            case events.CardTorn() | events.CodeScanned():
                self._something_held(event)
            case CardRests(card_ref, slot):
                self._cards.laid(card_ref, slot, tells=True)
            case CardTaken():
                self._card_taken(event)
            case SessionWiped(ask_id):
                self._wiping.answered(ask_id)
                self._let_waiting_card_in()
            case _:
                self._told(event)

    def _told(self, event: events.Event) -> None:
        if self._desk.facts.learn(event):
            return
        match event:
            case HourChanged(part):
                self._hour = part
            case SlidesTold():
                self._playlist.told(event)
            case events.ServiceChanged(code):
                self._service_changed(code)
            case _ if self._answers_about_other_card(event):
                pass
            case _ if self._errand is not None and not self._errand.is_over:
                self._errand.step.on(event)

    def _settle(self) -> None:
        """An errand that is over goes; its session too where it says so."""
        errand = self._errand
        if errand is None or not errand.is_over:
            return
        if errand.outcome in ("", "home"):
            self._errand = None
            errand.close()
            self._patience.extended()
            if self._desk.session is None:
                self._forget_looks()
        else:
            self._end(errand.outcome, errand.ending)

    def _ask_to_go_on(self) -> None:
        """Her card is gone: does she go on? Not while a page is printed or fetched, which she waits for, nor where another
        card is asked for."""
        if self._expects_card():
            self._go_on_due = False
        if self._go_on_due and (self._errand is None or not self._errand.step.waits):
            self._go_on_due = False
            self._go_on_left_s = GO_ON_S
            self._desk.say(words.SAY_GO_ON)

    def _service_changed(self, code: str) -> None:
        if code and not self._out_of_service and self._somebody_is_there():
            self._end("left")
        self._out_of_service = code

    # --- time -----------------------------------------------------------------------------------------------------

    def _tick(self, now_s: float) -> None:
        passed_s = max(0.0, now_s - self._now_s) if self._now_s else 0.0
        self._now_s = now_s
        self._wiping.pass_time(passed_s)
        self._cards.pass_time(passed_s)
        if self._help_until_s is not None:
            if now_s >= self._help_until_s:
                self._help_until_s = None
            return
        if self._somebody_is_there():
            self._pass_time(passed_s)
        elif self._cards.left is None:
            self._nobody_passes_time(passed_s)

    def _pass_time(self, passed_s: float) -> None:
        if self._go_on_left_s:
            self._go_on_left_s = max(0.0, self._go_on_left_s - passed_s)
            if not self._go_on_left_s:
                self._end("card_taken")
            return
        errand = self._errand
        was_warned = self._patience.warned
        self._patience.pass_time(passed_s, self._desk.mode, errand is not None and errand.step.waits)
        if errand is not None and not errand.is_over:
            errand.step.pass_time(passed_s)
        if self._patience.warned and not was_warned:
            self._desk.say(words.SAY_STILL_THERE)
        elif self._patience.warned and self._patience.left_s(self._desk.mode) <= 0:
            self._end("timed_out")

    def _nobody_passes_time(self, passed_s: float) -> None:
        """Letters that somebody made large, and a language she chose, do not stay for the next one."""
        self._patience.pass_time(passed_s, self._desk.mode, waiting=False)
        if self._patience.warned:
            self._forget_looks()
        if self._home.plays:
            self._playlist.pass_time(passed_s)

    # --- cards ----------------------------------------------------------------------------------------------------

    def _tapped(self, tap: events.CardTapped) -> None:
        self._cards.laid(tap.card_ref, tap.holder.slot, tells=tap.holder.tracks_presence)
        if self._out_of_service:
            return
        self._playlist.wake()
        session = self._desk.session
        if session is not None and tap.card_ref == session.card_ref:
            session.card_taken = False
            self._go_on()
        if self._expects_card():
            self._identify_with(tap)
        elif session is None:
            self._begin_with(tap)
        elif tap.card_ref != session.card_ref and not self._desk.is_wiping:
            self._other_card.ask(tap)

    def _let_waiting_card_in(self) -> None:
        """A card that came while another's data were wiped is asked about now."""
        if self._expects_card() and self._errand is not None:
            self._errand.step.pass_time(0.0)

    def _expects_card(self) -> bool:
        return self._errand is not None and isinstance(self._errand.step, CardPage)

    def _identify_with(self, event: events.Event) -> None:
        assert self._errand is not None
        self._patience.touched()
        self._errand.step.on(event)

    def _begin_with(self, event: events.Event) -> None:
        """A card is placed though no page asked for it: whose it is, and then where she stood, or home."""
        if self._errand is None or isinstance(self._errand.step, Farewell):
            self._leave_errand()
            self._errand = Errand(self._desk)
        errand = self._errand
        errand.open(Identify(errand, lambda: None))
        errand.step.on(event)

    def _something_held(self, event: events.Event) -> None:
        """Something that could not be read, or a code: of interest where somebody is asked for it, or at home."""
        if self._out_of_service:
            return
        if self._expects_card():
            self._identify_with(event)
        elif isinstance(event, events.CodeScanned) and self._errand is None and self._desk.session is None:
            self._playlist.wake()
            self._begin_with(event)

    def _answers_about_other_card(self, event: events.Event) -> bool:
        """The same person's other card changes nothing, another person's begins anew."""
        if not self._other_card.is_answered_by(event):
            return False
        tap = self._other_card.of_somebody_else(event)
        if tap is not None and self._desk.session is not None:
            self._end("left")
            self._begin_with(tap)
        return True

    def _card_taken(self, event: CardTaken) -> None:
        session = self._desk.session
        self._cards.taken(event)
        if session is not None and not session.card_taken and event.card_ref == session.card_ref:
            session.card_taken = True
            self._go_on_due = True
        elif self._errand is not None:
            self._errand.step.on(event)

    # --- buttons --------------------------------------------------------------------------------------------------

    def _press(self, press: events.Pressed) -> None:
        if self._touches.is_trembling(press, self._desk.mode):
            return
        if self._help_until_s is not None:
            self._press_help(press.action)
        elif press.action == views.HELP:
            self._call_help()
        elif self._out_of_service:
            return
        elif press.action == LEAVE_SESSION:
            if self._somebody_is_there():
                self._end("left")
        elif self._go_on_left_s or (self._patience.warned and self._somebody_is_there()):
            self._go_on()  # whatever she touched: it says that she is there, and nothing more
        else:
            self._touched(press)

    def _touched(self, press: events.Pressed) -> None:
        self._patience.touched()
        if self._playlist.is_running and not self._somebody_is_there():
            self._playlist.wake()
            return
        self._playlist.wake()
        if press.action in (LANGUAGE, LARGER, READ_ALOUD):
            self._press_bar(press.action)
        elif self._errand is not None:
            self._errand.step.pressed(press.action, press.value)
        elif self._cards.left is not None and self._cards.left.is_shown:
            self._cards.left.hide()
        else:
            self._press_home(press)

    def _press_bar(self, action: str) -> None:
        desk = self._desk
        if action == READ_ALOUD:
            if desk.reading:
                self._reader.stop()
            else:
                self._reader.read(self._view())
            return
        if action == LANGUAGE:
            desk.locale = OTHER_LOCALE.get(desk.locale, desk.default_locale)
        else:
            desk.mode = MODES[(MODES.index(desk.mode) + 1) % len(MODES)]
        if self._errand is not None:
            self._errand.step.looks_changed()

    def _press_home(self, press: events.Pressed) -> None:
        rows, pages = self._home.tiles_of(self._desk, self._home_page)
        if press.action == views.CHOOSE and press.value in [row.value for row in rows]:
            self._errand = Errand(self._desk)
            self._home.errands[press.value](self._errand)
        elif press.action == TURN and press.value in ("+1", "-1"):
            self._home_page = min(max(0, self._home_page + int(press.value)), pages - 1)

    def _call_help(self) -> None:
        self._help_until_s = self._now_s + HELP_S
        self._ask(commands.CallHelp(on=True))
        self._desk.say(words.SAY_STAFF_COMING)

    def _press_help(self, action: str) -> None:
        if action == views.CANCEL:
            self._ask(commands.CallHelp(on=False))
        if action in (views.CANCEL, views.DONE):
            self._help_until_s = None
            self._patience.touched()

    # --- the end of a session ---------------------------------------------------------------------------------------

    def _somebody_is_there(self) -> bool:
        return self._desk.session is not None or self._errand is not None

    def _go_on(self) -> None:
        self._go_on_left_s, self._go_on_due = 0.0, False
        self._patience.extended()

    def _end(self, reason: str, ending: Ending | None = None) -> None:
        """Everything of the person goes, here and wherever it was sent; what is said at the end names nobody."""
        self._leave_errand()
        session, self._desk.session = self._desk.session, None
        if session is not None and ending is None and session.belongings():
            self._desk.say(words.say_take(session.belongings()))
        if session is not None:
            self._cards.missed()
        self._other_card = OtherCard(self._desk)
        self._touches = Touches()
        self._go_on()
        self._reader.stop()
        self._reader.forget()
        self._wiping.begin(reason)
        if ending is None:
            self._forget_looks()
        else:
            self._errand = Errand(self._desk)
            self._errand.open(Farewell(self._errand, ending))

    def _leave_errand(self) -> None:
        errand, self._errand = self._errand, None
        if errand is not None:
            errand.close()

    def _forget_looks(self) -> None:
        self._reader.forget()
        self._desk.locale, self._desk.mode = self._desk.default_locale, MODES[0]
        self._home_page = 0
        self._patience.extended()

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _view(self) -> views.View:
        facts = self._desk.facts
        if self._help_until_s is not None:
            return views.HelpComing(facts.online, facts.window)
        if self._out_of_service:
            return views.OutOfService(self._out_of_service, facts.window)
        if self._go_on_left_s:
            return GoOnAsked(self._desk.around(), math.ceil(self._go_on_left_s), int(GO_ON_S))
        if self._patience.warned and self._somebody_is_there():
            left_s = max(0, math.ceil(self._patience.left_s(self._desk.mode)))
            return StillThere(self._desk.around(), left_s, int(WARNING_S))
        return self._ground()

    def _ground(self) -> views.View:
        if self._errand is not None:
            return self._errand.step.view()
        if self._cards.left is not None and self._cards.left.is_shown:
            return self._cards.left.view()
        if self._playlist.is_running and self._desk.session is None:
            return self._playlist.view()
        return self._home.page(self._desk, self._hour, self._home_page)
