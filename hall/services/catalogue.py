"""Publishing the catalogue: what has changed goes into the feed, what is gone leaves a tombstone there.

Items, norms, the privacy notice and the texts of consent carry versions. People have applied, or agreed, by a version, so its
words never change: a change needs a higher one, and every version that was published is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.models_applications import CatalogueVersion
from hall.services import feed
from hall.services.feed import Record
from offline_cache.wire import ReferenceKind, Shape
from offline_cache.wire_front_desk import ConsentText, DeskWindow
from offline_cache.wire_residents import Norm, Place, PrivacyNotice, RecordKind, Root, ServiceItem, Slide

PRIVACY_NOTICE_ID = "current"
VERSIONED = frozenset({
    ReferenceKind.SERVICE_ITEM, ReferenceKind.NORM, ReferenceKind.PRIVACY_NOTICE, ReferenceKind.CONSENT_TEXT,
})  # fmt: skip


class VersionProblem(Exception):
    """Something was changed and its version was not raised: the sentence says what."""


@dataclass(frozen=True)
class Contents:
    """All that is to be in the feed: what is not named here is taken out of it."""

    roots: Iterable[Root] = ()
    items: Iterable[ServiceItem] = ()
    norms: Iterable[Norm] = ()
    places: Iterable[Place] = ()
    slides: Iterable[Slide] = ()
    record_kinds: Iterable[RecordKind] = ()
    privacy_notice: PrivacyNotice | None = None
    consent_texts: Iterable[ConsentText] = ()
    windows: Iterable[DeskWindow] = ()

    def by_kind(self) -> dict[ReferenceKind, dict[str, Shape]]:
        notices = {} if self.privacy_notice is None else {PRIVACY_NOTICE_ID: self.privacy_notice}
        return {
            ReferenceKind.ROOT: {root.code: root for root in self.roots},
            ReferenceKind.SERVICE_ITEM: {item.code: item for item in self.items},
            ReferenceKind.NORM: {norm.code: norm for norm in self.norms},
            ReferenceKind.PLACE: {place.place_id: place for place in self.places},
            ReferenceKind.SLIDE: {slide.slide_id: slide for slide in self.slides},
            ReferenceKind.RECORD_KIND: {kind.kind: kind for kind in self.record_kinds},
            ReferenceKind.PRIVACY_NOTICE: dict(notices),
            ReferenceKind.CONSENT_TEXT: {text.purpose: text for text in self.consent_texts},
            ReferenceKind.DESK_WINDOW: {window.window: window for window in self.windows},
        }


@dataclass
class Publication:
    """How many records of each kind were told anew, and how many were taken out."""

    changed: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)


def publish(session: Session, contents: Contents, now_ms: int) -> Publication:
    """Tell terminals what has changed. Raises VersionProblem, and then nothing is told."""
    outcome = Publication()
    for kind, wanted in contents.by_kind().items():
        held = feed.all_of(session, kind)
        changed = {id: shape for id, shape in wanted.items() if held.get(id) != shape.model_dump(mode="json")}
        gone = held.keys() - wanted.keys()
        if kind in VERSIONED:
            _keep_versions(session, kind, changed, now_ms)
        feed.publish(session, [Record(kind, id, shape) for id, shape in changed.items()])
        feed.publish(session, [Record(kind, id, None) for id in sorted(gone)])
        outcome.changed[kind.value] = len(changed)
        outcome.removed[kind.value] = len(gone)
    return outcome


def _keep_versions(session: Session, kind: ReferenceKind, changed: Mapping[str, Shape], now_ms: int) -> None:
    known = {
        (row.id, row.version): row.data
        for row in session.scalars(select(CatalogueVersion).where(CatalogueVersion.kind == kind.value))
    }
    newest: dict[str, int] = {}
    for id, version in known:
        newest[id] = max(version, newest.get(id, version))
    for id, shape in changed.items():
        data = shape.model_dump(mode="json")
        version = data["version"]
        if version < newest.get(id, version) or known.get((id, version), data) != data:
            raise VersionProblem(
                f"{kind.value} {id} has changed but says version {version}; give it a version above {newest[id]}."
            )
        if (id, version) not in known:
            row = CatalogueVersion(kind=kind.value, id=id, version=version, data=data, published_at_ms=now_ms)
            session.add(row)
    session.flush()


def item(session: Session, code: str, version: int) -> ServiceItem | None:
    """An item as this version of it was published."""
    data = _version(session, ReferenceKind.SERVICE_ITEM, code, version)
    return None if data is None else ServiceItem.model_validate(data)


def norm(session: Session, code: str, version: int) -> Norm | None:
    """A norm as this version of it was published."""
    data = _version(session, ReferenceKind.NORM, code, version)
    return None if data is None else Norm.model_validate(data)


def _version(session: Session, kind: ReferenceKind, id: str, version: int) -> dict[str, Any] | None:
    kept = session.get(CatalogueVersion, (kind.value, id, version))
    return None if kept is None else kept.data
