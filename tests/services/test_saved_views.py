"""Saved views: one's own and shared ones, who may change them, and what they must not tell."""

from typing import Any

import pytest

from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.services import saved_views, three_lists
from riskctl.services.ledgers import Query
from tests.department import Department


def names(department: Department, who: str, kind: str = "issue") -> list[str]:
    return [view.name for view in saved_views.listed(department.actor(who), kind)]


def test_a_view_keeps_the_question_and_is_its_owners(department: Department, session: Any) -> None:
    office, other, unit = (department.actor(name) for name in ("office", "office2", "dept_head"))
    address = {
        "severity": "grave",
        "sort": "-due_on",
        "columns": "code,due_on",
        "after": "x",
        "exact": "1",
        "view": "3",
    }
    view = saved_views.save(office, "issue", "  严重  问题 ", address)
    assert (view.name, view.params) == (
        "严重 问题", {"severity": "grave", "sort": "-due_on", "columns": "code,due_on"},
    )  # fmt: skip
    assert names(department, "office2") == []
    assert names(department, "office", "risk_point") == []
    for act in (saved_views.remove, saved_views.open_with):
        with pytest.raises(NotFound):
            act(other, "issue", view.id)
    same = saved_views.save(office, "issue", "严重 问题", {"q": "比选"}, shared=True)
    assert (same.id, same.params) == (view.id, {"q": "比选"})
    assert names(department, "office2") == names(department, "dept_head") == ["严重 问题"]
    with pytest.raises(NotAllowed, match="只能由保存它的人"):
        saved_views.remove(other, "issue", view.id)
    saved_views.open_with(unit, "issue", view.id)
    assert saved_views.default(unit, "issue") is not None
    saved_views.save(
        office, "issue", "严重 问题", {"q": "比选"}
    )  # no longer shared: nobody else's default either
    assert saved_views.default(unit, "issue") is None
    saved_views.open_with(office, "issue", view.id)
    saved_views.remove(office, "issue", view.id)
    assert (saved_views.default(office, "issue"), names(department, "office")) == (None, [])


def test_what_no_list_would_show_is_not_kept(
    department: Department, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = department.actor("office")
    for name, address in (
        (" ", {}), ("长" * 41, {}), ("坏", {"severity": "bad"}), ("坏", {"sort": "verbatim"}), ("坏", {"found_from": "soon"}),
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            saved_views.save(office, "issue", name, address)
    with pytest.raises(NotAllowed):
        saved_views.save(department.actor("dept_head"), "issue", "我的", {}, shared=True)
    monkeypatch.setattr(saved_views, "MOST", 1)
    saved_views.save(office, "issue", "甲", {})
    with pytest.raises(InvalidInput, match="最多保存1个视图"):
        saved_views.save(office, "issue", "乙", {})


def test_a_shared_view_by_petition_is_shown_to_nobody_who_may_not_know(
    department: Department, session: Any
) -> None:
    saved_views.save(department.actor("office"), "issue", "信访", {"source": "petition,audit"}, shared=True)
    assert names(department, "office2") == ["信访"]
    assert names(department, "dept_head") == []


def test_one_issue_stands_in_three_lists(
    department: Department, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = department.planned()
    secret = department.issue("WZ", title="盘点差异", source="petition", source_doc="信访件1号")
    office = department.actor("office")
    found = three_lists.of(office, Query(sort="id"))
    assert [row["number"] for row in found.rows] == [1, 2]
    assert [row["issue"].id for row in found.rows] == [planned.id, secret.id]
    assert found.rows[0]["tasks"][0]["text"] == "修订制度"
    assert found.rows[0]["tasks"][0]["evidence"] == "未附"
    assert found.rows[1]["tasks"][0]["text"] == "尚未制定"
    assert (found.rows[1]["source"], found.rows[1]["source_doc"]) == ("信访举报", "信访件1号")
    assert [row["issue"].id for row in three_lists.of(office, Query(), [secret.id, 999_999]).rows] == [
        secret.id
    ]
    shown = three_lists.of(department.actor("commissioner_b"), Query(), [planned.id, secret.id]).rows
    assert planned.id not in [row["issue"].id for row in shown]
    assert all((row["source"], row["source_doc"]) == ("日常监督", None) for row in shown)
    monkeypatch.setattr(three_lists, "MOST", 1)
    assert three_lists.of(office, Query()).more
