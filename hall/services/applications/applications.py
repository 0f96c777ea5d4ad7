"""An application from the row that made it: checked, routed, given its deadline, and told to the terminals concerned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hall.clock import local_date
from hall.models import Row
from hall.models_applications import (
    AgentAuthorisation,
    Application,
    ApplicationPaper,
    ApplicationStep,
)
from hall.services import catalogue, feed, objects
from hall.services.applications import papers, routing, steps
from hall.services.applications.calendar import calendar
from hall.services.applications.forms import check_form
from hall.services.bodies import body_of
from hall.services.front_desk import people
from hall.services.refusals import RowRefused
from offline_cache.wire import LogRow, ReferenceKind
from offline_cache.wire_residents import ApplicationBody, ApplicationState, ServiceItem

FLAG_CLOCK = "clock_not_trusted"


@dataclass(frozen=True)
class Checked:
    """A row that may become an application. `flags` are what an officer should look at."""

    body: ApplicationBody
    item: ServiceItem
    day: date
    route: routing.Route
    flags: list[str]


@dataclass(frozen=True)
class ApplicationLine:
    """One row of what a person sees of an application; what she filled in is not in it."""

    number: str
    title_zh: str
    title_en: str
    state: str
    due: str
    community: str
    papers_missing: list[str]
    submitted_at_ms: int
    updated_ms: int


def check(session: Session, row: LogRow, received_at_ms: int) -> Checked:
    """Raises RowRefused: application.malformed, .item_unknown, .item_is_sample, .site_unknown, .form_incomplete,
    .agent_not_allowed, .authorisation_expired, .time_wrong. Nothing here depends on other applications."""
    body = body_of(ApplicationBody, row)
    item = catalogue.item(session, body.item, body.item_version)
    if item is None:
        raise RowRefused("application.item_unknown")
    if item.sample:
        raise RowRefused("application.item_is_sample")
    site = feed.find(session, ReferenceKind.SITE, [body.accept_site]).get(body.accept_site)
    if site is None:
        raise RowRefused("application.site_unknown")
    day = _day(row.occurred_at_ms if row.clock_trusted else received_at_ms)
    _check_agent(body, item, day)
    form = check_form(item.form, body.form)
    if form.missing:
        raise RowRefused("application.form_incomplete")
    route = routing.route(item, body.home, site["areas"])
    flags = [*form.flags, *_paper_flags(body, item), *([route.flag] if route.flag else [])]
    if not feed.find(session, ReferenceKind.RESIDENT, [body.person_id]):
        flags.append("person_unknown")
    if not row.clock_trusted:
        flags.append(FLAG_CLOCK)
    return Checked(body, item, day, route, sorted(flags))


def _day(time_ms: int) -> date:
    try:
        return local_date(time_ms)
    except (ValueError, OverflowError, OSError) as error:
        raise RowRefused("application.time_wrong") from error


def _check_agent(body: ApplicationBody, item: ServiceItem, day: date) -> None:
    if body.agent is None:
        return
    if not item.agent_allowed:
        raise RowRefused("application.agent_not_allowed")
    if body.agent.until < day.isoformat():
        raise RowRefused("application.authorisation_expired")


def _paper_flags(body: ApplicationBody, item: ServiceItem) -> list[str]:
    """A signature that is not there is no reason to send a person away: the window asks for it."""
    known = {paper.paper for paper in item.papers}
    photographed = [paper for paper in body.papers if paper.sha256 != body.signature]
    flags = [f"unknown_paper:{paper.paper}" for paper in photographed if paper.paper not in known]
    if item.signature and body.signature not in {paper.sha256 for paper in body.papers}:
        flags.append("unsigned")
    return flags


# --- writing it down --------------------------------------------------------------------------------------------


def write(session: Session, row: LogRow, digest: str, received_at_ms: int) -> None:
    """Make this row's application the one of its number, in place of one that lost the number to it."""
    checked = check(session, row, received_at_ms)
    body = checked.body
    loser = _forget(session, body.number)
    application = Application(
        number=body.number,
        txn_id=row.txn_id,
        digest=digest,
        terminal_id=row.terminal_id,
        item=body.item,
        item_version=body.item_version,
        person_id=body.person_id,
        agent=None if body.agent is None else body.agent.model_dump(mode="json"),
        form=body.form,
        signature=body.signature,
        accept_site=body.accept_site,
        home=body.home,
        submitted_at_ms=row.occurred_at_ms,
        owner_terminal=row.terminal_id,
        owner_site=body.accept_site,
        community=checked.route.community,
        due=calendar().due(checked.day, checked.item.days).isoformat(),
        state="received",
        papers_at_window=False,
        flags=checked.flags,
        updated_at_ms=row.occurred_at_ms,
    )
    session.add(application)
    session.add_all(_named_papers(row.terminal_id, checked))
    if body.agent is not None:
        session.add(_authorisation(body))
    session.flush()
    if loser is not None:
        papers.forget_unnamed(session, loser.terminal_id)
        people.tell(session, [loser.person_id], received_at_ms)
    steps.take_in(session, application, checked.route.moved, row.occurred_at_ms)
    tell(session, application, received_at_ms)


