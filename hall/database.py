"""The hall's database: one engine, snapshots for readers, one writer at a time.

Writers queue up on both databases: SQLite by BEGIN IMMEDIATE, PostgreSQL by an advisory lock taken first. So change
numbers are committed in the order in which they are given out, and a cursor never skips a row that was still being
written. Readers see one snapshot for the whole request and hold nobody up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

WRITER_LOCK = 0x5E41CE
WAIT_S = 10


class Database:
    """Opens lazily. `reading()` and `writing()` are context managers around one transaction."""

    def __init__(self, url: str) -> None:
        self.url = _with_driver(url)
        self.engine = _engine(self.url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    def migrate(self) -> None:
        """Bring the schema to the newest version; does nothing when it is there already."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.engine.connect() as connection:
            reader = (
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                if not self.is_sqlite
                else connection
            )
            with Session(reader, autoflush=False) as session:
                yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.engine.connect() as connection:
            writer = connection.execution_options(writes=True) if self.is_sqlite else connection
            with Session(writer, autoflush=False, expire_on_commit=False) as session, session.begin():
                if not self.is_sqlite:
                    session.execute(text(f"SET LOCAL lock_timeout = '{WAIT_S}s'"))
                    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
                yield session

    def close(self) -> None:
        self.engine.dispose()


def _with_driver(url: str) -> str:
    """`postgresql://` alone means a driver that is not installed here; ours is psycopg."""
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_timeout=WAIT_S, pool_size=10)
    engine = create_engine(url, connect_args={"timeout": WAIT_S}, pool_timeout=WAIT_S, pool_size=10)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: its implicit BEGIN is deferred and comes too late for a snapshot.
    connection.isolation_level = None
    # 8000 pages, 32 MB: by default every third batch of meals waits while the log is folded back into the file.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=8000"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA synchronous").fetchone()[0] != 2:
        raise RuntimeError("hall.not_durable: SQLite did not accept synchronous=FULL")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
