"""What was done already and must not be done again."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime


class DoneOnce(Model):
    """The key of an effect that time brings; it commits together with the effect."""

    __tablename__ = "done_once"

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
