"""The steps that staff pages are made of, and how each is shown. Frozen: a step that changes is replaced."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from kiosk import views
from kiosk.roles import canteen_words as words

ROWS_A_PAGE = 5
RECENT_MEALS = 3
PIN_LOCKED = "staff.pin_locked"


@dataclass(frozen=True, slots=True)
class Known:
    """What the flow knows and a staff page shows. `list_price` in fen."""

    counts: views.Counts
    list_price: int
    report_by: str


@dataclass(frozen=True, slots=True)
class Board:
    """What the card alone opens; after the PIN, all of it."""

    def view(
        self,
        staff: views.StaffRecord,
        unlocked: bool,
        meals: tuple[views.MealSummary, ...],
        known: Known,
    ) -> views.StaffBoard:
        choices = words.board_choices(unlocked)
        return views.StaffBoard(staff, known.counts, meals[:RECENT_MEALS], choices, unlocked, known.report_by)


@dataclass(frozen=True, slots=True)
class Keypad:
    """`digits` is (fewest, most); `submit` takes what was entered. A locked keypad takes nothing."""

    title: str
    prompt: str
    digits: tuple[int, int]
    submit: Callable[[str], None]
    secret: bool = False
    entered: str = ""
    error: str = ""
    locked_until_s: float = 0.0

    def view(self, now_s: float) -> views.StaffKeypad:
        locked_s = max(0, math.ceil(self.locked_until_s - now_s))
        unlocked_again = self.error == PIN_LOCKED and not locked_s
        return views.StaffKeypad(
            title=self.title,
            prompt=self.prompt,
            # A view may be logged or drawn by anyone: a PIN never gets into one.
            entered="•" * len(self.entered) if self.secret else self.entered,
            length=self.digits[1],
            secret=self.secret,
            error="" if unlocked_again else self.error,
            locked_s=locked_s,
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """Choose one of `rows`; `chosen` takes its value."""

    title: str
    rows: tuple[views.Choice, ...]
    chosen: Callable[[str], None]
    empty: str = ""
    page: int = 0

    @property
    def pages(self) -> int:
        return max(1, math.ceil(len(self.rows) / ROWS_A_PAGE))

    def view(self) -> views.StaffList:
        first = self.page * ROWS_A_PAGE
        rows = self.rows[first : first + ROWS_A_PAGE]
        return views.StaffList(self.title, rows, self.empty, self.page, self.pages)


@dataclass(frozen=True, slots=True)
class Confirming:
    """Look once more; `do` does it. `amount` fen is drawn in the button."""

    title: str
    lines: tuple[tuple[str, str], ...]
    confirm: str
    do: Callable[[], None]
    note: str = ""
    amount: int | None = None

    def view(self) -> views.StaffConfirm:
        confirm = views.Choice(words.CONFIRM, self.confirm, icon="check-bold", amount=self.amount)
        return views.StaffConfirm(self.title, self.lines, confirm, self.note)


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of an act."""

    view: views.StaffDone


Step = Board | Keypad | Listing | Confirming | Finished
