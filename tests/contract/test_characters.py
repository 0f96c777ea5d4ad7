"""A name goes through the hall and comes back as it was: every character, in records and in rows, on both databases."""

from __future__ import annotations

from hall.services import feed
from hall.services.feed import Record
from offline_cache.wire import Notice, ReferenceKind
from tests.characters.lists import ALL_COUNT, every_character
from tests.contract.conftest import TestHall
from tests.contract.test_changes import pull_all

CHUNK = 2_000


def test_every_character_comes_back_from_the_hall(hall: TestHall) -> None:
    characters = every_character()
    parts = {f"N{start:06}": characters[start : start + CHUNK] for start in range(0, len(characters), CHUNK)}
    with hall.hall.database.writing() as session:
        feed.publish(
            session,
            [
                Record(ReferenceKind.NOTICE, name, Notice(notice_id=name, title=name, text=text))
                for name, text in parts.items()
            ],
        )
    _, held = pull_all(hall.terminal(), limit=500)
    back = "".join(held["notice", name]["text"] for name in parts)
    assert len(back) == ALL_COUNT
    assert back == characters
