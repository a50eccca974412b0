"""Deadline rules: the first row that fits holds, and what a table or an object of numbers must be."""

from typing import Any

import pytest

from riskctl.workflows import deadline_rules as rules
from riskctl.workflows.rules import RULES

ROWS = [
    {"rectify_type": "immediate", "days": 5},
    {"source": "audit", "severity": "grave", "days": 60},
    {"source": "audit", "days": 40},
    {"days": 30},
]


@pytest.mark.parametrize(
    ("source", "severity", "rectify_type", "days"),
    [
        ("daily", "general", "deadline", 30), ("audit", "general", "deadline", 40), ("audit", "grave", "staged", 60),
        ("audit", "grave", "immediate", 5), ("daily", None, None, 30),
    ],
)  # fmt: skip
def test_the_first_row_that_fits_holds(
    source: str, severity: str | None, rectify_type: str | None, days: int
) -> None:
    assert rules.deadline_term(ROWS, source, severity, rectify_type) == days


def test_the_hint_tells_what_may_apply() -> None:
    assert rules.told(ROWS, "audit") == "立行立改5个工作日，严重60个工作日，其他40个工作日"
    assert rules.told(ROWS, "daily") == "立行立改5个工作日，其他30个工作日"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "1至60行"),
        ([], "1至60行"),
        ([{"days": 30}] * 61, "1至60行"),
        ([7], "第1行：只能有"),
        ([{"unit": 3, "days": 30}], "第1行：只能有"),
        ([{"source": "daily", "days": 0}, {"days": 30}], "第1行：工作日须为1至500的整数"),
        ([{"source": "daily", "days": True}, {"days": 30}], "第1行：工作日须为"),
        ([{"source": "daily"}, {"days": 30}], "第1行：工作日须为"),
        ([{"source": "dream", "days": 3}, {"days": 30}], "没有这样的问题来源"),
        ([{"source": "petition", "days": 3}, {"days": 30}], "没有这样的问题来源"),
        ([{"severity": "", "days": 3}, {"days": 30}], "没有这样的严重程度"),
        ([{"source": "daily", "days": 30}], "最后一行须不限条件"),
        ([{"days": 30}, {"source": "daily", "days": 3}, {"days": 30}], "第1行不限条件"),
    ],
)
def test_a_table_that_cannot_be(value: Any, said: str) -> None:
    assert said in str(RULES["issue_deadlines"].check(value))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, "须填写：最迟须在到期前几个工作日申请"),
        ({"ahead": 3}, "须填写"),
        ({"ahead": 3, "times": 2, "days": 0, "share": 50}, "每次最长（工作日）须为1至250的整数"),
    ],
)
def test_numbers_that_cannot_be(value: Any, said: str) -> None:
    assert said in str(RULES["extension"].check(value))
    assert RULES["extension"].check({"ahead": 3, "times": 2, "days": 30, "share": 50}) is None


def test_a_table_as_delivered_and_ours_are_fine() -> None:
    assert rules.check_deadlines(ROWS) is None
    assert rules.check_deadlines(rules.DEADLINES) is None
