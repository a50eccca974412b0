"""人员交接: what a leaver has in his own name goes to his successor at once; roles alone need no handing over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Assignment, Case, Interview, Lookback, SignOff, User
from riskctl.permissions import ROLE_LABELS, Actor, Permission, Role, allowed
from riskctl.services import (
    account_admin,
    accounts,
    audit,
    cases,
    desk,
    desk_acts,
    directory,
    interviews,
    lookbacks,
    todo,
    transitions,
)
from riskctl.services.duties import Roster
from riskctl.services.transitions import KINDS
from riskctl.workflows.lookback import OPEN

# The talk is still to come in these states.
_AHEAD = ("proposed", "approved", "notified")


@dataclass
class Handover:
    """What became of it: codes of cases only, since who hands over sees no case."""

    granted: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def hand_over(actor: Actor, from_id: int, to_username: str, *, grant: bool, reason: str) -> Handover:
    """Give a leaver's tasks to his successor, with his roles if `grant`; raises NotAllowed, InvalidInput. Commits."""
    if not allowed(actor, Permission.ROLE_GRANT):
        raise NotAllowed("人员交接由安全管理员办理", code="no_permission")
    leaver, heir = _people(actor, from_id, to_username)
    if not reason.strip() or len(reason) > desk_acts.MOST_REASON:
        raise InvalidInput("须写明交接理由", field="reason", code="required")
    found = Handover()
    try:
        _roles(actor, leaver, heir, grant, found)
        why = f"人员交接：{reason.strip()}"
        for record in list(_assigned(leaver)):
            _assignment(actor, record, leaver, heir, why=why, found=found)
        for record in list(_asked(leaver)):
            _sign_off(actor, record, leaver, heir, found=found)
        for interview in list(_talks(leaver)):
            _talk(actor, interview, leaver, heir, found=found)
        for item in list(_checks(leaver)):
            _check(actor, item, leaver, heir, found=found)
        _shared(leaver, heir, found)
        _log(actor, leaver, heir, reason.strip(), found)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        directory.forget()
        desk.forget()
        raise
    return found


def _people(actor: Actor, from_id: int, to_username: str) -> tuple[User, User]:
    leaver = account_admin.get(from_id)
    heir = db.session.scalars(select(User).where(User.username == to_username)).one_or_none()
    if heir is None or not heir.active:
        raise InvalidInput("没有这个账号，或已停用", field="to", code="unknown_user")
    if heir.id == leaver.id:
        raise InvalidInput("须交接给另一个人", field="to", code="same_user")
    if actor.user_id in (leaver.id, heir.id):
        raise NotAllowed("不能办理涉及自己的交接", code="self")
    return leaver, heir


def _roles(actor: Actor, leaver: User, heir: User, grant: bool, found: Handover) -> None:
    has = {(held.role, held.unit_id) for held in heir.grants}
    for held in list(leaver.grants):
        if (held.role, held.unit_id) in has:
            continue
        label = f"{ROLE_LABELS[Role(held.role)]}（{held.unit.name}）"
        if grant:
            accounts.grant(heir, Role(held.role), held.unit, actor_id=actor.user_id)
        (found.granted if grant else found.lacking).append(label)


def _cases(refs: Iterable[tuple[str, int]]) -> Iterator[Case]:
    # One query a kind, however many there are.
    wanted: dict[str, list[int]] = {}
    for case_type, case_id in refs:
        wanted.setdefault(case_type, []).append(case_id)
    for case_type, ids in wanted.items():
        model = KINDS[case_type].model
        query = select(model).where(model.id.in_(ids)).options(joinedload(model.unit))
        yield from db.session.scalars(query.order_by(model.id).with_for_update(of=model))


def _assigned(leaver: User) -> Iterator[Case]:
    query = select(Assignment).where(Assignment.to_user_id == leaver.id, Assignment.ended_at.is_(None))
    return _cases((row.case_type, row.case_id) for row in db.session.scalars(query))


