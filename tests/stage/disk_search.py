"""Looking through directories for what should never have been written: every file's raw bytes and name, databases and
spools too."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.stage.memory import Hit, Needle, forms


def search(directories: Iterable[Path], needles: Sequence[Needle]) -> list[Hit]:
    """Every place in the files below these directories, and in their names, that holds one of the needles. A name's hit
    has offset -1. Files that end while they are read are searched as far as they go; what may not be read raises
    PermissionError, so that nothing is passed over."""
    wanted = [
        (number, name, form) for number, needle in enumerate(needles) for name, form in forms(needle).items()
    ]
    hits: list[Hit] = []
    for path in _files(directories):
        said = os.fsencode(path.name)
        hits += [Hit(number, name, -1, str(path)) for number, name, form in wanted if form in said]
        for number, name, form in wanted:
            hits += [Hit(number, name, at, str(path)) for at in _offsets(path, form)]
    return hits


def _files(directories: Iterable[Path]) -> Iterator[Path]:
    for directory in directories:
        if not directory.is_dir():
            raise NotADirectoryError(directory)
        for path in sorted(directory.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path


def _offsets(path: Path, form: bytes) -> Iterator[int]:
    try:
        with path.open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                return
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                at = content.find(form)
                while at >= 0:
                    yield at
                    at = content.find(form, at + 1)
    except FileNotFoundError:  # gone between the listing and now
        return
