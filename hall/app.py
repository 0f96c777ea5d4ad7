"""The application: `create_app(settings)` and nothing at import time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import create_task_group
from fastapi import FastAPI

from hall import errors
from hall.routes import applications, front_desk, identity, office, public, residents, sync
from hall.services.front_desk.timers import keep_telling_families, keep_time
from hall.services.residents.sweeping import keep_sweeping
from hall.settings import Settings
from hall.state import Hall
from offline_cache.wire import Problem

VERSION = "1.0.0"


def create_app(settings: Settings) -> FastAPI:
    """A hall over `settings.database`. Its schema is brought up to date when the application starts."""
    hall = Hall(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        hall.open()
        # The group waits for what its duties have under way with the database before that is closed.
        async with create_task_group() as duties:
            duties.start_soon(keep_sweeping, hall.database, hall.now_ms)
            duties.start_soon(keep_time, hall.database, hall.now_ms, hall.wake.ring)
            duties.start_soon(
                keep_telling_families, hall.database, hall.family_messages, hall.now_ms, hall.wake.ring
            )
            yield
            duties.cancel_scope.cancel()
        hall.close()

    app = FastAPI(
        title="Service hall",
        version=VERSION,
        description="The central hall of community service terminals.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses={"4XX": {"model": Problem, "description": "A stable code and a sentence."}},
    )
    app.state.hall = hall
    errors.install(app)
    for routes in (identity, sync, office, applications, residents, front_desk, public):
        app.include_router(routes.router)
    return app
