"""Officers enter what a desk will know of somebody: by whom it was entered has to be found later, and its words must reach no
desk that they are not for."""

from __future__ import annotations

from typing import Any

import pytest

from hall.catalogue import load_desk
from hall.services import catalogue
from hall.services.catalogue import Contents
from offline_cache.wire import ReferenceKind
from tests.contract.terminals import DATE, LUNCH_MS
from tests.hall.desks import DeskHall
from tests.hall.offices import item

PLAIN_ITEM = min(load_desk.plain_items())
SECRET, PLAIN = "邻里调解", "补办社保卡"
MATTER = {"person_id": "P1", "title_zh": SECRET, "state": "open"}
APPOINTMENT = {"person_id": "P1", "date": DATE, "at": "16:00", "item": PLAIN_ITEM}


@pytest.fixture
def planned(desks: DeskHall) -> DeskHall:
    """A hall with an item that says nothing of its person, and one of aid."""
    items = [
        item(PLAIN_ITEM, title_zh=PLAIN, title_en="card"),
        item("aid-99", title_zh="最低生活保障", title_en="aid"),
    ]
    contents = Contents(items=items, consent_texts=load_desk.consent_texts(), windows=load_desk.windows())
    with desks.database.writing() as session:
        catalogue.publish(session, contents, LUNCH_MS)
    return desks


def put(desks: DeskHall, path: str, body: dict[str, Any]) -> Any:
    """Sent twice, and answered the same."""
    answers = [desks.hall.http.put(path, json=body, headers=desks.hall.officer) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[0].status_code == answers[1].status_code
    return answers[0].json()


def told(desks: DeskHall) -> dict[str, Any]:
    return desks.told(ReferenceKind.DESK_PERSON, "P1") or {"matters": [], "appointments": []}


def test_a_matter_is_sensitive_until_somebody_says_otherwise(planned: DeskHall) -> None:
    entered = put(planned, "/v1/matters/N-7", MATTER)
    assert entered == {
        "number": "N-7", "person_id": "P1", "state": "open", "sensitive": True, "need": False, "closed": False
    }  # fmt: skip
    assert [each["title_zh"] for each in told(planned)["matters"]] == [""]
    put(planned, "/v1/matters/N-7", {**MATTER, "title_zh": PLAIN, "sensitive": False})
    assert [each["title_zh"] for each in told(planned)["matters"]] == [PLAIN]
    put(planned, "/v1/matters/N-7", {**MATTER, "closed": True})
    assert told(planned)["matters"] == []


def test_who_entered_a_matter_is_kept_without_its_words(planned: DeskHall) -> None:
    put(planned, "/v1/matters/N-7", MATTER)
    put(planned, "/v1/matters/N-7", {**MATTER, "closed": True})
    versions = planned.hall.get("/v1/objects/matter/N-7")
    assert [(each["version"], each["recorded_by"], each["data"]["closed"]) for each in versions] == [
        (1, "Officer Gao", False),
        (2, "Officer Gao", True),
    ]
    assert SECRET not in str(versions)


def test_an_appointment_says_only_what_every_desk_may_read(planned: DeskHall) -> None:
    put(planned, "/v1/appointments/T-1", APPOINTMENT)
    put(planned, "/v1/appointments/T-2", {**APPOINTMENT, "at": "17:00", "item": "aid-99"})
    assert [(each["at"], each["title_zh"]) for each in told(planned)["appointments"]] == [
        ("16:00", PLAIN),
        ("17:00", "办事"),
    ]
    put(planned, "/v1/appointments/T-1", {**APPOINTMENT, "cancelled": True})
    assert [each["at"] for each in told(planned)["appointments"]] == ["17:00"]
    assert [each["data"]["cancelled"] for each in planned.hall.get("/v1/objects/matter/appointment-T-1")] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/v1/matters/N-7", {**MATTER, "person_id": "P9"}, "person.unknown"),
        ("/v1/matters/N-7", {**MATTER, "person_id": "P2"}, "matter.of_another"),
        ("/v1/matters/N-7", {**MATTER, "state": "done"}, "request.malformed"),
        ("/v1/matters/n 7", MATTER, "request.malformed"),
        ("/v1/appointments/T-1", {**APPOINTMENT, "person_id": "P2"}, "appointment.of_another"),
        ("/v1/appointments/T-2", {**APPOINTMENT, "person_id": "P9"}, "person.unknown"),
        ("/v1/appointments/T-2", {**APPOINTMENT, "item": "none"}, "item.unknown"),
        ("/v1/appointments/T-2", {**APPOINTMENT, "date": "2026-02-30"}, "request.malformed"),
        ("/v1/appointments/T-2", {**APPOINTMENT, "at": "24:00"}, "request.malformed"),
    ],
)
def test_what_cannot_be_entered_says_why(
    planned: DeskHall, path: str, body: dict[str, Any], code: str
) -> None:
    put(planned, "/v1/matters/N-7", MATTER)
    put(planned, "/v1/appointments/T-1", APPOINTMENT)
    assert put(planned, path, body)["code"] == code
