"""What may be kept of a record is kept for its time and no longer, and the file says nothing to whoever takes the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache import record_cache
from offline_cache.db import load_key
from offline_cache.record_cache import FILE_NAME, RecordCache
from offline_cache.wire_residents import Column, RecordPage

HOUR_MS = 3_600_000
PERSON = "01990000-0000-7000-8000-000000000001"


def page(kind: str = "points", text: str = "敬老探访") -> RecordPage:
    column = Column(label_zh="事由", label_en="What for")
    return RecordPage(
        kind=kind,
        person_id=PERSON,
        title_zh="积分",
        title_en="Points",
        columns=[column],
        rows=[[text]],
        count=1,
        as_of_ms=0,
    )


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[RecordCache]:
    opened = RecordCache.open(tmp_path, load_key(tmp_path))
    yield opened
    opened.close()


def test_it_is_told_within_its_time(cache: RecordCache) -> None:
    cache.keep(PERSON, None, page(), 0, 3600)
    found = cache.find(PERSON, "points", None, HOUR_MS - 1)
    assert found is not None and (found.page, found.kept_ms) == (page(), 0)
    assert cache.find(PERSON, "points", None, HOUR_MS) is None


def test_a_clock_that_went_back_makes_nothing_younger(cache: RecordCache) -> None:
    cache.keep(PERSON, None, page(), 1000, 3600)
    assert cache.find(PERSON, "points", None, 999) is None


def test_each_person_kind_and_year_is_its_own(cache: RecordCache) -> None:
    cache.keep(PERSON, 2025, page(), 0, 3600)
    assert cache.find(PERSON, "points", 2024, 1) is None
    assert cache.find(PERSON, "pension", 2025, 1) is None
    assert cache.find("somebody else", "points", 2025, 1) is None


def test_the_newest_takes_the_place_of_the_one_before(cache: RecordCache) -> None:
    cache.keep(PERSON, None, page(text="before"), 0, 3600)
    cache.keep(PERSON, None, page(text="after"), 1, 3600)
    found = cache.find(PERSON, "points", None, 2)
    assert found is not None and found.page.rows == [["after"]]


def test_a_policy_that_keeps_nothing_forgets_what_was_kept(cache: RecordCache) -> None:
    cache.keep(PERSON, None, page(), 0, 3600)
    cache.keep(PERSON, None, page(), 1, 0)
    assert cache.find(PERSON, "points", None, 2) is None


def test_what_is_over_is_deleted(cache: RecordCache) -> None:
    cache.keep(PERSON, None, page(), 0, 3600)
    cache.keep(PERSON, 2025, page(), 0, 7200)
    assert [cache.expire(HOUR_MS), cache.expire(HOUR_MS)] == [1, 0]
    assert cache.find(PERSON, "points", None, 1) is None
    assert cache.find(PERSON, "points", 2025, HOUR_MS) is not None


def test_there_is_an_end_to_it(cache: RecordCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_cache, "MOST_RECORDS", 3)
    for year in range(2020, 2026):
        cache.keep(PERSON, year, page(), year, 3600)
    kept = [year for year in range(2020, 2026) if cache.find(PERSON, "points", year, 3000)]
    assert kept == [2023, 2024, 2025]


def test_nothing_of_it_can_be_read_on_the_disk(tmp_path: Path, cache: RecordCache) -> None:
    cache.keep(PERSON, None, page(), 0, 3600)
    written = b"".join(path.read_bytes() for path in tmp_path.glob(FILE_NAME + "*"))
    assert written
    assert not [word for word in ("敬老探访", PERSON, "points") if word.encode() in written]


def test_a_damaged_file_is_deleted_and_begun_anew(tmp_path: Path) -> None:
    key = load_key(tmp_path)
    cache = RecordCache.open(tmp_path, key)
    cache.keep(PERSON, None, page(), 0, 3600)
    cache.close()
    (tmp_path / FILE_NAME).write_bytes(b"not a database" * 1000)
    again = RecordCache.open(tmp_path, key)
    assert again.find(PERSON, "points", None, 1) is None
    again.keep(PERSON, None, page(), 0, 3600)
    again.close()
    assert not (tmp_path / "quarantine").exists()


def test_damage_in_the_middle_of_the_day_costs_what_was_kept_and_no_more(
    tmp_path: Path, cache: RecordCache
) -> None:
    for year in range(1900, 2000):
        cache.keep(PERSON, year, page(text="敬老探访" * 50), 0, 3600)
    connection = cache._connection
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / FILE_NAME
    content = bytearray(path.read_bytes())
    for at in range(2048 * 3 + 500, len(content), 2048):
        content[at] ^= 1
    path.write_bytes(content)
    connection.execute("PRAGMA shrink_memory")
    assert [cache.find(PERSON, "points", year, 1) for year in range(1900, 2000)].count(None) > 50
    cache.keep(PERSON, 2025, page(), 0, 3600)
    found = cache.find(PERSON, "points", 2025, 1)
    assert found is not None and found.page == page()
    assert cache.expire(HOUR_MS) == 1


@pytest.mark.parametrize("method", ["keep", "expire"])
def test_whatever_meets_the_damage_begins_the_file_anew(
    tmp_path: Path, cache: RecordCache, method: str
) -> None:
    cache.keep(PERSON, None, page(), 0, 3600)
    connection = cache._connection
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / FILE_NAME
    content = bytearray(path.read_bytes())
    for at in range(500, len(content), 2048):
        content[at] ^= 1
    path.write_bytes(content)
    connection.execute("PRAGMA shrink_memory")
    if method == "keep":
        cache.keep(PERSON, None, page(), 0, 3600)
    else:
        assert cache.expire(HOUR_MS) == 0
    cache.keep(PERSON, None, page(), 0, 3600)
    assert cache.find(PERSON, "points", None, 1) is not None
