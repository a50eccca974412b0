"""定级: the matrix, the forced-high questions, lowering, and the inputs of changes."""

from typing import Any

import pytest

from riskctl.ladders import Duty
from riskctl.workflows import annual_review, grading, guards
from riskctl.workflows.engine import Input
from riskctl.workflows.risk_point import RISK_POINT
from tests.workflows.records import facts, record


def _asked(trigger: str, case: Any, **changes: Any) -> dict[str, Input]:
    return {item.name: item for item in RISK_POINT.step(case, trigger).inputs_for(case, facts(**changes))}


def test_the_matrix_of_likelihood_and_impact() -> None:
    rows = {
        5: "low medium high high high", 4: "low medium medium high high", 3: "low medium medium medium high",
        2: "low low medium medium medium", 1: "low low low low low",
    }  # fmt: skip
    for likelihood, levels in rows.items():
        found = [grading.level_of(grading.DEFAULT, likelihood, impact) for impact in range(1, 6)]
        assert found == levels.split()
    assert grading.level_of(grading.DEFAULT, None, 3) is None
    assert grading.level_of(grading.DEFAULT, 3, None) is None


def test_other_limits_give_other_levels() -> None:
    rule = {**grading.DEFAULT, "medium_from": 4, "high_from": 10}
    assert [grading.level_of(rule, n, 2) for n in (1, 2, 5)] == ["low", "medium", "high"]


@pytest.mark.parametrize("code", grading.QUESTIONS)
def test_one_hit_makes_a_point_high_unless_the_rule_dropped_it(code: str) -> None:
    assert grading.level_of(grading.DEFAULT, 1, 1, [code]) == "high"
    assert grading.level_of(grading.DEFAULT, None, None, [code]) == "high"
    without = {**grading.DEFAULT, code: False}
    assert grading.level_of(without, 1, 1, [code]) == "low"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "须写明"),
        ({"medium_from": 6}, "须写明"),
        ({**grading.DEFAULT, "medium_from": "6"}, "整数"),
        ({**grading.DEFAULT, "high_from": True}, "整数"),
        ({**grading.DEFAULT, "medium_from": 15}, "由低到高"),
        ({**grading.DEFAULT, "medium_from": 1}, "由低到高"),
        ({**grading.DEFAULT, "high_from": 26}, "由低到高"),
        ({**grading.DEFAULT, "rumour": True}, "须写明"),
        ({**grading.DEFAULT, "key_matter": 1}, "是否适用"),
        ({**grading.DEFAULT, "key_matter": False}, None),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(value: Any, said: str | None) -> None:
    found = grading.check_rule(value)
    assert found is None if said is None else said in (found or "")


def test_the_unit_answers_the_questions_of_the_rule_in_force() -> None:
    case = record("risk_point", "unit_review", rule_hits=["no_standard"])
    asked = _asked("pass_unit", case)
    assert [name for name in asked if name.startswith("hit_")] == ["hit_key_matter", "hit_no_standard"]
    assert (asked["hit_key_matter"].default, asked["hit_no_standard"].default) == ("no", "yes")
    assert not any(asked[name].required for name in asked if name != "meeting_record")


def test_answers_replace_earlier_ones_and_what_was_not_asked_stays() -> None:
    case = record("risk_point", "unit_review", rule_hits=["no_standard", "proven_case"])
    assert grading.hits_after(case, {"hit_no_standard": "no", "hit_key_matter": "yes"}) == [
        "key_matter",
        "proven_case",
    ]
    assert grading.hits_after(record("risk_point", "draft"), {}) == []


def test_a_lower_level_is_proposed_with_a_reason() -> None:
    case = record("risk_point", "unit_review")
    refused = grading.suggestion_is_reasoned(case, {"suggested_level": "low"}, facts())
    assert refused is not None
    assert refused.field == "suggested_reason"
    given = {"suggested_level": "low", "suggested_reason": "三年无问题"}
    assert grading.suggestion_is_reasoned(case, given, facts()) is None
    assert grading.suggestion_is_reasoned(case, {}, facts()) is None


