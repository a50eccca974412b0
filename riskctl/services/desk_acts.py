"""催办, 转办 and 提请会签: what is done about who has a case, beside the steps of the case itself."""

from collections.abc import Sequence

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.ladders import Holder
from riskctl.models import Assignment, Case, SignOff
from riskctl.permissions import Actor, Role
from riskctl.services import audit, cases, desk, duties, messages, transitions
from riskctl.services.duties import Roster
from riskctl.services.once import claim
from riskctl.services.transitions import KINDS, CaseRef
from riskctl.workflows.engine import Step

# Who sees to it that a case moves: each over the units that his office covers.
_OVERSEERS = (Role.OFFICE, Role.OFFICE_HEAD, Role.UNIT_DISCIPLINE, Role.RESIDENT, Role.LEADER)
_ORGANIZERS = (Role.OFFICE, Role.OFFICE_HEAD, Role.UNIT_DISCIPLINE)
MOST_REASON = 500


# --- 催办 ------------------------------------------------------------------------------------------


def may_urge(actor: Actor, record: Case, roster: Roster | None = None) -> bool:
    """Whether the actor may urge whom the case waits for: who oversees it, and who passed it on."""
    waiting = waited_for(record)
    if not waiting or waiting == {actor.user_id}:
        return False
    if (roster or Roster(record)).holds(actor.user_id, *_OVERSEERS):
        return True
    last = next(reversed((record.acted or {}).values()), [])
    return actor.user_id in last


def waited_for(record: Case) -> set[int]:
    """The ids of those whom the case waits for."""
    return {int(str(user["id"])) for entry in transitions.waits_for(record) for user in entry.users}


def urge(actor: Actor, ref: CaseRef) -> Case:
    """Urge those whom the case waits for, once a day for each case; raises NotAllowed, RuleBroken. Commits."""
    record: Case = cases.load(actor, KINDS[ref.case_type].model, ref.id)
    if not may_urge(actor, record):
        raise NotAllowed("催办由监督人员或转来本事项的人办理，且须有人正在办理", code="not_your_duty")
    if not claim(f"urge:{ref.case_type}:{ref.id}:{clock.today().isoformat()}"):
        db.session.rollback()
        raise RuleBroken([Reason("urged_today", "今天已经催办过，同一事项每天只能催办一次")])
    urged = sorted(waited_for(record))
    # Not a new version of the record: whoever is at work on it must not lose what he types.
    audit.append(
        record, trigger="urge", actor_id=actor.user_id, before=audit.snapshot(record),
        from_state=record.state, data={"urged": urged},
    )  # fmt: skip
    key = f"urge:{ref.case_type}:{ref.id}:{clock.today().isoformat()}"
    messages.post(
        urged, key=key, text=f"{actor.name}催办：您有1件待办事项请尽快办理", case=record, urgent=True
    )
    db.session.commit()
    return record


# --- 转办 ------------------------------------------------------------------------------------------


def receivers(actor: Actor, record: Case, roster: Roster) -> list[Holder]:
    """To whom the actor may hand the awaited step: others of the same duty. Empty when he may not."""
    step = _step(record, roster)
    if step is None or step.undoes or step.trigger == "agree":
        return []
    having = {holder.user_id for holder in roster.assignees(step)}
    if actor.user_id not in having and not roster.holds(actor.user_id, *_ORGANIZERS):
        return []
    alone = having if len(having) == 1 else {actor.user_id} & having
    return [holder for holder in roster.qualified(step) if holder.user_id not in alone]


def _step(record: Case, roster: Roster) -> Step | None:
    return transitions.awaited_step(record, roster)


def hand_over(actor: Actor, ref: CaseRef, to_id: int, *, reason: str, version: int) -> Case:
    """Hand the awaited step to one of those who share the duty; raises NotAllowed, InvalidInput. Commits."""
    record: Case = cases.load_for_edit(actor, KINDS[ref.case_type].model, ref.id, version)
    found = Roster(record)
    able = receivers(actor, record, found)
    if not able:
        raise NotAllowed("没有可转办的任务，或没有同岗位的其他人员", code="not_your_duty")
    if to_id not in {holder.user_id for holder in able}:
        raise InvalidInput("只能转给同岗位且不需回避的人员", field="to", code="unknown_user")
    if not reason.strip() or len(reason) > MOST_REASON:
        raise InvalidInput(f"须写明转办理由，最多{MOST_REASON}个字", field="reason", code="required")
    step = _step(record, found)
    assert step is not None
    assign(actor, record, step, from_id=_from(actor, record, step, found), to_id=to_id, reason=reason.strip())
    db.session.commit()
    return record


