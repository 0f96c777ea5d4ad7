"""Calls for help: heard by a terminal's receiver or reported by a bracelet's platform, and what was done about each.

Steps arrive in any order, from terminals that may not know of each other, so the state is the furthest that any of them
says: raised, escalated, acknowledged, closed. Only timers escalate, and only what nobody has taken on; an acknowledgement
anywhere therefore counts for more than an escalation, whenever it comes. What no terminal takes on, the hall passes to the
next one, and at the end to the bell.
"""

from __future__ import annotations

import uuid_utils
from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.clock import local_date
from hall.errors import HallProblem
from hall.models import Terminal
from hall.models_front_desk import AlarmStep, DeskAlarm, DeskFile, FamilyMessage
from hall.services import feed
from hall.services.bodies import body_of
from hall.services.feed import Record
from hall.services.front_desk import family
from hall.services.refusals import RowRefused
from hall.shapes_front_desk import AlarmIntake, AlarmStepView, AlarmTaken, AlarmView, OfficerStep
from offline_cache.wire import LogRow, ReferenceKind
from offline_cache.wire_front_desk import Alarm, AlarmRaisedBody, AlarmStepBody

ESCALATE_MS = 120_000
BELL = "bell"
CARE = "care"
RANKS = ("raised", "escalated", "acknowledged", "closed")


# --- how they come in -------------------------------------------------------------------------------------------


def raise_by_row(session: Session, row: LogRow, now_ms: int) -> None:
    """Raises RowRefused: alarm_raised.repeated."""
    body = body_of(AlarmRaisedBody, row)
    if session.get(DeskAlarm, body.alarm_id) is not None:
        raise RowRefused("alarm_raised.repeated")
    person_id = _sender(session, body.sender).get("person_id", "")
    alarm = _alarm(body.alarm_id, body.sort, body.sender, body.alarm_id, person_id, row.occurred_at_ms)
    alarm.first_turn = row.terminal_id
    _begin(session, alarm, now_ms)


def take_in(session: Session, told: AlarmIntake, now_ms: int) -> AlarmTaken:
    """What a platform reports of a bracelet. One event makes one alarm, however often it is reported; a bracelet that nobody
    knows makes one as well: somebody pressed it."""
    query = select(DeskAlarm).where(DeskAlarm.sender == told.sender, DeskAlarm.event_id == told.event_id)
    known = session.scalar(query)
    if known is not None:
        return AlarmTaken(alarm_id=known.alarm_id, new=False)
    sender = _sender(session, told.sender)
    # A vendor's clock may run ahead; an alarm of the future would be passed on too late.
    raised_ms = min(told.pressed_ms, now_ms)
    id, person_id = str(uuid_utils.uuid7()), sender.get("person_id", "")
    alarm = _alarm(id, "bracelet", told.sender, told.event_id, person_id, raised_ms)
    asked = desks(session, person_id)
    alarm.first_turn = asked[0] if asked else BELL
    _begin(session, alarm, now_ms)
    return AlarmTaken(alarm_id=alarm.alarm_id, new=True)


def raise_for_care(session: Session, case_id: str, person_id: str, at_ms: int, now_ms: int) -> None:
    """Staff found that somebody on the care list needs help: one alarm a case, for the officers."""
    if session.get(DeskAlarm, f"care-{case_id}") is None:
        _begin(session, _alarm(f"care-{case_id}", CARE, case_id, case_id, person_id, at_ms), now_ms)


def _alarm(id: str, sort: str, sender: str, event_id: str, person_id: str, raised_ms: int) -> DeskAlarm:
    return DeskAlarm(
        alarm_id=id,
        sort=sort,
        sender=sender,
        event_id=event_id,
        first_turn="",
        person_id=person_id,
        raised_ms=raised_ms,
        day=local_date(raised_ms).isoformat(),
    )


def _begin(session: Session, alarm: DeskAlarm, now_ms: int) -> None:
    session.add(alarm)
    session.flush()
    if alarm.sort != CARE:
        family.ask(session, alarm, now_ms)
    settle(session, alarm, now_ms)


