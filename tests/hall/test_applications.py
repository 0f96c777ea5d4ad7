"""An application that was promised to somebody must be there: whatever a terminal sends, the hall either works on it, by
the item as it was then, or says why not; and nobody's step is ever skipped."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from hall.clock import LOCAL_TIME
from hall.models_applications import AgentAuthorisation
from hall.services.applications import sources
from hall.services.applications.applications import applications_of
from hall.services.applications.calendar import calendar
from hall.services.applications.certificates import certificates_of
from hall.services.catalogue import Contents
from hall.services.residents.record_source import Asked
from offline_cache.wire_residents import ApplicationState
from tests.contract.conftest import SetClock, TestHall
from tests.contract.terminals import LUNCH_MS, TestTerminal
from tests.hall import offices
from tests.hall.offices import ANYWHERE, FORM, PLAIN, PROOF, application, question

DAY_MS = 86_400_000
NUMBER = "QP01-20260302-0001"
AGENT = {
    "authorisation_id": "A-1",
    "agent_id": "P2",
    "relation": "child",
    "proof": "signed",
    "until": "2026-03-02",
}


@pytest.fixture
def desk(hall: TestHall) -> TestTerminal:
    """The terminal of the first hall, whose community is T-01."""
    with hall.hall.database.writing() as session:
        offices.publish(session)
    return hall.terminal("QP-01", "H1", "query_print")


def told(terminal: TestTerminal) -> dict[str, Any]:
    """The applications that a terminal is told of, by number."""
    changes = terminal.pull(limit=5000)["changes"]
    return {each["id"]: each["data"] for each in changes if each["kind"] == "application"}


def code(terminal: TestTerminal, **changes: Any) -> str:
    return terminal.push(application(terminal.log, len(terminal.log.rows) + 1, **changes)).results[0].code


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=LOCAL_TIME).astimezone(UTC).timestamp() * 1000)


# --- taking in --------------------------------------------------------------------------------------------------


def test_an_application_gets_its_state_its_deadline_and_its_community(
    hall: TestHall, desk: TestTerminal
) -> None:
    assert code(desk) == ""
    expected = {
        "number": NUMBER,
        "person_id": "P1",
        "item": "plain",
        "state": "received",
        "papers_missing": [],
        "due": "2026-03-09",
        "community": "T-01",
        "updated_ms": LUNCH_MS,
    }
    assert told(desk) == {NUMBER: expected}
    (seen,) = hall.get("/v1/applications", number=NUMBER)
    assert (seen["owner_terminal"], seen["owner_site"], seen["flags"]) == ("QP-01", "H1", [])
    assert [(each["sort"], each["value"], each["at_ms"]) for each in seen["history"]] == [
        ("state", "received", LUNCH_MS)
    ]
    with hall.hall.database.reading() as session:
        (line,) = applications_of(session, "P1")
        assert applications_of(session, "P2") == []
    assert (line.number, line.title_zh, line.state, line.due) == (
        NUMBER,
        "事项plain",
        "received",
        "2026-03-09",
    )


SPOILED: list[tuple[dict[str, Any], str]] = [
    ({"item": "nothing"}, "application.item_unknown"),
    ({"item_version": 2}, "application.item_unknown"),
    ({"item": "sample"}, "application.item_is_sample"),
    ({"accept_site": "H9"}, "application.site_unknown"),
    ({"form": {}}, "application.form_incomplete"),
    ({"form": {"why": "  "}}, "application.form_incomplete"),
    ({"number": "no number"}, "application_submitted.malformed"),
    ({"form": {"why": "a\x00b"}}, "application_submitted.malformed"),
    ({"item": "proof", "agent": AGENT}, "application.agent_not_allowed"),
    ({"agent": {**AGENT, "until": "2026-03-01"}}, "application.authorisation_expired"),
    ({"at_ms": 2**52}, "application.time_wrong"),
    ({"item_version": str(2**64)}, "row.not_applicable"),
    ({"agent": AGENT}, ""),
]


def test_what_cannot_be_an_application_is_refused_and_kept(hall: TestHall, desk: TestTerminal) -> None:
    rows = [application(desk.log, count, **changes) for count, (changes, _) in enumerate(SPOILED, start=1)]
    expected = [code for _, code in SPOILED]
    assert [result.code for result in desk.push(*rows).results] == expected
    assert hall.states("QP-01") == [("refused" if code else "applied", code) for code in expected]
    assert [each["number"] for each in hall.get("/v1/applications")] == [f"QP01-20260302-{len(SPOILED):04d}"]


def test_what_a_form_did_not_ask_for_is_kept_and_flagged(hall: TestHall, desk: TestTerminal) -> None:
    entered = {"why": "x" * 61, "phone": "call me", "day": "2026-02-30", "colour": "red"}
    assert code(desk, form=entered, person_id="P9", home=["T-01"], trusted=False) == ""
    (seen,) = hall.get("/v1/applications")
    assert seen["form"] == entered
    assert seen["flags"] == [
        "clock_not_trusted",
        "malformed:day",
        "malformed:phone",
        "malformed:why",
        "person_unknown",
        "unknown:colour",
    ]


def test_an_application_is_held_to_the_version_it_was_made_by(hall: TestHall, desk: TestTerminal) -> None:
    """It was made offline; meanwhile the item asks for more, and then it is gone altogether."""
    newer = PLAIN.model_copy(update={"version": 2, "form": [*FORM, question("more")]})
    for items in ([newer], []):
        with hall.hall.database.writing() as session:
            offices.publish(session, Contents(items=items))
        assert code(desk) == ""
    assert code(desk, item_version=2) == "application.form_incomplete"


def test_an_untrusted_stamp_gives_no_deadline_in_the_past(
    hall: TestHall, desk: TestTerminal, clock: SetClock
) -> None:
    code(desk, at_ms=LUNCH_MS - 2000 * DAY_MS, trusted=False)
    assert next(iter(told(desk).values()))["due"] == "2026-03-09"


def test_a_number_holds_one_application(hall: TestHall, desk: TestTerminal) -> None:
    """The log had to be salvaged, and the terminal counted anew: the earlier row holds the number, until an officer has
    worked on the application."""
    first = application(desk.log, at_ms=LUNCH_MS + 5, form={"why": "later"})
    again = application(desk.log, at_ms=LUNCH_MS + 9, form={"why": "later"})
    earlier = application(desk.log, at_ms=LUNCH_MS, form={"why": "earlier"})
    earliest = application(desk.log, at_ms=LUNCH_MS - 5, form={"why": "earliest"})
    desk.push(first, again)
    assert hall.states("QP-01") == [("applied", ""), ("applied", "")]
    desk.push(earlier)
    taken = ("refused", "application.number_taken")
    assert hall.states("QP-01") == [taken, taken, ("applied", "")]
    assert hall.post(f"/v1/applications/{NUMBER}/state", {"state": "assigned"}).status_code == 200
    desk.push(earliest)
    assert hall.states("QP-01") == [taken, taken, ("applied", ""), taken]
    (seen,) = hall.get("/v1/applications")
    assert (seen["form"], seen["state"]) == ({"why": "earlier"}, "assigned")


def test_who_acts_for_another_is_written_down_until_it_expires(hall: TestHall, desk: TestTerminal) -> None:
    code(desk, agent=AGENT)
    with hall.hall.database.reading() as session:
        (kept,) = session.scalars(select(AgentAuthorisation)).all()
        assert (kept.person_id, kept.agent_id, kept.relation, kept.proof) == ("P1", "P2", "child", "signed")
        assert kept.until == "2026-03-02"
    assert hall.get("/v1/applications")[0]["agent_expired"] is False
    hall.clock.time_ms += DAY_MS
    assert hall.get("/v1/applications")[0]["agent_expired"] is True


# --- deadlines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken_in", "days", "due"),
    [
        ("2026-03-02", 0, "2026-03-02"),
        ("2026-03-02", 1, "2026-03-03"),
        ("2026-03-06", 1, "2026-03-09"),  # over a weekend
        ("2026-03-07", 0, "2026-03-09"),  # taken in on a Saturday
        ("2026-03-07", 1, "2026-03-09"),
        ("2026-09-30", 1, "2026-10-08"),  # the national holiday
        ("2026-09-30", 3, "2026-10-10"),  # Saturday the 10th is worked in exchange
        ("2026-02-13", 2, "2026-02-24"),  # Saturday the 14th is worked, then the new year
        ("2026-12-31", 2, "2027-01-05"),
    ],
)
def test_a_term_counts_working_days_only(taken_in: str, days: int, due: str) -> None:
    assert calendar().due(date.fromisoformat(taken_in), days).isoformat() == due


def test_the_deadline_is_reckoned_by_the_town_s_date(desk: TestTerminal) -> None:
    """Half past midnight on Saturday is still Friday in UTC."""
    code(desk, at_ms=at("2026-03-07 00:30"), item="proof")
    assert next(iter(told(desk).values()))["due"] == "2026-03-09"


# --- routing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "home", "community", "flags"),
    [
        (ANYWHERE, ["T-02", "D-01"], "T-02", []),
        (ANYWHERE, ["T-01", "D-01"], "T-01", []),
        (ANYWHERE, [], "T-01", ["home_unknown"]),
        (PLAIN, ["T-01", "D-01"], "T-01", []),
        (PLAIN, ["T-02", "D-01"], "T-01", ["home_elsewhere"]),
    ],
)
def test_where_an_application_goes(
    hall: TestHall, desk: TestTerminal, item: Any, home: list[str], community: str, flags: list[str]
) -> None:
    code(desk, item=item.code, home=home)
    (seen,) = hall.get("/v1/applications")
    assert (seen["community"], seen["flags"], seen["owner_site"]) == (community, flags, "H1")
    moves = [each["value"] for each in seen["history"] if each["sort"] == "transfer"]
    assert moves == ([community] if community != "T-01" else [])


def test_accepting_and_home_site_are_told_and_nobody_else(hall: TestHall, desk: TestTerminal) -> None:
    code(desk, item="anywhere", person_id="P2")
    home = hall.terminal("QP-02", "H2", "query_print")
    other = hall.terminal("QP-03", "H3", "query_print")
    canteen = hall.terminal("CT-01", "H1", "canteen")
    assert told(desk) == told(home) != {}
    assert told(other) == told(canteen) == {}
    body = {"community": "T-03", "note": "moved house"}
    moved = hall.post_twice(f"/v1/applications/{NUMBER}/transfer", body)
    assert (moved["community"], moved["owner_site"]) == ("T-03", "H1")
    assert told(desk) == told(home) == told(other)
    assert [each["number"] for each in hall.get("/v1/applications", site="H3")] == [NUMBER]
    assert hall.get("/v1/applications", site="H2") == []
    nowhere = hall.post(f"/v1/applications/{NUMBER}/transfer", {"community": "T-99"})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "community.unknown")


# --- states -----------------------------------------------------------------------------------------------------


def test_no_step_is_skipped(hall: TestHall, desk: TestTerminal) -> None:
    code(desk)
    path = f"/v1/applications/{NUMBER}/state"
    for state, skipping in [("assigned", "done"), ("done", "fed_back"), ("fed_back", "assigned")]:
        refused = hall.post(path, {"state": skipping})
        assert (refused.status_code, refused.json()["code"]) == (409, "application.step_skipped")
        hall.clock.time_ms += 1000
        seen = hall.post_twice(path, {"state": state, "note": f"now {state}"})
        assert seen["state"] == told(desk)[NUMBER]["state"] == state
    last = seen["history"][-1]
    assert (last["value"], last["made_by"], last["note"], last["at_ms"]) == (
        "fed_back",
        "Officer Gao",
        "now fed_back",
        hall.clock.time_ms,
    )
    assert [each["value"] for each in seen["history"]] == ["received", "assigned", "done", "fed_back"]
    assert [each["number"] for each in hall.get("/v1/applications", state="fed_back")] == [NUMBER]
    assert hall.get("/v1/applications", state="received") == []
    unknown = hall.post("/v1/applications/QP01-20260302-9999/state", {"state": "done"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "application.unknown")


def test_every_state_has_words_for_the_person() -> None:
    states = ApplicationState.model_json_schema()["properties"]["state"]["enum"]
    assert set(sources.STATES) == set(states)


# --- certificates -----------------------------------------------------------------------------------------------


def test_a_certificate_asked_for_here_is_printed_there(hall: TestHall, desk: TestTerminal) -> None:
    code(desk, item="proof")
    path = f"/v1/applications/{NUMBER}"
    words = {"title_zh": "居住证明", "title_en": "Proof of residence", "text_zh": ["住在这里。", "已核对。"]}
    early = hall.post(f"{path}/certificate", words)
    assert (early.status_code, early.json()["code"]) == (409, "certificate.too_early")
    hall.post_twice(f"{path}/state", {"state": "assigned"})
    assert hall.post_twice(f"{path}/certificate", words)["person_id"] == "P1"
    assert hall.get(path)["state"] == told(desk)[NUMBER]["state"] == "done"
    other = hall.post(f"{path}/certificate", {**words, "text_zh": ["住在那里。"]})
    assert (other.status_code, other.json()["code"]) == (409, "certificate.issued_otherwise")
    with hall.hall.database.reading() as session:
        assert [each.number for each in certificates_of(session, "P1")] == [NUMBER]
        assert certificates_of(session, "P2") == []
    asked = Asked("P1", "certificates", None, "", 10, hall.clock.now_ms())
    page = sources.CertificatesSource().page(hall.hall.database, asked)
    assert [list(row) for row in page.rows] == [["居住证明", "住在这里。已核对。", "2026-03-02", "", NUMBER]]
    assert page.columns[0].english == {"居住证明": "Proof of residence"}


def test_only_an_item_that_ends_in_a_certificate_gives_one(hall: TestHall, desk: TestTerminal) -> None:
    assert PROOF.certificate and not PLAIN.certificate
    code(desk)
    refused = hall.post(f"/v1/applications/{NUMBER}/certificate", {"title_zh": "证明", "text_zh": ["是。"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "certificate.not_of_this_item")


def test_a_person_finds_her_applications_page_by_page(hall: TestHall, desk: TestTerminal) -> None:
    for _ in range(5):
        code(desk)
    code(desk, person_id="P2")
    source, seen, cursor = sources.ApplicationsSource(), [], ""
    while True:
        asked = Asked("P1", "applications", None, cursor, 2, hall.clock.now_ms())
        page = source.page(hall.hall.database, asked)
        seen += [row[0] for row in page.rows]
        assert page.count == 5
        if not (cursor := page.next_cursor):
            break
    assert seen == [f"QP01-20260302-{number:04d}" for number in (5, 4, 3, 2, 1)]
    nothing = Asked("P1", "applications", 2025, "", 2, hall.clock.now_ms())
    assert source.page(hall.hall.database, nothing).count == 0


# --- the register -----------------------------------------------------------------------------------------------


def test_an_application_is_a_matter_of_the_register(hall: TestHall, desk: TestTerminal) -> None:
    code(desk)
    hall.post(f"/v1/applications/{NUMBER}/state", {"state": "assigned"})
    (matter,) = hall.get("/v1/objects/matter")
    assert (matter["id"], matter["version"], matter["data"]["state"]) == (NUMBER, 2, "assigned")
    versions = hall.get(f"/v1/objects/matter/{NUMBER}")
    assert [each["data"]["state"] for each in versions] == ["received", "assigned"]
    assert hall.get("/v1/objects/facility") == []
    unknown = hall.http.get("/v1/objects/facility/F-9", headers=hall.officer)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "object.unknown")
    assert hall.http.get("/v1/objects/planet", headers=hall.officer).status_code == 422
