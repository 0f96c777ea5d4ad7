"""What the canteen's buttons say and do: every action name, every choice, every phrase to be spoken.

Labels are catalogue msgids: plain English sentences, translated by the face.
"""

from __future__ import annotations

from kiosk.events import MealDenied
from kiosk.views import CANCEL, Choice, Counts, MealSummary, PersonFound

# Actions of the diner's pages.
BUY_PLATE = "buy_plate"
PLATE_FOR_CASH = "plate_for_cash"
PAY_CASH = "pay_cash"
OWE = "owe"
# Actions of the page after a power cut.
PRINT_AGAIN = "print_again"
TAKE_BACK = "take_back"
NO_SLIP = "no_slip"
# Actions of the staff board.
REPRINT = "reprint"
REPORT = "report"
KEEP_SAMPLE = "keep_sample"
UNLOCK = "unlock"
VOID = "void"
NO_CARD = "no_card"
SELL_PLATE = "sell_plate"
BLOCK_CARD = "block_card"
CLOSE_PERIOD = "close_period"
LEAVE = "leave"
CONFIRM = "confirm"
SELECT = "select"

_SPOKEN = {"already_eaten": "already_used"} | dict.fromkeys(
    ("card.bank", "card.needs_psam", "card.unsupported", "card.denied"), "wrong_card"
)
_SPOKEN_AS_NAMED = {
    "low_balance",
    "lapsed",
    "card_lost",
    "card_unknown",
    "sold_out",
    "outside_hours",
    "closed",
}


def spoken(reason: str) -> str:
    """The phrase for a refusal; what could not be read is asked for again."""
    return reason if reason in _SPOKEN_AS_NAMED else _SPOKEN.get(reason, "tap_again")


def no_plate() -> Choice:
    return Choice(CANCEL, "No, thank you", "Nothing is charged. Please keep your card.", "x-bold")


def close() -> Choice:
    return Choice(CANCEL, "Close", "Nothing is charged.", "x-bold")


def refusal_choices(denied: MealDenied) -> tuple[Choice, ...]:
    """What a refused diner can do. Only the purse at the hall can pay a plate at list price by a tap, so without the
    network, or without a card, staff take cash."""
    if denied.reason in ("already_eaten", "lapsed"):
        by_card = denied.online and denied.card_ref
        return (_plate_from_purse(denied.amount) if by_card else _plate_for_cash(denied.amount), no_plate())
    if denied.reason == "low_balance":
        cash = Choice(
            PAY_CASH, "Pay in cash", "Staff enter their PIN", "money-fill", denied.amount, staff=True
        )
        owe = Choice(OWE, "Pay next time", "Staff enter their PIN", "note-pencil-fill", staff=True)
        # What nobody is entitled to is not lent either.
        return (cash, no_plate()) if denied.second_plate else (cash, owe, no_plate())
    return (close(),)


def _plate_from_purse(amount: int) -> Choice:
    return Choice(BUY_PLATE, "Buy one at market price", "Paid from your card", "bowl", amount)


def _plate_for_cash(amount: int) -> Choice:
    return Choice(
        PLATE_FOR_CASH,
        "Buy one at market price",
        "In cash. Staff enter their PIN",
        "bowl",
        amount,
        staff=True,
    )


def power_cut_choices(txn_id: str) -> tuple[Choice, ...]:
    return (
        Choice(
            PRINT_AGAIN,
            "Print the slip again",
            "It will be marked as a reprint",
            "printer-fill",
            value=txn_id,
        ),
        Choice(
            TAKE_BACK,
            "Take this meal back",
            "Staff enter their PIN",
            "arrow-u-up-left-bold",
            value=txn_id,
            staff=True,
        ),
        Choice(NO_SLIP, "No slip needed", "The meal stays as it is", "x-bold", value=txn_id),
    )


def board_choices(unlocked: bool) -> tuple[Choice, ...]:
    """The staff board: what a card alone opens, and what the PIN adds."""
    leave = Choice(LEAVE, "Done", icon="check-bold")
    if not unlocked:
        return (
            Choice(REPRINT, "Reprint", icon="printer-fill"),
            Choice(REPORT, "Report count", icon="clipboard-text-fill"),
            Choice(KEEP_SAMPLE, "Food sample", icon="test-tube-fill"),
            Choice(UNLOCK, "More", icon="lock-key-fill", staff=True),
            leave,
        )
    return (
        Choice(VOID, "Take back", icon="arrow-u-up-left-bold"),
        Choice(NO_CARD, "Card forgotten", icon="user-fill"),
        Choice(SELL_PLATE, "Guest plate", icon="bowl"),
        Choice(BLOCK_CARD, "Card lost", icon="prohibit-fill"),
        Choice(CLOSE_PERIOD, "Close this meal", icon="calendar-check-fill"),
        leave,
    )


VOID_REASONS = (
    Choice(SELECT, "Card tapped by mistake", value="mistake"),
    Choice(SELECT, "Meal not taken", value="not_taken"),
    Choice(SELECT, "Wrong price", value="wrong_price"),
    Choice(SELECT, "Another reason", value="other"),
)
WAYS_TO_FIND = (
    Choice(SELECT, "By short number", icon="hash-bold", value="short_number"),
    Choice(SELECT, "By birthday and surname", icon="cake-fill", value="name_and_birthday"),
)

DONE_TITLES = {
    "voided": "The meal was taken back",
    "reprinted": "The slip is being printed again",
    "reported": "The count was reported",
    "sampled": "The food sample was recorded",
    "blocked": "The card is blocked here from now on",
    "closed": "This meal is closed",
    "declared": "Serving has begun",
}
NOT_DONE = "This was not done"


def meal_row(meal: MealSummary) -> Choice:
    label = f"data:{meal.at}  {meal.masked_name}".rstrip()
    return Choice(SELECT, label, f"data:{meal.card_tail}", amount=meal.own_part, value=meal.txn_id)


def person_row(person: PersonFound) -> Choice:
    return Choice(SELECT, f"data:{person.masked_name}", f"data:{person.short_number}", value=person.person_id)


def surname_row(surname: str) -> Choice:
    return Choice(SELECT, f"data:{surname}", value=surname)


def closing_lines(counts: Counts) -> tuple[tuple[str, str], ...]:
    return (("Served", str(counts.served)), ("Ordered", str(counts.ordered)))
