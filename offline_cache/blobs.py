"""Photographed papers on this terminal's disk, encrypted, each named by the SHA-256 of its plain bytes.

AES-256-GCM (NIST SP 800-38D) with a key of its own, derived from the disk's by HKDF-SHA256 (RFC 5869); the name is part of
what is authenticated, so that a file put in another's place does not open. A file is 12 bytes of nonce and the sealed
bytes. There are two directories: `taken` for an application that is not sent in yet, which nobody finds again after
a restart, and `kept` for papers that the hall is still to have.
"""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from pathlib import Path

from offline_cache.db import (
    DiskDamaged,
    StorageError,
    storage_error,
    sync_directory,
    write_durably,
)
from offline_cache.wire_residents import LARGEST_PAPER

DIRECTORY = "papers"
MOST_BYTES = 200 * 1024 * 1024
NONCE_BYTES = 12
SEAL_BYTES = 16

log = logging.getLogger(__name__)


class PaperTooLarge(StorageError):
    """Above LARGEST_PAPER."""

    code = "paper.too_large"


class NoRoomForPapers(StorageError):
    """All papers here together would be above MOST_BYTES."""

    code = "paper.no_room"


class PaperGone(StorageError):
    """There is no such paper here."""

    code = "paper.gone"


class Blobs:
    """The papers in `directory`/papers. To be used on the disk thread; raises the StorageError family."""

    def __init__(self, directory: Path, key: bytes) -> None:
        self._taken = directory / DIRECTORY / "taken"
        self._kept = directory / DIRECTORY / "kept"
        self._key = key

    def open(self) -> None:
        """Once: makes the directories, and deletes what was taken for applications that nobody goes on with."""
        try:
            for directory in (self._taken, self._kept):
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                for unfinished in directory.glob("*.new"):
                    unfinished.unlink()
        except OSError as error:
            raise storage_error(error) from error
        self.drop_all()

    def take(self, content: bytes) -> str:
        """Keeps a paper for the application at hand; its name. On the disk when it returns. Raises PaperTooLarge,
        NoRoomForPapers."""
        if not 0 < len(content) <= LARGEST_PAPER:
            raise PaperTooLarge(f"{len(content)} bytes")
        name = hashlib.sha256(content).hexdigest()
        if not (self._taken / name).exists():
            if self.size() + len(content) + NONCE_BYTES + SEAL_BYTES > MOST_BYTES:
                raise NoRoomForPapers(f"{self.size()} bytes of papers wait for the hall")
            write_durably(self._taken / name, self._sealed(name, content))
        return name

    def has_taken(self, name: str) -> bool:
        return _is_name(name) and (self._taken / name).exists()

    def drop(self, name: str) -> None:
        """This paper of the application at hand is not wanted."""
        if _is_name(name):
            self._remove(self._taken / name)

    def drop_all(self) -> None:
        """The application at hand was given up."""
        for path in _files(self._taken):
            self._remove(path)

    def keep(self, name: str) -> None:
        """It goes with an application that is about to be written down: from now on it waits for the hall."""
        try:
            (self._taken / name).replace(self._kept / name)
            sync_directory(self._kept)
            sync_directory(self._taken)
        except FileNotFoundError as error:
            raise PaperGone(name) from error
        except OSError as error:
            raise storage_error(error) from error

    def take_back(self, name: str) -> None:
        """The application was not written down after all: its paper is at hand again. What lies with the kept ones may be
        of an earlier application too, and goes as one that belongs to none."""
        try:
            with suppress(FileExistsError, FileNotFoundError):
                os.link(self._kept / name, self._taken / name)
        except OSError as error:
            raise storage_error(error) from error

    def kept(self) -> list[str]:
        """The names of the papers that the hall is still to have, oldest first."""
        found = [(path.stat().st_mtime_ns, path.name) for path in _files(self._kept) if _is_name(path.name)]
        return [name for _, name in sorted(found)]

    def read(self, name: str) -> bytes:
        """The plain bytes of a kept paper. Raises PaperGone, DiskDamaged."""
        try:
            sealed = (self._kept / name).read_bytes()
        except FileNotFoundError as error:
            raise PaperGone(name) from error
        except OSError as error:
            raise storage_error(error) from error
        return self._opened(name, sealed)

    def delete(self, name: str) -> None:
        """The hall has it, or never will."""
        self._remove(self._kept / name)

    def size(self) -> int:
        """Bytes of all papers here."""
        return sum(path.stat().st_size for each in (self._taken, self._kept) for path in _files(each))

    def _sealed(self, name: str, content: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._paper_key()).encrypt(nonce, content, name.encode())

    def _opened(self, name: str, sealed: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(self._paper_key()).decrypt(nonce, rest, name.encode())
        except (InvalidTag, ValueError) as error:
            raise DiskDamaged(f"the paper {name[:8]} is not what was written") from error

    def _paper_key(self) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), 32, salt=None, info=b"service-hall papers").derive(self._key)

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error) from error


def _files(directory: Path) -> list[Path]:
    try:
        return list(directory.iterdir())
    except OSError as error:
        raise storage_error(error) from error


def _is_name(name: str) -> bool:
    return len(name) == 64 and all(char in "0123456789abcdef" for char in name)
