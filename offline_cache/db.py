"""Opening an encrypted SQLite file so that what is committed stays, and saying plainly what is wrong with a disk.

SQLCipher with a raw 256-bit key (no password stretching: the key is random), WAL, `synchronous=FULL` read back after
every open. One connection belongs to the one thread that opened it; the driver refuses any other.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlcipher3 import dbapi2 as sqlcipher

Connection: TypeAlias = "sqlcipher.Connection"
Result = TypeVar("Result")

log = logging.getLogger(__name__)

KEY_BYTES = 32
SYNCHRONOUS_FULL = 2
CHECK_BUDGET_S = 2.0
CIPHER_CHECK_MAX_BYTES = 32 * 1024 * 1024
BUSY_TIMEOUT_S = 5.0
_PROGRESS_STEPS = 20_000

# Raised with every change of the tables that an older release could not read, or this one not of it.
FORMAT = 1
# Primary result codes, https://www.sqlite.org/rescode.html
_BUSY, _READ_ONLY, _IO_ERROR, _CORRUPT, _FULL, _CANT_OPEN, _NOT_A_DATABASE = 5, 8, 10, 11, 13, 14, 26


class StorageError(Exception):
    """The disk cannot do what was asked. `code` is stable: disk.full, disk.read_only, disk.damaged, disk.failed,
    disk.busy, disk.format, disk.key_missing, disk.key_wrong."""

    code = "disk.failed"

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code or type(self).code


class DiskFull(StorageError):
    code = "disk.full"


class DiskReadOnly(StorageError):
    code = "disk.read_only"


class DiskDamaged(StorageError):
    code = "disk.damaged"


class DiskBusy(StorageError):
    """Another program has the file open: a second terminal on one data directory, or a command that writes."""

    code = "disk.busy"


class OtherFormat(StorageError):
    """The file was written by a release whose tables are not these."""

    code = "disk.format"


class KeyMissing(StorageError):
    code = "disk.key_missing"


class KeyWrong(StorageError):
    code = "disk.key_wrong"


def load_key(directory: Path) -> bytes:
    """The key of the files in `directory`: 32 bytes from `key` (mode 0600), made once, before the first file.

    Raises KeyMissing when files exist and their key does not (a new key would only hide that they are lost),
    KeyWrong when it is not the key these files were made with, DiskReadOnly when it cannot be made.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "key"
    if not path.exists():
        if any(directory.glob("*.db")):
            raise KeyMissing(f"{path} is gone, but the files it opens are there")
        _make_key(directory)
    key = bytes.fromhex(_hex_text(path))
    if len(key) != KEY_BYTES:
        raise KeyWrong(f"{path} does not hold {KEY_BYTES} bytes in hex")
    check_key(directory, key)
    return key


def _hex_text(path: Path) -> str:
    text = path.read_text("ascii", errors="replace").strip()
    return text if all(char in "0123456789abcdef" for char in text) else ""


def _make_key(directory: Path) -> None:
    key = secrets.token_bytes(KEY_BYTES)
    # The mark goes first: a key without its mark is accepted, a mark without its key is only overwritten.
    write_durably(directory / "key.mark", _key_mark(key).encode())
    write_durably(directory / "key", key.hex().encode())


def check_key(directory: Path, key: bytes) -> None:
    """Raises KeyWrong when `key` is not the one that `directory` was set up with. Without this mark a wrong key and
    a damaged first page look the same, and a good log would be put into quarantine."""
    mark = directory / "key.mark"
    if mark.exists() and mark.read_text("ascii", errors="replace") != _key_mark(key):
        raise KeyWrong(f"the key does not belong to the files in {directory}")


def _key_mark(key: bytes) -> str:
    return hashlib.sha256(b"service-hall key mark\0" + key).hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """Replaces a small file at once and for good (0600): after a crash it holds the old bytes or the new ones."""
    temporary = path.with_name(path.name + ".new")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            # All of it: a bare write may take a part and call that a success, as on a disk that is almost full.
            file.write(content)
            file.flush()
            os.fsync(handle)
        temporary.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):  # a part of it takes room that the disk may not have
            temporary.unlink(missing_ok=True)
        raise storage_error(error) from error