def _from(actor: Actor, record: Case, step: Step, roster: Roster) -> int | None:
    having = {holder.user_id for holder in roster.assignees(step)}
    held = desk.desk().assignment(record)
    if held is not None and held.to_user_id in having:
        return held.to_user_id
    return actor.user_id if actor.user_id in having else next(iter(having)) if len(having) == 1 else None


def assign(actor: Actor, record: Case, step: Step, *, from_id: int | None, to_id: int, reason: str) -> None:
    """Give the step's duty to one person and tell him; the event says from whom and why. No commit."""
    held = desk.desk().assignment(record)
    if held is not None:
        held.ended_at = clock.now()
        db.session.flush()
    db.session.add(
        Assignment(
            case_type=record.CASE_TYPE, case_id=record.id, duty=step.duty_for(record), from_user_id=from_id,
            to_user_id=to_id, by_id=actor.user_id, reason=reason,
        )
    )  # fmt: skip
    _note(actor, record, "hand_over", {"from_user": from_id, "to_user": to_id, "reason": reason})
    messages.post(
        [to_id],
        key=f"hand_over:{record.CASE_TYPE}:{record.id}:{record.version}",
        text="有1件待办事项转给您办理",
        case=record,
    )


def _note(actor: Actor, record: Case, trigger: str, data: dict[str, object]) -> None:
    # A new version: who based himself on the page before it sees who has the case now.
    cases.touch(record)
    db.session.flush()
    desk.forget()
    audit.append(
        record, trigger=trigger, actor_id=actor.user_id, before=audit.snapshot(record), from_state=record.state,
        data=data,
    )  # fmt: skip


# --- 会签 ------------------------------------------------------------------------------------------


def joint_step(record: Case) -> Step | None:
    """The step that may be made to wait for the agreement of several."""
    return next((step for step in KINDS[record.CASE_TYPE].steps(record) if step.joint), None)


def countersigners(actor: Actor, record: Case, roster: Roster) -> list[Holder]:
    """Whom the actor may ask to agree; empty when he may not: who decides on it or organises it asks."""
    step = joint_step(record)
    if step is None:
        return []
    decides = any(holder.user_id == actor.user_id for holder in roster.assignees(step))
    return roster.countersigners(step) if decides or roster.holds(actor.user_id, *_ORGANIZERS) else []


def ask_agreement(actor: Actor, ref: CaseRef, user_ids: Sequence[int], *, version: int) -> Case:
    """Say who must agree before the step counts, instead of those asked before; nobody lifts it. Commits."""
    record: Case = cases.load_for_edit(actor, KINDS[ref.case_type].model, ref.id, version)
    able = {holder.user_id for holder in countersigners(actor, record, Roster(record))}
    if not able:
        raise NotAllowed("本环节没有可提请会签的步骤，或您的岗位不能提请", code="not_your_duty")
    wanted = list(dict.fromkeys(user_ids))
    if not set(wanted) <= able:
        raise InvalidInput("只能请有资格且不需回避的人员会签", field="users", code="unknown_user")
    step = joint_step(record)
    assert step is not None
    if wanted and step.duty_for(record) in duties.INSPECTS and len(wanted) < 2:
        raise InvalidInput("验收人不得少于两人", field="users", code="two_inspectors")
    ask(actor, record, wanted)
    db.session.commit()
    return record


def ask(actor: Actor, record: Case, wanted: Sequence[int]) -> None:
    """Ask exactly these to agree and tell those who were not asked before. No commit."""
    asked = {row.user_id: row for row in desk.desk().sign_offs(record)}
    for user_id, row in asked.items():
        if user_id not in wanted:
            row.ended_at = clock.now()
    new = [user_id for user_id in wanted if user_id not in asked]
    case = {"case_type": record.CASE_TYPE, "case_id": record.id}
    db.session.add_all(SignOff(**case, user_id=user_id, asked_by_id=actor.user_id) for user_id in new)
    _note(actor, record, "ask_agreement", {"asked": list(wanted)})
    key = f"agree:{record.CASE_TYPE}:{record.id}:{record.version}"
    messages.post(new, key=key, text="有1件事项请您会签", case=record)
