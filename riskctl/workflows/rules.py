"""The rules that differ from office to office, with the defaults of domain [D]: dated configuration.

A rule's value is plain data. A change applies from its day on, to new cases only; services/rules.py keeps
the versions. `check` returns None or, in the office's words, what is wrong with a value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Check = Callable[[Any], str | None]


@dataclass(frozen=True)
class Rule:
    """One rule: what the office calls it, its value until somebody sets another, and what a value must be."""

    label: str
    default: Any
    check: Check
    hint: str = ""


def whole_number(least: int, most: int) -> Check:
    """The value is a whole number between these, both included."""

    def check(value: Any) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return None
        return f"须为{least}至{most}的整数"

    return check


RULES: Mapping[str, Rule] = {
    "reminder_days": Rule(
        "到期提醒（工作日）", [10, 5, 3, 1, 0],
        lambda value: None if _descending(value) else "须为由大到小、互不相同的工作日数，例：10、5、3、1、0",
    ),
}  # fmt: skip


def _descending(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 60 for day in value)
        and all(earlier > later for earlier, later in pairwise(value))
    )
