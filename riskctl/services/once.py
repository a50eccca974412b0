"""Doing a thing exactly once, whatever runs twice, at the same time, or is killed in between."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Model
from riskctl.models.once import DoneOnce


def claim(key: str) -> bool:
    """Whether the thing of this key is still to be done; the key stands from now on.

    Belongs to the caller's transaction, so that key and effect are there together or not at all. On
    PostgreSQL a second machine waits here until the first has committed or given up.
    """
    return insert_new(DoneOnce, {"key": key, "at": clock.now()})


def insert_new(model: type[Model], values: dict[str, Any]) -> bool:
    """Insert a row unless one with the same unique key is there; whether it was inserted."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    key = inspect(model).primary_key[0]
    insert = dialect.insert(model).values(**values).on_conflict_do_nothing().returning(key)
    return db.session.execute(insert).first() is not None
