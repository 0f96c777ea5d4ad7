"""The templates of this terminal: the gallery on the disk and what recognition matches against, in step with the consents.

A consent's row is written before its template is kept, and "deleted" is said after it is gone. What a power cut leaves in between
is mended at the next start: a template that no acknowledged consent allows goes, and a consent that has no template is told to the
hall as deleted. Neither rule can keep a face that nobody agreed to, nor say that one is gone that is still there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import Literal, Protocol, TypeVar

from kiosk import commands
from kiosk.events_front_desk import RecognitionChanged
from kiosk.services.front_desk.ledger import ConsentLedger, KnownConsent, year_after
from offline_cache.clock import Stamp
from offline_cache.db import DiskDamaged
from offline_cache.face_gallery import DAMAGED, OTHER_MODEL, FaceGallery, Template
from offline_cache.outbox import Outbox
from offline_cache.sync import ReferenceChanged, RowsSettled
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import TemplateDeletedBody

log = logging.getLogger(__name__)

TIDY_LOOKS = 60

Reason = Literal["withdrawn", "expired", "replaced", "damaged", "other_model"]
Result = TypeVar("Result")


class Matcher(Protocol):
    """What templates want of recognition (kiosk.faces.recognition.Recognition)."""

    def load(self, templates: Iterable[tuple[str, Sequence[bytes]]]) -> None: ...

    def add(self, consent_id: str, vectors: Sequence[bytes]) -> None: ...

    def remove(self, consent_id: str) -> None: ...


class GalleryLost(Exception):
    """The gallery was damaged, and is empty now."""

    code = DAMAGED


class Templates:
    """A DeskService. `model_id` says which model recognition uses, "" where its file is missing; `matcher` is None where no face is looked at, and templates
    of before are only deleted when their time comes. On the disk thread; everything raises the StorageError
    family. `refused` is why what was found on the disk could not be used, "" for a good gallery."""

    hears: tuple[type, ...] = (ReferenceChanged, RowsSettled)

    def __init__(
        self,
        *,
        gallery: FaceGallery,
        matcher: Matcher | None,
        ledger: ConsentLedger,
        outbox: Outbox,
        now: Callable[[], Stamp],
        zone: tzinfo,
        model_id: Callable[[], str],
        publish: Callable[[object], None],
    ) -> None:
        self.refused = gallery.refused
        self._gallery = gallery
        self._matcher = matcher
        self._ledger = ledger
        self._outbox = outbox
        self._now = now
        self._zone = zone
        self._model_id = model_id
        self._publish = publish
        self._looks = 0

    def begin(self) -> None:
        """Mends what a crash left, refuses what is not of this terminal and model, and gives the rest to recognition."""
        model_id = self._model_id()
        if model_id:
            for consent_id, code in self._living(lambda: self._gallery.foreign(model_id)).items():
                log.error("%s: a template is refused and deleted", code)
                self._publish(RecognitionChanged(code))
                self.drop([consent_id], "other_model" if code == OTHER_MODEL else "damaged")
        self.tidy()
        self._mend()
        if self._matcher is not None:
            matcher = self._matcher
            self._living(lambda: matcher.load(self._gallery.loaded()))
        if self.refused:
            self._publish(RecognitionChanged(self.refused))

    def refresh(self) -> None:
        self._looks += 1
        if self._looks % TIDY_LOOKS == 0:
            self.tidy()

    def perform(self, command: commands.Command) -> bool:
        return False

    def hear(self, event: object) -> None:
        """A consent that was taken back at another terminal, or that the hall does not take: its template goes at once."""
        match event:
            case ReferenceChanged(kinds) if ReferenceKind.CONSENT in kinds:
                self.tidy()
            case RowsSettled(refused=refused) if refused:
                self._ledger.read_refused()
                self.tidy()

    def keep(self, consent: KnownConsent, vectors: Sequence[bytes], model_id: str) -> None:
        """After the row of its consent. Raises ValueError for vectors that are none, GalleryLost when the gallery fell apart
        over it: then the hall is told that there is no template."""
        template = Template(
            consent.consent_id, tuple(vectors), model_id, consent.given_ms, until_ms=consent.until_ms
        )
        self._living(lambda: self._gallery.keep(template))
        if self._ledger.active(consent.consent_id) is None:
            self._living(lambda: self._gallery.delete([consent.consent_id]))
            raise GalleryLost
        if self._matcher is not None:
            self._matcher.add(consent.consent_id, vectors)

    def stop_matching(self, consent_ids: Iterable[str]) -> None:
        """At once, before anything is written."""
        if self._matcher is not None:
            for consent_id in consent_ids:
                self._matcher.remove(consent_id)

    def drop(self, consent_ids: Sequence[str], reason: Reason) -> None:
        """Matching stops, then the numbers are overwritten, then the rows say so."""
        self.stop_matching(consent_ids)
        self._living(lambda: self._gallery.delete(consent_ids))
        for consent_id in consent_ids:
            self._say_deleted(consent_id, reason)

    def used(self, consent_id: str) -> None:
        """She was known by it: twelve months begin anew."""
        now = self._now()
        if now.trusted:
            until_ms = year_after(now.wall_ms, self._zone)
            self._living(lambda: self._gallery.used(consent_id, now.wall_ms, until_ms))

    def until_ms(self, consent_id: str) -> int | None:
        return self._living(lambda: self._gallery.until_ms(consent_id))

    def tidy(self) -> None:
        """What the hall has told to delete, what a full disk did not let us delete, and what is over its time."""
        due = self._ledger.to_delete()
        self.stop_matching(due)  # all of them, before the disk can refuse to delete one
        for consent_id in due:
            self.drop([consent_id], self._ledger.why_over(consent_id))
        self._drop_expired()

    def close(self) -> None:
        self._gallery.close()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _mend(self) -> None:
        here = self._living(self._gallery.consent_ids)
        for consent_id in sorted(here):
            if self._ledger.active(consent_id) is None:
                log.warning("a template that no consent is known for is deleted")
                self.drop([consent_id], "damaged")
        for consent in self._ledger.templates_due():
            if consent.consent_id not in here:
                log.warning("a consent has no template here: the hall is told that it is deleted")
                self._say_deleted(consent.consent_id, "damaged")

    def _drop_expired(self) -> None:
        """A clock that may be wrong deletes nothing: it might have jumped ahead by years."""
        now = self._now()
        if now.trusted:
            self._drop_all(self._living(lambda: self._gallery.expired(now.wall_ms)), "expired")

    def _drop_all(self, consent_ids: Sequence[str], reason: Reason) -> None:
        if consent_ids:
            self.drop(consent_ids, reason)

    def _say_deleted(self, consent_id: str, reason: Reason) -> None:
        body = TemplateDeletedBody(consent_id=consent_id, reason=reason)
        self._outbox.append(RowKind.TEMPLATE_DELETED, body, self._now())
        self._ledger.deleted(consent_id)

    def _living(self, work: Callable[[], Result]) -> Result:
        """Once more on an empty gallery when the file turns out damaged in the middle of the day."""
        try:
            return work()
        except DiskDamaged:
            self._gallery.quarantine()
        self.refused = DAMAGED
        self._publish(RecognitionChanged(DAMAGED))
        if self._matcher is not None:
            self._matcher.load(())
        for consent in self._ledger.templates_due():
            self._say_deleted(consent.consent_id, "damaged")
        return work()
