"""拟制文书 on the pages: what is offered, the short form, what is refused, and the edit of a draft."""

from collections.abc import Callable

from flask import Flask

from riskctl.extensions import db
from riskctl.models import Notice
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


def test_a_suggestion_is_drafted_refused_and_changed_from_the_issues_page(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    with app.app_context():
        issue_id = department.issued().id
    page = sign_in("office")
    shown = page.open(f"/issues/{issue_id}")
    assert "拟制文书" in shown.text
    address = f"/issues/{issue_id}/papers/inspection_suggestion"
    assert address in shown.html
    form = page.open(address)
    assert "关于小额项目未经比选直接委托的纪律检查建议" in form.html
    data = {
        "main_to": "青岭水库管理处党委", "copy_to": "", "cause": "制度不健全", "requirements": "修订制度",
        "enclosures": "问题清单\n样表",
    }  # fmt: skip
    refused = page.submit("", 422, suggestion="supervision", **data)
    assert "只有驻厅纪检监察组可以使用" in refused.text
    assert "青岭水库管理处党委" in refused.html  # what was typed is kept
    made = page.submit("", suggestion="discipline")
    assert "制度不健全" in made.text
    with app.app_context():
        notice = db.session.query(Notice).filter_by(kind="inspection_suggestion").one()
        assert (notice.main_to, notice.copy_to) == ("青岭水库管理处党委", None)
        assert notice.parts == {"suggestion": "discipline", "cause": "制度不健全"}
        assert notice.enclosures == ["问题清单", "样表"]
        notice_id = notice.id
    edit = page.open(f"/notices/{notice_id}/edit")
    assert "原因分析" in edit.text
    changed = page.submit("", cause="监督缺位", basis=None)
    assert "监督缺位" in changed.text


def test_the_letters_of_a_unit(app: Flask, department: Department, sign_in: SignIn) -> None:
    with app.app_context():
        unit_id, other = department.unit("SK").id, department.unit("WZ").id
    page = sign_in("unit_discipline")
    shown = page.open(f"/units/{unit_id}/papers")
    assert "通报（整改进度）" in shown.text
    form = page.open(f"/units/{unit_id}/papers/bulletin?sort=progress")
    assert "关于问题整改进展情况的通报" in form.html
    assert "青岭水库管理处各科室" in form.html
    assert "没有可以为这个单位拟制的文书" in page.open(f"/units/{other}/papers").text
    page.open(f"/units/{other}/papers/bulletin", 403)
    page.open("/units/999999/papers", 404)
