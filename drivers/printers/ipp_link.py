"""Requests to a print service: IPP in HTTP/1.1 POSTs (RFC 8010 section 4) over a transport of ours, so that every wait
has a deadline, the wire log hears it, and a recording can stand in for the service.

A connection lives for one request. A service that was restarted meanwhile is then simply met anew.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, cast

from drivers.base import DeviceDenied, DeviceError, DeviceGone, DeviceTimeout, ProtocolError
from drivers.printers import ipp
from drivers.wire_log import RECEIVED, SENT

if TYPE_CHECKING:
    import socket

    from drivers.transport import Transport
    from drivers.wire_log import WireLog

MEDIA_TYPE = "application/ipp"
REQUEST_ID = 1  # a connection carries one request, and a log of it can be played again
LONGEST_REPLY = 1 << 20
READ_BYTES = 65536
LOGGED_DOCUMENT = 1 << 16

_REQUEST = re.compile(
    rb"POST [^\r\n]* HTTP/1\.1\r\n(?:[^\r\n]+\r\n)*?Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n"
)


class ServiceDown(DeviceGone):
    """No print service answers there: it is not running, or was stopped in the middle."""

    code = "cups.service_down"


def peer_credentials() -> str:
    """What tells CUPS, over its socket file, which user of this machine is asking; it looks whether that is true."""
    import os
    import pwd

    return f"PeerCred {pwd.getpwuid(os.geteuid()).pw_name}"


class IppLink:
    """One print service. `authorization` is a line of HTTP for the requests that ask for it. Documents are people's:
    the wire log is told their length, in zeros, and nothing else of them."""

    def __init__(
        self,
        transport: Transport,
        path: str,
        authorization: str = "",
        wire_log: WireLog | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = transport.name
        self._transport = transport
        self._path = path
        self._authorization = authorization
        self._wire_log = wire_log
        self._monotonic = monotonic

    def exchange(
        self,
        operation: ipp.Operation,
        groups: tuple[tuple[int, tuple[ipp.Attribute, ...]], ...],
        timeout_s: float,
        document: bytes = b"",
        privileged: bool = False,
    ) -> ipp.Message:
        """Sends one request and gives the reply, whatever its status. Raises ServiceDown, DeviceTimeout, DeviceDenied,
        or ProtocolError where something else than a print service answers."""
        deadline = self._monotonic() + timeout_s
        request = ipp.encode(ipp.Message(operation, REQUEST_ID, groups))
        head = self._head(len(request) + len(document), privileged) + request
        try:
            self._transport.open()
            return self._reply_to(head, document, deadline)
        except DeviceDenied:
            raise
        except DeviceGone as error:
            raise ServiceDown(str(error)) from error
        finally:
            self._transport.close()

    def _head(self, length: int, privileged: bool) -> bytes:
        lines = [
            f"POST {self._path} HTTP/1.1",
            "Host: localhost",
            f"Content-Type: {MEDIA_TYPE}",
            f"Content-Length: {length}",
            "Connection: close",
        ]
        if privileged and self._authorization:
            lines.append(f"Authorization: {self._authorization}")
        return "\r\n".join([*lines, "", ""]).encode("ascii")

    def _reply_to(self, head: bytes, document: bytes, deadline: float) -> ipp.Message:
        self._write(head, head, deadline)
        if document:
            self._write(document, bytes(min(len(document), LOGGED_DOCUMENT)), deadline)
        reply = ipp.decode(self._read_body(deadline))
        if reply.request_id != REQUEST_ID:
            raise ProtocolError(f"{self.name}: an answer to another question")
        return reply

    def _write(self, data: bytes, logged: bytes, deadline: float) -> None:
        if self._wire_log is not None:
            self._wire_log.note(SENT, logged)
        self._transport.write(data, self._left(deadline))

    def _read_body(self, deadline: float) -> bytes:
        reader = _ReplyReader(lambda: self._read(deadline))
        response = HTTPResponse(cast("socket.socket", reader), method="POST")
        try:
            response.begin()
            body = response.read(LONGEST_REPLY)
        except ConnectionError as error:  # it hung up without a word
            raise ServiceDown(f"{self.name}: {error}") from error
        except (HTTPException, ValueError) as error:
            raise ProtocolError(f"{self.name}: {type(error).__name__} where an answer was due") from error
        finally:
            response.close()
        self._judge(response)
        return body

    def _judge(self, response: HTTPResponse) -> None:
        if response.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise DeviceDenied(f"{self.name}: this user may not do that")
        kind = (response.getheader("Content-Type") or "").partition(";")[0].strip()
        if response.status != HTTPStatus.OK or kind != MEDIA_TYPE:
            raise ProtocolError(f"{self.name}: HTTP {response.status}, {kind or 'of no type'}")

    def _read(self, deadline: float) -> bytes:
        data = self._transport.read(READ_BYTES, self._left(deadline))
        if not data:
            raise DeviceTimeout(f"{self.name}: no answer in time")
        if self._wire_log is not None:
            self._wire_log.note(RECEIVED, data)
        return data

    def _left(self, deadline: float) -> float:
        left = deadline - self._monotonic()
        if left <= 0:
            raise DeviceTimeout(f"{self.name}: no answer in time")
        return left


class _ReplyReader(io.RawIOBase):
    """What http.client takes for a socket: bytes as they come, and an end where the other side hung up."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        super().__init__()
        self._read = read
        self._rest = b""

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        if not self._rest:
            try:
                self._rest = self._read()
            except DeviceTimeout:
                raise
            except DeviceError:
                return 0
        taken, self._rest = self._rest[: len(view)], self._rest[len(view) :]
        view[: len(taken)] = taken
        return len(taken)


def redact(direction: str, stream: bytes) -> bytes:
    """A wire log's way out: documents become zeros, and so does what cannot be told from one."""
    if direction != SENT:
        return stream
    clean = bytearray(len(stream))
    position = 0
    while (request := _REQUEST.search(stream, position)) is not None:
        body = stream[request.end() : request.end() + int(request[1])]
        try:
            shown = request.end() + ipp.attributes_end(body)
        except ipp.IppDamaged:
            shown = request.end()
        clean[request.start() : shown] = stream[request.start() : shown]
        position = _next_request(stream, shown, request.end() + len(body))
    return bytes(clean)


def _next_request(stream: bytes, document: int, end: int) -> int:
    """Where the log goes on behind a document. Zeros are our own, maybe fewer than the document had bytes."""
    if stream[document : document + 1] != b"\0":
        return end
    while document < end and stream[document] == 0:
        document += 1
    return document
