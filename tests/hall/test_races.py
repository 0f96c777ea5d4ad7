"""Two at once: what the second one is told must be what it would have been told a minute later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from hall.services import identities
from offline_cache.wire import ReferenceKind
from tests.contract.conftest import TestHall
from tests.hall import offices
from tests.hall.desks import DeskHall, consent, deletion, withdrawal
from tests.hall.offices import PHOTO, sha256, with_papers

ENOUGH_S = 60
Answer = TypeVar("Answer")


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result(ENOUGH_S) for each in [pool.submit(call) for call in calls]]


def test_two_withdrawals_at_once_both_wait_for_every_template(desks: DeskHall) -> None:
    desks.desk.push(consent(desks.desk, "c-1"))
    desks.other.push(consent(desks.other, "c-2"))
    first, second = withdrawal(desks.desk, "w-1"), withdrawal(desks.door, "w-2")
    answers = at_once([lambda: desks.desk.push(first), lambda: desks.door.push(second)])
    assert [each.result for answer in answers for each in answer.results] == ["new", "new"]
    shown = desks.all_told(ReferenceKind.WITHDRAWAL)
    assert {id: each["waiting"] for id, each in shown.items()} == {
        "w-1": ["FD-01", "FD-02"],
        "w-2": ["FD-01", "FD-02"],
    }
    at_once([
        lambda: desks.desk.push(deletion(desks.desk, "c-1")),
        lambda: desks.other.push(deletion(desks.other, "c-2")),
    ])  # fmt: skip
    shown = desks.all_told(ReferenceKind.WITHDRAWAL)
    assert {(each["state"], tuple(each["deleted"])) for each in shown.values()} == {
        ("deleted", ("FD-01", "FD-02"))
    }


def test_one_code_of_a_phone_opens_one_terminal(desks: DeskHall) -> None:
    terminals = [desks.hall.terminal(f"QP-0{place}", "C3", "query_print") for place in (1, 2)]
    code = desks.hall.post("/v1/phone-codes", {"person_id": "P1"}).json()["code"]
    calls = [
        lambda terminal=terminal: (
            desks.hall.http.post(
                "/v1/residents/phone-codes", json={"code": code}, headers=terminal.headers
            ).status_code
        )
        for terminal in terminals
    ]
    assert sorted(at_once(calls)) == [200, 409]


def test_an_event_that_a_platform_reports_twice_at_once_is_one_alarm(desks: DeskHall) -> None:
    with desks.database.writing() as session:
        token = identities.appoint(session, "Bracelets Ltd", desks.now_ms(), "platform")
    body = {"event_id": "e-1", "sender": "BR-9", "pressed_ms": desks.now_ms()}

    def report() -> bool:
        answer = desks.hall.http.post("/v1/alarms", json=body, headers={"Authorization": f"Bearer {token}"})
        return bool(answer.raise_for_status().json()["new"])

    assert sorted(at_once([report, report, report])) == [False, False, True]
    assert len(desks.all_told(ReferenceKind.ALARM)) == 1


def test_of_two_parts_of_one_place_the_first_one_counts(hall: TestHall) -> None:
    with hall.hall.database.writing() as session:
        offices.publish(session)
    terminal = hall.terminal("QP-01", "H1", "query_print")
    terminal.push(with_papers(terminal.log, photos=[PHOTO]))
    place = f"/v1/papers/{sha256(PHOTO)}?offset=0"
    halves = [PHOTO[: len(PHOTO) // 2], bytes(reversed(PHOTO))[: len(PHOTO) // 3]]
    calls = [
        lambda part=part: terminal.http.put(place, content=part, headers=terminal.headers) for part in halves
    ]
    answers = sorted(at_once(calls), key=lambda each: each.status_code)
    assert [each.status_code for each in answers] == [200, 409]
    assert answers[1].json()["code"] == "paper.offset"
    held = hall.http.get(f"/v1/papers/{sha256(PHOTO)}", headers=terminal.headers).json()
    assert held["received"] == answers[0].json()["received"]
