"""There is no way into the hall for a face: not as a picture, not as a row of numbers, not under any name. Every body of every
route and every body of every row is walked through, so that a field that could carry one has to be argued for here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from hall.app import create_app
from hall.settings import Settings
from offline_cache import wire, wire_front_desk
from offline_cache.wire import RowKind, Shape
from tests.hall.desks import DeskHall, code_of, consent, visit

NAMES = (
    "face",
    "image",
    "photo",
    "picture",
    "template",
    "vector",
    "embedding",
    "encoding",
    "biometric",
    "frame",
)
# Why each of these is no face: the parts of papers that people photograph and sign go up as bytes of a file, named by SHA-256;
# the document that a phone gets is a PDF; `how` "face" says by what somebody was known.
BYTES = {"PUT /v1/papers/{sha256}", "POST /v1/hand-offs"}


@cache
def document() -> dict[str, Any]:
    described: dict[str, Any] = create_app(Settings(database="sqlite:///never-opened.sqlite3")).openapi()
    return described


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every route that takes a body, and the schema of each media type that it takes."""
    for path, methods in document()["paths"].items():
        for method, route in methods.items():
            for media in route.get("requestBody", {}).get("content", {}).items():
                yield f"{method.upper()} {path}", {"media": media[0], **media[1].get("schema", {})}


def fields(
    schema: Any, seen: frozenset[str] = frozenset(), local: dict[str, Any] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field below this schema, by name. `local` are the shapes that it brings along."""
    known = {**document()["components"]["schemas"], **(local or schema.get("$defs", {}))}
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    if reference:
        name = reference.rsplit("/", 1)[-1]
        if name in seen:
            return
        yield from fields(known[name], seen | {name}, known)
    elif isinstance(schema, dict):
        for name, inner in schema.get("properties", {}).items():
            yield name, inner
            yield from fields(inner, seen, known)
        for key in ("items", "anyOf", "allOf", "oneOf", "prefixItems"):
            parts = schema.get(key, [])
            for part in parts if isinstance(parts, list) else [parts]:
                yield from fields(part, seen, known)


def test_no_route_has_a_field_for_a_face() -> None:
    taken = list(bodies())
    assert len(taken) > 15
    for route, schema in taken:
        names = {name for name, _ in fields(schema)}
        assert not [name for name in names for word in NAMES if word in name], route
        if route not in BYTES:
            assert schema["media"] in ("application/json", "application/x-www-form-urlencoded"), route
            assert not [
                word for word in ('"binary"', '"byte"', "contentEncoding") if word in json.dumps(schema)
            ], route


def test_no_route_takes_a_list_of_numbers() -> None:
    for route, schema in bodies():
        for name, inner in fields(schema):
            kinds = {str(part.get("type")) for part in (inner.get("items"), inner) if isinstance(part, dict)}
            assert not {"array", "number"} <= kinds and not {"array", "integer"} <= kinds, (route, name)


def row_bodies() -> list[type[Shape]]:
    found = [
        each
        for each in vars(wire_front_desk).values()
        if isinstance(each, type) and each.__name__.endswith("Body")
    ]
    assert len(found) == 13
    return found


@pytest.mark.parametrize("shape", row_bodies(), ids=lambda shape: shape.__name__)
def test_no_body_of_a_row_has_room_for_a_face(shape: type[Shape]) -> None:
    assert shape.model_config["extra"] == "forbid"
    for name, field in shape.model_fields.items():
        assert not [word for word in NAMES if word in name], name
        assert not _carries_numbers(field.annotation), name


def _carries_numbers(annotation: Any) -> bool:
    """Bytes, floats, and lists of anything but words."""
    if annotation in (bytes, float):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(_carries_numbers(field.annotation) for field in annotation.model_fields.values())
    inner = get_args(annotation)
    if get_origin(annotation) in (list, tuple, dict, set):
        return any(part is not str for part in inner)
    return any(_carries_numbers(part) for part in inner if not isinstance(part, str))


def test_every_row_of_the_front_desk_is_walked_through() -> None:
    names = {shape.__name__ for shape in row_bodies()}
    first = list(RowKind).index(RowKind.CONSENT_GIVEN)
    assert len(list(RowKind)[first:]) == len(names)
    assert wire.Shape.model_config["extra"] == "forbid"


@pytest.mark.parametrize(
    "hidden",
    [
        {"vector": [0.125] * 128},
        {"template": "AAAA" * 128},
        {"model_id": [0.125] * 128},
        {"model_id": "A" * 684},  # 128 float32 in base64
        {"consent_id": "A" * 684},
        {"help": [0.125] * 128},
    ],
)
def test_a_consent_that_brings_a_face_along_is_refused(desks: DeskHall, hidden: dict[str, Any]) -> None:
    assert code_of(desks.desk, consent(desks.desk, **hidden)) == "consent_given.malformed"


def test_a_visit_that_brings_a_face_along_is_refused(desks: DeskHall) -> None:
    assert code_of(desks.desk, visit(desks.desk, vector=[1, 2, 3])) == "visit_noted.malformed"


def test_a_call_that_brings_a_face_along_is_refused(desks: DeskHall) -> None:
    query = {"person_id": "P1", "staff_id": "S-1", "purpose": "visit", "picture": "AAAA"}
    answer = desks.hall.http.post("/v1/desk/cards", json=query, headers=desks.desk.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.malformed")
