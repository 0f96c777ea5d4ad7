"""What is said of a configuration that cannot be used."""

from __future__ import annotations

from pathlib import Path


class ConfigError(Exception):
    """The configuration cannot be used. `code` is stable; the text names file, line, field and what was expected."""

    def __init__(self, code: str, path: Path, line: int | None, field: str, expected: str) -> None:
        place = f"{path}:{line}" if line else str(path)
        super().__init__(f"{place}: {field}: {expected}")
        self.code = code
        self.path = path
        self.line = line
        self.field = field
        self.expected = expected
