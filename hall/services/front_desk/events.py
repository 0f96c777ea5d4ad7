"""What happens at the desks, for who watches the hall: kinds and ids, in the order of the feed, and never a name.

It is read off the change feed, so nothing can be told here that the desks were not told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.models import Published
from hall.services import feed
from offline_cache.wire import ReferenceKind

WATCHED = (ReferenceKind.VISIT, ReferenceKind.TICKET, ReferenceKind.ALARM)
AT_ONCE = 200


@dataclass(frozen=True)
class DeskEvent:
    """`number` is its place in the feed. `state` "": it is over."""

    number: int
    kind: str
    id: str
    state: str

    def encoded(self) -> str:
        """As the event stream format of HTML wants it."""
        data = json.dumps({"id": self.id, "state": self.state}, ensure_ascii=False)
        return f"id: {self.number}\nevent: {self.kind}\ndata: {data}\n\n"


@dataclass(frozen=True)
class Page:
    """`number` is the place up to which the feed was read: what was published there was nothing of the desks'."""

    events: list[DeskEvent]
    number: int


def after(session: Session, number: int) -> Page:
    """The next events after this place; an older state of the same visit, ticket or alarm is skipped. A place that the feed
    has not come to, in a hall that came back from a copy, is its end."""
    end = feed.last_number(session)
    if end <= number:
        return Page([], end)
    query = select(*feed.COLUMNS).where(Published.number > number, feed.of_kinds(WATCHED))
    found = [
        DeskEvent(place, kind, id, "" if data is None else data["state"])
        for place, kind, id, data in session.execute(query.order_by(Published.number).limit(AT_ONCE))
    ]
    return Page(found, found[-1].number if len(found) == AT_ONCE else end)