def _sender(session: Session, sender: str) -> dict[str, str]:
    return feed.find(session, ReferenceKind.ALARM_SENDER, [sender]).get(sender, {})


# --- what is done about them ----------------------------------------------------------------------------------------


def step_by_row(session: Session, row: LogRow, now_ms: int) -> None:
    """A step may arrive before its alarm, and waits for it. Raises RowRefused: alarm_stepped.repeated, .no_outcome."""
    body = body_of(AlarmStepBody, row)
    if session.get(AlarmStep, row.txn_id) is not None:
        raise RowRefused("alarm_stepped.repeated")
    if body.step == "closed" and not body.outcome:
        raise RowRefused("alarm_stepped.no_outcome")
    step = AlarmStep(
        **body.model_dump(), step_id=row.txn_id, made_by=row.terminal_id, at_ms=row.occurred_at_ms
    )
    _add_step(session, step, now_ms)


def step_by_officer(
    session: Session, alarm_id: str, step: OfficerStep, officer: str, now_ms: int
) -> AlarmView:
    """The same officer's step sent again changes nothing. Raises HallProblem: alarm.unknown (404), alarm.closed (409),
    alarm.no_outcome (422)."""
    alarm = session.get(DeskAlarm, alarm_id)
    if alarm is None:
        raise HallProblem(404, "alarm.unknown", "There is no such alarm.")
    made_before = [(each.step, each.outcome, each.made_by) for each in _steps(session, alarm_id)]
    if (step.step, step.outcome, officer) in made_before:
        return view(session, alarm)
    if alarm.state == "closed":
        raise HallProblem(409, "alarm.closed", "This alarm has been closed.")
    if step.step == "closed" and not step.outcome:
        raise HallProblem(422, "alarm.no_outcome", "Say what came of it.")
    made = AlarmStep(
        **step.model_dump(),
        step_id=str(uuid_utils.uuid7()),
        alarm_id=alarm_id,
        staff_id="",
        at="office",
        made_by=officer,
        at_ms=now_ms,
    )
    _add_step(session, made, now_ms)
    return view(session, alarm)


def pass_on(session: Session, now_ms: int) -> int:
    """Give what nobody took on to the next terminal. Returns how many were passed on."""
    due = session.scalars(
        select(DeskAlarm).where(DeskAlarm.due_ms <= now_ms).order_by(DeskAlarm.alarm_id)
    ).all()
    for alarm in due:
        asked = {alarm.first_turn, *(each.at for each in _steps(session, alarm.alarm_id))}
        step = AlarmStep(
            step_id=str(uuid_utils.uuid7()),
            alarm_id=alarm.alarm_id,
            step="escalated",
            staff_id="",
            at=next((desk for desk in desks(session, alarm.person_id) if desk not in asked), BELL),
            outcome="",
            made_by="hall",
            at_ms=now_ms,
        )
        _add_step(session, step, now_ms)
    return len(due)


def is_due(session: Session, now_ms: int) -> bool:
    return session.scalar(select(DeskAlarm.alarm_id).where(DeskAlarm.due_ms <= now_ms).limit(1)) is not None


def _add_step(session: Session, step: AlarmStep, now_ms: int) -> None:
    session.add(step)
    session.flush()
    alarm = session.get(DeskAlarm, step.alarm_id)
    if alarm is not None:
        settle(session, alarm, now_ms)


def settle(session: Session, alarm: DeskAlarm, now_ms: int) -> None:
    """Work out how the alarm stands, and tell the desks."""
    steps = _steps(session, alarm.alarm_id)
    alarm.state = max([RANKS[0], *(each.step for each in steps)], key=RANKS.index)
    first = {each.step: each for each in reversed(steps)}
    escalated = [each for each in steps if each.step == "escalated"]
    alarm.turn = escalated[-1].at if escalated else alarm.first_turn
    if "acknowledged" in first:
        alarm.turn = first["acknowledged"].at or first["acknowledged"].made_by
    alarm.outcome = first["closed"].outcome if "closed" in first else ""
    open_ended = alarm.state in ("raised", "escalated") and alarm.turn != BELL and alarm.sort != CARE
    since_ms = escalated[-1].at_ms if escalated else alarm.raised_ms
    alarm.due_ms = since_ms + ESCALATE_MS if open_ended else None
    session.flush()
    tell(session, alarm, now_ms)


