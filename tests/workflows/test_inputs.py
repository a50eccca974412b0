"""What the steps ask for: described as the contract says, fillable, and right for the record."""

from datetime import date
from typing import Any

import pytest

from riskctl.schemas import inputs
from riskctl.workflows.engine import Input, Workflow
from riskctl.workflows.issue import ISSUE
from riskctl.workflows.notice import NOTICE
from riskctl.workflows.risk_point import RISK_POINT
from riskctl.workflows.risk_point_inputs import missing_fields
from tests.workflows.records import MEASURE, WORKFLOWS, facts, record, variants

TYPES = {
    "text", "date", "datetime", "integer", "decimal", "boolean", "choice", "user", "users", "unit",
    "attachments", "list",
}  # fmt: skip


def _asked(workflow: Workflow, trigger: str, case: Any, **changes: Any) -> dict[str, Input]:
    return {item.name: item for item in workflow.step(case, trigger).inputs_for(case, facts(**changes))}


def _lint(item: Input) -> None:
    assert item.type in TYPES
    assert any("\u4e00" <= character <= "\u9fff" for character in item.label), item.name
    if item.type in ("choice", "user", "users", "unit"):
        assert item.choices, f"{item.name} comes without choices"
    if item.type == "choice" and item.default is not None:
        assert item.default in [value for value, _ in item.choices], item.name
    if item.type == "list":
        assert item.fields, item.name
        for part in item.fields:
            _lint(part)
    if item.min is not None and item.max is not None:
        assert item.min <= item.max, f"{item.name} cannot be filled in"
    if item.type == "date" and item.default is not None and item.min is not None:
        assert item.default >= item.min, item.name


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_every_input_is_described_as_the_contract_says(workflow: Workflow) -> None:
    for state in workflow.states:
        for case in variants(workflow.name, state):
            for step in workflow.leaving(case):
                items = step.inputs_for(case, facts())
                assert len({item.name for item in items}) == len(items), step.trigger
                for item in items:
                    _lint(item)
                step.duty_for(case)


def test_closure_asks_for_evidence_for_each_measure_without_any() -> None:
    measures = [MEASURE, {**MEASURE, "evidence": [7]}, {**MEASURE, "evidence_required": False}, MEASURE]
    asked = _asked(ISSUE, "apply_closure", record("issue", "rectifying", measures=measures))
    assert [name for name in asked if name.startswith("evidence_")] == ["evidence_1", "evidence_4"]
    assert asked["evidence_1"].min_items == 1
    assert asked["leader_signed"].required


@pytest.mark.parametrize(
    ("severity", "source", "owner_level", "asked"),
    [
        ("grave", "daily", "department", True),
        ("general", "inspection_tour", "department", True),
        ("serious", "daily", "department", False),
        ("grave", "daily", "unit", False),
    ],
)
def test_the_minutes_are_named_where_the_party_group_decides(
    severity: str, source: str, owner_level: str, asked: bool
) -> None:
    case = record("issue", "approving", severity=severity, source=source, owner_level=owner_level)
    assert ("minute_no" in _asked(ISSUE, "close", case)) is asked


def test_an_immediate_issue_types_its_measure_at_the_receipt() -> None:
    immediate = record("issue", "issued", rectify_type="immediate")
    assert "measures" in _asked(ISSUE, "sign_receipt", immediate)
    assert "measures" not in _asked(ISSUE, "sign_receipt", record("issue", "issued"))
    assert "measures" in _asked(NOTICE, "receive", record("notice", "sent", issues=[immediate]))
    assert "measures" not in _asked(NOTICE, "receive", record("notice", "sent"))


def test_a_unit_grades_its_own_issues_as_general_only() -> None:
    own = _asked(ISSUE, "verify", record("issue", "verifying", owner_level="unit"))
    assert [value for value, _ in own["severity"].choices] == ["general"]
    assert len(_asked(ISSUE, "verify", record("issue", "verifying"))["severity"].choices) == 3


def test_the_plan_asks_for_the_standard_where_there_is_none() -> None:
    assert "acceptance_standard" in _asked(ISSUE, "submit_plan", record("issue", "planning"))
    given = record("issue", "planning", acceptance_standard="制度健全")
    assert "acceptance_standard" not in _asked(ISSUE, "submit_plan", given)


