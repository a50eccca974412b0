"""What is printed of each ledger: its columns, and which states are no part of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from riskctl.models import Case, Interview, Issue, RiskPoint
from riskctl.services import colours
from riskctl.workflows import dictionaries as words
from riskctl.workflows.interview import STATES as INTERVIEW_STATES
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
    """One printed column: header, width in characters (11 for days), value, what it means where the header
    does not say it, and the words among which one chooses who fills it in."""

    header: str
    width: int
    value: Callable[[Row], Any]
    meaning: str = ""
    choices: tuple[str, ...] = ()


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


def _colour(row: Row) -> str | None:
    record = row.record
    # One as of a past day brings its colour along, a frozen one has none; one of today is coloured today.
    stored = colours.colour_of(record) if isinstance(record, Case) else getattr(record, "colour", None)
    return words.COLOURS.get(stored or "")


def _chosen(dictionary: dict[str, str]) -> tuple[str, ...]:
    return tuple(dictionary.values())


_COLOUR = Column(
    "颜色", 6, _colour, "紧急程度：绿 正常，蓝 因他人办理延误，黄 临近期限，橙 已逾期，红 逾期较久；已办结的不标",
)  # fmt: skip


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
            Column("类别", 10, _field("category", words.CATEGORIES), choices=_chosen(words.CATEGORIES)),
            Column("风险点", 20, _field("title")),
            Column("表现形式", 32, _field("manifestation")),
            Column("可能性", 7, _field("likelihood"), "1 至 5 分", tuple("12345")),
            Column("影响程度", 7, _field("impact"), "1 至 5 分", tuple("12345")),
            Column(
                "等级", 6, _field("level", words.LEVELS), "审定等级；未审定的为空", _chosen(words.LEVELS)
            ),
            Column("防控措施", 36, _measures),
            Column("直接责任人", 12, _field("resp_post")),
            Column("部门责任人", 12, _field("dept_head_post")),
            Column("责任领导", 14, _field("resp_leader_post")),
            Column("复核日期", 11, _field("review_due"), "下一次复核的期限"),
            Column("状态", 12, _field("state", RISK_POINT_STATES), "风险点现在所处的环节"),
            _COLOUR,
        ),
    ),
    "issues": Ledger(
        "廉政风险问题整改台账", Issue, ("void",),
        (
            Column("序号", 6, lambda row: row.number),
            Column("编号", 18, _field("code")),
            Column("责任单位", 16, lambda row: row.unit),
            Column("责任科室", 12, lambda row: row.section),
            Column("问题来源", 10, _source, choices=_chosen(words.SOURCES)),
            Column("来源文件", 14, _source_doc),
            Column("问题", 20, _field("title")),
            Column("问题内容", 36, _field("verbatim")),
            Column(
                "严重程度", 7, _field("severity", words.SEVERITIES), "核定的严重程度", _chosen(words.SEVERITIES)
            ),
            Column("整改类型", 9, _field("rectify_type", words.RECTIFY_TYPES), choices=_chosen(words.RECTIFY_TYPES)),
            Column("发现日期", 11, _field("found_on")),
            Column("交办日期", 11, _field("issued_on")),
            Column("整改要求", 28, _field("requirement")),
            Column("整改措施", 32, _measures),
            Column("责任人", 12, _field("resp_post")),
            Column("责任领导", 14, _field("resp_leader_post")),
            Column("原定时限", 11, _field("due_original"), "交办时确定的期限，延期后不变"),
            Column("整改时限", 11, _field("due_on"), "现在执行的期限，含批准的延期"),
            Column("整改结果", 9, _field("outcome", words.OUTCOMES), "验收认定的结果", _chosen(words.OUTCOMES)),
            Column("销号日期", 11, _field("closed_on")),
            Column("状态", 12, _field("state", ISSUE_STATES), "问题现在所处的环节"),
            _COLOUR,
        ),
    ),
    "interviews": Ledger(
        "约谈台账", Interview, ("cancelled",),
        (
            Column("序号", 6, lambda row: row.number),
            Column("编号", 18, _field("code")),
            Column("单位", 16, lambda row: row.unit),
            Column("科室", 12, lambda row: row.section),
            Column("类型", 12, _field("kind", words.INTERVIEW_KINDS), choices=_chosen(words.INTERVIEW_KINDS)),
            Column("被约谈人（职务）", 18, _field("subject_post")),
            Column("约谈时间", 16, _field("scheduled_at")),
            Column("地点", 16, _field("place")),
            Column("报告期限", 11, _field("report_due")),
            Column("评估结论", 12, _field("conclusion", words.CONCLUSIONS), "采信、不采信等"),
            Column("状态", 12, _field("state", INTERVIEW_STATES), "约谈现在所处的环节"),
            _COLOUR,
        ),
    ),
}  # fmt: skip
