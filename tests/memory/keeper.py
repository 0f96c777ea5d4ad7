"""The control of the journey `forget`: the same terminal, but one that keeps every document for KEPT_S before it wipes it.

No role holds a document yet, so an honest terminal has none that a search could find while a person is there. This one
does what a session will do: it owns the document until its end. Nothing else differs. A search that finds nothing here
cannot see.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from unittest.mock import patch

from drivers.base import CardReader, CardSeen
from kiosk.services import devices
from kiosk.services.devices import CardsHeard
from kiosk.services.supervision import Duty
from tests.stage.watched import main

KEPT_S = 12.0


class KeepsDocuments(CardsHeard):
    """Has a document wiped KEPT_S after its card was read, and not at once."""

    def _seen(self, duty: Duty[CardReader], seen: CardSeen) -> None:
        if seen.document is not None:
            timer = threading.Timer(KEPT_S, seen.document.wipe)
            timer.daemon = True
            timer.start()
        super()._seen(duty, replace(seen, document=None))


if __name__ == "__main__":
    with patch.object(devices, "CardsHeard", KeepsDocuments):
        main()
