"""Calls for help: heard by this terminal's receiver or told by the hall, sounded until somebody answers, passed on when nobody
does, and closed with what came of it.

Life goes before order here: an alarm is shown and sounds even where the disk refuses its row, which is then written as soon as
it can be; it is answered by whoever is there; and a call box that nobody has entered anywhere rings like any other.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future
from datetime import datetime
from typing import Literal, cast, get_args
from zoneinfo import ZoneInfo

import uuid_utils

from drivers.base import DeviceError, PulseOutcome
from kiosk import commands
from kiosk import commands_front_desk as wishes
from kiosk.events import ButtonCalled
from kiosk.events_front_desk import AlarmPhoneTold, AlarmsTold, DeskRefused
from kiosk.services.doors import open_door
from kiosk.services.front_desk.ages import years_old
from kiosk.services.front_desk.alarm_board import (
    ACKNOWLEDGED,
    CLOSED,
    ESCALATED,
    RAISED,
    AlarmBoard,
    OpenAlarm,
)
from kiosk.services.front_desk.alarm_timers import BELL, Limits, left_s, until_passed_on_s
from kiosk.services.front_desk.signed_in import NOBODY_SIGNED_IN, SignedIn
from kiosk.services.names import MASK, masked
from kiosk.services.residents.day import local_time
from kiosk.services.role_services import Papers
from kiosk.views_front_desk import AlarmShown
from offline_cache.db import StorageError
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.sync import ReferenceChanged
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import AlarmRaisedBody, AlarmSender, AlarmStepBody, CardViewedBody

log = logging.getLogger(__name__)

GONE, NO_OUTCOME = "alarm.gone", "alarm.no_outcome"
SAME_ALARM_MS = 60_000
SIREN, BELL_SOUND = "emergency", "bell"
BELL_SLOT, BELL_CHANNEL, BELL_PULSE_MS, BELL_EVERY_MS = "door", 1, 3_000, 30_000

Outcome = Literal["on_site", "by_phone", "false_alarm", "emergency_services"]
OUTCOMES = frozenset(get_args(Outcome))


class Alarms:
    """A DeskService."""

    hears: tuple[type, ...] = (ButtonCalled, ReferenceChanged)

    def __init__(self, papers: Papers, signed_in: SignedIn) -> None:
        terminal, desk = papers.settings.terminal, papers.settings.front_desk
        self._terminal_id = terminal.id
        self._zone = ZoneInfo(terminal.timezone)
        self._limits = Limits(desk.acknowledge_s, desk.escalate_s)
        self._escalate_to = desk.escalate_to
        self._outbox = papers.outbox
        self._people = papers.reference
        self._reference = FrontDeskReference(papers.reference)
        self._doors = papers.doors
        self._now = papers.clock.stamp
        self._signed_in = signed_in
        self._board = AlarmBoard(papers.outbox, self._reference, terminal.id)
        self._told_any = True  # the first look says it even where there is none

    # --- as a service of the desk -----------------------------------------------------------------------------------

    def begin(self) -> None:
        self._board.read(self._now())
        self.refresh()

    def refresh(self) -> None:
        """Passes on what is due, sounds what nobody has taken on, and says how all of them stand; the disk comes last."""
        for alarm in self._board.here():
            self._pass_on(alarm)
            self._ring(alarm)
        self._sound()
        self._write_and_tell()

    def hear(self, event: object) -> None:
        match event:
            case ButtonCalled(address, key):
                self._called(f"{address}/{key}")
            case ReferenceChanged(kinds) if kinds & {ReferenceKind.ALARM, ReferenceKind.ALARM_SENDER}:
                self._board.read_told(self._now())
                self._tell()

    def perform(self, command: commands.Command) -> bool:
        match command:
            case wishes.AcknowledgeAlarm():
                self._acknowledge(command)
            case wishes.CloseAlarm():
                self._close(command)
            case wishes.ShowAlarmPhone():
                self._show_phone(command)
            case _:
                return False
        return True

    # --- how they begin ---------------------------------------------------------------------------------------------

    def _called(self, sender: str) -> None:
        """A button was pressed. Pressed again within a minute it is the same call, unless that one has been closed."""
        now = self._now()
        known = self._board.of_sender(sender)
        if known is not None and now.monotonic_ms - known.pressed_ms < SAME_ALARM_MS:
            known.pressed_ms = now.monotonic_ms
            return
        sort = self._sort_of(sender)
        body = AlarmRaisedBody(alarm_id=str(uuid_utils.uuid7()), sort=sort, sender=sender)
        alarm = OpenAlarm(
            body.alarm_id,
            sort,
            sender,
            now.wall_ms,
            now.monotonic_ms,
            is_own=True,
            pressed_ms=now.monotonic_ms,
        )
        self._board.begin(alarm, body, now)
        self._sound()
        self._tell()
        self._board.write()

    def _sort_of(self, sender: str) -> Literal["call_box", "bracelet"]:
        """As the hall has told. What cannot be read now is no reason to ring for nobody."""
        try:
            entry = self._reference.alarm_sender(sender)
        except StorageError as error:
            log.error("who calls cannot be looked up: %s", error.code)
            return "call_box"
        return entry.sort if entry is not None else "call_box"

    # --- what becomes of them ---------------------------------------------------------------------------------------

    def _acknowledge(self, wish: wishes.AcknowledgeAlarm) -> None:
        alarm = self._board.find(wish.alarm_id)
        if alarm is not None and alarm.is_ringing:
            staff_id = wish.staff_id if self._signed_in.is_here(wish.staff_id) else ""
            self._step(alarm, ACKNOWLEDGED, at=self._terminal_id, staff_id=staff_id)
        self._write_and_tell()

    def _close(self, wish: wishes.CloseAlarm) -> None:
        alarm = self._board.find(wish.alarm_id)
        if not self._signed_in.is_here(wish.staff_id):
            self._doors.publish(DeskRefused(wish.ask_id, NOBODY_SIGNED_IN))
        elif alarm is None:
            self._doors.publish(DeskRefused(wish.ask_id, GONE))
        elif wish.outcome not in OUTCOMES:
            self._doors.publish(DeskRefused(wish.ask_id, NO_OUTCOME))
        else:
            outcome = cast("Outcome", wish.outcome)
            self._step(alarm, CLOSED, at=self._terminal_id, staff_id=wish.staff_id, outcome=outcome)
            self._write_and_tell()

    def _pass_on(self, alarm: OpenAlarm) -> None:
        """To the terminal that is next, where the hall can tell it; else, and for what came from another terminal or was passed on
        in vain, to the bell."""
        times = alarm.times_passed_on(self._terminal_id)
        elapsed_ms = self._now().monotonic_ms - alarm.began_ms
        if not alarm.is_ringing or alarm.at_bell or until_passed_on_s(elapsed_ms, times, self._limits):
            return
        is_next = bool(self._escalate_to) and self._doors.online() and alarm.state == RAISED
        self._step(alarm, ESCALATED, at=self._escalate_to if is_next else BELL)

    def _step(
        self,
        alarm: OpenAlarm,
        step: Literal["acknowledged", "escalated", "closed"],
        *,
        at: str,
        staff_id: str = "",
        outcome: Literal["", "on_site", "by_phone", "false_alarm", "emergency_services"] = "",
    ) -> None:
        """It counts from now on, whatever the disk says: nobody presses in vain while a siren sounds."""
        body = AlarmStepBody(alarm_id=alarm.alarm_id, step=step, staff_id=staff_id, at=at, outcome=outcome)
        self._board.step(alarm, body, self._now())

    # --- what is heard ----------------------------------------------------------------------------------------------

    def _sound(self) -> None:
        ringing = [alarm for alarm in self._board.here() if alarm.is_ringing]
        if ringing and self._doors.speaker is not None:
            at_bell = any(alarm.at_bell for alarm in ringing)
            self._doors.speaker.sound(BELL_SOUND if at_bell else SIREN)

    def _ring(self, alarm: OpenAlarm) -> None:
        """The bell of the hall, again and again until somebody takes it on."""
        relay = self._doors.device(BELL_SLOT)
        now_ms = self._now().monotonic_ms
        is_due = alarm.rang_ms is None or now_ms - alarm.rang_ms >= BELL_EVERY_MS
        if relay is not None and alarm.at_bell and is_due:
            alarm.rang_ms = now_ms
            open_door(relay, BELL_CHANNEL, BELL_PULSE_MS).add_done_callback(_note_silence)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def _show_phone(self, wish: wishes.ShowAlarmPhone) -> None:
        alarm = self._board.find(wish.alarm_id)
        if not self._signed_in.is_here(wish.staff_id):
            self._doors.publish(DeskRefused(0, NOBODY_SIGNED_IN))
        elif alarm is not None:
            sender = self._entry(alarm)
            phone = alarm.told.phone if alarm.told is not None and alarm.told.phone else sender.phone
            person_id = alarm.person_id or sender.person_id
            if person_id:
                body = CardViewedBody(person_id=person_id, staff_id=wish.staff_id, what="phone")
                self._outbox.append(RowKind.CARD_VIEWED, body, self._now())
            self._doors.publish(AlarmPhoneTold(alarm.alarm_id, phone))

    def _tell(self) -> None:
        """Each time while there is one, and once when there is none any more."""
        alarms = tuple(self._shown(alarm) for alarm in self._board.here())
        if alarms or self._told_any:
            self._told_any = bool(alarms)
            self._doors.publish(AlarmsTold(alarms))

    def _write_and_tell(self) -> None:
        """Whatever the disk says, people hear of it. Raises the StorageError family."""
        try:
            self._board.write()
        finally:
            self._tell()

    def _shown(self, alarm: OpenAlarm) -> AlarmShown:
        now, sender, told = self._now(), self._entry(alarm), alarm.told
        person_id = alarm.person_id or sender.person_id
        resident = self._people.resident(person_id)
        # Somebody whose name is not known here: no name at all would say that it hangs where everybody may go.
        nameless = MASK if person_id else ""
        today = local_time(now, self._zone).date()
        return AlarmShown(
            alarm_id=alarm.alarm_id,
            sort=alarm.sort,
            state=alarm.state,
            at=f"{datetime.fromtimestamp(alarm.raised_ms / 1000, self._zone):%H:%M:%S}",
            left_s=self._left_s(alarm, now.monotonic_ms - alarm.began_ms),
            masked_name=masked(resident.name) if resident is not None else nameless,
            age=years_old(resident.birth_date, today) if resident is not None else 0,
            place_zh=told.place_zh if told is not None and told.place_zh else sender.place_zh,
            place_en=told.place_en if told is not None and told.place_en else sender.place_en,
            family=told.family if told is not None else "",
        )

    def _left_s(self, alarm: OpenAlarm, elapsed_ms: int) -> int:
        if alarm.state == RAISED:
            return left_s(elapsed_ms, self._limits)
        if alarm.state == ESCALATED and not alarm.at_bell:
            return until_passed_on_s(elapsed_ms, alarm.times_passed_on(self._terminal_id), self._limits)
        return 0

    def _entry(self, alarm: OpenAlarm) -> AlarmSender:
        """What the hall told of whoever sends this; of one that is not known, nothing."""
        known = self._reference.alarm_sender(alarm.sender)
        return known or AlarmSender(
            sender=alarm.sender, sort=cast("Literal['call_box', 'bracelet']", alarm.sort)
        )


def _note_silence(answer: Future[PulseOutcome]) -> None:
    """A bell that does not ring is no reason to stop the siren."""
    error = answer.exception()
    if isinstance(error, DeviceError):
        log.error("the bell does not ring: %s", error.code)
