"""The three steps of an import as people go through them, and what bad files get."""

import io
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from riskctl.extensions import db
from riskctl.models import RiskPoint
from riskctl.services.exchange import progress
from tests.department import Department
from tests.services.exchange import sheets
from tests.web.pages import Page, PageClient, words

SignIn = Callable[[str], PageClient]
MIXED = sheets.points(sheets.point("印章外借"), sheets.point("公章保管", level="很高"))


def _upload(
    client: PageClient, data: bytes, name: str = "台账.xlsx", expect: int | None = None, **form: str
) -> Page:
    client.open("/import/risk-points")
    return client.submit("", expect=expect, file=(io.BytesIO(data), name), **form)


def _unit(app: Flask, department: Department, code: str) -> str:
    with app.app_context():
        return str(department.unit(code).id)


def _points(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(RiskPoint)) or 0


def _present(page: Page) -> str:
    return next(words(item) for item in page.all("li", aria_current="step"))


def test_from_the_file_to_the_ledger(app: Flask, sign_in: SignIn) -> None:
    office = sign_in("office")
    assert _present(office.open("/import/risk-points")) == "1. 选择文件"
    page = _upload(office, sheets.book({"2026年": sheets.LEDGER, "说明": [["填表要求"]]}, sheets.MERGED))
    assert _present(page).startswith("2. 核对")
    assert [e.get("value") for e in page.all("input", name="header-0")] == ["3"]
    assert "没有找到表头" in page.text
    assert [words(a) for a in page.all("a", class_="chip")] == [
        "全部 3", "新增 3", "无变化 0", "变更建议 0", "拒绝 0"
    ]  # fmt: skip
    page = office.submit("/confirm")
    assert _present(page) == "3. 结果"
    assert "新增3 行" in page.text
    assert "物资出入库" in office.open("/risk-points").text
    assert _points(app) == 3


