"""The alarms that are this terminal's to answer: raised by its own receiver, or told by the hall with its turn.

What was done about one comes from this terminal's log and from the hall, in any order; the furthest that either says counts
(as at the hall): raised, escalated, acknowledged, closed. An alarm that went on to another terminal stays here as well until
somebody anywhere has taken it on. On the disk thread.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from kiosk.services.front_desk.alarm_timers import BELL, began_ms
from offline_cache.clock import Stamp
from offline_cache.outbox import Outbox
from offline_cache.own_rows import OwnRow
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.wire import RowKind
from offline_cache.wire_front_desk import Alarm, AlarmRaisedBody, AlarmStepBody

RAISED: Final = "raised"
ESCALATED: Final = "escalated"
ACKNOWLEDGED: Final = "acknowledged"
CLOSED: Final = "closed"
RANKS = (RAISED, ESCALATED, ACKNOWLEDGED, CLOSED)
KEPT_MS = 7 * 24 * 3_600_000
GONE_FROM_THE_HALL_MS = 24 * 3_600_000


@dataclass(slots=True)
class OpenAlarm:
    """`began_ms` is the monotonic instant at which it became this terminal's. `is_own`: heard by its own receiver; `is_settled`: the
    hall has its row. `passed_to` are those whom this terminal has passed it on to. `told` is the
    hall's newest word. `pressed_ms`: when the button was last pressed, `rang_ms`: when the bell last rang for it, both monotonic.
    `was_here`: it was shown at this terminal."""

    alarm_id: str
    sort: str
    sender: str
    raised_ms: int
    began_ms: int
    is_own: bool = False
    is_settled: bool = False
    steps: set[str] = field(default_factory=set)
    passed_to: list[str] = field(default_factory=list)
    told: Alarm | None = None
    pressed_ms: int = 0
    rang_ms: int | None = None
    was_here: bool = False

    @property
    def state(self) -> str:
        said = self.told.state if self.told is not None else RAISED
        return max({RAISED, said, *self.steps}, key=RANKS.index)

    @property
    def is_ringing(self) -> bool:
        """Nobody has taken it on."""
        return self.state in (RAISED, ESCALATED)

    @property
    def turn(self) -> str:
        return self.told.turn if self.told is not None else ""

    @property
    def at_bell(self) -> bool:
        return self.is_ringing and (BELL in self.passed_to or self.turn == BELL)

    @property
    def person_id(self) -> str:
        return self.told.person_id if self.told is not None else ""

    def times_passed_on(self, terminal_id: str) -> int:
        """From here, whoever did it."""
        away = self.told is not None and self.told.state == ESCALATED and self.turn != terminal_id
        return max(len(self.passed_to), int(away))

    def take(self, body: AlarmStepBody) -> None:
        """A step of this terminal's."""
        self.steps.add(body.step)
        if body.step == ESCALATED:
            self.passed_to.append(body.at)


