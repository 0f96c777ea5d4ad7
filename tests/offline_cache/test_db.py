"""What is committed must stay, be unreadable without its key, and a broken disk must be told by a code, not a crash."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from offline_cache import db
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference
from offline_cache.wire import RowKind
from tests.offline_cache.rows import meal, slip, stamp


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    key = db.load_key(tmp_path)
    assert len(key) == 32
    assert db.load_key(tmp_path) == key
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_missing_key_is_not_replaced(tmp_path: Path, key: bytes) -> None:
    db.open_file(tmp_path / "log.db", key).close()
    (tmp_path / "key").unlink()
    with pytest.raises(db.KeyMissing) as caught:
        db.load_key(tmp_path)
    assert caught.value.code == "disk.key_missing"
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("content", ["00" * 32, "", "zz" * 32, "00" * 16])
def test_a_wrong_key_is_told_from_a_damaged_file(tmp_path: Path, key: bytes, content: str) -> None:
    """Otherwise a good log would be put into quarantine."""
    outbox = Outbox.open(tmp_path, key, "CT-03", stamp())
    outbox.close()
    (tmp_path / "key").write_text(content)
    with pytest.raises(db.KeyWrong) as caught:
        db.load_key(tmp_path)
    assert caught.value.code == "disk.key_wrong"
    with pytest.raises(db.KeyWrong):
        Outbox.open(tmp_path, b"\1" * 32, "CT-03", stamp())
    assert not (tmp_path / "quarantine").exists()


def test_commits_are_durable_and_checked_to_be(tmp_path: Path, key: bytes) -> None:
    connection = db.open_file(tmp_path / "log.db", key)
    try:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    finally:
        connection.close()


def test_a_library_that_weakens_durability_is_refused(
    tmp_path: Path, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        db, "SYNCHRONOUS_FULL", 3
    )  # as if the library had answered another level than it was told
    with pytest.raises(db.StorageError, match="would not be durable"):
        db.open_file(tmp_path / "log.db", key)


def test_nothing_of_a_meal_can_be_read_without_the_key(tmp_path: Path, key: bytes) -> None:
    outbox = Outbox.open(tmp_path, key, "CT-03", stamp())
    outbox.append(RowKind.MEAL, meal(1, person="person-of-the-test"), stamp(), slip())
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert b"person-of-the-test" not in content and "午餐".encode() not in content, path.name
        assert not content.startswith(b"SQLite format 3")
    outbox.close()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path, key: bytes) -> None:
    connection = db.open_file(tmp_path / "log.db", key)
    connection.execute("CREATE TABLE t (a INTEGER UNIQUE)")
    with pytest.raises(sqlcipher.IntegrityError), db.transaction(connection):
        connection.execute("INSERT INTO t VALUES (1)")
        connection.execute("INSERT INTO t VALUES (1)")
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    connection.close()


def test_another_thread_may_not_touch_the_connection(tmp_path: Path, key: bytes) -> None:
    connection = db.open_file(tmp_path / "log.db", key)
    caught: list[BaseException] = []

    def trespass() -> None:
        try:
            connection.execute("SELECT 1")
        except sqlcipher.ProgrammingError as error:
            caught.append(error)

    thread = threading.Thread(target=trespass)
    thread.start()
    thread.join(5)
    assert len(caught) == 1
    connection.close()


def test_the_check_is_bounded_in_time(tmp_path: Path, key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.db"
    connection = db.open_file(path, key)
    connection.execute("CREATE TABLE t (a TEXT)")
    with db.transaction(connection):
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 20_000)
    assert db.check_integrity(connection, path)
    monkeypatch.setattr(db, "CIPHER_CHECK_MAX_BYTES", 0)
    assert not db.check_integrity(connection, path, budget_s=0.0)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (20_000,)
    connection.close()


def test_a_small_file_is_replaced_at_once(tmp_path: Path) -> None:
    path = tmp_path / "small"
    db.write_durably(path, b"one")
    db.write_durably(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_what_is_set_aside_is_never_written_over(tmp_path: Path) -> None:
    names = set()
    for content in (b"one", b"two"):
        path = tmp_path / "log.db"
        path.write_bytes(content)
        names.add(db.set_aside(path, "damaged"))
    assert {path.read_bytes() for path in names} == {b"one", b"two"}


def test_a_file_of_another_release_is_refused_and_left_alone(tmp_path: Path, key: bytes) -> None:
    connection = db.open_file(tmp_path / "log.db", key)
    connection.execute(f"PRAGMA user_version = {db.FORMAT + 1}")
    connection.close()
    with pytest.raises(db.OtherFormat) as caught:
        Outbox.open(tmp_path, key, "CT-03", stamp())
    assert caught.value.code == "disk.format"
    assert not (tmp_path / "quarantine").exists()


def test_a_reference_of_another_release_is_pulled_anew(tmp_path: Path, key: bytes) -> None:
    connection = db.open_file(tmp_path / "reference.db", key)
    connection.execute(f"PRAGMA user_version = {db.FORMAT + 1}")
    connection.close()
    reference = Reference.open(tmp_path, key)
    assert reference.rebuilt
    assert reference.cursor() == 0
    reference.close()
