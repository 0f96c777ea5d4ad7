"""Tariffs as data: their shape, reading a TOML file, and complaints that name the line.

A tariff says what a meal costs at a site: the list price, which band a diner falls in, and the layers that pay a
part of it. The arithmetic is in kiosk.services.rules; nothing here knows a diner. Money is integer fen.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MARKET = "market"
SHIPPED = Path(__file__).resolve().parent.parent / "tariffs"

Fen = Annotated[int, Field(strict=True, ge=0)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Age = Annotated[int, Field(strict=True, ge=0, le=150)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Words = Annotated[str, Field(min_length=1)]
FieldPath = tuple[str | int, ...]


class Part(BaseModel):
    """Base of a tariff's parts: frozen, and a mistyped field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(Part):
    """Whom something is for: ages [from_age, to_age) on the service date, holding any one of `statuses`."""

    from_age: Age = 0
    to_age: Age | None = None
    statuses: tuple[Code, ...] = ()

    def holds(self, age: int, statuses: frozenset[str]) -> bool:
        old_enough = age >= self.from_age and (self.to_age is None or age < self.to_age)
        return old_enough and (not self.statuses or not statuses.isdisjoint(self.statuses))


class Band(Group):
    """A group with one price. The first band in the file that holds a diner is the diner's band."""

    code: Code
    label_zh: Words
    label_en: Words


class Layer(Group):
    """Who pays a part, and how it is called on the slip. `bands` empty: every band."""

    code: Code
    fund: Code
    label_zh: Words
    label_en: Words
    public: bool = True
    bands: tuple[Code, ...] = ()


class Discount(Layer):
    """A percentage off the list price; what is left to pay is rounded half-up to the fen."""

    percent: Percent


class Fund(Layer):
    """A fund's part of what is left after the discount, in one of four forms:

    `amount` fen; everything up to `cap` fen; `percent` of the discounted price (with `cap`, at most that); or `pays`:
    the diner pays this many fen and the fund the rest. `least_spend` is held against the discounted price. `home`
    asks that the site lies in the diner's own town, district or city. `per` day: once per person and date.
    """

    amount: Fen | None = None
    cap: Fen | None = None
    percent: Percent | None = None
    pays: Fen | None = None
    per: Literal["meal", "day"] = "meal"
    least_spend: Fen = 0
    home: Literal["town", "district", "city"] | None = None


class WelfareCard(Part):
    """A card with its own balance that pays up to `amount` fen of a subsidised meal."""

    status: Code = "welfare_card"
    amount: Fen
    code: Code = "welfare_card"
    fund: Code = "welfare_card"
    label_zh: Words
    label_en: Words
    public: bool = True


class MealSet(Part):
    """A set the kitchen offers; the day's menu says which one is served."""

    code: Code
    label_zh: Words
    label_en: Words
    price: Fen


class Market(Part):
    """How the list price is called where nothing is taken off."""

    label_zh: Words
    label_en: Words


