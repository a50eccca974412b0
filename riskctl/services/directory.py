"""Who holds which role where: a few hundred rows, read once a session and asked in memory.

Inbox and lists ask of many cases whom they wait for; asking the database each time would be a query in a
loop.
"""

from collections import defaultdict

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.ladders import Holder
from riskctl.models import BranchCover, RoleGrant, Unit, User
from riskctl.permissions import BUSINESS, Role

_KEY = "directory"


class Directory:
    """Holders of business roles by unit, the units that branches cover, and names."""

    def __init__(self) -> None:
        self._grants: dict[int, list[tuple[int, Holder]]] = defaultdict(list)
        self._branches: dict[int, list[int]] = defaultdict(list)
        self.names: dict[int, str] = {}
        self._read()

    def _read(self) -> None:
        grants = (
            select(RoleGrant.id, RoleGrant.unit_id, RoleGrant.role, User.id, User.unit_id, User.name)
            .join(User, User.id == RoleGrant.user_id)
            .where(User.active.is_(True), RoleGrant.role.in_(BUSINESS))
        )
        for grant_id, unit_id, role, user_id, home, name in db.session.execute(grants):
            self._grants[unit_id].append((grant_id, Holder(user_id, Role(role), home)))
            self.names[user_id] = name
        for branch_id, unit_id in db.session.execute(select(BranchCover.branch_id, BranchCover.unit_id)):
            self._branches[unit_id].append(branch_id)
        rows = db.session.execute(select(Unit.id, Unit.kind, Unit.path))
        self._units = {unit_id: (kind, path) for unit_id, kind, path in rows}

    def holders(self, unit: Unit) -> list[Holder]:
        """Everyone who holds a business role over the unit, in the order of the grants."""
        reaching: set[int] = set()
        for ancestor in unit.ancestor_ids:
            reaching |= {ancestor, *self._branches[ancestor]}
        found = [entry for unit_id in reaching for entry in self._grants[unit_id]]
        return [holder for _, holder in sorted(found, key=lambda entry: entry[0])]

    def in_department(self, unit: Unit) -> bool:
        """Whether the unit is (part of) a 处室 of the department, which has no 纪委 of its own."""
        return "affiliated" not in {self._units[unit_id][0] for unit_id in unit.ancestor_ids}

    def answering(self, unit_id: int) -> int:
        """The unit under whose branch a unit's points are reviewed: the lowest at or above it that a branch
        covers, else its 处室 or 直属单位, else itself."""
        ancestors = [int(part) for part in self._units[unit_id][1].split("/") if part][::-1]
        covered = (i for i in ancestors if self._branches.get(i))
        tops = (i for i in ancestors if self._units[i][0] in ("department", "affiliated"))
        return next(covered, None) or next(tops, unit_id)

    def answered_by(self, unit_id: int) -> list[int]:
        """The units whose points are reviewed under this one's branch."""
        below = (i for i, (_, path) in self._units.items() if f"/{unit_id}/" in path)
        return [i for i in below if self.answering(i) == unit_id]

    def is_below(self, unit_id: int | None, top: int) -> bool:
        """Whether the unit is `top` or part of it."""
        return unit_id is not None and f"/{top}/" in self._units[unit_id][1]


def directory() -> Directory:
    """The directory of this session."""
    cache = db.session().info
    if _KEY not in cache:
        cache[_KEY] = Directory()
    found: Directory = cache[_KEY]
    return found


def forget() -> None:
    """Read anew at the next question: roles, branches or units have changed."""
    db.session().info.pop(_KEY, None)
