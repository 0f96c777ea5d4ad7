from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kiosk.residents.resident_world import ServedHall


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHall]:
    """One hall for all tests that want one; each has terminals of its own at it."""
    served = ServedHall(tmp_path_factory.mktemp("hall")).start()
    yield served
    served.stop()
