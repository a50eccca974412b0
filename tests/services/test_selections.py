"""Acts on ticked cases: each judged by its own rules, told one by one; what cannot be done says why."""

from typing import Any

import pytest

from riskctl.errors import InvalidInput, NotFound
from riskctl.models import Issue
from riskctl.services import batches, selections
from riskctl.services.selections import Prepared
from riskctl.workflows.engine import Input
from tests.department import Department


def done(
    department: Department, who: str, prepared: Prepared, data: dict[str, Any]
) -> list[tuple[bool, str]]:
    versions = {c.record.id: c.record.version for c in prepared.candidates}
    run = selections.perform(department.actor(who), prepared, versions, data)
    assert selections.outcome(department.actor(who), run.id) is run
    with pytest.raises(NotFound):
        selections.outcome(department.actor("commissioner_b"), run.id)
    return [(row["ok"], row["said"]) for row in sorted(run.rows, key=lambda row: row["id"])]


def whys(prepared: Prepared) -> list[str]:
    return [c.why_not for c in sorted(prepared.candidates, key=lambda c: c.record.id)]


def test_urging_tells_of_each_what_came_of_it(department: Department, session: Any) -> None:
    first, second, closed = department.issued(), department.issued("WZ"), department.closed()
    ids = [first.id, second.id, closed.id, 999_999]
    prepared = selections.prepare(department.actor("office_head"), "issue", "urge", ids)
    assert whys(prepared)[:2] == ["", ""]
    assert len(prepared.candidates) == 3
    assert [ok for ok, _ in done(department, "office_head", prepared, {})][:2] == [True, True]
    again = selections.prepare(department.actor("office_head"), "issue", "urge", ids)
    told = done(department, "office_head", again, {})
    assert told[0] == (False, "今天已经催办过，同一事项每天只能催办一次")


def test_a_step_is_taken_where_it_can_be_and_refused_elsewhere(department: Department, session: Any) -> None:
    drafts = [department.issue(title=f"问题{n}") for n in range(2)]
    issued = department.issued()
    ids = [*(issue.id for issue in drafts), issued.id]
    office = department.actor("office")
    steps = selections.prepare(office, "issue", "step", ids).steps
    assert steps["submit"] == ("提交核定", 2)
    prepared = selections.prepare(office, "issue", "step", ids, "submit")
    assert whys(prepared) == ["", "", "当前环节没有这一步"]
    assert [item.name for item in prepared.inputs] == ["not_clue"]
    stale = {drafts[0].id: drafts[0].version, drafts[1].id: 99, issued.id: issued.version}
    run = selections.perform(office, prepared, stale, {"not_clue": True})
    told = {row["id"]: (row["ok"], row["said"]) for row in run.rows}
    assert told[drafts[0].id] == (True, "")
    assert told[drafts[1].id] == (False, "该记录已被他人更新，请刷新后核对再办理")
    assert not told[issued.id][0]
    states = {i: session.get(Issue, i, populate_existing=True).state for i in ids}
    assert list(states.values()) == ["verifying", "draft", "issued"]


def test_tasks_are_handed_over_with_one_reason(department: Department, session: Any) -> None:
    issues = [department.closed(), department.closed()]  # 机关纪委 archives them, whoever of it
    alone = department.issue()
    department.take("office", alone, "submit", not_clue=True)  # nobody but office2 is left to verify it
    ids = [*(issue.id for issue in issues), alone.id]
    prepared = selections.prepare(department.actor("office2"), "issue", "hand_over", ids)
    assert [item.name for item in prepared.inputs] == ["to", "reason"]
    assert whys(prepared)[:2] == ["", ""]
    to = prepared.inputs[0].choices[0][0]
    told = done(department, "office2", prepared, {"to": str(to), "reason": "出差"})
    assert [ok for ok, _ in told] == [True, True, False]
    # A person on whom the duty cannot fall is refused by the rule itself, one case at a time.
    again = selections.prepare(department.actor("office2"), "issue", "hand_over", [issues[0].id])
    nobody = done(department, "office2", again, {"to": "999999", "reason": "出差"})
    assert nobody[0][0] is False


def test_what_makes_no_selection_is_refused(department: Department, session: Any) -> None:
    office = department.actor("office")
    for act, ids in (("erase", [1]), ("urge", []), ("urge", list(range(1, batches.MOST + 2)))):
        with pytest.raises(InvalidInput):
            selections.prepare(office, "issue", act, ids)


def test_one_form_asks_for_all_what_any_of_them_asks() -> None:
    first = [
        Input("to", "转给", "user", choices=((1, "甲"), (2, "乙")), default=1),
        Input("note", "说明", required=False),
    ]
    second = [Input("to", "转给", "user", choices=((2, "乙"), (3, "丙")), default=2), Input("note", "说明")]
    found = {item.name: item for item in selections.merged([first, second])}
    assert found["to"].choices == ((1, "甲"), (2, "乙"), (3, "丙"))
    assert found["to"].default is None
    assert found["note"].required
