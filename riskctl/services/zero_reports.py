"""零报告: every quarter each 处室 and 直属单位 says what is new, also when nothing is (domain 3.7).

Opened on the first day after the quarter's end, since only then nothing more can come; due some working days
later. Who has not answered is reminded, and 机关纪委 sees who that is.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.extensions import db
from riskctl.models import Unit, ZeroReport
from riskctl.permissions import GRANTS, Actor, Permission, allowed
from riskctl.services import audit, marks, messages, once, rules
from riskctl.services.directory import directory
from riskctl.services.messages import Telling
from riskctl.services.once import insert_new
from riskctl.services.stages import Stages, official_day
from riskctl.services.workdays import add_workdays, is_workday
from riskctl.workflows import dictionaries as words

_KINDS = ("department", "affiliated")
# A worker that was down over the quarter's end still opens them; one that is new opens none of long ago.
_OPENED_WITHIN = timedelta(days=30)
_STAGES = Stages((1, 0), (1, 3, 5))
_MARK = "zero_reports"
_MOST_NEW = 9999


def quarter_before(day: date) -> tuple[str, date]:
    """The last quarter that has ended, such as 2026Q4, and the first day after it."""
    start = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    last = start - timedelta(days=1)
    return f"{last.year}Q{(last.month - 1) // 3 + 1}", start


def label(quarter: str) -> str:
    """2026年第4季度."""
    return f"{quarter[:4]}年第{quarter[-1]}季度"


def run(at: datetime) -> int:
    """One round: open the reports of a quarter that has ended, remind of those that nobody has answered."""
    today = clock.local(at).date()
    return _open(today) + _remind(at, today)


def _open(today: date) -> int:
    quarter, start = quarter_before(today)
    if today - start > _OPENED_WITHIN or not once.claim(f"zero/{quarter}"):
        db.session.rollback()
        return 0
    due = add_workdays(today - timedelta(days=1), rules.value("zero_report_days")).on
    units = db.session.scalars(select(Unit.id).where(Unit.kind.in_(_KINDS)).order_by(Unit.id)).all()
    for unit_id in units:
        values = {"unit_id": unit_id, "quarter": quarter, "due_on": due, "opened_at": clock.now(), "count": 0}
        insert_new(ZeroReport, values)
    _tell(
        _unanswered(quarter), f"zero/{quarter}", f"请于{official_day(due)}前报送{label(quarter)}零报告", due
    )
    db.session.commit()
    return len(units)


def _remind(at: datetime, today: date) -> int:
    if not is_workday(today):
        return 0
    quarter, _ = quarter_before(today)
    last = min(marks.day_of(_MARK) or today, today) - timedelta(days=1)
    told = 0
    for report_due in db.session.scalars(
        select(ZeroReport.due_on).where(ZeroReport.quarter == quarter).distinct()
    ).all():
        reached = _STAGES.reached(report_due, last, today)
        if reached:
            day = official_day(report_due)
            text = (
                f"{label(quarter)}零报告须于{day}前报送"
                if reached[0] >= 0
                else f"{label(quarter)}零报告已逾期（应于{day}前报送）"
            )
            told += _tell(_unanswered(quarter), f"zero/{quarter}/{reached[0]}", text, report_due)
    marks.advance(_MARK, at)
    return told


def _unanswered(quarter: str) -> Sequence[ZeroReport]:
    query = select(ZeroReport).where(ZeroReport.quarter == quarter, ZeroReport.answered_at.is_(None))
    return db.session.scalars(query.options(joinedload(ZeroReport.unit)).order_by(ZeroReport.id)).all()


def _tell(reports: Sequence[ZeroReport], key: str, text: str, due: date) -> int:
    roles = GRANTS[Permission.ZERO_REPORT_ANSWER]
    people = {
        holder.user_id
        for report in reports
        for holder in directory().holders(report.unit)
        if holder.role in roles
    }
    return messages.post_all([Telling(sorted(people), key, text, due_on=due)])


def listing(actor: Actor, quarter: str) -> Sequence[ZeroReport]:
    """The reports of the quarter over the actor's units, those without an answer first."""
    units = actor.units(Permission.CASE_VIEW)
    query = select(ZeroReport).where(ZeroReport.quarter == quarter).options(joinedload(ZeroReport.unit))
    if units is not None:
        query = query.where(ZeroReport.unit_id.in_(units))
    return db.session.scalars(query.order_by(ZeroReport.answered_at.is_not(None), ZeroReport.unit_id)).all()


def quarters() -> list[str]:
    """The quarters that were asked for, the latest first."""
    return list(db.session.scalars(select(ZeroReport.quarter).distinct().order_by(ZeroReport.quarter.desc())))


def open_for(actor: Actor) -> int:
    """How many reports wait for the actor's answer."""
    units = actor.units(Permission.ZERO_REPORT_ANSWER)
    query = select(func.count()).select_from(ZeroReport).where(ZeroReport.answered_at.is_(None))
    if units is not None:
        query = query.where(ZeroReport.unit_id.in_(units))
    return db.session.scalar(query) or 0


def may_answer(actor: Actor, report: ZeroReport) -> bool:
    """Whether the answer is the actor's to give: 部门负责人, 纪检委员 or 单位纪委 of the unit."""
    return report.answered_at is None and allowed(actor, Permission.ZERO_REPORT_ANSWER, report.unit_id)


def answer(actor: Actor, report_id: int, answer: str, count: int = 0) -> ZeroReport:
    """Say once what is new; raises NotFound, NotAllowed, InvalidInput, or RuleBroken when it was said. Commits."""
    query = select(ZeroReport).where(ZeroReport.id == report_id).with_for_update()
    report = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if report is None or not allowed(actor, Permission.CASE_VIEW, report.unit_id):
        raise NotFound("没有这份零报告，或不在您的查看范围内")
    if not allowed(actor, Permission.ZERO_REPORT_ANSWER, report.unit_id):
        raise NotAllowed("零报告由本单位部门负责人或纪检委员报送", code="no_permission")
    if report.answered_at is not None:
        raise RuleBroken([], "本季度零报告已经报送")
    if answer not in words.ZERO_ANSWERS:
        raise InvalidInput("请选择本季度有无新增", field="answer", code="unknown_choice")
    if not (1 <= count <= _MOST_NEW if answer == "has" else count == 0):
        raise InvalidInput("有新增的须填写件数，无新增的件数为0", field="count", code="count")
    report.answer, report.count = answer, count
    report.answered_by_id, report.answered_at = actor.user_id, clock.now()
    audit.append_for(
        "zero_report", report.id, "answer_zero_report", actor_id=actor.user_id,
        changes={"fields": {"answer": [None, answer], "count": [None, count]}, "data": {"quarter": report.quarter}},
    )  # fmt: skip
    db.session.commit()
    return report
