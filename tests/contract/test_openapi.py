"""The published description of the API changes only when somebody means it to.

To renew it: `.venv/bin/python -m tests.contract.test_openapi`.
"""

from __future__ import annotations

import json
from pathlib import Path

from hall.app import create_app
from hall.settings import Settings

SNAPSHOT = Path(__file__).with_name("openapi.json")


def described() -> str:
    document = create_app(Settings(database="sqlite:///never-opened.sqlite3")).openapi()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def test_the_description_is_the_one_that_was_published() -> None:
    assert described() == SNAPSHOT.read_text(encoding="utf-8")


def test_no_route_takes_a_picture() -> None:
    """There is no way in for a face image or a template (design section 8)."""
    assert "multipart/form-data" not in described()
    assert "image/" not in described()


if __name__ == "__main__":
    SNAPSHOT.write_text(described(), encoding="utf-8")
