"""One record's page: what to do now, forms that lose nothing, reasons, conflicts, editing, history."""

import io
from collections.abc import Callable

from flask import Flask

from riskctl.extensions import db
from riskctl.models import Issue, RiskPoint
from riskctl.services import risk_points
from tests.department import Department
from tests.web.pages import PageClient, values_of, words

SignIn = Callable[[str], PageClient]


def _issue(app: Flask, department: Department, *, submitted: bool = True, **fields: object) -> str:
    with app.app_context():
        issue = department.issue(**fields)  # type: ignore[arg-type]
        if submitted:
            department.take("office", issue, "submit", not_clue=True)
        return f"/issues/{issue.id}"


def _issued(app: Flask, department: Department) -> str:
    with app.app_context():
        return f"/issues/{department.issued().id}"


def test_the_card_says_whom_the_case_waits_for(app: Flask, department: Department, sign_in: SignIn) -> None:
    page = sign_in("office").open(_issue(app, department))
    assert "等待机关纪委（机关纪委干部乙）办理“核定”，期限" in page.text
    assert "（还有 3 个工作日）" in page.text
    stages = [words(li) for ol in page.all("ol", aria_label="办理环节") for li in ol.iter("li")]
    assert stages[0].startswith("登记")
    assert "机关纪委干部甲" in stages[0]
    assert next(words(li) for li in page.all("li", aria_current="step")).startswith("核定")


