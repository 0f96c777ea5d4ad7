from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline_cache.db import load_key
from offline_cache.outbox import Outbox
from tests.offline_cache.rows import stamp

OpenOutbox = Callable[[], Outbox]


@pytest.fixture
def key(tmp_path: Path) -> bytes:
    return load_key(tmp_path)


@pytest.fixture
def open_outbox(tmp_path: Path, key: bytes) -> Iterator[OpenOutbox]:
    """Opens the log in tmp_path; every one is closed at the end (closing twice is harmless)."""
    opened: list[Outbox] = []

    def open_one() -> Outbox:
        outbox = Outbox.open(tmp_path, key, "CT-03", stamp())
        opened.append(outbox)
        return outbox

    yield open_one
    for outbox in opened:
        outbox.close()


@pytest.fixture
def outbox(open_outbox: OpenOutbox) -> Outbox:
    return open_outbox()