@dataclass(frozen=True)
class Loser:
    """An application that lost its number to another: where it came from, and whose it was."""

    terminal_id: str
    person_id: str


def _forget(session: Session, number: str) -> Loser | None:
    """Take out the application that had this number."""
    application = session.get(Application, number)
    if application is None:
        return None
    loser = Loser(application.terminal_id, application.person_id)
    session.delete(application)
    session.flush()
    for table in (ApplicationStep, ApplicationPaper, AgentAuthorisation):
        session.execute(delete(table).where(table.number == number))
    session.expire_all()
    return loser


def _named_papers(terminal_id: str, checked: Checked) -> list[ApplicationPaper]:
    named = {(paper.paper, paper.sha256): paper.size for paper in checked.body.papers}
    photographed = {paper for paper, _ in named}
    for paper in checked.item.papers:
        if paper.required and paper.paper not in photographed:
            named[(paper.paper, papers.AT_WINDOW)] = 0
    return [
        ApplicationPaper(
            number=checked.body.number, paper=paper, sha256=sha256, terminal_id=terminal_id, size=size
        )
        for (paper, sha256), size in named.items()
    ]


def _authorisation(body: ApplicationBody) -> AgentAuthorisation:
    assert body.agent is not None
    return AgentAuthorisation(number=body.number, person_id=body.person_id, **body.agent.model_dump())


def tell(session: Session, application: Application, now_ms: int) -> None:
    """Publish the state to the terminals of the accepting site and of every community that it was given to."""
    state = state_of(session, application)
    communities = steps.communities(session, application)
    sites = routing.sites_serving(communities, feed.all_of(session, ReferenceKind.SITE))
    ended = local_date(application.updated_at_ms).isoformat() if application.state == "fed_back" else None
    record = feed.Record(
        ReferenceKind.APPLICATION,
        application.number,
        state,
        service_date=ended,
        site_ids=tuple(sorted({application.accept_site, *sites})),
    )
    feed.publish(session, [record])
    matter = state.model_dump(include={"item", "state", "community", "due"})
    objects.record(session, "matter", application.number, matter, "applications", now_ms)
    people.tell(session, [application.person_id], now_ms)


# --- looking it up ----------------------------------------------------------------------------------------------


def state_of(session: Session, application: Application) -> ApplicationState:
    """What the wire tells of an application."""
    return ApplicationState.model_validate(
        {
            "number": application.number,
            "person_id": application.person_id,
            "item": application.item,
            "state": application.state,
            "papers_missing": papers.missing(session, application),
            "due": application.due,
            "community": application.community,
            "updated_ms": application.updated_at_ms,
        }
    )


def applications_of(session: Session, person_id: str) -> list[ApplicationLine]:
    """A person's applications, the newest first."""
    query = select(Application).where(Application.person_id == person_id)
    order = (Application.submitted_at_ms.desc(), Application.number.desc())
    return [_line(session, each) for each in session.scalars(query.order_by(*order))]


def _line(session: Session, application: Application) -> ApplicationLine:
    item = catalogue.item(session, application.item, application.item_version)
    return ApplicationLine(
        number=application.number,
        title_zh=application.item if item is None else item.title_zh,
        title_en=application.item if item is None else item.title_en,
        state=application.state,
        due=application.due,
        community=application.community,
        papers_missing=papers.missing(session, application),
        submitted_at_ms=application.submitted_at_ms,
        updated_ms=application.updated_at_ms,
    )


def stored_row(session: Session, terminal_id: str, log_id: str, seq: int) -> tuple[LogRow, int]:
    """A row as it was stored, and when it was received."""
    kept = session.get_one(Row, (terminal_id, log_id, seq))
    row = LogRow.model_validate({name: getattr(kept, name) for name in LogRow.model_fields})
    return row, kept.received_at_ms
