"""Talking with the hall: the only place of the terminal that uses the network for it.

Every call has deadlines, for connecting and for the whole answer. Whatever goes wrong is a HallError with a stable code:
hall.unreachable (no connection, or it broke), hall.silent (connected, no answer in time), hall.busy (408, 425, 429, 5xx),
hall.refused (any other refusal; `reason` is the hall's own code), hall.wrong_answer (an answer that is not the
hall's), hall.plain_http (an address that is neither https nor loopback).
"""

from __future__ import annotations

import gzip
import ipaddress
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import requests
import urllib3
from pydantic import ValidationError

from offline_cache.identity import Identity
from offline_cache.wire import Changes, Enrol, Enrolled, HallTime, Problem, Push, PushAnswer, Shape, Token

CONNECT_S = 5.0
ANSWER_S = 30.0
EVENTS_SILENCE_S = 60.0
LARGEST_ANSWER = 64 * 1024 * 1024
LARGEST_LINE = 64 * 1024
TOKEN_MARGIN_S = 30.0
GZIP_LEVEL = 5
PULL_ROWS = 500

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_RETRIED = frozenset({408, 425, 429})
_GARBLED = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    urllib3.exceptions.DecodeError,
)

Answer = TypeVar("Answer", bound=Shape)


class HallError(Exception):
    """`retry_after_s`: how long the hall asked to be left alone, None when it did not say. `reason`: its own code;
    `status`: what HTTP said, 0 when nothing was heard."""

    def __init__(
        self,
        code: str,
        message: str = "",
        retry_after_s: float | None = None,
        reason: str = "",
        status: int = 0,
    ) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.retry_after_s = retry_after_s
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class TimeAnswer:
    """The hall's time when it answered, and how long that took there and back, both in ms."""

    hall_time_ms: int
    round_trip_ms: int


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
    """For one thread at a time. `identity` None: only `time` and `enrol` can be called."""

    def __init__(
        self,
        hall_url: str,
        identity: Identity | None = None,
        *,
        connect_s: float = CONNECT_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._url = check_address(hall_url)
        self._identity = identity
        self._connect_s = connect_s
        self._answer_s = answer_s
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy or password out of the environment
        self._token: str = ""
        self._token_ends = 0.0
        self._reading: requests.Response | None = None

    def close(self) -> None:
        self._session.close()

    def hang_up(self) -> None:
        """Ends the answer that another thread is reading, if any: that thread gets HallError, or an early end."""
        response = self._reading
        if response is not None:
            with suppress(OSError, ValueError, urllib3.exceptions.HTTPError):
                response.raw.shutdown()

    def twin(self) -> HallClient:
        """The same client with a connection of its own, for another thread."""
        return HallClient(self._url, self._identity, connect_s=self._connect_s, answer_s=self._answer_s)

    # --- calls --------------------------------------------------------------------------------------------------

    def time(self) -> TimeAnswer:
        started = time.monotonic()
        answer = _parsed(HallTime, self._ask("GET", "/v1/time"))
        return TimeAnswer(answer.hall_time_ms, int((time.monotonic() - started) * 1000))

    def enrol(self, code: str, public_key: str, software: str) -> Enrolled:
        body = Enrol(code=code, public_key=public_key, software=software)
        return _parsed(Enrolled, self._ask("POST", "/v1/enrolments", json=body.model_dump(mode="json")))

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

    def events(self) -> Iterator[str]:
        """The names of server-sent events as they come, "" for a keep-alive. Ends when the hall ends the stream;
        raises HallError (hall.silent after EVENTS_SILENCE_S without a byte).

        Source: WHATWG HTML, "Server-sent events"."""
        headers = {"Accept": "text/event-stream", **self._bearer()}
        with self._response("GET", "/v1/events", EVENTS_SILENCE_S, headers=headers) as response:
            if response.status_code != 200:
                _refuse(response, b"")
            for line in _lines(response):
                if line.startswith("event:"):
                    yield line.removeprefix("event:").strip()
                elif line.startswith(":"):
                    yield ""

    # --- inside -------------------------------------------------------------------------------------------------

    def _authorised(self, method: str, path: str, **options: Any) -> bytes:
        headers = options.pop("headers", {})
        try:
            return self._ask(method, path, headers={**headers, **self._bearer()}, **options)
        except HallError as error:
            if error.status != 401:
                raise
        self._token = ""  # ended early, or the hall has a new key: one new token, then its word stands
        return self._ask(method, path, headers={**headers, **self._bearer()}, **options)

    def _bearer(self) -> dict[str, str]:
        if not self._token or time.monotonic() > self._token_ends:
            self._fetch_token()
        return {"Authorization": f"Bearer {self._token}"}

    def _fetch_token(self) -> None:
        if self._identity is None:
            raise HallError("hall.refused", "this terminal is not enrolled", reason="identity.missing")
        # By the hall's own time: a terminal whose clock is hours off gets its token all the same.
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._identity.assertion(self.time().hall_time_ms),
        }
        token = _parsed(Token, self._ask("POST", "/v1/token", data=form))
        self._token = token.access_token
        self._token_ends = time.monotonic() + max(1.0, token.expires_in - TOKEN_MARGIN_S)

    def _ask(self, method: str, path: str, **options: Any) -> bytes:
        ends = time.monotonic() + self._answer_s
        with self._response(method, path, self._answer_s, **options) as response:
            body = _read_all(response, ends)
            if response.status_code != 200:
                _refuse(response, body)
            return body

    @contextmanager
    def _response(
        self, method: str, path: str, silence_s: float, **options: Any
    ) -> Iterator[requests.Response]:
        timeout = (self._connect_s, silence_s)
        try:
            with closing(
                self._session.request(
                    method, self._url + path, timeout=timeout, stream=True, allow_redirects=False, **options
                )
            ) as response:
                self._reading = response
                yield response
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _unheard(error) from error
        finally:
            self._reading = None


