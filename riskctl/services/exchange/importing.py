"""Carrying a plan out, in one transaction; drafts, points in force, 补录, change proposals."""

import io
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import xlsxwriter
from sqlalchemy import select, update

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Case, ChangeProposal, ColumnMapping, Issue, RiskPoint, Unit
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, bulk, check_cycles, grading, numbers, organization
from riskctl.services.exchange import columns
from riskctl.services.exchange.planning import CHANGED, COLUMNS, NEW, REFUSED, SAME, Plan, PlannedRow
from riskctl.services.risk_point_changes import next_review

_AT_ONCE = 500
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Outcome:
    """What an import did."""

    read: int
    created: int
    unchanged: int
    changed: int
    refused: int


def wait_for_others() -> None:
    """Call before planning what will be written: imports go one after the other, or two of the same file would
    both find its rows missing. Holds until the transaction ends."""
    query = select(Unit.id).where(Unit.parent_id.is_(None)).with_for_update(key_share=True)
    db.session.execute(query)


def carry_out(
    actor: Actor,
    plan: Plan,
    *,
    draft: bool = False,
    skip_bad_rows: bool = False,
    progress: Progress = lambda done: None,
) -> Outcome:
    """`write` the plan and commit."""
    outcome = write(actor, plan, draft=draft, skip_bad_rows=skip_bad_rows, progress=progress)
    db.session.commit()
    return outcome


def write(
    actor: Actor, plan: Plan, *, draft: bool, skip_bad_rows: bool, progress: Progress = lambda done: None
) -> Outcome:
    """Write the plan, all or nothing; raises InvalidInput when rows are refused and the user did not say to
    skip them. `progress` hears of every few hundred rows written. Never commits.

    Rows that 机关纪委 imports are in force at once; rows that a unit imports become drafts.
    """
    if plan.refusals and not skip_bad_rows:
        raise InvalidInput(
            f"有{plan.count(REFUSED)}行不能导入：请改正后重新导入，或选择只导入其余各行", code="bad_rows"
        )
    _refuse_outside(actor, plan)
    fresh = [row for row in plan.rows if row.action == NEW]
    _make_units(actor, plan.base, fresh)
    if plan.ledger == "risk-points":
        in_force = allowed(actor, Permission.RISK_POINT_IMPORT_IN_FORCE, plan.base.id) and not draft
        _make(actor, fresh, partial(_risk_point, in_force=in_force), prefix="LF", progress=progress)
    else:
        _make(actor, fresh, partial(_issue, draft=draft), prefix="WT", progress=progress)
    _propose(actor, [row for row in plan.rows if row.action == CHANGED])
    counts = (plan.count(action) for action in (NEW, SAME, CHANGED, REFUSED))
    return Outcome(len(plan.rows), *counts)


def _refuse_outside(actor: Actor, plan: Plan) -> None:
    permission = Permission.RISK_POINT_IMPORT if plan.ledger == "risk-points" else Permission.ISSUE_IMPORT
    covered = actor.units(permission)
    if covered is None:
        return
    outside = {
        row.unit.name
        for row in plan.rows
        if row.unit and row.unit.id not in covered and row.action != REFUSED
    }
    if any(row.new_unit for row in plan.rows):
        raise NotAllowed("新建单位由机关纪委办理：请改正单位名称，或先请机关纪委建立单位")
    if outside or plan.base.id not in covered:
        raise NotAllowed(f"不能导入到职责范围以外的单位：{'、'.join(sorted(outside)) or plan.base.name}")


def _make_units(actor: Actor, base: Unit, rows: Sequence[PlannedRow]) -> None:
    made: dict[str, Unit] = {}
    if not any(row.new_unit for row in rows):
        return
    kind, prefix = ("affiliated", "N") if base.parent_id is None else ("section", f"{base.code}-")
    taken = set(db.session.scalars(select(Unit.code)))
    free = (code for number in itertools.count(1) if (code := f"{prefix}{number:02d}") not in taken)
    for row in rows:
        if row.new_unit:
            if row.new_unit not in made:
                made[row.new_unit] = organization.add_unit(
                    next(free), row.new_unit[:128], kind, base, actor_id=actor.user_id
                )
            row.unit = made[row.new_unit]


def _make(
    actor: Actor,
    rows: Sequence[PlannedRow],
    maker: Callable[[Actor, PlannedRow, str], Case],
    *,
    prefix: str,
    progress: Progress,
) -> None:
    codes = _codes(rows, prefix)
    for start in range(0, len(rows), _AT_ONCE):
        some = zip(rows[start : start + _AT_ONCE], codes[start : start + _AT_ONCE], strict=True)
        made = [maker(actor, row, code) for row, code in some]
        bulk.insert_cases(made)
        told = [_told(planned.row.fields) for planned in rows[start : start + _AT_ONCE]]
        audit.append_founding(made, trigger="import", actor_id=actor.user_id, data=told)
        progress(len(made))


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    # What the old ledger says of the progress is part of the history, as every later report is.
    return {"note": fields["progress"]} if fields.get("progress") else {}


