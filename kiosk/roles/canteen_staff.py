"""The staff pages of the canteen: a board, and behind it keypads, lists and confirmations, as one stack of steps.

Pure like the flow it belongs to: events in, a View out, wishes through `ask`. A session begins with a staff card, or
with a PIN asked for one act, and ends when its last step is left or nobody has touched it for STAFF_IDLE_S.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk import commands, events, views
from kiosk.roles import canteen_words as words
from kiosk.roles.canteen_people import PersonSearch
from kiosk.roles.canteen_steps import PIN_LOCKED, Board, Confirming, Finished, Keypad, Known, Listing, Step

STAFF_IDLE_S = 60.0
PIN_DIGITS = (4, 6)
LEFTOVER_DIGITS = (1, 3)

Ask = Callable[[commands.Command], None]


class StaffSession:
    """One member of staff at the screen."""

    def __init__(
        self, ask: Ask, known: Callable[[], Known], now_s: float, staff: views.StaffRecord | None
    ) -> None:
        self._ask = ask
        self._known = known
        self._now_s = now_s
        self._touched_s = now_s
        self._staff = staff
        self._unlocked = False
        self._meals: tuple[views.MealSummary, ...] = ()
        self._steps: list[Step] = []
        self._after_pin: Callable[[str], None] | None = None
        self._search: PersonSearch | None = None

    @classmethod
    def at_board(
        cls, ask: Ask, known: Callable[[], Known], now_s: float, staff: views.StaffRecord
    ) -> StaffSession:
        """A staff card was tapped."""
        session = cls(ask, known, now_s, staff)
        session._show_board()
        return session

    @classmethod
    def for_one_act(
        cls, ask: Ask, known: Callable[[], Known], now_s: float, act: Callable[[str], None]
    ) -> StaffSession:
        """PIN alone: `act` is handed the staff_id, then the session is over."""
        session = cls(ask, known, now_s, None)
        session.ask_pin(act)
        return session

    @property
    def is_over(self) -> bool:
        return not self._steps

    def view(self) -> views.View:
        """The step on top. Only while the session is not over."""
        step = self._steps[-1]
        if isinstance(step, Board):
            staff = self._staff or views.StaffRecord("", "")
            return step.view(staff, self._unlocked, self._meals, self._known())
        if isinstance(step, Keypad):
            return step.view(self._now_s)
        return step.view if isinstance(step, Finished) else step.view()

    # --- events -------------------------------------------------------------------------------------------------

    def tick(self, now_s: float) -> None:
        self._now_s = now_s
        if now_s - self._touched_s >= STAFF_IDLE_S:
            self._steps = []

    def wait_longer(self, seconds: float) -> None:
        """A person was called meanwhile: that time does not count as idle."""
        self._touched_s += seconds

    def tapped_again(self, staff: views.StaffRecord) -> bool:
        """The same staff card once more leads back to the board; another one is not this session's (False)."""
        if self._staff is None or staff.staff_id != self._staff.staff_id:
            return False
        self._touched_s = self._now_s
        self._show_board()
        return True

    def meal_committed(self) -> None:
        """A row more: the lists behind the board are no longer the newest."""
        self._ask(commands.ListMeals())

    def meals_listed(self, meals: tuple[views.MealSummary, ...]) -> None:
        self._meals = meals

    def people_found(self, people: tuple[views.PersonFound, ...]) -> None:
        if self._search is not None:
            self._search.found(people)

    def pin_checked(self, event: events.PinChecked) -> None:
        act, keypad = self._after_pin, self._steps[-1]
        if act is None or not isinstance(keypad, Keypad):
            return
        if event.accepted and event.staff is not None:
            self._staff, self._unlocked, self._after_pin = event.staff, True, None
            self._steps.pop()
            act(event.staff.staff_id)
            return
        error = PIN_LOCKED if event.locked_s else "staff.pin_wrong"
        locked_until_s = self._now_s + event.locked_s if event.locked_s else 0.0
        self._steps[-1] = replace(keypad, entered="", error=error, locked_until_s=locked_until_s)

    def act_done(self, event: events.StaffActDone) -> None:
        self._finish(done_page(event))
        self._ask(commands.ListMeals())

    def act_refused(self, event: events.StaffActRefused) -> None:
        self._finish(refused_page(event))

    def pressed(self, action: str, value: str) -> None:
        self._touched_s = self._now_s
        match self._steps[-1]:
            case Board():
                self._press_board(action)
            case Keypad() as keypad:
                self._press_keypad(keypad, action, value)
            case Listing() as listing:
                self._press_list(listing, action, value)
            case Confirming() as confirming:
                self._press_confirm(confirming, action)
            case Finished():
                self._back_to_board()

    # --- keys ---------------------------------------------------------------------------------------------------

    def _press_keypad(self, keypad: Keypad, action: str, value: str) -> None:
        if action == views.BACK:
            self._back()
        elif self._now_s < keypad.locked_until_s:
            return
        elif action == views.DIGIT and value.isascii() and value.isdigit():
            entered = (keypad.entered + value)[: keypad.digits[1]]
            self._steps[-1] = replace(keypad, entered=entered, error="")
        elif action == views.ERASE:
            self._steps[-1] = replace(keypad, entered=keypad.entered[:-1], error="")
        elif action == views.NEXT and len(keypad.entered) >= keypad.digits[0]:
            keypad.submit(keypad.entered)

    def _press_list(self, listing: Listing, action: str, value: str) -> None:
        if action == views.BACK:
            self._back()
        elif action == views.NEXT:
            self._steps[-1] = replace(listing, page=(listing.page + 1) % listing.pages)
        elif action == words.SELECT and value in [row.value for row in listing.rows]:
            listing.chosen(value)

    def _press_confirm(self, confirming: Confirming, action: str) -> None:
        if action == views.BACK:
            self._back()
        elif action == words.CONFIRM:
            self._back_to_board()
            confirming.do()

    def _press_board(self, action: str) -> None:
        by_card = {
            words.REPRINT: self._choose_reprint,
            words.REPORT: self._enter_leftover,
            words.KEEP_SAMPLE: self._confirm_sample,
            words.UNLOCK: self._unlock,
            words.LEAVE: self._back,
        }
        by_pin = {
            words.VOID: self._choose_void,
            words.NO_CARD: self._find_diner,
            words.SELL_PLATE: self._confirm_guest,
            words.BLOCK_CARD: self._find_loser,
            words.CLOSE_PERIOD: self._confirm_closing,
        }
        opened = (by_card | by_pin if self._unlocked else by_card).get(action)
        if opened is not None:
            opened()

    # --- the stack ----------------------------------------------------------------------------------------------

    def ask_pin(self, then: Callable[[str], None]) -> None:
        """A keypad in front; `then` is handed the staff_id once the PIN is right."""
        self._after_pin = then
        staff_id = self._own_id()

        def check(pin: str) -> None:
            self._ask(commands.CheckPin(staff_id, pin))

        self.push(Keypad("Staff PIN", "Enter your PIN", PIN_DIGITS, check, secret=True))

    def push(self, step: Step) -> None:
        self._steps.append(step)

    def complain(self, error: str) -> None:
        """Say `error` on the keypad in front, and empty it."""
        if self._steps and isinstance(self._steps[-1], Keypad):
            self._steps[-1] = replace(self._steps[-1], entered="", error=error)

    def _show_board(self) -> None:
        self._steps = [Board()]
        self._after_pin = self._search = None
        self._ask(commands.ListMeals())

    def _back(self) -> None:
        if isinstance(self._steps.pop(), Keypad):
            self._after_pin = None

    def _back_to_board(self) -> None:
        self._steps = [step for step in self._steps if isinstance(step, Board)]
        self._search = None

    def _finish(self, page: views.StaffDone) -> None:
        self._back_to_board()
        self._steps.append(Finished(page))

    # --- what the board opens -----------------------------------------------------------------------------------

    def _unlock(self) -> None:
        self.ask_pin(lambda _staff_id: None)

    def _choose_reprint(self) -> None:
        def reprint(txn_id: str) -> None:
            self._back_to_board()
            self._ask(commands.ReprintSlip(txn_id))

        rows = tuple(words.meal_row(meal) for meal in self._meals)
        self.push(Listing("Print which slip again?", rows, reprint, "No meal yet"))

    def _enter_leftover(self) -> None:
        def report(entered: str) -> None:
            self._back_to_board()
            self._ask(commands.ReportCount(int(entered), self._own_id()))

        self.push(Keypad("Report count", "How many meals are left over?", LEFTOVER_DIGITS, report))

    def _confirm_sample(self) -> None:
        self.push(
            Confirming(
                "Food sample",
                (("At least 125 g of each dish", ""), ("Kept cool for 48 hours", "")),
                "The sample is kept",
                lambda: self._ask(commands.KeepSample(self._own_id())),
            )
        )

    def _choose_void(self) -> None:
        rows = tuple(words.meal_row(meal) for meal in self._meals if meal.state != "voided")
        self.push(Listing("Take which meal back?", rows, self._choose_reason, "No meal yet"))

    def _choose_reason(self, txn_id: str) -> None:
        meal = next(meal for meal in self._meals if meal.txn_id == txn_id)
        self.push(Listing("Why?", words.VOID_REASONS, lambda reason: self._confirm_void(meal, reason)))

    def _confirm_void(self, meal: views.MealSummary, reason: str) -> None:
        why = next(row.label for row in words.VOID_REASONS if row.value == reason)
        self.push(
            Confirming(
                "Take this meal back?",
                ((f"data:{meal.masked_name}", meal.at), (why, "")),
                "Take back",
                lambda: self._ask(commands.VoidMeal(meal.txn_id, self._own_id(), reason)),
                "The money and the subsidy go back",
                meal.own_part,
            )
        )

    def _confirm_guest(self) -> None:
        self.push(
            Confirming(
                "Guest plate",
                (("At market price, in cash", ""),),
                "Cash received",
                lambda: self._ask(commands.SellPlate("", "", "cash", self._own_id())),
                amount=self._known().list_price,
            )
        )

    def _confirm_closing(self) -> None:
        self.push(
            Confirming(
                "Close this meal?",
                words.closing_lines(self._known().counts),
                "Close this meal",
                lambda: self._ask(commands.ClosePeriod(self._own_id())),
                "Nothing can be taken back here afterwards",
            )
        )

    def _find_diner(self) -> None:
        self._search = PersonSearch(
            "Card forgotten", self._ask, self.push, self.complain, self._confirm_diner
        )
        self._search.begin()

    def _find_loser(self) -> None:
        self._search = PersonSearch("Card lost", self._ask, self.push, self.complain, self._confirm_block)
        self._search.begin()

    def _confirm_diner(self, person: views.PersonFound, way: str) -> None:
        # Answered by MealServed or MealDenied, which the diner is shown: nothing here waits for it.
        self.push(
            Confirming(
                "Is it this person?",
                ((f"data:{person.masked_name}", person.short_number),),
                "Serve a meal",
                lambda: self._ask(commands.ServePerson(person.person_id, way, self._own_id())),
            )
        )

    def _confirm_block(self, person: views.PersonFound, _way: str) -> None:
        self.push(
            Confirming(
                "Block this person's card?",
                ((f"data:{person.masked_name}", person.short_number),),
                "Block the card",
                lambda: self._ask(commands.BlockCard(person.person_id, self._own_id())),
                "Here at once, everywhere when the network is there",
            )
        )

    def _own_id(self) -> str:
        return self._staff.staff_id if self._staff else ""


def done_page(event: events.StaffActDone) -> views.StaffDone:
    return views.StaffDone(words.DONE_TITLES[event.act], event.numbers)


def refused_page(event: events.StaffActRefused) -> views.StaffDone:
    return views.StaffDone(words.NOT_DONE, error=event.code)
