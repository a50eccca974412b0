"""Units, people, the roles that bind people to units, tokens, and the issuers of documents."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime
from riskctl.permissions import Role

UNIT_KINDS = {
    "organ": "厅机关",
    "department": "处室",
    "affiliated": "直属单位",
    "section": "科室",
    "branch": "党支部",
}


def one_of(column: str, values: list[str] | tuple[str, ...], name: str) -> CheckConstraint:
    """A CHECK that holds a column to its dictionary on both databases."""
    quoted = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({quoted})", name=name)


class Unit(Model):
    """A node of the organisation tree; `path` is '/1/7/' from the root to the unit itself."""

    __tablename__ = "unit"
    __table_args__ = (one_of("kind", tuple(UNIT_KINDS), "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(128), index=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(String(255), default="/", index=True)
    # 党员人数 of a party branch
    members: Mapped[int | None]

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])
    covers: Mapped[list["Unit"]] = relationship(
        secondary="branch_cover",
        primaryjoin="Unit.id == BranchCover.branch_id",
        secondaryjoin="Unit.id == BranchCover.unit_id",
        viewonly=True,
    )

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the root down to the unit itself."""
        return [int(part) for part in self.path.split("/") if part]


class BranchCover(Model):
    """A party branch covers a unit: a role on the branch reaches the unit's cases."""

    __tablename__ = "branch_cover"

    branch_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)


class User(Model, UserMixin):
    """An account. `name` is the post, never needed to be a person's name in demo data."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    post: Mapped[str] = mapped_column(String(64), default="")
    # Where the digest goes; empty for who wants none.
    email: Mapped[str | None] = mapped_column(String(254))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(255), default="")
    must_change_password: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Changed on a new password or a forced sign-out: sessions that carry an older one are over.
    session_key: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    unit: Mapped[Unit | None] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="user", cascade="all, delete-orphan")

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return f"{self.id}:{self.session_key}"


class RoleGrant(Model):
    """A role that a person holds over a unit and what is below it, or over what a branch covers."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "unit_id"),
        one_of("role", tuple(Role), "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[str] = mapped_column(String(32), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)

    user: Mapped[User] = relationship(back_populates="grants")
    unit: Mapped[Unit] = relationship()


class ApiToken(Model):
    """A bearer token, stored as its SHA-256; shown once when made."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class Issuer(Model):
    """Who issues documents: 机关纪委, 党组 …, with the word of its numbers (代字) and its red head."""

    __tablename__ = "issuer"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(128))
    head: Mapped[str] = mapped_column(String(128))
    word: Mapped[str] = mapped_column(String(32))
    # The words of its other series, such as suggestion: 锦水纪建; a series that is not here uses `word`.
    words: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    signer_title: Mapped[str] = mapped_column(String(64))
    # The unit whose 纪委 it is; the department's own issuers hang on the root.
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    signer_role: Mapped[str] = mapped_column(String(32))
    contact: Mapped[str] = mapped_column(String(64), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    # 用印人; without one whoever handles the issuer's papers seals them.
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    unit: Mapped[Unit] = relationship()
    keeper: Mapped[User | None] = relationship()
