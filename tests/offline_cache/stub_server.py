"""A real HTTP server on loopback that answers what a test tells it to, rightly or wrongly."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.offline_cache.rows import NOON_MS


@dataclass
class Answer:
    """What goes out: bytes as they are. `drip_s` sends one byte at a time; `silent` sends nothing at all."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip_s: float = 0.0
    silent: bool = False
    cut: bool = False


@dataclass
class Heard:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def answer_json(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})


class StubServer:
    """`routes` maps "METHOD /path" to a function of what was heard. Time and tokens are answered by themselves."""

    def __init__(self) -> None:
        self.routes: dict[str, Callable[[Heard], Answer]] = {
            "GET /v1/time": lambda heard: answer_json({"hall_time_ms": NOON_MS}),
            "POST /v1/token": lambda heard: answer_json(
                {
                    "access_token": f"token-{self.count('/v1/token')}",
                    "token_type": "Bearer",
                    "expires_in": 900,
                }
            ),
        }
        self.heard: list[Heard] = []
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="stub", daemon=True
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def on(self, route: str, answer: Answer | Callable[[Heard], Answer]) -> None:
        self.routes[route] = answer if callable(answer) else lambda heard: answer

    def count(self, path: str) -> int:
        return sum(heard.path.split("?")[0] == path for heard in self.heard)

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

            def do_GET(self) -> None:
                stub._answer(self)

            def do_POST(self) -> None:
                stub._answer(self)

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        if request.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        heard = Heard(request.command, request.path, dict(request.headers), body)
        self.heard.append(heard)
        answer = self.routes[f"{request.command} {request.path.split('?')[0]}"](heard)
        try:
            self._send(request, answer)
        except OSError:
            request.close_connection = True

    def _send(self, request: BaseHTTPRequestHandler, answer: Answer) -> None:
        if answer.silent:
            self.released.wait(30)
            request.close_connection = True
            return
        request.send_response(answer.status)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(answer.body) + (100 if answer.cut else 0)))
        request.end_headers()
        if answer.drip_s:
            for byte in answer.body:
                request.wfile.write(bytes([byte]))
                request.wfile.flush()
                if self.released.wait(answer.drip_s):
                    break
        else:
            request.wfile.write(answer.body)
        request.close_connection = request.close_connection or answer.cut
