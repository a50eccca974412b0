"""延期批复: the draft of the written answer, once it is decided; a person takes it over, checks and signs it."""

from riskctl.documents.wording import official_date
from riskctl.models import Extension
from riskctl.services import cases, notice_drafts, papers, system_account
from riskctl.workflows.notice import NOTICE

KIND = "extension_reply"


def draft(extension: Extension, *, agreed: bool) -> None:
    """Draft the answer in 拟稿 under the system's name; whoever sends it to be checked becomes its drafter
    (SOD-4). No commit."""
    issue = extension.issue
    notice = notice_drafts.create(
        kind=KIND,
        unit=extension.unit,
        # Also for a unit's own ledger: the decision is made a level above the unit's 纪委.
        issuer=papers.department_issuer(),
        issues=[issue],
        drafter_id=system_account.user_id(),
        fields={
            "title": f"关于{issue.title}延期整改申请的批复"[:200],
            "requirements": "\n".join(_granted(extension) if agreed else _denied(extension)),
            "rectify_due": issue.due_on,
        },
    )
    cases.start(notice, NOTICE.terms["draft"])


def _granted(extension: Extension) -> list[str]:
    issue = extension.issue
    assert issue.due_on is not None
    original = official_date(issue.due_original or extension.due_before)
    old, new = official_date(extension.due_before), official_date(issue.due_on)
    milestones = "；".join(
        f"“{issue.measures[item['measure'] - 1]['text']}”于{official_date(issue.measures[item['measure'] - 1]['due_on'])}前完成"
        for item in extension.milestones
    )
    lines = [
        f"同意将“{issue.title}”问题（编号{issue.code}）的整改期限由{old}延至{new}，延长{extension.workdays}个工作日。"
        f"该问题原定整改期限为{original}。"
    ]
    if milestones:
        lines.append(f"延期期间，尚未完成的措施按下列时限推进：{milestones}。")
    lines.append("请你单位主要负责同志加强督促，按月报告整改进展。延期届满仍未完成的，将按照有关规定处理。")
    return lines


def _denied(extension: Extension) -> list[str]:
    issue = extension.issue
    return [
        f"不同意“{issue.title}”问题（编号{issue.code}）延期整改。",
        f"请你单位按原定期限{official_date(extension.due_before)}完成整改，并按要求报送整改情况和佐证材料。",
    ]
