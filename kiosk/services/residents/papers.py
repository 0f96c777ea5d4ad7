"""Papers of the application at hand: photographed or signed, kept encrypted, dropped when it is given up.

Pictures are made on the camera's thread; whatever touches the disk runs on the disk's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk import commands_resident as commands
from kiosk.events_resident import PaperKept, PaperRefused
from kiosk.services.residents.camera import PaperCamera, Photograph
from kiosk.services.residents.session import Session
from kiosk.services.residents.signatures import SignatureRefused, draw
from offline_cache.blobs import Blobs
from offline_cache.db import StorageError

SIGNATURE = "signature"


class PapersAtHand:
    """Answers OpenCamera, TakePhotograph and KeepSignature through `publish`. `later` runs something on the disk thread."""

    def __init__(
        self,
        blobs: Blobs,
        camera: PaperCamera,
        later: Callable[[Callable[[], Any]], Any],
        publish: Callable[[object], None],
    ) -> None:
        self._blobs = blobs
        self._camera = camera
        self._later = later
        self._publish = publish

    def open_camera(self, wish: commands.OpenCamera) -> None:
        """Publishes CameraTold when pictures come, and when they end."""
        self._camera.open(wish.ask_id)

    def close_camera(self) -> None:
        self._camera.close()

    def photograph(self, wish: commands.TakePhotograph, session: Session) -> None:
        """Publishes PaperKept or PaperRefused."""

        def taken(photograph: Photograph) -> None:
            self._later(lambda: self._keep(wish.ask_id, wish.paper, photograph, session))

        self._camera.photograph(taken)

    def keep_signature(self, wish: commands.KeepSignature, session: Session) -> None:
        """Publishes PaperKept or PaperRefused."""
        try:
            photograph = Photograph(draw(wish.strokes))
        except SignatureRefused as refusal:
            photograph = Photograph(code=refusal.code)
        self._keep(wish.ask_id, SIGNATURE, photograph, session)

    def drop(self, names: tuple[str, ...]) -> None:
        for name in names:
            self._blobs.drop(name)

    def end_session(self) -> None:
        """What was not sent in is nobody's any more."""
        self._camera.close()
        self._blobs.drop_all()

    def _keep(self, ask_id: int, paper: str, photograph: Photograph, session: Session) -> None:
        if session.is_over:
            return
        if photograph.code:
            self._publish(PaperRefused(ask_id, photograph.code))
            return
        try:
            name = self._blobs.take(photograph.content)
        except StorageError as error:
            self._publish(PaperRefused(ask_id, error.code))
            return
        self._publish(PaperKept(ask_id, paper, name, len(photograph.content)))
