"""Who is staff at this site, as the hall told us."""

from __future__ import annotations

from kiosk.services.names import masked
from kiosk.views import StaffRecord
from offline_cache import wire
from offline_cache.reference import Reference


class StaffCards:
    """Staff of one site; another site's staff are nobody here."""

    def __init__(self, reference: Reference, site_id: str) -> None:
        self._reference = reference
        self._site_id = site_id

    def holder_of(self, card_ref: str) -> StaffRecord | None:
        staff = self._reference.staff_by_card(card_ref)
        return record_of(staff) if staff and self._site_id in staff.site_ids else None

    def candidates(self, staff_id: str) -> list[wire.Staff]:
        """Whose PIN may be meant: that member of staff, or anybody of this site where none is named."""
        if not staff_id:
            return list(self._reference.staff_of_site(self._site_id))
        staff = self._reference.staff(staff_id)
        return [staff] if staff and self._site_id in staff.site_ids else []


def record_of(staff: wire.Staff) -> StaffRecord:
    return StaffRecord(staff.staff_id, masked(staff.name), tuple(staff.duties))
