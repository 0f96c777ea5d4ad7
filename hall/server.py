"""Serving the hall with uvicorn: says when it is ready, and ends its listeners before it waits for them to go."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from hall.app import create_app
from hall.settings import Settings
from hall.state import Hall

GRACE_S = 5


class HallServer(uvicorn.Server):
    """`ready` is called with the URL once connections are accepted. `should_exit = True` stops it from any thread. `hall` is
    what it serves."""

    def __init__(self, settings: Settings, host: str, port: int, ready: Callable[[str], None]) -> None:
        app = create_app(settings)
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=GRACE_S,
                timeout_keep_alive=75,
            )
        )
        self.hall: Hall = app.state.hall
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if not self.started:
            return
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.hall.public_url = self.hall.public_url or url
        self._ready(url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Event streams end only when told: without this the server would wait for them until its grace is over.
        self.hall.wake.close()
        await super().shutdown(sockets=sockets)
