"""监测指标: thresholds that follow their direction, what a value reaches, and the days between readings."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from riskctl.workflows import guards, indicator as law, risk_point_inputs as inputs
from tests.workflows.records import facts, record

numbers = st.decimals(-1000, 1000, places=2)


def _limits(*values: Any) -> dict[str, Decimal | None]:
    found = [None if value is None else Decimal(value) for value in values]
    return dict(zip(law.COLOURS, found, strict=True))


@pytest.mark.parametrize(
    ("direction", "values", "fields"),
    [
        ("higher", (1, 2, 3, 4), []),
        ("higher", (None, 2, None, 4), []),
        ("lower", (4, 3, 2, 1), []),
        ("higher", (4, 3, 2, 1), ["yellow", "orange", "red"]),
        ("higher", (1, 1, 2, 3), ["yellow"]),
        ("lower", (None, 2, None, 4), ["red"]),
        ("lower", (None, None, None, None), ["yellow"]),
    ],
)
def test_thresholds_follow_their_direction(
    direction: str, values: tuple[Any, ...], fields: list[str]
) -> None:
    assert [reason.field for reason in law.contradictions(direction, _limits(*values))] == fields


@given(st.lists(numbers, min_size=4, max_size=4, unique=True), numbers)
def test_a_graver_colour_is_never_reached_by_a_better_value(values: list[Decimal], value: Decimal) -> None:
    limits = _limits(*sorted(values))
    here, worse = (law.breached(value + by, "higher", limits) for by in (0, 1))
    order = [None, *law.COLOURS]
    assert order.index(here) <= order.index(worse)
    mirrored = {colour: -limit for colour, limit in limits.items() if limit is not None}
    assert law.breached(-value, "lower", mirrored) == here


def test_the_gravest_and_those_from_a_colour_on() -> None:
    assert law.gravest(["blue", "red", "yellow"]) == "red"
    assert law.gravest([]) is None
    assert law.at_least("orange") == ("orange", "red")


@pytest.mark.parametrize(
    ("frequency", "due"),
    [("daily", date(2026, 2, 1)), ("weekly", date(2026, 2, 7)), ("monthly", date(2026, 2, 28)),
     ("quarterly", date(2026, 4, 30)), ("half_yearly", date(2026, 7, 31)), ("yearly", date(2027, 1, 31))],
)  # fmt: skip
def test_a_period_later(frequency: str, due: date) -> None:
    assert law.a_period_after(date(2026, 1, 31), frequency) == due


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 24))
def test_so_many_months_later_is_the_same_day_or_the_last(day: date, months: int) -> None:
    later = law.months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


def test_values_as_people_read_them() -> None:
    assert law.number(Decimal("40.5000")) == "40.5"
    assert law.number(Decimal("1E+3")) == "1000"
    said = [
        law.said(*pair)
        for pair in (("active", False), ("red", None), ("direction", "lower"), ("name", "占比"))
    ]
    assert said == ["否", "无", "越低越差", "占比"]


@pytest.mark.parametrize(
    ("value", "kept"), [("1.2345", True), ("1.23456", False), ("NaN", False), ("1e14", False)]
)
def test_what_is_kept_exactly(value: str, kept: bool) -> None:
    reason = guards.threshold_is_kept(None, {"indicator_yellow": Decimal(value)}, {})
    assert (reason is None) == kept
    assert guards.threshold_is_kept(None, {}, {}) is None


@pytest.mark.parametrize(
    ("level", "has", "asked"), [("high", False, True), ("medium", False, True), ("low", False, False), ("high", True, False)]
)  # fmt: skip
def test_a_graver_point_is_asked_for_its_first_indicator(level: str, has: bool, asked: bool) -> None:
    point = record("risk_point", "unit_review", computed_level=level)
    names = {item.name for item in inputs.indicator(point, facts(has_indicator=has)) if item.required}
    assert names == ({"indicator_name", "indicator_yellow"} if asked else set())