def test_progress_names_measures_where_there_are_any() -> None:
    assert "measure" not in _asked(ISSUE, "report_progress", record("issue", "rectifying", measures=[]))
    asked = _asked(ISSUE, "report_progress", record("issue", "rectifying"))
    assert asked["measure"].choices == ((1, "第1项：修订制度"),)


def test_a_draft_is_asked_for_what_it_lacks() -> None:
    case = record("risk_point", "draft", post=None, likelihood=None, measures=[])
    assert [item.name for item in missing_fields(case)] == ["post", "likelihood", "measures"]
    assert set(_asked(RISK_POINT, "submit", case)) == {"post", "likelihood", "measures"}
    assert _asked(RISK_POINT, "submit", record("risk_point", "draft")) == {}


@pytest.mark.parametrize(
    ("computed", "levels", "minutes"),
    [
        ("high", ["high", "medium", "low"], True),
        ("medium", ["medium", "high"], False),
        ("low", ["low", "high", "medium"], False),
        (None, ["medium", "high"], False),
    ],
)
def test_only_the_party_group_may_lower_a_level(
    computed: str | None, levels: list[str], minutes: bool
) -> None:
    asked = _asked(RISK_POINT, "grade", record("risk_point", "grading", computed_level=computed))
    assert [value for value, _ in asked["level"].choices] == levels
    assert asked["minute_no"].required is minutes


def test_diagrams_name_every_state_and_step() -> None:
    from riskctl.workflows.engine import mermaid

    drawn = mermaid(ISSUE)
    assert "[*] --> draft" in drawn
    assert "rectifying --> rectifying: 报告进展" in drawn
    assert "void --> [*]" in drawn
    assert all(f"{state}: {label}" in drawn for state, label in ISSUE.states.items())


@pytest.mark.parametrize(
    ("state", "trigger"), [("active", "affirm"), ("warned", "affirm"), ("review", "keep")]
)
def test_a_point_of_an_imported_ledger_is_asked_for_what_its_sheet_lacked(state: str, trigger: str) -> None:
    case = record("risk_point", state, power_item=None, impact=None)
    assert set(_asked(RISK_POINT, trigger, case)) == {"power_item", "impact", "result"}
    assert set(_asked(RISK_POINT, trigger, record("risk_point", state))) == {"result"}


def test_a_plan_that_comes_back_can_be_sent_again_as_it_is_proposed() -> None:
    done = {**MEASURE, "done_on": None, "evidence": [], "due_on": "2026-11-20"}
    kept = {**MEASURE, "evidence_required": False, "done_on": "2026-11-20"}
    case = record("issue", "planning", measures=[done, kept], due_on=date(2027, 1, 5))
    measures = _asked(ISSUE, "submit_plan", case)["measures"]
    clean, reasons = inputs.load([measures], {"measures": measures.default})
    assert not reasons
    assert [measure["due_on"] for measure in clean["measures"]] == [date(2027, 1, 5), date(2026, 12, 1)]
    assert clean["measures"][1]["evidence_required"] is False


def test_what_is_left_out_in_a_row_of_a_list_may_be_null_or_empty() -> None:
    basis = _asked(ISSUE, "verify", record("issue", "verifying"))["basis"]
    clean, reasons = inputs.load([basis], {"basis": [{"document": "办法", "number": None, "text": ""}]})
    assert (clean, reasons) == ({"basis": [{"document": "办法"}]}, [])
    _, reasons = inputs.load([basis], {"basis": [{"document": "", "number": "一号"}]})
    assert [reason.message for reason in reasons] == ["认定依据：第1项文件名称必填"]


def test_a_refused_choice_is_named_by_its_own_label() -> None:
    change = _asked(RISK_POINT, "propose_change", record("risk_point", "review"))
    _, reasons = inputs.load(list(change.values()), {"kind": "nothing", "reason": "轮岗"})
    assert [reason.message for reason in reasons] == ["变更类型：没有这个选项，请从列表中选择"]
    row = {"text": "双人复核", "kind": "nothing"}
    _, reasons = inputs.load(
        list(change.values()), {"kind": "owner", "reason": "轮岗", "new_measures": [row]}
    )
    assert [r.message for r in reasons] == ["变更后的防控措施：第1项措施类型没有这个选项，请从列表中选择"]
