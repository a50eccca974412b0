"""批量打印 from the list of documents, and the file at the end of the job."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from riskctl.extensions import db
from riskctl.jobs import working
from riskctl.models import Job, Notice
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


def test_documents_are_ticked_or_filtered_put_together_and_taken_away(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    with app.app_context():
        for unit in ("SK", "WZ"):
            department.issued(unit)
        orders = select(Notice.id).where(Notice.kind == "rectification_notice")
        ids = list(db.session.scalars(orders.order_by(Notice.id)))
    office = sign_in("office")
    office.open("/notices?kind=rectification_notice")
    assert [box.get("value") for box in office.page.all("input", name="id")] == [str(i) for i in ids[::-1]]
    refused = office.submit("/notices/documents?kind=rectification_notice", shape="zip", expect=422)
    assert "先勾选" in refused.text
    office.open("/notices?kind=rectification_notice&state=signed&sort=id")
    office.submit(
        "/notices/documents?kind=rectification_notice&state=signed&sort=id", shape="print", which="filtered"
    )
    job_path = office.path
    assert "打印 2 份文书" in office.page.text
    with app.app_context():
        assert working.work_once()
        assert db.session.scalars(select(Job.params)).one()["ids"] == ids
    page = office.open(job_path)
    assert "已完成 2 份" in page.text
    link = next(href for href in page.links() if href.endswith("/file"))
    with office.client.get(link) as answer:
        assert answer.data.startswith(b"%PDF-1.7")
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert sign_in("office2").client.get(link).status_code == 404
    office.open("/notices")
    office.submit("/notices/documents", shape="zip", id=str(ids[0]))
    assert "打包 1 份文书" in office.page.text
    office.open("/notices")
    office.submit("/notices/documents", shape="zip", id="1x", expect=422)
    office.open("/issues")
    office.submit("/issues/documents", shape="print", which="filtered", kind="rectification_notice")
    assert "打印 2 份整改通知书" in office.page.text
    assert "/issues/documents" not in sign_in("post").open("/issues").html
