"""`hall seed`, the front desk's part: what its staff know of the people of `sample_residents`, by the same fixed facts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from hall.clock import LOCAL_TIME
from hall.models_front_desk import (
    CareEntry,
    DeskAppointment,
    DeskFile,
    DeskMatter,
    FamilyContact,
    MatterWorker,
)
from hall.sample_front_desk import (
    APPOINTMENTS,
    CARE,
    FILES,
    GRID_WORKERS,
    MATTERS,
    SENDERS,
    SampleFile,
)
from hall.sample_residents import RESIDENTS
from hall.sample_town import SERVICE_HALL, StaffPlan
from hall.services import feed
from hall.services.feed import Record
from hall.services.front_desk import care, people
from offline_cache.wire import ReferenceKind
from offline_cache.wire_front_desk import AlarmSender

PEOPLE = {person.serial: person for person in RESIDENTS}
MADE_BY = "seed"


def staff_plans() -> list[StaffPlan]:
    """The grid workers: they come to the desk, and have needs in hand."""
    return [
        StaffPlan(
            staff_id, (SERVICE_HALL,), ("desk", "grid"), f"网格员 {name[0]}＊", f"grid worker {staff_id[-1]}"
        )
        for staff_id, name in GRID_WORKERS.items()
    ]


def sow(session: Session, day: date) -> None:
    """What the desk knows on the morning of `day`. After the people and the catalogue."""
    morning_ms = _at(day, time(7))
    session.add_all(_file(each, day) for each in FILES)
    session.add_all(_family(each) for each in FILES if each.family)
    for matter in MATTERS:
        facts = {name: value for name, value in vars(matter).items() if name not in ("serial", "worker")}
        session.add(DeskMatter(person_id=PEOPLE[matter.serial].person_id, **facts))
        worker = MatterWorker(
            number=matter.number, staff_id=matter.worker, assigned_by=MADE_BY, assigned_ms=morning_ms
        )
        session.add(worker)
    for count, appointment in enumerate(APPOINTMENTS, start=1):
        made = DeskAppointment(
            appointment_id=f"seed-{count}",
            person_id=PEOPLE[appointment.serial].person_id,
            date=day.isoformat(),
            at=appointment.at,
            title_zh=appointment.title_zh,
            title_en=appointment.title_en,
            window=appointment.window,
        )
        session.add(made)
    session.flush()
    people.tell(session, [person.person_id for person in RESIDENTS if person.known], morning_ms)
    _sow_senders(session)
    _sow_care(session, day, morning_ms)


def _at(day: date, hour: time) -> int:
    return int(datetime.combine(day, hour, LOCAL_TIME).timestamp() * 1000)


def _file(known: SampleFile, day: date) -> DeskFile:
    person = PEOPLE[known.serial]
    return DeskFile(
        person_id=person.person_id,
        grid_worker=GRID_WORKERS[known.grid_worker],
        place_zh=known.place_zh,
        place_en=known.place_en,
        phone=person.phone,
        last_visit_ms=_at(day - timedelta(days=known.days), time(10, 2)) if known.days else 0,
    )


def _family(known: SampleFile) -> FamilyContact:
    return FamilyContact(person_id=PEOPLE[known.serial].person_id, phone=f"0009{known.serial:07d}")


def _sow_senders(session: Session) -> None:
    files = {known.serial: known for known in FILES}
    for sender in SENDERS:
        wearer, home = PEOPLE.get(sender.serial), files.get(sender.serial)
        shown = AlarmSender.model_validate(
            {
                "sender": sender.sender,
                "sort": sender.sort,
                "person_id": wearer.person_id if wearer else "",
                "place_zh": home.place_zh if home else sender.place_zh,
                "place_en": home.place_en if home else sender.place_en,
                "phone": wearer.phone if wearer else "",
            }
        )
        feed.publish(session, [Record(ReferenceKind.ALARM_SENDER, sender.sender, shown)])


def _sow_care(session: Session, day: date, morning_ms: int) -> None:
    for serial, days in CARE.items():
        first = care.LADDER[days - 1]
        entry = CareEntry(
            case_id=f"care-{serial}",
            person_id=PEOPLE[serial].person_id,
            since=(day - timedelta(days=days)).isoformat(),
            opened=day.isoformat(),
            opened_by=MADE_BY,
            first=first,
            next=first,
            due=day.isoformat(),
        )
        session.add(entry)
        session.flush()
        care.settle(session, entry, morning_ms)
