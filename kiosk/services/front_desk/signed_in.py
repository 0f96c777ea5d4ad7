"""Who is signed in at this desk: what is asked for in the name of anybody else is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from kiosk.commands_front_desk import SignStaff
from offline_cache.clock import Stamp
from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind
from offline_cache.wire_front_desk import StaffSignedBody

NOBODY_SIGNED_IN = "desk.nobody_signed_in"
OTHER = "other"


class SignedIn:
    """`staff_id` is "" while nobody is. After a restart nobody is: her card may be gone."""

    def __init__(self, outbox: Outbox, now: Callable[[], Stamp]) -> None:
        self.staff_id = ""
        self._outbox = outbox
        self._now = now

    def sign(self, wish: SignStaff) -> None:
        """One row for each change; who comes while another is signed in takes her place. Raises the StorageError family, and then
        nobody is signed in who was not before."""
        if wish.signed == "in":
            if self.staff_id and self.staff_id != wish.staff_id:
                self._write(self.staff_id, "out", OTHER)
                self.staff_id = ""
            if not self.staff_id:
                self._write(wish.staff_id, "in", "")
                self.staff_id = wish.staff_id
        elif self.staff_id == wish.staff_id:
            self.staff_id = ""  # first: who has gone is gone, whatever the disk says
            self._write(wish.staff_id, "out", wish.why)

    def is_here(self, staff_id: str) -> bool:
        """Whether a wish in this name comes from whom it says."""
        return bool(staff_id) and staff_id == self.staff_id

    def _write(self, staff_id: str, signed: str, why: str) -> None:
        body = StaffSignedBody(staff_id=staff_id, signed=cast("Literal['in', 'out']", signed), why=why)
        self._outbox.append(RowKind.STAFF_SIGNED, body, self._now())
