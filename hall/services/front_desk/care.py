"""The care list: people of whom nobody has seen a sign for days. Reminded, rung up, visited, until there is a sign.

What is due follows from how the case began and what was done since, in the order in which it happened. A sign of life after
the last known one ends it, from wherever it comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import uuid_utils
from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.clock import local_date
from hall.errors import HallProblem
from hall.models_front_desk import CareEntry, CareStep, DeskFile
from hall.services import feed
from hall.services.bodies import body_of
from hall.services.feed import Record
from hall.services.front_desk import alarms
from hall.services.refusals import RowRefused
from hall.shapes_front_desk import CareOpened, CareStepView, CareView
from offline_cache.wire import LogRow, ReferenceKind
from offline_cache.wire_front_desk import CareCase, CareDoneBody

LADDER = ("remind", "call", "visit")
AWAY_DAYS = 7
"""How long somebody who is known to be away is left alone."""


def done(session: Session, row: LogRow, now_ms: int) -> None:
    """A step may arrive before its case, and waits for it. Raises RowRefused: care_done.repeated."""
    body = body_of(CareDoneBody, row)
    if session.get(CareStep, row.txn_id) is not None:
        raise RowRefused("care_done.repeated")
    step = CareStep(
        **body.model_dump(), step_id=row.txn_id, terminal_id=row.terminal_id, at_ms=row.occurred_at_ms
    )
    session.add(step)
    session.flush()
    entry = session.get(CareEntry, body.case_id)
    if entry is not None:
        settle(session, entry, now_ms)


def open_case(session: Session, opened: CareOpened, officer: str, now_ms: int) -> CareView:
    """One open case a person. Raises HallProblem: person.unknown (404), care.since_wrong (422)."""
    if not feed.find(session, ReferenceKind.RESIDENT, [opened.person_id]):
        raise HallProblem(404, "person.unknown", "The hall knows no such person.")
    today = local_date(now_ms)
    if opened.since >= today.isoformat():
        raise HallProblem(422, "care.since_wrong", "The last sign of life is of an earlier day.")
    for entry in _open_of(session, opened.person_id):
        return view(session, entry, now_ms)
    days = (today - date.fromisoformat(opened.since)).days
    first = LADDER[min(days, len(LADDER)) - 1]
    entry = CareEntry(
        case_id=str(uuid_utils.uuid7()),
        person_id=opened.person_id,
        since=opened.since,
        opened=today.isoformat(),
        opened_by=officer,
        first=first,
        next=first,
        due=today.isoformat(),
    )
    session.add(entry)
    session.flush()
    settle(session, entry, now_ms)
    return view(session, entry, now_ms)


def note_sign(
    session: Session, person_id: str, sign_id: str, sort: str, at_ms: int, now_ms: int
) -> list[CareEntry]:
    """A sign of life of the person; `sort` says which. Ends her cases where it is newer than the last one known."""
    ended = []
    for entry in _open_of(session, person_id):
        if local_date(at_ms).isoformat() > entry.since:
            step = CareStep(
                step_id=f"{entry.case_id}/{sign_id}",
                case_id=entry.case_id,
                sort="sign",
                outcome=sort,
                staff_id="",
                terminal_id="",
                at_ms=at_ms,
            )
            session.merge(step)
            session.flush()
            settle(session, entry, now_ms)
            ended.append(entry)
    return ended


def note_meals(session: Session, meals: Sequence[Mapping[str, Any]], now_ms: int) -> None:
    """Who has eaten is well. `meals` are the columns of `Meal`."""
    people = {meal["person_id"] for meal in meals} - {None}
    if not people:
        return
    query = select(CareEntry.person_id).where(CareEntry.person_id.in_(people), CareEntry.state == "open")
    watched = set(session.scalars(query))
    for meal in meals:
        if meal["person_id"] in watched:
            note_sign(session, meal["person_id"], meal["txn_id"], "meal", meal["occurred_at_ms"], now_ms)


def _open_of(session: Session, person_id: str) -> list[CareEntry]:
    query = select(CareEntry).where(CareEntry.person_id == person_id, CareEntry.state == "open")
    return list(session.scalars(query.order_by(CareEntry.case_id)))


# --- what follows -------------------------------------------------------------------------------------------------


def settle(session: Session, entry: CareEntry, now_ms: int) -> None:
    """Work out what is due, and tell the desks."""
    entry.state, entry.closed_for, entry.next, entry.due = "open", "", entry.first, entry.opened
    for step in _steps(session, entry.case_id):
        _take(session, entry, step, now_ms)
    session.flush()
    tell(session, entry, now_ms)


def _take(session: Session, entry: CareEntry, step: CareStep, now_ms: int) -> None:
    day = local_date(step.at_ms)
    if step.sort == "sign" or step.outcome == "well":
        entry.state, entry.closed_for = "closed", entry.closed_for or step.outcome
    elif step.outcome == "away":
        entry.next, entry.due = LADDER[0], (day + timedelta(days=AWAY_DAYS)).isoformat()
    elif step.outcome == "no_answer":
        entry.next, entry.due = _after(step.sort), day.isoformat()
        if step.sort == LADDER[-1]:
            entry.due = (day + timedelta(days=1)).isoformat()
    else:
        entry.next, entry.due = LADDER[-1], day.isoformat()
        alarms.raise_for_care(session, entry.case_id, entry.person_id, step.at_ms, now_ms)


def _after(sort: str) -> str:
    return LADDER[min(LADDER.index(sort) + 1, len(LADDER) - 1)]


def _steps(session: Session, case_id: str) -> list[CareStep]:
    query = select(CareStep).where(CareStep.case_id == case_id)
    return list(session.scalars(query.order_by(CareStep.at_ms, CareStep.step_id)))


def tell(session: Session, entry: CareEntry, now_ms: int) -> None:
    """A closed case is told as closed, so that a desk takes it off its list, and no more after its day."""
    feed.publish_changed(
        session, [Record(ReferenceKind.CARE_CASE, entry.case_id, _shown(session, entry, now_ms))]
    )


def end_day(session: Session, now_ms: int) -> None:
    """A day more without a sign of those who are open; those who were closed are taken out of the feed."""
    for case_id in feed.all_of(session, ReferenceKind.CARE_CASE):
        entry = session.get_one(CareEntry, case_id)
        if entry.state == "open":
            tell(session, entry, now_ms)
        else:
            feed.publish(session, [Record(ReferenceKind.CARE_CASE, case_id, None)])


def _days(entry: CareEntry, now_ms: int) -> int:
    return (local_date(now_ms) - date.fromisoformat(entry.since)).days


def _shown(session: Session, entry: CareEntry, now_ms: int) -> CareCase:
    known = session.get(DeskFile, entry.person_id)
    return CareCase.model_validate(
        {
            "case_id": entry.case_id,
            "person_id": entry.person_id,
            "place_zh": known.place_zh if known else "",
            "place_en": known.place_en if known else "",
            "phone": known.phone if known else "",
            "days": _days(entry, now_ms),
            "next": entry.next,
            "due": entry.due,
            "state": entry.state,
        }
    )


def view(session: Session, entry: CareEntry, now_ms: int) -> CareView:
    """For officers: with every step, and without place and phone."""
    steps = [
        CareStepView.model_validate({name: getattr(each, name) for name in CareStepView.model_fields})
        for each in _steps(session, entry.case_id)
    ]
    names = ("case_id", "person_id", "since", "next", "due", "state", "closed_for", "opened_by")
    facts = {name: getattr(entry, name) for name in names}
    return CareView.model_validate({**facts, "days": _days(entry, now_ms), "steps": steps})


def views(session: Session, state: str | None, limit: int, now_ms: int) -> list[CareView]:
    """The most urgent first."""
    query = select(CareEntry).order_by(CareEntry.due, CareEntry.since, CareEntry.case_id).limit(limit)
    if state is not None:
        query = query.where(CareEntry.state == state)
    return [view(session, entry, now_ms) for entry in session.scalars(query)]


def known_case(session: Session, case_id: str) -> CareEntry:
    """Raises HallProblem(404, care.unknown)."""
    entry = session.get(CareEntry, case_id)
    if entry is None:
        raise HallProblem(404, "care.unknown", "There is no such case.")
    return entry
