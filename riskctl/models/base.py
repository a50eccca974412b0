"""What every table shares: the base class, moments in UTC, and the columns of a case."""

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import JSON, Date, DateTime, ForeignKey, Integer, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship

from riskctl import clock
from riskctl.extensions import db

if TYPE_CHECKING:
    from riskctl.models.colour import ColourOverride

    class Model(DeclarativeBase):
        """Typed stand-in for Flask-SQLAlchemy's model class, which mypy cannot see."""

        __abstract__ = True
else:
    Model = db.Model

Json = JSON().with_variant(JSON(none_as_null=True), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite drops zones, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime must not reach the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Case(Model):
    """The columns of everything that has a life of its own and moves through a workflow."""

    __abstract__ = True

    # Fields that the event chain records, and those of them that enter it as digests only.
    CASE_TYPE: ClassVar[str]
    TRACKED: ClassVar[tuple[str, ...]]
    SENSITIVE: ClassVar[frozenset[str]] = frozenset()

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(32), index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    step_due_on: Mapped[date | None] = mapped_column(Date)
    # From which day and how many working days the dates were counted, so that a new calendar counts them
    # again; None where a person typed the day.
    step_due_from: Mapped[date | None] = mapped_column(Date)
    step_due_term: Mapped[int | None]
    due_from: Mapped[date | None] = mapped_column(Date)
    due_term: Mapped[int | None]
    # True while step_due_on or due_on rests on a year whose official calendar is not there yet.
    provisional: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(Integer)
    # trigger -> ids of those who last acted in it; separation of duties reads it
    acted: Mapped[dict[str, list[int]]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    if TYPE_CHECKING:
        unit: Any  # every kind of case has it

    @declared_attr
    def created_by_id(self) -> Mapped[int]:
        return mapped_column(ForeignKey("user.id"))

    @declared_attr
    def not_lifted(self) -> Mapped["ColourOverride | None"]:
        # The manual colour that nobody has lifted, past its day or not; services/colours.py reads it.
        return relationship(
            "ColourOverride",
            primaryjoin=f"and_(foreign(ColourOverride.case_id) == {self.__name__}.id,"
            f" ColourOverride.case_type == '{self.CASE_TYPE}', ColourOverride.lifted_at.is_(None))",
            viewonly=True, uselist=False,
        )  # fmt: skip

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 -- SQLAlchemy calls it on the class
        return {"version_id_col": cls.version}


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, dates in ISO form; what digests are taken of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