def _asked(leaver: User) -> Iterator[Case]:
    query = select(SignOff).where(
        SignOff.user_id == leaver.id, SignOff.ended_at.is_(None), SignOff.agreed_at.is_(None)
    )
    return _cases((row.case_type, row.case_id) for row in db.session.scalars(query))


def _talks(leaver: User) -> Iterator[Interview]:
    query = select(Interview).where(Interview.state.in_(_AHEAD)).options(joinedload(Interview.unit))
    for interview in db.session.scalars(query.order_by(Interview.id).with_for_update(of=Interview)):
        if leaver.id in (*(interview.interviewers or ()), interview.recorder):
            yield interview


def _checks(leaver: User) -> Iterator[Lookback]:
    query = select(Lookback).where(Lookback.state.in_(OPEN)).options(joinedload(Lookback.unit))
    for item in db.session.scalars(query.order_by(Lookback.id).with_for_update(of=Lookback)):
        if leaver.id in item.inspectors:
            yield item


def _assignment(actor: Actor, record: Case, leaver: User, heir: User, *, why: str, found: Handover) -> None:
    roster = Roster(record)
    step = transitions.awaited_step(record, roster)
    able = step is not None and any(h.user_id == heir.id for h in roster.qualified(step))
    if able and step is not None:
        desk_acts.assign(actor, record, step, from_id=leaver.id, to_id=heir.id, reason=why)
    (found.done if able else found.refused).append(f"{record.code} 转办的任务")


def _sign_off(actor: Actor, record: Case, leaver: User, heir: User, *, found: Handover) -> None:
    step = desk_acts.joint_step(record)
    able = step is not None and any(h.user_id == heir.id for h in Roster(record).countersigners(step))
    if able:
        asked = [row.user_id for row in desk.desk().sign_offs(record)]
        desk_acts.ask(actor, record, list(dict.fromkeys(heir.id if i == leaver.id else i for i in asked)))
    (found.done if able else found.refused).append(f"{record.code} 会签")


def _talk(actor: Actor, interview: Interview, leaver: User, heir: User, *, found: Handover) -> None:
    able = any(h.user_id == heir.id for h in interviews.talkers(Roster(interview)))
    if able and heir.id not in (*interview.interviewers, interview.recorder):
        swap = {leaver.id: heir.id}
        changes = {
            "interviewers": [swap.get(i, i) for i in interview.interviewers],
            "recorder": swap.get(interview.recorder or 0, interview.recorder),
        }
        cases.apply_changes(actor, interview, changes, trigger="handover")
        found.done.append(f"{interview.code} 约谈人或记录人")
    else:
        found.refused.append(f"{interview.code} 约谈人或记录人")


def _check(actor: Actor, item: Lookback, leaver: User, heir: User, *, found: Handover) -> None:
    able = heir.id in lookbacks.eligible(item.issue) and heir.id not in item.inspectors
    if able:
        named = [heir.id if user_id == leaver.id else user_id for user_id in item.inspectors]
        cases.apply_changes(actor, item, {"inspectors": named}, trigger="handover")
    (found.done if able else found.refused).append(f"{item.code} 复查人")


def _shared(leaver: User, heir: User, found: Handover) -> None:
    # What waits for his office waits for the successor's as well; told is what separation of duties keeps from him.
    directory.forget()
    for task in todo.tasks(accounts.actor_of(leaver)):
        if task.group == todo.GROUPS[-1]:
            continue
        able = any(h.user_id == heir.id for h in Roster(task.record).assignees(task.step))
        (found.done if able else found.refused).append(f"{task.record.code} {task.step.label}")


def _log(actor: Actor, leaver: User, heir: User, reason: str, found: Handover) -> None:
    told = {"to_user": heir.id, "reason": reason, "done": len(found.done), "refused": found.refused[:50]}
    audit.append_for(
        "user", leaver.id, "handover", actor_id=actor.user_id, changes={"fields": {}, "data": told}
    )
