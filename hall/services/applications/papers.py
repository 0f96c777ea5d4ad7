"""Photographed papers: sent in parts after their row, taken in byte by byte, and only whole ones that match their name.

A part that does not continue where the hall is, is refused with paper.offset; the answer to GET says where that is. The
same part sent again changes nothing, so a terminal may repeat whatever it is not sure about.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from hall.errors import HallProblem
from hall.models_applications import Application, ApplicationPaper, PaperBlob
from offline_cache.wire_residents import PaperProgress

FINISHED = ("done", "refused", "fed_back")
AT_WINDOW = ""  # in place of a SHA-256: not photographed, it comes to the window


@dataclass(frozen=True)
class PartTaken:
    """`spoiled`: all bytes were there and were not what their name says, so they were dropped."""

    progress: PaperProgress
    spoiled: bool = False


def missing(session: Session, application: Application) -> list[str]:
    """The names of papers that the hall does not have yet."""
    if application.papers_at_window:
        return []
    query = (
        select(ApplicationPaper.paper, PaperBlob.complete)
        .outerjoin(
            PaperBlob,
            (PaperBlob.terminal_id == ApplicationPaper.terminal_id)
            & (PaperBlob.sha256 == ApplicationPaper.sha256),
        )
        .where(ApplicationPaper.number == application.number)
    )
    return sorted({paper for paper, complete in session.execute(query) if not complete})


def progress(session: Session, terminal_id: str, sha256: str) -> PaperProgress:
    """How far a paper has come. Raises HallProblem 404 `paper.unknown` for one that no row of this terminal names."""
    _sizes(session, terminal_id, sha256)
    kept = session.get(PaperBlob, (terminal_id, sha256))
    if kept is None:
        return PaperProgress(sha256=sha256, received=0, complete=False)
    return PaperProgress(sha256=sha256, received=kept.received, complete=kept.complete)


def take_part(
    session: Session, terminal_id: str, sha256: str, offset: int, part: bytes, now_ms: int
) -> PartTaken:
    """Take one part in. Raises HallProblem: 404 paper.unknown, 422 paper.part_size, 409 paper.offset, 422 paper.size."""
    largest = max(_sizes(session, terminal_id, sha256))
    if not part:
        raise HallProblem(422, "paper.part_size", "A part has at least one byte.")
    kept = _held(session, terminal_id, sha256)
    if offset + len(part) <= kept.received and kept.content[offset : offset + len(part)] == part:
        return PartTaken(progress(session, terminal_id, sha256))
    if offset != kept.received or kept.complete:
        raise HallProblem(409, "paper.offset", f"The next part begins at {kept.received}.")
    if kept.received + len(part) > largest:
        raise HallProblem(422, "paper.size", f"This paper has {largest} bytes.")
    kept.content += part
    kept.received = len(kept.content)
    kept.updated_at_ms = now_ms
    kept.complete = hashlib.sha256(kept.content).hexdigest() == sha256
    spoiled = kept.received == largest and not kept.complete
    if spoiled:
        session.delete(kept)
    session.flush()
    return PartTaken(progress(session, terminal_id, sha256), spoiled)


def waiting_for(session: Session, terminal_id: str, sha256: str) -> list[Application]:
    """The applications of this terminal that name a paper."""
    numbers = select(ApplicationPaper.number).where(
        ApplicationPaper.terminal_id == terminal_id, ApplicationPaper.sha256 == sha256
    )
    query = select(Application).where(Application.number.in_(numbers)).order_by(Application.number)
    return list(session.scalars(query))


def content(session: Session, number: str, sha256: str) -> bytes:
    """A whole paper of an application. Raises HallProblem 404 `paper.unknown` or `paper.not_there_yet`."""
    named = session.scalars(
        select(ApplicationPaper).where(ApplicationPaper.number == number, ApplicationPaper.sha256 == sha256)
    ).first()
    if named is None or sha256 == AT_WINDOW:
        raise _unknown()
    kept = session.get(PaperBlob, (named.terminal_id, sha256))
    if kept is None or not kept.complete:
        raise HallProblem(404, "paper.not_there_yet", "The terminal has not sent this paper yet.")
    return kept.content


def named_by(session: Session, number: str) -> list[tuple[ApplicationPaper, bool]]:
    """The papers of an application, each with whether it is there."""
    named = session.scalars(
        select(ApplicationPaper)
        .where(ApplicationPaper.number == number)
        .order_by(ApplicationPaper.paper, ApplicationPaper.sha256)
    ).all()
    blobs = [session.get(PaperBlob, (paper.terminal_id, paper.sha256)) for paper in named]
    return [(paper, blob is not None and blob.complete) for paper, blob in zip(named, blobs, strict=True)]


def forget_unnamed(session: Session, terminal_id: str) -> None:
    """Drop the papers of a terminal that no application names any more."""
    named = select(ApplicationPaper.sha256).where(ApplicationPaper.terminal_id == terminal_id)
    session.execute(
        delete(PaperBlob).where(PaperBlob.terminal_id == terminal_id, PaperBlob.sha256.not_in(named))
    )


def _sizes(session: Session, terminal_id: str, sha256: str) -> list[int]:
    """The sizes by which rows name this paper: bytes that have this SHA-256 have only one of them."""
    query = select(ApplicationPaper.size).where(
        ApplicationPaper.terminal_id == terminal_id, ApplicationPaper.sha256 == sha256
    )
    sizes = list(session.scalars(query)) if sha256 != AT_WINDOW else []
    if not sizes:
        raise _unknown()
    return sizes


def _held(session: Session, terminal_id: str, sha256: str) -> PaperBlob:
    kept = session.get(PaperBlob, (terminal_id, sha256), options=[undefer(PaperBlob.content)])
    if kept is None:
        kept = PaperBlob(
            terminal_id=terminal_id, sha256=sha256, content=b"", received=0, complete=False, updated_at_ms=0
        )
        session.add(kept)
    return kept


def _unknown() -> HallProblem:
    return HallProblem(404, "paper.unknown", "No application of this terminal names this paper.")


def forget_old(session: Session, before_ms: int) -> None:
    """Delete the photographs of applications that were finished before `before_ms` and not touched since. One that a
    later application names as well is kept; which papers there were stays written down."""
    finished = Application.state.in_(FINISHED) & (Application.updated_at_ms < before_ms)
    names = (ApplicationPaper.terminal_id == PaperBlob.terminal_id) & (
        ApplicationPaper.sha256 == PaperBlob.sha256
    )
    named = select(ApplicationPaper.number).join(Application, Application.number == ApplicationPaper.number)
    over = named.where(names, finished).exists() & ~named.where(names, ~finished).exists()
    session.execute(delete(PaperBlob).where(over).execution_options(synchronize_session=False))