def _refuse(response: requests.Response, body: bytes) -> NoReturn:
    status, retry_after_s = response.status_code, _retry_after(response.headers.get("Retry-After"))
    if status in _RETRIED or status >= 500:
        raise HallError("hall.busy", f"status {status}", retry_after_s)
    if status < 400:
        raise HallError("hall.wrong_answer", f"status {status}")
    reason = _problem_code(body)
    raise HallError("hall.refused", f"status {status} {reason}", retry_after_s, reason, status)


def _lines(response: requests.Response) -> Iterator[str]:
    """Lines as soon as they are complete."""
    rest = b""
    while chunk := response.raw.read1(4096, decode_content=True):
        *whole, rest = (rest + chunk).split(b"\n")
        if len(rest) > LARGEST_LINE:
            raise HallError("hall.wrong_answer", "a line without an end")
        for line in whole:
            yield line.decode("utf-8", errors="replace").rstrip("\r")


def _read_all(response: requests.Response, ends: float) -> bytes:
    """The body, within the deadline of the whole answer and never larger than memory allows: a hall that drips, or
    something else that answers at its address, holds the line no longer than one that is silent."""
    body = bytearray()
    while chunk := response.raw.read1(64 * 1024, decode_content=True):
        body += chunk
        if time.monotonic() > ends:
            raise HallError("hall.silent", "the answer did not end in time")
        if len(body) > LARGEST_ANSWER:
            raise HallError("hall.wrong_answer", "the answer is too large")
    return bytes(body)


def _parsed(shape: type[Answer], body: bytes) -> Answer:
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise HallError("hall.wrong_answer", f"{shape.__name__}: {first['loc']} {first['type']}") from error


def _unheard(error: Exception) -> HallError:
    if isinstance(error, requests.ConnectTimeout):
        return HallError("hall.unreachable", "no connection in time")
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return HallError("hall.silent", "no answer in time")
    if isinstance(error, _GARBLED):
        return HallError("hall.wrong_answer", type(error).__name__)
    return HallError("hall.unreachable", type(error).__name__)


def _problem_code(body: bytes) -> str:
    try:
        return Problem.model_validate(json.loads(body)).code
    except (ValidationError, ValueError):
        return ""


def _retry_after(value: str | None) -> float | None:
    """Seconds, from a number or a date (RFC 9110 section 10.2.3)."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
