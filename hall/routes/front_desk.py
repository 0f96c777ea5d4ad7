"""The front desk's routes: what a desk asks while staff look, what officers see and decide, and where platforms report.

None of them takes a face, a picture of one or a template.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from hall.auth import CallingOfficer, CallingPlatform, CallingTerminal
from hall.errors import HallProblem
from hall.models_front_desk import ConsentEntry
from hall.services import feed
from hall.services.front_desk import alarms, care, consent_counts, consents, events, people, planning
from hall.services.residents import access_log
from hall.shapes_front_desk import (
    AlarmIntake,
    AlarmTaken,
    AlarmView,
    AppointmentBody,
    AppointmentView,
    CareOpened,
    CareView,
    ConsentView,
    MatterBody,
    MatterView,
    MatterWorkerView,
    OfficerStep,
    RefusalCount,
    SignOfLife,
    WorkerAssigned,
)
from hall.state import Hall, HallDep
from offline_cache.wire_front_desk import DeskCard, DeskCardQuery, EnrolledCount

router = APIRouter(prefix="/v1", tags=["front desk"])
Limit = Annotated[int, Query(ge=1, le=1000)]
Name = Annotated[str, Query(max_length=64)]
Number = Annotated[str, Path(pattern="^[A-Z0-9][A-Z0-9-]{0,31}$")]


# --- desks --------------------------------------------------------------------------------------------------------


@router.post("/desk/cards")
def read_card(query: DeskCardQuery, caller: CallingTerminal, hall: HallDep) -> DeskCard:
    """What this member of staff may see of this person, field by field; every call is written to the access log."""
    now_ms = hall.now_ms()
    with hall.database.writing() as session:
        person = people.card(session, caller.role_name, caller.site_id, query, now_ms)
        shown, result = (0, "refused") if person is None else (len(person.matters), "ok")
        access_log.note_desk_answer(session, caller.terminal_id, query, shown, result, now_ms)
    if person is None:
        raise HallProblem(403, "desk.not_your_duty", "Cards are for the staff of the desk.")
    return DeskCard(person=person)


# --- platforms ----------------------------------------------------------------------------------------------------


@router.post("/alarms")
def report_alarm(told: AlarmIntake, platform: CallingPlatform, hall: HallDep) -> AlarmTaken:
    """Somebody pressed a bracelet. Reporting it again changes nothing."""
    with hall.database.writing() as session:
        taken = alarms.take_in(session, told, hall.now_ms())
    hall.wake.ring()
    return taken


# --- officers -----------------------------------------------------------------------------------------------------


@router.get("/desk/events", response_class=StreamingResponse)
async def listen(
    request: Request,
    officer: CallingOfficer,
    hall: HallDep,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**62)] = None,
) -> StreamingResponse:
    """Server-sent events of visits, tickets and alarms: `event` is the kind, `data` an id and a state. From now on, or after
    `Last-Event-ID`."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _events(request, hall, last_event_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _events(request: Request, hall: Hall, told: int | None) -> AsyncIterator[str]:
    """Ends with the listener and with the hall. Looks at every keep-alive as well: another process rings no bell here."""
    listener = hall.wake.listen()
    try:
        number = await run_in_threadpool(_newest, hall) if told is None else told
        yield ": listening\n\n"
        while not hall.wake.closed and not await request.is_disconnected():
            page = await run_in_threadpool(_after, hall, number)
            number = page.number
            for event in page.events:
                yield event.encoded()
            if not page.events:
                yield ": keep-alive\n\n"
                await listener.wait(hall.settings.keep_alive_s)
    finally:
        listener.close()


def _newest(hall: Hall) -> int:
    with hall.database.reading() as session:
        return feed.last_number(session)


def _after(hall: Hall, number: int) -> events.Page:
    with hall.database.reading() as session:
        return events.after(session, number)


@router.get("/consents/count")
def count_consents(officer: CallingOfficer, hall: HallDep) -> EnrolledCount:
    with hall.database.reading() as session:
        return consent_counts.count(session)


