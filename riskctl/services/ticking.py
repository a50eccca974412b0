"""The tick: what time brings. Seals now; reminders and warnings come with their own issue."""

from datetime import datetime

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.services import seals


def tick(moment: str | None = None) -> str:
    """One round; running it twice, or at once from two machines, changes nothing more."""
    try:
        at = clock.from_local(datetime.fromisoformat(moment)) if moment else clock.now()
    except ValueError as error:
        raise InvalidInput("--now 须为 ISO 时间，例如 2026-11-24T08:30") from error
    seal = seals.seal_now(at)
    return f"封存 {seal.event_count} 个事件" if seal else "没有需要封存的事件"
