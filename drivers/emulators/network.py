"""The network between a terminal and the hall: a loopback proxy that can be cut, go silent, lose replies or lie.

The terminal is given `url` as its hall. The proxy understands just enough of HTTP/1.1 to know where a request begins and
ends; replies pass byte by byte, so keep-alive and server-sent events work. It runs in a thread of its own.

| method                  | what the terminal meets                                                              |
|-------------------------|--------------------------------------------------------------------------------------|
| `cut()`                 | open connections break, new ones are refused                                         |
| `swallow()`             | connections are accepted, requests read, nothing is ever answered                    |
| `lose_next_reply()`     | the next `POST /v1/transactions` reaches the hall; its reply is lost with the line   |
| `answer(status, …)`     | every request gets this answer, the hall none                                        |
| `restore()`             | all is well again; connections that were swallowed stay silent, as they would        |
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

LOST_ROUTE = ("POST", "/v1/transactions")
CALL_TIMEOUT_S = 5.0
PIECE_BYTES = 65_536
HEAD_LIMIT = 65_536
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class NetworkMode(StrEnum):
    """What the network does with requests."""

    OPEN = "open"
    CUT = "cut"
    SWALLOW = "swallow"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the proxy itself says to every request."""

    status: int
    content_type: str
    body: bytes

    def encode(self) -> bytes:
        """The whole reply, which also ends the connection."""
        phrase = HTTPStatus(self.status).phrase
        head = (
            f"HTTP/1.1 {self.status} {phrase}\r\nContent-Type: {self.content_type}\r\n"
            f"Content-Length: {len(self.body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode("ascii") + self.body


class EmulatedNetwork:
    """A proxy on a loopback port of its own in front of `target`, the hall's URL. Methods may be called from any
    thread and have taken effect when they return."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._mode = NetworkMode.OPEN
        self._answer = Answer(500, "text/plain", b"")
        self._losing = False
        self.replies_lost = 0
        self._connections: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        # Bound but never listening: keeps the port ours while the network is cut.
        self._holder = _bound(("127.0.0.1", 0))
        self._address: tuple[str, int] = self._holder.getsockname()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulated-network", daemon=True)
        self._thread.start()
        self._call(self._listen())

    @property
    def url(self) -> str:
        """What the terminal is given as its hall."""
        return f"http://{self._address[0]}:{self._address[1]}"

    @property
    def mode(self) -> NetworkMode:
        """What the network does now."""
        return self._mode

    @property
    def losing(self) -> bool:
        """Whether the next reply to a batch is going to be lost."""
        return self._losing

    def cut(self) -> None:
        """Breaks every connection and refuses new ones."""
        self._call(self._switch(NetworkMode.CUT))

    def restore(self) -> None:
        """Lets everything through again."""
        self._call(self._switch(NetworkMode.OPEN))

    def swallow(self) -> None:
        """Accepts and reads, and never answers."""
        self._call(self._switch(NetworkMode.SWALLOW))

    def answer(self, status: int, content_type: str = "text/plain", body: bytes | str = b"") -> None:
        """Answers every request with this, whatever was asked. Raises ValueError for a status that HTTP does not
        have."""
        content = body.encode() if isinstance(body, str) else body
        self._answer = Answer(HTTPStatus(status).value, content_type, content)
        self._call(self._switch(NetworkMode.ANSWER))

    def lose_next_reply(self) -> None:
        """Arms the loss of one reply: the hall has done its work by then, and the terminal cannot know."""
        self._losing = True

    def close(self) -> None:
        """Ends the proxy. Never raises; twice is harmless."""
        if self._loop.is_closed():
            return
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_TIMEOUT_S)
        self._loop.close()
        self._holder.close()

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_TIMEOUT_S)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(
                self._accept, sock=_bound(self._address), limit=HEAD_LIMIT
            )

    async def _switch(self, mode: NetworkMode) -> None:
        self._mode = mode
        if mode is NetworkMode.CUT:
            self._stop_listening()
            self._break_all()
        else:
            await self._listen()

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _break_all(self) -> None:
        for writer in list(self._connections):
            _reset(writer)

    async def _end(self) -> None:
        self._stop_listening()
        self._break_all()
        if self._tasks:  # with their connections broken they end by themselves
            await asyncio.wait(self._tasks, timeout=CALL_TIMEOUT_S / 2)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._connections.add(writer)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            _reset(writer)  # the line broke, or what came was not HTTP: either way it ends here
        finally:
            self._connections.discard(writer)
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the terminal, request after request."""
        hall = _HallSide(self, writer)
        try:
            while (request := await _read_head(reader)) is not None:
                if self._mode is NetworkMode.ANSWER:
                    await _pass_body(request, reader, None)
                    writer.write(self._answer.encode())
                    await writer.drain()
                    return
                if self._mode is NetworkMode.SWALLOW:
                    await _read_to_the_end(reader)
                    return
                await hall.forward(request, reader, loses_reply=self._take_loss(request))
        finally:
            await hall.close()

    def _take_loss(self, request: _Request) -> bool:
        taken = self._losing and (request.method, request.path) == LOST_ROUTE
        if taken:
            self._losing = False
        return taken


@dataclass(frozen=True, slots=True)
class _Request:
    """The head of a request, and how its body's length is told."""

    head: bytes
    method: str
    path: str
    length: int
    chunked: bool


class _HallSide:
    """The far half of one connection: requests go to the hall, what it says comes back to `terminal`."""

    def __init__(self, network: EmulatedNetwork, terminal: asyncio.StreamWriter) -> None:
        self._network = network
        self._terminal = terminal
        self._hall: asyncio.StreamWriter | None = None
        self._replies: asyncio.Task[None] | None = None
        self._loses_reply = False

    async def forward(self, request: _Request, body: asyncio.StreamReader, *, loses_reply: bool) -> None:
        """Sends one request on. Raises OSError when the hall is not there."""
        self._loses_reply = loses_reply
        hall = await self._connected()
        hall.write(request.head)
        await _pass_body(request, body, hall)
        await hall.drain()

    async def close(self) -> None:
        """Ends the half; the hall sees a client that hung up."""
        if self._replies is not None:
            self._replies.cancel()
            await asyncio.gather(self._replies, return_exceptions=True)
        if self._hall is not None:
            self._hall.close()

    async def _connected(self) -> asyncio.StreamWriter:
        if self._hall is None:
            opening = asyncio.open_connection(*self._network.target)
            reader, hall = await asyncio.wait_for(opening, CALL_TIMEOUT_S)
            self._hall = hall
            self._replies = asyncio.create_task(self._pass_replies(reader))
        return self._hall

    async def _pass_replies(self, hall: asyncio.StreamReader) -> None:
        silent = False
        try:
            while data := await hall.read(PIECE_BYTES):
                if self._loses_reply:
                    self._network.replies_lost += 1
                    _reset(self._terminal)
                    return
                # A reply that was swallowed in part cannot go on later: the connection stays silent.
                silent = silent or self._network.mode is NetworkMode.SWALLOW
                if not silent:
                    self._terminal.write(data)
                    await self._terminal.drain()
        except OSError:
            pass  # either side hung up
        if not silent:
            self._terminal.close()


async def _read_head(reader: asyncio.StreamReader) -> _Request | None:
    """The next request's head, or None when the terminal hung up between two. Raises ValueError for what is no HTTP."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    fields = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    chunked = fields.get("transfer-encoding", "").lower() == "chunked"
    return _Request(head, method, urlsplit(target).path, int(fields.get("content-length", "0")), chunked)


async def _pass_body(
    request: _Request, reader: asyncio.StreamReader, hall: asyncio.StreamWriter | None
) -> None:
    """Reads a request's body to its end, on to the hall where there is one."""
    if request.chunked:
        size = 1
        while size:
            line = await reader.readuntil(b"\r\n")
            size = int(line.split(b";")[0], 16)
            _pass(line + await reader.readexactly(size + len(b"\r\n")), hall)
        return
    left = request.length
    while left:
        data = await reader.read(min(left, PIECE_BYTES))
        if not data:
            raise asyncio.IncompleteReadError(data, left)
        _pass(data, hall)
        left -= len(data)


def _pass(data: bytes, hall: asyncio.StreamWriter | None) -> None:
    if hall is not None:
        hall.write(data)


async def _read_to_the_end(reader: asyncio.StreamReader) -> None:
    while await reader.read(PIECE_BYTES):
        pass


def _bound(address: tuple[str, int]) -> socket.socket:
    # Only a socket that names its protocol gets TCP_NODELAY from asyncio, and hands it on to what it accepts; without,
    # a reply in two packets takes 40 ms longer than through a real network.
    bound = socket.socket(proto=socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(address)
    return bound


def _reset(writer: asyncio.StreamWriter) -> None:
    """Breaks a connection the way a pulled cable does, at once and without a farewell."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
