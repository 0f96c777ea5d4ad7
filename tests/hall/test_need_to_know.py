"""Staff see what they need to serve somebody and nothing else. This table is written out here a second time, by role, route and
field: whoever changes what is told has to change it in both places, and mean it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from hall.auth import ROLES
from hall.catalogue import load_desk
from hall.models_applications import Application
from hall.models_front_desk import DeskAppointment, DeskFile, DeskMatter, MatterWorker
from hall.services import catalogue, feed
from hall.services.catalogue import Contents
from hall.services.feed import Record
from hall.services.front_desk import need_to_know, people
from hall.services.front_desk.need_to_know import SEES
from offline_cache.wire import ReferenceKind
from offline_cache.wire_front_desk import AlarmSender, DeskPerson, Matter
from offline_cache.wire_residents import ServiceItem
from tests.contract.terminals import DATE, LUNCH_MS
from tests.hall import offices
from tests.hall.desks import DeskHall, alarm, consent, visit
from tests.hall.offices import item

PLAIN_WORDS, SECRET_WORDS, AID_WORDS = "楼道扶手", "邻里调解", "最低生活保障"
CARD = "POST /v1/desk/cards"
FEED = "GET /v1/changes"
FIELDS = ("grid_worker", "last_visit", "matters", "words", "secret_words", "appointments", "help")
ALL_BUT_SECRETS = {"grid_worker", "last_visit", "matters", "words", "appointments", "help"}
NOTHING: set[str] = set()
REFUSED = None

# (role of the terminal, route, who asks, what for) -> the fields that are told; REFUSED: 403.
EXPECTED: dict[tuple[str, str, str, str], set[str] | None] = {
    ("front_desk", CARD, "S-1", "visit"): ALL_BUT_SECRETS | {"secret_words"},  # her own matter
    ("front_desk", CARD, "S-2", "visit"): ALL_BUT_SECRETS,
    ("front_desk", CARD, "S-G", "visit"): ALL_BUT_SECRETS,
    ("front_desk", CARD, "S-1", "care"): {"grid_worker", "last_visit", "help"},
    ("front_desk", CARD, "S-2", "care"): {"grid_worker", "last_visit", "help"},
    ("front_desk", CARD, "S-1", "alarm"): {"grid_worker", "help"},
    ("front_desk", CARD, "S-2", "alarm"): {"grid_worker", "help"},
    ("front_desk", CARD, "S-C", "visit"): REFUSED,  # of the canteen
    ("front_desk", CARD, "S-9", "visit"): REFUSED,  # nobody
    ("front_desk", CARD, "", "visit"): REFUSED,
    ("canteen", CARD, "S-1", "visit"): REFUSED,
    ("query_print", CARD, "S-1", "visit"): REFUSED,
    ("visitor", CARD, "S-1", "visit"): REFUSED,
    ("door", CARD, "S-1", "visit"): REFUSED,
    ("signage", CARD, "S-1", "visit"): REFUSED,
    ("officer", CARD, "S-1", "visit"): REFUSED,
    ("front_desk", FEED, "", ""): ALL_BUT_SECRETS,
    ("canteen", FEED, "", ""): NOTHING,
    ("query_print", FEED, "", ""): NOTHING,
    ("visitor", FEED, "", ""): NOTHING,
    ("door", FEED, "", ""): NOTHING,
    ("signage", FEED, "", ""): NOTHING,
    ("officer", FEED, "", ""): REFUSED,
}  # fmt: skip


@pytest.fixture
def known(desks: DeskHall) -> DeskHall:
    """P1, of whom the hall knows all there is to know: an application for aid among it, which nobody has in hand."""
    aid = item("si-008", title_zh=AID_WORDS, title_en="minimum living allowance")
    with desks.database.writing() as session:
        session.add(DeskFile(
            person_id="P1", grid_worker="陈样本", place_zh="和顺里", place_en="Heshun", phone="000-1", last_visit_ms=LUNCH_MS
        ))  # fmt: skip
        session.add(_matter("N-1", PLAIN_WORDS, sensitive=False))
        session.add(_matter("N-2", SECRET_WORDS, sensitive=True))
        for number in ("N-1", "N-2"):
            session.add(MatterWorker(number=number, staff_id="S-1", assigned_by="test", assigned_ms=0))
        session.add(DeskAppointment(
            appointment_id="a", person_id="P1", date=DATE, at="14:00", title_zh="补卡", title_en="card", window="1"
        ))  # fmt: skip
        _publish(session, aid)
        session.add(_application("si-008"))
    desks.desk.push(consent(desks.desk, purpose="preferred_help", help=["speak_slowly"]))
    return desks


def _publish(session: Session, aid: ServiceItem) -> None:
    contents = Contents(items=[aid], consent_texts=load_desk.consent_texts(), windows=load_desk.windows())
    catalogue.publish(session, contents, LUNCH_MS)


def _matter(number: str, words: str, sensitive: bool) -> DeskMatter:
    return DeskMatter(
        number=number, person_id="P1", title_zh=words, title_en=words, note_zh=words, note_en=words, icon="wrench-fill",
        state="open", sensitive=sensitive, need=True,
    )  # fmt: skip


def _application(code: str) -> Application:
    return Application(
        number="QP01-20260302-0001", txn_id="t", digest="d", terminal_id="QP-01", item=code, item_version=1, person_id="P1",
        agent=None, form={}, signature="", accept_site="C3", home=["T-01"], submitted_at_ms=LUNCH_MS, owner_terminal="QP-01",
        owner_site="C3", community="T-01", due=DATE, state="received", flags=[], updated_at_ms=LUNCH_MS,
    )  # fmt: skip


def fields_in(person: dict[str, Any] | None) -> set[str]:
    """What this record of a person really tells."""
    if person is None:
        return set()
    said = str(person["matters"])
    told = {
        "grid_worker": person["grid_worker"] == "陈样本",
        "last_visit": person["last_visit_ms"] == LUNCH_MS,
        "matters": {each["number"] for each in person["matters"]} == {"N-1", "N-2", "QP01-20260302-0001"},
        "words": PLAIN_WORDS in said,
        "secret_words": SECRET_WORDS in said,
        "appointments": [each["at"] for each in person["appointments"]] == ["14:00"],
        "help": person["help"] == ["speak_slowly"],
    }
    assert AID_WORDS not in said, "nobody has it in hand, so nobody may read what it is"
    return {name for name, is_told in told.items() if is_told}


def asked(desks: DeskHall, role: str, route: str, staff_id: str, purpose: str) -> set[str] | None:
    """What this caller is really told."""
    headers = desks.hall.officer if role == "officer" else desks.hall.terminal("T-1", "C3", role).headers
    if route == CARD:
        query = {"person_id": "P1", "staff_id": staff_id, "purpose": purpose}
        answer = desks.hall.http.post("/v1/desk/cards", json=query, headers=headers)
        return fields_in(answer.json()["person"]) if answer.status_code == 200 else REFUSED
    answer = desks.hall.http.get("/v1/changes", params={"limit": 5000}, headers=headers)
    if answer.status_code != 200:
        return REFUSED
    people_told = [each["data"] for each in answer.json()["changes"] if each["kind"] == "desk_person"]
    return fields_in(people_told[0] if people_told else None)


def test_each_caller_is_told_what_the_table_says(known: DeskHall) -> None:
    with known.database.writing() as session:
        people.tell(session, ["P1"], known.now_ms())
    for (role, route, staff_id, purpose), expected in EXPECTED.items():
        told = asked(known, role, route, staff_id, purpose)
        assert told == expected, (role, route, staff_id, purpose)


def test_the_table_here_names_every_role_and_every_route_of_the_code_s() -> None:
    roles = {role for role, *_ in EXPECTED}
    assert roles == set(ROLES) | {"officer"}
    assert set(SEES) == {("front_desk", FEED), ("front_desk", CARD)}
    assert len(need_to_know.FIELDS) == len(FIELDS)


def test_a_shape_without_room_for_it_tells_nothing_of_health_or_aid() -> None:
    """What there is no field for cannot be told by mistake."""
    assert set(DeskPerson.model_fields) == {
        "person_id",
        "grid_worker",
        "last_visit_ms",
        "matters",
        "appointments",
        "help",
    }
    assert set(Matter.model_fields) == {
        "number", "title_zh", "title_en", "note_zh", "note_en", "icon", "state", "sensitive", "need"
    }  # fmt: skip


def test_a_sensitive_matter_keeps_its_icon_to_itself_too(known: DeskHall) -> None:
    with known.database.writing() as session:
        people.tell(session, ["P1"], known.now_ms())
    told = known.told(ReferenceKind.DESK_PERSON, "P1")
    assert told is not None
    secret = next(each for each in told["matters"] if each["number"] == "N-2")
    plain = next(each for each in told["matters"] if each["number"] == "N-1")
    assert (secret["sensitive"], secret["icon"], secret["title_zh"], secret["note_en"]) == (
        True,
        "file",
        "",
        "",
    )
    assert plain["icon"] == "wrench-fill"


def test_every_look_is_written_down_the_refused_ones_too(known: DeskHall) -> None:
    for staff_id in ("S-1", "S-C"):
        asked(known, "front_desk", CARD, staff_id, "visit")
    looks = {each["staff_id"]: each for each in known.hall.get("/v1/access-log", person="P1")}
    assert (looks["S-1"]["kind"], looks["S-1"]["purpose"], looks["S-1"]["result"]) == (
        "desk.card",
        "desk.visit",
        "ok",
    )
    assert (looks["S-1"]["rows"], looks["S-1"]["terminal_id"]) == (3, "T-1")
    assert (looks["S-C"]["result"], looks["S-C"]["rows"]) == ("refused", 0)
    assert not [word for word in (PLAIN_WORDS, SECRET_WORDS, AID_WORDS) if word in str(looks)]


def test_officers_say_who_has_a_matter_in_hand(known: DeskHall) -> None:
    path = "/v1/matters/QP01-20260302-0001/worker"
    assert known.hall.post(path, {"staff_id": "S-9"}).json()["code"] == "staff.unknown"
    assert known.hall.post("/v1/matters/N-99/worker", {"staff_id": "S-2"}).json()["code"] == "matter.unknown"
    known.hall.post_twice(path, {"staff_id": "S-2"})
    query = {"person_id": "P1", "staff_id": "S-2", "purpose": "visit"}
    card = known.hall.http.post("/v1/desk/cards", json=query, headers=known.desk.headers).json()["person"]
    assert AID_WORDS in str(card["matters"])
    assert SECRET_WORDS not in str(card["matters"])


def test_an_application_becomes_a_matter_and_is_over_with_its_end(known: DeskHall) -> None:
    """Through the rows and routes that applications take: the desk hears of it without being asked."""
    terminal = known.hall.terminal("QP-02", "C3", "query_print")
    with known.database.writing() as session:
        offices.publish(session)
    row = offices.application(terminal.log, person_id="P2")
    assert terminal.push(row).results[0].code == ""
    told = known.told(ReferenceKind.DESK_PERSON, "P2")
    assert told is not None
    (matter,) = told["matters"]
    assert (matter["number"], matter["sensitive"], matter["title_zh"]) == ("QP02-20260302-0001", True, "")
    path = f"/v1/applications/{matter['number']}/state"
    for state, shown in (("assigned", "open"), ("done", "ready"), ("fed_back", None)):
        answer = known.hall.post(path, {"state": state, "note": ""})
        assert answer.status_code == 200, answer.text
        told = known.told(ReferenceKind.DESK_PERSON, "P2")
        assert (None if told is None else told["matters"][0]["state"]) == shown


HOME, PHONE = "和顺里", "000-1"
# (who, route) -> what of where somebody lives and how she is rung up is told along with alarms and the care list.
WHEREABOUTS: dict[tuple[str, str], set[str]] = {
    ("front_desk", FEED): {
        "alarm.place", "alarm.phone", "alarm_sender.place", "alarm_sender.phone", "care.place", "care.phone"
    },
    ("visitor", FEED): NOTHING,
    ("query_print", FEED): NOTHING,
    ("canteen", FEED): NOTHING,
    ("door", FEED): NOTHING,
    ("signage", FEED): NOTHING,
    ("officer", "GET /v1/alarms"): NOTHING,
    ("officer", "GET /v1/care-cases"): NOTHING,
    ("officer", "GET /v1/consents?person=P1"): NOTHING,
    ("officer", "GET /v1/access-log"): NOTHING,
}  # fmt: skip


def test_where_somebody_lives_goes_to_the_desks_that_run_there_and_no_further(known: DeskHall) -> None:
    sender = AlarmSender(sender="BR-1", sort="bracelet", person_id="P1", place_zh=HOME, phone=PHONE)
    with known.database.writing() as session:
        feed.publish(session, [Record(ReferenceKind.ALARM_SENDER, "BR-1", sender)])
    known.desk.push(alarm(known.desk, sender="BR-1"), visit(known.desk))
    assert known.hall.post("/v1/care-cases", {"person_id": "P1", "since": "2026-02-28"}).status_code == 200
    for (role, route), expected in WHEREABOUTS.items():
        headers = known.hall.officer if role == "officer" else known.hall.terminal("T-1", "C3", role).headers
        answer = known.hall.http.get(route.split(" ")[1], headers=headers)
        assert answer.status_code == 200, (role, route)
        assert _whereabouts(answer.json(), role) == expected, (role, route)


def _whereabouts(told: Any, role: str) -> set[str]:
    if role == "officer":
        return {word for word in (HOME, PHONE, "王样本") if word in str(told)}
    found = set()
    for change in told["changes"]:
        name = change["kind"].replace("care_case", "care")
        if name in ("alarm", "care", "alarm_sender", "visit", "desk_person", "ticket"):
            said = str(change["data"])
            found |= {f"{name}.place"} if HOME in said else set()
            found |= {f"{name}.phone"} if PHONE in said else set()
    return found
