"""The templates of those who consented at this terminal: encrypted, without a name, without a picture, and nowhere else.

An encrypted file of its own (as `db` opens it) in `faces/`. Its key is made of the terminal's key, the terminal's name and a
random seed that lies beside the file; its first sixteen bytes say whose it is. So the file of another terminal is refused by
name, and one that is damaged is moved aside and its seed destroyed: from then on nobody can read it, here or anywhere.

A row is a consent: 128 float32 numbers a vector (little-endian, 512 bytes), the model that made them, and times in ms UTC. What
is deleted is overwritten, in the file and in its write-ahead log. To be used on the disk thread; raises the StorageError family.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import os
import secrets
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from offline_cache.db import (
    Connection,
    DiskDamaged,
    DiskReadOnly,
    OtherFormat,
    check_format,
    check_integrity,
    open_file,
    reading,
    set_aside,
    storage_error,
    sync_directory,
    transaction,
    write_durably,
)

DIRECTORY = "faces"
FILE_NAME = "gallery.db"
SEED_NAME = "gallery.seed"
VECTOR_BYTES = 512
DAMAGED, OTHER_TERMINAL, OTHER_MODEL = "faces.gallery_damaged", "faces.other_terminal", "faces.other_model"

# SQLCipher begins a file with its salt, sixteen bytes of one's own choice where the key is given raw
# (zetetic.net/sqlcipher/sqlcipher-api, "Raw Key Data with Explicit Salt"): ours says what the file is and whose.
_MAGIC = b"FACES\0\0\1"
_MARK_BYTES = 8
_SEED_BYTES = 32

_SCHEMA = """
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS templates (
    consent_id TEXT PRIMARY KEY,
    vectors BLOB NOT NULL,
    model_id TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    last_used INTEGER NOT NULL,
    until INTEGER NOT NULL,
    seal BLOB NOT NULL  -- over consent, model and vectors: a row from another terminal has another one
) STRICT;
CREATE INDEX IF NOT EXISTS templates_until ON templates (until);
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Template:
    """What one consent allows to be known. `vectors` are 512 bytes each."""

    consent_id: str
    vectors: tuple[bytes, ...] = field(repr=False)
    model_id: str
    made_at_ms: int
    until_ms: int


class OtherTerminal(Exception):
    """The file was made by another terminal, or with another key."""


