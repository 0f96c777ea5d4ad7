"""Today's visits, as this terminal knows them: its own from its log, those of other terminals from the feed (no I/O of its own).

A visit that is answered here is answered, whatever the hall still says of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from offline_cache.wire_front_desk import Visit, VisitAnsweredBody, VisitBody

ONCE_MS = 30 * 60_000
ONE_OF = "one_of"
HERE, NOT_THIS_PERSON = "here", "not_this_person"


@dataclass(frozen=True, slots=True)
class Come:
    """Somebody who came. `how` as in kiosk.views_front_desk.Arrival. `candidates` are the people of a look-alike, as long as this run
    lasts: no row says who they might have been."""

    visit_id: str
    terminal_id: str
    how: str
    at_ms: int
    person_id: str = ""
    ticket: str = ""
    state: str = HERE
    candidates: tuple[str, ...] = ()


class Arrivals:
    """Visits by their id. Not for threads."""

    def __init__(self, terminal_id: str) -> None:
        self._terminal_id = terminal_id
        self._own: dict[str, Come] = {}
        self._told: dict[str, Come] = {}
        self._answers: dict[str, VisitAnsweredBody] = {}

    def noted(self, body: VisitBody, at_ms: int, candidates: tuple[str, ...] = ()) -> Come:
        how = ONE_OF if body.one_of > 1 else body.how
        come = Come(
            body.visit_id,
            self._terminal_id,
            how,
            at_ms,
            body.person_id,
            body.ticket,
            candidates=candidates,
        )
        self._own[come.visit_id] = come
        return come

    def answered(self, body: VisitAnsweredBody) -> None:
        self._answers[body.visit_id] = body

    def told(self, visits: list[Visit]) -> None:
        """All that the hall tells of, in place of what it told before."""
        self._told = {
            visit.visit_id: Come(
                visit.visit_id,
                visit.terminal_id,
                visit.how if visit.person_id or visit.ticket else ONE_OF,
                visit.at_ms,
                visit.person_id,
                visit.ticket,
                visit.state,
            )
            for visit in visits
        }

    def find(self, visit_id: str) -> Come | None:
        come = self._own.get(visit_id) or self._told.get(visit_id)
        return None if come is None else self._as_answered(come)

    def since(self, at_ms: int) -> list[Come]:
        """Newest first."""
        known = {**self._told, **self._own}
        come = [self._as_answered(each) for each in known.values() if each.at_ms >= at_ms]
        return sorted(come, key=lambda each: (each.at_ms, each.visit_id), reverse=True)

    def recent_of(self, person_id: str, now_ms: int) -> Come | None:
        """Her visit of the last half hour, if staff did not say that it was not hers."""
        return next(
            (
                come
                for come in self.since(now_ms - ONCE_MS)
                if come.person_id == person_id and come.state != NOT_THIS_PERSON
            ),
            None,
        )

    def is_asked(self, candidates: tuple[str, ...], now_ms: int) -> bool:
        """Whether staff are asked already which of these people came."""
        return any(
            come.state == HERE and set(come.candidates) == set(candidates)
            for come in self.since(now_ms - ONCE_MS)
        )

    def forget_before(self, at_ms: int) -> None:
        """Yesterday's visits are nobody's business at this desk any more."""
        self._own = {id: come for id, come in self._own.items() if come.at_ms >= at_ms}
        self._answers = {
            id: body for id, body in self._answers.items() if id in self._own or id in self._told
        }

    def _as_answered(self, come: Come) -> Come:
        answer = self._answers.get(come.visit_id)
        if answer is None:
            told = self._told.get(come.visit_id)
            return come if told is None or told is come else replace(come, state=told.state)
        return replace(
            come,
            state=answer.outcome,
            person_id=answer.person_id or come.person_id,
            ticket=answer.ticket or come.ticket,
        )
