"""Who holds which office in a list of units."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import RoleGrant, User


def of_units(unit_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """For each unit the (role, name) of those who hold an office there, in one query."""
    query = (
        select(RoleGrant.unit_id, RoleGrant.role, User.name)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.unit_id.in_(unit_ids), User.active.is_(True))
        .order_by(RoleGrant.id)
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for unit_id, role, name in db.session.execute(query):
        found[unit_id].append((role, name))
    return found


def names(user_ids: Collection[int]) -> dict[int, str]:
    """Names by id."""
    query = select(User.id, User.name).where(User.id.in_(user_ids))
    return {row.id: row.name for row in db.session.execute(query)}
