"""What the migrations build is what the models say, so that nobody changes one without the other."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import hall.models_front_desk
import hall.models_residents  # noqa: F401 - its tables belong to the metadata
from hall.database import Database
from hall.models import Base, Row


def test_migrations_build_the_models(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'hall.sqlite3'}")
    database.migrate()
    database.migrate()  # a second start does nothing
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    database.close()


def test_sqlite_is_opened_durable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'hall.sqlite3'}")
    with database.engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.close()


def test_a_reader_keeps_its_snapshot(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'hall.sqlite3'}")
    database.migrate()
    with database.reading() as reader:
        assert reader.query(Row).count() == 0
        with database.writing() as writer:
            writer.connection().exec_driver_sql(
                "INSERT INTO operators (token_hash, name, created_at_ms) VALUES ('x', 'Gao', 1)"
            )
        assert reader.connection().exec_driver_sql("SELECT count(*) FROM operators").scalar() == 0
    with database.reading() as reader:
        assert reader.connection().exec_driver_sql("SELECT count(*) FROM operators").scalar() == 1
    database.close()
