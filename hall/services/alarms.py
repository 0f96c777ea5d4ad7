"""Alarms about a terminal's log: raised once for each place and kind, and kept."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hall.models import Alarm, Log

SENTENCES = {
    "fork": "Two different rows claim the same place in this log.",
    "gap": "Rows are missing from this log.",
    "rollback": "The terminal can no longer read rows that the hall holds.",
    "head_unknown": "The terminal has read further in its old log than the hall has received.",
    "head_differs": "The terminal's old log ends in another row than the hall holds there.",
    "consents.near": "80,000 people have agreed to be known by their faces; filing is due at 100,000.",
    "consents.full": "95,000 people have agreed to be known by their faces; filing is due at 100,000.",
    "row.malformed": "A row could not be read.",
    "row.terminal_wrong": "A row belongs to another terminal.",
    "row.log_wrong": "A row belongs to another log than its batch.",
    "row.hash_wrong": "A row does not match its own hash.",
}


def raise_alarm(session: Session, log: Log, kind: str, seq: int, now_ms: int) -> None:
    """Raise an alarm at a place of a log; raising it again changes nothing."""
    if session.get(Alarm, (log.terminal_id, log.log_id, kind, seq)) is not None:
        return
    alarm = Alarm(
        terminal_id=log.terminal_id,
        log_id=log.log_id,
        kind=kind,
        seq=seq,
        detail=SENTENCES[kind],
        raised_at_ms=now_ms,
    )
    session.add(alarm)
    session.flush()
