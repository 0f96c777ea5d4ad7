"""A template is the one thing here that nobody can change when it is stolen: it lies on one terminal, and goes when it is to go."""

from __future__ import annotations

import errno
import random
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from offline_cache.db import DiskReadOnly, load_key
from offline_cache.face_gallery import (
    DAMAGED,
    DIRECTORY,
    FILE_NAME,
    OTHER_MODEL,
    OTHER_TERMINAL,
    SEED_NAME,
    FaceGallery,
    Template,
)

MODEL = "an encoder-68"
PAGE, RESERVED, SALT = (
    2048,
    48,
    16,
)  # as offline_cache.db sets SQLCipher up: IV and HMAC-SHA256 at the end of each page


def vector(seed: int) -> bytes:
    numbers = random.Random(seed)
    return struct.pack("<128f", *(numbers.uniform(-0.3, 0.3) for _ in range(128)))


def template(consent_id: str, seed: int = 1, model_id: str = MODEL, until_ms: int = 1_000) -> Template:
    vectors = tuple(vector(seed * 10 + pose) for pose in range(3))
    return Template(consent_id, vectors, model_id, 0, until_ms)


@pytest.fixture
def key(tmp_path: Path) -> bytes:
    return load_key(tmp_path)


@pytest.fixture
def gallery(tmp_path: Path, key: bytes) -> Iterator[FaceGallery]:
    opened = FaceGallery.open(tmp_path, key, "FD-01")
    yield opened
    opened.close()


def reopened(gallery: FaceGallery, directory: Path, key: bytes, terminal_id: str = "FD-01") -> FaceGallery:
    gallery.close()
    return FaceGallery.open(directory, key, terminal_id)


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def decrypted(gallery: FaceGallery, content: bytes) -> bytes:
    """Every page of the file in clear, free ones too, as whoever had the key could read it."""
    key = gallery._file_key(is_new=False)
    pages = []
    for at in range(0, len(content), PAGE):
        page = content[at + (SALT if at == 0 else 0) : at + PAGE]
        cipher = Cipher(algorithms.AES(key), modes.CBC(page[-RESERVED : -RESERVED + 16]))
        pages.append(cipher.decryptor().update(page[:-RESERVED]))
    return b"".join(pages)


def test_a_template_comes_back_as_it_was(gallery: FaceGallery, tmp_path: Path, key: bytes) -> None:
    gallery.keep(template("c1", 1))
    gallery.keep(template("c2", 2))
    again = reopened(gallery, tmp_path, key)
    assert dict(again.loaded()) == {"c1": template("c1", 1).vectors, "c2": template("c2", 2).vectors}
    assert (again.refused, again.foreign(MODEL)) == ("", {})
    again.close()


def test_nothing_of_it_can_be_read_on_the_disk(gallery: FaceGallery, tmp_path: Path) -> None:
    gallery.keep(template("0199-consent"))
    written = files(tmp_path)
    for piece in (vector(10), b"0199-consent", MODEL.encode()):
        assert not [name for name, content in written.items() if piece[:16] in content]


def test_no_column_can_hold_a_name_or_a_picture(gallery: FaceGallery) -> None:
    columns = [row[1] for row in gallery._connection.execute("PRAGMA table_info(templates)")]
    assert columns == ["consent_id", "vectors", "model_id", "made_at", "last_used", "until", "seal"]


def test_what_is_deleted_is_overwritten_in_every_file(
    gallery: FaceGallery, tmp_path: Path, key: bytes
) -> None:
    gone, stays = vector(10), vector(20)
    gallery.keep(template("gone", 1))
    gallery.keep(template("stays", 2))
    gallery = reopened(gallery, tmp_path, key)  # what it wrote is in the file now, not in its write-ahead log
    path = tmp_path / DIRECTORY / FILE_NAME
    before = decrypted(gallery, path.read_bytes())
    assert gone in before and stays in before

    gallery.delete(["gone"])

    after = decrypted(gallery, path.read_bytes())
    assert stays in after
    assert not [piece for piece in (gone, vector(11), vector(12)) if piece[:24] in after]
    assert path.with_name(FILE_NAME + "-wal").stat().st_size == 0
    assert gallery.consent_ids() == {"stays"}
    gallery.close()


