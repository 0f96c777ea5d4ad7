"""What changes an application after its row: papers that arrive and what officers do. Every change is told at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hall.clock import local_date
from hall.errors import HallProblem
from hall.models_applications import Application, Certificate
from hall.services import catalogue, feed
from hall.services.applications import applications, certificates, papers, steps
from hall.services.applications.papers import PartTaken
from hall.shapes_applications import (
    ApplicationView,
    CertificateBody,
    PaperView,
    StateBody,
    StepView,
    TransferBody,
)
from offline_cache.wire import ReferenceKind


def take_part(
    session: Session, terminal_id: str, sha256: str, offset: int, part: bytes, now_ms: int
) -> PartTaken:
    """Take a part of a paper in; with the last one its applications go on. Raises as `papers.take_part`."""
    before = papers.progress(session, terminal_id, sha256)
    taken = papers.take_part(session, terminal_id, sha256, offset, part, now_ms)
    if taken.progress.complete and not before.complete:
        for application in papers.waiting_for(session, terminal_id, sha256):
            steps.papers_arrived(session, application, now_ms)
            applications.tell(session, application, now_ms)
    return taken


def found(session: Session, number: str) -> Application:
    """Raises HallProblem 404 `application.unknown`."""
    application = session.get(Application, number)
    if application is None:
        raise HallProblem(404, "application.unknown", "There is no application of this number.")
    return application


def advance(session: Session, number: str, body: StateBody, officer: str, now_ms: int) -> ApplicationView:
    """Raises HallProblem: 404 application.unknown, 409 application.step_skipped."""
    application = found(session, number)
    if steps.advance(session, application, body.state, body.note, officer, now_ms):
        applications.tell(session, application, now_ms)
    return view(session, application, now_ms)


def transfer(session: Session, number: str, body: TransferBody, officer: str, now_ms: int) -> ApplicationView:
    """Raises HallProblem: 404 application.unknown, 404 community.unknown."""
    application = found(session, number)
    sites = feed.all_of(session, ReferenceKind.SITE).values()
    if body.community not in {area for site in sites for area in site["areas"][:1]}:
        raise HallProblem(404, "community.unknown", "No site of this hall serves this community.")
    if steps.transfer(session, application, body.community, body.note, officer, now_ms):
        applications.tell(session, application, now_ms)
    return view(session, application, now_ms)


def issue_certificate(
    session: Session, number: str, body: CertificateBody, officer: str, now_ms: int
) -> Certificate:
    """Raises HallProblem: 404 application.unknown, and as `certificates.issue`."""
    application = found(session, number)
    issued, new = certificates.issue(session, application, body, officer, now_ms)
    if new:
        applications.tell(session, application, now_ms)
    return issued


def read_paper(session: Session, number: str, sha256: str, officer: str, now_ms: int) -> bytes:
    """Raises HallProblem 404: application.unknown, paper.unknown, paper.not_there_yet."""
    found(session, number)
    content = papers.content(session, number, sha256)
    steps.log(session, number, "paper_read", sha256, officer, "", now_ms)
    return content


def listed(
    session: Session,
    state: str | None,
    site_id: str | None,
    number: str | None,
    after: str,
    limit: int,
    now_ms: int,
) -> list[ApplicationView]:
    """By number, those beyond `after`. A site's are those it took in and those of the community that it stands in."""
    query = select(Application).where(Application.number > after)
    if state is not None:
        query = query.where(Application.state == state)
    if number is not None:
        query = query.where(Application.number == number)
    if site_id is not None:
        site = feed.find(session, ReferenceKind.SITE, [site_id]).get(site_id, {"areas": []})
        here = Application.community.in_(site["areas"][:1])
        query = query.where(or_(Application.accept_site == site_id, here))
    found_ones = session.scalars(query.order_by(Application.number).limit(limit)).all()
    return [view(session, application, now_ms) for application in found_ones]


def view(session: Session, application: Application, now_ms: int) -> ApplicationView:
    """All that an officer sees of an application."""
    named: dict[str, Any] = {
        name: getattr(application, name)
        for name in ApplicationView.model_fields
        if name in Application.__table__.columns
    }
    item = catalogue.item(session, application.item, application.item_version)
    agent = application.agent
    return ApplicationView.model_validate(
        {
            **named,
            "title_zh": application.item if item is None else item.title_zh,
            "title_en": application.item if item is None else item.title_en,
            "agent_expired": agent is not None and agent["until"] < local_date(now_ms).isoformat(),
            "papers": [
                PaperView(paper=paper.paper, sha256=paper.sha256, size=paper.size, there=there)
                for paper, there in papers.named_by(session, application.number)
            ],
            "papers_missing": papers.missing(session, application),
            "history": [
                StepView.model_validate({name: getattr(step, name) for name in StepView.model_fields})
                for step in steps.history(session, application.number)
            ],
        }
    )
