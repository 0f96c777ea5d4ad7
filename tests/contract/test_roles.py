"""Who may call what: every role against every route, so that a new route is closed until somebody opens it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fastapi.routing import APIRoute

from hall.app import create_app
from hall.auth import ROLES
from hall.services import identities
from hall.settings import Settings
from tests.contract.conftest import TestHall

PAGES = ["GET /h/{token}", "GET /h/{token}/document", "GET /v/{number}"]
OPEN = ["GET /v1/time", "POST /v1/enrolments", "POST /v1/token", *PAGES]
PULL = ["GET /v1/changes", "GET /v1/events", "POST /v1/help-calls", "POST /v1/reports"]
PAPERS = ["GET /v1/papers/{sha256}", "PUT /v1/papers/{sha256}"]
RECORDS = [
    "POST /v1/residents/records",
    "POST /v1/residents/contacts",
    "POST /v1/residents/phone-codes",
    "POST /v1/hand-offs",
]
OFFICE = [
    "POST /v1/settlements",
    "GET /v1/settlements",
    "GET /v1/settlements/{site_id}/{service_date}/{period}/{operator_id}",
    "GET /v1/kitchen/counts",
    "GET /v1/reviews",
    "POST /v1/reviews/{review_id}",
    "GET /v1/ledger",
    "GET /v1/ledger/summary",
    "GET /v1/terminals",
    "POST /v1/terminals/{terminal_id}/revocation",
    "POST /v1/terminals/{terminal_id}/renewal",
    "GET /v1/help-calls",
    "GET /v1/reports",
    "POST /v1/phone-codes",
    "GET /v1/access-log",
    "GET /v1/documents",
    "POST /v1/documents/{number}/revocation",
    "GET /v1/applications",
    "GET /v1/applications/{number}",
    "GET /v1/applications/{number}/papers/{sha256}",
    "POST /v1/applications/{number}/state",
    "POST /v1/applications/{number}/transfer",
    "POST /v1/applications/{number}/certificate",
    "GET /v1/norm-runs",
    "GET /v1/ratings/summary",
    "GET /v1/forgotten-cards",
    "GET /v1/objects/{kind}",
    "GET /v1/objects/{kind}/{object_id}",
    "GET /v1/desk/events",
    "GET /v1/consents",
    "GET /v1/consents/count",
    "GET /v1/consents/refusals",
    "GET /v1/alarms",
    "POST /v1/alarms/{alarm_id}/steps",
    "GET /v1/care-cases",
    "POST /v1/care-cases",
    "POST /v1/care-cases/{case_id}/sign-of-life",
    "POST /v1/matters/{number}/worker",
    "PUT /v1/matters/{number}",
    "PUT /v1/appointments/{appointment_id}",
]
DESK = ["POST /v1/desk/cards"]
PLATFORM = ["POST /v1/alarms"]
STREAMS = ["GET /v1/events", "GET /v1/desk/events"]
MAY = {
    "canteen": ["POST /v1/transactions", *PULL],
    "query_print": ["POST /v1/transactions", *PULL, *PAPERS, *RECORDS],
    "front_desk": ["POST /v1/transactions", *PULL, *PAPERS, *DESK],
    "visitor": ["POST /v1/transactions", *PULL, *PAPERS],
    "door": ["POST /v1/transactions", *PULL],
    "signage": PULL,
}
ALL = [*OPEN, "POST /v1/transactions", *PULL, *PAPERS, *RECORDS, *DESK, *PLATFORM, *OFFICE]
REFUSED = {"token.missing", "role.not_allowed"}


def call(hall: TestHall, route: str, headers: dict[str, str], opens: Sequence[str] = ()) -> str:
    """The code of the answer's problem, or "" when the call got past the door. `opens` are the streams that this caller may
    listen to: they never end by themselves, and tests of the running hall listen to them."""
    method, path = route.split(" ")
    if route in opens:
        return ""
    answer = hall.http.request(method, path.replace("{", "").replace("}", ""), headers=headers)
    is_problem = answer.is_error and answer.headers.get("content-type") == "application/json"
    code = answer.json().get("code", "") if is_problem else ""
    return code if code in REFUSED else ""


def test_the_table_names_every_route() -> None:
    app = create_app(Settings(database="sqlite:///never-opened.sqlite3"))
    paths = app.openapi()["paths"]
    found = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert found == set(ALL)
    assert not [route for route in app.routes if isinstance(route, APIRoute) and not route.include_in_schema]


def test_every_role_has_a_row() -> None:
    assert set(MAY) == set(ROLES)
    assert {name: list(role.routes) for name, role in ROLES.items()} == MAY


@pytest.mark.parametrize("role", MAY)
def test_a_terminal_reaches_its_routes_and_no_other(hall: TestHall, role: str) -> None:
    headers = hall.terminal("T-1", "C3", role).headers
    opens = ["GET /v1/events"]
    allowed = {route for route in ALL if call(hall, route, headers, opens) == ""}
    denied = {route for route in ALL if call(hall, route, headers, opens) == "role.not_allowed"}
    assert allowed == {*OPEN, *MAY[role], "GET /v1/events"}
    assert denied == set(ALL) - allowed


def test_without_a_token_only_the_open_routes_answer(hall: TestHall) -> None:
    assert {route for route in ALL if call(hall, route, {}) == ""} == set(OPEN)


def test_an_officer_reaches_the_office_and_no_terminal_s_route(hall: TestHall) -> None:
    for route in OFFICE:
        assert call(hall, route, hall.officer, STREAMS) == "", route
    for route in PLATFORM:
        assert call(hall, route, hall.officer) == "role.not_allowed", route
    answer = hall.http.get("/v1/changes", headers=hall.officer)
    assert (answer.status_code, answer.json()["code"]) == (401, "token.invalid")


def test_a_platform_reports_alarms_and_does_nothing_else(hall: TestHall) -> None:
    with hall.hall.database.writing() as session:
        token = identities.appoint(session, "Bracelets Ltd", hall.clock.now_ms(), "platform")
    platform = {"Authorization": f"Bearer {token}"}
    for route in PLATFORM:
        assert call(hall, route, platform) == "", route
    for route in OFFICE:
        assert call(hall, route, platform) == "role.not_allowed", route
    answer = hall.http.get("/v1/changes", headers=platform)
    assert (answer.status_code, answer.json()["code"]) == (401, "token.invalid")


def test_signage_is_told_nothing_of_people(hall: TestHall) -> None:
    signage = hall.terminal("SG-01", "C3", "signage")
    assert {each["kind"] for each in signage.pull(limit=5000)["changes"]} == {"site"}
    page = hall.terminal("FD-01", "C3", "front_desk").pull(limit=5000)
    assert {each["kind"] for each in page["changes"]} == {"site", "resident", "card"}


def test_what_is_no_route_is_a_problem_too(hall: TestHall) -> None:
    assert hall.http.get("/v1/nothing").json()["code"] == "request.no_such_route"
    assert hall.http.delete("/v1/time").json()["code"] == "request.method_not_allowed"
