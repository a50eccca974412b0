"""The reports, one row each: which figures and which tables stand in them (domain 7.1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from riskctl.permissions import Permission
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue import STATES


@dataclass(frozen=True)
class Breakdown:
    """A table: figures by the values of a column, or by unit. `ranked` sorts the units by these figures, the
    worst first; `drawn` is the figure that a chart shows; of `personal` tables small ones are hidden."""

    caption: str
    figures: tuple[str, ...]
    by: str = "unit_id"
    words: Mapping[str, str] | None = None
    ranked: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True)
class Report:
    """One report; `needs` is what its reader must hold over the unit beside seeing cases."""

    code: str
    title: str
    figures: tuple[str, ...] = ()
    tables: tuple[Breakdown, ...] = ()
    needs: Permission = Permission.CASE_VIEW


_LEVELS = ("points", "points_high", "points_medium", "points_low")
_AGES = ("aged_0", "aged_31", "aged_61", "aged_91")
_RATES = ("completion", "on_time", "evidenced", "first_pass")
_CARDS = ("card_red", "card_orange", "card_yellow", "twice_yellow", "overdue")
_BACK = tuple(f"lookback_{result}" for result in words.LOOKBACK_RESULTS)

REPORTS = {
    report.code: report
    for report in (
        Report(
            "r1", "风险点",
            (*_LEVELS, "points_new", "points_changed", "points_cancelled", "review_overdue", "points_checked"),
            (
                Breakdown("按类别", (*_LEVELS, "points_new", "review_overdue"), "category", words.CATEGORIES, drawn=_LEVELS[1:]),
                Breakdown("按单位", (*_LEVELS, "points_new", "points_changed", "points_cancelled", "review_overdue", "points_checked")),
            ),
        ),
        Report("r2", "风险热力图", ("points", "unscored")),
        Report(
            "r3", "问题办理环节", ("issues", "open", *_AGES, "ordered", "closed"),
            (
                Breakdown("按环节", ("issues",), "state", STATES, drawn=("issues",)),
                Breakdown("在办问题按严重程度和已历时间", ("open", *_AGES), "severity", words.SEVERITIES),
                Breakdown("在办问题按单位和已历时间", ("open", *_AGES, "ordered", "closed")),
            ),
        ),
        Report(
            "r4", "整改完成情况", (*_RATES, "days", "ordered", "closed"),
            (
                Breakdown("按严重程度", _RATES, "severity", words.SEVERITIES, drawn=("completion", "on_time")),
                Breakdown("按整改类型", _RATES[:2], "rectify_type", words.RECTIFY_TYPES),
                Breakdown("按单位", (*_RATES, "ordered", "closed")),
            ),
        ),
        Report(
            "r5", "逾期与红黄牌", ("overdue", "overdue_first", "card_red", "card_orange", "card_yellow", "yellow_spells", "twice_yellow"),
            (Breakdown("按单位排序：先看红牌，再看橙牌、黄牌和逾期率", _CARDS, ranked=_CARDS, drawn=("card_red", "card_orange", "card_yellow")),),
        ),
        Report(
            "r6", "重新整改与回头看", ("reopened", "rebound", "repeated", *_BACK),
            (Breakdown("按单位", ("reopened", "rebound", "repeated", *_BACK)),),
        ),
        Report(
            "r7", "约谈", ("talks", "talks_done", "talks_again"),
            (
                Breakdown("按约谈类型", ("talks", "talks_done"), "kind", words.INTERVIEW_KINDS, drawn=("talks",), personal=True),
                Breakdown("按被约谈人职级", ("talks", "talks_done", "talks_again"), "subject_rank", words.SUBJECT_RANKS, personal=True),
                Breakdown("按单位", ("talks", "talks_done", "talks_again")),
            ),
            Permission.INTERVIEW_VIEW,
        ),
        Report(
            "r8", "问题来源", ("found", "ordered", "closed", "involved", "recovered"),
            (
                Breakdown("按来源", ("found", "ordered", "closed", "completion", "involved", "recovered"), "source", words.SOURCES, drawn=("found",)),
                Breakdown("按单位", ("found", "ordered", "closed")),
            ),
        ),
        Report(
            "r10", "数据质量", ("no_indicator", "no_measure", "unscored", "stale", "evidence_lacking"),
            (Breakdown("按单位", ("no_indicator", "no_measure", "unscored", "stale", "evidence_lacking")),),
        ),
    )
}  # fmt: skip
# What stands in the line-up of a unit (R9): the lines of R1 to R8.
LINES = ("r1", "r3", "r4", "r5", "r6", "r7", "r8")
