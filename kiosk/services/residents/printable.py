"""What a resident can take along, in one language and without a dot of how it looks (pure).

A source is what the hall or the disk has told: a record, a guide, a norm, the way to a place, the receipt of an
application. `printable` makes one form of all of them, which a slip and A4 pages are then made from. Names and numbers
are masked before they come here; money is written as 1,234.50.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from kiosk.services.residents.document_words import WORDS, DocumentWords
from offline_cache.wire_residents import Column, FormField, Norm, Place, RecordPage, ServiceItem

_RIGHT = frozenset({"money", "count"})


# --- sources --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose it is, as paper may say it: 赵＊ and 320305 ******** 0024 (or 尾号 and four digits)."""

    masked_name: str
    masked_number: str


@dataclass(frozen=True, slots=True)
class RecordSource:
    record: RecordPage = field(repr=False)
    holder: Holder


@dataclass(frozen=True, slots=True)
class GuideSource:
    item: ServiceItem


@dataclass(frozen=True, slots=True)
class NormSource:
    norm: Norm


@dataclass(frozen=True, slots=True)
class RouteSource:
    """`minutes` on foot at the pace of who asked."""

    place: Place
    minutes: int


@dataclass(frozen=True, slots=True)
class ReceiptSource:
    """An application that is on the disk. `due` is an ISO date or ""; `awaited` are (zh, en) names of papers that the
    person still brings."""

    number: str
    item_zh: str
    item_en: str
    holder: Holder
    submitted_ms: int
    due: str = ""
    awaited: tuple[tuple[str, str], ...] = ()


Source = RecordSource | GuideSource | NormSource | RouteSource | ReceiptSource


