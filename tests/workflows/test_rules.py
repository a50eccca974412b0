"""What a value of a rule must be."""

import pytest

from riskctl.workflows.rules import RULES, whole_number


@pytest.mark.parametrize(
    ("value", "right"),
    [(1, True), (5, True), (0, False), (6, False), ("3", False), (True, False), (None, False)],
)
def test_a_whole_number_between_two(value: object, right: bool) -> None:
    said = whole_number(1, 5)(value)
    assert (said is None) is right
    assert right or said == "须为1至5的整数"


@pytest.mark.parametrize("value", [[5, 5], [61], [3, 4], [1.5], None])
def test_reminder_days_fall(value: object) -> None:
    assert RULES["reminder_days"].check(value) is not None
