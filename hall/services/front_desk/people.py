"""What the desk may know of somebody who comes: gathered from matters, applications, appointments, visits and consents, and
told to the desks whenever it changes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.catalogue.load_desk import plain_items
from hall.clock import local_date
from hall.errors import HallProblem
from hall.models_applications import Application
from hall.models_front_desk import ConsentEntry, DeskAppointment, DeskFile, DeskMatter, MatterWorker
from hall.services import catalogue, feed
from hall.services.feed import Record
from hall.services.front_desk import need_to_know
from hall.services.front_desk.need_to_know import PersonFile
from offline_cache.wire import ReferenceKind
from offline_cache.wire_front_desk import Appointment, DeskCardQuery, DeskPerson, Matter

OPEN_STATES = {"received": "open", "papers_awaited": "waiting", "assigned": "open", "done": "ready"}
"""Of an application, as the desk shows it. One that is answered or refused is over."""


def tell(session: Session, person_ids: Iterable[str], now_ms: int) -> None:
    """Tell the desks what changed of these people. Somebody of whom nothing is to be said is not told at all."""
    fields = need_to_know.sees("front_desk", need_to_know.FEED)
    records = []
    for person_id in sorted({each for each in person_ids if each}):
        shown = need_to_know.view(file_of(session, person_id, now_ms), fields)
        empty = shown == need_to_know.view(_nothing(person_id), fields)
        records.append(Record(ReferenceKind.DESK_PERSON, person_id, None if empty else shown))
    feed.publish_changed(session, records)


def end_day(session: Session, now_ms: int) -> None:
    """Appointments of earlier days leave the cards."""
    today = local_date(now_ms).isoformat()
    told = feed.all_of(session, ReferenceKind.DESK_PERSON)
    past = [id for id, each in told.items() if any(one["date"] < today for one in each["appointments"])]
    tell(session, past, now_ms)


def _nothing(person_id: str) -> PersonFile:
    return PersonFile(person_id, "", 0, (), {}, (), ())


def file_of(session: Session, person_id: str, now_ms: int) -> PersonFile:
    """Everything, before anybody's view of it."""
    known = session.get(DeskFile, person_id)
    matters = (*_matters(session, person_id), *_applications(session, person_id))
    numbers = [matter.number for matter in matters]
    workers = session.scalars(select(MatterWorker).where(MatterWorker.number.in_(numbers)))
    return PersonFile(
        person_id=person_id,
        grid_worker="" if known is None else known.grid_worker,
        last_visit_ms=0 if known is None else known.last_visit_ms,
        matters=matters,
        workers={each.number: each.staff_id for each in workers},
        appointments=_appointments(session, person_id, local_date(now_ms).isoformat()),
        help=_wished_help(session, person_id),
    )


def desk_file(session: Session, person_id: str) -> DeskFile:
    """The person's file, made at the first use."""
    known = session.get(DeskFile, person_id)
    if known is None:
        known = DeskFile(
            person_id=person_id, grid_worker="", place_zh="", place_en="", phone="", last_visit_ms=0
        )
        session.add(known)
        session.flush()
    return known


def card(session: Session, role: str, site_id: str, query: DeskCardQuery, now_ms: int) -> DeskPerson | None:
    """What this member of staff may see of this person now, at a desk of this site; None where she may not ask at all."""
    staff = feed.find(session, ReferenceKind.STAFF, [query.staff_id]).get(query.staff_id)
    fields = need_to_know.sees(role, need_to_know.CARD, query.purpose)
    if staff is None or not fields or site_id not in staff["site_ids"]:
        return None
    if not need_to_know.DESK_DUTIES & set(staff["duties"]):
        return None
    return need_to_know.view(file_of(session, query.person_id, now_ms), fields, query.staff_id)


def assign(session: Session, number: str, staff_id: str, officer: str, now_ms: int) -> None:
    """Put a matter or an application into somebody's hands. Raises HallProblem: matter.unknown, staff.unknown (404)."""
    matter = session.get(DeskMatter, number) or session.get(Application, number)
    if matter is None:
        raise HallProblem(404, "matter.unknown", "There is no such matter.")
    if not feed.find(session, ReferenceKind.STAFF, [staff_id]):
        raise HallProblem(404, "staff.unknown", "The hall knows no such member of staff.")
    session.merge(MatterWorker(number=number, staff_id=staff_id, assigned_by=officer, assigned_ms=now_ms))
    session.flush()


def _matters(session: Session, person_id: str) -> tuple[Matter, ...]:
    query = select(DeskMatter).where(DeskMatter.person_id == person_id, DeskMatter.closed.is_(False))
    return tuple(
        Matter.model_validate({name: getattr(each, name) for name in Matter.model_fields})
        for each in session.scalars(query.order_by(DeskMatter.number))
    )


def _applications(session: Session, person_id: str) -> tuple[Matter, ...]:
    query = select(Application).where(Application.person_id == person_id, Application.state.in_(OPEN_STATES))
    order = (Application.submitted_at_ms, Application.number)
    return tuple(_application(session, each) for each in session.scalars(query.order_by(*order)))


def _application(session: Session, application: Application) -> Matter:
    item = catalogue.item(session, application.item, application.item_version)
    return Matter.model_validate(
        {
            "number": application.number,
            "title_zh": application.item if item is None else item.title_zh,
            "title_en": application.item if item is None else item.title_en,
            "icon": "file-text-fill",
            "state": OPEN_STATES[application.state],
            "sensitive": application.item not in _plain_items(),
        }
    )


@cache
def _plain_items() -> frozenset[str]:
    return plain_items()


def _appointments(session: Session, person_id: str, today: str) -> tuple[Appointment, ...]:
    query = select(DeskAppointment).where(
        DeskAppointment.person_id == person_id, DeskAppointment.date >= today
    )
    order = (DeskAppointment.date, DeskAppointment.at, DeskAppointment.appointment_id)
    return tuple(
        Appointment.model_validate({name: getattr(each, name) for name in Appointment.model_fields})
        for each in session.scalars(query.order_by(*order))
    )


def _wished_help(session: Session, person_id: str) -> tuple[str, ...]:
    """The help that the person asked for, under the newest consent of its own that stands."""
    query = select(ConsentEntry).where(
        ConsentEntry.person_id == person_id,
        ConsentEntry.purpose == "preferred_help",
        ConsentEntry.state == "active",
    )
    newest = session.scalars(query.order_by(ConsentEntry.given_ms.desc(), ConsentEntry.consent_id)).first()
    return () if newest is None else tuple(newest.help)
