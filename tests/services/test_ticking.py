"""One round of the tick, run once or twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import IdempotencyKey
from riskctl.services import ticking
from tests.department import Department


@pytest.mark.usefixtures("session")
def test_a_round_seals_what_is_new_and_a_second_one_nothing(department: Department) -> None:
    department.issue()
    assert "封存事件 " in ticking.tick()
    assert ticking.tick() == "没有新的事项"


@pytest.mark.usefixtures("session")
def test_old_answers_are_forgotten_and_young_ones_kept(department: Department) -> None:
    user = department.actor("office").user_id
    for key, age in (("old", 31), ("young", 29)):
        at = clock.now() - timedelta(days=age)
        db.session.add(
            IdempotencyKey(
                user_id=user, key=key, body_hash="x", case_type="issue", case_id=1, response={}, at=at
            )
        )
    db.session.commit()
    ticking.tick()
    assert list(db.session.scalars(select(IdempotencyKey.key))) == ["young"]


@pytest.mark.usefixtures("session")
def test_a_moment_that_is_none_is_named() -> None:
    with pytest.raises(InvalidInput, match="ISO"):
        ticking.tick("yesterday")
