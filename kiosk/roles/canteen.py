"""The canteen's flow: what the screen shows next, given what has happened.

Pages lie in layers, the topmost shows: help, the diner's page, the staff pages, then what the machine itself is about
(declaring the meal, slips after a power cut, idle). So nobody waits for anybody: a resident's card is served while
staff pages are open, which come back afterwards, and a verdict is replaced by the next one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from kiosk import commands, events, views
from kiosk.roles import canteen_words as words
from kiosk.roles.canteen_pages import DinerPage, Interrupted, Question, Refusal, Told
from kiosk.roles.canteen_staff import StaffSession, done_page, refused_page
from kiosk.roles.canteen_steps import Known

TICK_S = 1.0
SERVED_S = 4.0
ATTENTION_S = 30.0
TORN_S = 6.0
RETAP_S = 10.0
SAME_CARD_S = 15.0
DONE_S = 6.0
HELP_S = 120.0
SAME_BUTTON_S = 0.5
INCOMPLETE = "card.incomplete"

_TYPED = (views.DIGIT, views.ERASE)


class CanteenFlow:
    """The pure state machine of a canteen terminal. Commands go to `ask`; time comes only in Ticked."""

    def __init__(self, ask: Callable[[commands.Command], None]) -> None:
        self._ask = ask
        self._now_s = 0.0
        self._chrome: views.Chrome | None = None
        self._counts = views.Counts()
        self._meal_time: events.MealTimeChanged | None = None
        self._out_of_service = ""
        self._period_needed = False
        self._period = ""
        self._prints: tuple[views.PrintNeed, ...] = ()
        self._taking_back = ""
        self._page: DinerPage | None = None
        self._staff: StaffSession | None = None
        self._help_until_s: float | None = None
        self._last_press = ("", "", -1.0)
        self._shown: views.View = views.Starting()

    def start(self) -> views.View:
        return self._shown

    def on(self, event: events.Event) -> views.View | None:
        """The page to show after `event`, or None while the same one stays. A verdict is always shown anew."""
        self._handle(event)
        view = self._view()
        if view == self._shown and not isinstance(event, events.MealServed):
            return None
        self._shown = view
        return view

    # --- events -------------------------------------------------------------------------------------------------

    def _handle(self, event: events.Event) -> None:
        match event:
            case events.Ticked(now_s):
                self._tick(now_s)
            case events.CardTapped():
                self._tap(event)
            case events.CardTorn(code, chip):
                self._torn(code, chip)
            case events.Pressed():
                self._press(event)
            case events.MealServed() | events.MealDenied():
                self._verdict(event)
            case events.StaffTapped(staff):
                self._staff_tapped(staff)
            case events.ServiceChanged(code):
                self._service_changed(code)
            case events.NoticesChanged():
                pass  # drawn in the bars, which are not this flow's
            case _:
                self._told_facts(event)

    def _told_facts(self, event: events.Event) -> None:
        match event:
            case events.ChromeChanged(chrome):
                self._chrome_changed(chrome)
            case events.CountsChanged(counts):
                self._counts = counts
            case events.MealTimeChanged():
                self._meal_time = event
            case events.PeriodNeeded(needed):
                self._period_asked(needed)
            case events.PrintsFound(needs):
                self._prints = needs
            case _:
                self._staff_answer(event)

    def _staff_answer(self, event: events.Event) -> None:
        session = self._staff
        match event:
            case events.StaffActDone():
                self._act_done(event)
            case events.StaffActRefused():
                self._act_refused(event)
            case events.PinChecked() if session:
                session.pin_checked(event)
                self._drop_finished_session()
            case events.PeopleFound(people) if session:
                session.people_found(people)
            case events.MealsListed(meals) if session:
                session.meals_listed(meals)
            case _:
                pass  # the answer to a page that was left meanwhile

    def _tick(self, now_s: float) -> None:
        passed_s = max(0.0, now_s - self._now_s) if self._now_s else 0.0
        self._now_s = now_s
        if self._help_until_s is not None:
            self._wait_longer(passed_s)
            if now_s >= self._help_until_s:
                self._help_until_s = None
        if self._page is not None and now_s >= self._page.until_s:
            self._page = None
        if isinstance(self._page, Question):
            self._page = replace(self._page, seconds_left=math.ceil(self._page.until_s - now_s))
        elif isinstance(self._page, Interrupted):
            left = min(math.ceil(self._page.until_s - now_s), int(SAME_CARD_S))
            self._page = replace(self._page, seconds_left=left)
        if self._staff is not None:
            self._staff.tick(now_s)
            self._drop_finished_session()

    def _wait_longer(self, seconds: float) -> None:
        """Who has called a person is not timed out before that person comes."""
        page = self._page
        if isinstance(page, Refusal):
            self._page = Refusal(page.denied, page.until_s + seconds)
        if self._staff is not None:
            self._staff.wait_longer(seconds)

    # --- cards --------------------------------------------------------------------------------------------------

    def _tap(self, tap: events.CardTapped) -> None:
        if self._out_of_service:
            return
        page = self._page
        if isinstance(page, Interrupted):
            if not page.takes(tap.chip):
                self._another_card(page)
                return
            self._page = replace(page, answered=True)
        asked_again = (
            isinstance(page, Question) and not page.answered and page.denied.card_ref == tap.card_ref
        )
        if isinstance(page, Question):
            # Any other card ends the question; the right one ends it too, so that a third tap charges nothing.
            self._page = Question(page.denied, page.until_s, page.seconds_left, True) if asked_again else None
        self._ask(commands.AuthoriseMeal(tap.card_ref, second_plate=asked_again, stamp_ns=tap.stamp_ns))

    def _torn(self, code: str, chip: str) -> None:
        if code == INCOMPLETE:
            self._left_early(chip)
            return
        # A card lifted too early after its verdict, or beside an open page, is no news to anybody.
        if (
            self._page is None
            and self._staff is None
            and not self._out_of_service
            and not self._period_needed
        ):
            view = views.Attention(code, choices=(words.close(),))
            self._page = Told(view, self._now_s + TORN_S)
            self._ask(commands.Speak(words.spoken(code)))

    def _left_early(self, chip: str) -> None:
        """The person in front is asked, also over the verdict of the one before. An open question asks already."""
        page = self._page
        if self._out_of_service or self._period_needed or isinstance(page, Question):
            return
        if isinstance(page, Interrupted) and not page.takes(chip):
            self._another_card(page)
            return
        # The second under way does not count, or the last of the fifteen could be missing.
        until_s = self._now_s + TICK_S + SAME_CARD_S
        self._page = Interrupted(chip, until_s, int(SAME_CARD_S))
        self._ask(commands.Speak("same_card"))

    def _another_card(self, page: Interrupted) -> None:
        self._page = replace(page, other_card=True)
        self._ask(commands.Speak("other_card"))

    def _verdict(self, event: events.MealServed | events.MealDenied) -> None:
        self._help_until_s = None
        if isinstance(event, events.MealServed):
            # The second under way does not count, or a verdict could be gone after three.
            until_s = self._now_s + TICK_S + SERVED_S
            self._page = Told(views.Served(event.txn_id, event.bill), until_s)
            self._ask(commands.Speak("take_meal"))
            if self._staff is not None:
                self._staff.meal_committed()
        else:
            self._page = Refusal(event, self._now_s + ATTENTION_S)
            self._ask(commands.Speak(words.spoken(event.reason)))

    def _staff_tapped(self, staff: views.StaffRecord) -> None:
        self._page = None
        if self._staff is None or not self._staff.tapped_again(staff):
            self._staff = StaffSession.at_board(self._ask, self._known, self._now_s, staff)

    # --- buttons ------------------------------------------------------------------------------------------------

    def _press(self, press: events.Pressed) -> None:
        if self._is_trembling(press):
            return
        if self._help_until_s is not None:
            self._press_help(press.action)
        elif press.action == views.HELP:
            self._call_help()
        elif self._out_of_service:
            return
        elif self._page is not None:
            self._press_page(self._page, press.action)
        elif self._staff is not None:
            self._staff.pressed(press.action, press.value)
            self._drop_finished_session()
        elif self._period_needed:
            self._press_period(press)
        elif self._prints:
            self._press_power_cut(self._prints[0].meal.txn_id, press)

    def _is_trembling(self, press: events.Pressed) -> bool:
        """The same button within half a second is one press. Digits are typed, and 11 is a number."""
        action, value, at_s = self._last_press
        self._last_press = (press.action, press.value, press.at_s)
        same = (press.action, press.value) == (action, value) and press.action not in _TYPED
        return same and press.at_s > 0 and press.at_s - at_s < SAME_BUTTON_S

    def _call_help(self) -> None:
        self._help_until_s = self._now_s + HELP_S
        self._ask(commands.CallHelp(on=True))
        self._ask(commands.Speak("staff_coming"))

    def _press_help(self, action: str) -> None:
        if action == views.CANCEL:
            self._ask(commands.CallHelp(on=False))
        if action in (views.CANCEL, views.DONE):
            self._help_until_s = None

    def _press_page(self, page: DinerPage, action: str) -> None:
        if isinstance(page, Refusal):
            self._press_refusal(page.denied, action)
        elif action in (views.CANCEL, views.DONE) and not isinstance(page.view, views.Served):
            self._page = None

    def _press_refusal(self, denied: events.MealDenied, action: str) -> None:
        if action not in [choice.action for choice in words.refusal_choices(denied)]:
            return
        self._page = None
        if action == words.BUY_PLATE:
            self._page = Question(denied, self._now_s + RETAP_S, int(RETAP_S))
            self._ask(commands.Speak("tap_same_card"))
        elif action == words.PLATE_FOR_CASH:
            self._with_pin(lambda staff_id: self._sell_for_cash(denied, staff_id))
        elif action in (words.PAY_CASH, words.OWE):
            paid_by = "cash" if action == words.PAY_CASH else "owed"
            self._with_pin(lambda staff_id: self._serve_again(denied, paid_by, staff_id))

    def _sell_for_cash(self, denied: events.MealDenied, staff_id: str) -> None:
        self._ask(commands.SellPlate(denied.person_id, denied.card_ref, "cash", staff_id))

    def _serve_again(self, denied: events.MealDenied, paid_by: str, staff_id: str) -> None:
        if denied.card_ref:
            again = commands.AuthoriseMeal(
                denied.card_ref, denied.second_plate, paid_by=paid_by, staff_id=staff_id
            )
            self._ask(again)
        else:
            self._ask(commands.ServePerson(denied.person_id, denied.identified_by, staff_id, paid_by))

    def _press_period(self, press: events.Pressed) -> None:
        if press.action == views.CHOOSE and press.value in [option[0] for option in self._options()]:
            self._period = press.value
        elif press.action == views.NEXT and self._period:
            period = self._period
            self._with_pin(lambda staff_id: self._ask(commands.DeclarePeriod(period, staff_id)))

    def _press_power_cut(self, txn_id: str, press: events.Pressed) -> None:
        if press.action == words.PRINT_AGAIN:
            self._ask(commands.ReprintSlip(txn_id))
            self._prints = self._prints[1:]
        elif press.action == words.NO_SLIP:
            self._ask(commands.DismissPrint(txn_id))
            self._prints = self._prints[1:]
        elif press.action == words.TAKE_BACK:
            self._with_pin(lambda staff_id: self._take_back(txn_id, staff_id))

    def _take_back(self, txn_id: str, staff_id: str) -> None:
        self._taking_back = txn_id
        self._ask(commands.VoidMeal(txn_id, staff_id, "other"))

    def _taken_back(self) -> None:
        """Only now: had the meal stayed, its slip would still have to be offered."""
        txn_id, self._taking_back = self._taking_back, ""
        if txn_id:
            self._ask(commands.DismissPrint(txn_id))
            self._prints = tuple(need for need in self._prints if need.meal.txn_id != txn_id)

    # --- staff --------------------------------------------------------------------------------------------------

    def _with_pin(self, act: Callable[[str], None]) -> None:
        """Does `act` once a PIN is right. Also at an unlocked board: it is the diner who pressed the button."""
        if self._staff is None:
            self._staff = StaffSession.for_one_act(self._ask, self._known, self._now_s, act)
        else:
            self._staff.ask_pin(act)

    def _act_done(self, event: events.StaffActDone) -> None:
        if event.act == "voided":
            self._taken_back()
        if self._staff is not None:
            self._staff.act_done(event)
        elif event.act not in ("declared", "reprinted"):  # their own page says so
            self._page = Told(done_page(event), self._now_s + DONE_S)

    def _act_refused(self, event: events.StaffActRefused) -> None:
        self._taking_back = ""
        if self._staff is not None:
            self._staff.act_refused(event)
        else:
            self._page = Told(refused_page(event), self._now_s + DONE_S)

    def _drop_finished_session(self) -> None:
        if self._staff is not None and self._staff.is_over:
            self._staff = None

    # --- facts --------------------------------------------------------------------------------------------------

    def _chrome_changed(self, chrome: views.Chrome) -> None:
        was_online = self._chrome is not None and self._chrome.online
        self._chrome = chrome
        if was_online and not chrome.online and not self._out_of_service:
            self._ask(commands.Speak("offline"))

    def _service_changed(self, code: str) -> None:
        if code and not self._out_of_service:
            self._page = self._staff = None
        self._out_of_service = code

    def _period_asked(self, needed: bool) -> None:
        """Told again for each card that is tapped meanwhile, so that its holder hears why nothing happens."""
        if needed:
            self._ask(commands.Speak("clock_untrusted"))
        if needed and not self._period_needed:
            self._period = ""  # none is proposed: a tired hand would confirm whatever stood there
        self._period_needed = needed

    def _options(self) -> tuple[tuple[str, str, str], ...]:
        return self._meal_time.options if self._meal_time else ()

    def _known(self) -> Known:
        meal_time = self._meal_time
        return Known(
            self._counts,
            meal_time.list_price if meal_time else 0,
            meal_time.report_by if meal_time else "",
        )

    # --- what is shown ------------------------------------------------------------------------------------------

    def _view(self) -> views.View:
        if self._help_until_s is not None:
            return views.HelpComing(self._chrome is not None and self._chrome.online, self._window())
        if self._out_of_service:
            return views.OutOfService(self._out_of_service, self._window())
        if self._page is not None:
            return self._page.view
        if self._staff is not None:
            return self._staff.view()
        return self._ground()

    def _ground(self) -> views.View:
        if self._period_needed:
            return views.DeclarePeriodPage(self._options(), self._period)
        if self._prints:
            need = self._prints[0]
            choices = words.power_cut_choices(need.meal.txn_id)
            return views.PowerCut(need, len(self._prints) - 1, choices)
        return self._meal_time.idle if self._meal_time else views.Starting()

    def _window(self) -> str:
        return self._chrome.window if self._chrome else ""
