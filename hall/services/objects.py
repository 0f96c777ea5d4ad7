"""The register of the six kinds of objects (人、地、物、情、事、组织): one id each, and every version that was recorded.

It holds what an object is and whom it belongs to, by ids; names, numbers and records stay where they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from hall.models_applications import RegisteredObject
from hall.shapes_applications import ObjectKind, ObjectView

KINDS: tuple[str, ...] = get_args(ObjectKind)


def record(
    session: Session, kind: ObjectKind, id: str, data: Mapping[str, Any], recorded_by: str, now_ms: int
) -> int:
    """The version of an object that holds `data`: a new one when the newest says something else."""
    newest = session.scalar(
        select(RegisteredObject)
        .where(RegisteredObject.kind == kind, RegisteredObject.id == id)
        .order_by(RegisteredObject.version.desc())
        .limit(1)
    )
    if newest is not None and newest.data == dict(data):
        return newest.version
    version = 1 if newest is None else newest.version + 1
    session.add(
        RegisteredObject(
            kind=kind,
            id=id,
            version=version,
            data=dict(data),
            recorded_by=recorded_by,
            recorded_at_ms=now_ms,
        )
    )
    session.flush()
    return version


def newest_of(session: Session, kind: ObjectKind, after: str, limit: int) -> list[ObjectView]:
    """The newest version of each object of a kind, by id, those beyond `after`."""
    newest = (
        select(RegisteredObject.id, func.max(RegisteredObject.version))
        .where(RegisteredObject.kind == kind, RegisteredObject.id > after)
        .group_by(RegisteredObject.id)
        .order_by(RegisteredObject.id)
        .limit(limit)
    )
    keys = [tuple(row) for row in session.execute(newest)]
    query = select(RegisteredObject).where(
        RegisteredObject.kind == kind, tuple_(RegisteredObject.id, RegisteredObject.version).in_(keys)
    )
    return [_view(each) for each in session.scalars(query.order_by(RegisteredObject.id))]


def history_of(session: Session, kind: ObjectKind, id: str) -> list[ObjectView]:
    """Every version of one object, the oldest first; empty when there is none."""
    query = select(RegisteredObject).where(RegisteredObject.kind == kind, RegisteredObject.id == id)
    return [_view(each) for each in session.scalars(query.order_by(RegisteredObject.version))]


def _view(each: RegisteredObject) -> ObjectView:
    return ObjectView.model_validate({name: getattr(each, name) for name in ObjectView.model_fields})
