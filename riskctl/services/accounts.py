"""Accounts: signing in, passwords, tokens, roles; every change is an event of the account."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select

from riskctl import clock
from riskctl.errors import InvalidInput, NotFound, NotSignedIn, TooManyAttempts
from riskctl.extensions import db
from riskctl.models import ApiToken, BranchCover, RoleGrant, Unit, User
from riskctl.permissions import ADMINISTRATORS, BUSINESS, ROLE_LABELS, Actor, Role
from riskctl.services import audit, directory, passwords

MAX_FAILURES = 5
LOCK_MINUTES = 30


def actor_of(user: User) -> Actor:
    """The user as an actor: each role with the units that it covers (None: all of them)."""
    grants = [(Role(grant.role), grant.unit) for grant in user.grants]
    return Actor(user.id, user.name, tuple((role, _coverage(unit)) for role, unit in grants))


def _coverage(unit: Unit) -> frozenset[int] | None:
    if unit.parent_id is None:
        return None
    if unit.kind != "branch":
        return frozenset(db.session.scalars(select(Unit.id).where(_at_or_below([unit.id]))))
    covered = list(db.session.scalars(select(BranchCover.unit_id).where(BranchCover.branch_id == unit.id)))
    return frozenset(db.session.scalars(select(Unit.id).where(_at_or_below([unit.id, *covered]))))


def _at_or_below(ids: Iterable[int]) -> ColumnElement[bool]:
    return or_(*(Unit.path.contains(f"/{unit_id}/") for unit_id in ids))


def authenticate(username: str, password: str) -> User:
    """The user of this name and password; raises NotSignedIn, or TooManyAttempts while locked. Commits."""
    user = db.session.scalars(select(User).where(User.username == username).with_for_update()).one_or_none()
    if user and user.locked_until and user.locked_until > clock.now():
        until = clock.local(user.locked_until).strftime("%H:%M")
        raise TooManyAttempts(
            f"登录失败次数过多，账号已锁定至 {until}，请届时再试或联系系统管理员", code="locked"
        )
    right = passwords.is_right(user.password_hash if user and user.password_hash else None, password)
    if user is None or not user.active or not right:
        if user is not None:
            _count_failure(user)
        raise NotSignedIn("用户名或密码不正确", code="wrong_password")
    user.failed_logins, user.locked_until = 0, None
    _log(user, "login", user.id)
    db.session.commit()
    return user


def _count_failure(user: User) -> None:
    user.failed_logins += 1
    if user.failed_logins >= MAX_FAILURES:
        user.failed_logins = 0
        user.locked_until = clock.now() + timedelta(minutes=LOCK_MINUTES)
        _log(user, "lock", None)
    db.session.commit()


def change_password(user: User, old: str, new: str) -> None:
    """Set a new password and end the user's other sessions; raises InvalidInput. Commits."""
    if not passwords.is_right(user.password_hash, old):
        raise InvalidInput("原密码不正确", field="old_password", code="wrong_password")
    if new == old:
        raise InvalidInput("新密码不能与原密码相同", field="new_password", code="same")
    passwords.refuse_weak(new, username=user.username)
    set_password(user, new, must_change=False)
    _log(user, "change_password", user.id)
    db.session.commit()


def set_password(user: User, password: str, *, must_change: bool) -> None:
    """Store a password without asking for the old one; no commit."""
    user.password_hash = passwords.hash_password(password)
    user.must_change_password = must_change
    user.session_key = secrets.token_hex(8)


def create_user(
    *, username: str, name: str, unit: Unit | None, actor_id: int | None = None, post: str = ""
) -> tuple[User, str]:
    """A new account without rights, with a one-time password to hand over; no commit."""
    if not username.strip() or len(username) > 64 or not username.isascii() or " " in username:
        raise InvalidInput(
            "用户名须为1至64个英文字母、数字或符号，不含空格", field="username", code="username"
        )
    if db.session.scalar(select(User.id).where(User.username == username)) is not None:
        raise InvalidInput(f"用户名 {username} 已被使用", field="username", code="taken")
    password = passwords.one_time_password()
    user = User(username=username, name=name, post=post, unit=unit)
    set_password(user, password, must_change=True)
    db.session.add(user)
    db.session.flush()
    _log(user, "create", actor_id)
    return user, password


def grant(user: User, role: Role, unit: Unit, *, actor_id: int | None = None) -> None:
    """Give a role over a unit; SOD-7: an administrator's role excludes every other. No commit."""
    held = {Role(existing.role) for existing in user.grants}
    if any(g.role == role and g.unit_id == unit.id for g in user.grants):
        return
    others = held - {role}
    if (role in ADMINISTRATORS and others) or (role in BUSINESS and held & ADMINISTRATORS):
        raise InvalidInput(
            f"职责分离：{ROLE_LABELS[role]}不能与其他岗位兼任（三员互斥，且不得担任业务岗位）",
            field="role", code="separation_of_duties",
        )  # fmt: skip
    user.grants.append(RoleGrant(role=role, unit=unit))
    db.session.flush()
    directory.forget()
    _log(user, "grant", actor_id, role=role, unit=unit.code)


def revoke(user: User, role: Role, unit: Unit, *, actor_id: int | None = None) -> None:
    """Take a role over a unit away; no commit."""
    for existing in list(user.grants):
        if existing.role == role and existing.unit_id == unit.id:
            user.grants.remove(existing)
            db.session.flush()
            directory.forget()
            _log(user, "revoke", actor_id, role=role, unit=unit.code)


def find(username: str) -> User:
    """The user of this name; raises NotFound."""
    user = db.session.scalars(select(User).where(User.username == username)).one_or_none()
    if user is None:
        raise NotFound(f"没有用户 {username}")
    return user


def create_token(user: User) -> str:
    """A new API token, shown this once; the database keeps its SHA-256. Commits."""
    token = f"riskctl_{secrets.token_urlsafe(32)}"
    db.session.add(ApiToken(user_id=user.id, digest=_digest(token)))
    _log(user, "create_token", user.id)
    db.session.commit()
    return token


def user_of_token(token: str) -> User:
    """The active user behind a bearer token; raises NotSignedIn."""
    query = (
        select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.digest == _digest(token), ApiToken.revoked_at.is_(None), User.active.is_(True))
    )
    user = db.session.scalars(query).one_or_none()
    if user is None:
        raise NotSignedIn("令牌无效或已停用", code="bad_token")
    return user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _log(user: User, trigger: str, actor_id: int | None, **data: object) -> None:
    audit.append_for(
        "user", user.id, trigger, actor_id=actor_id,
        changes={"fields": {}, "data": {"username": user.username, **{k: str(v) for k, v in data.items()}}},
    )  # fmt: skip
