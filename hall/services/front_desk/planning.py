"""Matters and appointments that officers enter. Entering the same again changes nothing; who entered what, and when, is kept in
the register of objects, without its words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hall.catalogue.load_desk import plain_items
from hall.errors import HallProblem
from hall.models_applications import Application
from hall.models_front_desk import DeskAppointment, DeskMatter
from hall.services import feed, objects
from hall.services.front_desk import people
from hall.shapes_front_desk import AppointmentBody, AppointmentView, MatterBody, MatterView
from offline_cache.wire import ReferenceKind

ICON = "file"
WITHOUT_WORDS = ("办事", "an appointment")


def put_matter(session: Session, number: str, body: MatterBody, officer: str, now_ms: int) -> MatterView:
    """Raises HallProblem: person.unknown (404), matter.is_application, matter.of_another (409)."""
    _check_person(session, body.person_id)
    if session.get(Application, number) is not None:
        raise HallProblem(409, "matter.is_application", "This number is an application's.")
    known = session.get(DeskMatter, number)
    if known is not None and known.person_id != body.person_id:
        raise HallProblem(409, "matter.of_another", "This number is another person's matter.")
    session.merge(DeskMatter(number=number, icon=ICON, **body.model_dump()))
    session.flush()
    view = MatterView.model_validate(
        {"number": number}
        | {name: getattr(body, name) for name in MatterView.model_fields if name != "number"}
    )
    _note(session, number, view.model_dump(), body.person_id, officer, now_ms)
    return view


def put_appointment(
    session: Session, appointment_id: str, body: AppointmentBody, officer: str, now_ms: int
) -> AppointmentView:
    """Every desk reads an appointment, so its words are those of the item, and only of one that says nothing of health or
    aid. Raises HallProblem: person.unknown, item.unknown (404), appointment.of_another (409)."""
    _check_person(session, body.person_id)
    known = session.get(DeskAppointment, appointment_id)
    if known is not None and known.person_id != body.person_id:
        raise HallProblem(409, "appointment.of_another", "This is another person's appointment.")
    title_zh, title_en = _title(session, body.item)
    if not body.cancelled:
        facts = body.model_dump(exclude={"item", "cancelled"})
        made = DeskAppointment(appointment_id=appointment_id, title_zh=title_zh, title_en=title_en, **facts)
        session.merge(made)
    elif known is not None:
        session.delete(known)
    session.flush()
    view = AppointmentView(appointment_id=appointment_id, **body.model_dump(exclude={"item"}))
    _note(session, f"appointment-{appointment_id}", view.model_dump(), body.person_id, officer, now_ms)
    return view


def _check_person(session: Session, person_id: str) -> None:
    if not feed.find(session, ReferenceKind.RESIDENT, [person_id]):
        raise HallProblem(404, "person.unknown", "The hall knows no such person.")


def _title(session: Session, code: str) -> tuple[str, str]:
    item = feed.find(session, ReferenceKind.SERVICE_ITEM, [code]).get(code)
    if item is None:
        raise HallProblem(404, "item.unknown", "There is no such item.")
    return (item["title_zh"], item["title_en"]) if code in plain_items() else WITHOUT_WORDS


def _note(
    session: Session, id: str, data: dict[str, object], person_id: str, officer: str, now_ms: int
) -> None:
    objects.record(session, "matter", id, data, officer, now_ms)
    people.tell(session, [person_id], now_ms)
