"""督办函: drafted once by the system, taken over by a person, and never the order that its issue moves with."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.documents import contexts
from riskctl.errors import NotAllowed, RuleBroken
from riskctl.extensions import db
from riskctl.models import Issue, Notice
from riskctl.services import notice_contexts, supervision, system_account, todo
from riskctl.services.verification import verify
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")


def drafted(issue: Issue, spell: str = "a") -> Notice:
    letter = supervision.draft(issue, spell)
    assert letter is not None
    db.session.commit()
    return letter


def test_it_is_drafted_once_a_spell_and_numbers_nothing(department: Department) -> None:
    issue = department.planned()
    letter = drafted(issue)
    assert supervision.draft(issue, "a") is None
    assert (letter.state, letter.number, letter.kind) == ("draft", None, "supervision_letter")
    assert letter.drafter_id == system_account.user_id()
    assert (letter.main_to, letter.copy_to, letter.issue_ids) == ("青岭水库管理处", "分管领导", [issue.id])
    tasks = [task for task in todo.tasks(department.actor("office")) if task.record == letter]
    assert [(task.step.label, task.group == "等待他人") for task in tasks] == [("送核", False)]
    assert drafted(issue, "b").id != letter.id
    assert verify().problems == []


def test_who_takes_it_over_is_its_drafter_and_signs_nothing_of_it(department: Department) -> None:
    issue = department.planned()
    letter = drafted(issue)
    department.take("office", letter, "submit")
    assert letter.drafter_id == department.actor("office").user_id
    for trigger in ("check", "sign"):
        with pytest.raises((NotAllowed, RuleBroken)):
            department.take("office", letter, trigger)
    department.take("office2", letter, "check")
    department.take("office_head", letter, "sign")
    assert letter.number is not None
    assert letter.reply_due == letter.rectify_due
    said = contexts.frozen_text(notice_contexts.context_of(letter))
    assert f"编号{issue.code}" in said
    assert "措施完成0%，尚未办结" in said


def test_it_moves_without_its_issue_and_the_order_without_it(department: Department) -> None:
    issue = department.issued()
    letter = drafted(issue)
    department.take("office", letter, "submit")
    department.take("office2", letter, "check")
    department.take("office_head", letter, "sign")
    today = clock.today().isoformat()
    department.take("dept_head", letter, "receive", received_on=today, receiver="主要负责人")
    assert (letter.state, issue.state) == ("received", "issued")
    order = db.session.scalars(select(Notice).where(Notice.kind == "rectification_notice")).one()
    department.receive(issue)
    assert (issue.state, order.state) == ("planning", "received")
    department.take("dept_head", letter, "reply", reply="已安排", replied_on=today)
    assert (letter.state, issue.state) == ("replied", "planning")


def test_recalling_the_issue_withdraws_the_order_alone(department: Department) -> None:
    issue = department.issued()
    letter = drafted(issue)
    department.take("office_head", issue, "recall", reason="期限有误")
    order = db.session.scalars(select(Notice).where(Notice.kind == "rectification_notice")).one()
    assert (order.state, letter.state, letter.superseded_by_id) == ("withdrawn", "draft", None)
    department.take("office2", issue, "verify", **department.verified())
    letters = select(Notice.kind).where(Notice.document_class == "G")
    kinds = db.session.scalars(letters.order_by(Notice.id)).all()
    assert kinds == ["rectification_notice", "supervision_letter", "rectification_notice"]
    # Signing the letter must not sign the issue that waits for its own order.
    department.take("office", letter, "submit")
    department.take("office2", letter, "check")
    department.take("office_head", letter, "sign")
    assert issue.state == "verifying"


def test_a_day_that_has_passed_must_be_set_anew(department: Department) -> None:
    letter = drafted(department.planned())
    letter.rectify_due = clock.today() - timedelta(days=1)
    db.session.commit()
    with pytest.raises(RuleBroken, match="今天或以后的办理期限"):
        department.take("office", letter, "submit")
