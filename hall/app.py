"""The application: `create_app(settings)` and nothing at import time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from hall import errors
from hall.routes import applications, identity, office, public, residents, sync
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
        sweeping = asyncio.create_task(keep_sweeping(hall.database, hall.now_ms))
        yield
        sweeping.cancel()
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
    for routes in (identity, sync, office, applications, residents, public):
        app.include_router(routes.router)
    return app
