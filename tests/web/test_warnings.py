"""监测预警: the list of warnings and the page of one."""

from collections.abc import Callable

import pytest
from flask import Flask

from riskctl.services import warning_opening
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


@pytest.fixture
def warning_id(app: Flask, department: Department) -> int:
    """An orange warning that 机关纪委 opened in SK."""
    with app.app_context():
        data = {
            "risk_point_id": department.point().id, "colour": "orange", "facts": "单月直接委托占比62.5%",
            "requirement": "逐项核查",
        }  # fmt: skip
        return warning_opening.create(department.actor("office"), data).id


def test_the_list_and_the_record(sign_in: SignIn, warning_id: int) -> None:
    post = sign_in("post")
    listed = post.open("/warnings?colour=orange&state=open")
    for words in ("监测预警", "单月直接委托占比62.5%", "小额项目直接指定", "日常监督", "已发出", "橙"):
        assert words in listed.text, words
    page = post.open(f"/warnings/{warning_id}")
    for words in ("橙色预警（日常监督）：小额项目直接指定", "逐项核查", "反馈期限", "等待经办人"):
        assert words in page.text, words
    assert any(link.startswith("/risk-points/") for link in page.links())
    answered = post.submit("/transitions/reply", reply="系应急项目")
    assert "已反馈" in answered.text
    assert "系应急项目" in answered.text


def test_what_is_refused_keeps_what_was_typed(sign_in: SignIn, warning_id: int) -> None:
    office = sign_in("resident")
    office.open(f"/warnings/{warning_id}")
    refused = office.submit("/transitions/lift", expect=422, result="")
    assert "核查结论：必填" in refused.text
    assert "监测预警" in refused.menu()
