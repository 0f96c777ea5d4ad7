"""Satisfaction ratings, which name nobody, and cards that were forgotten on a reader."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hall.models import Terminal
from hall.models_applications import ForgottenCard, Rating
from hall.services.bodies import body_of
from hall.shapes_applications import ForgottenCardView, RatingSummary
from offline_cache.wire import LogRow
from offline_cache.wire_residents import CardForgottenBody, RatingBody

SCORES = range(1, 6)
SATISFIED_FROM = 4
FORMULA = "satisfied_percent = 100 * ratings of 4 or 5 / all ratings; mean = sum of scores / all ratings"


def apply_rating(session: Session, row: LogRow, now_ms: int) -> None:
    """Apply a `rating_given` row."""
    body = body_of(RatingBody, row)
    rating = Rating(
        terminal_id=row.terminal_id,
        log_id=row.log_id,
        seq=row.seq,
        site_id=_site(session, row),
        subject=body.subject,
        score=body.score,
        given_at_ms=row.occurred_at_ms,
    )
    session.merge(rating)


def apply_forgotten_card(session: Session, row: LogRow, now_ms: int) -> None:
    """Apply a `card_forgotten` row."""
    body = body_of(CardForgottenBody, row)
    forgotten = ForgottenCard(
        terminal_id=row.terminal_id,
        log_id=row.log_id,
        seq=row.seq,
        site_id=_site(session, row),
        card_ref=body.card_ref,
        seconds=body.seconds,
        occurred_at_ms=row.occurred_at_ms,
    )
    session.merge(forgotten)


def _site(session: Session, row: LogRow) -> str:
    terminal = session.get(Terminal, row.terminal_id)
    return "" if terminal is None else terminal.site_id


def summary(
    session: Session, subject: str | None, site_id: str | None, from_ms: int | None, until_ms: int | None
) -> list[RatingSummary]:
    """A summary a subject, by its name. `from_ms` is inclusive, `until_ms` exclusive."""
    query = select(Rating.subject, Rating.score, func.count()).group_by(Rating.subject, Rating.score)
    if subject is not None:
        query = query.where(Rating.subject == subject)
    if site_id is not None:
        query = query.where(Rating.site_id == site_id)
    if from_ms is not None:
        query = query.where(Rating.given_at_ms >= from_ms)
    if until_ms is not None:
        query = query.where(Rating.given_at_ms < until_ms)
    counts: dict[str, dict[int, int]] = defaultdict(lambda: dict.fromkeys(SCORES, 0))
    for name, score, count in session.execute(query):
        counts[name][score] = count
    return [_summary(name, counts[name]) for name in sorted(counts)]


def _summary(subject: str, counts: dict[int, int]) -> RatingSummary:
    sample = sum(counts.values())
    satisfied = sum(count for score, count in counts.items() if score >= SATISFIED_FROM)
    return RatingSummary(
        subject=subject,
        counts={str(score): count for score, count in counts.items()},
        sample_size=sample,
        satisfied_percent=round(100 * satisfied / sample, 1),
        mean=round(sum(score * count for score, count in counts.items()) / sample, 2),
        formula=FORMULA,
    )


def forgotten_cards(session: Session, since_ms: int, limit: int) -> list[ForgottenCardView]:
    """Alarms from `since_ms` on, the newest first."""
    query = select(ForgottenCard).where(ForgottenCard.occurred_at_ms >= since_ms)
    order = (ForgottenCard.occurred_at_ms.desc(), ForgottenCard.terminal_id, ForgottenCard.seq.desc())
    return [
        ForgottenCardView.model_validate(
            {name: getattr(each, name) for name in ForgottenCardView.model_fields}
        )
        for each in session.scalars(query.order_by(*order).limit(limit))
    ]
