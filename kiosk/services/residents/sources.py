"""What a page shows, as what can be printed of it or taken along: found by the sort and key that a flow names it by."""

from __future__ import annotations

from kiosk.services.residents.document_words import WORDS
from kiosk.services.residents.places import minutes_on_foot
from kiosk.services.residents.printable import (
    GuideSource,
    NormSource,
    ReceiptSource,
    RecordSource,
    RouteSource,
    Source,
)
from kiosk.services.residents.session import Session
from offline_cache.reference_residents import ResidentReference


def source_of(sort: str, key: str, session: Session, reference: ResidentReference) -> Source | None:
    """`sort` and `key` as in IssueDocument; None for what is not there, or not in this session. Raises StorageError."""
    match sort:
        case "record":
            return session.records.get(int(key)) if key.isdecimal() else None
        case "receipt":
            return session.receipts.get(key)
        case "route":
            place = reference.place(key)
            if place is None:
                return None
            return RouteSource(place, minutes_on_foot(place.metres, elder=session.walks_slowly))
        case "guide":
            return _guide(key, reference)
        case _:
            return None


def title_of(source: Source) -> tuple[str, str]:
    """In Chinese and in English."""
    match source:
        case RecordSource(record, _):
            return record.title_zh, record.title_en
        case GuideSource(item):
            return item.title_zh, item.title_en
        case NormSource(norm):
            return norm.title_zh, norm.title_en
        case RouteSource(place, _):
            return place.title_zh, place.title_en
        case ReceiptSource():
            return WORDS["zh_CN"].receipt_title, WORDS["en"].receipt_title


def _guide(code: str, reference: ResidentReference) -> Source | None:
    item = reference.item(code)
    if item is not None:
        return GuideSource(item)
    norm = reference.norm(code)
    return NormSource(norm) if norm is not None else None
