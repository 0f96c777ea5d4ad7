"""What the hall has told of residents' matters: kinds of records, guides, norms, places, the playlist, the privacy notice.

Loaded by the terminals that need it, since its shapes take a while. To be used on the disk thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline_cache import wire_residents as wire
from offline_cache.reference import Reference
from offline_cache.wire import ReferenceKind, Shape

Keys = Callable[[Any], tuple[str | None, str | None]]


def _no_keys(shape: Any) -> tuple[str | None, str | None]:
    return None, None


SHAPES: dict[ReferenceKind, tuple[type[Shape], Keys]] = {
    ReferenceKind.RECORD_KIND: (wire.RecordKind, _no_keys),
    ReferenceKind.SERVICE_ITEM: (wire.ServiceItem, _no_keys),
    ReferenceKind.NORM: (wire.Norm, _no_keys),
    ReferenceKind.ROOT: (wire.Root, _no_keys),
    ReferenceKind.PLACE: (wire.Place, lambda place: (place.site_id, None)),
    ReferenceKind.SLIDE: (wire.Slide, _no_keys),
    ReferenceKind.PRIVACY_NOTICE: (wire.PrivacyNotice, _no_keys),
    ReferenceKind.APPLICATION: (wire.ApplicationState, lambda state: (state.person_id, None)),
}


class ResidentReference:
    """Typed look-ups; all raise the StorageError family."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def record_kinds(self) -> list[wire.RecordKind]:
        """As they are to be offered."""
        kinds = self._reference.all_of(wire.RecordKind, ReferenceKind.RECORD_KIND)
        return sorted(kinds, key=lambda kind: (kind.order, kind.kind))

    def record_kind(self, kind: str) -> wire.RecordKind | None:
        return self._reference.find(wire.RecordKind, ReferenceKind.RECORD_KIND, kind)

    def items(self) -> list[wire.ServiceItem]:
        return self._reference.all_of(wire.ServiceItem, ReferenceKind.SERVICE_ITEM)

    def item(self, code: str) -> wire.ServiceItem | None:
        return self._reference.find(wire.ServiceItem, ReferenceKind.SERVICE_ITEM, code)

    def norms(self) -> list[wire.Norm]:
        return self._reference.all_of(wire.Norm, ReferenceKind.NORM)

    def norm(self, code: str) -> wire.Norm | None:
        return self._reference.find(wire.Norm, ReferenceKind.NORM, code)

    def roots(self) -> list[wire.Root]:
        """Systems before categories, each in its own order."""
        roots = self._reference.all_of(wire.Root, ReferenceKind.ROOT)
        return sorted(roots, key=lambda root: (root.sort != "system", root.order, root.code))

    def places(self, site_id: str) -> list[wire.Place]:
        """Around one site, nearest first."""
        places = self._reference.all_of(wire.Place, ReferenceKind.PLACE)
        return sorted((each for each in places if each.site_id == site_id), key=lambda each: each.metres)

    def place(self, place_id: str) -> wire.Place | None:
        return self._reference.find(wire.Place, ReferenceKind.PLACE, place_id)

    def slides(self, day: str) -> list[wire.Slide]:
        """The playlist of an ISO day."""
        slides = self._reference.all_of(wire.Slide, ReferenceKind.SLIDE)
        running = (slide for slide in slides if slide.from_date <= day <= slide.to_date)
        return sorted(running, key=lambda slide: (slide.order, slide.slide_id))

    def slide(self, slide_id: str) -> wire.Slide | None:
        return self._reference.find(wire.Slide, ReferenceKind.SLIDE, slide_id)

    def privacy_notice(self) -> wire.PrivacyNotice | None:
        return self._reference.find(wire.PrivacyNotice, ReferenceKind.PRIVACY_NOTICE, "current")

    def application(self, number: str) -> wire.ApplicationState | None:
        return self._reference.find(wire.ApplicationState, ReferenceKind.APPLICATION, number)
