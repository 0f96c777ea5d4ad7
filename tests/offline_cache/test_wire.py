"""Both ends hash the same bytes: the canonical form is RFC 8785, whichever way it is written."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from offline_cache import wire
from offline_cache.wire import LogRow, Shape, canonical, canonical_body, canonical_row, chain_hash
from tests.offline_cache.rows import meal

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_the_fast_way_writes_the_same_bytes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
        (
            {"\U0001f600": 1, "\ufb33": 2},
            '{"\U0001f600":1,"\ufb33":2}',
        ),  # by UTF-16 units, not by code points
        ('\u2028\x0f\n"\\', '"\u2028\\u000f\\n\\"\\\\"'),
        (1.0, "1"),
        ("𬭩𠅤", '"𬭩𠅤"'),
    ],
)
def test_known_forms(value: Any, expected: str) -> None:
    assert canonical(value).decode() == expected


@pytest.mark.parametrize("value", [2**53, -(2**53), {1: "a"}, "\ud800", {"a": float("nan")}])
def test_what_has_no_canonical_form_is_an_error(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


def test_the_hash_of_a_known_row() -> None:
    """A vector for implementers: computed once with sha256sum over the canonical text."""
    row = {
        "txn_id": "01a20000-0000-7000-8000-000000000001",
        "terminal_id": "CT-03",
        "log_id": "077fb412-5187-49ff-83c7-356970014d20",
        "seq": 1,
        "kind": "card_blocked",
        "occurred_at_ms": 1790000000000,
        "monotonic_ms": 5000,
        "boot_id": "b",
        "clock_trusted": True,
        "body": {"card_ref": "c", "person_id": None, "staff_id": "孙"},
        "prev_hash": "0" * 64,
    }
    assert chain_hash(row) == KNOWN_HASH
    stored = LogRow.model_validate({**row, "hash": KNOWN_HASH})
    assert chain_hash(stored.model_dump(mode="json")) == KNOWN_HASH
    assert chain_hash(json.loads(stored.model_dump_json())) == KNOWN_HASH


@pytest.mark.parametrize("column", [name for name in LogRow.model_fields if name != "hash"])
def test_every_column_but_the_hash_is_covered(column: str) -> None:
    row = dict.fromkeys(LogRow.model_fields, 1)
    assert chain_hash({**row, column: 2}) != chain_hash(row)
    assert chain_hash({**row, "hash": 2}) == chain_hash(row)


KNOWN_HASH = "01205daa2fa5693d80fc5836a1c20bc3d6ee85ecb78a9a0798f1f30012bfcdd5"


def shapes_within(kind: Any) -> Iterator[Any]:
    """The plain types that a field of this type may hold, shapes opened up."""
    parts = typing.get_args(kind)
    if typing.get_origin(kind) is typing.Literal:
        yield from map(type, parts)
    elif parts:
        assert typing.get_origin(kind) in (list, None, typing.Union) or "|" in str(kind), kind
        for part in parts:
            yield from shapes_within(part)
    elif isinstance(kind, type) and issubclass(kind, Shape):
        for name, field in kind.model_fields.items():
            assert name.isascii()
            yield from shapes_within(field.annotation)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        yield str
    else:
        yield kind


@pytest.mark.parametrize(
    "shape",
    [kind for name, kind in vars(wire).items() if name.endswith("Body")],
    ids=lambda kind: kind.__name__,
)
def test_no_body_holds_what_the_quick_serializer_would_write_differently(shape: type[Shape]) -> None:
    """Fractions have a form of their own in RFC 8785, and keys that are not ASCII an order."""
    assert set(shapes_within(shape)) <= {str, int, bool, type(None)}


@given(st.integers(0, 2**40), TEXTS)
def test_a_body_is_written_as_the_standard_says(amount: int, label: str) -> None:
    body = meal(purse=amount)
    body = body.model_copy(
        update={"band": label, "lines": [body.lines[0].model_copy(update={"label_zh": label})]}
    )
    assert canonical_body(body) == rfc8785.dumps(body.model_dump(mode="json"))


@given(TEXTS)
def test_a_row_in_parts_is_written_as_the_standard_says(text: str) -> None:
    columns = {"terminal_id": text, "seq": 7, "clock_trusted": True}
    whole = {**columns, "body": {"b": text, "a": 1}}
    assert canonical_row(columns, canonical({"b": text, "a": 1})) == rfc8785.dumps(whole)


def test_a_body_with_a_number_that_is_not_exact_is_an_error() -> None:
    with pytest.raises(ValueError):
        canonical_body(meal(purse=2**53))