def _codes(rows: Sequence[PlannedRow], prefix: str) -> list[str]:
    tops: dict[int, Unit] = {}
    wanted: dict[int, int] = {}
    places = []
    for row in rows:
        assert row.unit is not None
        if row.unit.id not in tops:
            tops[row.unit.id] = numbers.top_unit(row.unit)
        top = tops[row.unit.id]
        places.append(top.id)
        wanted[top.id] = wanted.get(top.id, 0) + 1
    by_id = {top.id: top for top in tops.values()}
    series = {i: iter(numbers.case_codes(prefix, by_id[i], n)) for i, n in wanted.items()}
    return [next(series[place]) for place in places]


def _risk_point(actor: Actor, planned: PlannedRow, code: str, *, in_force: bool) -> RiskPoint:
    fields = _storable(planned.row.fields)
    today = clock.today()
    point = RiskPoint(
        **fields, unit_id=_unit_id(planned), code=code, state="active" if in_force else "draft",
        created_by_id=actor.user_id, acted={"create": [actor.user_id]},
    )  # fmt: skip
    grading.compute(point)
    point.measures = fields.get("measures", [])
    if in_force:
        point.approved_on = today
        point.review_due = point.review_due or next_review(today)
        check_cycles.schedule(point, today)
    return point


def _issue(actor: Actor, planned: PlannedRow, code: str, *, draft: bool) -> Issue:
    fields = _storable(planned.row.fields)
    fields.pop("progress", None)
    done, today, due = fields.get("outcome") == "done", clock.today(), fields.get("due_on")
    closed = fields.pop("closed_on", None) or min(due or today, today)
    days = (fields.get("issued_on"), closed if done else due, today)
    found = fields.pop("found_on", None) or min(day for day in days if day)
    state = "closed" if done else "draft" if draft else "rectifying"
    issue = Issue(
        **{"source": "daily", **fields}, unit_id=_unit_id(planned), code=code, state=state, created_by_id=actor.user_id,
        acted={"create": [actor.user_id]}, found_on=found, backfilled=state != "draft", owner_level="department",
        due_original=due, step_due_on=due if state == "rectifying" else None,
        closed_on=max(closed, found) if done else None,
    )  # fmt: skip
    issue.basis = []
    issue.measures = [
        {"owner_post": issue.resp_post or "", "due_on": audit.plain(due), "evidence_required": True,
         "evidence": [], "done_on": audit.plain(issue.closed_on), **measure}
        for measure in fields.get("measures", [])
    ]  # fmt: skip
    return issue


def _unit_id(planned: PlannedRow) -> int:
    assert planned.unit is not None
    return planned.unit.id


def _storable(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _propose(actor: Actor, rows: Sequence[PlannedRow]) -> None:
    """Each changed row becomes a proposal beside its point and takes the place of one not yet decided."""
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        waiting = update(ChangeProposal).where(
            ChangeProposal.risk_point_id.in_([row.record.id for row in some]),
            ChangeProposal.source == "import",
            ChangeProposal.decision.is_(None),
        )
        db.session.execute(waiting.values(decision="superseded", decided_at=clock.now()))
        db.session.add_all(
            ChangeProposal(
                risk_point_id=row.record.id, source="import", kind="change", changes=row.changes,
                proposed_by_id=actor.user_id, reason="再次导入的台账与现有内容不一致",
            )
            for row in some
        )  # fmt: skip
        audit.append_many([_proposed(actor, row) for row in some])
    db.session.flush()


def _proposed(actor: Actor, row: PlannedRow) -> audit.Entry:
    states = (row.record.state, row.record.state)
    return audit.Entry(row.record, "propose_import", actor.user_id, {}, states, {"changes": row.changes})


def remember(unit: Unit, ledger: str, mapping: Mapping[str, str | None]) -> None:
    """Keep what the user made of headers, for the unit's next import; what our own dictionary says of them is
    not kept, since a later version may know better. No commit."""
    for header, name in mapping.items():
        row = db.session.get(ColumnMapping, (unit.id, ledger, header[:128]))
        if row is not None:
            row.field = name
        elif name != columns.field_of(header, COLUMNS[ledger]):
            db.session.add(ColumnMapping(unit_id=unit.id, ledger=ledger, header=header[:128], field=name))


def refused_workbook(plan: Plan) -> bytes:
    """The refused rows as they stood, with the reason in a last column; nothing in it acts as a formula."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(
        output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("未导入的行")
    refused = [planned for planned in plan.rows if planned.row.refusals]
    headers = list(dict.fromkeys(header for planned in refused for header in planned.row.cells))
    for column, header in enumerate([*headers, "工作表", "原行号", "不能导入的原因"]):
        sheet.write_string(0, column, header)
    for number, planned in enumerate(refused, 1):
        row = planned.row
        reasons = "；".join(f"{refusal.column}：{refusal.reason}" for refusal in row.refusals)
        cells = [row.cells.get(header, "") for header in headers]
        for column, text in enumerate([*cells, row.sheet, str(row.number), reasons]):
            sheet.write_string(number, column, text[:32000])
    book.close()
    return output.getvalue()
