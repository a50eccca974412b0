"""Doing a thing exactly once, whatever runs twice, at the same time, or is killed in between."""

from collections.abc import Mapping, Sequence
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
    return bool(insert_all_new(model, [values], str(inspect(model).primary_key[0].key)))


def insert_all_new(model: type[Model], rows: Sequence[Mapping[str, Any]], column: str) -> list[Any]:
    """Insert those of the rows whose unique key is not there yet; the values of this column of each of them.

    On PostgreSQL it waits for another machine that is inserting the same ones; give them in the same order."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(model).on_conflict_do_nothing().returning(getattr(model, column))
    # As parameters and not in the statement, which is then compiled once and not for every row.
    return list(db.session.scalars(insert, [dict(row) for row in rows])) if rows else []
