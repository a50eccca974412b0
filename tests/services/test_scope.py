"""Who may know of which record: by unit, by state, and where silence is owed."""

from typing import Any

import pytest

from riskctl.errors import NotFound
from riskctl.models import Interview, Issue, Notice
from riskctl.services import issue_links, ledgers, views
from riskctl.services.ledgers import Query
from tests.department import Department

EVERYBODY = (
    "post", "dept_head", "commissioner", "unit_discipline", "leader", "secretary", "office", "office_head", "resident",
    "auditor", "post_b", "dept_head_b", "unit_discipline_b", "commissioner_d", "sysadmin", "secadmin", "auditadmin",
)  # fmt: skip
ABOVE = {"leader", "secretary", "office", "office_head", "resident"}
IN_UNIT = {"post", "dept_head", "commissioner", "unit_discipline"}


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _seen_by(department: Department, record: Any) -> set[str]:
    case_type = record.CASE_TYPE
    seen = {name for name in EVERYBODY if ledgers.is_visible(department.actor(name), case_type, record.id)}
    for name in EVERYBODY:
        listed = record in ledgers.page(department.actor(name), case_type, Query()).items
        assert listed == (name in seen), f"list and record disagree for {name}"
    return seen


def test_a_draft_is_for_those_who_handle_drafts(department: Department) -> None:
    assert _seen_by(department, department.issue()) == ABOVE | {"commissioner", "unit_discipline"}


def test_an_auditors_draft_is_his_too(department: Department) -> None:
    issue = department.issue(by="auditor", source="audit")
    assert _seen_by(department, issue) == ABOVE | {"commissioner", "unit_discipline", "auditor"}


def test_a_draft_of_the_resident_group_is_its_own(department: Department) -> None:
    issue = department.issue(by="resident")
    assert _seen_by(department, issue) == {"resident"}
    with pytest.raises(NotFound):
        ledgers.get(department.actor("secretary"), "issue", issue.id)
    department.take("resident", issue, "submit", not_clue=True)
    assert _seen_by(department, issue) == ABOVE | {"commissioner", "unit_discipline"}


def test_an_issued_issue_is_known_in_its_unit_and_above(department: Department) -> None:
    assert _seen_by(department, department.issued()) == ABOVE | IN_UNIT | {"auditor"}


def test_a_section_of_the_unit_counts_as_the_unit(department: Department) -> None:
    assert _seen_by(department, department.issued("SK-02")) == ABOVE | IN_UNIT | {"auditor"}


def test_a_joint_unit_sees_it_too_once_it_is_issued(department: Department) -> None:
    issue: Issue = department.issue(joint_unit_ids=[department.unit("WZ").id])
    assert "dept_head_b" not in _seen_by(department, issue)
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified())
    department.take("office_head", issue, "issue")
    assert {"dept_head_b", "post_b"} <= _seen_by(department, issue)


def test_a_clue_is_locked_to_those_who_handle_clues(department: Department) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified())
    (notice,) = issue_links.notices_of(issue, ("checking",))
    department.take("office", issue, "transfer", reason_code="clue")
    assert _seen_by(department, issue) == {"office", "office_head", "resident"}
    assert _seen_by(department, notice) == {"office", "office_head", "resident"}


def test_a_notice_is_seen_where_its_issue_is(department: Department) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified())
    (notice,) = issue_links.notices_of(issue, ("checking",))
    assert not _seen_by(department, notice) & {"post", "dept_head", "auditor"}
    department.take("office_head", issue, "issue")
    assert _seen_by(department, notice) == ABOVE | IN_UNIT | {"auditor"}
    assert isinstance(notice, Notice)


@pytest.mark.parametrize(
    ("username", "shown"),
    [("office", "petition"), ("office_head", "petition"), ("resident", "petition"), ("leader", "daily"),
     ("secretary", "daily"), ("unit_discipline", "daily"), ("dept_head", "daily"), ("auditor", "daily")],
)  # fmt: skip
def test_nobody_else_learns_that_someone_complained(
    department: Department, username: str, shown: str
) -> None:
    issue = department.issue(source="petition", source_doc="信〔2026〕7号")
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified())
    department.take("office_head", issue, "issue")
    actor = department.actor(username)
    seen = views.single(actor, issue)
    assert seen["source"] == shown
    assert (seen["source_doc"] is None) == (shown == "daily")
    told = str(views.history(actor, issue))
    assert ("petition" in told) == (shown == "petition")
    petitions = ledgers.count(actor, "issue", Query(equal={"source": ["petition"]}))
    daily = ledgers.count(actor, "issue", Query(equal={"source": ["daily"]}))
    assert (petitions, daily) == ((1, 0) if shown == "petition" else (0, 1))


def test_administrators_see_no_case(department: Department) -> None:
    issue = department.issued()
    for name in ("sysadmin", "secadmin", "auditadmin"):
        for case_type in ("issue", "risk_point", "interview", "notice"):
            assert ledgers.page(department.actor(name), case_type, Query()).items == []
        assert ledgers.by_code(department.actor(name), issue.code) is None
    assert ledgers.count(department.actor("office"), "interview", Query()) == 0
    assert Interview.CASE_TYPE == "interview"
