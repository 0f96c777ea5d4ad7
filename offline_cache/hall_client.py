"""Talking with the hall: the only place of the terminal that uses the network for it.

Every call has deadlines, for connecting and for the whole answer. Whatever goes wrong is a HallError with a stable code:
hall.unreachable (no connection, or it broke), hall.silent (connected, no answer in time), hall.busy (408, 425, 429, 5xx),
hall.refused (any other refusal; `reason` is the hall's own code), hall.wrong_answer (an answer that is not the
hall's), hall.plain_http (an address that is neither https nor loopback).
"""

from __future__ import annotations

import gzip
import ipaddress
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import ValidationError

from offline_cache.hall_error import HallError
from offline_cache.identity import Identity
from offline_cache.wire import Changes, Enrol, Enrolled, HallTime, Push, PushAnswer, Shape, Token

if TYPE_CHECKING:
    from offline_cache.hall_connection import HallConnection

__all__ = ["HallClient", "HallError", "TimeAnswer", "check_address"]

CONNECT_S = 5.0
ANSWER_S = 30.0
TOKEN_MARGIN_S = 30.0
GZIP_LEVEL = 5
PULL_ROWS = 500
LATEST_MS = 4_102_444_800_000  # 2100: what lies beyond is no time, and some of it no calendar can say

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

Answer = TypeVar("Answer", bound=Shape)


@dataclass(frozen=True, slots=True)
class TimeAnswer:
    """The hall's time when it answered, and how long that took there and back, both in ms."""

    hall_time_ms: int
    round_trip_ms: int


@dataclass(slots=True)
class HeldToken:
    """The access token of a terminal, and when it has to be fetched anew (monotonic seconds)."""

    token: str = field(default="", repr=False)
    ends: float = 0.0