# --- the printable form ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has one text a column. `align` has l or r for each. `total` is the last row, or empty."""

    heads: tuple[str, ...]
    align: str
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    total: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Printable:
    """One document in one language. `facts` are (label, value), `parts` (label, lines). `marks` stand in bands under the
    title: 样例, 全域通办. `only` says what the paper is good for. `as_of_ms` is when what it says was true."""

    locale: str
    sort: str
    kind: str
    title: str
    title_zh: str
    title_en: str
    only: str
    as_of_ms: int
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    table: Table | None = None
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return len(self.table.rows) if self.table is not None else 0

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values: what is hashed and signed, and what pages are made of again after a restart."""
        values = asdict(self)
        return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def printable(source: Source, locale: str, now_ms: int, zone: tzinfo) -> Printable:
    """What goes on paper of this source. `now_ms` and `zone` date what has no date of its own."""
    words = WORDS[locale]
    match source:
        case RecordSource():
            return _record(source, words, locale)
        case GuideSource(item):
            return _guide(item, words, locale, now_ms)
        case NormSource(norm):
            return _norm(norm, words, locale, now_ms)
        case RouteSource(place, minutes):
            return _route(place, minutes, words, locale, now_ms)
        case ReceiptSource():
            return _receipt(source, words, locale, now_ms, zone)


def money(fen: str) -> str:
    """Fen in decimal digits as 1,234.50, negative with a minus sign; what is no such number stays as it came."""
    digits = fen.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        return fen
    sign = "-" if fen.startswith("-") and int(digits) else ""
    return f"{sign}{int(digits) // 100:,}.{int(digits) % 100:02}"


# --- records --------------------------------------------------------------------------------------------------------


def _record(source: RecordSource, words: DocumentWords, locale: str) -> Printable:
    record = source.record
    facts = [*_holder(source.holder, words)]
    if period := words.of(record.period_zh, record.period_en):
        facts.append((words.period, period))
    facts.append((words.purpose, words.own_query))
    note = words.of(record.note_zh, record.note_en)
    notes = [*([note] if note else []), *([] if record.rows else [words.empty])]
    return Printable(
        locale=locale,
        sort="record",
        kind=record.kind,
        title=words.of(record.title_zh, record.title_en),
        title_zh=record.title_zh,
        title_en=record.title_en,
        only=words.only_own,
        as_of_ms=record.as_of_ms,
        facts=tuple(facts),
        table=_table(record, words),
        notes=tuple(notes),
    )


def _holder(holder: Holder, words: DocumentWords) -> list[tuple[str, str]]:
    number = holder.masked_number.replace(" ", "")
    facts = ((words.name, holder.masked_name), (words.id_number, number))
    return [(label, value) for label, value in facts if value]


def _table(record: RecordPage, words: DocumentWords) -> Table | None:
    columns = record.columns
    if not columns or not record.rows:
        return None
    return Table(
        heads=tuple(words.of(column.label_zh, column.label_en) for column in columns),
        align="".join("r" if column.sort in _RIGHT else "l" for column in columns),
        rows=tuple(_cells(row, columns, words) for row in record.rows),
        total=_cells(record.total, columns, words) if record.total else (),
    )


def _cells(row: list[str], columns: list[Column], words: DocumentWords) -> tuple[str, ...]:
    """One text a column, however many the hall has sent."""
    texts = [*row, *[""] * len(columns)]
    return tuple(_cell(text, column, words) for text, column in zip(texts, columns, strict=False))


def _cell(text: str, column: Column, words: DocumentWords) -> str:
    return money(text) if column.sort == "money" else words.of(text, column.english.get(text, ""))


# --- guides, norms, routes, receipts --------------------------------------------------------------------------------


def _guide(item: ServiceItem, words: DocumentWords, locale: str, now_ms: int) -> Printable:
    parts = (
        (words.conditions, item.conditions),
        (words.materials, item.materials),
        (words.fee, item.fee),
        (words.time, item.time),
        (words.place, item.place),
    )
    said = [(label, words.lines_of(lines.zh, lines.en)) for label, lines in parts]
    marks = ((item.sample, words.sample), (item.everywhere, words.everywhere))
    return Printable(
        locale=locale,
        sort="guide",
        kind=item.code,
        title=words.of(item.title_zh, item.title_en),
        title_zh=item.title_zh,
        title_en=item.title_en,
        only=words.only_guide,
        as_of_ms=now_ms,
        parts=tuple((label, lines) for label, lines in said if lines),
        marks=tuple(mark for holds, mark in marks if holds),
    )


def _norm(norm: Norm, words: DocumentWords, locale: str, now_ms: int) -> Printable:
    parts = [
        (
            f"{number}. {words.of(step.title_zh, step.title_en)}",
            (words.of(step.text_zh, step.text_en), *_recorded(step.record, words)),
        )
        for number, step in enumerate(norm.steps, start=1)
    ]
    parts.append((words.standard, words.lines_of(norm.standard.zh, norm.standard.en)))
    parts.append((words.evaluation, tuple(_labels(norm.evaluation, words))))
    return Printable(
        locale=locale,
        sort="guide",
        kind=norm.code,
        title=words.of(norm.title_zh, norm.title_en),
        title_zh=norm.title_zh,
        title_en=norm.title_en,
        only=words.only_guide,
        as_of_ms=now_ms,
        parts=tuple((label, lines) for label, lines in parts if lines),
        marks=(words.sample,) if norm.sample else (),
    )


def _labels(fields: list[FormField], words: DocumentWords) -> list[str]:
    return [words.of(each.label_zh, each.label_en) for each in fields]


def _recorded(fields: list[FormField], words: DocumentWords) -> tuple[str, ...]:
    comma = "、" if words.chinese else ", "
    return (words.to_record.format(comma.join(_labels(fields, words))),) if fields else ()


def _route(place: Place, minutes: int, words: DocumentWords, locale: str, now_ms: int) -> Printable:
    facts = (
        (words.address, words.of(place.address_zh, place.address_en)),
        (words.on_foot, words.minutes.format(minutes, place.metres)),
        (words.hours, place.hours),
        (words.phone, place.phone),
    )
    way = words.lines_of(place.steps.zh, place.steps.en)
    return Printable(
        locale=locale,
        sort="route",
        kind=place.place_id,
        title=words.of(place.title_zh, place.title_en),
        title_zh=place.title_zh,
        title_en=place.title_en,
        only=words.only_route,
        as_of_ms=now_ms,
        facts=tuple((label, value) for label, value in facts if value),
        parts=((words.way, way),) if way else (),
    )


def _receipt(
    source: ReceiptSource, words: DocumentWords, locale: str, now_ms: int, zone: tzinfo
) -> Printable:
    submitted = datetime.fromtimestamp(source.submitted_ms / 1000, zone)
    facts = [
        (words.item, words.of(source.item_zh, source.item_en)),
        *_holder(source.holder, words),
        (words.number, source.number),
        (words.submitted, f"{submitted:%Y-%m-%d %H:%M}"),
        (words.due, source.due or words.due_later),
    ]
    awaited = tuple(words.of(chinese, english) for chinese, english in source.awaited)
    return Printable(
        locale=locale,
        sort="receipt",
        kind=source.number,
        title=words.receipt_title,
        title_zh=WORDS["zh_CN"].receipt_title,
        title_en=WORDS["en"].receipt_title,
        only=words.only_receipt,
        as_of_ms=now_ms,
        facts=tuple(facts),
        parts=((words.awaited, awaited),) if awaited else (),
        notes=(words.keep_number,),
    )
