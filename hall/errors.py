"""What the hall answers when it cannot do as asked: a status, a stable code and a sentence (`wire.Problem`)."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from offline_cache.wire import Problem

log = logging.getLogger("hall")

CODES = {404: "request.no_such_route", 405: "request.method_not_allowed"}


class HallProblem(Exception):
    """Raised anywhere below a route; becomes a `Problem` with this status."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.problem = Problem(code=code, message=message)


def answer(status: int, problem: Problem) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if status == 503:
        headers["Retry-After"] = "5"
    return JSONResponse(problem.model_dump(), status, headers)


def install(app: FastAPI) -> None:
    """Every error answer of the app is a `Problem`, the framework's own included."""

    @app.exception_handler(HallProblem)
    def known(_request: Request, problem: HallProblem) -> JSONResponse:
        return answer(problem.status, problem.problem)

    @app.exception_handler(RequestValidationError)
    def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(422, Problem(code="request.malformed", message=first_complaint(error)))

    @app.exception_handler(HTTPException)
    def framework(_request: Request, error: HTTPException) -> JSONResponse:
        code = CODES.get(error.status_code, "request.refused")
        return answer(error.status_code, Problem(code=code, message=str(error.detail)))

    @app.exception_handler(DataError)
    def unstorable(_request: Request, _error: DataError) -> JSONResponse:
        return answer(422, Problem(code="request.malformed", message="A value cannot be stored."))

    @app.exception_handler(DBAPIError)
    @app.exception_handler(PoolTimeout)
    def database(_request: Request, error: Exception) -> JSONResponse:
        # Only the class: a driver's message may quote the row, and rows hold people.
        log.error("database failed: %s", type(error).__name__)
        return answer(
            503, Problem(code="hall.database", message="The hall's database did not answer; try again.")
        )

    @app.exception_handler(Exception)
    def unforeseen(_request: Request, _error: Exception) -> JSONResponse:
        # The server logs the traceback itself; the terminal is told to come again.
        return answer(500, Problem(code="hall.error", message="The hall failed at this; try again."))


def first_complaint(error: RequestValidationError) -> str:
    """Where and what, without the value: values may be a person's."""
    complaint = error.errors()[0]
    where = ".".join(str(part) for part in complaint["loc"])
    return f"{where}: {complaint['msg']}"