class Tariff(Part):
    """A whole tariff. `list_price` is what a meal costs on a day whose menu names no price of its own."""

    id: Code
    version: Annotated[int, Field(strict=True, ge=1)]
    title_zh: Words
    title_en: Words
    source: str = ""
    list_price: Fen
    market: Market
    sets: tuple[MealSet, ...] = ()
    bands: tuple[Band, ...] = ()
    discounts: tuple[Discount, ...] = ()
    funds: tuple[Fund, ...] = ()
    welfare: WelfareCard | None = None

    def band_of(self, age: int, statuses: frozenset[str]) -> Band | None:
        return next((band for band in self.bands if band.holds(age, statuses)), None)

    def label_of(self, band: str) -> tuple[str, str]:
        """(Chinese, English) words for a band code; the market's for one this version does not know."""
        known: Mapping[str, Band] = {each.code: each for each in self.bands}
        words: Band | Market = known.get(band, self.market)
        return words.label_zh, words.label_en


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with a tariff. `line` is 1-based; 0 where there is no text (a tariff from the hall)."""

    source: str
    line: int
    field: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.source}, line {self.line}" if self.line else self.source
        return f"{place}: {self.field}: expected {self.expected}"


class TariffError(ValueError):
    """A tariff cannot be used; every complaint is told, in the order of the file."""

    code: ClassVar[str] = "config.tariff"

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("\n".join(map(str, complaints)))
        self.complaints = complaints


def load_tariff(path: Path) -> Tariff:
    """Reads a tariff file. Raises TariffError with file, line, field and what was expected; OSError if unreadable."""
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except UnicodeDecodeError:
        raise TariffError((Complaint(path.name, 0, "(file)", "UTF-8 text"),)) from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        # Python tells a fault at the very end without a line number.
        line = int(at.group(1)) if at else text.count("\n") + 1
        raise TariffError((Complaint(path.name, line, "(syntax)", f"TOML; {error}"),)) from None
    return parse_tariff(document, source=path.name, text=text)


def shipped_tariff(tariff_id: str) -> Tariff | None:
    """The tariff of this id that came with the program, or None."""
    path = SHIPPED / f"{tariff_id}.toml"
    return load_tariff(path) if path.is_file() else None


def parse_tariff(document: Mapping[str, Any], source: str, text: str = "") -> Tariff:
    """Checks a parsed tariff. Raises TariffError; lines are found in `text` where it is given."""
    try:
        tariff = Tariff.model_validate(document)
    except ValidationError as error:
        wrong = [(problem["loc"], _expectation(problem)) for problem in error.errors()]
    else:
        wrong = list(_contradictions(tariff))
        if not wrong:
            return tariff
    complaints = [Complaint(source, line_of(text, path), _name(path), expected) for path, expected in wrong]
    raise TariffError(tuple(sorted(complaints, key=lambda each: each.line)))


_EXPECTED = {
    "missing": "this field to be given",
    "int_type": "a whole number (fen, years or per cent)",
    "string_type": "text in quotation marks",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "string_too_short": "text that is not empty",
}


def _expectation(problem: Any) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        return f"no field of this name; known are {', '.join(_fields_beside(problem['loc']))}"
    if kind == "greater_than_equal":
        return f"{context['ge']} or more, found {problem['input']!r}"
    if kind == "less_than_equal":
        return f"{context['le']} or less, found {problem['input']!r}"
    if kind == "literal_error":
        return f"{context['expected']}, found {problem['input']!r}"
    if kind == "string_pattern_mismatch":
        return f"small letters, digits and _, found {problem['input']!r}"
    expected = _EXPECTED.get(kind, problem["msg"])
    return expected if kind == "missing" else f"{expected}, found {problem['input']!r}"


def _fields_beside(path: FieldPath) -> list[str]:
    parts: dict[str | int, type[Part]] = {
        "bands": Band,
        "discounts": Discount,
        "funds": Fund,
        "sets": MealSet,
        "market": Market,
        "welfare": WelfareCard,
    }
    shape = parts.get(path[0], Tariff) if len(path) > 1 else Tariff
    return sorted(shape.model_fields)


def _contradictions(tariff: Tariff) -> Iterator[tuple[FieldPath, str]]:
    """What every field allows and the whole does not."""
    codes = [band.code for band in tariff.bands]
    for index, band in enumerate(tariff.bands):
        if band.code in codes[:index] or band.code == MARKET:
            yield ("bands", index, "code"), f"a code no other band has, found {band.code!r}"
        if any(_share_an_age(band, earlier) for earlier in tariff.bands[:index]):
            yield (
                ("bands", index, "from_age"),
                "ages that no earlier band of the same statuses holds; to_age is not in its band",
            )
    for kind, groups in (("bands", tariff.bands), ("discounts", tariff.discounts), ("funds", tariff.funds)):
        for index, group in enumerate(groups):
            if group.to_age is not None and group.to_age <= group.from_age:
                yield (kind, index, "to_age"), f"more than from_age ({group.from_age}), found {group.to_age}"
    for kind, layers in (("discounts", tariff.discounts), ("funds", tariff.funds)):
        for index, layer in enumerate(layers):
            for unknown in set(layer.bands) - set(codes):
                yield (kind, index, "bands"), f"codes of [[bands]], found {unknown!r}"
    for index, fund in enumerate(tariff.funds):
        forms = [fund.amount, fund.percent, fund.pays, fund.cap if fund.percent is None else None]
        if sum(form is not None for form in forms) != 1:
            yield ("funds", index), "exactly one of amount, pays, cap, or percent (with or without cap)"
    if tariff.sets and tariff.list_price not in [meal.price for meal in tariff.sets]:
        yield ("list_price",), f"the price of one of [[sets]], found {tariff.list_price}"


def _share_an_age(one: Band, other: Band) -> bool:
    if set(one.statuses) != set(other.statuses):
        return False
    above = one.to_age is None or one.to_age > other.from_age
    return above and (other.to_age is None or other.to_age > one.from_age)


def _name(path: FieldPath) -> str:
    """("bands", 1, "pays") as bands[2].pays: people count from one."""
    words = ""
    for step in path:
        words += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if words else step
    return words


_TABLE = re.compile(r"\s*\[(\[?)\s*([A-Za-z0-9_.-]+)\s*\]")
_KEY = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*=")


def line_of(text: str, path: FieldPath) -> int:
    """The line (from 1) of a field, else of the nearest table around it; 0 without text.

    tomllib keeps no positions, so the text is scanned. Tariffs use plain tables and one key a line.
    """
    if not text:
        return 0
    table: FieldPath = ()
    here: FieldPath
    found, depth = 1, 0
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            name = header.group(2)
            seen[name] = seen.get(name, -1) + 1
            table = (name, seen[name]) if header.group(1) else (name,)
            here = table
        elif key := _KEY.match(line):
            here = (*table, key.group(1))
        else:
            continue
        if len(here) > depth and path[: len(here)] == here:
            found, depth = number, len(here)
    return found
