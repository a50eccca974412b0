"""What the forms about 约谈 print (domain 5.3). What was said is encrypted with the interview; its form is shown to
those who may open that only."""

from datetime import datetime
from typing import Any

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Interview, Notice
from riskctl.services.document_facts.opinions import Acts, blank
from riskctl.workflows import dictionaries as words


def interview_of(notice: Notice) -> Interview:
    """The interview that the form is about."""
    return db.session.get_one(Interview, notice.interview_id)


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = clock.local(at)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def _span(interview: Interview) -> str:
    if interview.held_from is None or interview.held_to is None:
        return ""
    start, end = clock.local(interview.held_from), clock.local(interview.held_to)
    last = f"{end:%H:%M}" if end.date() == start.date() else _moment(interview.held_to)
    return f"{_moment(interview.held_from)}至{last}"


def _numbered(items: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{n}.{item['text']}（{item['due_on']}前）" if item.get("due_on") else f"{n}.{item['text']}"
        for n, item in enumerate(items, 1)
    )


def _head(interview: Interview, acts: Acts) -> dict[str, Any]:
    return {
        "unit": interview.unit.name, "code": interview.code, "kind": words.INTERVIEW_KINDS[interview.kind],
        "subject": interview.subject_post, "subject_unit": interview.unit.name,
        "rank": words.SUBJECT_RANKS[interview.subject_rank], "reason": interview.reason, "basis": _basis(interview),
        "place": interview.place or "", "approval": interview.approval or "",
        "interviewers": "、".join(acts.people(interview.interviewers)), "recorder": acts.person(interview.recorder),
    }  # fmt: skip


def _basis(interview: Interview) -> str:
    codes = "、".join(issue.code for issue in interview.issues)
    return "\n".join(part for part in (interview.basis or "", codes and f"问题编号：{codes}") if part)


def _approval(notice: Notice) -> dict[str, Any]:
    interview = interview_of(notice)
    acts = Acts(interview)
    form = _head(interview, acts) | {
        "issues": "\n".join(f"{issue.code} {issue.title}" for issue in interview.issues),
        "scheduled_at": _moment(interview.scheduled_at), "materials": interview.materials or "",
        "on": clock.local(interview.created_at).date().isoformat(),
        "opinions": [_proposed(interview, acts), acts.column("审批意见", "approve", "reject")],
    }  # fmt: skip
    return {"form": form}


def _proposed(interview: Interview, acts: Acts) -> dict[str, str]:
    column = acts.told("提出人", acts.of("create", "take_suggestion"))
    return column | {"text": "提请约谈"} if column["by"] else blank("提出人")


def _record(notice: Notice) -> dict[str, Any]:
    interview = interview_of(notice)
    acts = Acts(interview)
    signed = interview.signed_on.isoformat() if interview.signed_on else ""
    form = _head(interview, acts) | {
        "time": _span(interview), "present": interview.present or "", "content": interview.content or "",
        "statement": interview.statement or "", "attitude": interview.attitude or "",
        "requirements": _numbered(interview.requirements), "examination": interview.report or "",
        "opinion": interview.subject_opinion or "", "refusal": interview.refusal or "", "signed_on": signed,
        "signed_on_iso": signed, "signers": acts.people(interview.interviewers) or ["", ""],
    }  # fmt: skip
    return {"form": form}


FACTS = {
    "interview_approval": _approval,
    "interview_record": _record,
    "admonition_record": _record,
}
