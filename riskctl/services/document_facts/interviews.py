"""What the letters about an interview tell."""

from datetime import datetime
from typing import Any

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Interview, Notice
from riskctl.services import people
from riskctl.workflows import dictionaries as words

_APPROVERS = {"section": "纪委负责同志", "division": "分管领导", "unit_head": "党组主要负责同志"}
_BLANK = "××"


def _talk(notice: Notice) -> dict[str, Any]:
    interview = db.session.get_one(Interview, notice.interview_id)
    names = people.names([*interview.interviewers, *filter(None, [interview.recorder])])
    told = {
        "kind": words.INTERVIEW_KINDS[interview.kind],
        "reason": interview.reason,
        "approved": _APPROVERS[interview.subject_rank],
        "at": _moment(interview.scheduled_at),
        "place": interview.place or _BLANK,
        "interviewers": "、".join(names.get(i, _BLANK) for i in interview.interviewers) or _BLANK,
        "recorder": names.get(interview.recorder or 0, _BLANK),
        "materials": interview.materials or "",
        "requirements": [{"text": i["text"].rstrip("。"), "due_on": i["due_on"]} for i in interview.requirements],
        # A talk that is put off gets a new letter, which follows the first.
        "postponed": notice.supersedes_id is not None,
        "party": notice.issuer.signer_role == "secretary",
        **_subject(notice, interview),
    }  # fmt: skip
    return {"talk": told, "person": True}


def _subject(notice: Notice, interview: Interview) -> dict[str, str]:
    """Whom the letter speaks to: the person himself, or his unit about him."""
    if interview.kind == "collective":
        return {"whom": "你单位主要负责人", "who": "你单位主要负责人"}
    if notice.main_to.removesuffix("同志") == interview.subject_post:
        return {"whom": "你", "who": "你"}
    return {"whom": f"你单位{interview.subject_post}", "who": "被约谈人"}


def _moment(at: datetime | None) -> str:
    if at is None:
        return "×年×月×日×时"
    local = clock.local(at)
    minute = f"{local.minute}分" if local.minute else ""
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时{minute}"


FACTS = dict.fromkeys(("interview_notice", "inquiry_notice", "admonition"), _talk)