class AlarmBoard:
    """See the module. Nothing is read before `read`. What reads raises the StorageError family."""

    def __init__(self, outbox: Outbox, reference: FrontDeskReference, terminal_id: str) -> None:
        self._outbox = outbox
        self._reference = reference
        self._terminal_id = terminal_id
        self._alarms: dict[str, OpenAlarm] = {}
        self._steps: dict[str, list[AlarmStepBody]] = {}
        self._unwritten: deque[tuple[RowKind, AlarmRaisedBody | AlarmStepBody, Stamp]] = deque()

    def read(self, now: Stamp) -> None:
        """At start: what this terminal's log and the hall say."""
        kinds = (RowKind.ALARM_RAISED, RowKind.ALARM_STEPPED)
        for row in self._outbox.rows_since(kinds, now.wall_ms - KEPT_MS):
            self._take(row, now)
        self.read_told(now)

    def read_told(self, now: Stamp) -> None:
        """What the hall tells now. An alarm that it has told of and tells no more is over; so is one of another day that it
        has, and does not tell."""
        told = {alarm.alarm_id: alarm for alarm in self._reference.alarms()}
        for alarm_id, said in told.items():
            known = self._alarms.get(alarm_id) or self._of_the_hall(said, now)
            self._alarms[alarm_id] = known
            known.told = said
        self._alarms = {
            alarm.alarm_id: alarm
            for alarm in self._alarms.values()
            if alarm.alarm_id in told or not self._is_forgotten(alarm, now)
        }

    def begin(self, alarm: OpenAlarm, body: AlarmRaisedBody, now: Stamp) -> None:
        """This terminal's receiver has heard it. To be followed by `write`."""
        self._alarms[alarm.alarm_id] = alarm
        self._unwritten.append((RowKind.ALARM_RAISED, body, now))

    def step(self, alarm: OpenAlarm, body: AlarmStepBody, now: Stamp) -> None:
        """Something was done about it here, which counts from now on. To be followed by `write`."""
        alarm.take(body)
        self._unwritten.append((RowKind.ALARM_STEPPED, body, now))

    def write(self) -> None:
        """Every row that is not on the disk yet, with the time at which it happened. What the disk refuses waits for the next time;
        raises the StorageError family."""
        while self._unwritten:
            self._outbox.append(*self._unwritten[0])
            self._unwritten.popleft()

    def find(self, alarm_id: str) -> OpenAlarm | None:
        """One that is open here."""
        return next((alarm for alarm in self.here() if alarm.alarm_id == alarm_id), None)

    def of_sender(self, sender: str) -> OpenAlarm | None:
        """The newest of this sender that is open here."""
        found = [alarm for alarm in self.here() if alarm.sender == sender]
        return max(found, key=lambda alarm: alarm.raised_ms, default=None)

    def here(self) -> list[OpenAlarm]:
        """Those that are this terminal's: first those that nobody has taken on, the oldest of them first."""
        mine = [alarm for alarm in self._alarms.values() if self._is_here(alarm)]
        for alarm in mine:
            alarm.was_here = True
        return sorted(mine, key=lambda alarm: (not alarm.is_ringing, alarm.raised_ms, alarm.alarm_id))

    # --- inside -----------------------------------------------------------------------------------------------------

    def _is_here(self, alarm: OpenAlarm) -> bool:
        if alarm.state == CLOSED:
            return False
        if alarm.state == ACKNOWLEDGED:
            return ACKNOWLEDGED in alarm.steps or alarm.turn == self._terminal_id
        return alarm.is_own or alarm.was_here or bool(alarm.steps) or alarm.turn in (self._terminal_id, BELL)

    def _of_the_hall(self, said: Alarm, now: Stamp) -> OpenAlarm:
        """One that was passed on to this terminal begins anew here: its staff hear of it only now."""
        since = now.wall_ms if said.state == ESCALATED else said.raised_ms
        began = began_ms(since, 0, "", now)
        alarm = OpenAlarm(said.alarm_id, said.sort, said.sender, said.raised_ms, began, pressed_ms=began)
        for step in self._steps.pop(said.alarm_id, ()):
            alarm.take(step)
        return alarm

    def _is_forgotten(self, alarm: OpenAlarm, now: Stamp) -> bool:
        is_old = now.wall_ms - alarm.raised_ms > GONE_FROM_THE_HALL_MS
        return alarm.told is not None or (alarm.is_settled and is_old)

    def _take(self, row: OwnRow, now: Stamp) -> None:
        if row.kind is RowKind.ALARM_RAISED:
            raised = AlarmRaisedBody.model_validate(row.body)
            began = began_ms(row.occurred_at_ms, row.monotonic_ms, row.boot_id, now)
            self._alarms[raised.alarm_id] = OpenAlarm(
                raised.alarm_id,
                raised.sort,
                raised.sender,
                row.occurred_at_ms,
                began,
                is_own=True,
                is_settled=row.state in ("accepted", "refused"),
                pressed_ms=began,
            )
            return
        step = AlarmStepBody.model_validate(row.body)
        alarm = self._alarms.get(step.alarm_id)
        if alarm is not None:
            alarm.take(step)
        else:  # of an alarm that the hall told of, and may tell of still
            self._steps.setdefault(step.alarm_id, []).append(step)
