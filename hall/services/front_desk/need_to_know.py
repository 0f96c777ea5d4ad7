"""Who may see what of a person: one table, by role, route and field. What it does not name is not told.

The feed tells every desk the same, so nothing in it is meant for one member of staff. The words of a sensitive matter go to
its worker alone, when she asks. Health, low income, aid and correction have no field here, for anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from offline_cache.wire_front_desk import Appointment, DeskPerson, Matter

GRID_WORKER = "grid_worker"
LAST_VISIT = "last_visit_ms"
MATTERS = "matters"  # that there are some, and how they stand
WORDS = "matters.words"  # of those that are not sensitive
OWN_WORDS = "matters.words_for_worker"  # of the sensitive ones too, for who has them in hand
APPOINTMENTS = "appointments"
HELP = "help"
FIELDS = frozenset({GRID_WORKER, LAST_VISIT, MATTERS, WORDS, OWN_WORDS, APPOINTMENTS, HELP})

FEED = "GET /v1/changes"
CARD = "POST /v1/desk/cards"

SEES: Mapping[tuple[str, str], frozenset[str]] = {
    ("front_desk", FEED): FIELDS - {OWN_WORDS},
    ("front_desk", CARD): FIELDS,
}
"""By (role, route). A role that is not here is told nothing of a person; officers ask for what they need by other routes."""

FOR: Mapping[str, frozenset[str]] = {
    "visit": FIELDS,
    "care": frozenset({GRID_WORKER, LAST_VISIT, HELP}),
    "alarm": frozenset({GRID_WORKER, HELP}),
}
"""By what staff want it for: a card for a call back says nothing of what its person came for."""

DESK_DUTIES = frozenset({"desk", "grid"})
"""Of the staff who may ask for a card at all."""


@dataclass(frozen=True)
class PersonFile:
    """All that the hall could say of a person at a desk. `workers`: who has a matter in hand, by its number."""

    person_id: str
    grid_worker: str = field(repr=False)
    last_visit_ms: int
    matters: tuple[Matter, ...] = field(repr=False)
    workers: Mapping[str, str] = field(repr=False)
    appointments: tuple[Appointment, ...] = field(repr=False)
    help: tuple[str, ...] = field(repr=False)


def sees(role: str, route: str, purpose: str = "visit") -> frozenset[str]:
    """The fields that this role is told by this route."""
    return SEES.get((role, route), frozenset()) & FOR[purpose]


def view(file: PersonFile, fields: Collection[str], staff_id: str = "") -> DeskPerson:
    """What somebody is told who may see `fields`; `staff_id` is who asks, "" for everybody at once."""
    return DeskPerson(
        person_id=file.person_id,
        grid_worker=file.grid_worker if GRID_WORKER in fields else "",
        last_visit_ms=file.last_visit_ms if LAST_VISIT in fields else 0,
        matters=[_matter(file, each, fields, staff_id) for each in file.matters if MATTERS in fields],
        appointments=list(file.appointments) if APPOINTMENTS in fields else [],
        help=list(file.help) if HELP in fields else [],
    )


def _matter(file: PersonFile, matter: Matter, fields: Collection[str], staff_id: str) -> Matter:
    if not matter.sensitive:
        return matter if WORDS in fields else _without_words(matter)
    is_worker = staff_id != "" and file.workers.get(matter.number) == staff_id
    return matter if is_worker and OWN_WORDS in fields else _without_words(matter)


def _without_words(matter: Matter) -> Matter:
    """一件事在办: even its icon could say what about."""
    return Matter(number=matter.number, state=matter.state, sensitive=matter.sensitive, need=matter.need)