def check_address(url: str) -> str:
    """The address without a closing slash. Raises HallError hall.plain_http: money and names go over TLS, plain http
    is for a hall on this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        return url.rstrip("/")
    raise HallError("hall.plain_http", f"{parts.scheme}://{parts.hostname} is neither https nor loopback")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class HallClient:
    """For one thread at a time. `identity` None: only `time` and `enrol` can be called. `on_token` hears each new token's
    answer, on the calling thread."""

    def __init__(
        self,
        hall_url: str,
        identity: Identity | None = None,
        *,
        connect_s: float = CONNECT_S,
        answer_s: float = ANSWER_S,
        on_token: Callable[[Token], object] | None = None,
        held: HeldToken | None = None,
    ) -> None:
        self._url = check_address(hall_url)
        self._identity = identity
        self._connect_s = connect_s
        self._answer_s = answer_s
        self._on_token = on_token
        self._made: HallConnection | None = None
        self._held = held or HeldToken()

    def close(self) -> None:
        if self._made is not None:
            self._made.close()

    def hang_up(self) -> None:
        """Ends the answer that another thread is reading, if any: that thread gets HallError, or an early end."""
        if self._made is not None:
            self._made.hang_up()

    def twin(self) -> HallClient:
        """The same client with a connection of its own, for another thread. They share their token; whichever fetches a
        new one tells `on_token`."""
        return HallClient(
            self._url,
            self._identity,
            connect_s=self._connect_s,
            answer_s=self._answer_s,
            on_token=self._on_token,
            held=self._held,
        )

    # --- calls --------------------------------------------------------------------------------------------------

    def time(self) -> TimeAnswer:
        connection = self._connection()  # before the watch runs: making the first one takes a while
        started = time.monotonic()
        hall_time_ms = _parsed(HallTime, connection.ask("GET", "/v1/time")).hall_time_ms
        if not 0 <= hall_time_ms < LATEST_MS:
            raise HallError("hall.wrong_answer", "its time is no date")
        return TimeAnswer(hall_time_ms, int((time.monotonic() - started) * 1000))

    def enrol(self, code: str, public_key: str, software: str) -> Enrolled:
        body = Enrol(code=code, public_key=public_key, software=software)
        return _parsed(
            Enrolled, self._connection().ask("POST", "/v1/enrolments", json=body.model_dump(mode="json"))
        )

    def push(self, push: Push) -> PushAnswer:
        """Raises HallError; an answer that speaks of other rows than these is hall.wrong_answer."""
        body = gzip.compress(push.model_dump_json().encode(), GZIP_LEVEL)
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        answer = _parsed(PushAnswer, self._authorised("POST", "/v1/transactions", data=body, headers=headers))
        if [result.seq for result in answer.results] != [row.seq for row in push.rows]:
            raise HallError("hall.wrong_answer", "the results are not those of the rows sent")
        return answer

    def pull(self, cursor: int, limit: int = PULL_ROWS) -> Changes:
        page = {"cursor": cursor, "limit": limit}
        return _parsed(Changes, self._authorised("GET", "/v1/changes", params=page))

    def help_call(self, on: bool) -> None:
        """Rings at the hall, or ends the ringing."""
        self._authorised("POST", "/v1/help-calls", json={"on": on})

    def report(self, document: bytes) -> None:
        """A terminal's signed report of its devices: JSON, at most 64 KiB."""
        self._authorised("POST", "/v1/reports", data=document, headers={"Content-Type": "application/json"})

    def ask(self, shape: type[Answer], method: str, path: str, **options: Any) -> Answer:
        """A call that has no method of its own here; `options` are those of requests. Raises HallError."""
        return _parsed(shape, self._authorised(method, path, **options))

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """All calls inside are answered within `seconds` together, or the one that is not raises hall.silent."""
        connection = self._connection()
        connection.ends = time.monotonic() + seconds
        try:
            yield
        finally:
            connection.ends = math.inf

    def events(self) -> Iterator[str]:
        """The names of server-sent events as they come, "" for a keep-alive. Ends when the hall ends the stream;
        raises HallError (hall.silent after EVENTS_SILENCE_S without a byte).

        Source: WHATWG HTML, "Server-sent events"."""
        headers = {"Accept": "text/event-stream", **self._bearer()}
        for line in self._connection().lines("/v1/events", headers):
            if line.startswith("event:"):
                yield line.removeprefix("event:").strip()
            elif line.startswith(":"):
                yield ""

    # --- inside -------------------------------------------------------------------------------------------------

    def _connection(self) -> HallConnection:
        if self._made is None:
            from offline_cache.hall_connection import HallConnection

            self._made = HallConnection(self._url, self._connect_s, self._answer_s)
        return self._made

    def _authorised(self, method: str, path: str, **options: Any) -> bytes:
        headers = options.pop("headers", {})
        try:
            return self._connection().ask(method, path, headers={**headers, **self._bearer()}, **options)
        except HallError as error:
            if error.status != 401:
                raise
        self._held.token = ""  # ended early, or the hall has a new key: one new token, then its word stands
        return self._connection().ask(method, path, headers={**headers, **self._bearer()}, **options)

    def _bearer(self) -> dict[str, str]:
        if not self._held.token or time.monotonic() > self._held.ends:
            self._fetch_token()
        return {"Authorization": f"Bearer {self._held.token}"}

    def _fetch_token(self) -> None:
        if self._identity is None:
            raise HallError("hall.refused", "this terminal is not enrolled", reason="identity.missing")
        # By the hall's own time: a terminal whose clock is hours off gets its token all the same.
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._identity.assertion(self.time().hall_time_ms),
        }
        token = _parsed(Token, self._connection().ask("POST", "/v1/token", data=form))
        if not (token.access_token.isascii() and token.access_token.isprintable()):
            raise HallError("hall.wrong_answer", "its token fits no header")
        self._held.ends = time.monotonic() + max(1.0, token.expires_in - TOKEN_MARGIN_S)
        self._held.token = token.access_token
        if self._on_token is not None:
            self._on_token(token)


def _parsed(shape: type[Answer], body: bytes) -> Answer:
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise HallError("hall.wrong_answer", f"{shape.__name__}: {first['loc']} {first['type']}") from error
