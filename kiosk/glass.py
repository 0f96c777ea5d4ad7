"""What is on the glass: the page, the bars around it, and a camera's picture while its page is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from kiosk import views
from kiosk.services.bars import Bars, TimeTold
from kiosk.views_diagnostics import DeviceTestPage
from kiosk.views_resident import PaperPage, Slideshow
from offline_cache.clock import TrustedClock

AIMING = "aiming"


class Glass:
    """Lives on the main thread. `shown` is called with whatever the face has to draw now."""

    def __init__(self, view: views.View, bars: Bars, shown: Callable[[views.Shown], object]) -> None:
        self.view = view
        self.chrome = bars.chrome()
        self._verdict = ("", 0)
        self._drawn: views.View | None = None
        self._drawn_pages = (0, "", 0)
        self._bars = bars
        self._picture: Any = None
        self._shown = shown

    @property
    def verdict(self) -> str:
        """The transaction of the newest verdict that the face has drawn."""
        return self._verdict[0]

    def show(self, view: views.View) -> str:
        """Returns the slide whose picture is wanted now, "" for none."""
        before, self.view = self._slide(), view
        slide = self._slide()
        if not (self._is_live() or (slide and slide == before)):
            self._picture = None
        self._shown(views.Shown(view, self.chrome, self._picture))
        return slide if slide != before else ""

    def show_picture(self, picture: Any, slide_id: str = "") -> None:
        """A camera's frame goes from memory to the glass, and only while its page is there; so does a slide's picture."""
        if slide_id == self._slide() if slide_id else self._is_live():
            self._picture = picture
            self.show(self.view)

    def drawn(self, view: views.View) -> bool:
        """The face has put `view` on the glass. True for a verdict that was not there before."""
        if view != self._drawn:
            self._drawn = view
            self._drawn_pages = (self._drawn_pages[0] + 1, type(view).__name__, time.monotonic_ns())
        if not isinstance(view, views.Served) or view.txn_id == self.verdict:
            return False
        self._verdict = (view.txn_id, time.monotonic_ns())
        return True

    def note(self, source: str, codes: Iterable[str]) -> None:
        """These notices of `source` take the place of its earlier ones, at the next `refresh`."""
        self._bars = self._bars.noticing(source, codes)

    def set_bars(self, **facts: Any) -> None:
        """Fields of Bars, drawn at the next `refresh`."""
        self._bars = replace(self._bars, **facts)

    def refresh(self, clock: TrustedClock) -> bool:
        """Brings the bars up to date. True when they now say something else."""
        stamp = clock.stamp()
        self.set_bars(time=TimeTold(stamp.wall_ms, stamp.trusted, clock.last_sync_ms()))
        chrome, before = self._bars.chrome(), self.chrome
        self.chrome = chrome
        return chrome != before

    def drawn_facts(self) -> Mapping[str, Any]:
        """Which verdict was last on the glass, and since when; how many pages were, and the newest; from any thread."""
        txn_id, drawn_ns = self._verdict
        count, name, page_ns = self._drawn_pages
        pages = {"drawn_pages": count, "drawn_view": name, "drawn_page_ns": page_ns}
        return {"drawn_txn_id": txn_id, "drawn_ns": drawn_ns, **pages}

    def facts(self) -> dict[str, Any]:
        """For the status socket: without a person in them."""
        status = self._bars.queue
        return {
            "view": type(self.view).__name__,
            "txn_id": getattr(self.view, "txn_id", ""),
            "online": self._bars.online,
            "queued": status.unsent,
            "refused": status.under_review,
            "last_seq": status.last_seq,
            "log_id": status.log_id,
            "clock_trusted": self._bars.time.trusted,
            "banner": self.chrome.banner,
            "period": self._bars.counts.period,
            "notices": list(self._bars.all_notices()),
        }

    def _slide(self) -> str:
        return self.view.picture if isinstance(self.view, Slideshow) else ""

    def _is_live(self) -> bool:
        if isinstance(self.view, PaperPage):
            return self.view.state == AIMING
        return isinstance(self.view, DeviceTestPage) and self.view.live
