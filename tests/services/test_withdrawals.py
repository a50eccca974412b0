"""撤销: 作废 before the dispatch, 已撤销 after it with a 撤销通知; the number stays, and anybody can see by what."""

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, Notice
from riskctl.services import genuineness, system_account, views
from riskctl.services.verification import verify
from riskctl.workflows.notice import ORDERS
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")


def order_of(issue: Issue) -> Notice:
    query = (
        select(Notice)
        .where(Notice.issues.any(Issue.id == issue.id), Notice.kind.in_(ORDERS))
        .order_by(Notice.id)
    )
    found = db.session.scalars(query).first()
    assert found is not None
    return found


def revocations() -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.kind == "revocation_notice")))


def test_before_its_dispatch_a_paper_is_only_void(department: Department) -> None:
    issue = department.issued()
    order = order_of(issue)
    department.take("office", order, "seal", sealed_on=clock.today().isoformat())
    department.take("office_head", issue, "recall", reason="责任单位有误")
    assert views.state_label(order) == "作废"
    assert revocations() == []


def test_after_it_a_letter_takes_it_back_and_is_named_to_everybody(department: Department) -> None:
    issue, today = department.issued(), clock.today()
    order = order_of(issue)
    sent = {"method": "direct", "servers": "机关纪委干部甲、乙", "sent_on": today.isoformat()}
    department.take("office", order, "send", **sent)
    department.take("office_head", issue, "recall", reason="认定依据有误")
    assert views.state_label(order) == "已撤销"
    (letter,) = revocations()
    assert (letter.state, letter.parent_id, letter.main_to) == ("draft", order.id, order.main_to)
    assert letter.title == f"关于撤销《{order.title}》的通知"
    assert letter.drafter_id == system_account.user_id()
    proof = genuineness.check(order.verification_code or "")
    assert proof is not None
    assert (proof.withdrawn, proof.dispatched, proof.revoked_by) == (True, True, None)
    department.take("office", letter, "submit")
    department.take("office2", letter, "check")
    department.take("office_head", letter, "sign")
    assert (order.number, letter.number) == tuple(f"锦水机纪〔{today.year}〕{n}号" for n in (1, 2))
    assert letter.context is not None
    text = "".join(paragraph["text"] for paragraph in letter.context["paragraphs"])
    assert f"（{order.number}）" in text
    assert "认定依据有误" in text
    proof = genuineness.check(order.verification_code or "")
    assert proof is not None
    assert proof.revoked_by == letter.number
    # A 撤销通知 that is itself withdrawn takes nothing back and brings no other.
    department.take("office", letter, "send", **sent)
    department.take("office_head", letter, "withdraw", reason="误发")
    assert revocations() == [letter]
    again = genuineness.check(order.verification_code or "")
    assert again is not None
    assert again.revoked_by is None
    assert verify().problems == []
