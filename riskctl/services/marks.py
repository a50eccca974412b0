"""How far the tick and its rounds have come; a clock that was set back is known by them."""

from datetime import date, datetime

from sqlalchemy import select, update

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import TickMark
from riskctl.services.once import insert_new


def moment_of(name: str) -> datetime | None:
    """The moment up to which it is done."""
    return db.session.scalar(select(TickMark.at).where(TickMark.name == name))


def day_of(name: str) -> date | None:
    """The office's day up to which it is done."""
    at = moment_of(name)
    return clock.local(at).date() if at else None


def advance(name: str, at: datetime) -> None:
    """It is done up to this moment; never goes back. Commits."""
    if not insert_new(TickMark, {"name": name, "at": at}):
        db.session.execute(update(TickMark).where(TickMark.name == name, TickMark.at < at).values(at=at))
    db.session.commit()


def reset(at: datetime) -> None:
    """Take up work again at this moment, after a clock that was ahead has been put right. Commits."""
    db.session.execute(update(TickMark).where(TickMark.at > at).values(at=at))
    db.session.commit()
