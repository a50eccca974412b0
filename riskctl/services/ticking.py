"""The tick: what time brings. Seals now; reminders and warnings come with their own issue."""

from datetime import datetime

from sqlalchemy import func, select

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import Seal
from riskctl.services import seals


def tick(moment: str | None = None) -> str:
    """One round; running it twice, or at once from two machines, changes nothing more."""
    try:
        at = clock.from_local(datetime.fromisoformat(moment)) if moment else clock.now()
    except ValueError as error:
        raise InvalidInput("--now 须为 ISO 时间，例如 2026-11-24T08:30") from error
    before = seals.latest()
    if seals.seal_now(at) is None:
        return "没有需要封存的事件"
    made = select(func.sum(Seal.event_count)).where(Seal.id > (before.id if before else 0))
    return f"封存 {db.session.scalar(made)} 个事件"
