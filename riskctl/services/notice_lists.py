"""One 整改通知书 for several problems of a unit: its wording from theirs, and the 问题清单 that is bound in with it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from riskctl.documents.wording import official_date
from riskctl.extensions import db
from riskctl.models import Issue, Notice
from riskctl.models.notice import notice_issue
from riskctl.services import audit, cases
from riskctl.services.kinds import Move
from riskctl.workflows.notice import ORDERS

LIST = "问题清单"
# 附件2 is served with the paper and not bound in.
ENCLOSED = (LIST, "送达回证")
UNSIGNED = ("draft", "checking")
_COLUMNS = (("序号", 12), ("存在的问题", 56), ("整改要求", 36), ("整改标准", 30), ("整改期限", 22))


def is_joint(notice: Notice) -> bool:
    """Whether it orders several problems."""
    return notice.kind in ORDERS and len(notice.issues) > 1


def annexes(notice: Notice) -> list[dict[str, Any]]:
    """What is bound in with a 整改通知书: the list of its problems where there are several."""
    if notice.kind != "rectification_notice" or not is_joint(notice):
        return []
    columns = [{"label": label, "width": width} for label, width in _COLUMNS]
    rows = [_row(number, issue) for number, issue in enumerate(notice.issues, 1)]
    return [{"title": LIST, "columns": columns, "rows": rows}]


def _row(number: int, issue: Issue) -> list[str]:
    due = official_date(issue.due_on) if issue.due_on else ""
    told = f"{issue.title}（{issue.code}）\n{issue.verbatim}"
    return [str(number), told, issue.requirement or "", issue.acceptance_standard or "", due]


def fill(notice: Notice) -> None:
    """Title, basis, term and enclosures as its problems stand."""
    issues = notice.issues
    notice.title = f"关于{issues[0].title[:120]}等{len(issues)}项问题的整改通知书"
    notice.basis = _clauses(issues)
    notice.requirements = "对照问题清单（附件1）所列整改要求、整改标准和整改期限，逐项整改到位。"
    notice.rectify_due = max((issue.due_on for issue in issues if issue.due_on), default=None)
    notice.enclosures = list(ENCLOSED)


def _clauses(issues: Iterable[Issue]) -> list[dict[str, Any]]:
    # The same clause of two problems is named once, by what is printed of it.
    found = {
        (c.get("document"), c.get("number") or "", c.get("clause") or ""): dict(c)
        for i in issues
        for c in i.basis
    }
    return list(found.values())


def verified_again(move: Move, notice: Notice) -> None:
    """One of its problems has other words now: the paper takes them over and is checked anew. No commit."""
    before = audit.snapshot(notice)
    fill(notice)
    notice.checker_id = None
    notice.acted = {name: ids for name, ids in notice.acted.items() if name != "check"}
    notice.acted |= {"verify": list(dict.fromkeys([*notice.acted.get("verify", ()), move.actor.user_id]))}
    db.session.flush()
    audit.append(notice, trigger="edit", actor_id=move.actor.user_id, before=before, from_state=notice.state)


def release(move: Move, notice: Notice) -> None:
    """Take the problem of this step out of a signed paper, which stays in force for the others. No commit."""
    issue: Issue = move.record
    before = audit.snapshot(notice)
    notice.issues.remove(issue)
    cases.touch(notice)
    db.session.flush()
    audit.append(
        notice, trigger="release", actor_id=move.actor.user_id, before=before, from_state=notice.state,
        data={"problem": issue.code, "reason": move.data["reason"]},
    )  # fmt: skip
    reply_when_all_have(move, notice)


def reply_when_all_have(move: Move, notice: Notice) -> None:
    """The notice is replied to once the plan of each of its problems was submitted."""
    owing = ("verifying", "issued", "objected", "planning")
    if notice.state == "received" and not any(issue.state in owing for issue in notice.issues):
        move.inner(notice, "reply", {"reply": "已报送整改方案", "replied_on": move.today})


def without_paper(issues: Iterable[Issue]) -> list[Issue]:
    """Those of the issues that are verified and have no paper that could be signed."""
    ready = {issue.id: issue for issue in issues if issue.state == "verifying" and issue.verified_at}
    held = (
        select(notice_issue.c.issue_id)
        .join(Notice, Notice.id == notice_issue.c.notice_id)
        .where(notice_issue.c.issue_id.in_(ready), Notice.state.in_(UNSIGNED), Notice.kind.in_(ORDERS))
    )
    taken = set(db.session.scalars(held)) if ready else set()
    return [issue for issue_id, issue in ready.items() if issue_id not in taken]
