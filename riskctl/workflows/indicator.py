"""监测指标: thresholds that follow their direction, the colour of a reading, and when the next one is due."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from riskctl.errors import Reason

DIRECTIONS = {"higher": "越高越差", "lower": "越低越差"}
FREQUENCIES = {
    "daily": "每日", "weekly": "每周", "monthly": "每月", "quarterly": "每季度", "half_yearly": "每半年",
    "yearly": "每年",
}  # fmt: skip
# Working days after which a reading that did not come is warned of.
GRACE = {"daily": 1, "weekly": 2, "monthly": 5, "quarterly": 10, "half_yearly": 10, "yearly": 10}
# Lightest first: what a warning can be (domain 4.1).
COLOURS = ("blue", "yellow", "orange", "red")
_WORDS = {"blue": "蓝", "yellow": "黄", "orange": "橙", "red": "红"}
FIELDS = {
    "name": "名称", "source": "数据来源", "measure_unit": "计量单位", "direction": "预警方向", "frequency": "报送频率",
    "blue": "蓝色阈值", "yellow": "黄色阈值", "orange": "橙色阈值", "red": "红色阈值", "active": "在用",
}  # fmt: skip
EVENTS = {
    "create": "新增指标", "edit": "修改指标", "enter_readings": "录入监测数据", "correct_reading": "更正监测数据",
}  # fmt: skip
_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
_DAYS = {"daily": 1, "weekly": 7}

# What a database keeps exactly as a whole number of ten-thousandths.
PLACES = 4
LARGEST = Decimal(10) ** 14

Thresholds = Mapping[str, Decimal | None]


def contradictions(direction: str, thresholds: Thresholds) -> list[Reason]:
    """What is wrong with the thresholds: there is none, or a graver colour comes before a lighter one."""
    given = [(colour, value) for colour in COLOURS if (value := thresholds.get(colour)) is not None]
    if not given:
        return [Reason("required", "至少填写一个颜色的预警阈值", "yellow")]
    found = []
    for (lighter, low), (graver, high) in pairwise(given):
        if not (high > low if direction == "higher" else high < low):
            wanted = "高于" if direction == "higher" else "低于"
            message = (
                f"指标{DIRECTIONS[direction]}，{_WORDS[graver]}色阈值（{number(high)}）应{wanted}"
                f"{_WORDS[lighter]}色阈值（{number(low)}）：请调换阈值，或改正预警方向"
            )
            found.append(Reason("contradiction", message, graver))
    return found


def wrong_number(value: Decimal) -> str | None:
    """What is wrong with a decimal that is to be kept exactly."""
    if not value.is_finite() or abs(value) >= LARGEST:
        return "数值过大或不是有限数"
    if value != round(value, PLACES):
        return f"小数最多{PLACES}位"
    return None


def number(value: Decimal) -> str:
    """A decimal as people write it: without the zeros behind it."""
    return f"{value.normalize():f}"


def said(name: str, value: Any) -> str:
    """A value of an indicator's field as people read it."""
    dictionary = {"direction": DIRECTIONS, "frequency": FREQUENCIES}.get(name, {})
    if isinstance(value, bool):
        return "是" if value else "否"
    return "无" if value is None else dictionary.get(value, str(value))


def breached(value: Decimal, direction: str, thresholds: Thresholds) -> str | None:
    """The gravest colour whose threshold the value has passed; on the threshold itself nothing is passed."""
    for colour in reversed(COLOURS):
        limit = thresholds.get(colour)
        if limit is not None and (value > limit if direction == "higher" else value < limit):
            return colour
    return None


def at_least(colour: str) -> tuple[str, ...]:
    """The colour and those that are graver."""
    return COLOURS[COLOURS.index(colour) :]


def gravest(colours: list[str]) -> str | None:
    """The gravest of these colours."""
    return max(colours, key=COLOURS.index, default=None)


def a_period_after(day: date, frequency: str) -> date:
    """The day one period later; a month ends on its last day where the same day does not exist."""
    if frequency in _DAYS:
        return date.fromordinal(day.toordinal() + _DAYS[frequency])
    return months_after(day, _MONTHS[frequency])


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = date.fromordinal(following.toordinal() - 1).day
    return date(year, month + 1, min(day.day, last))
