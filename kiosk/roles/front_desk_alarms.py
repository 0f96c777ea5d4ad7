"""Alarms as this desk shows them: the most urgent one above every page, whoever looks."""

from __future__ import annotations

from dataclasses import replace

from kiosk.events_front_desk import AlarmPhoneTold, AlarmsTold
from kiosk.views_front_desk import AlarmShown

CALL_BOX = "call_box"
UNANSWERED = ("raised", "escalated")


class Alarms:
    """What the services tell; the timers are theirs. `phone` is kept only while staff look."""

    def __init__(self) -> None:
        self._alarms: tuple[AlarmShown, ...] = ()
        self._phone = ("", "")

    @property
    def is_ringing(self) -> bool:
        return bool(self._alarms)

    @property
    def is_unanswered(self) -> bool:
        """Whether there is one that nobody has taken on."""
        return any(alarm.state in UNANSWERED for alarm in self._alarms)

    def told(self, event: AlarmsTold) -> bool:
        """Whether one of them is new."""
        before = {alarm.alarm_id for alarm in self._alarms}
        self._alarms = event.alarms
        if self._phone[0] not in {alarm.alarm_id for alarm in self._alarms}:
            self.forget_phone()
        return any(alarm.alarm_id not in before for alarm in self._alarms)

    def phone_told(self, event: AlarmPhoneTold) -> None:
        self._phone = (event.alarm_id, event.phone)

    def forget_phone(self) -> None:
        self._phone = ("", "")

    def find(self, alarm_id: str) -> AlarmShown | None:
        """The one that was meant: by its id, or the one in front."""
        found = (alarm for alarm in self._alarms if alarm_id in ("", alarm.alarm_id))
        return next(found, None)

    def to_staff(self) -> AlarmShown | None:
        alarm = self._front()
        if alarm is None:
            return None
        return replace(alarm, phone=self._phone[1] if self._phone[0] == alarm.alarm_id else "")

    def covered(self) -> AlarmShown | None:
        """Where nobody is signed in: who calls, so that somebody goes, but no age and nobody's address. A box that is nobody's
        hangs in a public place, which is where to run to."""
        alarm = self._front()
        if alarm is None:
            return None
        if alarm.sort == CALL_BOX and not alarm.masked_name:
            return replace(alarm, phone="")
        return replace(alarm, age=0, place_zh="", place_en="", phone="")

    def to_visitors(self) -> AlarmShown | None:
        """Above a page that is turned to somebody else: that there is an alarm, and nothing of whom it is about."""
        alarm = self._front()
        if alarm is None:
            return None
        return AlarmShown(alarm.alarm_id, alarm.sort, alarm.state, alarm.at, alarm.left_s, more=alarm.more)

    def _front(self) -> AlarmShown | None:
        return replace(self._alarms[0], more=len(self._alarms) - 1) if self._alarms else None
