"""Applications: terminals send papers, officers carry applications on, and read runs of norms, ratings and objects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from hall.auth import CallingOfficer, CallingTerminal
from hall.clock import LOCAL_TIME
from hall.errors import HallProblem
from hall.services import objects
from hall.services.applications import certificates, desk, norms, papers, ratings
from hall.shapes_applications import (
    ApplicationView,
    CertificateBody,
    CertificateView,
    ForgottenCardView,
    NormRunView,
    ObjectKind,
    ObjectView,
    RatingSummary,
    StateBody,
    TransferBody,
)
from hall.state import Hall, HallDep
from offline_cache.wire_residents import LARGEST_PAPER, NUMBER_PATTERN, PAPER_PART, PaperProgress

router = APIRouter(prefix="/v1", tags=["applications"])
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Number = Annotated[str, Path(pattern=NUMBER_PATTERN)]
Limit = Annotated[int, Query(ge=1, le=1000)]
DAY_MS = 24 * 3_600_000
PART = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
BYTES = {**PART, "description": "The bytes of the paper."}


# --- terminals --------------------------------------------------------------------------------------------------


@router.get("/papers/{sha256}")
def paper_progress(sha256: Sha256, caller: CallingTerminal, hall: HallDep) -> PaperProgress:
    """How much of a paper has arrived, and so where the next part begins."""
    with hall.database.reading() as session:
        return papers.progress(session, caller.terminal_id, sha256)


@router.put("/papers/{sha256}", openapi_extra={"requestBody": {"required": True, **PART}})
async def put_paper(
    sha256: Sha256,
    request: Request,
    caller: CallingTerminal,
    hall: HallDep,
    offset: Annotated[int, Query(ge=0, le=LARGEST_PAPER)],
) -> PaperProgress:
    """One part of a paper, as plain bytes; sending it again changes nothing. With the last one, the applications that
    waited for it go on."""
    part = await _part(request)
    return await run_in_threadpool(_take_part, hall, caller.terminal_id, sha256, offset, part)


async def _part(request: Request) -> bytes:
    part = bytearray()
    async for chunk in request.stream():
        part += chunk
        if len(part) > PAPER_PART:
            raise HallProblem(413, "request.too_large", f"A part has at most {PAPER_PART} bytes.")
    return bytes(part)


def _take_part(hall: Hall, terminal_id: str, sha256: str, offset: int, part: bytes) -> PaperProgress:
    with hall.database.writing() as session:
        taken = desk.take_part(session, terminal_id, sha256, offset, part, hall.now_ms())
    if taken.spoiled:
        # Only now: the dropped bytes have to stay dropped.
        raise HallProblem(422, "paper.hash", "All bytes came, but not those of this SHA-256; send it anew.")
    if taken.progress.complete:
        hall.wake.ring()
    return taken.progress


# --- officers ---------------------------------------------------------------------------------------------------


@router.get("/applications")
def list_applications(
    officer: CallingOfficer,
    hall: HallDep,
    state: str | None = None,
    site: str | None = None,
    number: str | None = None,
    after: str = "",
    limit: Limit = 200,
) -> list[ApplicationView]:
    """By number, those beyond `after`. `site` finds what it took in and what its community has to do."""
    with hall.database.reading() as session:
        return desk.listed(session, state, site, number, after, limit, hall.now_ms())


@router.get("/applications/{number}")
def read_application(number: Number, officer: CallingOfficer, hall: HallDep) -> ApplicationView:
    with hall.database.reading() as session:
        return desk.view(session, desk.found(session, number), hall.now_ms())


@router.get("/applications/{number}/papers/{sha256}", response_class=Response, responses={200: BYTES})
def read_paper(number: Number, sha256: Sha256, officer: CallingOfficer, hall: HallDep) -> Response:
    """A photographed paper. That it was read, and by whom, goes into the application's history."""
    with hall.database.writing() as session:
        content = desk.read_paper(session, number, sha256, officer.name, hall.now_ms())
    headers = {
        "Content-Disposition": "attachment",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.post("/applications/{number}/state")
def advance_application(
    number: Number, body: StateBody, officer: CallingOfficer, hall: HallDep
) -> ApplicationView:
    with hall.database.writing() as session:
        view = desk.advance(session, number, body, officer.name, hall.now_ms())
    hall.wake.ring()
    return view


@router.post("/applications/{number}/transfer")
def transfer_application(
    number: Number, body: TransferBody, officer: CallingOfficer, hall: HallDep
) -> ApplicationView:
    with hall.database.writing() as session:
        view = desk.transfer(session, number, body, officer.name, hall.now_ms())
    hall.wake.ring()
    return view


@router.post("/applications/{number}/certificate")
def issue_certificate(
    number: Number, body: CertificateBody, officer: CallingOfficer, hall: HallDep
) -> CertificateView:
    """Issue the certificate, to be printed at any terminal; the application is done by it."""
    with hall.database.writing() as session:
        issued = desk.issue_certificate(session, number, body, officer.name, hall.now_ms())
    hall.wake.ring()
    return certificates.view(issued)


@router.get("/norm-runs")
def list_norm_runs(
    officer: CallingOfficer,
    hall: HallDep,
    norm: str | None = None,
    state: str | None = None,
    limit: Limit = 200,
) -> list[NormRunView]:
    """The newest first."""
    with hall.database.reading() as session:
        return [norms.view(run) for run in norms.runs(session, norm, state, limit)]


@router.get("/ratings/summary")
def summarise_ratings(
    officer: CallingOfficer,
    hall: HallDep,
    subject: str | None = None,
    site: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[RatingSummary]:
    """Satisfaction a subject, over the local days from `first` to `last`, both inclusive."""
    from_ms = None if first is None else _midnight_ms(first)
    until_ms = None if last is None else _midnight_ms(last) + DAY_MS
    with hall.database.reading() as session:
        return ratings.summary(session, subject, site, from_ms, until_ms)


def _midnight_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=LOCAL_TIME).timestamp() * 1000)


@router.get("/forgotten-cards")
def list_forgotten_cards(
    officer: CallingOfficer,
    hall: HallDep,
    since_ms: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Limit = 200,
) -> list[ForgottenCardView]:
    """The newest first."""
    with hall.database.reading() as session:
        return ratings.forgotten_cards(session, since_ms, limit)


@router.get("/objects/{kind}")
def list_objects(
    kind: ObjectKind, officer: CallingOfficer, hall: HallDep, after: str = "", limit: Limit = 200
) -> list[ObjectView]:
    """The objects of a kind as they are now, by id, those beyond `after`."""
    with hall.database.reading() as session:
        return objects.newest_of(session, kind, after, limit)


@router.get("/objects/{kind}/{object_id}")
def read_object(kind: ObjectKind, object_id: str, officer: CallingOfficer, hall: HallDep) -> list[ObjectView]:
    """Every version of one object, the oldest first."""
    with hall.database.reading() as session:
        versions = objects.history_of(session, kind, object_id)
    if not versions:
        raise HallProblem(404, "object.unknown", "There is no such object.")
    return versions
