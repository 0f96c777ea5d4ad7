"""Reads the catalogue's TOML files, fills in what can be reckoned, and refuses what a terminal could not show.

`roots.toml` holds `[[roots]]`; each file in `items/` holds `[[items]]` and a table `[shared]` of what its items have in
common. The shapes are `offline_cache.wire_residents.Root` and `ServiceItem`, with one difference: a part of a guide may be
written as pairs `["Chinese line", "English line"]`, so that nobody changes one language and forgets the other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ValidationError

from offline_cache.wire_residents import FormField, Root, ServiceItem

SHIPPED = Path(__file__).resolve().parent
ROOTS = "roots.toml"
ITEMS = "items"
GUIDE_PARTS = ("conditions", "materials", "fee", "time", "place")


@dataclass(frozen=True)
class Catalogue:
    """Roots in the order of their display, systems first; items by code."""

    roots: list[Root]
    items: list[ServiceItem]


class CatalogueProblem(ValueError):
    """The catalogue cannot be used. Names the file and, where it lies in one item, the item's code."""

    code: ClassVar[str] = "hall.catalogue"

    def __init__(self, file: str, item: str, problem: str) -> None:
        super().__init__(f"{file}, {item}: {problem}" if item else f"{file}: {problem}")
        self.file = file
        self.item = item


def load_catalogue(directory: Path = SHIPPED) -> Catalogue:
    """The whole catalogue of `directory`. Raises CatalogueProblem at the first thing that is wrong."""
    roots = load_roots(directory / ROOTS)
    items: dict[str, ServiceItem] = {}
    for path in sorted((directory / ITEMS).glob("*.toml")):
        for item in load_items(path):
            if item.code in items:
                raise CatalogueProblem(path.name, item.code, "another item has this code")
            _check_roots(path.name, item, roots)
            items[item.code] = item
    return Catalogue(roots, sorted(items.values(), key=lambda item: item.code))


def load_roots(path: Path) -> list[Root]:
    """The service systems and the categories, each sort in its order. Raises CatalogueProblem."""
    roots = [_root(path.name, entry) for entry in _entries(path, _read(path), "roots")]
    if twice := _first_repeated(root.code for root in roots):
        raise CatalogueProblem(path.name, twice, "another root has this code")
    return sorted(roots, key=lambda root: (root.sort != "system", root.order))


def load_items(path: Path) -> list[ServiceItem]:
    """The items of one file, in its order. Raises CatalogueProblem."""
    document = _read(path)
    shared = document.get("shared", {})
    if not isinstance(shared, Mapping):
        raise CatalogueProblem(path.name, "", "[shared] is not a table")
    return [_item(path.name, {**shared, **entry}) for entry in _entries(path, document, "items")]


def initials(title_zh: str) -> str:
    """What is typed to find a title: the first letter of each syllable; Latin letters and digits as they are.

    "社保卡挂失" is "sbkgs". Other signs are left out.
    """
    from pypinyin import Style, lazy_pinyin

    letters = lazy_pinyin(title_zh, style=Style.FIRST_LETTER, errors=_typed)
    return "".join(letters).lower()


def _typed(other_than_hanzi: str) -> str:
    return "".join(char for char in other_than_hanzi if char.isascii() and char.isalnum())


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueProblem(path.name, "", str(error)) from error


def _entries(path: Path, document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    entries = document.get(name)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CatalogueProblem(path.name, "", f"there are no tables [[{name}]]")
    return entries


def _root(file: str, entry: Mapping[str, Any]) -> Root:
    try:
        return Root.model_validate(entry)
    except ValidationError as error:
        raise CatalogueProblem(file, _code(entry), _first_of(error)) from error


def _item(file: str, entry: dict[str, Any]) -> ServiceItem:
    entry |= {name: _lines(file, entry, name) for name in GUIDE_PARTS if isinstance(entry.get(name), list)}
    title = entry.get("title_zh")
    if isinstance(title, str):
        entry.setdefault("initials", initials(title))
    try:
        item = ServiceItem.model_validate(entry)
    except ValidationError as error:
        raise CatalogueProblem(file, _code(entry), _first_of(error)) from error
    for problem in _contradictions(item):
        raise CatalogueProblem(file, item.code, problem)
    return item


def _lines(file: str, entry: Mapping[str, Any], name: str) -> dict[str, list[str]]:
    pairs = entry[name]
    if not all(_is_pair(pair) for pair in pairs):
        raise CatalogueProblem(file, _code(entry), f"{name} is not a list of pairs, Chinese and English")
    return {"zh": [zh for zh, _ in pairs], "en": [en for _, en in pairs]}


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(line, str) and line for line in pair)


def _code(entry: Mapping[str, Any]) -> str:
    return str(entry.get("code") or entry.get("title_zh") or "one without a code")


def _first_of(error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"


def _check_roots(file: str, item: ServiceItem, roots: Iterable[Root]) -> None:
    known = {(root.sort, root.code) for root in roots}
    if ("system", item.system) not in known:
        raise CatalogueProblem(file, item.code, f"{item.system!r} is no service system of {ROOTS}")
    if ("category", item.category) not in known:
        raise CatalogueProblem(file, item.code, f"{item.category!r} is no category of {ROOTS}")


def _contradictions(item: ServiceItem) -> Iterator[str]:
    """What every field allows and the item as a whole does not."""
    for name in GUIDE_PARTS:
        part = getattr(item, name)
        if not part.zh or len(part.zh) != len(part.en):
            yield f"{name} does not say the same number of lines in both languages, one or more"
    if twice := _first_repeated(question.field for question in item.form):
        yield f"two questions of the form are called {twice}"
    if twice := _first_repeated(paper.paper for paper in item.papers):
        yield f"two papers are called {twice}"
    for question in item.form:
        yield from _wrong_choices(question)


def _wrong_choices(question: FormField) -> Iterator[str]:
    if (question.sort == "choice") != bool(question.choices):
        yield f"{question.field}: choices belong to a question of the sort choice, and to no other"
    elif len(question.choices) == 1:
        yield f"{question.field}: there is only one choice"
    if twice := _first_repeated(code for code, _, _ in question.choices):
        yield f"{question.field}: two choices have the code {twice}"


def _first_repeated(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
