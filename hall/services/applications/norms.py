"""Runs of norms: steps that terminals recorded, in the norm's order, however late one of them arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.models import Terminal
from hall.models_applications import NormRun, NormStepRecord
from hall.services import catalogue
from hall.services.applications.forms import check_form
from hall.services.bodies import body_of
from hall.services.refusals import RowRefused
from hall.shapes_applications import NormRunView, NormStepView
from offline_cache.wire import LogRow
from offline_cache.wire_residents import FormField, Norm, NormRunBody

EVALUATION = "evaluation"


@dataclass(frozen=True)
class Run:
    """A run with its recorded steps in the norm's order, and the steps that have not been recorded."""

    run: NormRun
    steps: list[NormStepRecord]
    missing: list[str]


def apply_step(session: Session, row: LogRow, now_ms: int) -> None:
    """Apply a `norm_step_recorded` row. A step that was recorded again holds what was said last. Raises RowRefused:
    norm_step_recorded.malformed, norm_step.norm_unknown, norm_step.step_unknown, norm_step.record_incomplete."""
    body = body_of(NormRunBody, row)
    norm = catalogue.norm(session, body.norm, body.norm_version)
    if norm is None:
        raise RowRefused("norm_step.norm_unknown")
    place, fields = _step(norm, body.step)
    form = check_form(fields, body.record)
    if form.missing:
        raise RowRefused("norm_step.record_incomplete")
    record = NormStepRecord(
        **body.model_dump(),
        place=place,
        flags=form.flags,
        terminal_id=row.terminal_id,
        txn_id=row.txn_id,
        recorded_at_ms=row.occurred_at_ms,
    )
    held = session.get(NormStepRecord, (body.number, body.norm, body.norm_version, body.step))
    if held is None or _precedence(held) < _precedence(record):
        session.merge(record)
        session.flush()
    _sum_up(session, body)


def _step(norm: Norm, step: str) -> tuple[int, Sequence[FormField]]:
    """A step's place in its norm, and what has to be recorded in it; the evaluation comes after all steps."""
    if step == EVALUATION and norm.evaluation:
        return len(norm.steps), norm.evaluation
    for place, each in enumerate(norm.steps):
        if each.step == step:
            return place, each.record
    raise RowRefused("norm_step.step_unknown")


def _precedence(record: NormStepRecord) -> tuple[int, str, str]:
    return record.recorded_at_ms, record.terminal_id, record.txn_id


def _sum_up(session: Session, body: NormRunBody) -> None:
    """What a run is follows from the steps that are there, so it does not matter which came first."""
    steps = _steps(session, body.number, body.norm, body.norm_version)
    first = min(steps, key=_precedence)
    terminal = session.get(Terminal, first.terminal_id)
    run = NormRun(
        number=body.number,
        norm=body.norm,
        norm_version=body.norm_version,
        terminal_id=first.terminal_id,
        site_id="" if terminal is None else terminal.site_id,
        state="finished" if any(step.step == EVALUATION for step in steps) else "open",
        began_at_ms=first.recorded_at_ms,
        updated_at_ms=max(step.recorded_at_ms for step in steps),
    )
    session.merge(run)


def runs(session: Session, norm: str | None, state: str | None, limit: int) -> list[Run]:
    """Runs of a norm, or of all, the newest first."""
    query = select(NormRun).order_by(NormRun.updated_at_ms.desc(), NormRun.number.desc()).limit(limit)
    if norm is not None:
        query = query.where(NormRun.norm == norm)
    if state is not None:
        query = query.where(NormRun.state == state)
    return [_run(session, each) for each in session.scalars(query).all()]


def view(found: Run) -> NormRunView:
    """What an officer sees of a run."""
    shown = NormRunView.model_fields.keys() - {"steps", "missing"}
    steps = [
        NormStepView.model_validate({name: getattr(step, name) for name in NormStepView.model_fields})
        for step in found.steps
    ]
    return NormRunView.model_validate(
        {**{name: getattr(found.run, name) for name in shown}, "steps": steps, "missing": found.missing}
    )


def _run(session: Session, run: NormRun) -> Run:
    steps = _steps(session, run.number, run.norm, run.norm_version)
    norm = catalogue.norm(session, run.norm, run.norm_version)
    recorded = {step.step for step in steps}
    wanted = [] if norm is None else [each.step for each in norm.steps]
    return Run(run, steps, [step for step in wanted if step not in recorded])


def _steps(session: Session, number: str, norm: str, norm_version: int) -> list[NormStepRecord]:
    query = select(NormStepRecord).where(
        NormStepRecord.number == number,
        NormStepRecord.norm == norm,
        NormStepRecord.norm_version == norm_version,
    )
    return list(session.scalars(query.order_by(NormStepRecord.place)))
