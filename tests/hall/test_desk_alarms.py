"""Somebody called for help. What became of it must be the same whoever the hall hears of it from first, nobody may be left
waiting because one terminal is away, and no family may be said to know what no carrier took."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from hall.models_front_desk import DeskFile, FamilyContact, SandboxMessage
from hall.services import feed, identities
from hall.services.feed import Record
from hall.services.front_desk import family_sending, timers
from hall.services.front_desk.family_messages import SandboxAnswer, SandboxFamilyMessages
from offline_cache.wire import ReferenceKind, Site
from offline_cache.wire_front_desk import AlarmSender
from tests.contract.terminals import LUNCH_MS, MINUTE_MS
from tests.hall.desks import DAY_MS, DeskHall, alarm, alarm_step, code_of

OUTCOMES = ("on_site", "by_phone", "false_alarm", "emergency_services")


@pytest.fixture
def worn(desks: DeskHall) -> DeskHall:
    """P1 wears the bracelet BR-1 and named a family; BR-2 is P2's, who named nobody."""
    with desks.database.writing() as session:
        for sender, person_id in (("BR-1", "P1"), ("BR-2", "P2")):
            shape = AlarmSender(sender=sender, sort="bracelet", person_id=person_id, phone="000-1")
            feed.publish(session, [Record(ReferenceKind.ALARM_SENDER, sender, shape)])
        session.add(
            DeskFile(
                person_id="P1", grid_worker="", place_zh="和顺里 3 幢", place_en="3 Heshun Lane", phone=""
            )
        )
        session.add(FamilyContact(person_id="P1", phone="000-9"))
    return desks


