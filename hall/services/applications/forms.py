"""Holding what was filled in against the form as it was published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from offline_cache.wire_residents import FormField

LONGEST_NUMBER = 20
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,19}")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class FormCheck:
    """`missing` are required fields without an answer. `flags` are "unknown:field" and "malformed:field": kept as they
    were entered, for an officer to look at, since the person has gone home."""

    missing: list[str]
    flags: list[str]


def check_form(fields: Sequence[FormField], answers: Mapping[str, str]) -> FormCheck:
    """Look at every field of the form and at every answer."""
    known = {field.field: field for field in fields}
    missing = [name for name, field in known.items() if field.required and not answers.get(name, "").strip()]
    unknown = [f"unknown:{name}" for name in answers if name not in known]
    malformed = [
        f"malformed:{name}"
        for name, field in known.items()
        if answers.get(name, "").strip() and not _fits(field, answers[name].strip())
    ]
    return FormCheck(missing, sorted(unknown + malformed))


def _fits(field: FormField, answer: str) -> bool:
    if field.sort == "choice":
        return answer in {code for code, _, _ in field.choices}
    if field.sort == "yes_no":
        return answer in ("yes", "no")
    if field.sort == "date":
        return _is_date(answer)
    if field.sort == "number":
        return len(answer) <= LONGEST_NUMBER and _NUMBER.fullmatch(answer) is not None
    if field.sort == "phone":
        return _PHONE.fullmatch(answer) is not None
    if field.sort == "id_number":
        return _ID_NUMBER.fullmatch(answer) is not None
    return len(answer) <= field.most


def _is_date(answer: str) -> bool:
    try:
        return date.fromisoformat(answer).isoformat() == answer
    except ValueError:
        return False
