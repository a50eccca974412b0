"""年度复核: one review a year of all the points for which one branch answers."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl.models.base import Case
from riskctl.models.organization import Unit, one_of
from riskctl.workflows.annual_review import STATES


class AnnualReview(Case):
    """The yearly review of one unit's points: confirmed by the 部门负责人, countersigned by the 纪检委员."""

    __tablename__ = "annual_review"
    __table_args__ = (
        one_of("state", tuple(STATES), "state"),
        UniqueConstraint("year", "unit_id"),
    )

    CASE_TYPE: ClassVar[str] = "annual_review"
    TRACKED: ClassVar[tuple[str, ...]] = (
        "unit_id", "year", "results", "confirmed_by_id", "confirmed_on", "countersigned_by_id",
        "countersigned_on", "on_paper",
    )  # fmt: skip

    # The lowest unit that a branch covers; what is below it belongs to it unless a branch covers that.
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    year: Mapped[int]
    due_on: Mapped[date] = mapped_column(Date)
    # [{"risk_point_id", "result": keep | change | cancel, "reason"}]: what was confirmed of each point.
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    countersigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    countersigned_on: Mapped[date | None] = mapped_column(Date)
    on_paper: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit] = relationship()

    @property
    def title(self) -> str:
        """What it is, where a case shows its title."""
        return f"{self.year}年度风险点复核（{self.unit.name}）"
