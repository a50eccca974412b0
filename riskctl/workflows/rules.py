"""The rules that differ from office to office, with the defaults of domain [D]: dated configuration.

A rule's value is plain data. A change applies from its day on, to new cases only; services/rules.py keeps
the versions. `check` returns None or, in the office's words, what is wrong with a value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from riskctl.workflows import check as checks, deadline_rules, dictionaries as words, grading, indicator
from riskctl.workflows.engine import Input

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
Check = Callable[[Any], str | None]


@dataclass(frozen=True)
class Rule:
    """One rule: what the office calls it, its value until somebody sets another, and what a value must be."""

    label: str
    default: Any
    check: Check
    hint: str = ""
    # The parts of a value that is an object, or the columns of one that is a table, for the form.
    fields: tuple[Input, ...] = ()


def whole_number(least: int, most: int) -> Check:
    """The value is a whole number between these, both included."""

    def check(value: Any) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return None
        return f"须为{least}至{most}的整数"

    return check


def whole_numbers(fields: tuple[Input, ...]) -> Check:
    """The value is an object with a whole number for each of these fields, within its bounds."""

    def check(value: Any) -> str | None:
        if not isinstance(value, dict) or set(value) != {item.name for item in fields}:
            return f"须填写：{'、'.join(item.label for item in fields)}"
        wrong = ((item, whole_number(item.min, item.max)(value[item.name])) for item in fields)
        return next((f"{item.label}{why}" for item, why in wrong if why), None)

    return check


def _table(rows: Mapping[str, int], labels: Mapping[str, str], least: int, most: int) -> tuple[Input, ...]:
    return tuple(
        Input(name, labels[name], "integer", min=least, max=most, default=rows[name]) for name in rows
    )


_REPLIES = _table({"blue": 10, "yellow": 7, "orange": 7, "red": 5}, words.COLOURS, 1, 60)
_GRACE = _table(indicator.GRACE, indicator.FREQUENCIES, 0, 30)
_CYCLES = _table(checks.CYCLES, checks.CYCLE_LABELS, 1, 24)


def _defaults(fields: tuple[Input, ...]) -> dict[str, int]:
    return {item.name: item.default for item in fields}


RULES: Mapping[str, Rule] = {
    "issue_deadlines": Rule(
        "整改期限", deadline_rules.DEADLINES, deadline_rules.check_deadlines,
        "核定时按来源、严重程度和整改类型推算整改期限；由上而下，第一条相符的适用，留空的条件不限",
        deadline_rules.DEADLINE_FIELDS,
    ),
    "issue_terms": Rule(
        "问题各环节办理时限（工作日）", deadline_rules.TERMS, whole_numbers(deadline_rules.TERM_FIELDS),
        "自进入该环节的次日起算", deadline_rules.TERM_FIELDS,
    ),
    "redo_term": Rule("退回整改的重新完成期限（工作日）", 10, whole_number(1, 60)),
    "extension": Rule(
        "延期", deadline_rules.EXTENSION, whole_numbers(deadline_rules.EXTENSION_FIELDS),
        "原定期限始终保留并一并印出", deadline_rules.EXTENSION_FIELDS,
    ),
    "reminder_days": Rule(
        "到期提醒（工作日）", [10, 5, 3, 1, 0],
        lambda value: None if _descending(value) else "须为由大到小、互不相同的工作日数，例：10、5、3、1、0",
    ),
    "grading": Rule(
        "风险等级规则", dict(grading.DEFAULT), grading.check_rule,
        "可能性×影响程度达到起始分的，定为相应等级；符合所选情形之一的，定为高", grading.RULE_FIELDS,
    ),
    "clean_months": Rule(
        "降级前须连续无预警、无问题的月数", 12, whole_number(1, 60), "12个月含高、中等级各两个以上检查周期",
    ),
    "annual_review_opens": Rule("年度复核启动日（12月几日）", 1, whole_number(1, 20)),
    "overdue_ladder": Rule(
        "逾期升级（工作日）", [1, 3, 5, 10],
        lambda value: None if _ladder(value) else "须为4个由小到大的工作日数，例：1、3、5、10",
        hint="依次通知部门负责人、单位纪委、分管领导（并拟督办函）、机关纪委",
    ),
    "digest_time": Rule(
        "每日汇总时间", "08:30",
        lambda value: None if isinstance(value, str) and _CLOCK.fullmatch(value) else "须为时:分，例：08:30",
    ),
    "zero_report_days": Rule("零报告期限（季后工作日）", 5, whole_number(1, 30)),
    "lookback_share": Rule(
        "回头看随机抽取比例（%）", 30, whole_number(1, 100),
        "严重问题和巡视巡察问题全部复查，其余按不低于此比例随机抽取",
    ),
    "lookback_months": Rule("销号后几个月起应回头看", 3, whole_number(1, 12)),
    "lookback_term": Rule("回头看复查期限（工作日）", 20, whole_number(1, 120)),
    "supplement_term": Rule("回头看补充整改期限（工作日）", 10, whole_number(1, 60)),
    "self_check_term": Rule("举一反三自查期限（工作日）", 10, whole_number(1, 60)),
    "warning_reply_days": Rule(
        "预警反馈时限（工作日）", _defaults(_REPLIES), whole_numbers(_REPLIES), "自发出的次日起算", _REPLIES,
    ),
    "check_cycles": Rule(
        "风险点检查周期（月）", _defaults(_CYCLES), whole_numbers(_CYCLES), "期满遇休息日顺延至下一工作日", _CYCLES,
    ),
    "reading_grace": Rule(
        "监测数据报送宽限（工作日）", _defaults(_GRACE), whole_numbers(_GRACE),
        "各频率的指标到期后再过几个工作日仍未报送的，发出缺报预警", _GRACE,
    ),
}  # fmt: skip


def _ladder(value: Any) -> bool:
    numbers = isinstance(value, list) and all(whole_number(1, 60)(day) is None for day in value)
    return numbers and len(value) == 4 and all(earlier < later for earlier, later in pairwise(value))


def _descending(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 60 for day in value)
        and all(earlier > later for earlier, later in pairwise(value))
    )
