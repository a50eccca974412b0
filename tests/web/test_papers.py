"""Files and papers: who gets them, how they leave, and the public check behind the QR code."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import Notice
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


def _signed(app: Flask, department: Department, *, recalled: bool = False) -> tuple[int, str, str]:
    with app.app_context():
        issue = department.issued()
        if recalled:
            department.take("office_head", issue, "recall", reason="有误")
        notice = db.session.scalars(select(Notice).where(Notice.document_class == "G")).one()
        return notice.id, notice.verification_code or "", notice.number or ""


def test_anybody_can_check_a_code_and_learns_nothing_of_the_content(
    app: Flask, department: Department
) -> None:
    _, code, number = _signed(app, department)
    page = PageClient(app).open(f"/verify/{code}")
    assert number in page.text
    assert "机关纪律检查委员会" in page.text
    assert "比选" not in page.html
    assert "青岭" not in page.html


def test_a_withdrawn_paper_says_so(app: Flask, department: Department) -> None:
    _, code, number = _signed(app, department, recalled=True)
    page = PageClient(app).open(f"/verify/{code}")
    assert number in page.text
    assert "作废" in page.text or "撤销" in page.text


def test_an_unknown_code_is_a_calm_page(app: Flask, department: Department) -> None:
    for code in ("ABCDEF0123456789", "x" * 300, "%3Cscript%3E"):
        page = PageClient(app).open(f"/verify/{code}", 404)
        assert "<script>" not in page.html.replace('<script src="', "")


def test_a_stranger_does_not_get_the_paper(app: Flask, department: Department, sign_in: SignIn) -> None:
    notice_id, _, _ = _signed(app, department)
    client = sign_in("dept_head_b")
    assert client.client.get(f"/notices/{notice_id}/pdf").status_code == 404
    assert PageClient(app).client.get(f"/notices/{notice_id}/pdf").status_code == 303


def test_the_stored_paper_has_its_number_as_name(app: Flask, department: Department, sign_in: SignIn) -> None:
    notice_id, _, number = _signed(app, department)
    answer = sign_in("dept_head").client.get(f"/notices/{notice_id}/pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        "%E3%80%942026" in answer.headers["Content-Disposition"]
        or number[:1] in answer.headers["Content-Disposition"]
    )
