"""New cases by the thousand: two statements whatever their number."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from riskctl.extensions import db
from riskctl.models import Case
from riskctl.models.search import TEXTS
from riskctl.services import search


def insert_cases(records: Sequence[Case]) -> None:
    """Give the records rows and ids; they stay outside the session, whose bookkeeping would cost more than
    the rows."""
    model = type(records[0])
    defaults = {c.key: c.default.arg for c in model.__table__.columns if c.default and c.default.is_scalar}
    for record in records:  # the founding event tells what the database will hold
        for name in defaults.keys() - vars(record).keys():
            setattr(record, name, defaults[name])
    given = {name for record in records for name in vars(record)} & set(model.__table__.columns.keys())
    rows = [{"version": 1, **{name: getattr(record, name) for name in given}} for record in records]
    db.session.execute(insert(model), rows)
    codes = [record.code for record in records]
    found = db.session.execute(select(model.code, model.id).where(model.code.in_(codes)))
    ids = {row.code: row.id for row in found}
    for record in records:
        record.id = ids[record.code]
    if model.CASE_TYPE in TEXTS:
        search.index(records)
