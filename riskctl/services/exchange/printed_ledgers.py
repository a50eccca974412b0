"""What is printed of each ledger: its columns, and which states are no part of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from riskctl.models import Issue, RiskPoint
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue import STATES as ISSUE_STATES
from riskctl.workflows.risk_point import STATES as RISK_POINT_STATES


@dataclass(frozen=True)
class Row:
    """A record with what its cells need beside it."""

    number: int
    record: Any
    unit: str
    section: str
    knows_petitions: bool


@dataclass(frozen=True)
class Column:
    """One printed column: header, width in characters, value."""

    header: str
    width: int
    value: Callable[[Row], Any]


@dataclass(frozen=True)
class Ledger:
    """What is printed of a ledger."""

    title: str
    model: type[Any]
    left_out: tuple[str, ...]
    columns: tuple[Column, ...]


def _field(name: str, dictionary: dict[str, str] | None = None) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        stored = getattr(row.record, name)
        return dictionary[stored] if dictionary and stored is not None else stored

    return value


def _measures(row: Row) -> str:
    texts = [measure["text"] for measure in row.record.measures or []]
    return texts[0] if len(texts) == 1 else "\n".join(f"{n}.{text}" for n, text in enumerate(texts, 1))


def _source(row: Row) -> str:
    shown = row.knows_petitions or row.record.source != "petition"
    return words.SOURCES[row.record.source if shown else "daily"]


def _source_doc(row: Row) -> str | None:
    hidden = row.record.source == "petition" and not row.knows_petitions
    return None if hidden else row.record.source_doc


LEDGERS = {
    "risk-points": Ledger(
        "廉政风险点台账", RiskPoint, ("void", "cancelled"),
        (
            Column("序号", 6, lambda row: row.number),
            Column("编号", 18, _field("code")),
            Column("单位", 16, lambda row: row.unit),
            Column("部门", 12, lambda row: row.record.department or row.section),
            Column("岗位", 12, _field("post")),
            Column("职权事项", 16, _field("power_item")),
            Column("环节", 10, _field("process_step")),
            Column("类别", 10, _field("category", words.CATEGORIES)),
            Column("风险点", 20, _field("title")),
            Column("表现形式", 32, _field("manifestation")),
            Column("可能性", 7, _field("likelihood")),
            Column("影响程度", 7, _field("impact")),
            Column("等级", 6, _field("level", words.LEVELS)),
            Column("防控措施", 36, _measures),
            Column("直接责任人", 12, _field("resp_post")),
            Column("部门责任人", 12, _field("dept_head_post")),
            Column("责任领导", 14, _field("resp_leader_post")),
            Column("复核日期", 11, _field("review_due")),
            Column("状态", 12, _field("state", RISK_POINT_STATES)),
        ),
    ),
    "issues": Ledger(
        "廉政风险问题整改台账", Issue, ("void",),
        (
            Column("序号", 6, lambda row: row.number),
            Column("编号", 18, _field("code")),
            Column("责任单位", 16, lambda row: row.unit),
            Column("责任科室", 12, lambda row: row.section),
            Column("问题来源", 10, _source),
            Column("来源文件", 14, _source_doc),
            Column("问题", 20, _field("title")),
            Column("问题内容", 36, _field("verbatim")),
            Column("严重程度", 7, _field("severity", words.SEVERITIES)),
            Column("整改类型", 9, _field("rectify_type", words.RECTIFY_TYPES)),
            Column("发现日期", 11, _field("found_on")),
            Column("交办日期", 11, _field("issued_on")),
            Column("整改要求", 28, _field("requirement")),
            Column("整改措施", 32, _measures),
            Column("责任人", 12, _field("resp_post")),
            Column("责任领导", 14, _field("resp_leader_post")),
            Column("原定时限", 11, _field("due_original")),
            Column("整改时限", 11, _field("due_on")),
            Column("整改结果", 9, _field("outcome", words.OUTCOMES)),
            Column("销号日期", 11, _field("closed_on")),
            Column("状态", 12, _field("state", ISSUE_STATES)),
        ),
    ),
}  # fmt: skip
