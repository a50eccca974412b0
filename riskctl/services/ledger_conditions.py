"""The WHERE of a list: one condition for each thing that a query asks for, each such that an index serves it.

Who may see a row is not asked here but in `scope.py`, and what a petition reads as in `ledgers.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true, union

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, RiskPoint, SelfCheck, Unit
from riskctl.permissions import Actor
from riskctl.services import colours, search
from riskctl.services.ledger_query import Query
from riskctl.services.ledger_tables import DUE, MODELS, OVER, PLAIN_TEXTS
from riskctl.services.scope import visible
from riskctl.services.statistics import behind
from riskctl.services.workdays import late_before

_MOST_WORDS = 5
_FEW = 50_000


def conditions(actor: Actor, case_type: str, query: Query) -> list[ColumnElement[bool]]:
    """What the filters ask of a row."""
    model = MODELS[case_type]
    found = [is_one_of(model, name, values) for name, values in query.equal.items() if values]
    found += [by_index(model, asked) for asked in _between(model, query)]
    found += [_holds(case_type, name, wanted) for name, wanted in query.holds.items()]
    if query.unit is not None:
        found.append(_in_unit(model, query.unit))
    found += [_matches(case_type, word) for word in query.q.split()[:_MOST_WORDS]]
    if query.due_before is not None:
        found.append(by_index(model, getattr(model, DUE[case_type]) < query.due_before))
    if query.overdue is not None:
        found.append(_late(case_type) if query.overdue else ~_late(case_type))
    found += [_linked(actor, case_type, name, value) for name, value in query.linked.items()]
    if query.figure:
        found.append(behind.condition(query.figure, case_type))
    return found


def is_one_of(model: type[Any], name: str, values: list[Any]) -> ColumnElement[bool]:
    """The column (or the colour, which is none) has one of these values."""
    if name == "colour":
        return colours.is_one_of(model, values)
    column = getattr(model, name)
    found: ColumnElement[bool] = column == values[0] if len(values) == 1 else column.in_(values)
    return found


def _between(model: type[Any], query: Query) -> Iterable[ColumnElement[bool]]:
    for name, (lowest, highest) in query.between.items():
        column = getattr(model, name)
        if lowest is not None:
            yield column >= lowest
        if highest is not None:
            yield column <= highest


def narrowed(model: type[Any], ids: Any) -> ColumnElement[bool]:
    """The rows with these ids, where they are few: read one by one, in the order of their ids, instead of looking
    at every row of the table. Where they are many the rows that are wanted come soon anyway."""
    some = ids.limit(_FEW + 1).subquery()
    number = db.session.scalar(select(func.count()).select_from(some)) or 0
    found: ColumnElement[bool] = model.id.in_(select(ids.subquery().c.id)) if number <= _FEW else true()
    return found


def by_index(model: type[Any], asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition, in a form by which SQLite uses its index where few rows fulfil it: without histograms it
    would walk through the table in the order of the list, however far away they are."""
    if db.engine.dialect.name != "sqlite":
        return asked
    return and_(narrowed(model, select(model.id).where(asked)), asked)


def _in_unit(model: type[Any], unit_id: int) -> ColumnElement[bool]:
    # Looked up first: units are few, and the whole department is no condition at all. A subquery would leave
    # the planner to guess how much of the ledger it lets through.
    below = db.session.execute(
        select(Unit.id, Unit.parent_id).where(or_(Unit.id == unit_id, Unit.path.contains(f"/{unit_id}/")))
    ).all()
    if any(row.id == unit_id and row.parent_id is None for row in below):
        return true()
    return by_index(model, model.unit_id.in_([row.id for row in below]))


def _matches(case_type: str, word: str) -> ColumnElement[bool]:
    model = MODELS[case_type]
    units = list(db.session.scalars(select(Unit.id).where(Unit.name.contains(word, autoescape=True))))
    if case_type in PLAIN_TEXTS:
        texts = [getattr(model, name).contains(word, autoescape=True) for name in PLAIN_TEXTS[case_type]]
        return or_(*texts, model.unit_id.in_(units))
    texts_match = search.matches(model, word)
    if not units:
        return texts_match
    # As a union each half asks its own index; an OR over both would read the whole table on PostgreSQL.
    either = union(select(model.id).where(texts_match), select(model.id).where(model.unit_id.in_(units)))
    found: ColumnElement[bool] = model.id.in_(select(either.subquery().c.id))
    return found


def _running(case_type: str) -> ColumnElement[bool]:
    model = MODELS[case_type]
    found: ColumnElement[bool] = model.state.not_in(OVER[case_type])
    # Closed issues are most of a ledger; that a day is not set is what an index finds.
    return and_(Issue.closed_on.is_(None), found) if model is Issue else found


def _late(case_type: str) -> ColumnElement[bool]:
    model, mark = MODELS[case_type], late_before(clock.today())
    due = getattr(model, DUE[case_type])
    past = or_(
        and_(due.is_not(None), due < mark), and_(model.step_due_on.is_not(None), model.step_due_on < mark)
    )
    return and_(_running(case_type), past)


# --- what is true or false of a case and stands in no column ---------------------------------------


def _late_on_original(case_type: str) -> ColumnElement[bool]:
    # Whatever was granted since does not count (domain 3.5).
    first = Issue.first_due
    return and_(_running(case_type), first.is_not(None), first < late_before(clock.today()))


def _in_time(_: str) -> ColumnElement[bool]:
    # 按期整改 is judged by the original date (domain 7.1, R4).
    return and_(Issue.closed_on.is_not(None), Issue.closed_on <= _original())


def _too_late(_: str) -> ColumnElement[bool]:
    return and_(Issue.closed_on.is_not(None), Issue.closed_on > _original())


def _original() -> ColumnElement[Any]:
    return func.coalesce(Issue.due_original, Issue.due_on)


def _reopened(_: str) -> ColumnElement[bool]:
    return by_index(Issue, Issue.reopen_count > 0)


def _never_reopened(_: str) -> ColumnElement[bool]:
    return Issue.reopen_count == 0


_Condition = Callable[[str], ColumnElement[bool]]
# What holds and what does not: an issue that is still open was closed neither in time nor too late.
HOLDS: Mapping[str, tuple[_Condition, _Condition]] = {
    "overdue_original": (_late_on_original, lambda case_type: ~_late_on_original(case_type)),
    "closed_in_time": (_in_time, _too_late),
    "reopened": (_reopened, _never_reopened),
}


def _holds(case_type: str, name: str, wanted: bool) -> ColumnElement[bool]:
    return HOLDS[name][0 if wanted else 1](case_type)


# --- what hangs on another case --------------------------------------------------------------------


def _linked(actor: Actor, case_type: str, name: str, value: int) -> ColumnElement[bool]:
    model = MODELS[case_type]
    if case_type == "self_check":
        # Who may not see the issue does not learn from the filter that his task came from it.
        return SelfCheck.origin_id.in_(select(Issue.id).where(Issue.id == value, visible(actor, "issue")))
    if name == "issue" and hasattr(model, "issues"):
        return model.issues.any(Issue.id == value)  # type: ignore[no-any-return]
    if case_type == "issue" and name == "risk_point":
        return Issue.risk_points.any(RiskPoint.id == value)
    return getattr(model, f"{name}_id") == value  # type: ignore[no-any-return]
