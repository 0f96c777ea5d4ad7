"""Somebody has pressed a button because she cannot get up: no cable, restart, other window or full disk may lose that."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kiosk import commands_front_desk as wishes
from kiosk.events import ButtonCalled
from kiosk.events_front_desk import AlarmPhoneTold, AlarmsTold, DeskRefused
from kiosk.services.front_desk.alarms import Alarms
from kiosk.services.front_desk.service import DeskService
from kiosk.services.front_desk.signed_in import SignedIn
from kiosk.services.role_services import Papers
from kiosk.views_front_desk import AlarmShown
from offline_cache.db import DiskDamaged, DiskFull
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import Alarm, AlarmSender
from tests.kiosk.front_desk.desk_world import STAFF, DeskWorld, Relay

BOX = ButtonCalled("D0035", 8, 1)
BAND = ButtonCalled("B7C21", 4, 1)
PERSON = "person-1"


def make(papers: Papers, signed_in: SignedIn) -> Sequence[DeskService]:
    return (Alarms(papers, signed_in),)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[DeskWorld]:
    """A desk whose next terminal is FD-02, and a call box by the bed of Mrs Li."""
    world = DeskWorld(tmp_path, make, escalate_to="FD-02")
    world.resident(PERSON, "李样本", "1944-02-01")
    box = AlarmSender(
        sender="D0035/8",
        sort="call_box",
        person_id=PERSON,
        place_zh="和顺里 3 幢 2 单元",
        place_en="Heshunli 3-2",
        phone="00000000102",
    )
    band = AlarmSender(sender="B7C21/4", sort="bracelet", person_id=PERSON)
    world.told(ReferenceKind.ALARM_SENDER, {"D0035/8": box, "B7C21/4": band})
    yield world
    world.close()


def shown(world: DeskWorld) -> tuple[AlarmShown, ...]:
    return world.last(AlarmsTold).alarms


def steps(world: DeskWorld) -> list[tuple[str, str]]:
    return [(row.body["step"], row.body["at"]) for row in world.rows(RowKind.ALARM_STEPPED)]


def acknowledge(world: DeskWorld, staff_id: str = "") -> None:
    world.perform(wishes.AcknowledgeAlarm(shown(world)[0].alarm_id, staff_id))


def close(world: DeskWorld, outcome: str = "on_site", staff_id: str = STAFF) -> None:
    world.perform(wishes.CloseAlarm(5, shown(world)[0].alarm_id, outcome, staff_id))


def at_the_hall(world: DeskWorld, alarm_id: str, **facts: object) -> None:
    """How the hall tells of an alarm."""
    record = {"alarm_id": alarm_id, "sort": "bracelet", "sender": "band-7", "raised_ms": world.machine.wall}
    world.told(ReferenceKind.ALARM, {alarm_id: Alarm.model_validate(record | facts)})


# --- how one begins -------------------------------------------------------------------------------------------------


def test_a_press_is_a_row_a_red_bar_and_a_siren_at_once(world: DeskWorld) -> None:
    world.hear(BOX)
    (alarm,) = shown(world)
    assert (alarm.sort, alarm.state, alarm.left_s, alarm.at) == ("call_box", "raised", 30, "10:02:00")
    assert (alarm.masked_name, alarm.age, alarm.place_zh) == ("李＊", 82, "和顺里 3 幢 2 单元")
    assert world.speaker.heard == ["emergency"]
    (row,) = world.rows(RowKind.ALARM_RAISED)
    assert row.body == {"alarm_id": alarm.alarm_id, "sort": "call_box", "sender": "D0035/8"}


def test_a_bracelet_rings_through_the_receiver_too(world: DeskWorld) -> None:
    world.hear(BAND)
    assert [alarm.sort for alarm in shown(world)] == ["bracelet"]


def test_a_button_that_nobody_has_entered_is_an_alarm_all_the_same(world: DeskWorld) -> None:
    world.hear(ButtonCalled("AAAAA", 1, 1))
    (alarm,) = shown(world)
    assert (alarm.sort, alarm.masked_name, alarm.place_zh) == ("call_box", "", "")
    assert len(world.rows(RowKind.ALARM_RAISED)) == 1


def test_pressed_again_within_a_minute_it_is_the_same_call(world: DeskWorld) -> None:
    for _ in range(3):
        world.hear(BOX)
        world.second(50)
    assert len(world.rows(RowKind.ALARM_RAISED)) == 1
    world.second(10)
    world.hear(BOX)
    assert len(world.rows(RowKind.ALARM_RAISED)) == 2


def test_pressed_again_after_it_was_closed_it_is_another_call(world: DeskWorld) -> None:
    world.sign_in()
    world.hear(BOX)
    close(world, "false_alarm")
    world.hear(BOX)
    assert len(shown(world)) == 1
    assert len(world.rows(RowKind.ALARM_RAISED)) == 2


def test_two_callers_are_two_alarms_the_older_first(world: DeskWorld) -> None:
    world.hear(BOX)
    world.second()
    world.hear(BAND)
    assert [alarm.sort for alarm in shown(world)] == ["call_box", "bracelet"]
    acknowledge(world)
    assert [alarm.sort for alarm in shown(world)] == ["bracelet", "call_box"]


def test_it_is_shown_and_sounds_though_the_disk_refuses_it_and_is_written_when_it_can_be(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(world.outbox, "append", refuse)
        with pytest.raises(DiskFull):
            world.hear(BOX)
        assert len(shown(world)) == 1
        with pytest.raises(DiskFull):
            world.second()
        with pytest.raises(DiskFull):
            acknowledge(world)
        assert shown(world)[0].state == "acknowledged"
        heard = len(world.speaker.heard)
    world.second()
    assert len(world.rows(RowKind.ALARM_RAISED)) == 1
    assert len(world.speaker.heard) == heard == 2


def refuse(*_: object) -> None:
    raise DiskFull("no room")


def look(world: DeskWorld, seconds: int) -> None:
    """Seconds pass while the disk may refuse whatever they bring."""
    for _ in range(seconds):
        with contextlib.suppress(DiskFull):
            world.second()


def test_a_disk_that_refuses_keeps_no_alarm_from_the_bell(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = world.devices["door"] = Relay()
    world.online = False
    with monkeypatch.context() as patched:
        patched.setattr(world.outbox, "append", refuse)
        for button in (BOX, BAND):
            with pytest.raises(DiskFull):
                world.hear(button)
        look(world, 120)
        assert [alarm.state for alarm in shown(world)] == ["escalated"] * 2
        assert (len(relay.pulses), world.speaker.heard[-1]) == (2, "bell")
    world.second()
    assert steps(world) == [("escalated", "bell")] * 2


def test_it_sounds_and_is_written_though_nothing_of_its_sender_can_be_read(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise DiskDamaged("the reference")

    with monkeypatch.context() as patched:
        patched.setattr(world.reference, "find", damaged)
        with contextlib.suppress(DiskDamaged):
            world.hear(BOX)
    assert world.speaker.heard == ["emergency"]
    world.second()
    assert len(shown(world)) == len(world.rows(RowKind.ALARM_RAISED)) == 1


@pytest.mark.parametrize("ends", [False, True])
def test_what_was_done_while_the_disk_refused_is_written_when_it_can_be(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    world.sign_in()
    world.hear(BOX)
    began = world.machine.wall
    world.second(10)
    with monkeypatch.context() as patched:
        patched.setattr(world.outbox, "append", refuse)
        with pytest.raises(DiskFull):
            close(world, "on_site") if ends else acknowledge(world, STAFF)
        look(world, 5)
    world.second()
    (row,) = world.rows(RowKind.ALARM_STEPPED)
    assert (row.body["step"], row.body["outcome"]) == (
        ("closed", "on_site") if ends else ("acknowledged", "")
    )
    assert row.occurred_at_ms == began + 10_000
    world.restart()
    assert [alarm.state for alarm in shown(world)] == ([] if ends else ["acknowledged"])


# --- time -----------------------------------------------------------------------------------------------------------


def test_the_seconds_are_told_each_second_and_it_sounds_until_somebody_answers(world: DeskWorld) -> None:
    world.hear(BOX)
    world.said.clear()
    world.second(31)
    assert [event.alarms[0].left_s for event in world.of(AlarmsTold)] == [*range(29, -1, -1), 0]
    assert shown(world)[0].state == "raised"
    assert world.speaker.heard == ["emergency"] * 32
    acknowledge(world)
    world.second(3)
    assert len(world.speaker.heard) == 32
    assert steps(world) == [("acknowledged", "FD-01")]


def test_two_minutes_without_an_answer_pass_it_on_and_it_still_sounds(world: DeskWorld) -> None:
    world.hear(BOX)
    world.second(119)
    assert steps(world) == []
    world.second()
    assert steps(world) == [("escalated", "FD-02")]
    assert shown(world)[0].state == "escalated"
    world.second()
    assert world.speaker.heard[-1] == "emergency"


def test_what_was_passed_on_in_vain_rings_the_bell_of_this_hall(world: DeskWorld) -> None:
    relay = world.devices["door"] = Relay()
    world.hear(BOX)
    world.second(240)
    assert steps(world) == [("escalated", "FD-02"), ("escalated", "bell")]
    assert relay.pulses == [(1, 3000)]
    world.second(30)
    assert relay.pulses == [(1, 3000)] * 2
    assert world.speaker.heard[-1] == "bell"
    acknowledge(world)
    world.second(60)
    assert len(relay.pulses) == 2


def test_with_the_hall_away_the_bell_rings_at_once(world: DeskWorld) -> None:
    world.online = False
    world.hear(BOX)
    world.second(120)
    assert steps(world) == [("escalated", "bell")]
    assert world.speaker.heard[-1] == "bell"


def test_an_answer_in_time_passes_nothing_on(world: DeskWorld) -> None:
    world.hear(BOX)
    world.second(119)
    acknowledge(world)
    world.second(300)
    assert steps(world) == [("acknowledged", "FD-01")]


@pytest.mark.parametrize("reboot", [False, True])
def test_the_timer_goes_on_while_the_terminal_restarts(world: DeskWorld, reboot: bool) -> None:
    world.hear(BOX)
    world.second(10)
    world.restart(minutes=1, reboot=reboot)
    assert shown(world)[0].left_s == 0
    world.second(49)
    assert steps(world) == []
    world.second()
    assert steps(world) == [("escalated", "FD-02")]


def test_a_clock_that_is_set_moves_no_timer(world: DeskWorld) -> None:
    world.hear(BOX)
    world.second(10)
    world.machine.wall -= 3_600_000
    world.second()
    assert shown(world)[0].left_s == 19


def test_what_was_done_is_known_after_a_restart(world: DeskWorld) -> None:
    world.sign_in()
    world.hear(BOX)
    acknowledge(world)
    world.restart(minutes=5)
    assert [alarm.state for alarm in shown(world)] == ["acknowledged"]
    world.sign_in()
    close(world)
    world.restart()
    assert shown(world) == ()


def test_a_box_by_the_bed_of_somebody_unknown_here_hangs_in_no_public_place(world: DeskWorld) -> None:
    """Whose name is not known is somebody all the same: what is empty is taken for a box that is nobody's."""
    box = AlarmSender(sender="D0035/9", sort="call_box", person_id="not-told", place_zh="和顺里 3 幢")
    world.told(ReferenceKind.ALARM_SENDER, {"D0035/9": box})
    world.hear(ButtonCalled("D0035", 9, 1))
    assert shown(world)[0].masked_name == "＊"


