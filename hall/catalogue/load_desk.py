"""What the hall publishes for its front desk: the texts by which consent is asked for, its windows; and which items may be
named to any member of staff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hall.catalogue.load import SHIPPED, CatalogueProblem
from hall.catalogue.load_more import checked, read, shaped, tables_of
from offline_cache.wire_front_desk import ConsentText, DeskWindow


def consent_texts(directory: Path = SHIPPED) -> list[ConsentText]:
    """One a purpose, in force. Raises CatalogueProblem."""
    path = directory / "consent_texts.toml"
    texts = [checked(ConsentText, path, entry) for entry in tables_of(path, read(path), "texts")]
    if len({text.purpose for text in texts}) < len(texts):
        raise CatalogueProblem(path.name, "", "two texts have the same purpose")
    for text in texts:
        if len(text.full_zh) != len(text.full_en):
            raise CatalogueProblem(path.name, text.purpose, "full_zh and full_en differ in length")
    return texts


def windows(directory: Path = SHIPPED) -> list[DeskWindow]:
    """In the order of the room. Raises CatalogueProblem."""
    path = directory / "windows.toml"
    return shaped(DeskWindow, path, "windows")


def plain_items(directory: Path = SHIPPED) -> frozenset[str]:
    """The codes of items whose titles say nothing of a person. All others are sensitive: their applications are 一件事在办.
    Raises CatalogueProblem."""
    path = directory / "windows.toml"
    listed: Any = read(path).get("plain_items")
    if not isinstance(listed, list) or not all(isinstance(code, str) for code in listed):
        raise CatalogueProblem(path.name, "", "there is no list plain_items")
    return frozenset(listed)
