"""From the boxes of a ledger to the table of what was done and what was refused."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.department import Department
from tests.web.pages import PageClient, values_of, words

SignIn = Callable[[str], PageClient]


@pytest.fixture
def ids(app: Flask, department: Department) -> list[int]:
    """Two drafts and an issue that was issued."""
    with app.app_context():
        return [department.issue(title="甲").id, department.issue(title="乙").id, department.issued().id]


def test_ticked_rows_are_worked_together_and_told_one_by_one(sign_in: SignIn, ids: list[int]) -> None:
    client = sign_in("office")
    page = client.open("/issues")
    assert {int(box.get("value") or 0) for box in page.all("input", form="printing")} == set(ids)
    token = values_of(page.form("/logout"))["csrf_token"]
    ticked = {"csrf_token": token, "act": "step", "id": [str(i) for i in ids]}
    asked = client.client.post("/issues/selection/ask", data=ticked)
    assert asked.status_code == 303
    page = client.open(asked.headers["Location"])
    assert "提交核定（2 条可办）" in page.text
    page = client.open(next(a.get("href") or "" for a in page.all("a") if "提交核定" in words(a)))
    assert "已选 3 条，可办理 2 条" in page.text
    assert "当前环节没有这一步" in page.text
    data = {"id": [str(i) for i in ids]}
    page = client.submit("/issues/selection", **data, expect=422)
    assert "已甄别，不属于问题线索" in page.text
    page = client.submit("/issues/selection", **data, not_clue="1")
    assert "共 3 条，已办理 2 条，未办理 1 条" in page.text
    address = client.path
    other = sign_in("office2")
    other.open(address, 404)
    lists = client.client.post("/issues/selection/ask", data={**ticked, "act": "three_lists"})
    assert "甲" in client.open(lists.headers["Location"]).text


def test_nothing_ticked_and_no_such_act_say_so(sign_in: SignIn, ids: list[int]) -> None:
    client = sign_in("office")
    assert "请先在台账中勾选记录" in client.open("/issues/selection?act=urge", 422).text
    assert "没有这种批量办理" in client.open(f"/issues/selection?act=erase&id={ids[0]}", 422).text
    assert "所选的记录有误" in client.open("/issues/selection?act=urge&id=x", 422).text
    assert (
        "没有您可以办理的步骤" in sign_in("commissioner").open(f"/issues/selection?act=step&id={ids[2]}").text
    )
