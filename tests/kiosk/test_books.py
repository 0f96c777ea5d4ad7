"""What the books do each second must not hang on one thing that is wrong with them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from kiosk.services.books import Books
from offline_cache.db import StorageError


def test_a_disk_that_fails_keeps_no_service_from_its_turn() -> None:
    """The timers of a desk's alarms are among them."""

    def refuses() -> None:
        raise StorageError("the disk does not answer", "disk.full")

    turns: list[str] = []
    outbox = cast("Any", SimpleNamespace(notices=set(), catch_up=refuses))
    services = cast("Any", SimpleNamespace(refresh=lambda: turns.append("refreshed")))
    books = Books(outbox, cast("Any", None), services, "C1", cast("Any", SimpleNamespace(publish=print)))
    with pytest.raises(StorageError):
        books.look()
    assert turns == ["refreshed"]