# --- answering ------------------------------------------------------------------------------------------------------


def test_whoever_is_there_answers(world: DeskWorld) -> None:
    world.hear(BOX)
    acknowledge(world, "somebody-else")
    (row,) = world.rows(RowKind.ALARM_STEPPED)
    assert row.body["staff_id"] == ""


def test_it_is_closed_by_who_is_signed_in_with_what_came_of_it(world: DeskWorld) -> None:
    world.hear(BOX)
    close(world)
    assert world.last(DeskRefused) == DeskRefused(5, "desk.nobody_signed_in")
    world.sign_in()
    close(world, "")
    assert world.last(DeskRefused) == DeskRefused(5, "alarm.no_outcome")
    close(world, "by_phone")
    assert shown(world) == ()
    (row,) = world.rows(RowKind.ALARM_STEPPED)
    assert (row.body["outcome"], row.body["staff_id"]) == ("by_phone", STAFF)


def test_one_that_is_gone_cannot_be_closed(world: DeskWorld) -> None:
    world.sign_in()
    world.perform(wishes.CloseAlarm(5, "gone", "on_site", STAFF))
    assert world.last(DeskRefused) == DeskRefused(5, "alarm.gone")


def test_the_end_is_told_once(world: DeskWorld) -> None:
    world.sign_in()
    world.hear(BOX)
    close(world)
    world.said.clear()
    world.second(3)
    assert world.of(AlarmsTold) == []