@router.get("/consents")
def list_consents(officer: CallingOfficer, hall: HallDep, person: Name) -> list[ConsentView]:
    """What a person agreed to, the newest first, for who asks about herself."""
    query = select(ConsentEntry).where(ConsentEntry.person_id == person)
    order = (ConsentEntry.given_ms.desc(), ConsentEntry.consent_id)
    with hall.database.reading() as session:
        return [_consent(entry) for entry in session.scalars(query.order_by(*order))]


def _consent(entry: ConsentEntry) -> ConsentView:
    facts = {name: getattr(entry, name) for name in ConsentView.model_fields}
    return ConsentView.model_validate(facts | {"until_ms": consents.until_ms(entry)})


@router.get("/consents/refusals")
def count_refusals(officer: CallingOfficer, hall: HallDep) -> list[RefusalCount]:
    with hall.database.reading() as session:
        return [
            RefusalCount(purpose=purpose, text_version=version, refused=refused)
            for purpose, version, refused in consent_counts.refusals(session)
        ]


@router.get("/alarms")
def list_alarms(
    officer: CallingOfficer,
    hall: HallDep,
    state: Literal["raised", "escalated", "acknowledged", "closed"] | None = None,
    limit: Limit = 200,
) -> list[AlarmView]:
    """The newest first, with every step."""
    with hall.database.reading() as session:
        return alarms.views(session, state, limit)


@router.post("/alarms/{alarm_id}/steps")
def step_alarm(alarm_id: str, step: OfficerStep, officer: CallingOfficer, hall: HallDep) -> AlarmView:
    """An officer takes an alarm on, or closes it with its outcome."""
    with hall.database.writing() as session:
        made = alarms.step_by_officer(session, alarm_id, step, officer.name, hall.now_ms())
    hall.wake.ring()
    return made


@router.get("/care-cases")
def list_care(
    officer: CallingOfficer, hall: HallDep, state: Literal["open", "closed"] | None = None, limit: Limit = 200
) -> list[CareView]:
    """The most urgent first, with every step."""
    with hall.database.reading() as session:
        return care.views(session, state, limit, hall.now_ms())


@router.post("/care-cases")
def open_care(opened: CareOpened, officer: CallingOfficer, hall: HallDep) -> CareView:
    """Put somebody on the care list, or get her open case."""
    with hall.database.writing() as session:
        case = care.open_case(session, opened, officer.name, hall.now_ms())
    hall.wake.ring()
    return case


@router.post("/care-cases/{case_id}/sign-of-life")
def see_sign(case_id: str, sign: SignOfLife, officer: CallingOfficer, hall: HallDep) -> CareView:
    """Somebody has seen the person: the case is over."""
    now_ms = hall.now_ms()
    with hall.database.writing() as session:
        entry = care.known_case(session, case_id)
        care.note_sign(session, entry.person_id, f"officer.{officer.name}", sign.seen, now_ms, now_ms)
        case = care.view(session, entry, now_ms)
    hall.wake.ring()
    return case


@router.put("/matters/{number}")
def put_matter(number: Number, body: MatterBody, officer: CallingOfficer, hall: HallDep) -> MatterView:
    """Enter something of a person that is under way, change it, or close it."""
    with hall.database.writing() as session:
        entered = planning.put_matter(session, number, body, officer.name, hall.now_ms())
    hall.wake.ring()
    return entered


@router.put("/appointments/{appointment_id}")
def put_appointment(
    appointment_id: Number, body: AppointmentBody, officer: CallingOfficer, hall: HallDep
) -> AppointmentView:
    """Enter an appointment, move it, or take it back."""
    with hall.database.writing() as session:
        entered = planning.put_appointment(session, appointment_id, body, officer.name, hall.now_ms())
    hall.wake.ring()
    return entered


@router.post("/matters/{number}/worker")
def assign_worker(
    number: str, assigned: WorkerAssigned, officer: CallingOfficer, hall: HallDep
) -> MatterWorkerView:
    """Say who has a matter, or an application, in hand: she alone reads the words of a sensitive one."""
    with hall.database.writing() as session:
        people.assign(session, number, assigned.staff_id, officer.name, hall.now_ms())
    return MatterWorkerView(number=number, staff_id=assigned.staff_id)
