"""纸质审批: a leader signs on paper, 机关纪委 records it (contract 3). The leader named is judged, not the recorder."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.models import Case, Minutes, User
from riskctl.permissions import Actor, Role
from riskctl.schemas import inputs as schemas
from riskctl.services import accounts, attachments, duties
from riskctl.services.duties import Roster
from riskctl.services.kinds import Paper
from riskctl.workflows.engine import Input, Step


def may_record(actor: Actor, record: Case, step: Step, roster: Roster) -> bool:
    """Whether the actor may record a paper for this step: 机关纪委's staff, but never the proposer."""
    return (
        bool(step.by_paper)
        and roster.holds(actor.user_id, Role.OFFICE)
        and not _proposed(actor, record, step)
    )


def _proposed(actor: Actor, record: Case, step: Step) -> bool:
    acted = record.acted or {}
    return any(actor.user_id in acted.get(trigger, ()) for trigger in (*step.by_paper, "on_behalf"))


def described(record: Case, step: Step, roster: Roster) -> Input:
    """The paper as one input of the step: who signed, when, and the scan."""
    parts = tuple(_fields(record, step, roster))
    return Input("paper", "纸质审批", "list", min_items=1, fields=parts)


def _fields(record: Case, step: Step, roster: Roster) -> list[Input]:
    approvers = duties.people([holder.user_id for holder in roster.assignees(step)])
    today = clock.today()
    only = approvers[0][0] if len(approvers) == 1 else None
    return [
        Input("approved_by", "审批人", "user", choices=tuple(approvers), default=only),
        Input("approved_on", "审批日期", "date", min=_since(record), max=today, default=today),
        Input("attachment", "审批件扫描件", "attachments", min_items=1, hint="领导签字的纸质件"),
    ]


def _since(record: Case) -> date:
    return clock.local(record.state_since).date()


def read(actor: Actor, record: Case, step: Step, roster: Roster, raw: Any) -> Paper:
    """The paper that was given; raises NotAllowed for recorder or approver, RuleBroken for what is wrong in it."""
    if not step.by_paper:
        raise InvalidInput(f"“{step.label}”不是审批步骤，不能代录纸质审批", field="paper", code="no_paper")
    if not roster.holds(actor.user_id, Role.OFFICE):
        raise NotAllowed("纸质审批由机关纪委工作人员代录", code="not_your_duty")
    if _proposed(actor, record, step):
        raise NotAllowed("职责分离：提出本事项的人不能代录其审批", code="separation_of_duties")
    clean, reasons = _loaded(_fields(record, step, roster), raw)
    minutes = None
    if not reasons:
        # 会议纪要 approve many cases with one scan, which is nobody's upload for this case.
        scan = clean["attachment"]
        minutes = db.session.scalar(select(Minutes.number).where(Minutes.attachment_id == scan[0]))
        reasons = [] if minutes else attachments.objections(actor.user_id, record, {"attachment": scan})
    if reasons:
        raise RuleBroken(reasons)
    approver = _approver(clean["approved_by"], step, roster)
    return Paper(approver, clean["approved_on"], clean["attachment"][0], actor.user_id, minutes)


def _loaded(described: list[Input], raw: Any) -> tuple[dict[str, Any], list[Reason]]:
    # Programs send one object and one id; a list of one is what `fields` of a form would make of them.
    given = raw[0] if isinstance(raw, list) and len(raw) == 1 else raw
    if not isinstance(given, Mapping):
        return {}, [Reason("invalid", "纸质审批：格式不对", "paper")]
    scan = given.get("attachment")
    # Whether the approver qualifies is a question of rights (403), not of form.
    asked = [replace(item, type="integer", choices=()) if item.type == "user" else item for item in described]
    return schemas.load(
        asked, {**given, "attachment": scan if isinstance(scan, list) or scan is None else [scan]}
    )


def _approver(user_id: int, step: Step, roster: Roster) -> Actor:
    user = db.session.get(User, user_id)
    if user is None:
        raise RuleBroken([Reason("invalid", "审批人：没有这个账号", "approved_by")])
    approver = accounts.actor_of(user)
    if any(holder.user_id == user_id for holder in roster.assignees(step)):
        return approver
    if roster.kept_apart(step, approver):
        raise NotAllowed(
            f"职责分离：所填审批人已办理本事项的前序环节，不能办理“{step.label}”", code="separation_of_duties"
        )
    raise NotAllowed(f"所填审批人的岗位不办理“{step.label}”", code="not_your_duty")
