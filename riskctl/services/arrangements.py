"""A year's official arrangement (放假安排) as it is given: JSON, or rows typed into a form; checked whole."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeGuard

from riskctl.errors import InvalidInput, Reason

_MOST_DAYS, _LONGEST_NAME, _LARGEST = 366, 32, 200_000
YEARS = (2000, 2100)
_SHAPE = '{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}'


@dataclass(frozen=True)
class Arrangement:
    """The days of one year that are off or worked by arrangement, in order."""

    year: int
    days: tuple[tuple[date, bool, str], ...]

    def as_data(self) -> list[dict[str, Any]]:
        """The days as they are stored and exchanged."""
        return [{"date": day.isoformat(), "isOffDay": off, "name": name} for day, off, name in self.days]


def from_json(data: bytes | str) -> Arrangement:
    """Read the shape that people exchange; raises InvalidInput that names every bad entry, its field and cure."""
    if len(data) > _LARGEST:
        raise InvalidInput("文件过大：放假安排不超过200KB", field="file", code="too_large")
    try:
        given = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"不是 JSON 文件，应为：{_SHAPE}", field="file", code="not_json") from error
    if not isinstance(given, dict) or not isinstance(given.get("days"), list):
        raise InvalidInput(f"缺少 year 或 days，应为：{_SHAPE}", field="file", code="shape")
    year = given.get("year")
    if not _is_year(year):
        raise InvalidInput(f"year：须为{YEARS[0]}至{YEARS[1]}的整数，例：2027", field="file", code="year")
    return _checked(year, [_entry(number, item) for number, item in enumerate(given["days"], 1)], "file")


def from_rows(year: Any, rows: Iterable[Mapping[str, Any]]) -> Arrangement:
    """Read rows of {day, until, kind, name}; `until` of a row reaches over several days."""
    if not _is_year(year):
        raise InvalidInput(f"年份须为{YEARS[0]}至{YEARS[1]}的整数", field="year", code="year")
    entries: list[_Entry] = []
    for number, row in enumerate(rows, 1):
        first, last = row["day"], row.get("until") or row["day"]
        if last < first or (last - first).days >= _MOST_DAYS:
            said = f"第{number}行 至：不能早于起始日期，也不能超过一年"
            raise InvalidInput(said, field="days", code="until")
        off = row["kind"] == "off"
        entries += [
            (number, first + timedelta(days=n), off, row["name"], None)
            for n in range((last - first).days + 1)
        ]
    return _checked(year, entries, "days")


# Which entry it is, its day, whether it is off, its name; or what is wrong with it.
_Entry = tuple[int, date | None, bool, str, str | None]


def _is_year(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and YEARS[0] <= value <= YEARS[1]


def _entry(number: int, item: Any) -> _Entry:
    if not isinstance(item, dict):
        return number, None, False, "", "须含 name、date、isOffDay 三项"
    off, name = item.get("isOffDay"), item.get("name")
    try:
        day = date.fromisoformat(item["date"])
    except (KeyError, TypeError, ValueError):
        return number, None, False, "", "date：须为 2027-01-01 形式的日期"
    if not isinstance(off, bool):
        return number, day, False, "", "isOffDay：休息填 true，上班填 false"
    if not isinstance(name, str) or not name.strip():
        return number, day, off, "", "name：填节日名称，例：元旦"
    return number, day, off, name.strip(), None


def _checked(year: int, entries: Sequence[_Entry], field: str) -> Arrangement:
    seen: dict[date, int] = {}
    reasons = [Reason("arrangement", said, field) for entry in entries if (said := _wrong(year, entry, seen))]
    if not entries:
        reasons = [Reason("empty", "没有任何一天的安排，请核对文件", field)]
    if reasons:
        raise InvalidInput(
            f"放假安排有{len(reasons)}处错误，没有录入", field=field, reasons=reasons, code="arrangement"
        )
    days = sorted((day, off, name) for _, day, off, name, _ in entries if day is not None)
    return Arrangement(year, tuple(days))


def _wrong(year: int, entry: _Entry, seen: dict[date, int]) -> str | None:
    number, day, _, name, said = entry
    if day is None or said:
        return f"第{number}项 {said}"
    if day.year != year:
        return f"第{number}项 date：{day} 不在{year}年，请改正日期或改用{day.year}年的文件"
    if len(name) > _LONGEST_NAME:
        return f"第{number}项 name：名称不超过{_LONGEST_NAME}字"
    if day in seen:
        return f"第{number}项 date：{day} 与第{seen[day]}项重复，请删去一项"
    seen[day] = number
    return None
