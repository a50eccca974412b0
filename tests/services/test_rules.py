"""Dated configuration: which value holds when, who may set one, and what is refused."""

from datetime import date, timedelta

import pytest
from time_machine import travel

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.services import audit, rules
from riskctl.workflows.rules import RULES
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
NAME = "reminder_days"


def test_every_delivered_value_passes_its_own_check() -> None:
    assert [name for name, rule in RULES.items() if rule.check(rule.default)] == []


def test_a_rule_holds_from_its_day_on_and_the_earlier_one_before(department: Department) -> None:
    office = department.actor("office")
    start = clock.today() + timedelta(days=7)
    rules.set_rule(office, NAME, [5, 0], effective_from=start, reason="办公会议定")
    assert rules.value(NAME) == [10, 5, 3, 1, 0]
    assert rules.version(NAME) is None
    assert rules.value(NAME, start - timedelta(days=1)) == [10, 5, 3, 1, 0]
    assert rules.value(NAME, start) == [5, 0]
    with travel(start + timedelta(days=1)):
        assert rules.value(NAME) == [5, 0]
        rules.set_rule(office, NAME, [3, 0], effective_from=clock.today(), reason="再次调整")
        assert rules.value(NAME) == [3, 0]
        assert [found.value for found in rules.history(NAME)] == [[3, 0], [5, 0]]


def test_one_that_has_not_begun_may_be_changed_and_both_are_on_record(department: Department) -> None:
    office = department.actor("office")
    start = clock.today() + timedelta(days=7)
    rules.set_rule(office, NAME, [5, 0], effective_from=start, reason="办公会议定")
    changed = rules.set_rule(office, NAME, [5, 1, 0], effective_from=start, reason="更正")
    assert [found.value for found in rules.history(NAME)] == [[5, 1, 0]]
    told = [view.fields["value"] for view in audit.history("rule", changed.id)]
    assert told == [[None, [5, 0]], [[5, 0], [5, 1, 0]]]


def test_one_that_began_today_stands(department: Department) -> None:
    office = department.actor("office")
    rules.set_rule(office, NAME, [5, 0], effective_from=clock.today(), reason="办公会议定")
    with pytest.raises(InvalidInput, match="今天已有一次调整"):
        rules.set_rule(office, NAME, [3, 0], effective_from=clock.today(), reason="又改")
    assert rules.value(NAME) == [5, 0]


@pytest.mark.parametrize(
    ("name", "value", "day", "reason", "said"),
    [
        (NAME, [0, 5], None, "依据", "由大到小"),
        (NAME, "5", None, "依据", "由大到小"),
        (NAME, [], None, "依据", "由大到小"),
        (NAME, [True, 0], None, "依据", "由大到小"),
        (NAME, [5, 0], date(2020, 1, 1), "依据", "不能早于今天"),
        (NAME, [5, 0], None, " ", "须写明依据"),
        (NAME, [5, 0], None, "长" * 256, "须写明依据"),
        ("no_such_rule", 1, None, "依据", "没有这条规则"),
    ],
)
def test_a_bad_value_is_refused_and_nothing_written(
    department: Department, name: str, value: object, day: date | None, reason: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        rules.set_rule(
            department.actor("office"), name, value, effective_from=day or clock.today(), reason=reason
        )
    db.session.rollback()
    assert rules.version(NAME) is None


def test_only_the_office_sets_rules(department: Department) -> None:
    for username in ("unit_discipline", "leader", "sysadmin", "auditor"):
        with pytest.raises(NotAllowed):
            rules.set_rule(
                department.actor(username), NAME, [5, 0], effective_from=clock.today(), reason="依据"
            )
