"""举一反三: from an issue a self-check task to every unit with the same kind of risk point, and its answer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Issue, RiskPoint, SelfCheck, Unit
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import attachments, audit, cases, ledgers, numbers, rules
from riskctl.services.facts import COMMON
from riskctl.services.kinds import CaseKind, Move
from riskctl.services.workdays import add_workdays
from riskctl.workflows.issue import ISSUE
from riskctl.workflows.risk_point import IN_LEDGER
from riskctl.workflows.self_check import SELF_CHECK

# An issue that is not issued yet, or was handed over, teaches nobody anything.
_TOO_EARLY = frozenset({"draft", "verifying", "void", "transferred"})


def may_send(actor: Actor, issue: Issue) -> bool:
    """Whether the actor may ask other units from this issue now."""
    return issue.state not in _TOO_EARLY and allowed(actor, Permission.SELF_CHECK_SEND, issue.unit_id)


def units_for(actor: Actor, issue: Issue) -> Sequence[Unit]:
    """The units that the actor may ask: every 处室 and 直属单位, or for a unit's 纪委 its own 科室; never
    the one in which the problem was."""
    reach = actor.units(Permission.SELF_CHECK_SEND)
    kinds = ("department", "affiliated") if reach is None or _reaches_all(reach) else ("section",)
    query = select(Unit).where(Unit.kind.in_(kinds), Unit.id.not_in(issue.unit.ancestor_ids))
    if reach is not None:
        query = query.where(Unit.id.in_(reach))
    found = db.session.scalars(query.order_by(Unit.kind.desc(), Unit.id))
    return [unit for unit in found if unit.id != issue.section_id]


def _reaches_all(reach: frozenset[int]) -> bool:
    root = select(Unit.id).where(Unit.parent_id.is_(None), Unit.kind == "organ")
    return db.session.scalar(root) in reach


def same_kind(issue: Issue, units: Sequence[Unit]) -> list[int]:
    """Ids of those of the units that have a point in the ledger of the same category and power type as one
    of the issue's."""
    kinds = {(point.category, point.power_type) for point in issue.risk_points if point.category}
    if not kinds:
        return []
    alike = or_(
        *(
            and_(RiskPoint.category == category, RiskPoint.power_type.is_not_distinct_from(power_type))
            for category, power_type in kinds
        )
    )
    query = select(Unit.path).join(RiskPoint, RiskPoint.unit_id == Unit.id)
    paths = db.session.scalars(query.where(RiskPoint.state.in_(IN_LEDGER), alike).distinct())
    having = {int(part) for path in paths for part in path.split("/") if part}
    return [unit.id for unit in units if unit.id in having]


def answer_default() -> date:
    """The day by which a task sent today is ordinarily answered."""
    return add_workdays(clock.today(), rules.value("self_check_term")).on


def send(actor: Actor, issue_id: int, data: Mapping[str, Any]) -> list[SelfCheck]:
    """One task for each unit of `unit_ids`, in the words of `title` and `content`, to be answered by
    `answer_due`; raises NotFound, NotAllowed, or InvalidInput that names the field. Commits."""
    issue: Issue = ledgers.get(actor, "issue", issue_id)
    if not may_send(actor, issue):
        raise NotAllowed("举一反三由机关纪委，或单位纪委在本单位内，对已交办的问题发起", code="no_permission")
    due = data.get("answer_due") or answer_default()
    units = _asked(actor, issue, data["unit_ids"])
    if due < clock.today():
        raise InvalidInput("反馈期限不能早于今天", field="answer_due", code="past")
    if data["content"].strip() == issue.verbatim.strip():
        raise InvalidInput(
            "自查要求须另行表述，不得照抄原问题：收到任务的单位不应知道原问题",
            field="content",
            code="verbatim",
        )
    year = clock.today().year
    first = numbers.next_in(f"ZC-{year}", len(units))
    tasks = [
        SelfCheck(
            code=f"ZC-{year}-{first + n:04d}", state=SELF_CHECK.initial, unit_id=unit.id, origin_id=issue.id,
            title=data["title"], content=data["content"], answer_due=due, created_by_id=actor.user_id, acted={"create": [actor.user_id]},
            by_unit=unit.kind == "section",
        )
        for n, unit in enumerate(units)
    ]  # fmt: skip
    for task in tasks:
        cases.time_step(task, clock.today(), fixed=due)
    db.session.add_all(tasks)
    db.session.flush()
    audit.append_founding(tasks, trigger="create", actor_id=actor.user_id)
    db.session.commit()
    return tasks


