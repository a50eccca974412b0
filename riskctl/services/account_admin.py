"""What the administrators do to accounts: 系统管理员 opens and closes them, 安全管理员 grants roles (domain 1.5)."""

import re

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import RoleGrant, User
from riskctl.permissions import ROLE_LABELS, Actor, Permission, Role, allowed
from riskctl.services import accounts, enrolment, system_account

# One @, no spaces or control characters, which could smuggle a header into a mail.
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z0-9-]{2,}")


def listing(q: str = "", *, after: int = 0, limit: int = 50) -> tuple[list[User], int | None]:
    """Accounts in order of id with the id to continue after; by user name, name or post."""
    query = select(User).where(User.id > after, User.username != system_account.USERNAME)
    query = query.options(selectinload(User.unit), selectinload(User.grants))
    if q:
        columns = (User.username, User.name, User.post)
        query = query.where(or_(*(column.contains(q, autoescape=True) for column in columns)))
    rows = list(db.session.scalars(query.order_by(User.id).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def get(user_id: int) -> User:
    """One account; raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None or user.username == system_account.USERNAME:
        raise NotFound("没有这个账号")
    return user


def open_account(actor: Actor, *, username: str, name: str, unit_code: str) -> tuple[User, str]:
    """A new account without rights and its one-time password. Commits."""
    _require(actor, Permission.ACCOUNT_MANAGE)
    if not name.strip() or len(name) > 64:
        raise InvalidInput("名称（岗位）须为1至64个字", field="name", code="required")
    unit = enrolment.unit_coded(unit_code) if unit_code else None
    user, password = accounts.create_user(username=username, name=name, unit=unit, actor_id=actor.user_id)
    db.session.commit()
    return user, password


def reset(actor: Actor, user_id: int) -> str:
    """A new one-time password, which ends sessions and a lock-out. Commits."""
    _require(actor, Permission.ACCOUNT_MANAGE)
    password = accounts.reset_password(get(user_id), actor_id=actor.user_id)
    db.session.commit()
    return password


def set_email(actor: Actor, user_id: int, email: str) -> None:
    """Where the digest of this account goes; empty for nowhere. Raises InvalidInput. Commits."""
    _require(actor, Permission.ACCOUNT_MANAGE)
    address = email.strip()
    if address and not _ADDRESS.fullmatch(address):
        raise InvalidInput("邮件地址格式不对，例：zhangsan@example.gov", field="email", code="email")
    accounts.change(get(user_id), actor_id=actor.user_id, email=address or None)
    db.session.commit()


def set_active(actor: Actor, user_id: int, *, active: bool) -> None:
    """Close an account or open it again; it is never deleted, since the history names it. Commits."""
    _require(actor, Permission.ACCOUNT_MANAGE)
    if user_id == actor.user_id:
        raise InvalidInput("不能停用自己的账号", code="self")
    accounts.change(get(user_id), actor_id=actor.user_id, active=active)
    db.session.commit()


def grant(actor: Actor, user_id: int, *, role: str, unit_code: str) -> None:
    """Give a role over a unit; raises InvalidInput where duties must stay apart. Commits."""
    _require(actor, Permission.ROLE_GRANT)
    _refuse_oneself(actor, user_id)
    if role not in {item.value for item in Role}:
        raise InvalidInput(
            f"没有这种岗位，可选：{'、'.join(ROLE_LABELS.values())}", field="role", code="role"
        )
    unit = enrolment.unit_coded(unit_code)
    accounts.grant(get(user_id), Role(role), unit, actor_id=actor.user_id)
    db.session.commit()


def revoke(actor: Actor, user_id: int, grant_id: int) -> None:
    """Take a role away. Commits."""
    _require(actor, Permission.ROLE_GRANT)
    _refuse_oneself(actor, user_id)
    held = db.session.get(RoleGrant, grant_id)
    if held is None or held.user_id != user_id:
        raise NotFound("没有这项岗位，可能已被撤销")
    accounts.revoke(held.user, Role(held.role), held.unit, actor_id=actor.user_id)
    db.session.commit()


def _require(actor: Actor, permission: Permission) -> None:
    if not allowed(actor, permission):
        raise NotAllowed("您的岗位不办理此项", code="no_permission")


def _refuse_oneself(actor: Actor, user_id: int) -> None:
    if user_id == actor.user_id:
        raise InvalidInput("不能给自己授予或撤销岗位：请由另一名安全管理员办理", code="self")
