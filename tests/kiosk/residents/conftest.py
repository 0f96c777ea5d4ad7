from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kiosk.residents.resident_world import ResidentWorld, ServedHall


@pytest.fixture(scope="session")
def served_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHall]:
    """One hall for all tests; each has a terminal of its own at it."""
    hall = ServedHall(tmp_path_factory.mktemp("hall")).start()
    yield hall
    hall.stop()


@pytest.fixture
def world(served_hall: ServedHall, tmp_path: Path) -> Iterator[ResidentWorld]:
    world = ResidentWorld(tmp_path, served_hall)
    yield world
    world.leave()
