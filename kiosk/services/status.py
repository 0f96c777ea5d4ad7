"""`data_dir/status.sock`: what a technician, a supervisor or a journey may know of a running terminal.

One JSON line a connection, then closed. Nothing in it names a person or a card; the socket is its owner's only. Who asks
for something else than the status writes a JSON line first: `{"ask": "case", "slot": "card_reader"}`.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

ACCEPT_S = 0.5
SEND_S = 1.0
QUESTION_S = 0.2  # who says nothing for so long wants the status
LONGEST_QUESTION = 4096

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class StatusSocket:
    """Answers with `snapshot()` on a thread of its own, so that a slow reader holds nobody up. `answers` are for the other
    things that can be asked, by name; they are called on that thread with the question."""

    def __init__(
        self,
        path: Path,
        snapshot: Callable[[], Mapping[str, Any]],
        answers: Mapping[str, Answer] = MappingProxyType({}),
    ) -> None:
        self._path = path
        self._snapshot = snapshot
        self._answers = answers
        self._stopping = threading.Event()
        self._server: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="status", daemon=True)

    def start(self) -> None:
        """Raises OSError where the path cannot be bound."""
        self._path.unlink(missing_ok=True)
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_name(self._path) as name:
            server.bind(name)
        self._path.chmod(0o600)
        server.listen(8)
        server.settimeout(ACCEPT_S)
        self._server = server
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._server is not None:
            self._thread.join(2 * ACCEPT_S + SEND_S)
            self._server.close()
            self._path.unlink(missing_ok=True)

    def _run(self) -> None:
        assert self._server is not None
        while not self._stopping.is_set():
            try:
                connection, _ = self._server.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        try:
            line = json.dumps(self._said(_question(connection)), ensure_ascii=False) + "\n"
            connection.settimeout(SEND_S)
            connection.sendall(line.encode())
        except OSError:
            return  # whoever asked has gone; the next one asks again

    def _said(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        wanted = question.get("ask")
        if wanted is None:
            return self._snapshot()
        answer = self._answers.get(str(wanted))
        return {"code": "status.unknown_question"} if answer is None else answer(question)


def _question(connection: socket.socket) -> Mapping[str, Any]:
    """What is asked; nothing where the other side says nothing, or nothing that can be understood."""
    connection.settimeout(QUESTION_S)
    asked = b""
    try:
        while b"\n" not in asked and len(asked) < LONGEST_QUESTION:
            piece = connection.recv(LONGEST_QUESTION)
            if not piece:
                break
            asked += piece
        question = json.loads(asked)
    except (TimeoutError, ValueError, RecursionError):
        return {}
    return question if isinstance(question, dict) else {}


@contextmanager
def short_name(path: Path) -> Iterator[str]:
    """A name of `path` that fits a socket address (108 bytes), however deep its directory lies."""
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)


def ask(path: Path, timeout_s: float = 2.0, question: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the terminal whose socket is `path` says: its status, or the answer to `question`. Raises OSError when none
    answers in time."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(timeout_s)
        with short_name(path) as name:
            client.connect(name)
        if question is not None:
            client.sendall(json.dumps(question).encode() + b"\n")
        client.shutdown(socket.SHUT_WR)
        with client.makefile("rb") as stream:
            answer: dict[str, Any] = json.loads(stream.readline())
            return answer