def test_only_the_step_that_the_case_waits_for_stands_open(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    address = _issue(app, department)
    page = sign_in("office2").open(address)
    assert [d.get("id") for d in page.all("details") if d.get("open") is not None] == ["step-verify"]
    with app.app_context():
        issue = db.session.get_one(Issue, int(address.rsplit("/", 1)[1]))
        department.take("office2", issue, "verify", **department.verified())
    page = sign_in("office2").open(address)
    assert "等待机关纪委书记（机关纪委书记）办理“签发交办”" in page.text
    steps = [d for d in page.all("details") if (d.get("id") or "").startswith("step-")]
    assert steps
    assert not [d for d in steps if d.get("open") is not None]


def test_separation_of_duties_is_explained_in_the_place_of_the_form(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    page = sign_in("office").open(_issue(app, department))
    assert "核定 暂不能办理：职责分离：您已办理本事项的前序环节" in page.text
    assert not [f for f in page.all("form") if (f.get("action") or "").endswith("/transitions/verify")]


def test_who_may_not_do_a_step_sees_nothing_of_it(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    page = sign_in("unit_discipline").open(_issue(app, department))
    assert "/transitions/" not in page.html
    assert "暂不能办理" not in page.text


def test_a_refused_form_keeps_everything_and_names_every_field(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    client = sign_in("office2")
    client.open(_issue(app, department))
    page = client.submit(
        "/transitions/verify",
        expect=422,
        requirement="查明原因",
        **{"basis-0-clause": "第四条"},
        due_on="2020-01-01",
    )
    assert "请修改后重新提交" in page.text
    assert "认定依据：第1项文件名称必填" in page.text
    assert "整改期限：不能早于" in page.text
    assert "验收标准：必填" in page.text
    kept = values_of(page.form("/transitions/verify"))
    assert (kept["requirement"], kept["basis-0-clause"], kept["due_on"]) == (
        "查明原因",
        "第四条",
        "2020-01-01",
    )
    invalid = [f.get("name") for f in page.root.iter() if f.get("aria-invalid") == "true"]
    assert {"due_on", "acceptance_standard"} <= set(invalid)


def test_a_row_is_added_without_a_script(app: Flask, department: Department, sign_in: SignIn) -> None:
    client = sign_in("office2")
    client.open(_issue(app, department))
    page = client.submit("/transitions/verify", expect=200, add="basis", **{"basis-0-document": "甲办法"})
    kept = values_of(page.form("/transitions/verify"))
    assert kept["basis-0-document"] == "甲办法"
    assert kept["basis-1-document"] == ""
    assert "basis-2-document" not in kept


def test_an_uploaded_file_is_not_lost_by_an_error_elsewhere(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    client = sign_in("dept_head")
    client.open(_issued(app, department))
    page = client.submit(
        "/transitions/object", expect=422, objection="", attachments=(io.BytesIO("依据".encode()), "依据.txt")
    )
    assert "异议内容：必填" in page.text
    kept = [f.get("value") for f in page.all("input", name="attachments-kept")]
    assert len(kept) == 1
    assert "已上传：依据.txt" in page.text
    page = client.submit("/transitions/object", objection="事实有误")
    assert "依据.txt" in page.text


def test_a_file_that_is_not_what_its_name_says_is_refused_and_the_rest_kept(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    client = sign_in("dept_head")
    client.open(_issued(app, department))
    page = client.submit(
        "/transitions/object",
        expect=422,
        objection="事实有误",
        attachments=(io.BytesIO(b"%PDF-1.7\n"), "照片.jpg"),
    )
    assert "照片.jpg" in page.text
    assert values_of(page.form("/transitions/object"))["objection"] == "事实有误"


def test_who_comes_second_is_told_what_the_first_did(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    address = _issue(app, department)
    second, first = sign_in("office2"), sign_in("office")
    second.open(address)
    first.open(address)
    first.submit("/transitions/transfer", reason_code="clue")
    page = second.submit("/transitions/send_back", expect=412, reason="请补充记录")
    assert "已被他人更新" in page.text
    assert "机关纪委干部甲 办理了“移送”" in page.text
    assert "未能办理" in page.text
    assert "这一步已不能办理" in page.text


def test_what_was_typed_stays_where_the_step_is_still_there(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    address = _issue(app, department)
    second, first = sign_in("office2"), sign_in("office")
    second.open(address)
    first.open(f"{address}/edit")
    first.submit("", title="改过的标题")
    page = second.submit("/transitions/send_back", expect=412, reason="请补充记录")
    assert "您填写的内容仍在" in page.text
    assert values_of(page.form("/transitions/send_back"))["reason"] == "请补充记录"
    assert "环节 登记" in second.submit("/transitions/send_back").text


def test_another_units_record_does_not_exist(app: Flask, department: Department, sign_in: SignIn) -> None:
    address = _issued(app, department)
    client = sign_in("dept_head_b")
    assert "没有找到" in client.open(address, 404).text
    client.open("/todo")
    token = values_of(client.page.form("/logout"))["csrf_token"]
    answer = client.client.post(
        f"{address}/transitions/sign_receipt", data={"csrf_token": token, "version": "1"}
    )
    assert answer.status_code == 404


def test_nonsense_instead_of_a_version_is_nobodys_version(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    client = sign_in("office2")
    client.open(_issue(app, department))
    client.submit("/transitions/send_back", expect=412, reason="请补充", version="abc")


def test_a_step_from_the_wrong_state_is_said(app: Flask, department: Department, sign_in: SignIn) -> None:
    client = sign_in("office2")
    client.open(_issue(app, department))
    form = client.page.form("/transitions/send_back")
    form.set("action", (form.get("action") or "").replace("send_back", "close"))
    page = client.submit("/transitions/close", expect=409, reason="x")
    assert "现处于“核定”，不能办理“销号”" in page.text


def test_what_is_missing_is_filled_in_once(app: Flask, department: Department, sign_in: SignIn) -> None:
    with app.app_context():
        point = risk_points.create(
            department.actor("post"), {"unit_id": department.unit("SK").id, "title": "验收走过场"}
        )
        db.session.execute(
            db.update(RiskPoint).where(RiskPoint.id == point.id).values(state="active", post="维养岗")
        )
        db.session.commit()
        address = f"/risk-points/{point.id}"
    client = sign_in("post")
    page = client.open(address)
    assert "待补充：职权事项、风险类别、表现形式" in page.text
    page = client.open(f"{address}/edit")
    offered = values_of(page.form(""))
    assert "post" not in offered
    page = client.submit("", power_item="工程验收", category="duty")
    assert "待补充：表现形式" in page.text
    assert "工程验收" in page.text
    assert "修改" in page.text


def test_a_draft_is_edited_and_a_conflict_is_said(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    address = _issue(app, department, submitted=False)
    first, second = sign_in("office"), sign_in("office2")
    for client in (first, second):
        client.open(f"{address}/edit")
    page = first.submit("", title="改过的标题", found_on="2026-01-05")
    assert "改过的标题" in page.text
    assert "标题：小额项目未经比选直接委托 → 改过的标题" in page.text
    page = second.submit("", title="另一个标题", expect=412)
    assert "已被他人更新" in page.text
    assert values_of(page.form(""))["title"] == "另一个标题"


def test_a_correction_after_the_assignment_needs_a_reason(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    address = _issued(app, department)
    client = sign_in("office")
    assert "更正" in client.open(address).text
    client.open(f"{address}/edit")
    page = client.submit("", resp_post="工程科科长", reason="", expect=422)
    assert "更正须写明理由" in page.text
    page = client.submit("", resp_post="工程科科长", reason="责任岗位有误")
    assert "责任岗位有误" in page.text
    sign_in("post").open(f"{address}/edit", 403)


def test_bad_dates_come_back_with_their_field(app: Flask, department: Department, sign_in: SignIn) -> None:
    client = sign_in("office")
    client.open("/issues/new")
    unit = next(o.get("value") for o in client.page.root.iter("option") if words(o) == "青岭水库管理处")
    page = client.submit(
        "", expect=422, unit_id=unit, source="daily", title="某问题", verbatim="原文", found_on="2099-01-01"
    )
    assert "发现日期不能晚于今天" in page.text
    assert values_of(page.form(""))["verbatim"] == "原文"
    page = client.submit("", expect=422, found_on="2026-02-30")
    assert "发现日期" in page.text
    page = client.submit("", found_on="2026-03-05")
    assert "WT-" in page.text


def test_the_history_names_who_did_what(app: Flask, department: Department, sign_in: SignIn) -> None:
    page = sign_in("office").open(_issued(app, department))
    history = [
        words(li) for ol in page.all("ol", class_="history") for li in ol.iter("li") if "号事件" in words(li)
    ]
    assert history[0].startswith("签发交办 机关纪委书记")
    assert "核定 → 已交办" in history[0]
    assert history[-1].startswith("登记 机关纪委干部甲")
    assert "责任单位：青岭水库管理处" in history[-1]
    assert "退回次数" not in history[-1]


def test_the_notice_is_offered_from_the_issue(app: Flask, department: Department, sign_in: SignIn) -> None:
    client = sign_in("dept_head")
    page = client.open(_issued(app, department))
    notice = next(link for link in page.links() if link.startswith("/notices/"))
    page = client.open(notice)
    assert "锦水机纪〔" in page.text
    answer = client.client.get(f"{notice}/pdf?download=1")
    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.get_data().startswith(b"%PDF")