def sync_directory(directory: Path) -> None:
    """Makes a new or renamed name in `directory` survive a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def storage_error(error: Exception) -> StorageError:
    """What an error of the driver or of the operating system means for the terminal."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, OSError):
        return _of_os_error(error)
    code = getattr(error, "sqlite_errorcode", 0) or 0
    kind = {
        _FULL: DiskFull,
        _READ_ONLY: DiskReadOnly,
        _CORRUPT: DiskDamaged,
        _NOT_A_DATABASE: DiskDamaged,
        _BUSY: DiskBusy,
    }.get(code & 0xFF, StorageError)
    return kind(f"{type(error).__name__} {code}: {error}")


def _of_os_error(error: OSError) -> StorageError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(str(error))
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return DiskReadOnly(str(error))
    return StorageError(str(error))


def open_file(path: Path, key: bytes, *, read_only: bool = False) -> Connection:
    """An open connection in autocommit mode; writing goes through `transaction`.

    Raises DiskDamaged, DiskReadOnly, DiskFull, KeyWrong (see `check_key`). `read_only` is for looking at a
    quarantined file or one of a running terminal: it changes nothing in it.
    """
    check_key(path.parent, key)
    try:
        connection = sqlcipher.connect(
            f"file:{path}?mode={'ro' if read_only else 'rwc'}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_TIMEOUT_S,
            cached_statements=256,
        )
    except sqlcipher.Error as error:
        raise _unopened(path, error) from error
    try:
        _set_up(connection, key, read_only)
    except sqlcipher.Error as error:
        connection.close()
        raise _unopened(path, error) from error
    except StorageError:
        connection.close()
        raise
    return connection


def _set_up(connection: Connection, key: bytes, read_only: bool) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")  # else the library writes to stderr by itself
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    # Half the usual page and a hash with processor support: a meal dirties five pages, and each is encrypted and
    # hashed while somebody waits. A damaged page also takes fewer rows with it.
    connection.execute("PRAGMA cipher_page_size = 2048")
    connection.execute("PRAGMA cipher_hmac_algorithm = HMAC_SHA256")
    if not read_only:
        # Nobody else may look into a file that is written: the write-ahead log's index then stays in memory, and a
        # commit takes no locks. `copies.copied` is the way to look in beside it.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA foreign_keys = ON")
    # An index that a look-up makes for itself reads the whole table, while somebody waits for a meal.
    connection.execute("PRAGMA automatic_index = OFF")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if read_only:
        return
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    connection.execute("PRAGMA synchronous = FULL")
    # Half as long as usual in bytes: a commit into a log that has been laid out already is cheaper, and moving it into the
    # file, for which one meal in five hundred waits, takes half as long.
    connection.execute("PRAGMA wal_autocheckpoint = 1000")
    level = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or level != SYNCHRONOUS_FULL:
        raise StorageError(f"journal_mode is {mode}, synchronous is {level}: commits would not be durable")
    # One real write tells a read-only disk at start, not at the first meal.
    with transaction(connection):
        connection.execute(
            "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT"
        )
        connection.execute("INSERT INTO meta VALUES ('writable', '1') ON CONFLICT DO UPDATE SET value = '1'")


def _unopened(path: Path, error: Exception) -> StorageError:
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    if code in (_CANT_OPEN, _IO_ERROR) and not _can_write(path.parent):
        return DiskReadOnly(f"{path.parent} cannot be written: {error}")
    if code == _IO_ERROR and os.statvfs(path.parent).f_bavail == 0:
        return DiskFull(f"{path.parent} is full: {error}")
    return storage_error(error)


def _can_write(directory: Path) -> bool:
    return os.access(directory, os.W_OK) and not os.statvfs(directory).f_flag & os.ST_RDONLY


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE … COMMIT: when it returns, everything inside is on the disk; when it raises, nothing is.

    Raises the StorageError family for what the disk did; other errors pass unchanged.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        _undo(connection, error)
        raise


