"""The period of a report: a month, a quarter, a year, or from one day to another, and those it is compared with."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from riskctl.errors import InvalidInput

_FORMS = re.compile(r"(\d{4})(?:-(\d{2})|Q([1-4]))?|(\d{4}-\d{2}-\d{2})~(\d{4}-\d{2}-\d{2})")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Period:
    """Both days belong to it. `key` is how addresses name it: 2026-10, 2026Q4, 2026, 2026-01-05~2026-03-31."""

    kind: str
    start: date
    end: date

    @property
    def key(self) -> str:
        """Its name in addresses."""
        return {
            "month": f"{self.start:%Y-%m}",
            "quarter": f"{self.start.year}Q{(self.start.month + 2) // 3}",
            "year": f"{self.start.year}",
        }.get(self.kind, f"{self.start}~{self.end}")

    @property
    def label(self) -> str:
        """Its name in words: 2026年10月."""
        year = f"{self.start.year}年"
        return {
            "month": f"{year}{self.start.month}月",
            "quarter": f"{year}第{(self.start.month + 2) // 3}季度",
            "year": f"{year}全年",
        }.get(self.kind, f"{_day(self.start)}至{_day(self.end)}")

    def before(self) -> "Period":
        """The period before: of the same kind, or of the same number of days."""
        if self.kind in _MONTHS:
            return _of(self.kind, _shifted(self.start, -_MONTHS[self.kind]))
        last = self.start - timedelta(days=1)
        return Period(self.kind, last - (self.end - self.start), last)

    def year_before(self) -> "Period":
        """The same period a year earlier."""
        if self.kind in _MONTHS:
            return _of(self.kind, _shifted(self.start, -12))
        return Period(self.kind, _year_back(self.start), _year_back(self.end))


def of_month(day: date) -> Period:
    """The month of a day."""
    return _of("month", day.replace(day=1))


def parse(text: str) -> Period:
    """The period of this name; raises InvalidInput that says how one is written."""
    found = _FORMS.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, quarter, first, last = found.groups()
        if first:
            period = Period("range", date.fromisoformat(first), date.fromisoformat(last))
        else:
            kind = "month" if month else "quarter" if quarter else "year"
            period = _of(kind, date(int(year), int(month) if month else 3 * int(quarter or 1) - 2, 1))
        if not _FIRST_YEAR < period.start.year <= period.end.year <= _LAST_YEAR:
            raise ValueError(text)
    except ValueError as error:
        raise InvalidInput(
            "统计期间写法：2026-10（月）、2026Q3（季度）、2026（年）或2026-01-05~2026-03-31（起止日期）",
            field="period", code="period",
        ) from error  # fmt: skip
    if period.start > period.end:
        raise InvalidInput("起始日期不能晚于截止日期", field="period", code="period")
    return period


def offered(today: date) -> dict[str, list[Period]]:
    """The periods that a page offers: the last thirteen months, five quarters, and three years."""
    month = today.replace(day=1)
    quarter = month.replace(month=3 * ((month.month - 1) // 3) + 1)
    return {
        "月": [_of("month", _shifted(month, -n)) for n in range(13)],
        "季度": [_of("quarter", _shifted(quarter, -3 * n)) for n in range(5)],
        "年": [_of("year", date(today.year - n, 1, 1)) for n in range(3)],
    }


def _of(kind: str, start: date) -> Period:
    return Period(kind, start, _shifted(start, _MONTHS[kind]) - timedelta(days=1))


def _shifted(start: date, months: int) -> date:
    """The first of the month so many months later."""
    count = start.year * 12 + start.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _year_back(day: date) -> date:
    # 29 February has no year before.
    return (day if (day.month, day.day) != (2, 29) else day - timedelta(days=1)).replace(year=day.year - 1)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
