"""A camera on the network, emulated on a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.emulators.camera import EmulatedCamera
from drivers.registry import make
from tests.drivers.conformance.subject import Subject

USER, PASSWORD = "gatekeeper", "Tr0ub4dor"


@contextmanager
def _http(directory: Path) -> Iterator[Subject]:
    emulated = EmulatedCamera(user=USER, password=PASSWORD)
    try:
        yield Subject(
            make=lambda: make("camera_http", {"url": emulated.url}),
            unplug=emulated.unplug,
            plug=emulated.plug,
            mute=emulated.mute,
            secrets=(USER, PASSWORD),
        )
    finally:
        emulated.close()


LIVE = {"camera_http": _http}
