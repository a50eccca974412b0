"""When the next 自查 and the next 检查 of a risk point are due: the cycle that its level demands (domain 2.2)."""

from datetime import date

from riskctl.models import RiskPoint
from riskctl.services import rules
from riskctl.services.workdays import roll
from riskctl.workflows.check import AFTER_WARNING
from riskctl.workflows.indicator import months_after


def next_due(level: str | None, kind: str, day: date) -> date | None:
    """The day by which the next check of this kind is due, counted from a day; a point without a level has
    no cycle yet."""
    if level is None:
        return None
    return roll(months_after(day, rules.value("check_cycles")[f"{level}_{kind}"])).on


def schedule(point: RiskPoint, day: date) -> None:
    """Count both cycles from this day: the point enters the ledger, or its level has changed."""
    level = point.level or point.computed_level
    point.self_check_due = next_due(level, "self_check", day)
    point.inspection_due = next_due(level, "inspection", day)


def look_again(point: RiskPoint, day: date) -> None:
    """After a warning the point is inspected once more within three months (domain 4.1)."""
    extra = roll(months_after(day, AFTER_WARNING)).on
    point.inspection_due = min(point.inspection_due or extra, extra)
