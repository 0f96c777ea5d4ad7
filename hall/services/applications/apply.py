"""What the rows of applying, recording and rating do; merged into the table of `hall.services.apply`."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from hall.services.applications.claims import apply_application
from hall.services.applications.norms import apply_step
from hall.services.applications.ratings import apply_forgotten_card, apply_rating
from offline_cache.wire import LogRow, RowKind

ACTS: dict[RowKind, Callable[[Session, LogRow, int], None]] = {
    RowKind.APPLICATION_SUBMITTED: apply_application,
    RowKind.NORM_STEP_RECORDED: apply_step,
    RowKind.RATING_GIVEN: apply_rating,
    RowKind.CARD_FORGOTTEN: apply_forgotten_card,
}
