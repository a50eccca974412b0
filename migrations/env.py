"""Alembic environment, run through Flask-Migrate: one connection, batch mode for SQLite."""

from alembic import context
from flask import current_app

from riskctl import models  # noqa: F401 -- fills the metadata
from riskctl.extensions import db
from riskctl.models.search import PREFIX


def run() -> None:
    """Migrate the database of the running application; PostgreSQL waits at most ten seconds for a lock."""
    engine = db.engine
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET lock_timeout = '10s'")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            include_name=lambda name, kind, parents: kind != "table" or not (name or "").startswith(PREFIX),
            **current_app.extensions["migrate"].configure_args.get("env", {}),
        )
        with context.begin_transaction():
            context.run_migrations()


run()
