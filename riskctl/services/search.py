"""Finding records by their words: keeping the text index, and the condition that asks it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    column,
    event,
    func,
    inspect,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from riskctl.extensions import db
from riskctl.models import Case
from riskctl.models.search import PREFIX, SEARCHED, indexed, pairs, writing


@event.listens_for(db.session, "after_flush")
def _keep(session: Session, _context: Any) -> None:
    # Whoever writes a case writes its index in the same transaction, and cannot forget it.
    changed = [record for record in (*session.new, *session.dirty) if _is_changed(record)]
    for kind in SEARCHED:
        if found := [record for record in changed if kind == record.CASE_TYPE]:
            index(found, session)


def _is_changed(record: Any) -> bool:
    if not isinstance(record, Case) or record.CASE_TYPE not in SEARCHED:
        return False
    attributes = inspect(record).attrs
    return any(attributes[name].history.has_changes() for name in SEARCHED[record.CASE_TYPE])


def index(records: Sequence[Case], session: Any = None) -> None:
    """Put records of one kind, which have their ids, into the index. No commit."""
    kind = records[0].CASE_TYPE
    rows = [{"id": r.id, "pairs": indexed(getattr(r, name) for name in SEARCHED[kind])} for r in records]
    # Not through the session, which is flushing when it tells of changes.
    (session or db.session).connection().execute(text(writing(kind, db.engine.dialect.name)), rows)


def matches(model: type[Any], word: str) -> ColumnElement[bool]:
    """The condition that a record's texts hold the word: through the index from two characters on."""
    kind = model.CASE_TYPE
    phrase = pairs(word)
    if not phrase:
        return or_(*(getattr(model, name).contains(word, autoescape=True) for name in SEARCHED[kind]))
    stored = table(PREFIX + kind, column("id", Integer), column("rowid", Integer), column("pairs", String))
    if db.engine.dialect.name == "postgresql":
        asked = func.phraseto_tsquery(literal_column("'simple'::regconfig"), phrase)
        found = select(stored.c.id).where(stored.c.pairs.op("@@")(asked))
    else:
        found = select(stored.c.rowid).where(stored.c.pairs.op("MATCH")(f'"{phrase}"'))
    return model.id.in_(found)  # type: ignore[no-any-return]