def test_refused_rows_are_shown_downloaded_and_skipped_only_on_request(app: Flask, sign_in: SignIn) -> None:
    office = sign_in("office")
    page = _upload(office, MIXED)
    assert "风险等级“很高”：不能识别" in page.text
    preview = office.path
    page = office.submit("/confirm", expect=422)
    assert "1行不能导入" in words(page.all("div", role="alert")[0])
    assert _points(app) == 0
    office.open(preview)
    page = office.submit("/confirm", skip_bad_rows="1")
    assert "未导入1 行" in page.text
    answer = office.client.get(f"{preview}/refused.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert (len(rows), rows[1][2], rows[0][-1]) == (2, "公章保管", "不能导入的原因")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert _points(app) == 1


def test_a_confirmed_import_cannot_be_confirmed_again(app: Flask, sign_in: SignIn) -> None:
    office = sign_in("office")
    _upload(office, sheets.points(sheets.point("印章外借")))
    preview = office.path
    token = office.page.form("/confirm").find("input[@name='csrf_token']")
    assert token is not None
    office.submit("/confirm")
    again = office.client.post(f"{preview}/confirm", data={"csrf_token": token.get("value")})
    assert again.status_code == 422
    assert "不能重复确认" in again.get_data(as_text=True)
    office.open(preview, 303)  # the preview of what is done leads to the result
    assert _points(app) == 1


def test_unknown_columns_are_mapped_and_the_meaning_is_remembered(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    office, sk = sign_in("office"), _unit(app, department, "SK")
    data = sheets.book({"台账": [["风险点", "隐患描写", "风险等级"], ["印章外借", "外借不登记", "高"]]})
    page = _upload(office, data, unit_id=sk)
    assert "有 1 列未能识别：“隐患描写”" in page.text
    page = office.submit("/columns", **{"column-隐患描写": "manifestation"})
    assert "未能识别" not in page.text
    page = office.submit("/columns", expect=422, **{"column-隐患描写": "title"})
    assert "同一含义" in words(page.all("div", role="alert")[0])
    page = _upload(office, data, unit_id=sk)
    assert "未能识别" not in page.text
    office.submit("/confirm")
    with app.app_context():
        assert db.session.scalars(select(RiskPoint.manifestation)).one() == "外借不登记"


def test_a_header_that_is_not_found_can_be_given(app: Flask, department: Department, sign_in: SignIn) -> None:
    office, sk = sign_in("office"), _unit(app, department, "SK")
    data = sheets.book({"台账": [["隐患点", "档次"], ["印章外借", "高"]]})
    page = _upload(office, data, expect=422, unit_id=sk)
    assert "没有找到表头行" in words(page.all("div", role="alert")[0])
    page = _upload(office, data, unit_id=sk, header_row="1")
    page = office.submit("/columns", **{"column-隐患点": "title", "column-档次": "level"})
    assert "新增 1" in page.text
    page = office.submit("/columns", **{"take-0": None})  # type: ignore[arg-type]
    assert "全部 0" in page.text
    assert "没有可以导入的行" in office.submit("/confirm", expect=422).text


def test_a_changed_row_shows_old_and_new_and_is_decided_on_the_points_page(
    app: Flask, sign_in: SignIn
) -> None:
    office = sign_in("office")
    _upload(office, sheets.points(sheets.point("印章外借")))
    office.submit("/confirm")
    page = _upload(office, sheets.points(sheets.point("印章外借", level="中")))
    assert "审定等级：高 → 中" in page.text
    assert "变更建议1 行" in office.submit("/confirm").text
    with app.app_context():
        point_id = db.session.scalars(select(RiskPoint.id)).one()
    page = office.open(f"/risk-points/{point_id}")
    assert "来自再次导入的台账" in page.text
    with app.app_context():
        proposal_id = db.session.get_one(RiskPoint, point_id).proposals[0].id
    office.submit(f"/proposals/{proposal_id}", decision="accept")
    with app.app_context():
        assert db.session.get_one(RiskPoint, point_id).level == "medium"


def test_rows_can_be_looked_at_by_what_becomes_of_them_and_page_by_page(sign_in: SignIn) -> None:
    office = sign_in("office")
    rows = [sheets.point(f"风险{n}", level="很高" if n == 149 else "高") for n in range(150)]
    page = _upload(office, sheets.points(*rows))
    assert "第 1 页，共 2 页" in page.text
    assert "风险149" not in page.text
    assert "风险149" in office.open(f"{office.path}?show=&page=2").text
    refused = office.open(f"{office.path.split('?')[0]}?show=refused")
    assert ("风险149" in refused.text, "风险1 " in refused.text) == (True, False)
    office.open(f"{office.path.split('?')[0]}?show=never&page=99999999999")


def test_another_persons_upload_is_not_found(sign_in: SignIn) -> None:
    office = sign_in("office")
    _upload(office, MIXED)
    path = office.path
    other = sign_in("office2")
    for address in (path, f"{path}/result", f"{path}/refused.xlsx"):
        other.open(address, 404)
    other.open("/import/risk-points")
    token = other.page.form("").find("input[@name='csrf_token']")
    assert token is not None
    for action in ("columns", "confirm"):
        answer = other.client.post(f"{path}/{action}", data={"csrf_token": token.get("value")})
        assert answer.status_code == 404


def test_a_unit_imports_drafts_into_itself_only(app: Flask, department: Department, sign_in: SignIn) -> None:
    post = sign_in("post")
    page = post.open("/import/risk-points")
    assert "导入后为草稿" in page.text
    assert page.all("input", name="create_units") == []
    page = _upload(post, MIXED, expect=422, unit_id="")
    assert "请选择导入到哪个单位" in page.text
    page = _upload(post, MIXED, expect=422, unit_id=_unit(app, department, "WZ"))
    assert "职责范围" in page.text
    _upload(post, sheets.points(sheets.point("印章外借")), unit_id=_unit(app, department, "SK"))
    post.submit("/confirm")
    with app.app_context():
        assert db.session.scalars(select(RiskPoint.state)).one() == "draft"
    post.open("/import/issues")
    post.submit("", expect=403, file=(io.BytesIO(sheets.issues(sheets.issue("账实不符"))), "台账.xlsx"))


_BAD = {
    "no file": (b"", "", 422, "请选择文件"),
    "empty": (b"", "台账.xlsx", 422, "文件是空的"),
    "encrypted": (sheets.ole("EncryptedPackage", b"x" * 5000), "台账.xlsx", 422, "打开密码"),
    "html": ("<html><table>风险点</table></html>".encode(), "台账.xls", 422, "网页文件"),
    "text named xlsx": ("风险点,风险等级\n印章外借,高\n".encode(), "台账.xlsx", 422, "内容与扩展名不符"),
    "program": (b"MZ\x00\x01", "台账.xlsx", 422, "不是工作簿"),
    "no header": (sheets.book({"说明": [["填表要求"]]}), "台账.xlsx", 422, "没有找到表头行"),
}


@pytest.mark.parametrize("kind", _BAD)
def test_a_bad_file_comes_back_with_what_to_do(app: Flask, sign_in: SignIn, kind: str) -> None:
    data, name, status, told = _BAD[kind]
    office = sign_in("office")
    page = _upload(office, data, name, expect=status, create_units="1")
    (alert,) = page.all("div", role="alert")
    assert told in words(alert)
    (link,) = alert.iter("a")
    assert page.all("input", id=(link.get("href") or "#")[1:])
    assert page.all("input", name="create_units")[0].get("checked") is not None
    assert _points(app) == 0


def test_a_file_over_the_limit_is_told_the_limit(sign_in: SignIn) -> None:
    office = sign_in("office")
    token = office.open("/import/risk-points").form("").find("input[@name='csrf_token']")
    assert token is not None
    disposition = "Content-Disposition: form-data; name="
    body = (
        f'--x\r\n{disposition}"csrf_token"\r\n\r\n{token.get("value")}\r\n'
        f'--x\r\n{disposition}"file"; filename="a.xlsx"\r\n\r\n'
    ).encode()
    body += bytes((20 << 20) + 1) + b"\r\n--x--\r\n"
    answer = office.client.post(
        "/import/risk-points", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "文件超过20MB" in answer.get_data(as_text=True)


def test_a_request_of_200_mb_is_turned_away_unread(sign_in: SignIn) -> None:
    office = sign_in("office")
    answer = office.client.post(
        "/import/risk-points",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(200 << 20)},
    )
    assert answer.status_code == 413
    assert "过大" in answer.get_data(as_text=True)


def test_issues_are_imported_in_the_same_steps(app: Flask, sign_in: SignIn) -> None:
    office = sign_in("office")
    office.open("/import/issues")
    page = office.submit("", file=(io.BytesIO(sheets.issues(sheets.issue("账实不符"))), "问题台账.xlsx"))
    assert "新增 1" in page.text
    office.submit("/confirm")
    assert "补录" in office.open("/issues").text
    office.open("/import/issues")
    changed = sheets.issues(sheets.issue("账实不符", due="2026-09-30"))
    page = office.submit("", file=(io.BytesIO(changed), "问题台账.xlsx"))
    assert "不随导入改动" in page.text
    assert "保持不变，请核对" in office.submit("/confirm").text


def test_the_waiting_page_hears_how_far_the_import_is(app: Flask, sign_in: SignIn) -> None:
    office = sign_in("office")
    page = _upload(office, sheets.points(sheets.point("印章外借")))
    address = page.form("/confirm").get("data-progress") or ""
    assert office.client.get(address).json == {"done": 0, "total": 0}
    with ExitStack() as stack:
        with app.app_context():
            note = stack.enter_context(progress.noted(int(address.split("/")[2])))
        note(500, 1200)
        assert office.client.get(address).json == {"done": 500, "total": 1200}
    assert office.client.get(address).json == {"done": 0, "total": 0}
    assert sign_in("office2").client.get(address).status_code == 404
