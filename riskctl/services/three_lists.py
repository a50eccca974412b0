"""三清单: each issue once in the list of problems, of tasks and of responsibilities (domain 3.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from riskctl.models import Issue
from riskctl.permissions import Actor
from riskctl.services import ledgers, views
from riskctl.services.ledgers import Query
from riskctl.workflows import dictionaries as words

# What is printed at once: some forty sheets; a longer ledger goes out as a workbook.
MOST = 200


@dataclass(frozen=True)
class ThreeLists:
    """One row an issue in each list; `more` where the question leaves more issues than are printed."""

    rows: Sequence[Mapping[str, Any]]
    more: bool


def of(actor: Actor, query: Query, ids: Sequence[int] = ()) -> ThreeLists:
    """The lists of the issues that were chosen, or else of all that the query leaves, in its order."""
    if ids:
        query = Query(equal={"id": list(ids)}, sort=query.sort)
    page = ledgers.page(actor, "issue", replace(query, limit=MOST, after=None))
    return ThreeLists(
        [_row(actor, number, issue) for number, issue in enumerate(page.items, 1)], bool(page.next)
    )


def _row(actor: Actor, number: int, issue: Issue) -> dict[str, Any]:
    return {
        "number": number,
        "issue": issue,
        "unit": issue.unit.name,
        "joint": "、".join(unit.name for unit in issue.joint_units),
        "source": words.SOURCES[ledgers.shown(actor, issue, "source")],
        "source_doc": ledgers.shown(actor, issue, "source_doc"),
        "severity": words.SEVERITIES.get(issue.severity or "", "未定"),
        "domain": words.DOMAINS.get(issue.domain or "", ""),
        "rectify_type": words.RECTIFY_TYPES.get(issue.rectify_type or "", ""),
        "state": views.state_label(issue),
        "tasks": [_task(measure) for measure in issue.measures] or [_task({})],
    }


def _task(measure: Mapping[str, Any]) -> dict[str, Any]:
    evidence = len(measure.get("evidence") or ())
    told = f"{evidence} 份" if evidence else "未附" if measure.get("evidence_required", True) else "不需要"
    done = f"已完成（{measure['done_on']}）" if measure.get("done_on") else "未完成"
    return {
        "text": measure.get("text") or "尚未制定", "owner_post": measure.get("owner_post") or "—",
        "due_on": measure.get("due_on"), "evidence": told if measure else "—", "done": done if measure else "—",
    }  # fmt: skip
