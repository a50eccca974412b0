"""延期: asking for a later due date, what limits it (domain 3.5), and how an approval moves the issue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.models import Extension, Issue
from riskctl.permissions import Actor
from riskctl.services import audit, cases, deadlines, extension_replies, ledgers, numbers, step_forms
from riskctl.services.duties import Roster
from riskctl.services.facts import COMMON
from riskctl.services.kinds import CaseKind, Move
from riskctl.services.workdays import add_workdays, last_day_before, workdays_between
from riskctl.workflows.extension import EXTENSION, OPEN
from riskctl.workflows.issue import ISSUE


@dataclass(frozen=True)
class Limits:
    """What an issue may still ask for: how many working days at most, until when, and as which time."""

    most: int
    last_day: date
    ordinal: int


def limits(issue: Issue) -> Limits:
    """The limits by the rules of the issue: times, days each time, share of the original term."""
    rule = deadlines.rule_of(issue, "extension")
    start = issue.issued_on or issue.found_on
    granted = list(
        db.session.scalars(
            select(Extension)
            .where(
                Extension.issue_id == issue.id, Extension.state == "approved", Extension.decided_on >= start
            )
            .order_by(Extension.id)
        )
    )
    times, used = len(granted), sum(extension.workdays for extension in granted)
    due = _ordered(issue, granted) or start
    whole = max(0, workdays_between(start, due)) * rule["share"] // 100
    left = min(rule["days"], whole - used) if times < rule["times"] else 0
    return Limits(max(0, left), last_day_before(issue.due_on or due, rule["ahead"]), times + 1)


def _ordered(issue: Issue, granted: list[Extension]) -> date | None:
    """The date that the present order set: 重新整改 orders another than the first, which stays for ever."""
    if issue.reopen_count == 0:
        return issue.due_original or issue.due_on
    return granted[0].due_before if granted else issue.due_on


def objections(issue: Issue) -> list[Reason]:
    """Every reason for which the issue cannot ask now, in words."""
    if issue.state != "rectifying" or issue.due_on is None:
        return [Reason("not_rectifying", "只有整改中的问题可以申请延期")]
    found, rule = limits(issue), deadlines.rule_of(issue, "extension")
    reasons = []
    if code := open_code(issue):
        reasons.append(Reason("open_extension", f"延期申请 {code} 尚未办结"))
    if clock.today() > found.last_day:
        reasons.append(too_late(found.last_day, rule["ahead"]))
    if found.ordinal > rule["times"]:
        reasons.append(Reason("too_often", f"已延期{rule['times']}次，不能再延"))
    elif found.most == 0:
        reasons.append(Reason("used_up", f"累计延期已达原定期限的{rule['share']}%，不能再延"))
    return reasons


def too_late(last_day: date, ahead: int) -> Reason:
    """Said when the last day for asking has passed."""
    day = f"{last_day.year}年{last_day.month}月{last_day.day}日"
    return Reason("too_late", f"须在到期{ahead}个工作日前申请，最迟应于{day}申请")


def open_code(issue: Issue) -> str | None:
    """The code of the issue's open application, if there is one."""
    query = select(Extension.code).where(Extension.issue_id == issue.id, Extension.state.in_(OPEN))
    return db.session.scalars(query).first()


def may_ask(actor: Actor, issue: Issue) -> bool:
    """Whether the actor works on the issue's rectification, and so may prepare an application."""
    return issue.state == "rectifying" and _has(actor, issue, "report_progress")


def _has(actor: Actor, issue: Issue, trigger: str) -> bool:
    holders = Roster(issue).assignees(ISSUE.step(issue, trigger))
    return any(holder.user_id == actor.user_id for holder in holders)


def create(actor: Actor, data: Mapping[str, Any]) -> Extension:
    """Ask for a later due date. What the 部门负责人 asks is asked at once, what the 经办人 prepares waits for him.

    Raises NotFound, NotAllowed, RuleBroken with all reasons, or InvalidInput that names the field.
    """
    issue: Issue = ledgers.get(actor, "issue", data["issue_id"])
    db.session.refresh(issue, with_for_update=True)
    if issue.state == "rectifying" and not may_ask(actor, issue):
        raise NotAllowed("延期由负责整改的岗位申请", code="not_your_duty")
    if reasons := objections(issue):
        raise RuleBroken(reasons)
    assert issue.due_on is not None
    submits = _has(actor, issue, "apply_closure")
    extension = Extension(
        code=numbers.case_codes("YQ", issue.unit)[0],
        state="asked" if submits else EXTENSION.initial,
        created_by_id=actor.user_id,
        acted={trigger: [actor.user_id] for trigger in (("create", "submit") if submits else ("create",))},
        issue=issue,
        unit_id=issue.unit_id,
        unit=issue.unit,
        ordinal=limits(issue).ordinal,
        reason_code=data["reason_code"],
        reason=data["reason"],
        due_before=issue.due_on,
    )
    with db.session.no_autoflush:
        _ask_for(extension, data["workdays"])
        extension.milestones = _milestones(extension, data.get("milestones") or ())
    cases.start(extension, EXTENSION.terms[extension.state])
    db.session.add(extension)
    db.session.flush()
    audit.append(extension, trigger="create", actor_id=actor.user_id, before=None, from_state=None)
    step_forms.begin(actor.user_id, extension, "extension_application")
    db.session.commit()
    return extension


