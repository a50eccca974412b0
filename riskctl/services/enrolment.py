"""Accounts as an administrator names them: units by code, roles by word."""

from sqlalchemy import select

from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.models import Unit
from riskctl.permissions import ROLE_LABELS, Role
from riskctl.services import accounts, organization


def role_named(text: str) -> Role | None:
    """The role of this word: office or 机关纪委."""
    return next((role for role, label in ROLE_LABELS.items() if text in (role.value, label)), None)


def unit_coded(code: str) -> Unit:
    """The unit of this code; raises NotFound."""
    unit = db.session.scalars(select(Unit).where(Unit.code == code)).one_or_none()
    if unit is None:
        raise NotFound(f"没有代码为 {code} 的单位：请先用 riskctl import-organization 建立")
    return unit


def create_user(username: str, name: str, unit_code: str | None, roles: tuple[str, ...]) -> str:
    """A new account with roles given as ROLE:UNIT-CODE, or ROLE for the whole department; its one-time
    password. Commits."""
    root = organization.root()
    user, password = accounts.create_user(
        username=username, name=name, unit=unit_coded(unit_code) if unit_code else None
    )
    for text in roles:
        word, _, code = text.partition(":")
        role = role_named(word)
        if role is None:
            raise InvalidInput(f"没有“{word}”这种岗位，可用：{'、'.join(ROLE_LABELS)}", field="role")
        accounts.grant(user, role, unit_coded(code) if code else root)
    db.session.commit()
    return password


def reset_password(username: str) -> str:
    """A new one-time password for the account, which also ends a lock-out. Commits."""
    password = accounts.reset_password(accounts.find(username))
    db.session.commit()
    return password
