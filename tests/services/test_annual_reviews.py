"""年度复核: opened once, confirmed by one and countersigned by another, each point going its way."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import NotAllowed, NotFound, NotFromHere, RuleBroken
from riskctl.extensions import db
from riskctl.models import AnnualReview, ChangeProposal, Event, RiskPoint
from riskctl.services import annual_reviews, ledgers, rules, transitions
from riskctl.services.colours import colour_of
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
DECEMBER = datetime(2026, 12, 1, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def december() -> Any:
    with time_machine.travel(DECEMBER, tick=False) as traveller:
        yield traveller


def _points(department: Department, unit: str, *states: str) -> list[RiskPoint]:
    office, top = department.actor("office").user_id, department.unit(unit)
    made = [
        RiskPoint(
            unit_id=top.id, title=f"风险点{n}", post="招标岗", code=f"LF-{unit}-2020-{n:03d}", state=state, level="low",
            created_by_id=office, review_due=date(2026, 12, 31), approved_on=date(2020, 1, 1), measures=[],
        )
        for n, state in enumerate(states, 1)
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.commit()
    return made


def _opened(unit: str = "SK") -> AnnualReview:
    annual_reviews.open_due(clock.now())
    return next(r for r in db.session.scalars(select(AnnualReview)) if r.unit.code == unit)


def test_the_reviews_open_once_indecember(department: Department) -> None:
    _points(department, "SK", "active", "cancelled")
    _points(department, "SK-02", "warned")
    _points(department, "JS", "active")
    november = datetime(2026, 11, 30, 15, tzinfo=UTC)
    assert annual_reviews.open_due(november) == 0
    assert annual_reviews.open_due(DECEMBER) == 3
    assert annual_reviews.open_due(DECEMBER) == 0
    found = {r.unit.code: r for r in db.session.scalars(select(AnnualReview))}
    assert set(found) == {"SK", "SK-02", "JS"}  # a branch of its own covers the section
    assert {(r.state, r.due_on, r.step_due_on) for r in found.values()} == {
        ("open", date(2026, 12, 31), date(2026, 12, 31))
    }
    assert [p.code for p in annual_reviews.points_of(found["SK"])] == ["LF-SK-2020-001"]
    (waiting,) = transitions.waits_for(found["SK-02"])
    assert waiting.role == "dept_head"


def test_the_day_of_the_opening_is_a_rule(department: Department) -> None:
    _points(department, "SK", "active")
    office = department.actor("office")
    rules.set_rule(office, "annual_review_opens", 10, effective_from=clock.today(), reason="办公会议定")
    assert annual_reviews.open_due(DECEMBER) == 0
    assert annual_reviews.open_due(datetime(2026, 12, 10, 2, tzinfo=UTC)) == 1


def test_one_confirmation_affirms_all_points_of_a_branch(department: Department) -> None:
    points = _points(department, "SK", "active", "warned", "rectifying")
    review = _opened()
    department.take("dept_head", review, "confirm")
    assert points[0].review_due == date(2026, 12, 31)  # nothing before the countersignature
    department.take("commissioner", review, "countersign", opinion="属实")
    assert (review.state, review.step_due_on) == ("countersigned", None)
    assert {p.review_due for p in points} == {date(2027, 12, 31)}
    assert [p.state for p in points] == ["active", "warned", "rectifying"]
    for point in points:
        told = select(Event.trigger).where(Event.case_type == "risk_point", Event.case_id == point.id)
        assert db.session.scalars(told).all() == ["affirm"]
    head, second = department.actor("dept_head").user_id, department.actor("commissioner").user_id
    assert (review.confirmed_by_id, review.countersigned_by_id) == (head, second)


def test_only_what_changes_is_reviewed_by_itself(department: Department) -> None:
    keep, change, gone = _points(department, "SK", "active", "active", "active")
    review = _opened()
    exceptions = [
        {"point": change.id, "result": "change", "reason": "流程调整"},
        {"point": gone.id, "result": "cancel", "reason": "岗位撤销"},
    ]
    department.take("dept_head", review, "confirm", exceptions=exceptions)
    department.take("commissioner", review, "countersign")
    assert [p.state for p in (keep, change, gone)] == ["active", "review", "change_pending"]
    proposal = db.session.scalars(select(ChangeProposal)).one()
    assert (proposal.kind, proposal.reason) == ("cancel", "2026年度复核：岗位撤销")
    assert proposal.proposed_by_id == department.actor("dept_head").user_id
    (waiting,) = transitions.waits_for(change)
    assert waiting.role == "dept_head"
    department.take("unit_discipline", gone, "cancel", cancel_document="〔2026〕9号", result="已撤销")
    shown = annual_reviews.shown(review)
    assert [(row.result_label, row.reason) for row in shown] == [
        ("维持", ""), ("变更", "流程调整"), ("移出", "岗位撤销"),
    ]  # fmt: skip


def test_what_runs_already_stays_until_it_is_over(department: Department) -> None:
    active, warned = _points(department, "SK", "active", "warned")
    review = _opened()
    action = next(
        a for a in transitions.available(department.actor("dept_head"), review) if a.trigger == "confirm"
    )
    (item,) = action.inputs
    assert [value for value, _ in item.fields[0].choices] == [active.id]
    refused = [{"point": warned.id, "result": "cancel", "reason": "岗位撤销"}]
    with pytest.raises(RuleBroken, match="没有这个选项"):
        department.take("dept_head", review, "confirm", exceptions=refused)
    twice = [{"point": active.id, "result": "change", "reason": "甲"}] * 2
    with pytest.raises(RuleBroken, match="只能填写一次"):
        department.take("dept_head", review, "confirm", exceptions=twice)
    with pytest.raises(RuleBroken, match="事由"):
        department.take("dept_head", review, "confirm", exceptions=[{"point": active.id, "result": "change"}])


def test_who_confirms_does_not_countersign(department: Department) -> None:
    _points(department, "SK", "active")
    review = _opened()
    with pytest.raises(NotAllowed):
        department.take("commissioner", review, "confirm")
    with pytest.raises(NotFound):
        department.take("dept_head_b", review, "confirm")
    department.take("dept_head", review, "confirm")
    with pytest.raises(NotAllowed):
        department.take("dept_head", review, "countersign")
    with pytest.raises(NotAllowed):
        department.take("unit_discipline", review, "countersign")
    department.take("commissioner", review, "send_back", reason="漏了新设岗位")
    assert (review.state, review.results, review.confirmed_on) == ("open", [], None)


def test_a_form_signed_on_paper_is_recorded_by_the_units_discipline(department: Department) -> None:
    (point,) = _points(department, "SK", "active")
    review = _opened()
    head, second = department.actor("dept_head").user_id, department.actor("commissioner").user_id
    with time_machine.travel(datetime(2026, 12, 8, 2, tzinfo=UTC), tick=False):
        scan = department.evidence("unit_discipline")
        given = {
            "confirmed_by": head, "countersigned_by": second, "signed_on": "2026-12-05", "scan": scan,
        }  # fmt: skip
        with pytest.raises(NotAllowed):
            department.take("dept_head", review, "record_paper", **given)
        with pytest.raises(RuleBroken, match="没有这个选项"):
            department.take("unit_discipline", review, "record_paper", **{**given, "countersigned_by": head})
        with pytest.raises(RuleBroken, match="不能晚于"):
            department.take("unit_discipline", review, "record_paper", **{**given, "signed_on": "2026-12-09"})
        with pytest.raises(RuleBroken, match="扫描件"):
            department.take("unit_discipline", review, "record_paper", **{**given, "scan": []})
        department.take("unit_discipline", review, "record_paper", **given)
    assert (review.state, review.on_paper, review.countersigned_on) == (
        "countersigned", True, date(2026, 12, 5),
    )  # fmt: skip
    assert (review.confirmed_by_id, review.countersigned_by_id) == (head, second)
    assert point.review_due == date(2027, 12, 31)


def test_what_was_not_reviewed_turns_yellow(department: Department, december: Any) -> None:
    done, left = _points(department, "SK", "active")[0], _points(department, "JS", "active")[0]
    review = _opened()
    department.take("dept_head", review, "confirm")
    department.take("commissioner", review, "countersign")
    december.move_to(datetime(2027, 1, 4, 2, tzinfo=UTC))
    assert (colour_of(done), colour_of(left)) == ("green", "yellow")


def test_the_progress_of_a_year(department: Department) -> None:
    office = department.actor("office")
    assert annual_reviews.progress(office) is None
    _points(department, "SK", "active", "active")
    _points(department, "JS", "active")
    review = _opened()
    department.take("dept_head", review, "confirm")
    found = annual_reviews.progress(office)
    assert found is not None
    assert found.rows == [("待确认", 1, 1), ("部门已确认", 1, 2), ("已会签", 0, 0)]
    assert (found.done, found.total) == (0, 3)
    own = annual_reviews.progress(department.actor("dept_head_d"))
    assert own is not None
    assert own.total == 1
    assert sorted(
        annual_reviews.counts(ledgers.page(office, "annual_review", ledgers.Query()).items).values()
    ) == [1, 2]


def test_a_confirmation_is_taken_back_before_the_countersignature(department: Department) -> None:
    _points(department, "SK", "active")
    review = _opened()
    department.take("dept_head", review, "confirm")
    with pytest.raises(NotAllowed):
        department.take("commissioner", review, "take_back")
    department.take("dept_head", review, "take_back")
    assert (review.state, review.results, review.confirmed_by_id) == ("open", [], None)
    assert review.step_due_on == date(2026, 12, 31)
    department.take("dept_head", review, "confirm")
    department.take("commissioner", review, "countersign")
    with pytest.raises(NotFromHere):
        department.take("dept_head", review, "take_back")
