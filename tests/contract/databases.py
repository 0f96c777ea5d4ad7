"""Databases to test on: a migrated SQLite file, and a private PostgreSQL 15 that this module sets up and starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from hall.database import Database

BINARIES = Path("/usr/lib/postgresql/15/bin")
DEADLINE_S = 60
TEMPLATE = "template_hall"


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self, directory: Path) -> None:
        self._template = directory / "template.sqlite3"
        database = Database(f"sqlite:///{self._template}")
        database.migrate()
        database.close()

    @contextmanager
    def fresh(self, directory: Path) -> Iterator[str]:
        copy = directory / "hall.sqlite3"
        shutil.copyfile(self._template, copy)
        yield f"sqlite:///{copy}"


class PostgresServer:
    """A server on a Unix socket in a directory of its own, so that it meets no other server. The directory is a temporary
    one: in memory inside the tests' world, where a fresh database takes half the time that it takes on a disk."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="hall-pg-"))
        self._runs_as = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self._runs_as:
            shutil.chown(self._directory, "postgres", "postgres")
        self._made = 0

    def start(self) -> None:
        data = str(self._directory / "data")
        self._run("initdb", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "-D", data)
        options = f"-k {self._directory} -c listen_addresses='' -c fsync=off -c max_connections=40"
        self._run(
            "pg_ctl", "-w", "-t", str(DEADLINE_S), "-D", data, "-l", f"{data}.log", "-o", options, "start"
        )
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        database = Database(self._url(TEMPLATE))
        database.migrate()
        database.close()

    def stop(self) -> None:
        self._run(
            "pg_ctl",
            "-w",
            "-t",
            str(DEADLINE_S),
            "-D",
            str(self._directory / "data"),
            "-m",
            "immediate",
            "stop",
        )
        shutil.rmtree(self._directory)

    @contextmanager
    def fresh(self, _directory: Path) -> Iterator[str]:
        self._made += 1
        name = f"hall_{self._made}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        yield self._url(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._directory}"

    def _execute(self, statement: str) -> None:
        user = "postgres" if self._runs_as else os.environ.get("USER", "postgres")
        engine = create_engine(
            f"postgresql+psycopg://{user}@/postgres?host={self._directory}", isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def _run(self, program: str, *arguments: str) -> None:
        # Its output is not piped: the server would inherit the pipe and keep it open.
        command = [*self._runs_as, str(BINARIES / program), *arguments]
        subprocess.run(command, check=True, timeout=DEADLINE_S, cwd="/", stdout=subprocess.DEVNULL)
