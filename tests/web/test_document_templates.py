"""系统 → 文书模板: editing a template, looking at it on data, its versions and the way back."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from riskctl import clock
from riskctl.documents import texts
from riskctl.services import document_templates as templates
from tests.department import Department
from tests.services.test_notices import of
from tests.web.pages import Page, PageClient, values_of

SignIn = Callable[[str], PageClient]
KIND = "rectification_notice"
HERE = f"/document-templates/{KIND}"
TODAY = clock.today().isoformat()


def test_a_template_is_edited_refused_saved_compared_and_taken_back(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in("sysadmin")
    assert "文书模板" in admin.open("/document-templates").menu()
    assert "系统交付时的模板" in admin.page.text
    page = admin.open(HERE)
    kept = values_of(page.form(""))
    assert kept["source"].strip() == texts.builtin(KIND).strip()
    assert (kept["record"], kept["effective_from"]) == ("", TODAY)
    assert "problems[ ].verbatim" in page.text
    assert "问题原文" in page.text

    typed = {"source": "请整改。\n{{ titel }}", "reason": "", "effective_from": TODAY}
    page = admin.submit("", expect=422, **typed)
    assert "第2行：没有“titel”这项数据，可用的有" in page.text
    assert "修改理由：必填" in page.text
    assert {name: values_of(page.form(""))[name].strip() for name in typed} == typed

    page = admin.submit("", source="请整改。\n{{ title }}", reason="办公会议定")
    assert "现行：第1版" in page.text
    assert "第1版，自" in admin.open("/document-templates").text
    page = admin.open(f"{HERE}/versions/1")
    assert ["".join(e.itertext()) for e in page.all("ins")] == ["请整改。", "{{ title }}"]
    assert len(page.all("del")) == len(texts.builtin(KIND).splitlines())
    assert page.all("del")[0].itertext()
    assert admin.open(f"{HERE}/versions/1?with=1").all("ins") == []

    page = admin.open(f"{HERE}?from=0")
    assert "以系统交付时的模板为底稿" in page.text
    page = admin.submit("", reason="恢复原来的文字")
    assert "现行：第2版" in page.text
    with app.app_context():
        assert templates.source(KIND).strip() == texts.builtin(KIND).strip()


def test_who_was_slower_sees_it_and_loses_nothing(sign_in: SignIn) -> None:
    slow, fast = sign_in("office"), sign_in("office_head")
    slow.open(HERE)
    fast.open(HERE)
    fast.submit("", source="先保存的。", reason="先")
    page = slow.submit("", expect=412, source="后保存的。", reason="后")
    assert "已有人保存了第1版，请对照后再保存" in page.text
    assert values_of(page.form(""))["source"].strip() == "后保存的。"
    assert "现行：第2版" in slow.submit("").text


def test_a_preview_is_a_pdf_of_what_was_typed_and_stores_nothing(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    with app.app_context():
        notice = of(department.issued())
        record, number = str(notice.id), notice.number
    office = sign_in("office")
    page = office.open(HERE)
    assert any((number or "-") in "".join(option.itertext()) for option in page.all("option"))
    for chosen in ("", record):
        answer = _preview(office, page, source="请整改{{ title }}。", record=chosen)
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    answer = _preview(office, page, source="请整改\n{{ titel }}", record=record)
    assert answer.status_code == 422
    assert "第2行" in answer.get_data(as_text=True)
    assert office.client.get(f"{HERE}/versions/0/pdf").content_type == "application/pdf"
    with app.app_context():
        assert templates.newest(KIND).number == 0

    admin = sign_in("sysadmin")
    page = admin.open(HERE)
    assert [option.get("value") for option in page.all("select", id="t-record")[0]] == [""]
    assert "只用示例数据预览" in page.text
    assert _preview(admin, page, source="请整改。", record=record).status_code == 404


def _preview(client: PageClient, page: Page, **typed: str) -> TestResponse:
    return client.client.post(f"{HERE}/preview", data={**values_of(page.form("")), **typed})


@pytest.mark.parametrize("path", ["/document-templates/nothing", f"{HERE}?from=7", f"{HERE}/versions/7"])
def test_what_is_not_there(sign_in: SignIn, path: str) -> None:
    sign_in("office").open(path, status=404)
