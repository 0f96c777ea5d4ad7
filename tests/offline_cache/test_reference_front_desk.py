"""What the hall tells of consents and visits has to be found again by person and by state, quickly and only of her."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline_cache.db import load_key
from offline_cache.reference import GREATEST_AGE_S, Reference
from offline_cache.reference_file import record_of
from offline_cache.reference_front_desk import SHAPES, FrontDeskReference
from offline_cache.wire import Change, Changes, ReferenceKind

Tell = Any


@pytest.fixture
def reference(tmp_path: Path) -> Iterator[Reference]:
    opened = Reference.open(tmp_path, load_key(tmp_path))
    yield opened
    opened.close()


def told(reference: Reference, kind: ReferenceKind, *records: tuple[str, dict[str, Any]]) -> None:
    changes = [Change(kind=kind, id=id, data=data) for id, data in records]
    reference.apply(
        Changes(cursor=1, more=False, changes=changes, applied={}, refused={}, hall_time_ms=1_000)
    )


def consent(consent_id: str, person_id: str, state: str = "active") -> tuple[str, dict[str, Any]]:
    return consent_id, {
        "consent_id": consent_id,
        "person_id": person_id,
        "purpose": "recognition",
        "terminal_id": "FD-01",
        "text_version": 1,
        "given_ms": 1,
        "until_ms": 2,
        "state": state,
    }


def test_consents_are_found_by_person_and_by_state(reference: Reference) -> None:
    told(
        reference,
        ReferenceKind.CONSENT,
        consent("c1", "wu"),
        consent("c2", "wu", "revoked"),
        consent("c3", "qian"),
    )
    desk = FrontDeskReference(reference)
    assert [each.consent_id for each in desk.consents_of("wu")] == ["c1", "c2"]
    assert [each.consent_id for each in desk.consents_in("revoked")] == ["c2"]
    assert desk.consents_of("zhao") == []
    assert desk.consent_count() == 3
    found = desk.consent("c3")
    assert found is not None and found.person_id == "qian"


def test_a_consent_that_changed_its_state_is_found_under_the_new_one(reference: Reference) -> None:
    told(reference, ReferenceKind.CONSENT, consent("c1", "wu"))
    told(reference, ReferenceKind.CONSENT, consent("c1", "wu", "revoked"))
    desk = FrontDeskReference(reference)
    assert desk.consents_in("active") == []
    assert [each.consent_id for each in desk.consents_in("revoked")] == ["c1"]


def test_withdrawals_come_newest_first(reference: Reference) -> None:
    def withdrawal(number: str, at_ms: int) -> tuple[str, dict[str, Any]]:
        return number, {
            "request_id": number,
            "person_id": "wu",
            "requested_ms": at_ms,
            "state": "pending",
            "deleted": [],
            "waiting": ["FD-01"],
        }

    told(reference, ReferenceKind.WITHDRAWAL, withdrawal("old", 1), withdrawal("new", 2))
    assert [each.request_id for each in FrontDeskReference(reference).withdrawals_of("wu")] == ["new", "old"]


def test_tickets_are_of_one_day_and_windows_in_their_order(reference: Reference) -> None:
    def ticket(date: str, number: str, at_ms: int) -> tuple[str, dict[str, Any]]:
        data = {
            "number": number,
            "date": date,
            "queue": "general",
            "terminal_id": "FD-01",
            "issued_ms": at_ms,
        }
        return f"{date}/{number}", data

    told(
        reference,
        ReferenceKind.TICKET,
        ticket("2026-11-20", "A002", 9),
        ticket("2026-11-20", "A001", 5),
        ticket("2026-11-19", "A001", 1),
    )
    window = {"title_zh": "综合", "title_en": "All", "queues": ["general"]}
    told(
        reference,
        ReferenceKind.DESK_WINDOW,
        *((each, {"window": each, **window}) for each in ("10", "2", "1")),
    )
    desk = FrontDeskReference(reference)
    assert [each.number for each in desk.tickets("2026-11-20")] == ["A001", "A002"]
    assert [each.window for each in desk.windows()] == ["1", "2", "10"]


def test_a_record_that_is_not_of_its_shape_is_left_out(reference: Reference) -> None:
    told(reference, ReferenceKind.VISIT, ("v1", {"visit_id": "v1", "face": "no such field"}))
    assert FrontDeskReference(reference).visits() == []
    assert reference.skipped == 1


def test_every_kind_of_the_feed_has_a_shape_and_a_greatest_age() -> None:
    assert set(GREATEST_AGE_S) == set(ReferenceKind)
    for kind in SHAPES:
        with pytest.raises(ValueError, match="validation error"):
            record_of(kind, "x", {"nothing": "of it"})