def _ask_for(extension: Extension, workdays: int) -> None:
    most = limits(extension.issue).most
    if not 1 <= workdays <= most:
        raise InvalidInput(f"本次最多可延期{most}个工作日", field="workdays", code="too_long")
    extension.workdays = workdays
    cases.count_due(extension, "due_asked", extension.due_before, workdays)


def _milestones(extension: Extension, given: Any) -> list[dict[str, Any]]:
    """A new date for each measure that is still open; one that none was given for goes with the issue."""
    typed = {item["measure"]: item.get("due_on") for item in given}
    wanted = open_measures(extension.issue)
    if strange := sorted(set(typed) - set(wanted)):
        raise InvalidInput(f"第{strange[0]}项措施不存在或已完成", field="milestones", code="unknown_measure")
    for number, day in typed.items():
        if day and not clock.today() <= day <= extension.due_asked:
            until = f"{extension.due_asked.year}年{extension.due_asked.month}月{extension.due_asked.day}日"
            said = f"第{number}项措施的时限须在今天至{until}之间"
            raise InvalidInput(said, field="milestones", code="milestone")
    return audit.plain([{"measure": number, "due_on": typed.get(number)} for number in wanted])  # type: ignore[no-any-return]


def open_measures(issue: Issue) -> dict[int, str]:
    """The measures that are still to be done: their numbers with their words."""
    return {n: m["text"] for n, m in enumerate(issue.measures, 1) if not m.get("done_on")}


def edit(actor: Actor, extension_id: int, data: Mapping[str, Any], *, version: int) -> Extension:
    """Change an application that was not submitted yet."""
    extension: Extension = cases.load_for_edit(actor, Extension, extension_id, version)
    if not may_ask(actor, extension.issue):
        raise NotAllowed("延期申请由负责整改的岗位修改", code="no_permission")
    fields = dict(data)
    cases.refuse_locked(EXTENSION, extension, fields, correcting=False)
    before = audit.snapshot(extension)
    if (workdays := fields.get("workdays")) is not None:
        _ask_for(extension, workdays)
    for name in ("reason_code", "reason"):
        if name in fields:
            setattr(extension, name, fields[name])
    if audit.snapshot(extension) != before:
        cases.touch(extension)
        db.session.flush()
        audit.append(
            extension, trigger="edit", actor_id=actor.user_id, before=before, from_state=extension.state
        )
    db.session.commit()
    return extension


# --- what the steps do ------------------------------------------------------------------------------


def _approved(move: Move) -> None:
    """The date that is granted: counted from the one that stands now, which a new calendar may have moved."""
    extension: Extension = move.record
    issue = extension.issue
    db.session.refresh(issue, with_for_update=True)
    extension.due_before = issue.due_on or extension.due_before
    extension.due_granted = add_workdays(extension.due_before, extension.workdays).on
    extension.decided_on = move.today


def _decided(move: Move) -> None:
    move.record.decided_on = move.today


def _extended(move: Move) -> None:
    """批准延期 moves the issue's due date and its open measures, and drafts the 延期批复."""
    extension: Extension = move.record
    issue = extension.issue
    before = audit.snapshot(issue)
    due = cases.count_due(issue, "due_on", extension.due_before, extension.workdays)
    issue.measures = _moved(issue, extension, due)
    cases.time_step(issue, move.today, fixed=due)
    cases.touch(issue)
    db.session.flush()
    audit.append(
        issue, trigger="extend", actor_id=move.actor.user_id, before=before, from_state=issue.state,
        data={"extension": extension.code, "reason_code": extension.reason_code},
    )  # fmt: skip
    extension_replies.draft(extension, agreed=True)


def _moved(issue: Issue, extension: Extension, due: date) -> list[dict[str, Any]]:
    days = {item["measure"]: item.get("due_on") or due.isoformat() for item in extension.milestones}
    return [
        {**measure, "due_on": days[n]} if n in days and not measure.get("done_on") else measure
        for n, measure in enumerate(issue.measures, 1)
    ]


def _refused(move: Move) -> None:
    """What was refused by those who decide is answered in writing; a unit's own 纪委 says it in the record."""
    if "check" in move.record.acted:
        extension_replies.draft(move.record, agreed=False)


def _ask_until(extension: Extension, roster: Roster) -> Reason | None:
    last_day = limits(extension.issue).last_day
    ahead = deadlines.rule_of(extension.issue, "extension")["ahead"]
    return too_late(last_day, ahead) if clock.today() > last_day else None


KIND = CaseKind(
    model=Extension,
    workflow=EXTENSION,
    effects={"approve": _approved, "reject": _decided},
    follow_ups={"approve": _extended, "reject": _refused},
    facts={**COMMON, "asked_too_late": _ask_until},
    counted="due_asked",
)
