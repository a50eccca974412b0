"""代填: a 纪检委员 notes something for a colleague without an account, and does not review that case."""

from typing import Any

import pytest

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, RuleBroken
from riskctl.permissions import Role
from riskctl.services import accounts, audit, directory, issues, risk_points, transitions
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _data(department: Department, unit: str = "JS") -> dict[str, Any]:
    return {
        "unit_id": department.unit(unit).id, "title": "量身定制条件", "post": "招标岗", "power_item": "招标",
        "category": "duty", "manifestation": "设置倾向性条件", "likelihood": 2, "impact": 2,
        "measures": [{"text": "复核"}], "resp_post": "科长", "resp_leader_post": "分管领导",
    }  # fmt: skip


def test_a_point_noted_for_a_colleague_names_his_post_and_is_reviewed_by_others(
    department: Department,
) -> None:
    data = {**_data(department), "on_behalf": "招标岗经办"}
    point = risk_points.create(department.actor("commissioner_d"), data)
    assert audit.history("risk_point", point.id)[0].data == {"on_behalf": "招标岗经办"}
    department.take("dept_head_d", point, "submit")
    with pytest.raises(NotAllowed, match="职责分离"):
        department.take("commissioner_d", point, "pass_unit", meeting_record="处务会")


def test_who_filled_in_a_step_for_a_colleague_does_not_review_either(department: Department) -> None:
    point = risk_points.create(department.actor("dept_head_d"), _data(department))
    (submit,) = [
        a for a in transitions.available(department.actor("commissioner_d"), point) if a.trigger == "submit"
    ]
    assert [item.name for item in submit.inputs] == ["on_behalf"]
    assert not submit.inputs[0].required
    department.take("commissioner_d", point, "submit", on_behalf="招标岗经办")
    assert audit.history("risk_point", point.id)[-1].data["on_behalf"] == "招标岗经办"
    department.take("office", point, "send_back", reason="补充措施")
    department.take("dept_head_d", point, "submit")
    with pytest.raises(
        NotAllowed, match="职责分离"
    ):  # somebody else submitted in the end; he still stood for him
        department.take("commissioner_d", point, "pass_unit", meeting_record="处务会")


def test_only_a_commissioner_of_the_unit_stands_in_for_others(department: Department) -> None:
    with pytest.raises(InvalidInput, match="支部纪检委员") as refused:
        risk_points.create(department.actor("office"), {**_data(department), "on_behalf": "招标岗"})
    assert refused.value.reasons[0].field == "on_behalf"
    point = risk_points.create(department.actor("dept_head_d"), _data(department))
    with pytest.raises(RuleBroken, match="没有这一项"):
        department.take("dept_head_d", point, "submit", on_behalf="招标岗")


def test_an_issue_is_registered_for_a_colleague(department: Department) -> None:
    issue = department.issue("JS", "commissioner_d", source="self_check", on_behalf="财务岗经办")
    assert issue.acted["on_behalf"] == [department.actor("commissioner_d").user_id]
    assert audit.history("issue", issue.id)[0].data["on_behalf"] == "财务岗经办"


def test_a_progress_reported_for_a_colleague_bars_from_accepting(department: Department) -> None:
    accounts.grant(accounts.find("office"), Role.COMMISSIONER, department.unit("SK"))
    for name in ("post", "dept_head", "unit_discipline", "unit_discipline2"):
        accounts.change(accounts.find(name), active=False)
    directory.forget()
    issue = department.issue(by="resident")
    department.take("resident", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified(rectify_type="immediate"))
    department.take("office_head", issue, "issue")
    measure = {"text": "修订制度", "owner_post": "科长"}
    department.receive(issue, by="office2", measures=[measure])
    department.take("office", issue, "report_progress", note="已修订", on_behalf="科长")
    with pytest.raises(NotAllowed, match="职责分离"):
        department.take(
            "office",
            issue,
            "accept_directly",
            finding="属实",
            inspected_on=clock.today().isoformat(),
            no_conflict=True,
        )
    assert issues.KIND.workflow.step(issue, "report_progress").proxied
