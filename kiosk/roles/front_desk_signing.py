"""Who is at the desk: a staff card and its PIN, until she locks the screen, another takes over or nobody is there any more."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kiosk import views
from kiosk.commands import CheckPin
from kiosk.commands_front_desk import SignStaff
from kiosk.events import CardTaken, CardTapped, PinChecked
from kiosk.roles.front_desk_post import Post
from kiosk.views import StaffRecord
from kiosk.views_front_desk import DeskKeypad

KEYPAD_S = 30.0
FEWEST_DIGITS, MOST_DIGITS = 4, 6
WRONG, LOCKED = "staff.pin_wrong", "staff.pin_locked"


@dataclass
class _Entry:
    """A PIN as it is entered."""

    staff: StaffRecord
    card_ref: str
    entered: str = ""
    trouble: str = ""
    left: int = -1
    locked_s: float = 0.0
    idle_s: float = 0.0


class Signing:
    """See the module. A card that lies on a reader which tells when it is taken counts as its owner being there."""

    def __init__(self, post: Post, cover_after_s: float) -> None:
        self._post = post
        self._cover_after_s = cover_after_s
        self._idle_s = 0.0
        self._entry: _Entry | None = None
        self._lying: dict[str, str] = {}
        self._newest_card = ""
        self._own_card = ""

    @property
    def is_open(self) -> bool:
        """Whether a PIN is being asked for."""
        return self._entry is not None

    def view(self) -> DeskKeypad:
        entry = self._entry
        assert entry is not None
        locked_min = math.ceil(entry.locked_s / 60)
        trouble = "" if entry.trouble == LOCKED and not locked_min else entry.trouble
        return DeskKeypad(
            self._post.around(), entry.staff.masked_name, len(entry.entered), trouble, entry.left, locked_min
        )

    # --- cards ------------------------------------------------------------------------------------------------------

    def tapped(self, tap: CardTapped) -> None:
        self._newest_card = tap.card_ref
        if tap.holder.tracks_presence:
            self._lying[tap.holder.slot] = tap.card_ref

    def rests(self, card_ref: str, slot: str) -> None:
        self._lying[slot] = card_ref

    def taken(self, event: CardTaken) -> None:
        self._lying.pop(event.slot, None)

    def known(self, staff: StaffRecord) -> None:
        """The card that was laid down last is this member of staff's."""
        self._idle_s = 0.0
        if staff.staff_id == self._post.staff_id:
            self._own_card, self._entry = self._newest_card, None
        else:
            self._entry = _Entry(staff, self._newest_card)

    # --- the PIN ----------------------------------------------------------------------------------------------------

    def pressed(self, action: str, value: str) -> None:
        entry = self._entry
        assert entry is not None
        entry.idle_s = 0.0
        if action in (views.BACK, views.CANCEL):
            self._entry = None
        elif entry.locked_s:
            return
        elif action == views.DIGIT and len(value) == 1 and value.isascii() and value.isdigit():
            entry.entered, entry.trouble = (entry.entered + value)[:MOST_DIGITS], ""
        elif action == views.ERASE:
            entry.entered = entry.entered[:-1]
        elif action == views.NEXT and len(entry.entered) >= FEWEST_DIGITS:
            pin, entry.entered = entry.entered, ""
            self._post.ask(CheckPin(entry.staff.staff_id, pin))

    def checked(self, event: PinChecked) -> bool:
        """Whether somebody has just signed in."""
        entry = self._entry
        if entry is None:
            return False
        if event.accepted and event.staff is not None and event.staff.staff_id == entry.staff.staff_id:
            self._entry, self._own_card, self._idle_s = None, entry.card_ref, 0.0
            self._post.staff = entry.staff
            self._post.ask(SignStaff(entry.staff.staff_id, "in"))
            return True
        entry.entered, entry.left, entry.locked_s = "", event.left, float(event.locked_s)
        entry.trouble = LOCKED if event.locked_s else WRONG
        return False

    # --- until when ---------------------------------------------------------------------------------------------------

    def touched(self) -> None:
        self._idle_s = 0.0

    def pass_time(self, seconds: float) -> None:
        entry = self._entry
        if entry is not None:
            entry.locked_s = max(0.0, entry.locked_s - seconds)
            entry.idle_s += seconds
            if entry.idle_s >= KEYPAD_S:
                self._entry = None
        if self._post.staff is None or self._own_card in self._lying.values():
            self._idle_s = 0.0
            return
        self._idle_s += seconds
        if self._idle_s >= self._cover_after_s:
            self.sign_out("idle")

    def say_again(self) -> None:
        """That she is signed in, which is one row however often it is said."""
        if self._post.staff is not None:
            self._post.ask(SignStaff(self._post.staff_id, "in"))

    def sign_out(self, why: str) -> None:
        """She has gone; whatever a PIN was begun for is given up too."""
        self._entry = None
        if self._post.staff is not None:
            self._post.ask(SignStaff(self._post.staff_id, "out", why))
            self._post.staff, self._own_card = None, ""
