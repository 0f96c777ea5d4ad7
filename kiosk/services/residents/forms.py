"""Holding what was entered against the questions of a form (pure). The hall looks again when it takes the row in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from offline_cache.wire_residents import FormField

LONGEST_NUMBER = 20

_PHONE = re.compile(r"\+?\d[\d -]{4,19}", re.ASCII)
_ID_NUMBER = re.compile(r"\d{17}[\dX]", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# ISO 7064 MOD 11-2 as GB 11643 uses it: the weight of each digit, and the check character by remainder.
_WEIGHTS = tuple(pow(2, 17 - at, 11) for at in range(17))
_CHECKS = "10X98765432"


def first_wrong(questions: Sequence[FormField], entered: Mapping[str, str]) -> str:
    """The name of the first question whose answer cannot be taken, or of an answer that nobody asked for; "" for none."""
    for question in questions:
        answer = entered.get(question.field, "").strip()
        if not (fits(question, answer) if answer else not question.required):
            return question.field
    asked = {question.field for question in questions}
    return next((name for name in entered if name not in asked), "")


def fits(question: FormField, answer: str) -> bool:
    """Whether a text can be the answer to a question."""
    match question.sort:
        case "choice":
            return answer in {code for code, _, _ in question.choices}
        case "yes_no":
            return answer in ("yes", "no")
        case "date":
            return _is_date(answer)
        case "number":
            return len(answer) <= LONGEST_NUMBER and _NUMBER.fullmatch(answer) is not None
        case "phone":
            return _PHONE.fullmatch(answer) is not None
        case "id_number":
            return _is_id_number(answer)
        case _:
            return len(answer) <= question.most


def _is_date(answer: str) -> bool:
    try:
        return date.fromisoformat(answer).isoformat() == answer
    except ValueError:
        return False


def _is_id_number(answer: str) -> bool:
    if _ID_NUMBER.fullmatch(answer) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(answer, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == answer[17]
