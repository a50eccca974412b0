"""Accounts: signing in and being locked out, passwords, tokens, and what a role reaches."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl.errors import InvalidInput, NotFound, NotSignedIn, TooManyAttempts
from riskctl.extensions import db
from riskctl.models import ApiToken, BranchCover, Event, RoleGrant, Unit, User
from riskctl.permissions import Permission, Role
from riskctl.services import accounts, enrolment, organization, passwords
from riskctl.services.verification import verify
from tests.department import PASSWORD, Department

START = datetime(2026, 11, 24, 1, tzinfo=UTC)


def _events(user: User) -> list[str]:
    query = (
        select(Event.trigger).where(Event.case_type == "user", Event.case_id == user.id).order_by(Event.id)
    )
    return list(db.session.scalars(query))


def _fail(username: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn, match="用户名或密码不正确"):
            accounts.authenticate(username, "Wrong-2026-x")


def test_the_right_password_signs_in_and_is_logged(session: Any, department: Department) -> None:
    user = accounts.authenticate("office", PASSWORD)
    assert user.username == "office"
    assert _events(user)[-1] == "login"


@pytest.mark.parametrize("username", ["nobody", "Office", "office ", ""])
def test_an_unknown_name_reads_like_a_wrong_password(
    session: Any, department: Department, username: str
) -> None:
    with pytest.raises(NotSignedIn, match="用户名或密码不正确"):
        accounts.authenticate(username, PASSWORD)


def test_five_failures_lock_the_account_for_thirty_minutes(session: Any, department: Department) -> None:
    with time_machine.travel(START, tick=False) as clock:
        _fail("office", 5)
        with pytest.raises(TooManyAttempts, match="已锁定至 09:30"):
            accounts.authenticate("office", PASSWORD)
        assert accounts.authenticate("office2", PASSWORD), "nobody else is locked"
        clock.shift(timedelta(minutes=29, seconds=59))
        with pytest.raises(TooManyAttempts):
            accounts.authenticate("office", PASSWORD)
        clock.shift(timedelta(seconds=1))
        assert accounts.authenticate("office", PASSWORD)
    assert _events(accounts.find("office"))[-2:] == ["lock", "login"]


def test_four_failures_are_forgiven_by_the_right_password(session: Any, department: Department) -> None:
    _fail("office", 4)
    accounts.authenticate("office", PASSWORD)
    _fail("office", 4)
    assert accounts.authenticate("office", PASSWORD)


def test_after_the_lock_five_more_are_allowed(session: Any, department: Department) -> None:
    with time_machine.travel(START, tick=False) as clock:
        _fail("office", 5)
        clock.shift(timedelta(minutes=31))
        _fail("office", 4)
        assert accounts.authenticate("office", PASSWORD)


def test_a_reset_ends_the_lock_and_asks_for_a_new_password(session: Any, department: Department) -> None:
    _fail("office", 5)
    old_session = accounts.find("office").get_id()
    password = enrolment.reset_password("office")
    user = accounts.authenticate("office", password)
    assert user.must_change_password
    assert user.get_id() != old_session, "sessions under the old password are over"
    _fail("office2", 1)
    with pytest.raises(NotSignedIn):
        accounts.authenticate("office", PASSWORD)


def test_a_stopped_account_signs_in_nowhere(session: Any, department: Department) -> None:
    token = accounts.create_token(accounts.find("office"))
    accounts.change(accounts.find("office"), active=False)
    db.session.commit()
    with pytest.raises(NotSignedIn):
        accounts.authenticate("office", PASSWORD)
    with pytest.raises(NotSignedIn, match="令牌"):
        accounts.user_of_token(token)


# --- passwords -----------------------------------------------------------------------------------


def test_a_first_login_changes_the_password(session: Any, department: Department) -> None:
    password = enrolment.create_user("newcomer", "工程管理科经办人", "SK-02", ("post:SK-02",))
    user = accounts.authenticate("newcomer", password)
    assert user.must_change_password
    before = user.get_id()
    accounts.change_password(user, password, "Qingling-2026")
    assert not user.must_change_password
    assert user.get_id() != before
    assert accounts.authenticate("newcomer", "Qingling-2026")
    with pytest.raises(NotSignedIn):
        accounts.authenticate("newcomer", password)


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("wrong", "Qingling-2026", "old_password", "原密码不正确"),
        (PASSWORD, PASSWORD, "new_password", "不能与原密码相同"),
        (PASSWORD, "Short-26", "new_password", "至少10位"),
        (PASSWORD, "onlyletters", "new_password", "三种"),
        (PASSWORD, "1234567890", "new_password", "三种"),
        (PASSWORD, "My-OFFICE-2026", "new_password", "不能包含用户名"),
    ],
)  # fmt: skip
def test_a_weak_password_is_refused(
    session: Any, department: Department, old: str, new: str, field: str, words: str
) -> None:
    user = accounts.find("office")
    with pytest.raises(InvalidInput, match=words) as refused:
        accounts.change_password(user, old, new)
    assert refused.value.reasons[0].field == field
    db.session.rollback()
    assert accounts.authenticate("office", PASSWORD)


def test_one_time_passwords_are_strong_and_differ() -> None:
    made = passwords.one_time(3)
    assert len({first.text for first in made}) == 3
    for first in made:
        passwords.refuse_weak(first.text, username="office")
        assert passwords.is_right(first.hash, first.text)
        assert not set(first.text) & set("0O1lI")


def test_only_hashes_are_kept(session: Any, department: Department) -> None:
    user = accounts.find("office")
    assert user.password_hash.startswith("$argon2id$")
    token = accounts.create_token(user)
    stored = db.session.scalars(select(ApiToken)).one()
    assert token.startswith("riskctl_")
    assert token not in str(vars(stored))
    assert len(stored.digest) == 64


# --- tokens --------------------------------------------------------------------------------------


def test_a_token_stands_for_its_user_until_it_is_revoked(session: Any, department: Department) -> None:
    first, second = (accounts.create_token(accounts.find("office")) for _ in range(2))
    assert accounts.user_of_token(first).username == "office"
    assert accounts.user_of_token(second).username == "office"
    db.session.scalars(select(ApiToken).order_by(ApiToken.id)).first().revoked_at = START
    db.session.commit()
    with pytest.raises(NotSignedIn):
        accounts.user_of_token(first)
    assert accounts.user_of_token(second).username == "office"


@pytest.mark.parametrize("token", ["", "riskctl_", "riskctl_" + "x" * 43, "Bearer riskctl_x"])
def test_an_unknown_token_stands_for_nobody(session: Any, department: Department, token: str) -> None:
    with pytest.raises(NotSignedIn, match="令牌无效"):
        accounts.user_of_token(token)


# --- what a role reaches -------------------------------------------------------------------------


def _reached(department: Department, username: str) -> set[str] | None:
    units = department.actor(username).units(Permission.ORGANIZATION_VIEW)
    if units is None:
        return None
    return set(db.session.scalars(select(Unit.code).where(Unit.id.in_(units))))


def test_a_role_on_the_root_reaches_everything(session: Any, department: Department) -> None:
    assert _reached(department, "office") is None


def test_a_role_on_a_unit_reaches_what_is_below_and_nothing_else(
    session: Any, department: Department
) -> None:
    reached = _reached(department, "dept_head")
    assert reached is not None
    assert {"SK", "SK-01", "SK-Z7"} <= reached
    assert {code.split("-")[0] for code in reached} == {"SK"}


def test_a_role_on_a_branch_reaches_the_units_that_it_covers(session: Any, department: Department) -> None:
    assert {"SK", "SK-03"} <= (_reached(department, "commissioner") or set())
    assert _reached(department, "commissioner_d") == {"JS", "JS-Z1"}
    section = db.session.scalars(
        select(User.username)
        .join(RoleGrant)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(Unit.code == "SK-Z2")
    ).one()
    assert _reached(department, section) == {"SK-02", "SK-Z2"}, "its own section, not the unit beside it"


def test_ids_that_begin_alike_are_not_mixed_up(session: Any, department: Department) -> None:
    root = organization.root()
    units = [organization.add_unit(f"X{n}", f"单位{n}", "affiliated", root) for n in range(12)]
    user, _ = accounts.create_user(username="one_unit", name="某单位纪委", unit=None)
    accounts.grant(user, Role.UNIT_DISCIPLINE, units[0])
    assert accounts.actor_of(user).grants == ((Role.UNIT_DISCIPLINE, frozenset({units[0].id})),)


def test_what_a_branch_covers_can_change(session: Any, department: Department) -> None:
    branch, other = department.unit("SK-Z2"), department.unit("SK-05")
    assert organization.cover(branch, [other])
    assert not organization.cover(branch, [other]), "nothing more to change"
    assert list(
        db.session.scalars(select(BranchCover.unit_id).where(BranchCover.branch_id == branch.id))
    ) == [other.id]
    with pytest.raises(InvalidInput, match="须写明所覆盖的单位"):
        organization.cover(branch, [])
    with pytest.raises(InvalidInput, match="须写明所覆盖的单位"):
        organization.cover(other, [branch])


# --- separation of duties ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "role", "unit"),
    [
        ("sysadmin", Role.SECADMIN, "SLT"),
        ("sysadmin", Role.AUDITADMIN, "SLT"),
        ("secadmin", Role.AUDITADMIN, "SLT"),
        ("auditadmin", Role.AUDITOR, "SLT"),
        ("sysadmin", Role.OFFICE, "SLT"),
        ("secadmin", Role.POST, "SK"),
        ("office", Role.SYSADMIN, "SLT"),
        ("post", Role.AUDITADMIN, "SLT"),
    ],
)
def test_administrators_hold_nothing_else(
    session: Any, department: Department, username: str, role: Role, unit: str
) -> None:
    user = accounts.find(username)
    before = [(grant.role, grant.unit_id) for grant in user.grants]
    with pytest.raises(InvalidInput, match="三员互斥"):
        accounts.grant(user, role, department.unit(unit))
    assert [(grant.role, grant.unit_id) for grant in user.grants] == before


@pytest.mark.parametrize(
    ("username", "role", "unit"),
    [
        ("dept_head", Role.COMMISSIONER, "SK-Z1"),
        ("dept_head", Role.COMMISSIONER, "SK-Z2"),
        ("dept_head_d", Role.COMMISSIONER, "JS-Z1"),
        ("commissioner", Role.DEPT_HEAD, "SK"),
        ("secretary", Role.COMMISSIONER, "JW-Z1"),
    ],
)
def test_the_head_of_a_unit_is_not_its_commissioner(
    session: Any, department: Department, username: str, role: Role, unit: str
) -> None:
    with pytest.raises(InvalidInput, match="党政正职不得兼任"):
        accounts.grant(accounts.find(username), role, department.unit(unit))


def test_other_offices_may_be_held_together(session: Any, department: Department) -> None:
    user = accounts.find("post")
    accounts.grant(user, Role.COMMISSIONER, department.unit("SK-Z3"))
    accounts.grant(user, Role.COMMISSIONER, department.unit("SK-Z3"))
    assert sorted(grant.role for grant in user.grants) == ["commissioner", "post"], "given twice, held once"
    accounts.grant(accounts.find("dept_head"), Role.COMMISSIONER, department.unit("WZ-Z1"))
    assert _events(user).count("grant") == 2


def test_a_role_taken_away_is_gone_and_told(session: Any, department: Department) -> None:
    user = accounts.find("post")
    accounts.revoke(user, Role.POST, department.unit("SK"))
    db.session.commit()
    assert accounts.actor_of(user).grants == ()
    assert _events(user)[-1] == "revoke"
    assert verify().problems == []


# --- new accounts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "unit", "roles", "error", "words"),
    [
        ("office", "SK", (), InvalidInput, "已被使用"),
        ("经办", "SK", (), InvalidInput, "英文字母"),
        ("a b", "SK", (), InvalidInput, "不含空格"),
        ("", "SK", (), InvalidInput, "1至64个"),
        ("x" * 65, "SK", (), InvalidInput, "1至64个"),
        ("fresh", "NO", (), NotFound, "没有代码为 NO 的单位"),
        ("fresh", "SK", ("boss:SK",), InvalidInput, "没有“boss”这种岗位"),
        ("fresh", "SK", ("post:NO",), NotFound, "没有代码为 NO 的单位"),
        ("fresh", "SK", ("sysadmin", "post:SK"), InvalidInput, "三员互斥"),
    ],
)
def test_a_new_account_is_refused_whole(
    session: Any,
    department: Department,
    username: str,
    unit: str,
    roles: tuple[str, ...],
    error: Any,
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        enrolment.create_user(username, "某岗位", unit, roles)
    db.session.rollback()
    assert db.session.scalar(select(User.id).where(User.username == "fresh")) is None


def test_roles_are_named_in_either_language(session: Any, department: Department) -> None:
    enrolment.create_user("fresh", "某岗位", None, ("机关纪委", "unit_discipline:SK"))
    assert [(grant.role, grant.unit.code) for grant in accounts.find("fresh").grants] == [
        ("office", "SLT"),
        ("unit_discipline", "SK"),
    ]
    with pytest.raises(NotFound, match="没有用户"):
        accounts.find("nobody")
