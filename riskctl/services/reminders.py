"""到期提醒和逾期升级: who is told of a deadline and when (domain 8), each stage of each spell once.

A stage is the day on which so many working days are left, or over. Cases are found by their day, with an
index, so that a round costs what is due and not what exists. After days without a worker each case gets one
message, of the stage that it has reached. On days off nobody is told anything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Case, Issue, Reminder
from riskctl.permissions import Role
from riskctl.services import marks, messages, rules, supervision
from riskctl.services.duties import Roster
from riskctl.services.messages import Telling
from riskctl.services.once import insert_all_new
from riskctl.services.stages import Stages, official_day
from riskctl.services.transitions import KINDS, awaited_step
from riskctl.services.workdays import is_workday, roll, workdays_between

_MARK = "reminders"
_BATCH = 200
# Older stages than these are history, not news.
_LONGEST_GAP = timedelta(days=92)
# While it waits for the responsible unit, an issue that runs late climbs (domain 8); a case on the desk of
# those who check it only reminds them.
UNITS_TURN = ("issued", "planning", "rectifying", "sustaining")
# Who is told from each stage of the ladder on, beside those on whom the step falls.
_LADDER = ((Role.DEPT_HEAD,), (Role.UNIT_DISCIPLINE,), (Role.LEADER,), (Role.OFFICE,))
_LETTER = 2


@dataclass(frozen=True)
class _Due:
    """Days that reached a stage, and the moment before which a case must have entered its state: what
    arrived after that was never at the boundary."""

    stage: int
    days: list[date]
    before: datetime


def remind(at: datetime) -> int:
    """One round: how many cases were reminded of."""
    today = clock.local(at).date()
    if not is_workday(today):
        return 0
    done = sum(_of_kind(case_type, groups) for groups in [_due(today)] for case_type in KINDS)
    marks.advance(_MARK, at)
    return done


def _due(today: date) -> list[_Due]:
    last = marks.day_of(_MARK) or today
    since = max(min(last, today), today - _LONGEST_GAP) - timedelta(days=1)
    stages = Stages(rules.value("reminder_days"), _late_stages())
    groups: dict[tuple[int, date], list[date]] = {}
    for day in stages.window(since, today):
        reached = stages.reached(day, since, today)
        if reached:
            groups.setdefault(reached, []).append(day)
    return [
        _Due(stage, days, clock.from_local(datetime.combine(boundary + timedelta(days=1), time())))
        for (stage, boundary), days in groups.items()
    ]


def _late_stages() -> list[int]:
    ladder: list[int] = rules.value("overdue_ladder")
    return [*ladder, ladder[-1] + 1]  # the day after the last rung is the first red one (domain 3.6)


def _of_kind(case_type: str, groups: Sequence[_Due]) -> int:
    done = 0
    while batch := _batch(case_type, groups):
        done += _remind_of(case_type, batch)
        db.session.commit()
    return done


def _batch(case_type: str, groups: Sequence[_Due]) -> list[tuple[Any, int]]:
    """The next cases to remind of, each with its stage."""
    model = KINDS[case_type].model
    stage_of = {day: group.stage for group in groups for day in group.days}
    if not stage_of:
        return []
    conditions = [_reached(case_type, model, group) for group in groups]
    query = select(model).where(or_(*conditions)).order_by(model.id).limit(_BATCH)
    records = db.session.scalars(query.options(joinedload(model.unit)))
    return [(record, stage_of[record.step_due_on]) for record in records]


def _reached(case_type: str, model: Any, group: _Due) -> ColumnElement[bool]:
    told = exists().where(
        Reminder.case_type == case_type, Reminder.case_id == model.id, Reminder.since == model.state_since,
        Reminder.due_on == model.step_due_on, Reminder.stage == group.stage,
    )  # fmt: skip
    return and_(model.step_due_on.in_(group.days), model.state_since < group.before, ~told)


def _remind_of(case_type: str, batch: Sequence[tuple[Any, int]]) -> int:
    rows = [
        {
            "case_type": case_type, "case_id": record.id, "since": record.state_since,
            "due_on": record.step_due_on, "stage": stage, "at": clock.now(),
        }
        for record, stage in batch
    ]  # fmt: skip
    # What another machine has taken in this moment is not ours to tell.
    mine = set(insert_all_new(Reminder, rows, "case_id"))
    ours = [(record, stage) for record, stage in batch if record.id in mine]
    messages.post_all(telling for record, stage in ours for telling in _tellings(record, stage))
    for record, stage in ours:
        _act_on(record, stage)
    return len(ours)


def _tellings(record: Case, stage: int) -> Iterator[Telling]:
    roster = Roster(record)
    step = awaited_step(record, roster)
    if step is None or KINDS[record.CASE_TYPE].carried(record):
        return
    mine = {holder.user_id for holder in roster.assignees(step)}
    above: set[int] = set()
    if record.CASE_TYPE == "issue" and record.state in UNITS_TURN:
        if stage >= 0:
            mine |= {holder.user_id for holder in roster.with_roles((Role.POST,))}
        else:
            above = {holder.user_id for holder in roster.with_roles(_told_above(roster, stage))} - mine
    key = f"due/{record.CASE_TYPE}/{record.id}/{spell_of(record)}/{stage}"
    about, due = (record.CASE_TYPE, record.id), record.step_due_on
    assert due is not None
    thing = "整改事项" if record.CASE_TYPE == "issue" else "待办事项"
    yield Telling(sorted(mine), key, f"您有1件{_said(thing, due)}", about, due)
    yield Telling(sorted(above), key, f"您负责的范围内有1件{_said(thing, due)}", about, due)


def _told_above(roster: Roster, stage: int) -> list[Role]:
    rungs = [n for n, late in enumerate(_late_stages()) if -stage >= late]
    roles = [role for roles in _LADDER[: len(rungs)] for role in roles]
    # A 处室 has no 纪委 of its own: its branch's 纪检委员 stands there (contract 2).
    in_department = roster.in_department
    return [Role.COMMISSIONER if r == Role.UNIT_DISCIPLINE and in_department else r for r in roles]


def _said(thing: str, due: date) -> str:
    left = workdays_between(clock.today(), roll(due).on)
    if left < 0:
        return f"{thing}已逾期{-left}个工作日"
    if left == 0:
        return f"{thing}今天到期"
    return f"{thing}将于{official_day(due)}到期，还有{left}个工作日"


def spell_of(record: Case) -> str:
    """What tells this spell of a case from the next: since when it stands where it is, and until when."""
    return f"{record.state_since:%Y%m%dT%H%M%S%f}/{record.step_due_on}"


def _act_on(record: Case, stage: int) -> None:
    """What the system prepares for people when an issue runs late (domain 3.6)."""
    if not isinstance(record, Issue) or record.state not in UNITS_TURN:
        return
    if -stage >= _late_stages()[_LETTER]:
        supervision.draft(record, spell_of(record))
