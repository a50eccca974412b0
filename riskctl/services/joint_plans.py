"""One 整改方案 that answers a paper of several problems: goal and commitment once, the measures of each problem."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from riskctl.errors import NotAllowed, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.models import Issue, Notice
from riskctl.permissions import Actor
from riskctl.services import ledgers, notice_lists, transitions
from riskctl.services.transitions import CaseRef
from riskctl.workflows.engine import Input

_TRIGGER = "submit_plan"
_SHARED = ("goal", "commitment")


def owed(actor: Actor, notice: Notice) -> list[Issue]:
    """The problems of a joint paper whose plan the actor may submit now; nothing where one is left at most."""
    if not notice_lists.is_joint(notice) or notice.state not in ("received", "replied"):
        return []
    open_ = [issue for issue in notice.issues if issue.state == "planning"]
    found = [issue for issue in open_ if _asked(actor, issue)]
    return found if len(found) > 1 else []


def _asked(actor: Actor, issue: Issue) -> list[Input]:
    actions = transitions.available(actor, issue)
    return next((a.inputs for a in actions if a.trigger == _TRIGGER and a.allowed), [])


def inputs(actor: Actor, issues: Sequence[Issue]) -> list[Input]:
    """What the plan collects: what all share once, the rest by problem."""
    by_issue = [(issue, {item.name: item for item in _asked(actor, issue)}) for issue in issues]
    first = by_issue[0][1]
    found = [replace(first["goal"], default=None)]
    for issue, asked in by_issue:
        label = f"{asked['measures'].label}：{issue.code} {issue.title}"
        found.append(replace(asked["measures"], name=f"measures_{issue.id}", label=label))
    return [*found, first["commitment"]]


def get(actor: Actor, notice_id: int) -> tuple[Notice, list[Issue]]:
    """The paper and the problems whose plan is owed; raises NotFound, NotAllowed."""
    notice: Notice = ledgers.get(actor, "notice", notice_id)
    issues = owed(actor, notice)
    if not issues:
        raise NotAllowed("现在没有需要您合并报送的方案", code="nothing_owed")
    return notice, issues


def submit(actor: Actor, issues: Sequence[Issue], raw: Mapping[str, Any]) -> None:
    """报送方案 of every problem, all or none; raises RuleBroken with every reason. Commits."""
    reasons: list[Reason] = []
    for issue in issues:
        data = {name: raw.get(name) for name in _SHARED} | {"measures": raw.get(f"measures_{issue.id}")}
        try:
            with db.session.begin_nested():
                ref = CaseRef("issue", issue.id)
                transitions.take(actor, ref, _TRIGGER, data, version=issue.version)
        except RuleBroken as error:
            reasons += [_placed(issue, reason) for reason in error.reasons]
    if reasons:
        db.session.rollback()
        raise RuleBroken(list(dict.fromkeys(reasons)))
    db.session.commit()


def _placed(issue: Issue, reason: Reason) -> Reason:
    if reason.field in _SHARED:
        return reason
    return replace(reason, message=f"{issue.code}：{reason.message}", field=f"measures_{issue.id}")