def test_the_gallery_holds_no_vector_in_memory(gallery: FaceGallery) -> None:
    taken = template("c1")
    before = [sys.getrefcount(each) for each in taken.vectors]
    gallery.keep(taken)
    assert [sys.getrefcount(each) for each in taken.vectors] == before
    gallery.delete(["c1"])
    assert [sys.getrefcount(each) for each in taken.vectors] == before


def test_deleting_what_is_not_there_is_harmless(gallery: FaceGallery) -> None:
    gallery.delete(["nobody"])
    gallery.delete([])
    assert gallery.consent_ids() == set()


def test_using_it_moves_its_end_on(gallery: FaceGallery) -> None:
    gallery.keep(template("c1", until_ms=100))
    gallery.keep(template("c2", 2, until_ms=100))
    gallery.used("c1", 50, 150)
    assert gallery.until_ms("c1") == 150
    assert (gallery.expired(99), gallery.expired(100), sorted(gallery.expired(150))) == (
        [],
        ["c2"],
        ["c1", "c2"],
    )
    assert gallery.until_ms("nobody") is None


@pytest.mark.parametrize(
    "vectors",
    [(), (b"",), (vector(1)[:-4],), (struct.pack("<128f", *[float("nan")] * 128),), (vector(1), bytes(513))],
)
def test_what_is_no_vector_is_not_kept(gallery: FaceGallery, vectors: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="finite float32"):
        gallery.keep(Template("c1", vectors, MODEL, 0, 1))
    assert gallery.consent_ids() == set()


def test_a_file_from_another_terminal_is_refused_by_name(
    gallery: FaceGallery, tmp_path: Path, key: bytes
) -> None:
    gallery.keep(template("theirs"))
    gallery.close()
    mine = tmp_path / "VT-01"
    own_key = load_key(mine)
    shutil.copytree(tmp_path / DIRECTORY, mine / DIRECTORY)
    opened = FaceGallery.open(mine, own_key, "VT-01")
    assert opened.refused == OTHER_TERMINAL
    assert opened.consent_ids() == set()
    opened.keep(template("mine"))
    assert reopened(opened, mine, own_key, "VT-01").consent_ids() == {"mine"}


def test_the_same_key_under_another_name_is_another_terminal(
    gallery: FaceGallery, tmp_path: Path, key: bytes
) -> None:
    gallery.keep(template("c1"))
    other = reopened(gallery, tmp_path, key, "FD-02")
    assert (other.refused, other.consent_ids()) == (OTHER_TERMINAL, set())
    other.close()


