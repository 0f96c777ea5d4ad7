"""Who stands here: whose card was read in this session, and who of the staff is signed in. Of nobody else is anything told."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.services.front_desk.signed_in import SignedIn
from kiosk.services.residents.identifying import PHONE_CODE


class Presence:
    """`way_of` says how a person has identified herself in the session that is open: "" not at all. `signed_in` is None where no staff
    sit."""

    def __init__(self, way_of: Callable[[str], str], signed_in: SignedIn | None = None) -> None:
        self._way_of = way_of
        self._signed_in = signed_in

    def is_here(self, person_id: str) -> bool:
        return bool(self._way_of(person_id))

    def showed_card(self, person_id: str) -> bool:
        """A code that was sent to a telephone does not say who holds it."""
        return self._way_of(person_id) not in ("", PHONE_CODE)

    def is_staff(self, staff_id: str) -> bool:
        return self._signed_in is not None and self._signed_in.is_here(staff_id)

    def may_speak_of(self, person_id: str) -> bool:
        return self.is_here(person_id) or (self._signed_in is not None and bool(self._signed_in.staff_id))
