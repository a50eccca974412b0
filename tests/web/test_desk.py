"""催办, 转办, 会签, papers, minutes and handovers as people use them, without scripts."""

import io
from collections.abc import Callable
from typing import Any

from flask import Flask

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue
from riskctl.services import accounts
from tests.department import Department
from tests.web.pages import PageClient, words

SignIn = Callable[[str], PageClient]


def _scan() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "审批件.pdf"


def _plan(app: Flask, department: Department, **changes: Any) -> str:
    with app.app_context():
        issue = department.issued(**changes)
        department.receive(issue)
        measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
        department.take("dept_head", issue, "submit_plan", goal="到位", measures=[measure], commitment=True)
        return f"/issues/{issue.id}"


def _submitted(app: Flask, department: Department) -> str:
    with app.app_context():
        issue = department.issue(by="commissioner", source="self_check")
        department.take("commissioner", issue, "submit", not_clue=True)
        return f"/issues/{issue.id}"


def _id(app: Flask, username: str) -> int:
    with app.app_context():
        return accounts.find(username).id


def _name(app: Flask, username: str) -> str:
    with app.app_context():
        return accounts.find(username).name


def _state(app: Flask, address: str) -> str:
    with app.app_context():
        return db.session.get_one(Issue, int(address.rsplit("/", 1)[1])).state


def test_urging_stands_beside_the_present_and_only_once_a_day(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    address = _plan(app, department)
    office = sign_in("resident")
    office.open(address)
    page = office.submit("/urge")
    assert "已催办 1 次，最近" in page.text
    assert "催办对象：" in page.text
    assert _name(app, "leader") in page.text.split("催办对象：")[1][:20]
    page = office.submit("/urge", expect=422)
    assert "今天已经催办过" in page.text
    leader = sign_in("leader").open(address)
    assert not [f for f in leader.all("form") if (f.get("action") or "").endswith("/urge")]


def test_a_task_is_handed_to_a_colleague_with_a_reason(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    address = _submitted(app, department)
    office = sign_in("office")
    office.open(address)
    page = office.submit("/assignment", to=_id(app, "office2"), reason="", expect=422)
    assert "转办理由" in words(page.all("div", role="alert")[0]) or "理由" in page.text
    page = office.submit("/assignment", reason="出差")
    assert "已转由机关纪委干部乙办理，理由：出差" in page.text
    assert "等待机关纪委（机关纪委干部乙）办理“核定”" in page.text
    assert "原办理人：机关纪委干部甲" in page.text
    assert not [d for d in page.all("details") if d.get("id") == "step-verify"]
    assert "核定" in sign_in("office2").open("/todo").text


def test_who_has_and_who_has_not_agreed_is_shown(app: Flask, department: Department, sign_in: SignIn) -> None:
    address = _plan(app, department)
    leader = sign_in("leader")
    leader.open(address)
    ids = [str(_id(app, name)) for name in ("secretary", "unit_discipline")]
    page = leader.submit("/agreement", users=ids)
    assert page.text.count("尚未同意") == 2
    assert "审定方案 暂不能办理：会签未完成" in page.text
    secretary = sign_in("secretary")
    assert "同意" in secretary.open("/todo").text
    secretary.open(address)
    page = secretary.submit("/transitions/agree", opinion="可行")
    assert "已同意（" in page.text
    assert page.text.count("尚未同意") == 1
    page = leader.open(address)
    leader.page = page
    leader.submit("/agreement", users=None)  # withdrawn
    leader.submit("/transitions/approve_plan")
    assert _state(app, address) == "rectifying"


def test_the_staff_records_a_paper_and_keeps_what_was_typed_when_refused(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    address = _plan(app, department)
    office = sign_in("office")
    page = office.open(address)
    assert "代录纸质审批：审定方案" in page.text
    page = office.submit("/paper/approve_plan", opinion="按程序办理", expect=422)
    assert "审批件扫描件" in page.text
    assert "按程序办理" in page.html
    office.submit("/paper/approve_plan", approved_on="2020-01-01", attachment=_scan(), expect=422)
    assert _state(app, address) == "plan_review"
    page = office.submit("/paper/approve_plan", approved_on=clock.today().isoformat())
    assert _state(app, address) == "rectifying"
    assert f"纸质审批：{_name(app, 'leader')} {clock.today().isoformat()} 签批，由本条办理人代录" in page.text
    assert "代录纸质审批" not in sign_in("dept_head").open(_plan(app, department)).text


def test_the_submitter_takes_back_by_a_button(app: Flask, department: Department, sign_in: SignIn) -> None:
    address = _submitted(app, department)
    commissioner = sign_in("commissioner")
    commissioner.open(address)
    page = commissioner.submit("/transitions/take_back", reason="漏附材料")
    assert "环节 登记" in page.text
    assert "取回" in page.text
    assert "取回" not in sign_in("office").open(_submitted(app, department)).text


def test_a_commissioner_is_asked_for_whom_he_fills_in(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    with app.app_context():
        unit = department.unit("JS").id
    client = sign_in("commissioner_d")
    client.open("/risk-points/new")
    page = client.submit("", unit_id=unit, title="量身定制条件", on_behalf="招标岗经办")
    assert "代填对象：招标岗经办" in page.text
    assert not sign_in("office").open("/risk-points/new").all("input", name="on_behalf")


def test_a_meeting_approves_what_was_chosen_and_tells_the_rest(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    address = _plan(app, department, severity="grave")
    office = sign_in("office")
    assert "会议纪要" in office.open("/minutes").menu()
    page = office.submit("", number="党组会议纪要〔2026〕12号", expect=422)
    assert "议题" in page.text
    page = office.submit(
        "", number="党组会议纪要〔2026〕12号", title="研究整改事项", body="party", chair_id=_id(app, "secretary"),
        held_on=clock.today().isoformat(), scan=_scan(),
    )  # fmt: skip
    assert "等待审批的事项 1 项" in page.text
    (box,) = page.all("input", name="case")
    stale = (box.get("value") or "").rsplit(":", 1)[0] + ":1"
    page = office.submit("", case=[stale, "issue:9", "nonsense:x:1"], expect=422)
    assert "该记录已被他人更新" in page.text
    page = office.submit("", case=[box.get("value")])
    assert "已按本纪要批准 1 项" in page.text
    assert _state(app, address) == "rectifying"
    assert "（党组会议纪要〔2026〕12号）" in office.open(address).text
    assert "党组会议纪要〔2026〕12号" in office.open("/minutes").text
    sign_in("leader").open("/minutes", status=403)


def test_a_leaver_is_handed_over_on_one_page(app: Flask, department: Department, sign_in: SignIn) -> None:
    address = _submitted(app, department)
    office = sign_in("office")
    office.open(address)
    office.submit("/assignment", to=_id(app, "office2"), reason="出差")
    admin = sign_in("secadmin")
    page = admin.open(f"/people/{_id(app, 'office2')}")
    assert "人员交接" in page.text
    admin.open(f"/people/{_id(app, 'office2')}/handover")
    page = admin.submit("", to="nobody", reason="退休", expect=422)
    assert "没有这个账号" in page.text
    page = admin.submit("", to="office", reason="退休")
    assert "交接已办理" in page.text
    assert "转办的任务" in page.text
    assert "核定" in office.open("/todo").text
    sign_in("sysadmin").open(f"/people/{_id(app, 'office2')}/handover", status=403)
