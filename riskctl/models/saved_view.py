"""A question that people ask of a ledger again and again, kept under a name, and which of them opens by itself."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime


class SavedView(Model):
    """Filters, columns and order of one ledger as its address holds them."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("owner_id", "case_type", "name", name="uq_saved_view_owner_id_case_type_name"),
        Index("ix_saved_view_case_type_shared", "case_type", "shared"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    case_type: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, str]] = mapped_column(JSON)
    # Everybody may use it; only its owner changes it.
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class DefaultView(Model):
    """The view with which a person's ledger opens."""

    __tablename__ = "default_view"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    case_type: Mapped[str] = mapped_column(String(32), primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id"), index=True)

    view: Mapped[SavedView] = relationship()
