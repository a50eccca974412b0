"""绿 蓝 黄 橙 红: computed, never stored. The rows stand in `workflows/colours.py`; here SQL and Python read them.

A running 人工定色 shows in place of the computed colour, in lists and on the record alike.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, literal, null, or_, select, true

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Case, ColourOverride, Issue
from riskctl.services.workdays import add_workdays, is_workday, worked_day_back
from riskctl.workflows import colours as table
from riskctl.workflows.colours import ORDER, Condition, Marks, Row

# On the original date: whatever was granted since does not count (domain 3.5).
ORIGINAL = {"due_on": "first_due"}


def marks() -> Marks:
    """Today's boundaries in working days, counted once as long as the calendar stands: a list of fifty asks
    fifty times."""
    info, today = db.session().info, clock.today()
    is_workday(today)  # reads the calendar, where it has to be read anew
    known = info.get("colour_marks")
    if known is None or known[0] is not info["calendar"] or known[1] != today:
        known = info["colour_marks"] = (info["calendar"], today, marks_on(today))
    found: Marks = known[2]
    return found


def marks_on(today: date) -> Marks:
    """The boundaries in working days as they lie on a day, by the calendar that is known now."""
    # Each the day after the last one that still counts, so that what falls on a day off behind it counts as
    # the next working day (domain 8).
    last = {
        table.LATE: worked_day_back(today, 2),
        table.VERY_LATE: worked_day_back(today, 12),
        table.IN_ONE: worked_day_back(today, 1),
        table.IN_FIVE: add_workdays(today, 5).on,
        table.IN_TEN: add_workdays(today, 10).on,
    }
    return {mark: day + timedelta(days=1) for mark, day in last.items()}


# --- one record -----------------------------------------------------------------------------------


def computed(record: Case) -> Row | None:
    """The row of the table that gives the record its colour today; None where nothing runs any more."""
    return table.worst(record, marks())


def colour_of(record: Case) -> str | None:
    """The colour that shows today: the manual one while it runs, else the computed one."""
    row = computed(record)
    manual = override_of(record) if row else None
    return manual.colour if manual else row.colour if row else None


def override_of(record: Case) -> ColourOverride | None:
    """The manual colour that shows today."""
    running = record.not_lifted
    return running if running is not None and running.runs_on(clock.today()) else None


def original_of(issue: Issue) -> str | None:
    """The colour as if no later date had ever been granted."""
    row = table.worst(issue, marks(), instead=ORIGINAL)
    return row.colour if row else None


# --- lists ----------------------------------------------------------------------------------------


def shown(model: type[Any]) -> ColumnElement[str | None]:
    """`colour_of` as an expression over the kind's table."""
    manual = [(model.id.in_(_overridden(model, (colour,))), literal(colour)) for colour in ORDER[::-1]]
    return case((~running(model), null()), *manual, *_computed(model), else_=null())


def is_one_of(model: type[Any], colours: Collection[str]) -> ColumnElement[bool]:
    """Whether a row shows one of these colours. Says first what each of these needs, which indexes know, so
    that closed cases and those far from any day are not even looked at."""
    rows = [row for row in table.table_of(model.CASE_TYPE).rows if row.colour in colours]
    possible = or_(*(_holds(model, row) for row in rows), model.id.in_(_overridden(model, colours)))
    return and_(running(model), possible, shown(model).in_(colours))


def may_be_one_of(
    case_type: str, colours: Collection[str], column: Callable[[str], Any], marks: Marks
) -> ColumnElement[bool]:
    """Whether a row kept elsewhere fulfils a row of the table of these colours by the boundaries of its day. Wider
    than the truth: a worse one may hold as well."""
    rows = [row for row in table.table_of(case_type).rows if row.colour in colours]
    return or_(
        false(), *(and_(true(), *(_condition(column(c.field), c, marks) for c in r.conditions)) for r in rows)
    )


def on_original(model: type[Issue]) -> ColumnElement[str | None]:
    """`original_of` as an expression."""
    return case((~running(model), null()), *_computed(model, ORIGINAL), else_=null())


def running(model: type[Any]) -> ColumnElement[bool]:
    """Whether a row has a colour at all."""
    states = table.table_of(model.CASE_TYPE).running
    found: ColumnElement[bool] = true() if states is None else model.state.in_(states)
    # Closed issues are most of a ledger. Their day says it again, because its index leads past them whatever
    # the planner believes of the states.
    return and_(Issue.closed_on.is_(None), found) if model is Issue else found


def _computed(model: type[Any], instead: dict[str, str] | None = None) -> Iterable[Any]:
    for row in table.table_of(model.CASE_TYPE).rows:
        yield _holds(model, row, instead), literal(row.colour)


def _holds(model: type[Any], row: Row, instead: dict[str, str] | None = None) -> ColumnElement[bool]:
    names = instead or {}
    columns = [(getattr(model, names.get(c.field, c.field)), c) for c in row.conditions]
    return and_(true(), *(_condition(column, c) for column, c in columns))


def _condition(column: Any, condition: Condition, bounds: Marks | None = None) -> ColumnElement[bool]:
    built: dict[str, Any] = {
        "before": lambda: column < (bounds or marks())[condition.bound],
        "below": lambda: column < condition.bound,
        "at_least": lambda: column >= condition.bound,
        "among": lambda: column.in_(condition.bound),
        "set": lambda: column.is_not(None),
    }
    found: ColumnElement[bool] = built[condition.how]()
    return found


def _overridden(model: type[Any], colours: Collection[str]) -> Any:
    return select(ColourOverride.case_id).where(
        ColourOverride.case_type == model.CASE_TYPE,
        ColourOverride.colour.in_(colours),
        ColourOverride.lifted_at.is_(None),
        ColourOverride.until >= clock.today(),
    )
