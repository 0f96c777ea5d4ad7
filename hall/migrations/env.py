"""Runs the migrations over the connection that `Database.migrate` hands in; there is no alembic.ini."""

from alembic import context

import hall.models_applications
import hall.models_front_desk
import hall.models_residents  # noqa: F401 - their tables belong to the metadata
from hall.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
