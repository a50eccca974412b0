"""What a check of the event chain finds, in sentences that name the event or the record."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from riskctl.models import Case

# A wrong key breaks every event there is: what is listed stays readable and in memory.
MOST_LISTED = 500
_LAST_YEAR = 10_000
LABELS = {
    "issue": "问题", "risk_point": "风险点", "interview": "约谈", "notice": "文书", "extension": "延期", "user": "账号",
    "unit": "单位", "calendar": "日历", "rule": "规则", "template": "文书模板", "zero_report": "零报告", "import": "导入",
    "annual_review": "年度复核",
    "campaign": "回头看", "lookback": "复查", "self_check": "自查",
    "warning": "预警", "indicator": "监测指标", "basis_clause": "依据条款", "issuer": "发文机关",
}  # fmt: skip


def case_models() -> dict[str, type[Case]]:
    """The class of every kind of case that has a table."""
    return {model.CASE_TYPE: model for model in Case.__subclasses__()}


@dataclass
class Findings:
    """Collects problems; looks up a record's code only when there is something to say about it."""

    session: Session
    problems: list[str] = field(default_factory=list)
    unlisted: int = 0
    events: int = 0
    records: int = 0

    def add(self, problem: str) -> None:
        """Note one problem."""
        if len(self.problems) < MOST_LISTED:
            self.problems.append(problem)
        else:
            self.unlisted += 1

    @property
    def full(self) -> bool:
        """Whether further problems are only counted."""
        return len(self.problems) >= MOST_LISTED

    def subject(self, case_type: str, case_id: int) -> str:
        """The record as people know it: 问题 WT-2026-0003."""
        label = LABELS.get(case_type, case_type)
        if case_type == "calendar" and isinstance(case_id, int) and 0 < case_id <= date.max.toordinal():
            # Below ten thousand it is a year that was entered whole.
            told = f"{case_id}年" if case_id < _LAST_YEAR else date.fromordinal(case_id).isoformat()
            return f"{label} {told}"
        model = case_models().get(case_type)
        code = None
        if model is not None and not self.full:
            code = self.session.scalar(select(model.code).where(model.id == case_id))
        return f"{label} {code or f'#{case_id}'}"

    def event(self, row: Any) -> str:
        """The event as people know it: its record, its number there and its step."""
        return f"{self.subject(row.case_type, row.case_id)} 第{row.seq}号事件（{row.trigger}）"