def test_whom_to_ring_is_shown_to_who_is_signed_in_and_logged(world: DeskWorld) -> None:
    world.hear(BOX)
    alarm_id = shown(world)[0].alarm_id
    world.perform(wishes.ShowAlarmPhone(alarm_id, ""))
    assert world.of(AlarmPhoneTold) == []
    assert world.rows(RowKind.CARD_VIEWED) == []
    world.sign_in()
    world.perform(wishes.ShowAlarmPhone(alarm_id, STAFF))
    assert world.last(AlarmPhoneTold) == AlarmPhoneTold(alarm_id, "00000000102")
    (row,) = world.rows(RowKind.CARD_VIEWED)
    assert (row.body["person_id"], row.body["staff_id"], row.body["what"]) == (PERSON, STAFF, "phone")


# --- the hall's -----------------------------------------------------------------------------------------------------


def test_a_bracelet_that_the_hall_gives_to_this_terminal_rings_here(world: DeskWorld) -> None:
    at_the_hall(world, "other", turn="FD-02")
    assert shown(world) == ()
    at_the_hall(world, "band", turn="FD-01", person_id=PERSON, place_zh="和顺里 3 幢")
    (alarm,) = shown(world)
    assert (alarm.alarm_id, alarm.masked_name, alarm.place_zh) == ("band", "李＊", "和顺里 3 幢")
    world.second(120)
    assert steps(world) == [("escalated", "FD-02")]


