"""定级: the rule in force, the level under it, and computed and approved level side by side."""

from collections.abc import Collection
from datetime import date
from typing import Any

from riskctl.models import RiskPoint
from riskctl.services import rules
from riskctl.workflows import dictionaries as words, grading as law

NAME = "grading"


def rule_on(day: date | None = None) -> dict[str, Any]:
    """The grading rule in force on the day (default: today), with the day from which it holds; None where it
    is as delivered. A point keeps this, so that it shows the rule it was graded under."""
    found = rules.version(NAME, day)
    since = found.effective_from.isoformat() if found else None
    return {**rules.value(NAME, day), "effective_from": since}


def level_of(likelihood: int | None, impact: int | None, hits: Collection[str] = ()) -> str | None:
    """The level under the rule in force today; None while unscored."""
    return law.level_of(rules.value(NAME), likelihood, impact, hits)


def compute(point: RiskPoint) -> None:
    """Work out the level anew, under today's rule."""
    point.grading_rule = rule_on()
    point.computed_level = law.level_of(
        point.grading_rule, point.likelihood, point.impact, point.rule_hits or ()
    )


def side_by_side(point: RiskPoint) -> dict[str, Any]:
    """计算等级 and 审定等级 with what each rests on: what reviewers argue about (domain 2.2)."""
    rule = point.grading_rule or rule_on(point.approved_on)
    return {
        "rule": in_words(rule),
        "score": _score(point.likelihood, point.impact),
        "computed": words.LEVELS.get(point.computed_level or ""),
        "approved": words.LEVELS.get(point.level or ""),
        "differs": bool(point.level and point.computed_level and point.level != point.computed_level),
        "hits": None if point.rule_hits is None else [law.QUESTIONS[code] for code in point.rule_hits],
        "suggested": words.LEVELS.get(point.suggested_level or ""),
        "manager": point.manager_level,
    }


def _score(likelihood: int | None, impact: int | None) -> str | None:
    return f"{likelihood}×{impact}={likelihood * impact}" if likelihood and impact else None


def in_words(rule: dict[str, Any]) -> str:
    """A grading rule as people read it."""
    medium, high = rule["medium_from"], rule["high_from"]
    since = rule.get("effective_from")
    named = f"{since} 起施行的规则" if since else "系统预置规则"
    return f"{named}：低 1–{medium - 1} 分，中 {medium}–{high - 1} 分，高 {high} 分以上"
