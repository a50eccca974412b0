"""The life of a notice and its issue: one fact is entered once, a number is never lost, the text is frozen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from riskctl import clock
from riskctl.documents.contexts import digest
from riskctl.errors import InvalidInput, NotAllowed, NotFromHere, RuleBroken
from riskctl.extensions import db
from riskctl.models import Issue, Notice
from riskctl.services import audit, issues, notice_contexts, notices, transitions
from riskctl.services.transitions import CaseRef
from riskctl.services.verification import verify
from riskctl.services.workdays import add_workdays
from tests.department import BASIS, Department

pytestmark = pytest.mark.usefixtures("session")
YEAR = clock.today().year


def of(issue: Issue, *states: str) -> Notice:
    """The latest notice of the issue, which must be in one of these states."""
    query = (
        select(Notice)
        .where(Notice.issues.any(Issue.id == issue.id), Notice.document_class == "G")
        .order_by(Notice.id.desc())
    )
    found = db.session.scalars(query).first()
    assert found is not None
    assert not states or found.state in states, found.state
    return found


def verified(department: Department, **changes: Any) -> Issue:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified(**changes))
    return issue


def test_verification_drafts_the_notice_and_counts_as_its_check(department: Department) -> None:
    issue = verified(department)
    notice = of(issue, "checking")
    office, office2 = department.actor("office").user_id, department.actor("office2").user_id
    assert (notice.drafter_id, notice.checker_id, notice.number) == (office, office2, None)
    assert notice.title == f"关于{issue.title}的整改通知书"
    assert (notice.main_to, notice.copy_to) == ("青岭水库管理处", "分管领导，驻厅纪检监察组")
    assert (notice.requirements, notice.rectify_due) == (issue.requirement, issue.due_on)


def test_signing_the_issue_signs_its_notice_in_the_same_step(department: Department) -> None:
    issue = verified(department)
    department.take("office_head", issue, "issue")
    notice = of(issue, "signed")
    assert notice.number == f"锦水机纪〔{YEAR}〕1号"
    assert notice.issued_on == issue.issued_on == clock.today()
    assert notice.context is not None
    assert notice.sha256 == digest(notice.context)
    assert notice.signer_id == department.actor("office_head").user_id
    assert len(notice.verification_code or "") == 16
    triggers = [view.event.trigger for view in audit.history("notice", notice.id)]
    assert triggers[-1] == "sign"


def test_signing_the_notice_issues_the_issue(department: Department) -> None:
    issue = verified(department)
    department.take("office_head", of(issue, "checking"), "sign")
    assert of(issue).state == "signed"
    assert issue.state == "issued"


def test_numbers_follow_each_other_within_issuer_and_year(department: Department) -> None:
    found = [of(department.issued(unit)).number for unit in ("SK", "WZ", "JS")]
    assert found == [f"锦水机纪〔{YEAR}〕{n}号" for n in (1, 2, 3)]


def test_a_refused_signing_uses_no_number(department: Department) -> None:
    issue = verified(department)
    with pytest.raises(NotAllowed):
        department.take("office2", issue, "issue")
    db.session.rollback()
    department.take("office_head", issue, "issue")
    assert of(issue).number == f"锦水机纪〔{YEAR}〕1号"


def test_two_signers_at_once_sign_once(app: Flask, department: Department) -> None:
    issue_id, version = (found := verified(department)).id, found.version
    actor = department.actor("office_head")
    db.session.rollback()
    start = Barrier(2)

    def sign(_: int) -> str:
        with app.app_context():
            start.wait(30)
            try:
                transitions.fire(actor, CaseRef("issue", issue_id), "issue", {}, version=version)
            except Exception as error:  # noqa: BLE001 -- the class is what is looked at
                return type(error).__name__
            return "signed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(sign, range(2)))
    assert outcomes == ["EditedMeanwhile", "signed"]
    numbers = db.session.scalars(select(Notice.number).where(Notice.number.is_not(None))).all()
    assert list(numbers) == [f"锦水机纪〔{YEAR}〕1号"]


def test_the_receipt_of_the_one_is_the_receipt_of_the_other(department: Department) -> None:
    issue = department.issued()
    department.take(
        "dept_head", issue, "sign_receipt", received_on=clock.today().isoformat(), receiver="主要负责人"
    )
    notice = of(issue, "received")
    assert notice.service["method"] == "electronic"
    assert notice.service["receiver"] == "主要负责人"
    assert notice.reply_due == add_workdays(clock.today(), 10).on

    other = department.issued("WZ")
    department.take("office", of(other), "seal", sealed_on=clock.today().isoformat())
    department.take(
        "office",
        of(other),
        "send",
        method="direct",
        servers="机关纪委干部甲、乙",
        sent_on=clock.today().isoformat(),
    )
    department.take(
        "dept_head_b",
        of(other, "sent"),
        "receive",
        received_on=clock.today().isoformat(),
        receiver="单位负责人",
    )
    assert other.state == "planning"
    assert of(other, "received").service["method"] == "direct"


def test_the_first_plan_is_the_reply(department: Department) -> None:
    issue = department.issued()
    department.take(
        "dept_head", issue, "sign_receipt", receiver="主要负责人", received_on=clock.today().isoformat()
    )
    department.take("dept_head", issue, "submit_plan", **_plan(issue))
    assert of(issue, "replied").replied_on == clock.today()


def _plan(issue: Issue) -> dict[str, Any]:
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": str(issue.due_on)}
    return {"goal": "整改到位", "measures": [measure], "commitment": True}


def test_a_recalled_notice_keeps_its_number_and_names_its_successor(department: Department) -> None:
    issue = department.issued()
    first = of(issue)
    department.take("office_head", issue, "recall", reason="责任单位有误")
    assert (first.state, first.number) == ("withdrawn", f"锦水机纪〔{YEAR}〕1号")
    assert issue.state == "verifying"
    assert issue.verified_at is None
    department.take("office2", issue, "verify", **department.verified())
    department.take("office_head", issue, "issue")
    second = of(issue, "signed")
    assert second.number == f"锦水机纪〔{YEAR}〕2号"
    assert (second.supersedes_id, first.superseded_by_id) == (first.id, second.id)
    assert verify().problems == []


def test_an_accepted_objection_withdraws_it(department: Department) -> None:
    issue = department.issued()
    department.take("dept_head", issue, "object", objection="项目由他单位负责")
    department.take("office", issue, "accept_objection", reason="情况属实")
    assert of(issue).state == "withdrawn"


def test_the_notice_of_a_running_issue_is_withdrawn_through_the_issue(department: Department) -> None:
    issue = department.issued()
    with pytest.raises(RuleBroken, match="撤回交办"):
        department.take("office_head", of(issue), "withdraw", reason="作废")


def test_an_unsigned_notice_is_neither_received_nor_sealed(department: Department) -> None:
    notice = of(verified(department), "checking")
    for username, trigger in (("dept_head", "receive"), ("office", "seal")):
        with pytest.raises((NotFromHere, Exception)) as refused:
            department.take(username, notice, trigger)
        assert type(refused.value).__name__ in ("NotFromHere", "NotFound")


def test_nobody_signs_what_he_drafted_or_checked(department: Department) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified())
    notice = of(issue, "checking")
    for username in ("office", "office2"):
        with pytest.raises(NotAllowed):
            department.take(username, notice, "sign")
    with pytest.raises(NotAllowed, match="职责分离") as refused:
        department.take("office", notice, "check")
    assert refused.value.code == "separation_of_duties"


def test_the_paper_is_frozen_and_stored_once(department: Department) -> None:
    issue = department.issued()
    notice = of(issue)
    frozen = dict(notice.context or {})
    office = department.actor("office")
    issues.edit(
        office, issue.id, {"source_doc": "更正后的来源"}, version=issue.version, reason="来源文号有误"
    )
    _, first = notice_contexts.pdf_of(office, notice.id)
    _, second = notice_contexts.pdf_of(department.actor("dept_head"), notice.id)
    assert first == second
    assert first.startswith(b"%PDF")
    db.session.refresh(notice)
    assert notice.context == frozen
    assert notice.sha256 == digest(frozen)
    assert [v.event.trigger for v in audit.history("notice", notice.id)].count("print") == 1
    assert verify().problems == []


def test_a_draft_is_previewed_and_nothing_is_kept(department: Department) -> None:
    notice = of(verified(department), "checking")
    _, data = notice_contexts.pdf_of(department.actor("office"), notice.id)
    assert data.startswith(b"%PDF")
    assert notice.pdf_attachment_id is None
    assert notice.number is None


@pytest.mark.parametrize("where", ["requirement", "acceptance_standard"])
def test_a_character_without_a_font_is_refused_at_the_verification(
    department: Department, where: str
) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    with pytest.raises(RuleBroken, match="\U0010fffd"):
        department.take("office2", issue, "verify", **department.verified(**{where: "整改\U0010fffd"}))


def test_a_reopened_issue_gets_a_notice_that_says_why(department: Department) -> None:
    issue = department.closed()
    department.take(
        "resident", issue, "reopen", reason_code="rebound", reason="同类问题再次出现",
        due_on=(clock.today() + timedelta(days=40)).isoformat(),
    )  # fmt: skip
    notice = of(issue)
    assert notice.kind == "renewed_notice"
    assert notice.state == "checking"
    context = notice_contexts.context_of(notice)
    assert context["reopen_reason"] == "出现反弹"


def test_one_notice_for_several_problems_of_a_unit(department: Department) -> None:
    office = department.actor("office")
    first, second = department.issue(title="甲问题"), department.issue(title="乙问题")
    data = {"kind": "rectification_notice", "issue_ids": [first.id, second.id], "title": "关于两项问题的整改通知书",
            "basis": BASIS, "requirements": "逐项整改。", "rectify_due": clock.today() + timedelta(days=30)}  # fmt: skip
    notice = notices.create(office, data)
    assert notice.issue_ids == [first.id, second.id]
    assert [p["title"] for p in notice_contexts.context_of(notice)["problems"]] == ["甲问题", "乙问题"]
    with pytest.raises(InvalidInput, match="已有同类文书"):
        notices.create(office, data)


def test_a_notice_goes_to_one_unit(department: Department) -> None:
    ids = [department.issue().id, department.issue("WZ").id]
    with pytest.raises(InvalidInput, match="一个单位"):
        notices.create(department.actor("office"), {"kind": "rectification_notice", "issue_ids": ids})


def test_a_units_own_ledger_is_signed_by_its_own_discipline(department: Department) -> None:
    issue = department.issue(by="unit_discipline", source="daily", owner_level="unit")
    department.take("unit_discipline", issue, "submit", not_clue=True)
    department.take("unit_discipline2", issue, "verify", **department.verified())
    notice = of(issue, "checking")
    assert notice.issuer.unit.code == "SK"
    assert notice.copy_to is None


def test_a_units_discipline_writes_in_its_own_name_only(department: Department) -> None:
    own = department.actor("unit_discipline")
    notice = of(verified(department), "checking")
    with pytest.raises(NotAllowed, match="本单位纪委的名义"):
        notices.edit(own, notice.id, {"copy_to": "无"}, version=notice.version)
    db.session.rollback()
    other = department.issue(title="另一问题")
    data = {"kind": "rectification_notice", "issue_ids": [other.id], "issuer_id": notice.issuer_id}
    with pytest.raises(NotAllowed, match="本单位纪委的名义"):
        notices.create(own, data)
    db.session.rollback()
    theirs = next(issuer for issuer in notices.issuers() if issuer.unit.code == "SK")
    assert notices.create(own, {**data, "issuer_id": theirs.id}).issuer_id == theirs.id