def tell(session: Session, alarm: DeskAlarm, now_ms: int) -> None:
    """A closed alarm of an earlier day is told no more, and one of a care case never was."""
    over = alarm.state == "closed" and alarm.day < local_date(now_ms).isoformat()
    if alarm.sort != CARE:
        shown = None if over else _shown(session, alarm)
        feed.publish_changed(session, [Record(ReferenceKind.ALARM, alarm.alarm_id, shown)])


def end_day(session: Session, now_ms: int) -> None:
    for alarm_id in feed.all_of(session, ReferenceKind.ALARM):
        tell(session, session.get_one(DeskAlarm, alarm_id), now_ms)


def _steps(session: Session, alarm_id: str) -> list[AlarmStep]:
    query = select(AlarmStep).where(AlarmStep.alarm_id == alarm_id)
    return list(session.scalars(query.order_by(AlarmStep.at_ms, AlarmStep.step_id)))


def desks(session: Session, person_id: str = "") -> list[str]:
    """The front desks that may answer, in the order in which they are asked: those of the person's own community first."""
    query = select(Terminal.terminal_id, Terminal.site_id).where(
        Terminal.role == "front_desk", Terminal.public_key.is_not(None), Terminal.revoked_at_ms.is_(None)
    )
    near = _sites_of(session, person_id)
    found = session.execute(query.order_by(Terminal.terminal_id)).all()
    return [terminal_id for terminal_id, site_id in sorted(found, key=lambda one: one.site_id not in near)]


def _sites_of(session: Session, person_id: str) -> set[str]:
    home = feed.find(session, ReferenceKind.RESIDENT, [person_id]).get(person_id, {}).get("home", [])
    sites = feed.all_of(session, ReferenceKind.SITE).values()
    return {site["site_id"] for site in sites if home and site["areas"][:1] == home[:1]}


# --- how they are shown -----------------------------------------------------------------------------------------------


def _shown(session: Session, alarm: DeskAlarm) -> Alarm:
    sender = _sender(session, alarm.sender)
    known = session.get(DeskFile, alarm.person_id) if alarm.person_id else None
    place = {
        name: sender.get(name) or (getattr(known, name) if known else "")
        for name in ("place_zh", "place_en", "phone")
    }
    message = session.get(FamilyMessage, alarm.alarm_id)
    facts = {name: getattr(alarm, name) for name in FACTS}
    return Alarm.model_validate({**facts, **place, "family": "" if message is None else message.state})


FACTS = ("alarm_id", "sort", "sender", "raised_ms", "person_id", "state", "turn", "outcome")


def view(session: Session, alarm: DeskAlarm) -> AlarmView:
    """For officers: with every step, and without place and phone."""
    message = session.get(FamilyMessage, alarm.alarm_id)
    steps = [
        AlarmStepView.model_validate({name: getattr(each, name) for name in AlarmStepView.model_fields})
        for each in _steps(session, alarm.alarm_id)
    ]
    facts = {name: getattr(alarm, name) for name in FACTS}
    family_state = "" if message is None else message.state
    return AlarmView.model_validate({**facts, "family": family_state, "steps": steps})


def views(session: Session, state: str | None, limit: int) -> list[AlarmView]:
    """The newest first."""
    query = select(DeskAlarm).order_by(DeskAlarm.raised_ms.desc(), DeskAlarm.alarm_id).limit(limit)
    if state is not None:
        query = query.where(DeskAlarm.state == state)
    return [view(session, alarm) for alarm in session.scalars(query)]
