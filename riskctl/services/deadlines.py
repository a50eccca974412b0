"""Deadlines by the rules of a case: those that were in force when it was opened, not today's."""

from datetime import datetime
from typing import Any

from riskctl.models import Case, Issue, Notice
from riskctl.services import rules
from riskctl.workflows import deadline_rules
from riskctl.workflows.engine import Workflow


def opened_at(record: Case) -> datetime:
    """The moment whose rules are the record's: that of its opening."""
    found: datetime = getattr(record, "rules_at", None) or record.created_at
    return found


def rule_of(record: Case, name: str) -> Any:
    """The value of the rule for this record; a later change is for later cases."""
    return rules.value(name, opened_at(record))


def term_of(workflow: Workflow, record: Case) -> int | None:
    """The working days that the record's state should last, None where it has no term."""
    if isinstance(record, Notice) and record.document_class != "G":
        return None  # a form goes with its case
    terms = rule_of(record, "issue_terms") if isinstance(record, Issue) else workflow.terms
    found: int | None = terms.get(record.state)
    return found


def rectify_term(issue: Issue) -> int:
    """The working days that the rule of the issue gives it for its rectification (domain 3.5)."""
    rows = rule_of(issue, "issue_deadlines")
    return deadline_rules.deadline_term(rows, _source(issue), issue.severity, issue.rectify_type)


def told(issue: Issue) -> str:
    """What its rules would give an issue of this source, as a hint in words."""
    return deadline_rules.told(rule_of(issue, "issue_deadlines"), _source(issue))


def _source(issue: Issue) -> str:
    # A term of its own would tell that someone complained (contract 5).
    return "daily" if issue.source == "petition" else issue.source


def in_words(issue: Issue) -> str:
    """Which rule the issue is under, for its page: what it gives, since when it is in force."""
    if issue.rules_at is None:
        return ""
    version = rules.version("issue_deadlines", issue.rules_at)
    day = version.effective_from if version else None
    since = f"自{day.year}年{day.month}月{day.day}日起施行" if day else "系统交付时的规则"
    return f"整改期限规则：{rectify_term(issue)}个工作日，{since}"
