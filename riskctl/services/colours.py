"""绿 蓝 黄 橙 红: computed from dates and counts, never stored (domain 3.6; the worst row wins)."""

from datetime import date
from typing import Any

from riskctl import clock
from riskctl.models import Case, Issue
from riskctl.services.workdays import workdays_between

_ORDER = ("green", "blue", "yellow", "orange", "red")
_OVER = frozenset(
    {"closed", "archived", "void", "transferred", "cancelled", "withdrawn", "active", "approving"}
)


def colour_of(record: Case) -> str | None:
    """The colour of one record today; None where nothing runs any more or no day is set."""
    if record.state in _OVER:
        return None
    days = [day for day in (record.step_due_on, getattr(record, "due_on", None)) if day is not None]
    found = [_by_days(record, day) for day in days]
    if isinstance(record, Issue):
        found += _by_history(record)
    return max(found, key=_ORDER.index) if found else None


def _by_days(record: Any, due: date) -> str:
    left = workdays_between(clock.today(), due)
    if left < 0:
        return "red" if left < -10 else "orange"
    if left <= 5 and isinstance(record, Issue) and due == record.due_on and progress_of(record) < 80:
        return "yellow"
    return "blue" if left <= 10 else "green"


def _by_history(issue: Issue) -> list[str]:
    found = []
    if issue.return_count >= 3 or issue.reopen_count >= 2:
        found.append("red")
    elif issue.return_count == 2:
        found.append("orange")
    missed = [
        m for m in issue.measures if not m.get("done_on") and (m.get("due_on") or "9999") < str(clock.today())
    ]
    if missed and issue.state == "rectifying":
        found.append("yellow")
    if issue.state == "planning" and issue.step_due_on and issue.step_due_on < clock.today():
        found.append("yellow")
    return found


def progress_of(issue: Issue) -> int:
    """Measures done of all measures, in per cent; nothing is done while there is none."""
    if not issue.measures:
        return 0
    return 100 * sum(1 for measure in issue.measures if measure.get("done_on")) // len(issue.measures)
