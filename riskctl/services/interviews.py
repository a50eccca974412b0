"""约谈: proposing, editing, and what each step does beside moving the state (EFFECTS)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.ladders import Holder
from riskctl.models import Interview
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.services import (
    audit,
    cases,
    duties,
    interview_papers,
    interview_suggestions,
    numbers,
    people,
    step_forms,
)
from riskctl.services.duties import Roster
from riskctl.services.facts import COMMON
from riskctl.services.kinds import CaseKind, Move
from riskctl.workflows.interview import INTERVIEW

_TALKERS = (
    Role.OFFICE, Role.OFFICE_HEAD, Role.RESIDENT, Role.UNIT_DISCIPLINE, Role.LEADER, Role.SECRETARY,
)  # fmt: skip


def create(actor: Actor, data: Mapping[str, Any]) -> Interview:
    """Propose an interview; only a person does. Raises NotAllowed, or InvalidInput that names the field.

    `suggestion_id` names the system's suggestion that it takes up."""
    unit = cases.unit_within(actor, Permission.INTERVIEW_PROPOSE, data["unit_id"])
    fields = {"interviewers": [], **data}
    suggestion_id = fields.pop("suggestion_id", None)
    _resolve(actor, fields)
    interview = Interview(
        **fields,
        code=numbers.case_codes("YT", unit)[0],
        state=INTERVIEW.initial,
        created_by_id=actor.user_id,
        acted={"create": [actor.user_id]},
        requirements=[],
    )
    cases.start(interview, INTERVIEW.terms["proposed"])
    db.session.add(interview)
    db.session.flush()
    audit.append(interview, trigger="create", actor_id=actor.user_id, before=None, from_state=None)
    step_forms.begin(actor.user_id, interview, "interview_approval")
    if suggestion_id is not None:
        interview_suggestions.take(actor, suggestion_id, interview)
    db.session.commit()
    return interview


def edit(actor: Actor, interview_id: int, data: Mapping[str, Any], *, version: int) -> Interview:
    """Change a proposal that nobody has approved yet."""
    interview: Interview = cases.load_for_edit(actor, Interview, interview_id, version)
    if interview.created_by_id != actor.user_id and not allowed(
        actor, Permission.INTERVIEW_EDIT, interview.unit_id
    ):
        raise NotAllowed("您的岗位不能修改这次约谈", code="no_permission")
    fields = dict(data)
    cases.refuse_locked(INTERVIEW, interview, fields, correcting=False)
    if "unit_id" in fields:
        cases.unit_within(actor, Permission.INTERVIEW_PROPOSE, fields["unit_id"])
    _resolve(actor, fields)
    cases.apply_changes(actor, interview, fields, trigger="edit")
    db.session.commit()
    return interview


def _resolve(actor: Actor, fields: dict[str, Any]) -> None:
    if "issue_ids" in fields:
        fields["issues"] = cases.linked_issues(actor, fields.pop("issue_ids") or [])
    subject = fields.get("subject_user_id")
    _refuse_unknown_users(fields)
    if subject is not None and subject == actor.user_id:
        raise InvalidInput("不能对本人发起约谈", field="subject_user_id", code="self")


def _refuse_unknown_users(fields: Mapping[str, Any]) -> None:
    for name in ("subject_user_id", "recorder", "interviewers"):
        value = fields.get(name) or []
        wanted = set(value) if isinstance(value, list) else {value}
        if len(people.names(wanted)) != len(wanted):
            raise InvalidInput("没有这个账号", field=name, code="unknown_user")


# --- effects --------------------------------------------------------------------------------------


def _notified(move: Move) -> None:
    if move.record.kind == "inquiry":
        move.record.report_due = move.data["reply_due"]


def _postponed(move: Move) -> None:
    move.record.scheduled_at = None


def _held(move: Move) -> None:
    days = [date.fromisoformat(item["due_on"]) for item in move.record.requirements]
    move.record.report_due = max(days) if days else None


EFFECTS = {"notify": _notified, "postpone": _postponed, "hold": _held}


FOLLOW_UPS = {
    "notify": interview_papers.notified,
    "hold": interview_papers.held,
    "reply": interview_papers.replied,
    "cancel": interview_papers.cancelled,
}


def talkers(roster: Roster) -> list[Holder]:
    """Who may hold an interview or record it."""
    return roster.with_roles(_TALKERS)


def _interviewers(interview: Interview, roster: Roster) -> list[tuple[int, str]]:
    return duties.people([holder.user_id for holder in talkers(roster)])


def _held_on(interview: Interview, roster: Roster) -> date | None:
    return clock.local(interview.held_from).date() if interview.held_from else None


def _due_in(interview: Interview) -> date | None:
    if interview.state == "notified" and interview.scheduled_at:
        return clock.local(interview.scheduled_at).date()
    return interview.report_due if interview.state in ("notified", "signed") else None


KIND = CaseKind(
    model=Interview,
    workflow=INTERVIEW,
    effects=EFFECTS,
    follow_ups=FOLLOW_UPS,
    facts={
        **COMMON,
        "interviewers": _interviewers,
        "recorders": _interviewers,
        "held_on": _held_on,
    },
    due_in=_due_in,
)
