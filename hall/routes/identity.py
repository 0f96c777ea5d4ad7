"""Time, enrolment and tokens: what a terminal may call before it is anybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form

from hall import auth
from hall.errors import HallProblem
from hall.services import identities
from hall.state import HallDep
from offline_cache.wire import Enrol, Enrolled, HallTime, Token

router = APIRouter(prefix="/v1", tags=["identity"])
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@router.get("/time")
def read_time(hall: HallDep) -> HallTime:
    return HallTime(hall_time_ms=hall.now_ms())


@router.post("/enrolments")
def enrol(enrolment: Enrol, hall: HallDep) -> Enrolled:
    with hall.database.writing() as session:
        enrolled = identities.enrol(session, enrolment, hall.settings.enrolment_days, hall.now_ms())
    return enrolled.model_copy(update={"public_url": hall.public_url})


@router.post("/token")
def issue_token(
    hall: HallDep,
    grant_type: Annotated[str, Form()],
    client_assertion_type: Annotated[str, Form()],
    client_assertion: Annotated[str, Form()],
) -> Token:
    if grant_type != "client_credentials" or client_assertion_type != ASSERTION_TYPE:
        raise HallProblem(
            400, "token.grant_unsupported", "Use client_credentials with a jwt-bearer assertion."
        )
    settings, now_ms = hall.settings, hall.now_ms()
    with hall.database.writing() as session:
        terminal = identities.accept_assertion(
            session, client_assertion, settings.assertion_s, settings.leeway_s, now_ms
        )
        terminal.last_seen_ms = now_ms
        token = auth.issue(identities.identity(session), terminal, settings.token_s, now_ms)
        enrolment_ends_ms = terminal.enrolment_expires_at_ms
    return Token(
        access_token=token,
        token_type="Bearer",
        expires_in=settings.token_s,
        enrolment_expires_at_ms=enrolment_ends_ms,
        public_url=hall.public_url,
    )
