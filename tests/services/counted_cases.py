"""A small history of which every figure can be counted by hand, for the tests of statistics."""

from datetime import date
from typing import Any

from riskctl.extensions import db
from riskctl.models import Interview, Issue, RiskPoint
from riskctl.services import audit
from tests.department import Department

EVIDENCED = [
    {
        "text": "修订制度",
        "owner_post": "科长",
        "evidence_required": True,
        "evidence": [1],
        "done_on": "2026-10-20",
    }
]


def issues(department: Department, unit: str, *rows: dict[str, Any]) -> list[Issue]:
    """Issues written at once, each as the row says beside what all have."""
    office, own = department.actor("office").user_id, department.unit(unit)
    made = [
        Issue(
            **{
                "code": f"WT-T-{unit}-{number}", "state": "rectifying", "unit_id": own.id, "source": "daily",
                "title": f"问题{number}", "verbatim": "原文", "severity": "general", "rectify_type": "deadline",
                "found_on": date(2026, 9, 1), "issued_on": date(2026, 9, 10), "due_original": date(2026, 12, 20),
                "due_on": date(2026, 12, 20), "created_by_id": office, "acted": {"create": [office]}, **row,
            }
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip
    return _written(made, office)


def points(department: Department, unit: str, *rows: dict[str, Any]) -> list[RiskPoint]:
    """Risk points written at once."""
    office, own = department.actor("office").user_id, department.unit(unit)
    made = [
        RiskPoint(
            **{
                "code": f"LF-T-{unit}-{number}-{len(rows)}", "state": "active", "unit_id": own.id, "title": f"风险点{number}", "level": "low",
                "category": "process", "manifestation": f"表现{number}", "measures": [{"text": "比选"}], "likelihood": 1, "impact": 2,
                "approved_on": date(2026, 3, 1), "created_by_id": office, "acted": {"create": [office]}, **row,
            }
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip
    return _written(made, office)


def interviews(department: Department, unit: str, *rows: dict[str, Any]) -> list[Interview]:
    """Interviews written at once."""
    office, own = department.actor("office").user_id, department.unit(unit)
    made = [
        Interview(
            **{
                "code": f"YT-T-{unit}-{number}", "state": "signed", "unit_id": own.id, "kind": "reminder", "subject_post": f"岗位{number}",
                "reason": "提醒", "created_by_id": office, "acted": {"create": [office]}, **row,
            }
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip
    return _written(made, office)


def _written(made: list[Any], office: int) -> list[Any]:
    db.session.add_all(made)
    db.session.flush()
    audit.append_founding(made, trigger="create", actor_id=office)
    db.session.commit()
    return made


def history(department: Department) -> None:
    """Ten issues of 青岭水库管理处 and two of 防汛物资储备中心; what they count to is written in the tests."""
    closed = {
        "state": "closed",
        "measures": EVIDENCED,
        "due_original": date(2026, 10, 20),
        "due_on": date(2026, 10, 20),
    }
    issues(
        department, "SK",
        # Closed in October: two in time, one late and once returned, one after an extension that does not count.
        {**closed, "closed_on": date(2026, 10, 12), "issued_on": date(2026, 9, 28), "severity": "serious",
         "amount_involved": 125_000, "amount_recovered": 60_050},
        {**closed, "closed_on": date(2026, 10, 20), "issued_on": date(2026, 9, 28), "source": "petition"},
        {**closed, "closed_on": date(2026, 10, 26), "return_count": 1},
        {**closed, "closed_on": date(2026, 10, 30), "due_on": date(2026, 10, 31)},
        # Closed a year before, in October 2025.
        {"state": "archived", "closed_on": date(2025, 10, 15), "issued_on": date(2025, 9, 1), "found_on": date(2025, 8, 20),
         "due_original": date(2025, 10, 1), "due_on": date(2025, 10, 1), "measures": [{"text": "整改", "done_on": "2025-10-14"}]},
        # Open: one past its first and its present term, one past the first alone.
        {"due_original": date(2026, 10, 9), "due_on": date(2026, 10, 9)},
        {"due_original": date(2026, 10, 30), "due_on": date(2026, 12, 31), "issued_on": date(2026, 10, 15)},
        # Neither of these is asked to close: 长期坚持, 不予列账, 登记.
        {"state": "sustaining", "rectify_type": "long_term", "due_original": None, "due_on": None, "measures": EVIDENCED},
        {"state": "void", "issued_on": None, "due_original": None},
        {"state": "draft", "issued_on": None, "due_original": None, "due_on": None},
    )  # fmt: skip
    issues(
        department, "WZ",
        {**closed, "closed_on": date(2026, 10, 19), "source": "audit"},
        {"due_original": date(2026, 9, 30), "due_on": date(2026, 9, 30), "source": "audit"},
    )  # fmt: skip
