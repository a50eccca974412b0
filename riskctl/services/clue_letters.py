"""问题线索移送函: number, pages and the seal of what is handed over, and nothing of its content (domain 4.5)."""

from riskctl.documents.kinds import KINDS
from riskctl.models import Issue, Notice
from riskctl.permissions import Role
from riskctl.services import draft_defaults, drafting_rules, papers, system_account
from riskctl.services.kinds import Move
from riskctl.services.papers import Subject

KIND = "clue_transfer"


def transferred(move: Move) -> None:
    """移送 drafts the letter to 驻厅组; what 驻厅组 takes over itself needs none. No commit."""
    issue: Issue = move.record
    if Role.RESIDENT in move.actor.roles:
        return
    issuer = papers.department_issuer()
    told = draft_defaults.of(KINDS[KIND], issue, {"issuer": issuer})
    fields = {name: told[name] for name in ("title", "main_to", "copy_to")}
    papers.draft(
        KIND, Subject(issue.unit, issues=(issue,)), system_account.user_id(), issuer=issuer, fields=fields
    )


def returned(move: Move) -> None:
    """不予移送: a letter that nobody signed is not signed any more."""
    notice = drafting_rules.latest(KIND, Notice.issues.any(Issue.id == move.record.id))
    if notice is not None and notice.state in ("draft", "checking"):
        move.inner(notice, "discard", {"reason": "不予移送"})
