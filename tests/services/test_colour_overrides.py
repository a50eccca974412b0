"""人工定色: reasoned, on record, for a time, by 机关纪委 alone; the computed colour stays beside it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from riskctl import clock
from riskctl.errors import NotAllowed, NotFound, NotFromHere, RuleBroken
from riskctl.extensions import db
from riskctl.models import ColourOverride, Event, Issue
from riskctl.services import audit, colour_overrides, colours, ledgers, urgency
from riskctl.services.ledgers import Query
from riskctl.services.transitions import CaseRef
from tests.department import Department

MONDAY = datetime(2026, 6, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


@pytest.fixture
def traveller() -> Any:
    with time_machine.travel(MONDAY, tick=False) as started:
        yield started


def _set(department: Department, issue: Issue, by: str = "office", **changes: Any) -> Any:
    data = {"colour": "orange", "until": "2026-06-15", "reason": "上级督办，须提前介入", **changes}
    return colour_overrides.set_colour(department.actor(by), CaseRef("issue", issue.id), data)


def _listed(department: Department, colour: str) -> list[Issue]:
    return ledgers.page(department.actor("office"), "issue", Query(equal={"colour": [colour]})).items


def test_it_shows_until_its_day_and_the_computed_one_stays(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.issued()
    _set(department, issue)
    assert colours.colour_of(issue) == "orange"
    told = urgency.of(issue)
    assert (told.computed, told.why, told.manual_by) == (
        "green",
        "按计划推进",
        department.actor("office").name,
    )
    assert urgency.told(issue)["colour_override"]["reason"] == "上级督办，须提前介入"
    assert (_listed(department, "orange"), _listed(department, "green")) == ([issue], [])
    event = audit.history("issue", issue.id)[-1]
    assert (event.event.trigger, event.data["until"], event.data["colour"]) == (
        "set_colour", "2026-06-15", "orange",
    )  # fmt: skip
    traveller.move_to(MONDAY + timedelta(days=15))
    assert colours.colour_of(issue) == colours.computed(issue).colour == "yellow"  # type: ignore[union-attr]
    assert (_listed(department, "orange"), _listed(department, "yellow")) == ([], [issue])


def test_another_takes_its_place_and_it_can_be_lifted(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.issued()
    _set(department, issue)
    _set(department, issue, by="office2", colour="red", reason="情况恶化")
    assert colours.colour_of(issue) == "red"
    assert db.session.scalar(select(func.count(ColourOverride.id))) == 2
    colour_overrides.lift(department.actor("office_head"), CaseRef("issue", issue.id))
    assert colours.colour_of(issue) == "green"
    assert audit.history("issue", issue.id)[-1].event.trigger == "lift_colour"
    with pytest.raises(NotFromHere):
        colour_overrides.lift(department.actor("office"), CaseRef("issue", issue.id))


def test_one_past_its_day_does_not_stand_in_the_way(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.issued()
    _set(department, issue)
    traveller.move_to(MONDAY + timedelta(days=30))
    with pytest.raises(NotFromHere):
        colour_overrides.lift(department.actor("office"), CaseRef("issue", issue.id))
    _set(department, issue, until="2026-07-10", colour="red")
    assert colours.colour_of(issue) == "red"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"colour": "pink"}, "colour"),
        ({"until": "2026-05-29"}, "until"),
        ({"until": "2026-12-31"}, "until"),
        ({"until": None}, "until"),
    ],
)
def test_what_is_refused_leaves_nothing(
    department: Department, traveller: time_machine.Traveller, changes: dict[str, Any], field: str
) -> None:
    issue = department.issued()
    events = db.session.scalar(select(func.count(Event.id)))
    with pytest.raises(RuleBroken) as refused:
        _set(department, issue, **changes)
    assert [reason.field for reason in refused.value.reasons] == [field]
    db.session.rollback()
    assert db.session.scalar(select(func.count(ColourOverride.id))) == 0
    assert db.session.scalar(select(func.count(Event.id))) == events


def test_only_the_office_may_and_only_what_runs(department: Department) -> None:
    issue, until = department.issued(), (clock.today() + timedelta(days=3)).isoformat()
    for username in ("dept_head", "unit_discipline", "leader", "resident"):
        with pytest.raises(NotAllowed):
            _set(department, issue, by=username, until=until)
        assert not colour_overrides.may_set(department.actor(username), issue)
    with pytest.raises(NotFound):
        _set(department, issue, by="dept_head_b", until=until)
    assert colour_overrides.may_set(department.actor("office"), issue)
    over = department.issue()
    department.take("office", over, "void", reason="重复")
    with pytest.raises(NotFromHere):
        _set(department, over, until=until)
    assert not colour_overrides.may_set(department.actor("office"), over)
    assert urgency.of(over).computed is None
