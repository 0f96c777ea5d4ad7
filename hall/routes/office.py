"""What officers of the hall do: close periods, count for the kitchen, decide reviews, audit, revoke."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select

from hall.auth import CallingOfficer
from hall.errors import HallProblem
from hall.models import Adjustment, Review, Settlement
from hall.services import feed, help_calls, identities, kitchen, ledger, reports, reviews, settlement
from hall.shapes import (
    AdjustmentView,
    CloseBody,
    Decision,
    DeviceReportView,
    HelpCallView,
    IsoDay,
    KitchenCounts,
    Ledger,
    LedgerSummary,
    ReviewView,
    SettlementView,
    SheetView,
    TerminalView,
)
from hall.state import HallDep
from offline_cache.wire import Period, ReferenceKind

router = APIRouter(prefix="/v1", tags=["office"])
IsoDate = Annotated[IsoDay, Query()]


@router.post("/settlements")
def close_period(body: CloseBody, officer: CallingOfficer, hall: HallDep) -> SettlementView:
    """Close a period, or close it again: without new facts the answer is the version that is there."""
    sheet = settlement.Sheet(body.site_id, body.service_date, body.period.value, body.operator_id)
    with hall.database.writing() as session:
        if not feed.find(session, ReferenceKind.SITE, [body.site_id]):
            raise HallProblem(404, "site.unknown", "There is no such site.")
        closed = settlement.close(session, sheet, hall.now_ms(), officer.name)
    hall.wake.ring()
    return _settlement(closed)


@router.get("/settlements")
def list_settlements(
    officer: CallingOfficer, hall: HallDep, date: IsoDate, site: str | None = None
) -> list[SettlementView]:
    """All versions of a date."""
    query = select(Settlement).where(Settlement.service_date == date)
    if site is not None:
        query = query.where(Settlement.site_id == site)
    order = (Settlement.site_id, Settlement.period, Settlement.operator_id, Settlement.version)
    with hall.database.reading() as session:
        return [_settlement(each) for each in session.scalars(query.order_by(*order))]


@router.get("/settlements/{site_id}/{service_date}/{period}/{operator_id}")
def read_sheet(
    site_id: str, service_date: str, period: Period, operator_id: str, officer: CallingOfficer, hall: HallDep
) -> SheetView:
    place = settlement.Sheet(site_id, service_date, period.value, operator_id)._asdict()
    with hall.database.reading() as session:
        versions = session.scalars(select(Settlement).filter_by(**place).order_by(Settlement.version)).all()
        lines = session.scalars(select(Adjustment).filter_by(**place).order_by(Adjustment.number)).all()
    if not versions:
        raise HallProblem(404, "settlement.unknown", "This period has not been closed.")
    return SheetView(
        versions=[_settlement(each) for each in versions], adjustments=[_adjustment(each) for each in lines]
    )


def _settlement(row: Settlement) -> SettlementView:
    return SettlementView.model_validate({name: getattr(row, name) for name in SettlementView.model_fields})


def _adjustment(row: Adjustment) -> AdjustmentView:
    return AdjustmentView.model_validate({name: getattr(row, name) for name in AdjustmentView.model_fields})


@router.get("/kitchen/counts")
def kitchen_counts(officer: CallingOfficer, hall: HallDep, date: IsoDate) -> KitchenCounts:
    with hall.database.reading() as session:
        return kitchen.counts(session, date)


@router.get("/reviews")
def list_reviews(officer: CallingOfficer, hall: HallDep, state: str | None = None) -> list[ReviewView]:
    query = select(Review).order_by(Review.opened_at_ms, Review.kind, Review.txn_id)
    if state is not None:
        query = query.where(Review.state == state)
    with hall.database.reading() as session:
        return reviews.views(session, session.scalars(query))


@router.post("/reviews/{review_id}")
def decide_review(review_id: str, decision: Decision, officer: CallingOfficer, hall: HallDep) -> ReviewView:
    with hall.database.writing() as session:
        decided = reviews.decide(session, review_id, decision, officer.name, hall.now_ms())
    hall.wake.ring()
    return decided


@router.get("/ledger")
def read_ledger(
    officer: CallingOfficer,
    hall: HallDep,
    terminal: str,
    log: str | None = None,
    after_seq: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int | None, Query(ge=1)] = None,
) -> Ledger:
    with hall.database.reading() as session:
        return ledger.read(session, terminal, log, after_seq, limit)


@router.get("/ledger/summary")
def summarise_ledger(officer: CallingOfficer, hall: HallDep, terminal: str | None = None) -> LedgerSummary:
    with hall.database.reading() as session:
        return ledger.summarise(session, terminal)


@router.get("/terminals")
def list_terminals(officer: CallingOfficer, hall: HallDep) -> list[TerminalView]:
    with hall.database.reading() as session:
        return ledger.terminals(session)


@router.post("/terminals/{terminal_id}/revocation", status_code=204)
def revoke_terminal(terminal_id: str, officer: CallingOfficer, hall: HallDep) -> None:
    with hall.database.writing() as session:
        identities.revoke(session, terminal_id, hall.now_ms())


@router.post("/terminals/{terminal_id}/renewal", status_code=204)
def renew_terminal(terminal_id: str, officer: CallingOfficer, hall: HallDep) -> None:
    """The enrolment ends `enrolment_days` from now."""
    with hall.database.writing() as session:
        identities.renew(session, terminal_id, hall.settings.enrolment_days, hall.now_ms())


@router.get("/reports")
def list_reports(officer: CallingOfficer, hall: HallDep, terminal: str) -> list[DeviceReportView]:
    """What a terminal has reported of its devices, newest first."""
    with hall.database.reading() as session:
        return reports.newest(session, terminal)


@router.get("/help-calls")
def list_help_calls(officer: CallingOfficer, hall: HallDep) -> list[HelpCallView]:
    """The calls that are open."""
    with hall.database.reading() as session:
        return help_calls.open_calls(session)
