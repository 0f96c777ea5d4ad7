"""What the rows of a front desk and of the door do; merged into the table of `hall.services.apply`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hall.models_front_desk import StaffSigned
from hall.services.bodies import body_of
from hall.services.clocks import Act, in_the_past
from hall.services.front_desk import alarms, care, consent_counts, consents, tickets, visits
from hall.services.refusals import RowRefused
from hall.services.residents import access_log
from offline_cache.wire import LogRow, RowKind
from offline_cache.wire_front_desk import CardViewedBody, StaffSignedBody

LONGEST_TEXT = 128
"""Characters: ids and names of models. A template of 128 numbers takes more than 600 in any writing."""


def _note_look(session: Session, row: LogRow, now_ms: int) -> None:
    access_log.note_desk_row(session, row, body_of(CardViewedBody, row))


def _note_signing(session: Session, row: LogRow, now_ms: int) -> None:
    body = body_of(StaffSignedBody, row)
    signed = StaffSigned(
        **body.model_dump(), txn_id=row.txn_id, terminal_id=row.terminal_id, at_ms=row.occurred_at_ms
    )
    session.merge(signed)


def _with_short_texts(act: Act) -> Act:
    """Raises RowRefused `<kind>.malformed` for a text in which something else could travel."""

    def checked(session: Session, row: LogRow, now_ms: int) -> None:
        texts = [
            each for value in row.body.values() for each in (value if isinstance(value, list) else [value])
        ]
        if any(isinstance(each, str) and len(each) > LONGEST_TEXT for each in texts):
            raise RowRefused(f"{row.kind}.malformed")
        act(session, row, now_ms)

    return checked


_ACTS: dict[RowKind, Act] = {
    RowKind.CONSENT_REFUSED: consent_counts.note_refusal,
    RowKind.CONSENTS_WITHDRAWN: consents.withdraw,
    RowKind.TEMPLATE_DELETED: consents.note_deletion,
    RowKind.VISIT_NOTED: visits.note,
    RowKind.VISIT_ANSWERED: visits.answer,
    RowKind.CARD_VIEWED: _note_look,
    RowKind.TICKET_ISSUED: tickets.issue,
    RowKind.TICKET_CALLED: tickets.call,
    RowKind.ALARM_RAISED: alarms.raise_by_row,
    RowKind.ALARM_STEPPED: alarms.step_by_row,
    RowKind.CARE_DONE: care.done,
    RowKind.STAFF_SIGNED: _note_signing,
}
ACTS: dict[RowKind, Act] = {
    # A consent moves with its end, which its row says as well.
    RowKind.CONSENT_GIVEN: _with_short_texts(consents.give),
    **{kind: _with_short_texts(in_the_past(act)) for kind, act in _ACTS.items()},
}
