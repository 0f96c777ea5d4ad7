"""What a terminal needs to answer for consents: without a camera of its own, and with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.faces.models import ModelDamaged, ModelMissing, model_id_of
from kiosk.faces.recognition import Recognition
from kiosk.services.front_desk.consents import Consents
from kiosk.services.front_desk.enrolment import Enrolment
from kiosk.services.front_desk.ledger import ConsentLedger
from kiosk.services.front_desk.presence import Presence
from kiosk.services.front_desk.service import DeskService
from kiosk.services.front_desk.templates import Templates
from kiosk.services.front_desk.withdrawals import Withdrawals
from kiosk.services.residents.desk import WayOf
from kiosk.services.residents.places import PlaceKept
from kiosk.services.role_services import Papers
from offline_cache.face_gallery import FaceGallery
from offline_cache.numbers import Numbers
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.refusals import Refusals


@dataclass(frozen=True, slots=True)
class ConsentDesk:
    """`refusals`, `templates` and `enrolment` are None at a terminal that asks nobody for her face."""

    ledger: ConsentLedger
    refusals: Refusals | None
    templates: Templates | None
    enrolment: Enrolment | None
    consents: Consents
    withdrawals: Withdrawals

    @classmethod
    def of(
        cls,
        papers: Papers,
        presence: Presence,
        recognition: Recognition | None = None,
        *,
        takes_faces: bool = False,
    ) -> ConsentDesk:
        """Opens the files it needs, and reads what was consented to before. Raises the StorageError family."""
        terminal, doors = papers.settings.terminal, papers.doors
        zone, now, publish = ZoneInfo(terminal.timezone), papers.clock.stamp, doors.publish
        ledger = ConsentLedger(papers.outbox, FrontDeskReference(papers.reference), terminal.id, now)
        ledger.begin()
        templates = enrolment = refusals = None
        if takes_faces:
            refusals = Refusals.open(terminal.data_dir, papers.key)
            templates = Templates(
                gallery=FaceGallery.open(terminal.data_dir, papers.key, terminal.id),
                matcher=recognition,
                ledger=ledger,
                outbox=papers.outbox,
                now=now,
                zone=zone,
                model_id=lambda: _model_id(papers),
                publish=publish,
            )
            enrolment = Enrolment(recognition, now, publish)
        place = PlaceKept(
            papers.reference,
            papers.identity.enrolled.site_id,
            terminal.id,
            papers.settings.resident.window_phone,
        )
        return cls(
            ledger=ledger,
            refusals=refusals,
            templates=templates,
            enrolment=enrolment,
            consents=Consents(
                outbox=papers.outbox,
                reference=papers.reference,
                ledger=ledger,
                refusals=refusals,
                presence=presence,
                templates=templates,
                enrolment=enrolment,
                zone=zone,
                now=now,
                publish=publish,
            ),
            withdrawals=Withdrawals(
                outbox=papers.outbox,
                reference=papers.reference,
                numbers=Numbers(terminal.data_dir, terminal.id),
                ledger=ledger,
                presence=presence,
                templates=templates,
                printer=doors.printer,
                place=place.newest,
                online=doors.online,
                zone=zone,
                now=now,
                publish=publish,
            ),
        )

    @property
    def services(self) -> Sequence[DeskService]:
        taking = (self.templates, self.enrolment)
        return (*(each for each in taking if each is not None), self.consents, self.withdrawals)

    def close(self) -> None:
        if self.refusals is not None:
            self.refusals.close()
        if self.templates is not None:
            self.templates.close()


def consent_services(papers: Papers, way_of: WayOf) -> Sequence[DeskService]:
    """For a terminal where somebody may see and take back what she consented to, and where no face is looked at."""
    return ConsentDesk.of(papers, Presence(way_of)).services


def _model_id(papers: Papers) -> str:
    """ "" where the model's file is of no use: then nothing is known of what templates were made by, and recognition says so."""
    desk = papers.settings.front_desk
    try:
        return model_id_of(desk.engine, Path(desk.encoder) if desk.encoder else None)
    except (ModelMissing, ModelDamaged):
        return ""
