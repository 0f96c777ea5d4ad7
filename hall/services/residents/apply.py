"""What the rows of looking, reading and printing do; merged into the table of `hall.services.apply`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hall.models_residents import NoticeRead
from hall.services.bodies import body_of
from hall.services.clocks import Act, in_the_past
from hall.services.residents import access_log, documents
from offline_cache.wire import LogRow, RowKind
from offline_cache.wire_residents import (
    DocumentBoundBody,
    DocumentIssuedBody,
    DocumentPrintedBody,
    NoticeReadBody,
    RecordQueriedBody,
)


def _note_reading(session: Session, row: LogRow, now_ms: int) -> None:
    body = body_of(NoticeReadBody, row)
    if session.get(NoticeRead, (body.person_id, body.version)) is None:
        read = NoticeRead(**body.model_dump(), terminal_id=row.terminal_id, read_at_ms=row.occurred_at_ms)
        session.add(read)


def _note_query(session: Session, row: LogRow, now_ms: int) -> None:
    access_log.note_row(session, row, body_of(RecordQueriedBody, row))


def _issue_document(session: Session, row: LogRow, now_ms: int) -> None:
    documents.issue(session, row, body_of(DocumentIssuedBody, row))


def _note_print(session: Session, row: LogRow, now_ms: int) -> None:
    documents.note_print(session, row, body_of(DocumentPrintedBody, row))


def _bind_document(session: Session, row: LogRow, now_ms: int) -> None:
    documents.bind(session, row, body_of(DocumentBoundBody, row))


_ACTS: dict[RowKind, Act] = {
    RowKind.NOTICE_READ: _note_reading,
    RowKind.RECORD_QUERIED: _note_query,
    RowKind.DOCUMENT_ISSUED: _issue_document,
    RowKind.DOCUMENT_PRINTED: _note_print,
    RowKind.DOCUMENT_BOUND: _bind_document,
}
ACTS: dict[RowKind, Act] = {kind: in_the_past(act) for kind, act in _ACTS.items()}