def report(desks: DeskHall, event_id: str, sender: str = "BR-1", ahead_ms: int = 0) -> Any:
    with desks.database.writing() as session:
        token = identities.appoint(session, "Bracelets Ltd", desks.now_ms(), "platform")
    body = {"event_id": event_id, "sender": sender, "pressed_ms": desks.now_ms() + ahead_ms}
    answer = desks.hall.http.post("/v1/alarms", json=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def shown(desks: DeskHall, id: str = "a-1") -> dict[str, Any]:
    told = desks.told(ReferenceKind.ALARM, id)
    assert told is not None
    return told


def test_a_press_is_one_alarm_however_often_it_is_reported(worn: DeskHall) -> None:
    first = report(worn, "e-1")
    assert first["new"]
    assert report(worn, "e-1") == {"alarm_id": first["alarm_id"], "new": False}
    assert report(worn, "e-1", sender="BR-2")["new"]  # another bracelet's first event
    assert len(worn.all_told(ReferenceKind.ALARM)) == 2
    told = shown(worn, first["alarm_id"])
    assert (told["person_id"], told["place_zh"], told["phone"]) == ("P1", "和顺里 3 幢", "000-1")
    assert (told["state"], told["turn"], told["raised_ms"]) == ("raised", "FD-01", worn.now_ms())


def test_a_bracelet_that_nobody_knows_still_calls(worn: DeskHall) -> None:
    told = shown(worn, report(worn, "e-1", sender="BR-99", ahead_ms=DAY_MS)["alarm_id"])
    assert (told["person_id"], told["sender"]) == ("", "BR-99")
    assert told["raised_ms"] == worn.now_ms()  # and not tomorrow


def test_a_person_s_own_community_is_asked_first(worn: DeskHall) -> None:
    with worn.database.writing() as session:
        for site_id, area in (("H2", "T-02"), ("C3", "T-01")):
            site = Site(
                site_id=site_id, name_zh=site_id, name_en=site_id, operator_id="OP-1", tariff_id="plain", areas=[area],
                periods=[], phone="0000",
            )  # fmt: skip
            feed.publish(session, [Record(ReferenceKind.SITE, site_id, site)])
    worn.hall.terminal("FD-00", "H2", "front_desk")
    at_home = report(worn, "e-1")["alarm_id"]
    unknown = report(worn, "e-1", sender="BR-99")["alarm_id"]
    assert (shown(worn, at_home)["turn"], shown(worn, unknown)["turn"]) == ("FD-01", "FD-00")


def test_steps_in_any_order_end_in_the_same_state(desks: DeskHall) -> None:
    ends = []
    for at, order in enumerate(list(permutations(range(4)))[::5]):
        id = f"a-{at}"
        steps = [
            alarm(desks.desk, id),
            alarm_step(desks.desk, "escalated", LUNCH_MS + 2 * MINUTE_MS, id, at="FD-02"),
            alarm_step(desks.other, "acknowledged", LUNCH_MS + 3 * MINUTE_MS, id),
            alarm_step(desks.other, "closed", LUNCH_MS + 9 * MINUTE_MS, id, outcome="on_site"),
        ]
        for place in order:
            terminal = desks.desk if steps[place].terminal_id == "FD-01" else desks.other
            assert terminal.send([steps[place]]).json()["results"][0]["result"] == "new"
        ends.append((shown(desks, id)["state"], shown(desks, id)["turn"], shown(desks, id)["outcome"]))
    assert set(ends) == {("closed", "FD-02", "on_site")}


def test_who_took_it_on_counts_for_more_than_a_timer_that_did_not_know(desks: DeskHall) -> None:
    desks.desk.push(alarm(desks.desk))
    desks.other.push(alarm_step(desks.other, "acknowledged", LUNCH_MS + MINUTE_MS))
    desks.desk.push(alarm_step(desks.desk, "escalated", LUNCH_MS + 2 * MINUTE_MS, at="bell"))
    assert (shown(desks)["state"], shown(desks)["turn"]) == ("acknowledged", "FD-02")


def test_what_no_terminal_takes_on_goes_to_the_next_and_at_the_end_to_the_bell(desks: DeskHall) -> None:
    desks.hall.clock.time_ms = LUNCH_MS
    desks.desk.push(alarm(desks.desk))
    turns = []
    for seconds in (119, 120, 239, 240, 600):
        desks.hall.clock.time_ms = LUNCH_MS + seconds * 1000
        timers.pass_on_alarms(desks.database, desks.now_ms())
        turns.append((shown(desks)["state"], shown(desks)["turn"]))
    assert turns == [
        ("raised", "FD-01"), ("escalated", "FD-02"), ("escalated", "FD-02"), ("escalated", "bell"), ("escalated", "bell")
    ]  # fmt: skip
    (view,) = desks.hall.get("/v1/alarms", state="escalated")
    assert [(each["at"], each["made_by"]) for each in view["steps"]] == [("FD-02", "hall"), ("bell", "hall")]
    desks.other.push(alarm_step(desks.other, "acknowledged", LUNCH_MS + 700_000))
    assert (shown(desks)["state"], shown(desks)["turn"]) == ("acknowledged", "FD-02")


def test_what_was_taken_on_is_passed_to_nobody(desks: DeskHall) -> None:
    desks.desk.push(alarm(desks.desk), alarm_step(desks.desk, "acknowledged", LUNCH_MS + 20_000))
    assert timers.pass_on_alarms(desks.database, LUNCH_MS + DAY_MS) == 0
    assert shown(desks)["state"] == "acknowledged"


def test_officers_close_an_alarm_with_its_outcome(desks: DeskHall) -> None:
    # Of now: the running hall would pass an older one on, and its step would be the first.
    desks.desk.push(alarm(desks.desk, at_ms=desks.now_ms()))
    path = "/v1/alarms/a-1/steps"
    assert desks.hall.post(path, {"step": "closed"}).json()["code"] == "alarm.no_outcome"
    assert desks.hall.post("/v1/alarms/a-9/steps", {"step": "acknowledged"}).json()["code"] == "alarm.unknown"
    closed = desks.hall.post(path, {"step": "closed", "outcome": "by_phone"}).json()
    assert (closed["state"], closed["outcome"], closed["steps"][0]["made_by"]) == (
        "closed",
        "by_phone",
        "Officer Gao",
    )
    assert desks.hall.post(path, {"step": "acknowledged"}).json()["code"] == "alarm.closed"
    no_outcome = alarm_step(desks.desk, "closed", LUNCH_MS)
    assert code_of(desks.desk, no_outcome) == "alarm_stepped.no_outcome"


def test_a_step_that_an_officer_sends_twice_is_one(desks: DeskHall) -> None:
    """Her line broke before the answer came."""
    desks.desk.push(alarm(desks.desk, at_ms=desks.now_ms()))
    path = "/v1/alarms/a-1/steps"
    taken_on = desks.hall.post_twice(path, {"step": "acknowledged"})
    assert [each["step"] for each in taken_on["steps"]] == ["acknowledged"]
    closed = desks.hall.post_twice(path, {"step": "closed", "outcome": "on_site"})
    assert [each["step"] for each in closed["steps"]] == ["acknowledged", "closed"]


def test_a_closed_alarm_leaves_the_desks_a_day_later_and_an_open_one_stays(desks: DeskHall) -> None:
    desks.desk.push(
        alarm(desks.desk),
        alarm_step(desks.desk, "closed", LUNCH_MS, outcome="on_site"),
        alarm(desks.desk, "a-2"),
    )
    timers.turn_day(desks.database, desks.now_ms() + DAY_MS)
    assert list(desks.all_told(ReferenceKind.ALARM)) == ["a-2"]


# --- the family ---------------------------------------------------------------------------------------------------


def send(desks: DeskHall, answer: SandboxAnswer) -> list[str]:
    carrier = SandboxFamilyMessages(desks.database, answer)
    return asyncio.run(family_sending.send_due(desks.database, carrier, desks.now_ms()))


def sandbox(desks: DeskHall) -> list[SandboxMessage]:
    with desks.database.reading() as session:
        return list(session.scalars(select(SandboxMessage).order_by(SandboxMessage.attempt)))


def test_the_family_is_told_and_only_then_said_to_be(worn: DeskHall) -> None:
    id = report(worn, "e-1")["alarm_id"]
    assert shown(worn, id)["family"] == "asked"
    assert send(worn, "ok") == [id]
    assert shown(worn, id)["family"] == "sent"
    assert send(worn, "ok") == []
    (message,) = sandbox(worn)
    assert (message.phone, message.attempt) == ("000-9", 1)
    assert not [word for word in ("王", "和顺里", "P1") if word in message.text]


def test_who_named_no_family_has_none_told(worn: DeskHall) -> None:
    id = report(worn, "e-1", sender="BR-2")["alarm_id"]
    assert send(worn, "ok") == []
    assert shown(worn, id)["family"] == ""


def test_a_message_that_is_not_taken_is_tried_four_times(worn: DeskHall) -> None:
    id = report(worn, "e-1")["alarm_id"]
    assert send(worn, "fail") == []
    assert send(worn, "fail") == []  # not before its pause is over
    assert len(sandbox(worn)) == 1
    for _ in range(5):
        assert shown(worn, id)["family"] == "asked"
        worn.hall.clock.time_ms += 3 * MINUTE_MS
        if send(worn, "fail") == [id]:
            break
    assert shown(worn, id)["family"] == "failed"
    assert [message.attempt for message in sandbox(worn)] == [1, 2, 3, 4]


def test_a_carrier_that_never_answers_is_given_up_and_holds_nothing(
    worn: DeskHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family_sending, "DEADLINE_S", 0.3)
    id = report(worn, "e-1")["alarm_id"]
    written: list[str] = []

    def write_meanwhile() -> None:
        """A row arrives while the carrier is waited for: no transaction may be open."""
        written.extend(each.result for each in worn.desk.push(alarm(worn.desk)).results)

    meanwhile = threading.Timer(0.05, write_meanwhile)
    meanwhile.start()
    assert send(worn, "never") == []
    meanwhile.join(10)
    assert written == ["new"]
    assert shown(worn, id)["family"] == "asked"


def test_the_running_hall_passes_alarms_on_and_tells_the_family(
    worn: DeskHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "EVERY_S", 0.02)
    id = report(worn, "e-1")["alarm_id"]
    worn.hall.clock.time_ms += 2 * MINUTE_MS

    def done() -> bool:
        told = shown(worn, id)
        return (told["family"], told["state"]) == ("sent", "escalated")

    asyncio.run(asyncio.wait_for(_run_until(worn, done), 30))


async def _run_until(desks: DeskHall, done: Callable[[], bool]) -> None:
    rung = asyncio.Event()
    carrier = SandboxFamilyMessages(desks.database, "ok")
    tasks = [
        asyncio.create_task(timers.keep_time(desks.database, desks.now_ms, rung.set)),
        asyncio.create_task(timers.keep_telling_families(desks.database, carrier, desks.now_ms, rung.set)),
    ]
    while not done():
        await rung.wait()
        rung.clear()
    for task in tasks:
        task.cancel()
