"""What the hall publishes besides its real items: sample items, norms, places, slides, kinds of records, the notice.

All of it is data in TOML files beside this module. Every public function reads one part anew and checks it against its
shape on the wire; what does not fit raises CatalogueProblem, which names the file.
"""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from hall.catalogue.load import SHIPPED, CatalogueProblem, initials, load_items
from offline_cache.wire import Shape
from offline_cache.wire_residents import Norm, Place, PrivacyNotice, RecordKind, ServiceItem, Slide

EVALUATION = "evaluation"
S = TypeVar("S", bound=Shape)


def sample_items(directory: Path = SHIPPED) -> list[ServiceItem]:
    """The items that are known by title only, by code."""
    items = [item for path in sorted((directory / "samples").glob("*.toml")) for item in load_items(path)]
    return sorted(items, key=lambda item: item.code)


def norms(directory: Path = SHIPPED) -> list[Norm]:
    """The complete norms and those that are known by title only, by code."""
    found = [norm for path in sorted((directory / "norms").glob("*.toml")) for norm in _norms(path)]
    return sorted(found, key=lambda norm: norm.code)


def places(directory: Path = SHIPPED) -> list[Place]:
    """The services within a quarter of an hour's walk, the nearest first."""
    return sorted(shaped(Place, directory / "places.toml", "places"), key=lambda place: place.metres)


def slides(directory: Path = SHIPPED) -> list[Slide]:
    """The playlist in its order. A slide's `picture_file` names a file in `pictures/`, which then travels with it."""
    path = directory / "slides.toml"
    entries = [_with_picture(path, entry) for entry in tables_of(path, read(path), "slides")]
    return sorted((checked(Slide, path, entry) for entry in entries), key=lambda slide: slide.order)


def record_kinds(directory: Path = SHIPPED) -> list[RecordKind]:
    """The kinds of records, in the order in which a person is offered them."""
    kinds = shaped(RecordKind, directory / "record_kinds.toml", "kinds")
    return [kind.model_copy(update={"order": at}) for at, kind in enumerate(kinds, start=1)]


def privacy_notice(directory: Path = SHIPPED) -> PrivacyNotice:
    """The notice in force."""
    path = directory / "privacy_notice.toml"
    return checked(PrivacyNotice, path, read(path))


def _norms(path: Path) -> list[Norm]:
    """One complete norm, or the table `norms` of a file of titles, whose `[shared]` each of them has."""
    document = read(path)
    entries = tables_of(path, document, "norms") if "norms" in document else [document]
    found = [checked(Norm, path, _with_initials(entry)) for entry in entries]
    for norm in found:
        for problem in _contradictions(norm):
            raise CatalogueProblem(path.name, norm.code, problem)
    return found


def _contradictions(norm: Norm) -> Iterator[str]:
    """What every field allows, and what nobody could work through."""
    if norm.sample == bool(norm.steps):
        yield "a norm has steps, or says that it is a sample"
    names = [step.step for step in norm.steps]
    if len(set(names)) < len(names) or EVALUATION in names:
        yield f"steps have names of their own, and {EVALUATION} is the name of the last row of a run"
    for form in (*(step.record for step in norm.steps), norm.evaluation):
        if len({question.field for question in form}) < len(form):
            yield "two questions of one form have the same name"
        for question in form:
            if (question.sort == "choice") != bool(question.choices):
                yield f"{question.field}: choices belong to a question of the sort choice, and to no other"


def _with_initials(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"initials": initials(str(entry.get("title_zh", ""))), **entry}


def _with_picture(path: Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in entry.items() if name != "picture_file"}
    if "picture_file" not in entry:
        return rest
    picture = path.parent / "pictures" / str(entry["picture_file"])
    try:
        return {**rest, "picture": base64.b64encode(picture.read_bytes()).decode("ascii")}
    except OSError as error:
        raise CatalogueProblem(path.name, str(entry.get("title_zh", "")), str(error)) from error


def shaped(shape: type[S], path: Path, name: str) -> list[S]:
    return [checked(shape, path, entry) for entry in tables_of(path, read(path), name)]


def tables_of(path: Path, document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The tables called `name`, each with what the table `shared` of its file says of all."""
    entries, shared = document.get(name), document.get("shared", {})
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in [*entries, shared]):
        raise CatalogueProblem(path.name, "", f"there are no tables [[{name}]]")
    return [{**shared, **entry} for entry in entries]


def checked(shape: type[S], path: Path, entry: Mapping[str, Any]) -> S:
    try:
        return shape.model_validate(entry)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise CatalogueProblem(
            path.name, str(entry.get("title_zh", "")), f"{where}: {problem['msg']}"
        ) from error


def read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueProblem(path.name, "", str(error)) from error
