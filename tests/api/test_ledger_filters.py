"""Filters of the ledgers in the address of the API: a whole question at once, and what makes no sense."""

from collections.abc import Callable

from tests.api.caller import Caller

AsUser = Callable[[str], Caller]
IssueIn = Callable[..., str]


def test_a_ledger_is_asked_by_everything_that_it_has(as_user: AsUser, issue_in: IssueIn) -> None:
    office = as_user("office")
    path = issue_in("SK", amount_involved=125_000, resp_post="维养岗", severity="serious")
    issue_in("WZ")
    asked = {
        "severity": "serious", "resp_post": "维养岗", "involved_min": 100_000, "found_from": "2020-01-01",
        "reopened": "false", "overdue_original": "false", "sort": "-amount_involved", "count": 1,
    }  # fmt: skip
    body = office.get("issues", **asked).json
    assert [item["id"] for item in body["items"]] == [office.get(path).json["id"]]
    assert (body["total"], body["items"][0]["amount_involved"]) == (1, 125_000)
    assert office.get("issues", **{**asked, "involved_max": 1, "involved_min": 0}).json["items"] == []


def test_a_filter_that_makes_no_sense_is_named(as_user: AsUser) -> None:
    office = as_user("office")
    for collection, query, field in (
        ("issues", {"found_from": "2026-02-30"}, "found_from"),
        ("issues", {"found_from": "2026-03-02", "found_to": "2026-03-01"}, "found_to"),
        ("issues", {"involved_min": "viel"}, "involved_min"),
        ("issues", {"overdue_original": "perhaps"}, "overdue_original"),
        ("issues", {"sort": "resp_post"}, "sort"),
        ("issues", {"scheduled_from": "2026-01-01"}, "scheduled_from"),
        ("risk-points", {"impact": "6"}, "impact"),
        ("interviews", {"found_from": "2026-01-01"}, "found_from"),
    ):
        response = office.get(collection, **query)
        assert response.status_code == 422, query
        assert [reason["field"] for reason in response.json["reasons"]] == [field]


def test_a_cursor_of_another_filter_is_refused_with_what_to_do(as_user: AsUser, issue_in: IssueIn) -> None:
    office = as_user("office")
    for _ in range(2):
        issue_in("SK", state="draft")
    first = office.get("issues", limit=1, found_from="2020-01-01").json
    following = {"limit": 1, "after": first["next"]}
    assert len(office.get("issues", **following, found_from="2020-01-01").json["items"]) == 1
    for other in ({}, {"found_from": "2020-01-02"}, {"found_from": "2020-01-01", "reopened": "false"}):
        response = office.get("issues", **following, **other)
        assert response.status_code == 422
        assert "翻页标记不属于当前的筛选条件，请从第一页重新查询" in response.get_data(as_text=True)
