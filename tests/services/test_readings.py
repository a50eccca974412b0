"""Readings of an indicator: taken, refused, corrected; and the warnings that they set going."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from riskctl import clock
from riskctl.errors import EditedMeanwhile, InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.models import Event, Indicator, Reading, RiskPoint, RiskWarning
from riskctl.services import breaches, indicators, readings, ticking, verification
from tests.department import Department

NOON = datetime(2026, 11, 24, 4, tzinfo=clock.now().tzinfo)  # 12:00 in the office
SHARE: dict[str, Any] = {
    "name": "直接委托项目占比", "source": "合同台账", "measure_unit": "%", "direction": "higher",
    "frequency": "monthly", "yellow": Decimal(40), "orange": Decimal(60), "red": Decimal("75.5"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def traveller(session: Any) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as started:
        yield started


def _indicator(department: Department, point: RiskPoint | None = None, **changes: Any) -> Indicator:
    point = point or department.point()
    data = {"risk_point_id": point.id, **SHARE, **changes}
    return indicators.create(department.actor("dept_head"), data)


def _enter(department: Department, found: Indicator, *given: tuple[datetime, str], by: str = "post") -> int:
    items = readings.values((at, Decimal(value)) for at, value in given)
    return readings.enter(department.actor(by), found.id, items)


def _warnings(session: Any) -> list[RiskWarning]:
    return list(session.scalars(select(RiskWarning).order_by(RiskWarning.id)))


def test_a_reading_over_its_threshold_warns_with_the_facts_filled_in(
    department: Department, session: Any
) -> None:
    found = _indicator(department)
    _enter(department, found, (NOON, "62.5"))
    (warning,) = _warnings(session)
    assert (warning.colour, warning.kind, warning.state) == ("orange", "indicator", "open")
    assert warning.facts == (
        "监测指标“直接委托项目占比”于2026年11月24日12:00的数值为62.5%，超过橙色预警阈值60%。"
    )
    assert warning.reply_due == date(2026, 12, 3)
    assert warning.code == "YJ-2026-SK-001"
    assert found.risk_point.state == "warned"
    assert found.risk_point.step_due_on == warning.reply_due
    assert warning.created_by_id not in {department.actor(n).user_id for n in ("post", "office", "dept_head")}
    assert verification.verify().problems == []


@pytest.mark.parametrize(
    ("direction", "value", "colour"),
    [("higher", "40", None), ("higher", "40.0001", "yellow"), ("higher", "200", "red"), ("lower", "94", "blue"),
     ("lower", "95", None), ("lower", "-1", "red")],
)  # fmt: skip
def test_on_the_threshold_nothing_is_passed(
    department: Department, session: Any, direction: str, value: str, colour: str | None
) -> None:
    lower = {"blue": Decimal(95), "yellow": Decimal(90), "orange": None, "red": Decimal(0)}
    found = _indicator(department, direction=direction, **(lower if direction == "lower" else {}))
    _enter(department, found, (NOON, value))
    assert [warning.colour for warning in _warnings(session)] == ([colour] if colour else [])


def test_a_second_warning_only_of_a_worse_colour(department: Department, session: Any) -> None:
    found = _indicator(department)
    for hours, value in ((5, "50"), (4, "55"), (3, "61"), (2, "45"), (1, "80")):
        _enter(department, found, (NOON - timedelta(hours=hours), value))
    assert [warning.colour for warning in _warnings(session)] == ["yellow", "orange", "red"]
    assert len(found.risk_point.open_warnings) == 3
    assert found.risk_point.state == "warned"


def test_after_lifting_the_same_colour_warns_again(department: Department, session: Any) -> None:
    found = _indicator(department)
    _enter(department, found, (NOON - timedelta(hours=2), "50"))
    department.take("unit_discipline", _warnings(session)[0], "lift", result="已核查")
    assert found.risk_point.state == "active"
    _enter(department, found, (NOON - timedelta(hours=1), "50"))
    assert [warning.state for warning in _warnings(session)] == ["lifted", "open"]


def test_of_a_batch_the_gravest_warns_and_history_does_not(department: Department, session: Any) -> None:
    found = _indicator(department)
    days = [(NOON - timedelta(days=n), value) for n, value in ((3, "50"), (2, "61"), (1, "45"))]
    _enter(department, found, (NOON - timedelta(days=800), "99"), *days)
    (warning,) = _warnings(session)
    assert warning.colour == "orange"
    assert "2026年11月22日" in warning.facts
    assert "共有3个数据超限" in warning.facts


def test_a_batch_is_taken_whole_or_not_at_all(department: Department, session: Any) -> None:
    found = _indicator(department)
    _enter(department, found, (NOON - timedelta(days=9), "1"))
    with pytest.raises(InvalidInput) as refused:
        _enter(
            department, found, (NOON, "2"), (NOON + timedelta(seconds=1), "3"), (NOON, "4"),
            (NOON - timedelta(days=9), "5"), (NOON - timedelta(days=8), "1.23456"),
        )  # fmt: skip
    said = {reason.field: reason.message for reason in refused.value.reasons}
    assert set(said) == {"1.at", "2.at", "3.at", "4.value"}
    assert said["1.at"].startswith("第2项 时间：")
    assert "在将来" in said["1.at"]
    assert "不能重复录入" in said["2.at"]
    assert "请办理更正" in said["3.at"]
    assert "小数最多4位" in said["4.value"]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Reading)) == 1


def test_ten_thousand_at_once_and_no_more(department: Department, session: Any) -> None:
    found = _indicator(department)
    many = [(NOON - timedelta(minutes=n), "1") for n in range(readings.MOST)]
    assert _enter(department, found, *many) == readings.MOST
    assert session.scalar(select(func.count()).select_from(Reading)) == readings.MOST
    event = session.scalars(select(Event).where(Event.trigger == "enter_readings")).one()
    assert event.changes["data"]["count"] == readings.MOST
    with pytest.raises(InvalidInput, match="10000"):
        _enter(department, found, *many, (NOON - timedelta(days=90), "1"))
    with pytest.raises(InvalidInput):
        _enter(department, found)


def test_who_enters_readings_and_of_what(department: Department) -> None:
    found = _indicator(department)
    for username in ("leader", "auditor", "resident"):
        with pytest.raises(NotAllowed):
            _enter(department, found, (NOON, "1"), by=username)
    with pytest.raises(NotFound):
        _enter(department, found, (NOON, "1"), by="post_b")
    actor = department.actor("office")
    indicators.edit(actor, found.id, {"active": False}, version=found.version)
    assert found.next_reading_due is None
    with pytest.raises(RuleBroken, match="停用"):
        _enter(department, found, (NOON, "1"))


def test_a_correction_stands_beside_the_reading(department: Department, session: Any) -> None:
    found = _indicator(department)
    _enter(department, found, (NOON, "6.25"))
    reading = session.scalars(select(Reading)).one()
    actor = department.actor("post")
    readings.correct(actor, reading.id, Decimal("62.5"), "小数点错位")
    assert (reading.value, reading.in_force) == (Decimal("6.25"), Decimal("62.5"))
    assert [warning.colour for warning in _warnings(session)] == ["orange"]
    assert readings.plain(reading)["corrections"][0]["reason"] == "小数点错位"
    event = session.scalars(select(Event).where(Event.trigger == "correct_reading")).one()
    assert event.changes["data"]["reason"] == "小数点错位"
    for value, reason, field in (("62.5", "同", "value"), ("1", " ", "reason"), ("0.00001", "多", "value")):
        with pytest.raises(InvalidInput) as refused:
            readings.correct(actor, reading.id, Decimal(value), reason)
        assert refused.value.reasons[0].field == field
    with pytest.raises(NotAllowed):
        readings.correct(department.actor("leader"), reading.id, Decimal(1), "改")
    with pytest.raises(NotFound):
        readings.correct(department.actor("post_b"), reading.id, Decimal(1), "改")
    with pytest.raises(NotFound):
        readings.correct(actor, 4711, Decimal(1), "改")


def test_thresholds_follow_their_direction(department: Department, session: Any) -> None:
    point = department.point()
    for changes, field in (
        ({"orange": Decimal(30)}, "orange"),
        ({"direction": "lower"}, "orange"),
        ({"red": Decimal(60)}, "red"),
        ({"yellow": None, "orange": None, "red": None}, "yellow"),
        ({"yellow": Decimal("0.00001")}, "yellow"),
        ({"red": Decimal("Infinity")}, "red"),
    ):
        with pytest.raises(InvalidInput) as refused:
            _indicator(department, point, **changes)
        assert refused.value.reasons[0].field == field, changes
    assert session.scalar(select(func.count()).select_from(Indicator)) == 0
    found = _indicator(department, point)
    with pytest.raises(InvalidInput) as refused:
        indicators.edit(department.actor("office"), found.id, {"red": Decimal(50)}, version=found.version)
    assert refused.value.reasons[0].message.startswith("指标越高越差，红色阈值（50）应高于橙色阈值（60）：")
    session.rollback()
    assert found.red == Decimal("75.5")


def test_an_indicator_is_kept_by_its_unit_and_every_change_is_told(
    department: Department, session: Any
) -> None:
    point = department.point()
    for username, error in (("leader", NotAllowed), ("resident", NotAllowed), ("post_b", InvalidInput)):
        with pytest.raises(error):
            indicators.create(department.actor(username), {"risk_point_id": point.id, **SHARE})
    found = _indicator(department, point)
    assert found.code == f"{point.code}-Z1"
    assert _indicator(department, point).code == f"{point.code}-Z2"
    stale = found.version
    indicators.edit(department.actor("office"), found.id, {"yellow": Decimal(35)}, version=stale)
    with pytest.raises(EditedMeanwhile):
        indicators.edit(department.actor("office"), found.id, {"yellow": Decimal(30)}, version=stale)
    events = (
        select(Event).where(Event.case_type == "indicator", Event.case_id == found.id).order_by(Event.seq)
    )
    created, edited = session.scalars(events)
    assert created.changes["fields"]["name"] == [None, SHARE["name"]]
    assert edited.changes["fields"] == {"yellow": ["40", "35"]}


# --- readings that never came ---------------------------------------------------------------------


def test_a_missing_reading_warns_once(
    department: Department, session: Any, traveller: time_machine.Traveller
) -> None:
    found = _indicator(department)
    # A month after the 24th of November, and five working days of grace.
    assert found.next_reading_due == date(2026, 12, 31)
    traveller.move_to(datetime(2026, 12, 31, 12, tzinfo=NOON.tzinfo))
    assert breaches.warn_of_missing(clock.now()) == 0
    traveller.move_to(datetime(2027, 1, 4, 1, tzinfo=NOON.tzinfo))
    assert "发出缺报预警 1 项" in ticking.tick()
    assert breaches.warn_of_missing(clock.now()) == 0
    (warning,) = _warnings(session)
    assert (warning.kind, warning.colour, warning.indicator_id) == ("missing_reading", "blue", found.id)
    assert "应于2026年12月31日前报送" in warning.facts
    assert found.risk_point.state == "warned"
    session.refresh(found)
    assert found.next_reading_due > date(2027, 1, 4)
    # Another month without a reading while the first warning is open: nobody is told twice.
    traveller.move_to(datetime(2027, 3, 1, 1, tzinfo=NOON.tzinfo))
    assert breaches.warn_of_missing(clock.now()) == 0
    assert len(_warnings(session)) == 1


def test_a_reading_in_time_moves_the_day(department: Department, session: Any) -> None:
    found = _indicator(department, frequency="daily")
    assert found.next_reading_due == date(2026, 11, 26)
    version = found.version
    _enter(department, found, (NOON - timedelta(days=30), "1"))
    assert found.next_reading_due == date(2026, 11, 26)
    _enter(department, found, (NOON, "1"))
    assert (found.next_reading_due, found.version) == (date(2026, 11, 26), version)


def test_a_point_that_left_the_ledger_is_not_asked_for_readings(
    department: Department, session: Any, traveller: time_machine.Traveller
) -> None:
    found = _indicator(department)
    department.take("dept_head", found.risk_point, "open_review", reason="撤销")
    department.take("dept_head", found.risk_point, "propose_change", kind="cancel", reason="撤销")
    department.take("leader", found.risk_point, "cancel", cancel_document="〔2026〕9号", result="已撤销")
    traveller.move_to(datetime(2027, 2, 4, 1, tzinfo=NOON.tzinfo))
    assert breaches.warn_of_missing(clock.now()) == 0
    session.refresh(found)
    assert found.next_reading_due is None
