"""Who holds an application's number, whatever order rows arrive in.

A terminal mints its numbers, so the same number comes twice only as a repetition, which changes nothing, or because a
terminal lost count. Then the earlier row holds it and the other is refused with application.number_taken; it stays in
the ledger. Once an officer has worked on an application, its number is settled: what people were told stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from hall.models import Row
from hall.models_applications import Application, ApplicationClaim
from hall.services.applications import applications, steps
from hall.services.refusals import RowRefused
from offline_cache.wire import LogRow, canonical

_MARK = (
    update(Row)
    .where(
        Row.terminal_id == bindparam("of_terminal"),
        Row.log_id == bindparam("of_log"),
        Row.seq == bindparam("of_seq"),
    )
    .values(state=bindparam("as_state"), code=bindparam("why"))
)


def apply_application(session: Session, row: LogRow, now_ms: int) -> None:
    """Apply an `application_submitted` row. Raises RowRefused for one that can be no application at all."""
    checked = applications.check(session, row, now_ms)
    claim = ApplicationClaim(
        terminal_id=row.terminal_id,
        log_id=row.log_id,
        seq=row.seq,
        number=checked.body.number,
        digest=hashlib.sha256(_canonical(row)).hexdigest(),
        occurred_at_ms=row.occurred_at_ms,
    )
    session.add(claim)
    session.flush()
    _settle(session, claim.number)


def _canonical(row: LogRow) -> bytes:
    try:
        return canonical(row.body)
    except ValueError as error:
        raise RowRefused("application.malformed") from error


def _settle(session: Session, number: str) -> None:
    query = select(ApplicationClaim).where(ApplicationClaim.number == number)
    claims = sorted(session.scalars(query), key=_precedence)
    held = session.get(Application, number)
    if held is not None and steps.touched_by_officer(session, number):
        _mark(session, claims, held.digest)
        return
    winner = claims[0]
    row, received_at_ms = applications.stored_row(session, winner.terminal_id, winner.log_id, winner.seq)
    if held is None or (held.digest, held.txn_id) != (winner.digest, row.txn_id):
        applications.write(session, row, winner.digest, received_at_ms)
    _mark(session, claims, winner.digest)


def _precedence(claim: ApplicationClaim) -> tuple[int, str, str, int]:
    return claim.occurred_at_ms, claim.terminal_id, claim.log_id, claim.seq


def _mark(session: Session, claims: Iterable[ApplicationClaim], digest: str) -> None:
    columns = [
        {
            "of_terminal": claim.terminal_id,
            "of_log": claim.log_id,
            "of_seq": claim.seq,
            "as_state": "applied" if claim.digest == digest else "refused",
            "why": "" if claim.digest == digest else "application.number_taken",
        }
        for claim in claims
    ]
    session.connection().execute(_MARK, columns)
