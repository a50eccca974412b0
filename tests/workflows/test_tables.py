"""Every (state, trigger) pair of the tables, allowed and refused, against the contract."""

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from riskctl.errors import NotFromHere
from riskctl.workflows.engine import Step, Workflow
from riskctl.workflows.issue import ISSUE
from tests.workflows import contract
from tests.workflows.records import WORKFLOWS, record, variants

Row = tuple[str, str, str, str]
TABLES: dict[str, tuple[tuple[Row, ...], dict[str, str]]] = {
    "issue": (contract.ISSUE, contract.ISSUE_STATES),
    "risk_point": (contract.RISK_POINT, contract.RISK_POINT_STATES),
    "interview": (contract.INTERVIEW, contract.INTERVIEW_STATES),
    "notice": (contract.NOTICE, contract.NOTICE_STATES),
    "extension": (contract.EXTENSION, contract.EXTENSION_STATES),
    "annual_review": (contract.ANNUAL_REVIEW, contract.ANNUAL_REVIEW_STATES),
    "campaign": (contract.CAMPAIGN, contract.CAMPAIGN_STATES),
    "lookback": (contract.LOOKBACK, contract.LOOKBACK_STATES),
    "self_check": (contract.SELF_CHECK, contract.SELF_CHECK_STATES),
    "warning": (contract.WARNING, contract.WARNING_STATES),
}
ALLOWED = {
    (kind, source, trigger): (label, {source} if goals == "=" else set(goals.split()))
    for kind, (rows, _) in {**TABLES, "form": (contract.NOTICE_FORM, {})}.items()
    for trigger, label, sources, goals in rows
    for source in sources.split()
}
PAIRS = [
    (workflow, state, trigger)
    for workflow in WORKFLOWS
    for state in workflow.states
    for trigger in dict.fromkeys(step.trigger for step in workflow.steps)
]
by_pair = pytest.mark.parametrize(
    ("workflow", "state", "trigger"), PAIRS, ids=[f"{w.name}-{s}-{t}" for w, s, t in PAIRS]
)
each = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)


def table_of(workflow: Workflow, case: Any) -> str:
    """The contract's table for this case: forms have one of their own."""
    return "form" if getattr(case, "document_class", "G") != "G" else workflow.name


@by_pair
def test_a_step_is_there_exactly_where_the_contract_has_it(
    workflow: Workflow, state: str, trigger: str
) -> None:
    reached, goals = set(), set()
    for case in variants(workflow.name, state):
        expected = ALLOWED.get((table_of(workflow, case), state, trigger))
        goals |= expected[1] if expected else set()
        if expected is None:
            with pytest.raises(NotFromHere) as refused:
                workflow.step(case, trigger)
            assert workflow.states[state] in refused.value.message
            continue
        step = workflow.step(case, trigger)
        assert step.label == expected[0]
        workflow.fire(case, step)
        reached.add(case.state)
    assert reached == goals


@each
def test_states_and_their_words(workflow: Workflow) -> None:
    assert dict(workflow.states) == TABLES[workflow.name][1]


@each
def test_the_contract_has_no_row_that_the_table_lacks(workflow: Workflow) -> None:
    known = {(workflow.name, source, step.trigger) for step in workflow.steps for source in step.sources}
    names = {workflow.name, "form"} if workflow.name == "notice" else {workflow.name}
    assert known == {(workflow.name, *key[1:]) for key in ALLOWED if key[0] in names}


@each
def test_every_state_can_be_reached_and_every_other_one_left(workflow: Workflow) -> None:
    reached, open_ = {workflow.initial}, [workflow.initial]
    while open_:
        state = open_.pop()
        for step in workflow.steps:
            goal = step.target or state
            if state in step.sources and goal not in reached:
                reached.add(goal)
                open_.append(goal)
    assert reached == set(workflow.states)
    left = {source for step in workflow.steps for source in step.sources if step.target not in (None, source)}
    assert left >= set(workflow.states) - workflow.final


@by_pair
def test_exactly_one_row_matches(workflow: Workflow, state: str, trigger: str) -> None:
    for case in variants(workflow.name, state):
        rows = [step for step in workflow.leaving(case) if step.trigger == trigger]
        assert len(rows) <= 1
        assert bool(rows) == ((table_of(workflow, case), state, trigger) in ALLOWED)


@pytest.mark.parametrize("severity", ["general", "serious", "grave"])
def test_long_term_goes_before_severity(severity: str) -> None:
    case = record("issue", "inspecting", severity=severity, rectify_type="long_term")
    assert ISSUE.step(case, "pass_inspection").target == "sustaining"
    case.rectify_type = "deadline"
    goal = "approving" if severity == "general" else "publicizing"
    assert ISSUE.step(case, "pass_inspection").target == goal


@each
def test_a_backward_step_asks_for_a_reason(workflow: Workflow) -> None:
    from tests.workflows.records import facts

    for step in workflow.steps:
        if not step.backward:
            continue
        case = record(workflow.name, step.sources[0])
        required = {item.name for item in step.inputs_for(case, facts()) if item.required}
        assert required & {"reason", "objection"}, step.trigger


def test_an_unknown_trigger_is_named() -> None:
    with pytest.raises(NotFromHere, match="fly") as refused:
        ISSUE.step(record("issue", "draft"), "fly")
    assert refused.value.code == "unknown_trigger"


def test_firing_raises_when_the_machine_does_not_move() -> None:
    # The table would never choose this row for a 一般 issue; the machine refuses it in silence.
    row = next(s for s in ISSUE.steps if s.trigger == "pass_inspection" and s.target == "sustaining")
    only = Workflow(
        name="one", label="一", initial="inspecting", states=ISSUE.states, final=frozenset(), main_line=(),
        steps=(row,),
    )  # fmt: skip
    with pytest.raises(NotFromHere, match="没有执行"):
        only.fire(record("issue", "inspecting", rectify_type="deadline"), row)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
@each
def test_random_walks_stay_inside_the_table(workflow: Workflow, data: st.DataObject) -> None:
    case: Any = data.draw(st.sampled_from(variants(workflow.name, workflow.initial)))
    for _ in range(25):
        steps: list[Step] = workflow.leaving(case)
        if not steps:
            assert case.state in workflow.final
            return
        step = data.draw(st.sampled_from(steps))
        before = case.state
        workflow.fire(case, step)
        assert case.state in ALLOWED[(table_of(workflow, case), before, step.trigger)][1]
