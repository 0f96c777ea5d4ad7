"""Documents on paper: issue numbers, what became of their prints, which of them wait, and taking one back.

The hall never has what stood on the paper, only its digest. So an officer who looks for a job at the window finds that
it is there, and cannot open it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.errors import HallProblem
from hall.models import Terminal
from hall.models_residents import Document, DocumentBound, DocumentPrint
from hall.services.refusals import RowRefused
from hall.shapes_residents import BoundView, DocumentView, PrintView
from hall.signatures import is_signed
from offline_cache.wire import LogRow
from offline_cache.wire_residents import DocumentBoundBody, DocumentIssuedBody, DocumentPrintedBody

DELIVERED = ("printed", "probably")


def signed_bytes(number: str, digest: str) -> bytes:
    """What a terminal signs, as `wire_residents.DocumentIssuedBody` says."""
    return f"{number} {digest}".encode("ascii")


def issue(session: Session, row: LogRow, body: DocumentIssuedBody) -> None:
    """Know an issue number from now on. Raises RowRefused: document_issued.malformed, .signature_wrong, .number_taken."""
    if not body.number.isascii():  # the pattern takes the digits of every script
        raise RowRefused("document_issued.malformed")
    terminal = session.get_one(Terminal, row.terminal_id)
    key = terminal.public_key or ""
    if not is_signed(key, body.signature, signed_bytes(body.number, body.digest)):
        raise RowRefused("document_issued.signature_wrong")
    known = session.get(Document, body.number)
    if known is not None:
        # The same row again comes out of a salvaged log.
        if (known.terminal_id, known.digest) == (row.terminal_id, body.digest):
            return
        raise RowRefused("document_issued.number_taken")
    issued = Document(
        **body.model_dump(),
        terminal_id=row.terminal_id,
        site_id=terminal.site_id,
        public_key=key,
        issued_at_ms=row.occurred_at_ms,
    )
    session.add(issued)


def note_print(session: Session, row: LogRow, body: DocumentPrintedBody) -> None:
    printed = DocumentPrint(
        txn_id=row.txn_id, terminal_id=row.terminal_id, at_ms=row.occurred_at_ms, **body.model_dump()
    )
    session.merge(printed)


def bind(session: Session, row: LogRow, body: DocumentBoundBody) -> None:
    bound = DocumentBound(
        txn_id=row.txn_id, terminal_id=row.terminal_id, bound_at_ms=row.occurred_at_ms, **body.model_dump()
    )
    session.merge(bound)


def copies_delivered(session: Session, number: str) -> int:
    """How many copies came out of a printer, as far as the hall has been told."""
    query = select(DocumentPrint.copy_number).where(
        DocumentPrint.number == number, DocumentPrint.state.in_(DELIVERED)
    )
    return len(set(session.scalars(query)))


def find(session: Session, number: str | None, pick_up: str | None, now_ms: int) -> list[DocumentView]:
    """Documents of this issue number, or of this pick-up number while they wait, newest first."""
    query = select(Document).order_by(Document.issued_at_ms.desc(), Document.number)
    if number is not None:
        query = query.where(Document.number == number)
    if pick_up is not None:
        waiting = select(DocumentBound.number).where(
            DocumentBound.pick_up == pick_up, DocumentBound.until_ms > now_ms
        )
        query = query.where(Document.number.in_(waiting))
    return _views(session, session.scalars(query).all())


def revoke(session: Session, number: str, reason: str, officer: str, now_ms: int) -> DocumentView:
    """Take a document back; the first time counts. Raises HallProblem (404, document.unknown)."""
    document = session.get(Document, number)
    if document is None:
        raise HallProblem(404, "document.unknown", "There is no document of this number.")
    if document.revoked_at_ms is None:
        document.revoked_at_ms, document.revoked_by, document.revoked_for = now_ms, officer, reason
        session.flush()
    return _views(session, [document])[0]


def _views(session: Session, documents: Iterable[Document]) -> list[DocumentView]:
    found = {document.number: document for document in documents}
    prints = session.scalars(
        select(DocumentPrint).where(DocumentPrint.number.in_(found)).order_by(DocumentPrint.at_ms)
    ).all()
    bound = session.scalars(
        select(DocumentBound).where(DocumentBound.number.in_(found)).order_by(DocumentBound.bound_at_ms)
    ).all()
    return [
        DocumentView(
            number=document.number,
            terminal_id=document.terminal_id,
            site_id=document.site_id,
            kind=document.kind,
            title_zh=document.title_zh,
            title_en=document.title_en,
            medium=document.medium,
            pages=document.pages,
            copies=document.copies,
            issued_at_ms=document.issued_at_ms,
            revoked_at_ms=document.revoked_at_ms,
            revoked_for=document.revoked_for,
            prints=[_print_view(each) for each in prints if each.number == document.number],
            bound=[_bound_view(each) for each in bound if each.number == document.number],
        )
        for document in found.values()
    ]


def _print_view(printed: DocumentPrint) -> PrintView:
    return PrintView.model_validate({name: getattr(printed, name) for name in PrintView.model_fields})


def _bound_view(bound: DocumentBound) -> BoundView:
    return BoundView.model_validate({name: getattr(bound, name) for name in BoundView.model_fields})