def create(actor: Actor, data: Mapping[str, Any]) -> SelfCheck:
    """One task for one unit (`unit_id`) from the issue `origin_id`."""
    rest = {name: value for name, value in data.items() if name not in ("origin_id", "unit_id")}
    return send(actor, data["origin_id"], {**rest, "unit_ids": [data["unit_id"]]})[0]


def _asked(actor: Actor, issue: Issue, ids: Sequence[int]) -> list[Unit]:
    known = {unit.id: unit for unit in units_for(actor, issue)}
    if not ids:
        raise InvalidInput("至少选一个单位", field="unit_ids", code="required")
    if strange := set(ids) - set(known):
        raise InvalidInput(
            "其中有不能下发的单位：本问题所在单位，或不在您职责范围内", field="unit_ids", code="unknown_unit",
            details={"unit_ids": sorted(strange)},
        )  # fmt: skip
    running = select(SelfCheck.unit_id).where(
        SelfCheck.origin_id == issue.id, SelfCheck.unit_id.in_(ids), SelfCheck.state != "withdrawn"
    )
    if twice := [known[unit_id].name for unit_id in db.session.scalars(running)]:
        raise InvalidInput(f"已下发过：{'、'.join(twice)}", field="unit_ids", code="twice")
    return [known[unit_id] for unit_id in dict.fromkeys(ids)]


def progress(issue: Issue) -> dict[str, int]:
    """How many units were asked about an issue, how many have answered, how many found the same kind."""
    asked = and_(SelfCheck.origin_id == issue.id, SelfCheck.state != "withdrawn")
    answered = SelfCheck.state.in_(("answered", "accepted"))
    query = select(
        func.count(SelfCheck.id),
        func.count(SelfCheck.id).filter(answered),
        func.count(SelfCheck.id).filter(answered, SelfCheck.finding == "found"),
    ).where(asked)
    return dict(zip(("asked", "answered", "found"), db.session.execute(query).one(), strict=True))


def _answered(move: Move) -> None:
    """Who found the same kind of problem has it on the ledger at once, as a draft filled in from the answer."""
    task = move.record
    if task.finding != "found" or task.found_issue_id is not None:
        return
    unit = db.session.get_one(Unit, task.unit_id)
    issue = Issue(
        unit_id=unit.id, source="bulletin", source_doc=f"举一反三自查 {task.code}", title=f"自查发现：{task.title}"[:200],
        verbatim=task.answer, found_on=move.today, domain=task.origin.domain, code=numbers.case_codes("WT", unit)[0],
        state=ISSUE.initial, created_by_id=move.actor.user_id, acted={"create": [move.actor.user_id]},
    )  # fmt: skip
    cases.start(issue, rules.value("issue_terms")["draft"])
    db.session.add(issue)
    db.session.flush()  # no CHECK of the task waits for its move
    audit.append(issue, trigger="create", actor_id=move.actor.user_id, before=None, from_state=None)
    attachments.link(move.data.get("evidence", ()), issue, purpose="self_check")
    task.found_issue_id = issue.id


def _due_in(task: SelfCheck) -> date | None:
    return task.answer_due if task.state == "asked" else None


KIND = CaseKind(
    model=SelfCheck,
    workflow=SELF_CHECK,
    effects={"answer": _answered},
    follow_ups={},
    facts=COMMON,
    due_in=_due_in,
)
