"""Carrying a plan out, in one transaction; drafts, points in force, 补录, change proposals."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import xlsxwriter
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Case, ChangeProposal, ColumnMapping, Issue, RiskPoint, Unit
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, numbers, organization
from riskctl.services.exchange import columns
from riskctl.services.exchange.planning import CHANGED, NEW, REFUSED, SAME, Plan, PlannedRow
from riskctl.services.exchange.rows import Refusal
from riskctl.services.risk_point_effects import next_review
from riskctl.workflows import dictionaries as words

_AT_ONCE = 500


@dataclass(frozen=True)
class Outcome:
    """What an import did."""

    read: int
    created: int
    unchanged: int
    changed: int
    refused: int
    refusals: list[Refusal]


def carry_out(
    actor: Actor,
    plan: Plan,
    *,
    draft: bool = False,
    skip_bad_rows: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Outcome:
    """Write the plan in one transaction; raises InvalidInput when rows are refused and the user did not say
    to skip them. `progress` hears of every few hundred rows written.

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
        maker = partial(_risk_point, in_force=in_force)
        _make(actor, fresh, maker, prefix="LF", progress=progress)
    else:
        _make(actor, fresh, _issue, prefix="WT", progress=progress)
    changed = sum(_propose(actor, row) for row in plan.rows if row.action == CHANGED)
    db.session.commit()
    same = plan.count(SAME) + plan.count(CHANGED) - changed
    return Outcome(len(plan.rows), len(fresh), same, changed, plan.count(REFUSED), plan.refusals)


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
    if outside or not covered or plan.base.id not in covered:
        raise NotAllowed(f"不能导入到职责范围以外的单位：{'、'.join(sorted(outside)) or plan.base.name}")


def _make_units(actor: Actor, base: Unit, rows: Sequence[PlannedRow]) -> None:
    made: dict[str, Unit] = {}
    taken = len(list(db.session.scalars(select(Unit.id).where(Unit.parent_id == base.id))))
    for row in rows:
        if row.new_unit and row.new_unit not in made:
            taken += 1
            kind = "affiliated" if base.parent_id is None else "section"
            made[row.new_unit] = organization.add_unit(
                _free_code(base, taken), row.new_unit[:128], kind, base, actor_id=actor.user_id
            )
        if row.new_unit:
            row.unit = made[row.new_unit]


def _free_code(base: Unit, number: int) -> str:
    prefix = "N" if base.parent_id is None else f"{base.code}-"
    while db.session.scalar(select(Unit.id).where(Unit.code == f"{prefix}{number:02d}")) is not None:
        number += 1
    return f"{prefix}{number:02d}"


def _make(
    actor: Actor,
    rows: Sequence[PlannedRow],
    maker: Callable[[Actor, PlannedRow, str], Case],
    *,
    prefix: str,
    progress: Callable[[int], None],
) -> None:
    codes = _codes(rows, prefix)
    for start in range(0, len(rows), _AT_ONCE):
        some = zip(rows[start : start + _AT_ONCE], codes[start : start + _AT_ONCE], strict=True)
        made = [maker(actor, row, code) for row, code in some]
        db.session.add_all(made)
        db.session.flush()
        audit.append_founding(made, trigger="import", actor_id=actor.user_id)
        progress(len(made))


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
        **fields, unit=planned.unit, code=code, state="active" if in_force else "draft",
        created_by_id=actor.user_id, acted={"create": [actor.user_id]},
        computed_level=words.level_of(fields.get("likelihood"), fields.get("impact")),
    )  # fmt: skip
    point.measures = fields.get("measures", [])
    if in_force:
        point.approved_on = today
        point.review_due = point.review_due or next_review(today)
    return point


def _issue(actor: Actor, planned: PlannedRow, code: str) -> Issue:
    fields = _storable(planned.row.fields)
    fields.pop("progress", None)
    done = fields.get("outcome") == "done"
    today = clock.today()
    found = fields.pop("found_on", None) or fields.get("issued_on") or fields.get("due_on") or today
    closed = fields.pop("closed_on", None) or fields.get("due_on") or today
    issue = Issue(
        **{"source": "daily", **fields}, unit=planned.unit, code=code, state="closed" if done else "rectifying",
        created_by_id=actor.user_id, acted={"create": [actor.user_id]}, found_on=min(found, today), backfilled=True,
        owner_level="department", due_original=fields.get("due_on"), step_due_on=None if done else fields.get("due_on"),
        closed_on=min(closed, today) if done else None,
    )  # fmt: skip
    issue.basis = []
    issue.measures = [
        {"owner_post": issue.resp_post or "", "due_on": audit.plain(issue.due_on), "evidence_required": True,
         "evidence": [], "done_on": audit.plain(issue.closed_on), **measure}
        for measure in fields.get("measures", [])
    ]  # fmt: skip
    return issue


def _storable(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _propose(actor: Actor, planned: PlannedRow) -> bool:
    """A changed row of a risk point becomes a proposal beside it; the same one is not made twice."""
    if not isinstance(planned.record, RiskPoint):
        return False
    point: RiskPoint = planned.record
    earlier = [p for p in point.proposals if p.source == "import" and p.decision in (None, "rejected")]
    if earlier and earlier[-1].changes == planned.changes:
        return False
    for proposal in earlier:
        if proposal.decision is None:
            proposal.decision, proposal.decided_at = "superseded", clock.now()
    proposal = ChangeProposal(
        source="import", kind="change", changes=planned.changes, proposed_by_id=actor.user_id,
        reason="再次导入的台账与现有内容不一致",
    )  # fmt: skip
    point.proposals.append(proposal)
    db.session.flush()
    audit.append(
        point, trigger="propose_import", actor_id=actor.user_id, before=audit.snapshot(point),
        from_state=point.state, data={"changes": planned.changes},
    )  # fmt: skip
    return True


def remember(unit: Unit, ledger: str, mapping: Mapping[str, str | None]) -> None:
    """Keep what the user made of unknown headers, for the unit's next import; no commit."""
    for header, name in mapping.items():
        key = (unit.id, ledger, columns.normalise(header)[:128])
        row = db.session.get(ColumnMapping, key)
        if row is None:
            row = ColumnMapping(unit_id=key[0], ledger=key[1], header=key[2])
            db.session.add(row)
        row.field = name


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
