"""What a terminal for residents carries beside its hall-card reader and slip printer, emulated in this process."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from drivers.emulators.camera import EmulatedCamera
from drivers.emulators.page_printer import EmulatedPagePrinter
from drivers.emulators.sam import EmulatedSam
from drivers.emulators.scanner import EmulatedSsiScanner
from tests.stage.page_service import QUEUE, PageService

CAMERA_FPS = 10.0


class ResidentDevices:
    """Reader of ID cards, code scanner, camera and A4 printer. With a `service` the pages go through a real CUPS, else to
    an emulated printer (`pages`). `sections` is what a configuration says of them, by slot. Leaving it ends them."""

    def __init__(self, directory: Path, service: PageService | None = None) -> None:
        with ExitStack() as stack:
            self.id_reader = EmulatedSam(directory / "id")
            stack.callback(self.id_reader.close)
            self.scanner = EmulatedSsiScanner(directory / "scanner")
            stack.callback(self.scanner.close)
            self.camera = EmulatedCamera(fps=CAMERA_FPS)
            stack.callback(self.camera.close)
            self.pages = None if service else EmulatedPagePrinter()
            if self.pages is not None:
                stack.callback(self.pages.close)
            self._ends = stack.pop_all()
        self.sections: Mapping[str, Mapping[str, object]] = {
            "id_card_reader": {"kind": "sam_serial", "port": self.id_reader.path},
            "code_scanner": {"kind": "ssi_serial", "port": self.scanner.path},
            "page_printer": self._page_printer(service),
            "camera": {"kind": "camera_http", "url": self.camera.url},
        }

    def _page_printer(self, service: PageService | None) -> Mapping[str, object]:
        if service is not None:
            return {"kind": "cups", "host": "127.0.0.1", "port": service.port, "queue": QUEUE}
        assert self.pages is not None
        host, port = self.pages.address
        return {"kind": "cups", "host": host, "port": port, "queue": self.pages.queue}

    def __enter__(self) -> ResidentDevices:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every device."""
        self._ends.close()
