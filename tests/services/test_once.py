"""Doing a thing once, messages that reach a person once, and a clock that answers a given moment."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from riskctl import clock
from riskctl.errors import NotFound
from riskctl.extensions import db
from riskctl.models import DoneOnce, Message, User
from riskctl.services import messages, once, system_account
from riskctl.services.account_admin import get, listing
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")


def test_a_key_is_claimed_once(department: Department) -> None:
    assert once.claim("remind:issue:1")
    assert not once.claim("remind:issue:1")
    assert once.claim("remind:issue:2")
    db.session.commit()
    assert not once.claim("remind:issue:1")


def test_a_key_goes_with_its_effect(department: Department) -> None:
    once.claim("half")
    db.session.rollback()
    assert once.claim("half")
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(DoneOnce)) == 0


def test_a_message_reaches_each_person_once(department: Department) -> None:
    people = [department.actor(name).user_id for name in ("office", "office2", "office")]
    assert messages.post(people, key="digest:2026-11-24", text="您有1件整改事项将于12月14日到期") == 2
    assert messages.post(people, key="digest:2026-11-24", text="您有1件整改事项将于12月14日到期") == 0
    assert messages.post(people[:1], key="digest:2026-11-25", text="您有1件整改事项明日到期") == 1
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Message)) == 3


def test_a_message_leads_to_its_case(department: Department) -> None:
    issue = department.issue()
    messages.post([issue.created_by_id], key="x", text="您有1件事项待办", case=issue, urgent=True)
    told = db.session.scalars(select(Message)).one()
    assert (told.case_type, told.case_id, told.urgent, told.read_at) == ("issue", issue.id, True, None)


def test_the_system_has_an_account_with_which_nobody_signs_in(department: Department) -> None:
    first = system_account.user_id()
    assert system_account.user_id() == first
    user = db.session.get_one(User, first)
    assert (user.active, user.password_hash, user.grants) == (False, "", [])
    assert system_account.USERNAME not in {found.username for found in listing("", limit=200)[0]}
    with pytest.raises(NotFound):
        get(first)


def test_the_clock_answers_the_moment_of_the_tick() -> None:
    moment = datetime(2027, 1, 1, 15, 30, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() == moment
        assert clock.today().isoformat() == "2027-01-01"
        assert clock.ago(days=1) == moment - timedelta(days=1)
    assert clock.now() != moment
