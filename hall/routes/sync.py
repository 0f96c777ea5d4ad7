"""What terminals do all day: push rows, pull changes, listen, call for help."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from hall.auth import Caller, CallingTerminal
from hall.clock import local_date
from hall.errors import HallProblem
from hall.models import Terminal
from hall.services import feed, help_calls, reports
from hall.services.intake import take_in
from hall.shapes import DeviceReportView, HelpCallBody, HelpCallView
from hall.state import Hall, HallDep
from offline_cache.wire import Changes, Push, PushAnswer

router = APIRouter(prefix="/v1", tags=["sync"])
PUSH_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": Push.model_json_schema(ref_template="#/components/schemas/{model}")
            }
        },
    }
}


REPORT_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": reports.SignedDocument.model_json_schema(
                    ref_template="#/components/schemas/{model}"
                )
            }
        },
    }
}


@router.post("/transactions", openapi_extra=PUSH_BODY)
async def push_transactions(request: Request, caller: CallingTerminal, hall: HallDep) -> PushAnswer:
    """Rows of one log, oldest first; the body may be gzip. The answer is 200 with one result a row."""
    push = _decoded(await _body(request, hall.settings.largest_body), hall.settings.largest_body, request)
    return await run_in_threadpool(_take_in, hall, caller, push)


def _take_in(hall: Hall, caller: Caller, push: Any) -> PushAnswer:
    now_ms = hall.now_ms()
    with hall.database.writing() as session:
        answer = take_in(session, caller.terminal_id, push, now_ms)
        session.get_one(Terminal, caller.terminal_id).last_seen_ms = now_ms
    hall.wake.ring()
    return answer


async def _body(request: Request, largest: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise _too_large(largest)
    return bytes(body)


def _decoded(body: bytes, largest: int, request: Request) -> Any:
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding == "gzip":
        body = _unzipped(body, largest)
    elif encoding != "identity":
        raise HallProblem(415, "request.encoding_unknown", "Send plain JSON, or gzip.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HallProblem(422, "request.malformed", "The body is not JSON.") from error


def _unzipped(body: bytes, largest: int) -> bytes:
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)  # 16: expect gzip's header
    try:
        plain = unzip.decompress(body, largest + 1)
    except zlib.error as error:
        raise HallProblem(422, "request.malformed", "The body is not gzip.") from error
    if len(plain) > largest:
        raise _too_large(largest)
    if not unzip.eof or unzip.unused_data:
        raise HallProblem(422, "request.malformed", "The gzip body is cut short, or more than one.")
    return plain


def _too_large(largest: int) -> HallProblem:
    return HallProblem(413, "request.too_large", f"A body is at most {largest} bytes, unpacked.")


@router.get("/changes", response_model=Changes)
def pull_changes(
    caller: CallingTerminal,
    hall: HallDep,
    cursor: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 500,
) -> Response:
    now_ms = hall.now_ms()
    since = local_date(now_ms) - timedelta(days=hall.settings.feed_days)
    reader = feed.Reader(caller.terminal_id, caller.site_id, caller.role.kinds, since.isoformat())
    with hall.database.reading() as session:
        page = feed.read(session, reader, cursor, limit, now_ms)
    # Written here: the framework would check every record of a long page a second time.
    return Response(page.model_dump_json(), media_type="application/json")


@router.get("/events", response_class=StreamingResponse)
async def listen(request: Request, caller: CallingTerminal, hall: HallDep) -> StreamingResponse:
    """Server-sent events: `changed` with the newest number whenever a pull would bring something."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(request, hall, caller.expires_at_ms), media_type="text/event-stream", headers=headers
    )


async def _events(request: Request, hall: Hall, until_ms: int) -> AsyncIterator[str]:
    """Ends with the token, with the listener and with the hall. The number is looked up at every keep-alive as well,
    since another process on the same database rings no bell here."""
    listener = hall.wake.listen()
    told = -1
    try:
        while not hall.wake.closed and hall.now_ms() < until_ms and not await request.is_disconnected():
            newest = await run_in_threadpool(_newest, hall)
            if newest != told:
                told = newest
                yield f"event: changed\ndata: {newest}\n\n"
            else:
                yield ": keep-alive\n\n"
            await listener.wait(hall.settings.keep_alive_s)
    finally:
        listener.close()


def _newest(hall: Hall) -> int:
    with hall.database.reading() as session:
        return feed.last_number(session)


@router.post("/reports", openapi_extra=REPORT_BODY)
async def send_report(request: Request, caller: CallingTerminal, hall: HallDep) -> DeviceReportView:
    """A signed report of the terminal's devices. The newest are kept; sending one again changes nothing."""
    sent = _decoded(await _body(request, reports.LARGEST_REPORT), reports.LARGEST_REPORT, request)
    return await run_in_threadpool(_take_in_report, hall, caller, sent)


def _take_in_report(hall: Hall, caller: Caller, sent: Any) -> DeviceReportView:
    with hall.database.writing() as session:
        return reports.take_in(session, caller.terminal_id, sent, hall.now_ms())


@router.post("/help-calls")
def call_help(call: HelpCallBody, caller: CallingTerminal, hall: HallDep) -> HelpCallView | None:
    """The terminal's open call; null when there is none to end."""
    with hall.database.writing() as session:
        return help_calls.call(session, caller.terminal_id, caller.site_id, call.on, hall.now_ms())
