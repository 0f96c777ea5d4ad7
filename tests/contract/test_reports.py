"""The hall keeps what a terminal says of its devices when that terminal has signed it, and nothing else or more."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from hall.services.reports import KEPT_A_TERMINAL, LARGEST_REPORT
from offline_cache.wire import canonical
from tests.contract.conftest import TestHall
from tests.contract.terminals import LUNCH_MS, TestTerminal


def report(terminal_id: str, made_ms: int = LUNCH_MS, **changes: Any) -> dict[str, Any]:
    item = {
        "name": "disk_space",
        "severity": "warn",
        "value": 11,
        "unit": "%",
        "code": "disk.full",
        "details": {},
    }
    trial = {"slot": "card_reader", "severity": "ok", "measure": "reads", "value": "10/10", "code": ""}
    body = {
        "terminal_id": terminal_id,
        "made_ms": made_ms,
        "staff_id": "S-TECH",
        "items": [item],
        "trials": [trial],
    }
    return {**body, **changes}


def signed(terminal: TestTerminal, body: dict[str, Any]) -> dict[str, Any]:
    signature = terminal.key.sign(canonical(body))
    encoded = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    return {"report": body, "public_key": "the hall knows it", "signature": encoded}


@pytest.fixture
def terminal(hall: TestHall) -> TestTerminal:
    return hall.terminal("CT-03", "C3", "canteen")


def send(hall: TestHall, terminal: TestTerminal, document: Any) -> tuple[int, dict[str, Any]]:
    answer = hall.http.post("/v1/reports", json=document, headers=terminal.headers)
    return answer.status_code, answer.json()


def kept(hall: TestHall) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hall.http.get(
        "/v1/reports", params={"terminal": "CT-03"}, headers=hall.officer
    ).json()
    return found


def test_a_signed_report_is_kept_as_it_was_sent(hall: TestHall, terminal: TestTerminal) -> None:
    document = signed(terminal, report("CT-03"))
    assert send(hall, terminal, document)[0] == 200
    assert send(hall, terminal, document)[0] == 200
    (found,) = kept(hall)
    assert found["document"] == document
    assert (found["made_at_ms"], found["faults"]) == (LUNCH_MS, 0)


def test_faults_are_counted(hall: TestHall, terminal: TestTerminal) -> None:
    broken = {"slot": "door", "severity": "fault", "measure": "", "value": "", "code": "relay.not_heard"}
    send(hall, terminal, signed(terminal, report("CT-03", trials=[broken])))
    assert kept(hall)[0]["faults"] == 1


def test_only_the_newest_are_kept(hall: TestHall, terminal: TestTerminal) -> None:
    for number in range(KEPT_A_TERMINAL + 3):
        send(hall, terminal, signed(terminal, report("CT-03", LUNCH_MS + number)))
    assert [each["made_at_ms"] - LUNCH_MS for each in kept(hall)] == list(range(22, 2, -1))


def test_a_changed_report_is_refused(hall: TestHall, terminal: TestTerminal) -> None:
    document = signed(terminal, report("CT-03"))
    document["report"]["items"][0]["severity"] = "ok"
    status, answer = send(hall, terminal, document)
    assert (status, answer["code"]) == (422, "report.forged")
    assert kept(hall) == []


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64 at all", "A" * 86])
def test_a_signature_that_is_none_is_refused(hall: TestHall, terminal: TestTerminal, signature: str) -> None:
    status, answer = send(hall, terminal, signed(terminal, report("CT-03")) | {"signature": signature})
    assert (status, answer["code"]) == (422, "report.forged")


def test_nobody_reports_for_another(hall: TestHall, terminal: TestTerminal) -> None:
    other = hall.terminal("CT-07", "C7", "canteen")
    status, answer = send(hall, terminal, signed(other, report("CT-07")))
    assert (status, answer["code"]) == (422, "report.forged")


@pytest.mark.parametrize(
    "change",
    [
        {"resident": "somebody"},
        {
            "items": [
                {"name": "Mrs Sample", "severity": "ok", "value": 1, "unit": "", "code": "", "details": {}}
            ]
        },
        {
            "trials": [
                {"slot": "card_reader", "severity": "ok", "measure": "reads", "value": "a name", "code": ""}
            ]
        },
        {"made_ms": -1},
    ],
)
def test_there_is_no_room_for_anything_else(
    hall: TestHall, terminal: TestTerminal, change: dict[str, Any]
) -> None:
    status, answer = send(hall, terminal, signed(terminal, report("CT-03", **change)))
    assert (status, answer["code"]) == (422, "report.malformed")
    assert "somebody" not in str(answer) and "Sample" not in str(answer)


def test_a_large_report_is_refused(hall: TestHall, terminal: TestTerminal) -> None:
    details = {f"line_{number}": "x" * 200 for number in range(LARGEST_REPORT // 200)}
    item = {"name": "software", "severity": "ok", "value": 1, "unit": "", "code": "", "details": details}
    status, answer = send(hall, terminal, signed(terminal, report("CT-03", items=[item])))
    assert (status, answer["code"]) == (413, "request.too_large")


@pytest.mark.parametrize("role", ["canteen", "query_print", "front_desk", "door", "signage"])
def test_every_kind_of_terminal_may_report(hall: TestHall, role: str) -> None:
    terminal = hall.terminal("T-09", "C3", role)
    assert send(hall, terminal, signed(terminal, report("T-09")))[0] == 200
