"""Taking a ledger out from its page, and the administrator's shapes."""

import io
from collections.abc import Callable

import openpyxl
from flask import Flask

from riskctl.jobs import working
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


def test_from_the_filtered_ledger_to_the_file(app: Flask, department: Department, sign_in: SignIn) -> None:
    with app.app_context():
        code = department.issued("SK").code
        department.issue("SK", title="登记中的问题")
    office = sign_in("office")
    listed = office.open("/issues?state=issued")
    assert "/issues/export?state=issued" in listed.links()
    asked = office.open("/issues/export?state=issued")
    assert "环节：已交办" in asked.text
    assert "1 条" in asked.text
    refused = office.submit("/issues/export?state=issued", expect=422, reason="")
    assert "请填写导出理由" in refused.text
    office.submit("/issues/export?state=issued", reason="报送季报")
    with app.app_context():
        assert working.work_once()
    assert "已导出 1 行" in office.open(office.path).text
    with office.client.get(f"{office.path}/file") as answer:
        data = answer.data
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert [row[1] for row in sheet.iter_rows(min_row=4, values_only=True)] == [code]


def test_shapes_are_uploaded_used_and_withdrawn(app: Flask, department: Department, sign_in: SignIn) -> None:
    made = openpyxl.Workbook()
    made.active["A1"] = "{{编号}}"
    out = io.BytesIO()
    made.save(out)
    admin = sign_in("sysadmin")
    admin.open("/export-shapes")
    refused = admin.submit("/export-shapes", expect=422, name="季报表", file=(io.BytesIO(b"x"), "a.xlsx"))
    assert "请上传 .xlsx 格式的工作簿" in refused.text
    assert "季报表" in str(refused.form("/export-shapes").findall(".//input")[1].attrib), (
        "what was typed stays"
    )
    admin.submit("/export-shapes", name="季报表", file=(io.BytesIO(out.getvalue()), "a.xlsx"))
    assert "季报表" in admin.open("/export-shapes").text
    assert "季报表" in sign_in("office").open("/risk-points/export").text
    assert "还没有自定义样式" in admin.submit("/withdraw").text