def test_a_row_from_another_terminal_is_refused_by_name(gallery: FaceGallery, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    theirs = FaceGallery.open(elsewhere, load_key(elsewhere), "VT-01")
    theirs.keep(template("theirs"))
    row = theirs._connection.execute("SELECT * FROM templates").fetchone()
    theirs.close()
    gallery.keep(template("mine", 2))
    gallery._connection.execute("INSERT INTO templates VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    assert gallery.foreign(MODEL) == {"theirs": OTHER_TERMINAL}


def test_a_row_with_another_ones_vectors_is_refused(gallery: FaceGallery) -> None:
    gallery.keep(template("c1", 1))
    gallery.keep(template("c2", 2))
    gallery._connection.execute(
        "UPDATE templates SET vectors = (SELECT vectors FROM templates WHERE consent_id = 'c2')"
        " WHERE consent_id = 'c1'"
    )
    assert gallery.foreign(MODEL) == {"c1": OTHER_TERMINAL}


def test_a_template_of_another_model_is_refused_by_name(gallery: FaceGallery) -> None:
    gallery.keep(template("old", 1, model_id="an encoder-5"))
    gallery.keep(template("new", 2))
    assert gallery.foreign(MODEL) == {"old": OTHER_MODEL}


@pytest.mark.parametrize("damage", ["a page", "the mark", "cut off", "something else", "its seed", "no seed"])
def test_a_damaged_gallery_is_moved_aside_for_good(
    gallery: FaceGallery, tmp_path: Path, key: bytes, damage: str
) -> None:
    for number in range(8):
        gallery.keep(template(f"c{number}", number))
    gallery.close()
    path, seed = tmp_path / DIRECTORY / FILE_NAME, tmp_path / DIRECTORY / SEED_NAME
    old_seed = seed.read_bytes()
    content = bytearray(path.read_bytes())
    match damage:
        case "a page":
            content[PAGE * 3 + 100] ^= 1
        case "the mark":
            content[0] ^= 1
        case "cut off":
            del content[PAGE * 2 + 7 :]
        case "something else":
            content[:] = b"not a gallery" * 500
        case "its seed":
            seed.write_bytes(bytes(32))
        case "no seed":
            seed.unlink()
    path.write_bytes(content)

    opened = FaceGallery.open(tmp_path, key, "FD-01")

    assert (opened.refused, opened.consent_ids()) == (DAMAGED, set())
    aside = list((tmp_path / DIRECTORY / "quarantine").glob("gallery-*.db"))
    assert len(aside) == 1
    # What its key was made of is nowhere any more: nothing that lies there can ever come back.
    assert not [name for name, content in files(tmp_path).items() if old_seed in content]
    opened.keep(template("after"))
    again = reopened(opened, tmp_path, key)
    assert (again.refused, again.consent_ids()) == ("", {"after"})
    again.close()


@pytest.mark.parametrize("name", [FILE_NAME, SEED_NAME])
def test_a_sector_that_cannot_be_read_is_a_damaged_gallery(
    gallery: FaceGallery, tmp_path: Path, key: bytes, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The desk goes on without: it must not stop because of the one file that it can do without."""
    gallery.keep(template("c1"))
    gallery.close()
    open_path, bad = Path.open, (tmp_path / DIRECTORY / name).stat().st_ino

    def failing(self: Path, mode: str = "r", *more: Any, **about: Any) -> Any:
        if mode == "rb" and self.stat().st_ino == bad:
            raise OSError(errno.EIO, "Input/output error")
        return open_path(self, mode, *more, **about)

    monkeypatch.setattr(Path, "open", failing)
    opened = FaceGallery.open(tmp_path, key, "FD-01")
    assert (opened.refused, opened.consent_ids()) == (DAMAGED, set())
    opened.close()


def test_one_that_may_not_be_read_is_not_moved_aside(
    gallery: FaceGallery, tmp_path: Path, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rights that were set wrongly can be set right, and nobody has to be asked again."""
    gallery.keep(template("c1"))
    gallery.close()

    def denied(self: Path, *more: Any, **about: Any) -> Any:
        raise PermissionError(errno.EACCES, "denied")

    with monkeypatch.context() as patched, pytest.raises(DiskReadOnly):
        patched.setattr(Path, "open", denied)
        FaceGallery.open(tmp_path, key, "FD-01")
    opened = FaceGallery.open(tmp_path, key, "FD-01")
    assert opened.consent_ids() == {"c1"}
    opened.close()


def test_one_that_fails_in_the_middle_of_the_day_is_moved_aside_too(
    gallery: FaceGallery, tmp_path: Path
) -> None:
    gallery.keep(template("c1"))
    gallery.quarantine()
    assert (gallery.refused, gallery.consent_ids()) == (DAMAGED, set())
    assert list((tmp_path / DIRECTORY / "quarantine").iterdir())


def test_its_files_are_for_their_owner_alone(gallery: FaceGallery, tmp_path: Path) -> None:
    assert (tmp_path / DIRECTORY).stat().st_mode & 0o077 == 0
    assert (tmp_path / DIRECTORY / SEED_NAME).stat().st_mode & 0o077 == 0