class FaceGallery:
    """Made by `FaceGallery.open`. `refused` is why the file that was found could not be used: faces.gallery_damaged,
    faces.other_terminal; "" for a good one."""

    def __init__(self, directory: Path, key: bytes, terminal_id: str) -> None:
        self.refused = ""
        self._directory = directory / DIRECTORY
        self._path = self._directory / FILE_NAME
        self._seed_path = self._directory / SEED_NAME
        self._key = key
        self._terminal_id = terminal_id.encode()
        self._connection: Connection

    @classmethod
    def open(cls, directory: Path, key: bytes, terminal_id: str) -> FaceGallery:
        """What cannot be used is moved aside for good, and an empty gallery begun. Raises DiskReadOnly, DiskFull."""
        gallery = cls(directory, key, terminal_id)
        gallery._make_directory()
        try:
            gallery._connection = gallery._checked()
        except OtherTerminal:
            gallery._begin_anew(OTHER_TERMINAL)
        except (DiskDamaged, OtherFormat) as damage:
            log.error("the gallery cannot be used: %s", damage)
            gallery._begin_anew(DAMAGED)
        return gallery

    def close(self) -> None:
        self._connection.close()

    def quarantine(self) -> None:
        """The file turned out damaged in the middle of the day: as at `open`."""
        self._connection.close()
        self._begin_anew(DAMAGED)

    # --- templates --------------------------------------------------------------------------------------------------

    def keep(self, template: Template) -> None:
        """On the disk when it returns. Raises ValueError for vectors that are none."""
        vectors = b"".join(template.vectors)
        if not template.vectors or not all(map(_is_vector, template.vectors)):
            raise ValueError(f"a vector is {VECTOR_BYTES} bytes of finite float32")
        seal = self._seal(template.consent_id, template.model_id, vectors)
        values = (template.consent_id, vectors, template.model_id, template.made_at_ms, template.made_at_ms)
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO templates VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*values, template.until_ms, seal),
            )

    def consent_ids(self) -> set[str]:
        with reading():
            return {id for (id,) in self._connection.execute("SELECT consent_id FROM templates")}

    def foreign(self, model_id: str) -> dict[str, str]:
        """Consents whose template cannot be used here, and why: faces.other_terminal, faces.other_model. Reads all of them."""
        with reading():
            rows = self._connection.execute("SELECT consent_id, model_id, vectors, seal FROM templates")
            found = {
                consent_id: self._refusal(consent_id, made_by, vectors, seal, model_id)
                for consent_id, made_by, vectors, seal in rows
            }
        return {consent_id: code for consent_id, code in found.items() if code}

    def loaded(self) -> Iterator[tuple[str, tuple[bytes, ...]]]:
        """Every consent with its vectors, for recognition: one at a time, so that nothing here holds the gallery."""
        with reading():
            for consent_id, vectors in self._connection.execute("SELECT consent_id, vectors FROM templates"):
                yield consent_id, _parted(vectors)

    def used(self, consent_id: str, now_ms: int, until_ms: int) -> None:
        """She was known by it: it stays for longer."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE templates SET last_used = ?, until = ? WHERE consent_id = ?",
                (now_ms, until_ms, consent_id),
            )

    def until_ms(self, consent_id: str) -> int | None:
        """When it goes unless it is used; None: there is none."""
        with reading():
            found = self._connection.execute(
                "SELECT until FROM templates WHERE consent_id = ?", (consent_id,)
            ).fetchone()
        return int(found[0]) if found else None

    def expired(self, now_ms: int) -> list[str]:
        """Consents whose templates were not used for as long as they may lie."""
        with reading():
            rows = self._connection.execute("SELECT consent_id FROM templates WHERE until <= ?", (now_ms,))
            return [consent_id for (consent_id,) in rows]

    def delete(self, consent_ids: Iterable[str]) -> None:
        """When it returns, their numbers are overwritten in the file, and its write-ahead log is empty. Twice is harmless."""
        with transaction(self._connection):
            self._connection.executemany(
                "DELETE FROM templates WHERE consent_id = ?", [(consent_id,) for consent_id in consent_ids]
            )
        with reading():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    # --- the file ---------------------------------------------------------------------------------------------------

    def _checked(self) -> Connection:
        """Raises OtherTerminal, DiskDamaged, OtherFormat."""
        is_new = not self._path.exists() or self._path.stat().st_size == 0
        if not is_new:
            self._check_mark()
        connection = open_file(self._path, self._file_key(is_new=is_new) + self._mark())
        try:
            with reading():
                check_format(connection, self._path)
                connection.executescript(_SCHEMA)
                check_integrity(connection, self._path)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_mark(self) -> None:
        found = _read(self._path, len(_MAGIC) + _MARK_BYTES)
        if not found.startswith(_MAGIC):
            raise DiskDamaged(f"{self._path.name} is no gallery")
        if found != self._mark():
            raise OtherTerminal

    def _begin_anew(self, code: str) -> None:
        """The seed goes first: a crash in between leaves a file that nobody can read, which is moved aside at the next start."""
        self.refused = code
        self._destroy_seed()
        log.error("%s: the file is moved aside and cannot be read any more", code)
        set_aside(self._path, code.removeprefix("faces."))
        self._connection = self._checked()

    def _make_directory(self) -> None:
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error) from error

    # --- keys -------------------------------------------------------------------------------------------------------

    def _mark(self) -> bytes:
        return _MAGIC + self._digest(b"mark")[:_MARK_BYTES]

    def _file_key(self, *, is_new: bool) -> bytes:
        """Raises DiskDamaged where a file is and its seed is not."""
        if is_new and not self._seed_path.exists():
            write_durably(self._seed_path, secrets.token_bytes(_SEED_BYTES))
        seed = _read(self._seed_path, _SEED_BYTES + 1) if self._seed_path.exists() else b""
        if len(seed) != _SEED_BYTES:
            raise DiskDamaged(f"{self._seed_path.name} is not there or is none")
        return self._digest(b"key", seed)

    def _seal(self, consent_id: str, model_id: str, vectors: bytes) -> bytes:
        return self._digest(b"row", consent_id.encode(), model_id.encode(), vectors)

    def _digest(self, purpose: bytes, *parts: bytes) -> bytes:
        digest = hmac.new(self._key, b"face gallery\0", hashlib.sha256)
        for part in (purpose, self._terminal_id, *parts):
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.digest()

    def _destroy_seed(self) -> None:
        try:
            if self._seed_path.exists():
                with self._seed_path.open("r+b") as file:
                    file.write(bytes(_SEED_BYTES))
                    file.flush()
                    os.fsync(file.fileno())
                self._seed_path.unlink()
                sync_directory(self._directory)
        except OSError as error:
            raise storage_error(error) from error

    def _refusal(self, consent_id: str, made_by: str, vectors: bytes, seal: bytes, model_id: str) -> str:
        if not hmac.compare_digest(seal, self._seal(consent_id, made_by, vectors)):
            return OTHER_TERMINAL
        return "" if made_by == model_id else OTHER_MODEL


def _read(path: Path, most_bytes: int) -> bytes:
    """Raises DiskDamaged where the disk does not give it back, DiskReadOnly where it may not be read."""
    try:
        with path.open("rb") as file:
            return file.read(most_bytes)
    except OSError as error:
        known = storage_error(error)
        if isinstance(known, DiskReadOnly):
            raise known from error
        raise DiskDamaged(f"{path.name} cannot be read: {error}") from error


def _is_vector(vector: bytes) -> bool:
    return len(vector) == VECTOR_BYTES and all(map(math.isfinite, array("f", vector)))


def _parted(vectors: bytes) -> tuple[bytes, ...]:
    return tuple(vectors[at : at + VECTOR_BYTES] for at in range(0, len(vectors), VECTOR_BYTES))
