"""What the resident's desk is made of: every service with what it works with, wired once."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kiosk.services.page_printing import PagePrinterThread
from kiosk.services.pins import FileAttempts, Pins
from kiosk.services.residents.applications import Applications
from kiosk.services.residents.camera import PaperCamera
from kiosk.services.residents.catalogue import Catalogue
from kiosk.services.residents.documents import Documents
from kiosk.services.residents.hand_offs import HandOffs
from kiosk.services.residents.identifying import Identifying
from kiosk.services.residents.papers import PapersAtHand
from kiosk.services.residents.places import PlaceKept, Surroundings
from kiosk.services.residents.records import Records
from kiosk.services.role_services import Papers
from kiosk.services.staff_check import StaffCheck
from kiosk.services.staff_records import StaffCards
from offline_cache.blobs import Blobs
from offline_cache.numbers import Numbers
from offline_cache.record_cache import RecordCache
from offline_cache.reference_residents import ResidentReference


@dataclass(frozen=True, slots=True)
class Parts:
    """`place` is what paper says of this hall."""

    staff_check: StaffCheck
    catalogue: Catalogue
    surroundings: Surroundings
    place: PlaceKept
    identifying: Identifying
    cache: RecordCache
    records: Records
    documents: Documents
    hand_offs: HandOffs
    blobs: Blobs
    applications: Applications
    papers: PapersAtHand

    @classmethod
    def of(cls, papers: Papers) -> Parts:
        """Opens the cached records and the papers, and mends what an earlier run left. Raises the StorageError family."""
        terminal, resident, doors = papers.settings.terminal, papers.settings.resident, papers.doors
        zone, site_id = ZoneInfo(terminal.timezone), papers.identity.enrolled.site_id
        now, publish, reference = papers.clock.stamp, doors.publish, papers.reference
        residents = ResidentReference(reference)
        staff_cards = StaffCards(reference, site_id)
        numbers = Numbers(terminal.data_dir, terminal.id)
        blobs = Blobs(terminal.data_dir, papers.key)
        blobs.open()
        place = PlaceKept(reference, site_id, terminal.id, resident.window_phone)
        page_printer = doors.device("page_printer")
        documents = Documents(
            outbox=papers.outbox,
            numbers=numbers,
            key=papers.identity.key,
            slip_printer=doors.printer,
            page_printer=page_printer if isinstance(page_printer, PagePrinterThread) else None,
            publish=publish,
            now=now,
            place=place.told,
            zone=zone,
            # The hall's own word may come with any token; an operator's goes before it.
            public_url=lambda: (
                resident.public_url or papers.identity.enrolled.public_url or terminal.hall_url
            ),
        )
        documents.begin()
        cache = RecordCache.open(terminal.data_dir, papers.key)
        return cls(
            staff_check=StaffCheck(
                outbox=papers.outbox,
                clock=papers.clock,
                site_id=site_id,
                staff_cards=staff_cards,
                pins=Pins(FileAttempts(terminal.data_dir)),
                publish=publish,
                on_disk=doors.on_disk,
            ),
            catalogue=Catalogue(reference, publish),
            surroundings=Surroundings(residents, site_id, resident, zone, now, publish),
            place=place,
            identifying=Identifying(
                reference=reference,
                staff_cards=staff_cards,
                documents=documents,
                zone=zone,
                now=now,
                publish=publish,
            ),
            cache=cache,
            records=Records(
                reference=residents,
                cache=cache,
                outbox=papers.outbox,
                zone=zone,
                now=now,
                online=doors.online,
                on_disk=doors.on_disk,
                publish=publish,
            ),
            documents=documents,
            hand_offs=HandOffs(now, publish),
            blobs=blobs,
            applications=Applications(
                outbox=papers.outbox,
                reference=reference,
                blobs=blobs,
                numbers=numbers,
                site_id=site_id,
                zone=zone,
                now=now,
                online=doors.online,
                publish=publish,
            ),
            papers=PapersAtHand(blobs, PaperCamera(doors.device("camera"), publish), doors.later, publish),
        )
