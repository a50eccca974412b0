"""定级: how a level follows from likelihood, impact and the forced-high questions (domain 2.2). Pure.

A grading rule is plain data: the scores from which a point is 中 and 高, and for each question whether 是 makes
a point 高 whatever its score. It is dated configuration (workflows/rules.py).
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from riskctl.errors import Reason
from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Data, Facts, Input, Record

QUESTIONS = {
    "key_matter": "属于“三重一大”事项",
    "no_standard": "自由裁量空间大且没有裁量基准",
    "proven_case": "本岗位近三年有查实案件",
    "single_holder": "一人兼有决策、执行、监督",
}
DEFAULT: Mapping[str, Any] = {"medium_from": 6, "high_from": 15, **dict.fromkeys(QUESTIONS, True)}
YES_NO = {"yes": "是", "no": "否"}
# Who manages a point of which level (domain 2.2).
MANAGERS = {"high": "主要领导", "medium": "分管领导", "low": "部门负责人"}
_WEIGHTS = {"low": 1, "medium": 2, "high": 3}
_HIGHEST_SCORE = 25
RULE_FIELDS = (
    Input("medium_from", "几分以上为中", "integer", min=2, max=_HIGHEST_SCORE),
    Input("high_from", "几分以上为高", "integer", min=2, max=_HIGHEST_SCORE),
    *(Input(code, f"{label}的，定为高", "boolean", required=False) for code, label in QUESTIONS.items()),
)


def check_rule(value: Any) -> str | None:
    """What is wrong with a grading rule, in the office's words, or None."""
    if not isinstance(value, dict) or set(value) != set(DEFAULT):
        return "须写明中、高等级的起始分和强制高等级的情形"
    limits = (value["medium_from"], value["high_from"])
    if any(isinstance(n, bool) or not isinstance(n, int) for n in limits):
        return "起始分须为整数"
    if not 1 < limits[0] < limits[1] <= _HIGHEST_SCORE:
        return f"起始分须由低到高，在2至{_HIGHEST_SCORE}之间"
    if not all(isinstance(value[code], bool) for code in QUESTIONS):
        return "强制高等级的情形须写明是否适用"
    return None


def forced(rule: Mapping[str, Any]) -> list[str]:
    """The questions of which one 是 makes a point 高 under this rule."""
    return [code for code in QUESTIONS if rule[code]]


def level_of(
    rule: Mapping[str, Any], likelihood: int | None, impact: int | None, hits: Collection[str] = ()
) -> str | None:
    """The level under this rule; None while the point is not scored and no forced-high rule is hit."""
    if set(hits) & set(forced(rule)):
        return "high"
    if not likelihood or not impact:
        return None
    score = likelihood * impact
    if score >= rule["high_from"]:
        return "high"
    return "medium" if score >= rule["medium_from"] else "low"


def is_lower(level: str | None, than: str | None) -> bool:
    """Whether one level is below the other; what is not fixed is below nothing."""
    return level is not None and than is not None and _WEIGHTS[level] < _WEIGHTS[than]


def highest(levels: Iterable[str | None]) -> str | None:
    """The highest of these levels, None when none of them is fixed."""
    return max((level for level in levels if level), key=_WEIGHTS.__getitem__, default=None)


def lowering_asked(record: Record) -> bool:
    """Whether the unit asks to grade below the rule's result, which takes the approval of one level higher."""
    return is_lower(record.suggested_level, record.computed_level)


def questions(record: Record, facts: Facts) -> Iterable[Input]:
    """The forced-high questions of the rule in force, with what was answered before."""
    for code in facts["forced_rules"]:
        yield Input(
            f"hit_{code}", QUESTIONS[code], "choice", required=False, choices=words.choices(YES_NO),
            default="yes" if code in (record.rule_hits or ()) else "no", hint="答“是”的，定为高等级",
        )  # fmt: skip


def hits_after(record: Record, data: Data) -> list[str]:
    """The forced-high rules that are hit once these answers are in; what was not asked stays as it was."""
    present = record.rule_hits or ()
    return [
        code for code in QUESTIONS if data.get(f"hit_{code}", "yes" if code in present else "no") == "yes"
    ]


def suggestion(record: Record, facts: Facts) -> Iterable[Input]:
    """低定: a level below the rule's result is proposed here and approved by another, one level higher
    (domain 2.2, SOD-5)."""
    lower = tuple((level, words.LEVELS[level]) for level in ("medium", "low"))
    yield Input(
        "suggested_level", "建议低于计算等级审定为", "choice", required=False, choices=lower,
        hint="一般不填；填写后由高一级审定",
    )  # fmt: skip
    yield Input("suggested_reason", "低定理由", required=False, max_length=1000)


def suggestion_is_reasoned(record: Record, data: Data, facts: Facts) -> Reason | None:
    """Nobody proposes a lower level without saying why."""
    if data.get("suggested_level") and not data.get("suggested_reason"):
        return Reason("no_reason", "建议低定的，须写明理由", "suggested_reason")
    return None


def verdict(record: Record, facts: Facts) -> Iterable[Input]:
    """审定等级. Whoever grades may raise a level; lowering is for 党组, who grade a 高 and what the unit asks
    to lower."""
    order = ("high", "medium", "low")
    computed = record.computed_level or "medium"
    party = computed == "high" or lowering_asked(record)
    at = order.index(computed)
    levels = (computed, *order[:at], *(order[at + 1 :] if party else ()))
    asked = f"；单位建议：{words.LEVELS[record.suggested_level]}" if lowering_asked(record) else ""
    yield Input(
        "level", "审定等级", "choice", choices=tuple((level, words.LEVELS[level]) for level in levels),
        default=computed, hint=f"计算等级：{words.LEVELS[computed]}{asked}",
    )  # fmt: skip
    yield Input(
        "level_reason", "审定依据", max_length=1000, hint="例：经领导小组研究，同意计算等级；不一致的写明理由"
    )  # fmt: skip
    yield Input("minute_no", "会议纪要号", required=party, max_length=64)
