"""Accounts: signing in, passwords, tokens, roles; every change is an event of the account."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from riskctl import clock
from riskctl.errors import InvalidInput, NotFound, NotSignedIn, TooManyAttempts
from riskctl.extensions import db
from riskctl.models import ApiToken, BranchCover, RoleGrant, Unit, User
from riskctl.permissions import ADMINISTRATORS, ROLE_LABELS, Actor, Role
from riskctl.services import audit, directory, passwords
from riskctl.services.passwords import OneTime

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
    _refuse_locked(user)
    right = passwords.is_right(user.password_hash if user and user.password_hash else None, password)
    if user is None or not user.active or not right:
        if user is not None:
            _count_failure(user)
        raise NotSignedIn("用户名或密码不正确", code="wrong_password")
    user.failed_logins, user.locked_until = 0, None
    _log(user, "login", user.id)
    db.session.commit()
    return user


def confirm(user_id: int, password: str) -> None:
    """Ask who is signed in for his password again before a weighty act; failures count like those of signing in.
    Raises NotSignedIn, TooManyAttempts. Commits."""
    user = db.session.scalars(select(User).where(User.id == user_id).with_for_update()).one()
    _refuse_locked(user)
    if not user.active or not passwords.is_right(user.password_hash, password):
        _count_failure(user)
        raise NotSignedIn("密码不正确", code="wrong_password")
    user.failed_logins = 0
    _log(user, "confirm", user.id)
    db.session.commit()


def _refuse_locked(user: User | None) -> None:
    if user and user.locked_until and user.locked_until > clock.now():
        until = clock.local(user.locked_until).strftime("%H:%M")
        raise TooManyAttempts(
            f"登录失败次数过多，账号已锁定至 {until}，请届时再试或联系系统管理员", code="locked"
        )


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
    _store(user, passwords.hash_password(password), must_change=must_change)


def _store(user: User, password_hash: str, *, must_change: bool) -> None:
    user.password_hash = password_hash
    user.must_change_password = must_change
    user.session_key = secrets.token_hex(8)


def reset_password(user: User, first: OneTime | None = None, *, actor_id: int | None = None) -> str:
    """A new one-time password instead of a forgotten one; ends sessions and a lock-out. No commit."""
    first = first or passwords.one_time()[0]
    _store(user, first.hash, must_change=True)
    user.failed_logins, user.locked_until = 0, None
    _log(user, "reset_password", actor_id)
    return first.text


def change(user: User, *, actor_id: int | None = None, **fields: Any) -> bool:
    """Change name, post, unit_id or active; says whether anything differed. No commit."""
    differing = {
        name: [getattr(user, name), new] for name, new in fields.items() if getattr(user, name) != new
    }
    for name, (_, new) in differing.items():
        setattr(user, name, new)
    if differing:
        if not user.active:
            user.session_key = secrets.token_hex(8)
        db.session.flush()
        directory.forget()
        _log(user, "change", actor_id, fields=differing)
    return bool(differing)


def create_user(
    *,
    username: str,
    name: str,
    unit: Unit | None,
    post: str = "",
    first: OneTime | None = None,
    actor_id: int | None = None,
) -> tuple[User, str]:
    """A new account without rights, with a one-time password to hand over; no commit."""
    if not username.strip() or len(username) > 64 or not username.isascii() or " " in username:
        raise InvalidInput(
            "用户名须为1至64个英文字母、数字或符号，不含空格", field="username", code="username"
        )
    if db.session.scalar(select(User.id).where(User.username == username)) is not None:
        raise InvalidInput(f"用户名 {username} 已被使用", field="username", code="taken")
    first = first or passwords.one_time()[0]
    user = User(username=username, name=name, post=post, unit=unit)
    _store(user, first.hash, must_change=True)
    db.session.add(user)
    db.session.flush()
    _log(user, "create", actor_id)
    return user, first.text


@dataclass(frozen=True)
class Place:
    """A role over a unit: the unit's path, and for a branch the paths of the units that it covers."""

    role: Role
    path: str
    covered: tuple[str, ...] = ()


def incompatible(places: Sequence[Place]) -> str | None:
    """Why one person may not hold these roles together (SOD-7, SOD-8); None when he may."""
    roles = {place.role for place in places}
    for administrator in sorted(roles & ADMINISTRATORS):
        if len(roles) > 1:
            label = ROLE_LABELS[administrator]
            return f"职责分离：{label}不能与其他岗位兼任（三员互斥，且不得担任业务岗位）"
    heads = [place.path for place in places if place.role in (Role.DEPT_HEAD, Role.SECRETARY)]
    watched = [p for place in places if place.role == Role.COMMISSIONER for p in (place.path, *place.covered)]
    if any(path.startswith(head) for head in heads for path in watched):
        return "职责分离：单位党政正职不得兼任本单位党支部的纪检委员"
    return None


def _covered_paths(unit: Unit) -> tuple[str, ...]:
    return tuple(covered.path for covered in unit.covers) if unit.kind == "branch" else ()


def grant(user: User, role: Role, unit: Unit, *, actor_id: int | None = None) -> None:
    """Give a role over a unit; raises InvalidInput where duties must stay apart. No commit."""
    if any(g.role == role and g.unit_id == unit.id for g in user.grants):
        return
    wanted = [*((Role(g.role), g.unit) for g in user.grants), (role, unit)]
    places = [Place(held, where.path, _covered_paths(where)) for held, where in wanted]
    if reason := incompatible(places):
        raise InvalidInput(reason, field="role", code="separation_of_duties")
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


CONSOLE = "console"


def console_user() -> User:
    """Who acts at the console: an account without password or roles that nobody can sign in to. Made on
    first use; no commit."""
    user = db.session.scalars(select(User).where(User.username == CONSOLE)).one_or_none()
    if user is None:
        user = User(username=CONSOLE, name="命令行（系统管理员）", active=False)
        db.session.add(user)
        db.session.flush()
        _log(user, "create", None)
    return user


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


def _log(
    user: User,
    trigger: str,
    actor_id: int | None,
    *,
    fields: dict[str, list[Any]] | None = None,
    **data: object,
) -> None:
    told = {"username": user.username, **{name: str(value) for name, value in data.items()}}
    audit.append_for(
        "user", user.id, trigger, actor_id=actor_id, changes={"fields": fields or {}, "data": told}
    )
