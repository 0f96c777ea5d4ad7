"""One HTTP connection to the hall. It alone loads `requests`, which takes longer than a terminal wants to wait for its
first page: `hall_client` makes a connection at its first call, on the thread that calls.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import requests
import urllib3
from pydantic import ValidationError

from offline_cache.hall_error import HallError
from offline_cache.wire import Problem

EVENTS_SILENCE_S = 60.0
LARGEST_ANSWER = 64 * 1024 * 1024
LARGEST_LINE = 64 * 1024
MOST_LEFT_ALONE_S = 3600.0  # whatever it asks for: one wrong header must not end all sending

_SECONDS = re.compile(r"\d+", re.ASCII)
_RETRIED = frozenset({408, 425, 429})
_GARBLED = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    urllib3.exceptions.DecodeError,
)


class HallConnection:
    """For one thread at a time, but for `hang_up`. `url` without a closing slash; `connect_s` and `answer_s` are the
    deadlines of every call but `lines`. `ends` (monotonic seconds) is when every call has to be over besides."""

    def __init__(self, url: str, connect_s: float, answer_s: float) -> None:
        self._url = url
        self._connect_s = connect_s
        self._answer_s = answer_s
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy or password out of the environment
        self._reading: requests.Response | None = None
        self.ends = math.inf

    def close(self) -> None:
        self._session.close()

    def hang_up(self) -> None:
        """Ends the answer that another thread is reading, if any: that thread gets HallError, or an early end."""
        response = self._reading
        if response is not None:
            with suppress(OSError, ValueError, urllib3.exceptions.HTTPError):
                response.raw.shutdown()

    def ask(self, method: str, path: str, **options: Any) -> bytes:
        """The body of a good answer. Raises HallError."""
        now = time.monotonic()
        ends = min(now + self._answer_s, self.ends)
        if ends <= now:
            raise HallError("hall.silent", "no time is left to ask")
        with self._response(method, path, ends - now, **options) as response:
            body = _read_all(response, ends)
            if response.status_code != 200:
                _refuse(response, body)
            return body

    def lines(self, path: str, headers: dict[str, str]) -> Iterator[str]:
        """The lines of an answer that does not end, as they come; hall.silent after EVENTS_SILENCE_S without a byte."""
        with self._response("GET", path, EVENTS_SILENCE_S, headers=headers) as response:
            if response.status_code != 200:
                _refuse(response, b"")
            yield from _lines(response)

    @contextmanager
    def _response(
        self, method: str, path: str, silence_s: float, **options: Any
    ) -> Iterator[requests.Response]:
        timeout = (min(self._connect_s, silence_s), silence_s)
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
        return Problem.model_validate_json(body).code
    except ValidationError:
        return ""


def _retry_after(value: str | None) -> float | None:
    """Seconds, from a number or a date (RFC 9110 section 10.2.3), at most MOST_LEFT_ALONE_S."""
    if not value:
        return None
    try:
        if _SECONDS.fullmatch(value.strip()):
            asked = float(value)
        else:
            asked = parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, asked), MOST_LEFT_ALONE_S)
