"""绿 蓝 黄 橙 红: the table of domain 3.6 as rows, the worst that holds wins.

One definition for both readers: `services/colours.py` turns the same rows into SQL for lists and counts, and
`worst` reads them of one record. That is why a row may only compare stored columns with constants, and the
days between are counted beforehand: `marks` are the boundaries that working days give today.

Which day counts where:
- `due_on`, the term of the whole case, from 交办 until it waits for its closing; before that it binds nobody.
- `step_due_on`, the term of the present step: late with the receipt or the plan is 黄, as the table says; a late
  step of anybody else is 蓝, since the case is behind plan and the unit is not to blame.
- `milestone_due`, the first open measure of the plan, while the unit rectifies.
- 长期坚持 has no term any more: its milestone is the quarter's report (`step_due_on`), its term the yearly
  evaluation (`evaluation_due`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from riskctl.workflows import interview, issue, notice, risk_point

# A day before LATE is past by one working day or more, before VERY_LATE by more than ten; a day before IN_TEN
# leaves at most ten, before IN_FIVE at most five, before IN_ONE none. A day off counts as the next working day.
LATE, VERY_LATE, IN_ONE, IN_FIVE, IN_TEN = "late", "very_late", "in_one", "in_five", "in_ten"
ORDER = ("green", "blue", "yellow", "orange", "red")
Marks = Mapping[str, date]


_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "before": lambda value, mark: bool(value < mark),
    "below": lambda value, bound: bool(value < bound),
    "at_least": lambda value, bound: bool(value >= bound),
    "among": lambda value, bounds: value in bounds,
    "set": lambda value, _: True,
}


@dataclass(frozen=True)
class Condition:
    """One column compared with one constant; `before` names a mark. What is not set fulfils nothing."""

    field: str
    how: str
    bound: Any = None

    def holds(self, value: Any, marks: Marks) -> bool:
        """Whether a value of the column fulfils it."""
        bound = marks[self.bound] if self.how == "before" else self.bound
        return value is not None and _HOLDS[self.how](value, bound)


def before(field: str, mark: str) -> Condition:
    """The day lies before the mark."""
    return Condition(field, "before", mark)


def below(field: str, bound: int) -> Condition:
    """The number is smaller."""
    return Condition(field, "below", bound)


def at_least(field: str, bound: int) -> Condition:
    """The number is as large or larger."""
    return Condition(field, "at_least", bound)


def is_set(field: str) -> Condition:
    """There is a value."""
    return Condition(field, "set")


def among(field: str, *values: Any) -> Condition:
    """The value is one of these."""
    return Condition(field, "among", values)


@dataclass(frozen=True)
class Row:
    """One row of the table: the colour, why in words, and what must hold all at once."""

    colour: str
    why: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Table:
    """The rows of one kind of case, worst first, and the states in which a case runs (None: any)."""

    rows: tuple[Row, ...]
    running: tuple[str, ...] | None = None

    def runs(self, state: str) -> bool:
        """Whether a case in this state has a colour at all."""
        return self.running is None or state in self.running


_DUE = among(
    "state", "issued", "objected", "planning", "plan_review", "rectifying", "unit_check", "inspecting", "publicizing"
)  # fmt: skip
_TERMED = among("state", *issue.ISSUE.terms)
_RECTIFYING = among("state", "rectifying")
_SUSTAINING = among("state", "sustaining")

_ISSUE = (
    Row("red", "逾期超过10个工作日", (_DUE, before("due_on", VERY_LATE))),
    Row("red", "被退回三次", (at_least("return_count", 3),)),
    Row("red", "重新整改两次", (at_least("reopen_count", 2),)),
    Row("red", "发现虚假整改", (is_set("sham_found_on"),)),
    Row("red", "年度评估逾期超过10个工作日", (_SUSTAINING, before("evaluation_due", VERY_LATE))),
    Row("orange", "已逾期", (_DUE, before("due_on", LATE))),
    Row("orange", "被退回两次", (at_least("return_count", 2),)),
    Row("orange", "年度评估已逾期", (_SUSTAINING, before("evaluation_due", LATE))),
    Row("orange", "季度报告逾期超过10个工作日", (_SUSTAINING, before("step_due_on", VERY_LATE))),
    Row("yellow", "剩余不超过5个工作日，进度不足80%", (_DUE, before("due_on", IN_FIVE), below("progress", 80))),
    Row("yellow", "措施超过时限未完成", (_RECTIFYING, before("milestone_due", LATE))),
    Row("yellow", "未按期报送方案", (among("state", "planning"), before("step_due_on", LATE))),
    Row("yellow", "未按期签收", (among("state", "issued"), before("step_due_on", LATE))),
    Row("yellow", "季度报告未按期报送", (_SUSTAINING, before("step_due_on", LATE))),
    Row("blue", "剩余不超过10个工作日", (_DUE, before("due_on", IN_TEN))),
    Row("blue", "本环节超过办理期限", (_TERMED, before("step_due_on", LATE))),
    Row("blue", "进度落后于方案：当日应完成的措施尚未完成", (_RECTIFYING, before("milestone_due", IN_ONE))),
    Row("blue", "距季度报告不超过10个工作日", (_SUSTAINING, before("step_due_on", IN_TEN))),
    Row("blue", "距年度评估不超过10个工作日", (_SUSTAINING, before("evaluation_due", IN_TEN))),
    Row("green", "按计划推进"),
)  # fmt: skip


def _by_day(field: str, what: str, *where: Condition) -> tuple[Row, ...]:
    return (
        Row("red", f"{what}逾期超过10个工作日", (*where, before(field, VERY_LATE))),
        Row("orange", f"{what}已逾期", (*where, before(field, LATE))),
        Row("blue", f"距{what}期限不超过10个工作日", (*where, before(field, IN_TEN))),
    )


def _sorted(*rows: Row) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: -ORDER.index(row.colour)))


_WATCHED = among("state", "active", "warned", "rectifying")
# What turns a risk point yellow beside its warnings stands here: one row for each thing that can be overdue.
_MOVING = among(
    "state", "draft", "unit_review", "grading", "publicizing", "warned", "review", "change_pending"
)
_RISK_POINT = _sorted(
    *_by_day("step_due_on", "本环节", _MOVING),
    Row("yellow", "复核逾期", (_WATCHED, before("review_due", LATE))),
    Row("yellow", "自查逾期", (_WATCHED, before("self_check_due", LATE))),
    Row("yellow", "检查逾期", (_WATCHED, before("inspection_due", LATE))),
    Row("blue", "距复核不超过10个工作日", (_WATCHED, before("review_due", IN_TEN))),
    Row("green", "正常监管"),
)
_INTERVIEW = _sorted(
    *_by_day("step_due_on", "本环节"),
    *_by_day("report_due", "整改报告", among("state", "notified", "held", "signed")),
    Row("green", "按计划进行"),
)
_NOTICE = _sorted(
    *_by_day("step_due_on", "本环节"),
    *_by_day("reply_due", "回复", among("state", "signed", "sealed", "sent", "received"), among("reply_waived", False)),
    Row("green", "按计划办理"),
)  # fmt: skip
# A kind without a table of its own goes by the term of its step, and has no colour where no term runs.
BY_STEP = Table((*_by_day("step_due_on", "本环节"), Row("green", "按期办理", (is_set("step_due_on"),))))


def _but(states: Iterable[str], *over: str) -> tuple[str, ...]:
    # Those in which it runs, not those in which it is over: most cases are over, and no index finds what is not.
    return tuple(state for state in states if state not in over)


TABLES: Mapping[str, Table] = {
    "issue": Table(_ISSUE, _but(issue.STATES, *issue.OVER)),
    "risk_point": Table(_RISK_POINT, _but(risk_point.STATES, "cancelled", "void")),
    "interview": Table(_INTERVIEW, _but(interview.STATES, "archived", "cancelled")),
    "notice": Table(_NOTICE, _but(notice.STATES, "archived", "withdrawn")),
    # A warning has the colour in which it was opened, for ever.
    "warning": Table(tuple(Row(each, "预警等级", (among("colour", each),)) for each in ORDER[::-1])),
}


def table_of(case_type: str) -> Table:
    """The table of a kind of case."""
    return TABLES.get(case_type, BY_STEP)


def worst(record: Any, marks: Marks, *, instead: Mapping[str, str] | None = None) -> Row | None:
    """The worst row that holds of a record; None where nothing runs any more. `instead` reads another column
    in the place of one, as the colour on the original date does."""
    table, names = table_of(record.CASE_TYPE), instead or {}
    if not table.runs(record.state):
        return None
    for row in table.rows:
        if all(c.holds(getattr(record, names.get(c.field, c.field)), marks) for c in row.conditions):
            return row
    return None