@pytest.mark.parametrize(
    ("computed", "suggested", "duty", "levels", "minutes"),
    [
        ("medium", None, Duty.RISK_POINT_GRADE_MEDIUM, ["medium", "high"], False),
        ("medium", "low", Duty.RISK_POINT_GRADE_HIGH, ["medium", "high", "low"], True),
        ("medium", "medium", Duty.RISK_POINT_GRADE_MEDIUM, ["medium", "high"], False),
        ("high", "low", Duty.RISK_POINT_GRADE_HIGH, ["high", "medium", "low"], True),
        ("low", None, Duty.RISK_POINT_GRADE_LOW, ["low", "high", "medium"], False),
        ("low", "low", Duty.RISK_POINT_GRADE_LOW, ["low", "high", "medium"], False),
    ],
)
def test_lowering_goes_one_level_higher(
    computed: str, suggested: str | None, duty: Duty, levels: list[str], minutes: bool
) -> None:
    case = record("risk_point", "grading", computed_level=computed, suggested_level=suggested)
    step = RISK_POINT.step(case, "grade")
    asked = _asked("grade", case)
    assert step.duty_for(case) == duty
    assert [value for value, _ in asked["level"].choices] == levels
    assert asked["minute_no"].required is minutes
    assert ("单位建议：低" in asked["level"].hint) is grading.lowering_asked(case)
    assert "pass_unit" in step.apart  # who asked for it does not grade it


def test_the_order_of_levels() -> None:
    assert grading.is_lower("low", "high")
    assert not grading.is_lower("high", "high")
    assert not grading.is_lower(None, "high")
    assert not grading.is_lower("low", None)
    assert grading.highest(["low", None, "medium"]) == "medium"
    assert grading.highest([None]) is None


def test_what_a_change_may_be() -> None:
    case = record("risk_point", "review")
    kinds = [value for value, _ in _asked("propose_change", case)["kind"].choices]
    assert kinds == ["change", "upgrade", "downgrade", "owner", "merge", "split", "cancel"]
    blocked = _asked("propose_change", case, why_not_lower="近12个月内有预警", merge_targets=())
    assert [value for value, _ in blocked["kind"].choices] == [
        "change",
        "upgrade",
        "owner",
        "split",
        "cancel",
    ]
    assert "近12个月内有预警" in blocked["kind"].hint
    assert "successor" not in blocked


def test_the_approval_asks_for_what_the_proposal_left_out() -> None:
    case = record("risk_point", "change_pending")
    assert set(_asked("approve_change", case)) == {"result"}
    assert set(_asked("approve_change", case, proposal_kind="split")) == {"parts", "result"}
    named = _asked("approve_change", case, proposal_kind="split", proposed_parts=[{"title": "甲"}])
    assert set(named) == {"result"}
    assert set(_asked("cancel", case, proposal_kind="cancel")) == {"cancel_document", "result"}
    merged = _asked("cancel", case, proposal_kind="merge", proposed_successor=2)
    assert (set(merged), merged["successor"].default) == ({"successor", "result"}, 2)
    gone = _asked("cancel", case, proposal_kind="merge", proposed_successor=7)
    assert gone["successor"].default is None
    assert set(_asked("cancel", case, proposal_kind="merge", merge_targets=())) == {"result"}


def test_a_yearly_review_names_a_point_once() -> None:
    case = record("annual_review", "open")
    assert annual_review.each_once(case, {}, facts()) is None
    assert annual_review.each_once(case, {"exceptions": [{"point": 1}, {"point": 2}]}, facts()) is None
    assert annual_review.each_once(case, {"exceptions": [{"point": 1}, {"point": 1}]}, facts()) is not None
    step = annual_review.ANNUAL_REVIEW.step(case, "confirm")
    assert [item.name for item in step.inputs_for(case, facts())] == ["exceptions"]
    assert step.inputs_for(case, facts(changeable_points=())) == []


def test_a_merge_needs_somewhere_to_go() -> None:
    case = record("risk_point", "change_pending")
    assert guards.can_merge(case, facts(proposal_kind="cancel", merge_targets=())) is None
