"""督办函: drafted by the system when a case runs late; a person of the 纪委 takes it over, checks and signs it."""

from datetime import date

from riskctl import clock
from riskctl.documents.contexts import Supervised
from riskctl.models import Issue, Notice
from riskctl.services import cases, notice_drafts, once, system_account
from riskctl.services.workdays import add_workdays, roll, workdays_between
from riskctl.workflows.notice import NOTICE

KIND = "supervision_letter"
# Working days for the answer (domain 6.1: 5 to 10); whoever takes the draft over may set another day.
ANSWER_TERM = 5
_OWED = {"issued": "尚未签收整改通知书", "planning": "尚未报送整改方案"}


def draft(issue: Issue, spell: str) -> Notice | None:
    """Draft the letter once for this spell of the case; None when it was drafted before. No commit.

    It stands in 拟稿 under the system's name, so that nobody is kept from checking or signing it; whoever
    sends it to be checked becomes its drafter (SOD-4).
    """
    if not once.claim(f"letter/{issue.id}/{spell}"):
        return None
    notice = notice_drafts.create(
        kind=KIND,
        unit=issue.unit,
        issuer=notice_drafts.issuer_for(issue),
        issues=[issue],
        drafter_id=system_account.user_id(),
        fields={
            "title": f"关于{issue.title}整改情况的督办函"[:200],
            "rectify_due": add_workdays(clock.today(), ANSWER_TERM).on,
        },
    )
    cases.start(notice, NOTICE.terms["draft"])
    return notice


def state_of_play(issue: Issue, day: date) -> Supervised:
    """How far the case had come on this day, as the letter says it."""
    due = issue.step_due_on if issue.state in _OWED else issue.due_on
    due = due or issue.due_on or day
    return {
        "title": issue.title,
        "code": issue.code,
        "due": due.isoformat(),
        "owed": _OWED.get(issue.state, f"措施完成{issue.progress}%，尚未办结"),
        "overdue": max(0, -workdays_between(day, roll(due).on)),
    }
