"""One 整改通知书 for several problems of a unit: put together, signed, received, answered, taken apart."""

from typing import Any

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, RuleBroken
from riskctl.extensions import db
from riskctl.models import Issue, Notice
from riskctl.services import joint_notices, notice_contexts
from riskctl.services.verification import verify
from riskctl.workflows.notice import ORDERS
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")


def verified(department: Department, title: str, unit: str = "SK", **changes: Any) -> Issue:
    issue = department.issue(unit, title=title)
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified(**changes))
    return issue


def papers(issue: Issue) -> list[tuple[str, int]]:
    """State and number of problems of each paper of the issue that still counts, the latest first."""
    query = select(Notice).where(Notice.issues.any(Issue.id == issue.id)).order_by(Notice.id.desc())
    return [
        (n.state, len(n.issues))
        for n in db.session.scalars(query)
        if n.kind in ORDERS and n.state != "withdrawn"
    ]


def together(department: Department, *titles: str) -> tuple[Notice, list[Issue]]:
    issues = [verified(department, title) for title in titles]
    return joint_notices.combine(department.actor("office"), [issue.id for issue in issues]), issues


def test_several_problems_share_a_paper_with_their_list(department: Department) -> None:
    notice, issues = together(department, "甲问题", "乙问题", "丙问题")
    assert (notice.state, notice.title) == ("checking", "关于甲问题等3项问题的整改通知书")
    assert [papers(issue) for issue in issues] == [[("checking", 3)]] * 3
    assert len(notice.basis) == 1
    context = notice_contexts.context_of(notice)
    assert context["enclosures"] == ["问题清单", "送达回证"]
    assert [row[0] for row in context["annexes"][0]["rows"]] == ["1", "2", "3"]
    assert "共3项问题，详见附件1" in "".join(p["text"] for p in context["paragraphs"])
    # 核定 is no 核稿 of what was put together, neither on the paper nor through one of its problems.
    for case, trigger in ((notice, "sign"), (issues[0], "issue")):
        with pytest.raises(RuleBroken, match="核稿"):
            department.take("office_head", case, trigger)
        db.session.rollback()
    with pytest.raises(NotAllowed):  # who put it together
        department.take("office", notice, "check")
    db.session.rollback()
    department.take("office2", notice, "check")
    with pytest.raises(NotAllowed):  # who verified the problems
        department.take("office2", notice, "sign")
    db.session.rollback()
    department.take("office_head", issues[1], "issue")
    assert [issue.state for issue in issues] == ["issued"] * 3
    assert notice.number == f"锦水机纪〔{clock.today().year}〕1号"
    department.receive(issues[2])
    assert {issue.state for issue in issues} == {"planning"}
    for done, issue in enumerate(issues, 1):
        measure = {"text": "修订制度", "owner_post": "科长", "due_on": str(issue.due_on)}
        department.take("dept_head", issue, "submit_plan", goal="到位", measures=[measure], commitment=True)
        assert notice.state == ("replied" if done == 3 else "received")
    assert verify().problems == []


def test_a_problem_that_is_taken_back_leaves_the_paper_to_the_others(department: Department) -> None:
    notice, issues = together(department, "甲问题", "乙问题")
    department.take("office2", notice, "check")
    department.take("office_head", notice, "sign")
    department.take("dept_head", issues[0], "object", objection="不属我单位")
    department.take("office", issues[0], "accept_objection", reason="情况属实")
    assert (notice.state, notice.issue_ids) == ("received", [issues[1].id])
    assert issues[0].state == "verifying"
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": str(issues[1].due_on)}
    department.take("dept_head", issues[1], "submit_plan", goal="到位", measures=[measure], commitment=True)
    assert notice.state == "replied"
    assert verify().problems == []


def test_what_is_not_signed_is_taken_apart_again(department: Department) -> None:
    notice, issues = together(department, "甲问题", "乙问题", "丙问题")
    department.take("office2", notice, "check")
    department.take("office", issues[2], "void", reason="重复登记")
    assert notice.state == "withdrawn"
    assert [papers(issue) for issue in issues] == [[("checking", 1)], [("checking", 1)], []]
    department.take("office_head", issues[0], "issue")
    assert issues[0].state == "issued"
    again, (first, other) = together(department, "丁问题", "戊问题")
    department.take("office2", again, "check")
    department.take("office2", first, "verify", **department.verified(requirement="另行整改。"))
    assert (again.state, again.checker_id) == ("checking", None)
    department.take("office2", other, "verify", **department.verified(rectify_type="immediate"))
    assert again.state == "withdrawn"
    assert papers(first) == papers(other) == [("checking", 1)]
    assert verify().problems == []


def test_what_does_not_fit_is_said(department: Department) -> None:
    office = department.actor("office")
    issue, elsewhere = verified(department, "甲问题"), verified(department, "乙问题", "WZ")
    quick = verified(department, "丙问题", rectify_type="immediate")
    early = department.issue(title="丁问题")
    for others, said in (
        ([], "2至50项"), ([elsewhere], "一个单位"), ([quick], "立行立改"), ([early], "核定后待签发"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput, match=said):
            joint_notices.combine(office, [issue.id, *(other.id for other in others)])
        db.session.rollback()
    more = verified(department, "戊问题")
    with pytest.raises(NotAllowed):
        joint_notices.combine(department.actor("unit_discipline"), [issue.id, more.id])
    db.session.rollback()
    assert [(name, len(group)) for name, group in joint_notices.offered(office)] == [("青岭水库管理处", 2)]
    joint_notices.combine(office, [issue.id, more.id])
    with pytest.raises(InvalidInput, match="已在另一份"):
        joint_notices.combine(office, [issue.id, more.id])
