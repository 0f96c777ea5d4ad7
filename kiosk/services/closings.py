"""The meals that were closed here (日结) and of which the hall may not have heard yet: a small durable file."""

from __future__ import annotations

import json
from pathlib import Path

from offline_cache.db import write_durably

KEPT = 60
"""Three weeks of three meals: by then the hall has told the closing itself."""


class Closings:
    """`closings.json` in the data directory. One that cannot be read counts as empty: the rows are in the log."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "closings.json"
        self._closed: list[str] = self._load()

    def holds(self, service_date: str, period: str) -> bool:
        return f"{service_date}/{period}" in self._closed

    def add(self, service_date: str, period: str) -> None:
        """Durable when it returns. Raises StorageError."""
        self._closed = [*self._closed, f"{service_date}/{period}"][-KEPT:]
        write_durably(self._path, json.dumps(self._closed).encode())

    def _load(self) -> list[str]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return []
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