def test_one_that_came_from_another_terminal_begins_anew_and_goes_to_the_bell(world: DeskWorld) -> None:
    """Two terminals that name each other would play ball with it."""
    raised_ms = world.machine.wall - 130_000
    at_the_hall(world, "passed", turn="FD-01", state="escalated", raised_ms=raised_ms)
    assert shown(world)[0].state == "escalated"
    world.second(119)
    assert steps(world) == []
    world.second()
    assert steps(world) == [("escalated", "bell")]


def test_what_nobody_else_takes_on_is_everybodys(world: DeskWorld) -> None:
    at_the_hall(world, "lost", turn="bell", state="escalated")
    world.second()
    assert [alarm.alarm_id for alarm in shown(world)] == ["lost"]
    assert world.speaker.heard[-1] == "bell"


def test_an_alarm_of_here_stays_until_somebody_anywhere_has_taken_it_on(world: DeskWorld) -> None:
    world.hear(BOX)
    alarm_id = shown(world)[0].alarm_id
    world.second(120)
    at_the_hall(world, alarm_id, sort="call_box", sender="D0035/8", turn="FD-02", state="escalated")
    assert [alarm.state for alarm in shown(world)] == ["escalated"]
    at_the_hall(world, alarm_id, sort="call_box", sender="D0035/8", turn="FD-02", state="acknowledged")
    assert shown(world) == ()


def test_an_answer_here_counts_more_than_the_hall_s_older_word(world: DeskWorld) -> None:
    at_the_hall(world, "band", turn="FD-01")
    acknowledge(world)
    at_the_hall(world, "band", turn="FD-02", state="escalated")
    assert [alarm.state for alarm in shown(world)] == ["acknowledged"]
    world.restart()
    assert [alarm.state for alarm in shown(world)] == ["acknowledged"]


def test_the_family_is_said_to_know_only_when_the_hall_says_so(world: DeskWorld) -> None:
    world.hear(BOX)
    alarm_id = shown(world)[0].alarm_id
    assert shown(world)[0].family == ""
    for said in ("asked", "sent"):
        at_the_hall(world, alarm_id, sort="call_box", sender="D0035/8", turn="FD-01", family=said)
        assert shown(world)[0].family == said


def test_an_alarm_that_was_closed_elsewhere_on_another_day_does_not_ring_again(world: DeskWorld) -> None:
    world.hear(BOX)
    alarm_id = shown(world)[0].alarm_id
    world.settle()
    world.restart(minutes=60 * 25)
    assert shown(world) == ()
    assert alarm_id


def test_an_alarm_that_the_hall_tells_no_more_is_over(world: DeskWorld) -> None:
    at_the_hall(world, "band", turn="FD-01")
    world.told(ReferenceKind.ALARM, {"band": None})
    assert shown(world) == ()
