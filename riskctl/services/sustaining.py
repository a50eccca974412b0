"""长期坚持: a report each quarter, an evaluation each year (domain 3.5, 4.2)."""

from datetime import date, timedelta

from riskctl.models import Issue
from riskctl.services import cases
from riskctl.services.facts import months_before
from riskctl.services.workdays import roll

# A quarter's last day moves past the days off behind it, by less than this in any calendar so far.
_LONGEST_ROLL = timedelta(days=20)


def quarter_end(day: date) -> date:
    """The last day of the day's quarter."""
    following = (day.month - 1) // 3 * 3 + 4
    year, month = (day.year + 1, 1) if following > 12 else (day.year, following)
    return date(year, month, 1) - timedelta(days=1)


def next_report(day: date) -> date:
    """By when the next quarter's report is due, seen from a day: the next end of a quarter after it."""
    return roll(quarter_end(day + timedelta(days=1))).on


def quarter_of(due: date) -> tuple[int, int]:
    """Year and quarter of the report that is due on this day."""
    inside = due - _LONGEST_ROLL
    return inside.year, (inside.month - 1) // 3 + 1


def evaluation_due(today: date) -> date:
    """By when the yearly evaluation is due, a year from now."""
    return roll(months_before(today, -12)).on


def reported(issue: Issue, today: date) -> str | None:
    """Count a report as that of the oldest quarter still open, and set the next one's day; the quarter in
    words. A further report within a quarter that has its own moves nothing: None."""
    due = issue.step_due_on
    if due is None:
        return None
    year, quarter = quarter_of(due)
    if today < date(year, quarter * 3 - 2, 1):
        return None
    cases.time_step(issue, today, fixed=next_report(quarter_end(date(year, quarter * 3, 1))))
    return f"{year}年第{'一二三四'[quarter - 1]}季度"
