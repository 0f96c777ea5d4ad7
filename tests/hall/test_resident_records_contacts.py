"""A form is filled in with what the hall knows, and that too is a look at somebody's data: for one purpose, and written
down."""

from __future__ import annotations

from hall.models_residents import Contact
from tests.contract.conftest import TestHall


def test_a_contact_is_told_for_an_application_only_and_written_down(hall: TestHall) -> None:
    desk = hall.terminal("QP-01", "C3", "query_print")
    with hall.hall.database.writing() as session:
        session.add(Contact(person_id="P1", phone="00000000101", address="示例省样本市测试路101号"))
    answers = [
        desk.http.post(
            "/v1/residents/contacts", json={"person_id": person, "purpose": purpose}, headers=desk.headers
        )
        for person, purpose in (("P1", "apply"), ("P2", "apply"), ("P1", "curiosity"), ("P-nobody", "apply"))
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 403, 404]
    assert answers[0].json() == {
        "person_id": "P1", "name": "王㛃", "phone": "00000000101", "address": "示例省样本市测试路101号"
    }  # fmt: skip
    assert answers[1].json() == {"person_id": "P2", "name": "王㛃", "phone": "", "address": ""}
    assert [answer.json()["code"] for answer in answers[2:]] == ["record.purpose", "record.unknown_person"]
    written = [
        (each["person_id"], each["kind"], each["purpose"], each["result"])
        for each in reversed(hall.get("/v1/access-log"))
    ]
    assert written == [
        ("P1", "contact", "apply", "ok"),
        ("P2", "contact", "apply", "empty"),
        ("P1", "contact", "curiosity", "refused"),
        ("P-nobody", "contact", "apply", "refused"),
    ]
    assert "示例" not in str(hall.get("/v1/access-log"))
