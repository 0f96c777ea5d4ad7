"""The states of an application, one step after the other, and the log of its steps.

    received -> papers_awaited -> received (all papers are there) -> assigned -> done or refused -> fed_back

Without papers to wait for, an application is received at once. One whose papers never come may be refused while it waits.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hall.errors import HallProblem
from hall.models_applications import Application, ApplicationStep
from hall.services.applications import papers

FOLLOWING: dict[str, frozenset[str]] = {
    "received": frozenset({"assigned"}),
    "papers_awaited": frozenset({"received", "refused"}),
    "assigned": frozenset({"done", "refused"}),
    "done": frozenset({"fed_back"}),
    "refused": frozenset({"fed_back"}),
    "fed_back": frozenset(),
}


def take_in(session: Session, application: Application, moved: bool, at_ms: int) -> None:
    """The first steps, of the hall itself: received, waiting when papers are not there yet, and given to the person's
    home community when that is not the accepting site's."""
    _enter(session, application, "received", "", "", at_ms)
    if papers.missing(session, application):
        _enter(session, application, "papers_awaited", "", "", at_ms)
    if moved:
        log(session, application.number, "transfer", application.community, "", "", at_ms)


def papers_arrived(session: Session, application: Application, now_ms: int) -> bool:
    """Leave papers_awaited when nothing is missing any more. Answers whether it did."""
    if application.state != "papers_awaited" or papers.missing(session, application):
        return False
    _enter(session, application, "received", "", "", now_ms)
    return True


def advance(
    session: Session, application: Application, state: str, note: str, officer: str, now_ms: int
) -> bool:
    """An officer's step; saying it twice changes nothing. Answers whether it changed anything. Raises HallProblem 409
    `application.step_skipped`."""
    if state == application.state:
        return False
    if state not in FOLLOWING[application.state]:
        allowed = ", ".join(sorted(FOLLOWING[application.state])) or "nothing"
        raise HallProblem(
            409, "application.step_skipped", f"After {application.state} comes {allowed}, not {state}."
        )
    if application.state == "papers_awaited" and state == "received":
        application.papers_at_window = True
    _enter(session, application, state, officer, note, now_ms)
    return True


def transfer(
    session: Session, application: Application, community: str, note: str, officer: str, now_ms: int
) -> bool:
    """Give an application to another community. Its owner, who took it in first, stays. Answers whether it moved."""
    if community == application.community:
        return False
    application.community = community
    application.updated_at_ms = now_ms
    log(session, application.number, "transfer", community, officer, note, now_ms)
    return True


def log(session: Session, number: str, sort: str, value: str, officer: str, note: str, at_ms: int) -> None:
    """Add a line to the history."""
    last = session.scalar(select(func.max(ApplicationStep.place)).where(ApplicationStep.number == number))
    step = ApplicationStep(
        number=number,
        place=(last or 0) + 1,
        sort=sort,
        value=value,
        made_by=officer,
        note=note,
        at_ms=at_ms,
    )
    session.add(step)
    session.flush()


def history(session: Session, number: str) -> list[ApplicationStep]:
    query = select(ApplicationStep).where(ApplicationStep.number == number).order_by(ApplicationStep.place)
    return list(session.scalars(query))


def communities(session: Session, application: Application) -> set[str]:
    """Every community that had it at some time: their terminals have to hear how it ended."""
    had = {step.value for step in history(session, application.number) if step.sort == "transfer"}
    return {application.community, *had}


def touched_by_officer(session: Session, number: str) -> bool:
    return any(step.made_by for step in history(session, number))


def _enter(
    session: Session, application: Application, state: str, officer: str, note: str, at_ms: int
) -> None:
    application.state = state
    application.updated_at_ms = at_ms
    log(session, application.number, "state", state, officer, note, at_ms)
