"""Records and facts as plain objects: what the tables read, and nothing else."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from riskctl.workflows.annual_review import ANNUAL_REVIEW
from riskctl.workflows.campaign import CAMPAIGN
from riskctl.workflows.engine import Workflow
from riskctl.workflows.extension import EXTENSION
from riskctl.workflows.interview import INTERVIEW
from riskctl.workflows.issue import ISSUE
from riskctl.workflows.lookback import LOOKBACK
from riskctl.workflows.notice import NOTICE
from riskctl.workflows.risk_point import RISK_POINT
from riskctl.workflows.self_check import SELF_CHECK
from riskctl.workflows.warning import WARNING

TODAY = date(2026, 11, 24)
MEASURE = {"text": "修订制度", "owner_post": "科长", "due_on": "2026-12-01", "evidence_required": True}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "issue": {
        "severity": "general", "rectify_type": "deadline", "owner_level": "department", "source": "daily",
        "title": "记录不全", "verbatim": "缺2次。", "found_on": date(2026, 11, 20), "issued_on": date(2026, 11, 21),
        "due_on": date(2026, 12, 31), "due_from": None, "due_original": date(2026, 12, 31), "verified_at": datetime(2026, 11, 21, tzinfo=UTC),
        "measures": [MEASURE], "basis": [], "requirement": None, "acceptance_standard": None, "goal": None,
        "resp_post": None, "resp_leader_post": None, "domain": None, "publicity_until": None, "closed_on": None,
        "evaluation_due": None, "step_due_on": None, "amount_involved": 90000, "amount_recovered": None, "amount_returned": None,
    },
    "risk_point": {
        "level": None, "computed_level": "medium", "publicity_until": None, "post": "招标岗", "power_item": "招标",
        "category": "duty", "manifestation": "倾向性条件", "likelihood": 3, "impact": 3, "measures": [{"text": "复核"}],
        "resp_post": "岗", "resp_leader_post": "分管领导", "title": "量身定制", "rule_hits": None, "suggested_level": None,
        "open_warnings": [],
    },
    "interview": {
        "kind": "reminder", "subject_rank": "section", "requirements": [], "reply_due": None, "scheduled_at": None,
        "place": None, "interviewers": [1, 9], "recorder": None, "contact": None, "materials": None,
    },
    "extension": {"ordinal": 1, "issue": SimpleNamespace(owner_level="department", severity="general")},
    "annual_review": {"results": []},
    "notice": {
        "kind": "rectification_notice", "document_class": "G", "issuer": SimpleNamespace(signer_role="office_head", keeper_id=None), "checker_id": 1, "issued_on": date(2026, 11, 21),
        "issues": [], "reply_due": None, "reply_waived": False, "interview_id": None, "parts": {},
    },
    "campaign": {"share": 30},
    "lookback": {
        "result": None, "finding": "制度未执行", "questions": [{"text": "制度是否执行"}], "created_on": date(2026, 11, 20),
        "campaign_title": "四季度回头看", "inspectors": [1, 9],
        "issue": SimpleNamespace(basis=[], requirement=None, due_on=None),
    },
    "self_check": {"by_unit": False},
    "warning": {"colour": "yellow", "reply_due": date(2026, 12, 1)},
}  # fmt: skip
# By which submission a case may have come into the state, so that it can be taken back.
_SUBMITTED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("issue", "verifying"): ("submit",), ("issue", "plan_review"): ("submit_plan",),
    ("issue", "unit_check"): ("apply_closure",), ("risk_point", "unit_review"): ("submit",),
    ("risk_point", "change_pending"): ("propose_change",), ("interview", "followed_up"): ("report", "reply"),
    ("notice", "checking"): ("submit",), ("annual_review", "confirmed"): ("confirm",),
}  # fmt: skip
WORKFLOWS: tuple[Workflow, ...] = (
    ISSUE, RISK_POINT, INTERVIEW, NOTICE, EXTENSION, ANNUAL_REVIEW, CAMPAIGN, LOOKBACK, SELF_CHECK,
    WARNING,
)  # fmt: skip


def record(case_type: str, state: str, /, **changes: Any) -> Any:
    """A record of this kind in this state."""
    fields = {"acted": {}, **_DEFAULTS[case_type], **changes}
    return SimpleNamespace(state=state, **{"level_at_stake": fields.get("level"), **fields})


def facts(**changes: Any) -> dict[str, Any]:
    """Facts against which nothing stands."""
    return {
        "today": TODAY, "now": datetime(2026, 11, 24, 1, tzinfo=UTC), "local_date": lambda moment: moment.date(),
        "half_year_ago": date(2026, 5, 24), "due_default": date(2027, 1, 8), "due_rule": "其他30个工作日", "redo_default": date(2026, 12, 8),
        "in_three_days": date(2026, 11, 27), "inquiry_due": date(2026, 12, 15), "report_default": date(2026, 12, 1),
        "reply_default": date(2026, 12, 3), "scheduled_default": datetime(2026, 11, 27, 1, tzinfo=UTC),
        "missing_parts": [], "unprintable": None, "identifiers": [], "why_unprintable": lambda text: None, "inspectors": [(1, "甲"), (2, "乙")],
        "duplicate": None, "open_warnings": 0, "warning_facts": None, "warning_colours": [("blue", "蓝")],
        "linkable_issues": [(1, "WT-1")], "unsettled_issues": [], "proposal_kind": "change",
        "forced_rules": ["key_matter", "no_standard"],
        "why_not_lower": None, "merge_targets": ((2, "LF-2"),), "proposal_lowers": False, "proposed_successor": None,
        "proposed_parts": None, "changeable_points": ((1, "LF-1 招标"),), "confirmers": ((1, "甲"),),
        "countersigners": ((2, "乙"),), "opened_on": date(2026, 11, 1),
        "interviewers": [(1, "甲"), (2, "乙")], "recorders": [(2, "乙")], "held_on": TODAY, "issues_elsewhere": [],
        "running_issues": [], "unverified_issues": [], "not_agreed": [], "touched": None, "open_extension": None, "asked_too_late": None,
        "lookback": None, "candidates": 5, "least_share": 30, "draw_faults": [], "open_items": 0,
        "check_default": date(2026, 12, 22), "issue_closed": True, **changes,
        "has_indicator": True, "problem_title": "核实的问题", **changes,
    }  # fmt: skip


def variants(kind: str, state: str) -> list[Any]:
    """Records of every shape on which a table's goals, duties or inputs depend."""
    changes: dict[str, list[dict[str, Any]]] = {
        "issue": [
            {"severity": severity, "rectify_type": rectify_type, "owner_level": owner, "source": source, "measures": m}
            for severity in ("general", "serious", "grave")
            for rectify_type in ("immediate", "deadline", "staged", "long_term")
            for owner in ("department", "unit")
            for source in ("daily", "inspection_tour", "self_check")
            for m in ([MEASURE], [{**MEASURE, "evidence": [1]}], [])
        ],
        "risk_point": [
            {"level": level, "computed_level": computed, "post": post, "suggested_level": suggested}
            for level in (None, "high", "medium", "low")
            for computed in (None, "high", "medium", "low")
            for post in ("岗", None)
            for suggested in (None, "low")
        ],
        "interview": [
            {"kind": k, "subject_rank": rank}
            for k in ("reminder", "inquiry")
            for rank in ("section", "division", "unit_head", None)
        ],
        "extension": [
            {"ordinal": ordinal, "issue": SimpleNamespace(owner_level=owner, severity=severity)}
            for ordinal in (1, 2)
            for owner in ("department", "unit")
            for severity in ("general", "grave")
        ],
        "annual_review": [{}],
        "notice": [
            {"issuer": SimpleNamespace(signer_role=role, keeper_id=keeper), "issues": issues, "kind": kind, "document_class": letter}
            for keeper in (None, 7)
            for role in ("office_head", "unit_discipline", "resident")
            for kind, letter in (("rectification_notice", "G"), ("supervision_letter", "G"), ("closure_approval", "F"))
            if letter == "G" or state in ("draft", "signed", "archived", "withdrawn")
            for issues in (
                [], [record("issue", "issued", rectify_type="immediate")], [record("issue", "issued")],
                [record("issue", "planning", rectify_type="immediate")],
            )
        ] + [
            {"kind": "clue_transfer"}, {"kind": "admonition", "interview_id": 1},
            {"kind": "bulletin", "parts": {"sort": "progress"}}, {"kind": "bulletin", "parts": {"sort": "case"}},
        ],
        "campaign": [{}],
        "lookback": [{"result": result} for result in (None, "consolidated", "rebound", "sham", "partial")],
        "self_check": [{"by_unit": by_unit} for by_unit in (False, True)],
        "warning": [{"colour": colour} for colour in ("blue", "yellow", "orange", "red")],
    }  # fmt: skip
    ways = [{trigger: [1]} for trigger in _SUBMITTED.get((kind, state), ())] or [{"create": [1]}]
    return [record(kind, state, acted=acted, **change) for change in changes[kind] for acted in ways]
