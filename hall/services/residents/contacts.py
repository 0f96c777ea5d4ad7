"""Phone and address of a resident, so that a form need not ask for what the hall knows. They are in no terminal's feed."""

from __future__ import annotations

from hall import models_residents as models
from hall.database import Database
from hall.errors import HallProblem
from hall.services import feed
from hall.services.residents import access_log
from offline_cache.wire import ReferenceKind
from offline_cache.wire_residents import Contact, ContactQuery

PURPOSE = "apply"


def read(database: Database, terminal_id: str, query: ContactQuery, now_ms: int) -> Contact:
    """What is known of a resident, written to the access log with the same commit. Raises HallProblem: record.purpose
    (403), record.unknown_person (404)."""
    with database.writing() as session:
        resident = feed.find(session, ReferenceKind.RESIDENT, [query.person_id]).get(query.person_id)
        known = session.get(models.Contact, query.person_id)
        allowed = resident is not None and query.purpose == PURPOSE
        result = "refused" if not allowed else "ok" if known else "empty"
        access_log.note_answer(session, terminal_id, query, int(result == "ok"), result, now_ms)
    if query.purpose != PURPOSE:
        raise HallProblem(403, "record.purpose", "Contacts are given out for applications only.")
    if resident is None:
        raise HallProblem(404, "record.unknown_person", "There is no such resident.")
    phone, address = (known.phone, known.address) if known else ("", "")
    return Contact(person_id=query.person_id, name=resident["name"], phone=phone, address=address)
