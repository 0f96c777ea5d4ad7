"""What lies within a quarter of an hour on foot, and the playlist of the day. Reads only, on the disk thread.

Paces: 4 km/h for an adult, 3 km/h for an elder, so that a quarter of an hour is 1,000 m or 750 m.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from kiosk import commands_resident as commands
from kiosk.config import ResidentSection
from kiosk.events_resident import PlacesTold, SlidesTold
from kiosk.services.pictures import PictureSeen
from kiosk.services.slips import Place
from offline_cache.clock import Stamp
from offline_cache.reference import Reference
from offline_cache.reference_residents import ResidentReference

METRES_AN_HOUR = 4000
METRES_AN_HOUR_ELDER = 3000
QUARTER_MIN = 15
FULL_BRIGHTNESS = 100


def minutes_on_foot(metres: int, *, elder: bool) -> int:
    """Whole minutes, rounded up; at least one."""
    pace = METRES_AN_HOUR_ELDER if elder else METRES_AN_HOUR
    return max(1, -(-metres * 60 // pace))


class Surroundings:
    """Answers ListPlaces and ListSlides through `publish`. `now` stamps the moment, `zone` is the local one."""

    def __init__(
        self,
        reference: ResidentReference,
        site_id: str,
        config: ResidentSection,
        zone: tzinfo,
        now: Callable[[], Stamp],
        publish: Callable[[object], None],
    ) -> None:
        self._reference = reference
        self._site_id = site_id
        self._config = config
        self._zone = zone
        self._now = now
        self._publish = publish

    def list_places(self, wish: commands.ListPlaces) -> None:
        """Publishes PlacesTold."""
        wanted = [each for each in self._reference.places(self._site_id) if wish.sort in ("", each.sort)]
        timed = [(place, minutes_on_foot(place.metres, elder=wish.elder)) for place in wanted]
        near = tuple((place, minutes) for place, minutes in timed if minutes <= QUARTER_MIN)
        self._publish(PlacesTold(wish.ask_id, near))

    def list_slides(self, wish: commands.ListSlides) -> None:
        """Publishes SlidesTold."""
        stamp = self._now()
        local = datetime.fromtimestamp(stamp.wall_ms / 1000, self._zone)
        slides = tuple(self._reference.slides(local.date().isoformat()))
        self._publish(SlidesTold(wish.ask_id, slides, self._brightness(local, stamp.trusted)))

    def show_slide(self, slide_id: str) -> None:
        """Publishes PictureSeen; nothing for a picture that cannot be read."""
        slide = self._reference.slide(slide_id)
        if slide is None or not slide.picture:
            return
        try:
            encoded = base64.b64decode(slide.picture, validate=True)
        except binascii.Error:
            return
        pixels = _decoded(encoded)
        if pixels is not None:
            self._publish(PictureSeen(pixels, slide_id))

    def _brightness(self, local: datetime, trusted: bool) -> int:
        """A clock that may be wrong must not leave the hall with a dark screen at noon."""
        return self._config.dim_percent if trusted and self._is_dim(f"{local:%H:%M}") else FULL_BRIGHTNESS

    def _is_dim(self, now: str) -> bool:
        begins, ends = self._config.dim_from, self._config.dim_to
        if begins <= ends:
            return begins <= now < ends
        return now >= begins or now < ends


def _decoded(encoded: bytes) -> Any:
    """PNG or JPEG as height x width x 3, BGR, uint8; None for anything else."""
    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    import numpy

    try:
        return cv2.imdecode(numpy.frombuffer(encoded, numpy.uint8), cv2.IMREAD_COLOR) if encoded else None
    except cv2.error:  # as for one that says to be larger than memory
        return None


class PlaceKept:
    """What paper says of this hall. Read on the disk thread now and then, told to any thread at once."""

    def __init__(self, reference: Reference, site_id: str, terminal_id: str, window_phone: str) -> None:
        self._reference = reference
        self._site_id = site_id
        self._window_phone = window_phone
        self._place = Place("", "", window_phone, terminal_id)

    def refresh(self) -> None:
        site = self._reference.site(self._site_id)
        if site is not None:
            phone = self._window_phone or site.phone
            self._place = Place(site.name_zh, site.name_en, phone, self._place.terminal_id)

    def told(self) -> Place:
        return self._place

    def newest(self) -> Place:
        """Read now, on the disk thread."""
        self.refresh()
        return self._place
