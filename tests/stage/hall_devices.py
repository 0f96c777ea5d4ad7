"""What a terminal of a hall carries beside its card reader and its slip printer, one of each, emulated in this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from drivers.emulators.camera import EmulatedCamera
from drivers.emulators.page_printer import EmulatedPagePrinter
from drivers.emulators.radio import EmulatedRadio
from drivers.emulators.relays import EmulatedModbusRelay
from drivers.emulators.sam import EmulatedSam
from drivers.emulators.scanner import EmulatedSsiScanner

CAMERA_FPS = 10.0


@dataclass(frozen=True, slots=True)
class Cable:
    """How to pull the device of a slot, and how to put it back."""

    slot: str
    unplug: Callable[[], None]
    plug: Callable[[], None]


class HallDevices:
    """Six devices. `sections` is what a configuration says of them, by slot. Leaving it ends them."""

    def __init__(self, directory: Path) -> None:
        with ExitStack() as stack:
            id_reader = EmulatedSam(directory / "id")
            stack.callback(id_reader.close)
            scanner = EmulatedSsiScanner(directory / "scanner")
            stack.callback(scanner.close)
            pages = EmulatedPagePrinter()
            stack.callback(pages.close)
            camera = EmulatedCamera(fps=CAMERA_FPS)
            stack.callback(camera.close)
            door = EmulatedModbusRelay(directory / "door")
            stack.callback(door.close)
            buttons = EmulatedRadio(directory / "buttons")
            stack.callback(buttons.close)
            self._ends = stack.pop_all()
        self.id_reader, self.scanner, self.pages = id_reader, scanner, pages
        self.camera, self.door, self.buttons = camera, door, buttons
        host, port = pages.address
        self.sections: Mapping[str, Mapping[str, object]] = {
            "id_card_reader": {"kind": "sam_serial", "port": id_reader.path},
            "code_scanner": {"kind": "ssi_serial", "port": scanner.path},
            "page_printer": {"kind": "cups", "host": host, "port": port, "queue": pages.queue},
            "camera": {"kind": "camera_http", "url": camera.url},
            "door": {"kind": "relay_modbus_serial", "port": door.path},
            "call_buttons": {"kind": "rf_generic_serial", "port": buttons.path},
        }
        self.cables = (
            Cable("id_card_reader", id_reader.unplug, id_reader.plug),
            Cable("code_scanner", scanner.unplug, scanner.plug),
            Cable("page_printer", pages.unplug, pages.plug),
            Cable("camera", camera.unplug, camera.plug),
            Cable("door", door.unplug, door.plug),
            Cable("call_buttons", buttons.unplug, buttons.plug),
        )

    def __enter__(self) -> HallDevices:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every device."""
        self._ends.close()
