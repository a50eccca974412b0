"""送达, 留置, 签收 and what is printed: the facts of a 送达回证, and prints that are counted."""

import io

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import NotAllowed, NotFound, NotFromHere, RuleBroken
from riskctl.extensions import db
from riskctl.models import Issue, Notice, User
from riskctl.services import attachments, audit, genuineness, prints, receipts
from riskctl.services.verification import verify
from riskctl.services.workdays import add_workdays
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
TODAY = clock.today().isoformat()


def issued(department: Department, unit: str = "SK", **changes: object) -> tuple[Issue, Notice]:
    issue = department.issued(unit, **changes)
    return issue, db.session.scalars(
        select(Notice).where(Notice.issues.any(Issue.id == issue.id), Notice.document_class == "G")
    ).one()


def test_a_refused_paper_is_left_before_a_witness_and_counts_as_received(department: Department) -> None:
    issue, notice = issued(department)
    left = {
        "refusal": "综合科负责人拒绝签收",
        "witness": "属地党支部书记",
        "place": "单位值班室",
        "left_on": TODAY,
    }
    with pytest.raises(RuleBroken, match="送达人"):
        department.take("office", notice, "leave", **left, left_by=[{"name": "机关纪委干部甲"}])
    db.session.rollback()
    with pytest.raises(NotAllowed):
        department.take("dept_head", notice, "leave", **left, left_by=[{"name": "甲"}, {"name": "乙"}])
    db.session.rollback()
    two = [{"name": "机关纪委干部甲"}, {"name": "机关纪委干部乙"}]
    department.take("office", notice, "leave", **left, left_by=two, evidence=department.evidence("office"))
    assert (notice.state, issue.state) == ("received", "planning")
    assert notice.reply_due == add_workdays(clock.today(), 10).on
    assert receipts.in_words(notice.service) == [
        "方式：留置送达", f"送达日期：{TODAY}", "送达人：机关纪委干部甲、机关纪委干部乙", "地点：单位值班室",
        "见证人：属地党支部书记", "拒收情况：综合科负责人拒绝签收", "签收人：拒收，留置送达", f"签收日期：{TODAY}",
    ]  # fmt: skip
    assert [purpose for _, purpose in attachments.of_case(notice)] == ["leave.evidence"]
    receipt = db.session.scalars(select(Notice).where(Notice.kind == "service_receipt")).one()
    assert (receipt.state, receipt.parent_id) == ("signed", notice.id)
    assert receipt.context is not None
    form = receipt.context["form"]
    assert form["servers"] == ["机关纪委干部甲", "机关纪委干部乙"]
    assert (form["method"], form["refusal"]) == ("留置送达", "综合科负责人拒绝签收")
    assert verify().problems == []


def test_what_was_mailed_is_received_by_another_for_a_reason(department: Department) -> None:
    _, notice = issued(department, rectify_type="immediate")
    department.take("office", notice, "seal", sealed_on=TODAY, scan=department.evidence("office"))
    data = {"method": "mail", "servers": "机关纪委干部甲", "sent_on": TODAY, "mail_no": "EM0001"}
    department.take("office", notice, "send", **data)
    measure = {"text": "立即停止", "owner_post": "科长"}
    department.take(
        "dept_head", notice, "receive", received_on=TODAY, receiver="综合科负责人", deputy="主要负责人出差",
        measures=[measure],
    )  # fmt: skip
    told = receipts.in_words(notice.service)
    assert told[0] == "方式：邮寄送达"
    assert {"邮件号：EM0001", "代收理由：主要负责人出差"} <= set(told)
    department.take("office", notice, "attach_scan", scan=department.evidence("office"))
    purposes = [purpose for _, purpose in attachments.of_case(notice)]
    assert purposes == ["seal.scan", "attach_scan.scan"]
    assert notice.state == "received"


def test_the_second_print_is_a_copy_and_counted(department: Department) -> None:
    issue, notice = issued(department)
    office = department.actor("office")
    with pytest.raises(NotAllowed):
        prints.take(department.actor("dept_head"), notice.id)
    with pytest.raises(NotFound):
        prints.take(department.actor("dept_head_b"), notice.id)
    made = [prints.take(office, notice.id) for _ in range(3)]
    assert [m.ordinal for m in made] == [0, 1, 2]
    assert made[0].sha256 == notice.pdf_sha256
    data = attachments.path_of(prints.file_of(office, notice.id, 1)).read_bytes()
    assert genuineness.same_file(notice.verification_code or "", io.BytesIO(data)) == "copy"
    triggers = [view.event.trigger for view in audit.history("notice", notice.id)]
    assert triggers[-4:] == ["print", "print_paper", "reprint", "reprint"]
    with pytest.raises(NotFound):
        prints.file_of(office, notice.id, 3)
    department.take("office_head", issue, "recall", reason="有误")
    with pytest.raises(NotFromHere):
        prints.take(office, notice.id)
    assert db.session.get_one(User, made[1].by_id).username == "office"
    assert verify().problems == []
