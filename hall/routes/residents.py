"""What terminals ask for a person who stands there, and what officers do about codes, documents and the access log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from hall import auth
from hall.auth import CallingOfficer, CallingTerminal
from hall.errors import HallProblem
from hall.services import identities
from hall.services.residents import access_log, contacts, documents, hand_offs, phone_codes
from hall.shapes_residents import AccessView, DocumentView, PhoneCodeAsked, PhoneCodeMade, Revocation
from hall.state import HallDep
from offline_cache.wire_residents import (
    Contact,
    ContactQuery,
    HandOff,
    HandOffMade,
    PhoneCode,
    PhoneCodeHolder,
    RecordPage,
    RecordQuery,
)

router = APIRouter(prefix="/v1", tags=["residents"])
Name = Annotated[str | None, Query(max_length=64)]


# --- terminals ------------------------------------------------------------------------------------------------------


@router.post("/residents/records")
async def query_records(query: RecordQuery, caller: CallingTerminal, hall: HallDep) -> RecordPage:
    """A page of a person's record; every call is written to the access log."""
    return await hall.records.answer(hall.database, caller.terminal_id, query, hall.now_ms())


@router.post("/residents/contacts")
def read_contact(query: ContactQuery, caller: CallingTerminal, hall: HallDep) -> Contact:
    """What a form may be filled in with; every call is written to the access log."""
    return contacts.read(hall.database, caller.terminal_id, query, hall.now_ms())


@router.post("/residents/phone-codes")
def redeem_phone_code(shown: PhoneCode, caller: CallingTerminal, hall: HallDep) -> PhoneCodeHolder:
    with hall.database.writing() as session:
        person_id = phone_codes.redeem(
            session, hall.public_key, shown.code, caller.terminal_id, hall.now_ms()
        )
    return PhoneCodeHolder(person_id=person_id)


@router.post("/hand-offs")
def make_hand_off(handed: HandOff, caller: CallingTerminal, hall: HallDep) -> HandOffMade:
    """Keep a document for one phone, for ten minutes."""
    with hall.database.writing() as session:
        return hand_offs.make(session, caller.terminal_id, handed, hall.public_url, hall.now_ms())


# --- officers -------------------------------------------------------------------------------------------------------


@router.post("/phone-codes")
def make_phone_code(asked: PhoneCodeAsked, officer: CallingOfficer, hall: HallDep) -> PhoneCodeMade:
    """Stands in for the residents' app: there, she would ask for her own code after a login of her own."""
    with hall.database.writing() as session:
        key = auth.signing_key(identities.identity(session))
        return phone_codes.make(session, key, asked.person_id, hall.now_ms())


@router.get("/access-log")
def read_access_log(
    officer: CallingOfficer,
    hall: HallDep,
    person: Name = None,
    terminal: Name = None,
    before_ms: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    after: Name = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[AccessView]:
    """Who looked at whose records, newest first; the next page is asked for by `after`, the last entry's `entry_id`."""
    with hall.database.reading() as session:
        return access_log.read(session, person, terminal, before_ms, after, limit)


@router.get("/documents")
def find_documents(
    officer: CallingOfficer, hall: HallDep, number: Name = None, pick_up: Name = None
) -> list[DocumentView]:
    """Find a job by its issue number or pick-up number. It is opened by its person's card alone, at a terminal."""
    if number is None and pick_up is None:
        raise HallProblem(422, "document.query", "Ask by number or by pick_up.")
    with hall.database.reading() as session:
        return documents.find(session, number, pick_up, hall.now_ms())


@router.post("/documents/{number}/revocation")
def revoke_document(
    number: str, revocation: Revocation, officer: CallingOfficer, hall: HallDep
) -> DocumentView:
    """Take a document back; its page says so from now on."""
    with hall.database.writing() as session:
        return documents.revoke(session, number, revocation.reason, officer.name, hall.now_ms())
