"""Who came, and what staff made of it. A visit of today is told to the desks of its hall; one of an earlier day is her last
visit. Visit and answer may come in any order."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.clock import local_date
from hall.models import Terminal
from hall.models_front_desk import DeskVisit, VisitAnswer
from hall.services import feed
from hall.services.bodies import body_of
from hall.services.feed import Record
from hall.services.front_desk import care, consents, people
from hall.services.refusals import RowRefused
from offline_cache.wire import LogRow, ReferenceKind
from offline_cache.wire_front_desk import Visit, VisitAnsweredBody, VisitBody

WRONG = "not_this_person"


def note(session: Session, row: LogRow, now_ms: int) -> None:
    """Raises RowRefused: visit_noted.repeated, .contradicts (two people it might have been, and one of them named)."""
    body = body_of(VisitBody, row)
    if session.get(DeskVisit, body.visit_id) is not None:
        raise RowRefused("visit_noted.repeated")
    if body.one_of > 1 and body.person_id:
        raise RowRefused("visit_noted.contradicts")
    visit = DeskVisit(
        **body.model_dump(),
        terminal_id=row.terminal_id,
        site_id=session.get_one(Terminal, row.terminal_id).site_id,
        at_ms=row.occurred_at_ms,
        day=local_date(row.occurred_at_ms).isoformat(),
    )
    session.add(visit)
    session.flush()
    if visit.how == "face" and visit.person_id:
        consents.note_use(session, row.terminal_id, visit.person_id, visit.at_ms, now_ms)
    _settle(session, visit, now_ms)


def answer(session: Session, row: LogRow, now_ms: int) -> None:
    """Raises RowRefused: visit_answered.repeated."""
    body = body_of(VisitAnsweredBody, row)
    if session.get(VisitAnswer, row.txn_id) is not None:
        raise RowRefused("visit_answered.repeated")
    session.add(VisitAnswer(**body.model_dump(), txn_id=row.txn_id, at_ms=row.occurred_at_ms))
    session.flush()
    visit = session.get(DeskVisit, body.visit_id)
    if visit is not None:
        _settle(session, visit, now_ms)


def _settle(session: Session, visit: DeskVisit, now_ms: int) -> None:
    of_visit = select(VisitAnswer).where(VisitAnswer.visit_id == visit.visit_id)
    order = (VisitAnswer.at_ms.desc(), VisitAnswer.txn_id.desc())
    newest = session.scalars(of_visit.order_by(*order)).first()
    if newest is not None:
        visit.state, visit.received_as = newest.outcome, newest.person_id
        visit.ticket = newest.ticket or visit.ticket
    session.flush()
    if visit.day >= local_date(now_ms).isoformat():
        feed.publish_changed(session, [_record(visit)])
    else:
        _make_last(session, visit, now_ms)
    if who := surely(visit):
        care.note_sign(session, who, visit.visit_id, f"visit.{visit.how}", visit.at_ms, now_ms)


def who_came(visit: DeskVisit) -> str:
    """The person, as far as anybody knows: whom staff named, else whom the terminal saw and nobody denied."""
    return visit.received_as or ("" if visit.state == WRONG else visit.person_id)


def surely(visit: DeskVisit) -> str:
    """The person, where a card or a member of staff said so: a face alone is no sign of life."""
    answered = visit.state in ("received", "handed_over")
    return who_came(visit) if answered or visit.how in ("card", "staff") else ""


def _record(visit: DeskVisit) -> Record:
    shown = Visit.model_validate(
        {name: getattr(visit, name) for name in Visit.model_fields} | {"person_id": who_came(visit)}
    )
    return Record(ReferenceKind.VISIT, visit.visit_id, shown, visit.site_id, visit.day)


def end_day(session: Session, now_ms: int) -> None:
    """Take the visits of earlier days off the desks: they are now when their people came last."""
    today = local_date(now_ms).isoformat()
    told = feed.all_of(session, ReferenceKind.VISIT)
    query = select(DeskVisit).where(DeskVisit.visit_id.in_(told), DeskVisit.day < today)
    for visit in session.scalars(query.order_by(DeskVisit.at_ms)).all():
        gone = Record(ReferenceKind.VISIT, visit.visit_id, None, visit.site_id, visit.day)
        feed.publish(session, [gone])
        _make_last(session, visit, now_ms)


def _make_last(session: Session, visit: DeskVisit, now_ms: int) -> None:
    person_id = who_came(visit)
    if not person_id:
        return
    known = people.desk_file(session, person_id)
    if visit.at_ms > known.last_visit_ms:
        known.last_visit_ms = visit.at_ms
        session.flush()
        people.tell(session, [person_id], now_ms)