def committed(connection: Connection, work: Callable[[], Result]) -> Result:
    """`transaction` around a call. A meal waits for this one, and a generator would cost it a fiftieth of its commit."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        result = work()
        connection.execute("COMMIT")
        return result
    except BaseException as error:
        _undo(connection, error)
        raise


def _undo(connection: Connection, error: BaseException) -> None:
    """Raises what the disk did in our own words."""
    _roll_back(connection)
    ours = isinstance(error, (sqlcipher.IntegrityError, sqlcipher.ProgrammingError))
    if isinstance(error, sqlcipher.DatabaseError) and not ours:
        raise storage_error(error) from error


def _roll_back(connection: Connection) -> None:
    if connection.in_transaction:  # SQLITE_FULL and its like have rolled back already
        connection.execute("ROLLBACK")


def fold_back(connection: Connection) -> None:
    """On a disk that was full: moves the write-ahead log into the file and keeps it short from now on, so that the
    room just won holds rows and not their copies. What cannot be moved now stays where it is, as durable as before."""
    with suppress(sqlcipher.OperationalError):
        connection.execute("PRAGMA wal_autocheckpoint = 50")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def reading() -> Iterator[None]:
    """Turns the driver's errors of a look-up into the StorageError family."""
    try:
        yield
    except (sqlcipher.OperationalError, sqlcipher.DatabaseError) as error:
        if isinstance(error, (sqlcipher.IntegrityError, sqlcipher.ProgrammingError)):
            raise
        raise storage_error(error) from error


def check_format(connection: Connection, path: Path) -> None:
    """Marks a new file as of this format. Raises OtherFormat for one of another."""
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == 0:
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    elif found != FORMAT:
        raise OtherFormat(f"{path.name} has format {found}, this release reads {FORMAT}")


def check_integrity(connection: Connection, path: Path, budget_s: float = CHECK_BUDGET_S) -> bool:
    """Raises DiskDamaged when a page is not what was written. True: every page was read within `budget_s` seconds;
    False: the time was up before a fault was found, and meals should not wait longer for a check."""
    try:
        if path.stat().st_size <= CIPHER_CHECK_MAX_BYTES:
            faults = connection.execute("PRAGMA cipher_integrity_check").fetchall()
            if faults:
                raise DiskDamaged(f"{path.name}: {faults[0][0]} ({len(faults)} faults)")
        return _quick_check(connection, path, budget_s)
    except (sqlcipher.OperationalError, sqlcipher.DatabaseError) as error:
        raise DiskDamaged(f"{path.name}: {error}") from error


def _quick_check(connection: Connection, path: Path, budget_s: float) -> bool:
    ends = time.monotonic() + budget_s
    interrupted = False

    def time_is_up() -> int:
        nonlocal interrupted
        interrupted = time.monotonic() > ends
        return int(interrupted)

    connection.set_progress_handler(time_is_up, _PROGRESS_STEPS)
    try:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlcipher.OperationalError:
        if interrupted:
            return False
        raise
    finally:
        connection.set_progress_handler(None, 0)
    if answer != "ok":
        raise DiskDamaged(f"{path.name}: {answer}")
    return True


def open_expendable(path: Path, key: bytes, schema: str) -> Connection:
    """An open file with the tables of `schema`, checked, of which nothing is lost that cannot be had again: damaged or of
    another release, it is deleted and begun anew. Raises as `open_file` otherwise."""
    try:
        return _open_checked(path, key, schema)
    except (DiskDamaged, OtherFormat) as damage:
        log.error("%s cannot be used and is begun anew: %s", path.name, damage)
    return begin_anew(path, key, schema)


def begin_anew(path: Path, key: bytes, schema: str) -> Connection:
    """Deletes a file that nobody has open, and opens an empty one in its place."""
    try:
        for tail in ("", "-wal", "-shm"):
            path.with_name(path.name + tail).unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error) from error
    return _open_checked(path, key, schema)


def _open_checked(path: Path, key: bytes, schema: str) -> Connection:
    connection = open_file(path, key)
    try:
        with reading():
            check_format(connection, path)
            connection.executescript(schema)
            check_integrity(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def set_aside(path: Path, suffix: str) -> Path:
    """Moves a damaged file with its -wal and -shm into `quarantine/`, under a name of its own; never deletes."""
    folder = path.parent / "quarantine"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        target = folder / f"{path.stem}-{suffix}{path.suffix}"
        count = 1
        while target.exists():
            count += 1
            target = folder / f"{path.stem}-{suffix}-{count}{path.suffix}"
        # The write-ahead log first: alone it is of use to nobody, and a crash in between must not leave it
        # beside a new file of the old name.
        for tail in ("-wal", "-shm", ""):
            part = path.with_name(path.name + tail)
            if part.exists():
                part.rename(target.with_name(target.name + tail))
        sync_directory(folder)
        sync_directory(path.parent)
    except OSError as error:
        raise storage_error(error) from error
    return target
