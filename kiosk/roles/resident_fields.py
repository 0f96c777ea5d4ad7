"""Questions of a form, each by itself: which keyboard it wants, whether an answer can be taken, how one is shown (pure)."""

from __future__ import annotations

from datetime import date

from kiosk.roles.resident_errand import Desk
from kiosk.roles.resident_keyboard import DIGITS, ID_NUMBER, LETTERS, PINYIN
from offline_cache.wire_residents import FormField

REQUIRED, TOO_LONG = "field.required", "field.too_long"
YES_NO = (("yes", "Yes"), ("no", "No"))
CHOSEN_SORTS = ("choice", "yes_no")

_LONGEST = {"date": 8, "phone": 12, "id_number": 18, "number": 20}
_SHORTEST_PHONE = 7
_OLDEST_YEAR, _LAST_YEAR = 1900, 2100
# ISO 7064 MOD 11-2 as GB 11643-1999 uses it for citizens' numbers.
_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_CHECKS = "10X98765432"


def keyboard_of(question: FormField, desk: Desk) -> str:
    """The sort of keyboard (see Keys), "" where one chooses."""
    if question.sort in CHOSEN_SORTS:
        return ""
    if question.sort == "text":
        return LETTERS if desk.locale == "en" else PINYIN
    return ID_NUMBER if question.sort == "id_number" else DIGITS


def longest(question: FormField) -> int:
    """How many characters its keyboard takes."""
    most = _LONGEST.get(question.sort, question.most)
    return min(most, question.most) if question.sort == "number" else most


def wrong_with(question: FormField, typed: str) -> str:
    """The code of what is wrong with an answer as it was typed, "" when it can be taken."""
    if not typed:
        return REQUIRED if question.required else ""
    match question.sort:
        case "text":
            return TOO_LONG if len(typed) > question.most else ""
        case "number":
            return "" if typed.isascii() and typed.isdigit() else "field.number"
        case "date":
            return "" if iso_date(typed) else "field.date"
        case "phone":
            return "" if _is_phone(typed) else "field.phone"
        case "id_number":
            return "" if _is_id_number(typed) else "field.id_number"
        case "yes_no":
            return "" if typed in ("yes", "no") else REQUIRED
        case _:
            return "" if typed in [code for code, _, _ in question.choices] else REQUIRED


def answer_of(question: FormField, typed: str) -> str:
    """What is kept of what was typed: a date as ISO, everything else as it is."""
    return iso_date(typed) if question.sort == "date" else typed


def typed_of(question: FormField, answer: str) -> str:
    """The other way round, to go on typing."""
    return answer.replace("-", "") if question.sort == "date" else answer


def iso_date(typed: str) -> str:
    """20261120 as 2026-11-20; "" when there is no such day."""
    if len(typed) != 8 or not typed.isdigit():
        return ""
    try:
        day = date(int(typed[:4]), int(typed[4:6]), int(typed[6:]))
    except ValueError:
        return ""
    return day.isoformat() if _OLDEST_YEAR <= day.year < _LAST_YEAR else ""


def while_typing(question: FormField, typed: str) -> str:
    """How an answer stands on its own page: others may look over a shoulder, so that an ID number is covered."""
    if question.sort == "date":
        return "-".join(part for part in (typed[:4], typed[4:6], typed[6:]) if part)
    if question.sort == "id_number":
        return masked_id(typed)
    return typed


def shown_answer(question: FormField, answer: str, desk: Desk) -> str:
    """How an answer stands in the review: words for codes, numbers masked."""
    if not answer:
        return "—"
    if question.sort == "id_number":
        return masked_id(answer)
    if question.sort == "phone":
        return masked_phone(answer)
    if question.sort == "yes_no":
        return desk.words().text(dict(YES_NO).get(answer, answer))
    return next((desk.of(zh, en) for code, zh, en in question.choices if code == answer), answer)


def masked_id(number: str) -> str:
    """The first six and the last four of a citizen's number."""
    return "".join("*" if 6 <= place < 14 else character for place, character in enumerate(number))


def masked_phone(number: str) -> str:
    """138****1234."""
    return (
        number[:3] + "*" * max(0, len(number) - 7) + number[-4:] if len(number) > 7 else "****" + number[-2:]
    )


def _is_phone(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) >= _SHORTEST_PHONE


def _is_id_number(typed: str) -> bool:
    if len(typed) != 18 or not (typed.isascii() and typed[:17].isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(typed[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == typed[17]
