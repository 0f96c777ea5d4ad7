"""`data_dir/status.sock`: what a technician, a supervisor or a journey may know of a running terminal.

One JSON line a connection, then closed. Nothing in it names a person or a card; the socket is its owner's only.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ACCEPT_S = 0.5
SEND_S = 1.0


class StatusSocket:
    """Answers with `snapshot()` on a thread of its own, so that a slow reader holds nobody up."""

    def __init__(self, path: Path, snapshot: Callable[[], Mapping[str, Any]]) -> None:
        self._path = path
        self._snapshot = snapshot
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
        connection.settimeout(SEND_S)
        line = json.dumps(self._snapshot(), ensure_ascii=False) + "\n"
        try:
            connection.sendall(line.encode())
        except OSError:
            return  # whoever asked has gone; the next one asks again


@contextmanager
def short_name(path: Path) -> Iterator[str]:
    """A name of `path` that fits a socket address (108 bytes), however deep its directory lies."""
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)


def ask(path: Path, timeout_s: float = 2.0) -> dict[str, Any]:
    """The status of the terminal whose socket is `path`. Raises OSError when none answers in time."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(timeout_s)
        with short_name(path) as name:
            client.connect(name)
        with client.makefile("rb") as stream:
            answer: dict[str, Any] = json.loads(stream.readline())
            return answer
