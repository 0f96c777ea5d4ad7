"""Who said no is not asked again for 90 days, and the file that remembers it names nobody, here or on another machine."""

from __future__ import annotations

from pathlib import Path

from offline_cache.db import load_key
from offline_cache.refusals import FILE_NAME, KEPT_MS, Refusals

CARD, OTHER = "a" * 64, "b" * 64


def test_ninety_days_and_no_longer(tmp_path: Path) -> None:
    refusals = Refusals.open(tmp_path, load_key(tmp_path))
    refusals.note(CARD, 1_000)
    assert refusals.is_noted([OTHER, CARD], 1_000 + KEPT_MS - 1)
    assert not refusals.is_noted([CARD], 1_000 + KEPT_MS)
    assert not refusals.is_noted([OTHER], 1_000)
    refusals.expire(1_000 + KEPT_MS)
    assert not refusals.is_noted([CARD], 1_000)
    refusals.close()


def test_a_clock_that_was_ahead_keeps_nothing_longer(tmp_path: Path) -> None:
    years_ms = 4 * 365 * 86_400_000
    refusals = Refusals.open(tmp_path, load_key(tmp_path))
    refusals.note(CARD, years_ms)
    refusals.expire(1_000)
    assert refusals.is_noted([CARD], KEPT_MS)
    refusals.expire(1_000 + KEPT_MS)
    assert not refusals.is_noted([CARD], 0)
    refusals.close()


def test_another_terminals_digest_is_another_one(tmp_path: Path) -> None:
    digests = []
    for name in ("here", "there"):
        refusals = Refusals.open(tmp_path / name, load_key(tmp_path / name))
        refusals.note(CARD, 0)
        digests.append(refusals._connection.execute("SELECT digest FROM refusals").fetchone()[0])
        refusals.close()
    assert digests[0] != digests[1]
    assert bytes.fromhex(CARD) not in digests


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    key = load_key(tmp_path)
    Refusals.open(tmp_path, key).close()
    (tmp_path / FILE_NAME).write_bytes(b"not a database" * 1000)
    refusals = Refusals.open(tmp_path, key)
    assert not refusals.is_noted([CARD], 0)
    refusals.note(CARD, 0)
    assert refusals.is_noted([CARD], 1)
    refusals.close()
