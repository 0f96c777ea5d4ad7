"""Queue tickets: a number is one person's, and one window's. Which window that is, its ticket says from the start, or the one
that called it first."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.clock import local_date
from hall.models import Terminal
from hall.models_front_desk import DeskTicket
from hall.services import feed
from hall.services.bodies import body_of
from hall.services.feed import Record
from hall.services.refusals import RowRefused
from offline_cache.wire import LogRow, ReferenceKind
from offline_cache.wire_front_desk import Ticket, TicketCalledBody, TicketIssuedBody


def issue(session: Session, row: LogRow, now_ms: int) -> None:
    """Raises RowRefused: ticket_issued.taken where the number of this date has been given out, .date_wrong."""
    body = body_of(TicketIssuedBody, row)
    if not _is_day(body.date):
        raise RowRefused("ticket_issued.date_wrong")
    if session.get(DeskTicket, (body.date, body.number)) is not None:
        raise RowRefused("ticket_issued.taken")
    ticket = DeskTicket(
        **body.model_dump(),
        site_id=session.get_one(Terminal, row.terminal_id).site_id,
        terminal_id=row.terminal_id,
        issued_ms=row.occurred_at_ms,
        state="waiting",
        state_ms=0,
    )
    session.add(ticket)
    session.flush()
    _tell(session, ticket, now_ms)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def call(session: Session, row: LogRow, now_ms: int) -> None:
    """Raises RowRefused: ticket_called.unknown, .other_window where it is another window's."""
    body = body_of(TicketCalledBody, row)
    ticket = session.get(DeskTicket, (body.date, body.number))
    if ticket is None:
        raise RowRefused("ticket_called.unknown")
    if ticket.window not in ("", body.window):
        raise RowRefused("ticket_called.other_window")
    ticket.window = body.window
    if row.occurred_at_ms >= ticket.state_ms:
        ticket.state, ticket.state_ms = body.state, row.occurred_at_ms
    session.flush()
    _tell(session, ticket, now_ms)


def _tell(session: Session, ticket: DeskTicket, now_ms: int) -> None:
    if ticket.date >= local_date(now_ms).isoformat():
        feed.publish_changed(session, [_record(ticket)])


def _record(ticket: DeskTicket, over: bool = False) -> Record:
    shown = Ticket.model_validate({name: getattr(ticket, name) for name in Ticket.model_fields})
    id = f"{ticket.date}/{ticket.number}"
    return Record(ReferenceKind.TICKET, id, None if over else shown, ticket.site_id, ticket.date)


def end_day(session: Session, now_ms: int) -> None:
    """Take the tickets of earlier days out of the queues."""
    today = local_date(now_ms).isoformat()
    told = feed.all_of(session, ReferenceKind.TICKET).values()
    for day in {each["date"] for each in told if each["date"] < today}:
        gone = session.scalars(select(DeskTicket).where(DeskTicket.date == day))
        feed.publish(session, [_record(ticket, over=True) for ticket in gone])
