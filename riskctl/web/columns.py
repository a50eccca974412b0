"""The columns of each ledger's page: what a row is asked for, the heading, and what the heading sorts by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from riskctl.errors import InvalidInput


@dataclass(frozen=True)
class Column:
    """One column: `name` is a field of the row (services/views.py), `sort` what the list is sorted by.

    `spare` columns show only to whom has chosen them."""

    name: str
    heading: str
    sort: str = ""
    css: str = ""
    spare: bool = False


def _spare(name: str, heading: str, sort: str = "", css: str = "nowrap") -> Column:
    return Column(name, heading, sort, css, spare=True)


_CODE = Column("code", "编号", "code", "nowrap lead-cell")
_UNIT = Column("unit_name", "单位")
_SORTED_UNIT = Column("unit_name", "单位", "unit_id")
_STATE = Column("state_label", "环节", css="nowrap")
_SORTED_STATE = Column("state_label", "环节", "state", "nowrap")
_STEP_DUE = _spare("step_due_on", "环节期限", "step_due_on")
_SHEET_CODE = _spare("sheet_code", "原台账编号")


def _title(heading: str) -> Column:
    return Column("title", heading, css="main-cell")


def _day(name: str, heading: str, sort: str = "") -> Column:
    return Column(name, heading, sort, "nowrap")


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "risk_point": (
        _CODE, _title("风险点"), _SORTED_UNIT, Column("post", "岗位"), Column("category", "类别", "category", "nowrap"),
        Column("level", "等级", "level", "nowrap"), _SORTED_STATE, _day("review_due", "下次复核", "review_due"),
        _spare("department", "部门"), _spare("power_item", "职权事项", css=""), _spare("power_type", "职权类别"),
        _spare("process_step", "环节（流程）"), _spare("likelihood", "可能性"), _spare("impact", "影响程度"),
        _spare("resp_post", "直接责任岗位"), _spare("dept_head_post", "部门责任岗位"),
        _spare("resp_leader_post", "责任领导"), _spare("identified_on", "识别日期", "identified_on"),
        _spare("approved_on", "审定日期"), _STEP_DUE, _SHEET_CODE,
    ),
    "issue": (
        _CODE, _title("问题"), _SORTED_UNIT, Column("source", "来源", css="nowrap"),
        Column("severity", "严重程度", "severity", "nowrap"), _SORTED_STATE, _day("due_on", "整改期限", "due_on"),
        Column("progress", "进度", css="num"),
        _spare("domain", "领域"), _spare("rectify_type", "整改类型"), _spare("owner_level", "台账级别"),
        _spare("resp_post", "责任岗位"), _spare("resp_leader_post", "责任领导"), _spare("source_doc", "来源文件", css=""),
        _spare("found_on", "发现日期", "found_on"), _spare("issued_on", "交办日期", "issued_on"),
        _spare("due_original", "原定期限", "due_original"), _STEP_DUE, _spare("closed_on", "销号日期", "closed_on"),
        _spare("closure_no", "销号编号"), _spare("outcome", "整改结果"),
        _spare("amount_involved", "涉及金额（元）", "amount_involved", "num"),
        _spare("amount_recovered", "挽回金额（元）", "amount_recovered", "num"),
        _spare("return_count", "退回次数", css="num"), _spare("reopen_count", "重新整改次数", css="num"), _SHEET_CODE,
    ),
    "interview": (
        _CODE, Column("kind_label", "类型", "kind", "nowrap"), Column("subject_post", "被约谈人", css="main-cell"), _SORTED_UNIT,
        _SORTED_STATE, _day("scheduled_at", "约谈时间", "scheduled_at"),
        _spare("subject_rank", "职级"), _spare("place", "地点"), _spare("basis", "依据", css=""),
        _spare("report_due", "报告期限", "due_on"), _spare("signed_on", "签字日期"), _spare("conclusion", "评估结论"), _STEP_DUE,
    ),
    "extension": (
        _CODE, _title("问题"), _UNIT, Column("ordinal", "次数", css="nowrap"), _STATE, _day("due_original", "原定期限"),
        _day("due_before", "延期前期限"), _day("due_asked", "申请延至", "due_asked"), _day("due_granted", "批准延至"),
    ),
    "warning": (
        _CODE, Column("facts", "情形", css="main-cell"), Column("point_title", "风险点"), _UNIT,
        Column("kind_label", "类型", css="nowrap"), Column("state_label", "状态", css="nowrap"),
        _day("reply_due", "反馈期限", "reply_due"),
    ),
    "notice": (
        Column("number", "文号", css="nowrap lead-cell"), _title("标题"), Column("main_to", "主送"),
        Column("issuer_name", "发文机关"), Column("state_label", "状态", css="nowrap"), _day("issued_on", "成文日期", "issued_on"),
    ),
    "annual_review": (
        _CODE, _title("年度复核"), Column("points", "风险点", css="num"), _STATE, _day("confirmed_on", "部门确认"),
        _day("countersigned_on", "会签"), _day("due_on", "期限", "due_on"),
    ),
    "campaign": (
        _CODE, _title("名称"), Column("unit_name", "范围"), Column("kind_label", "类型", css="nowrap"), _STATE,
        Column("drawn_count", "抽中", css="nowrap"), _day("check_due", "复查期限", "due_on"),
    ),
    "lookback": (
        _CODE, _title("问题"), _UNIT, Column("campaign_title", "回头看"), _STATE, Column("result", "结果", css="nowrap"),
        _day("check_due", "复查期限", "due_on"),
    ),
    "self_check": (
        _CODE, _title("自查事项"), _UNIT, _STATE, Column("finding", "结果", css="nowrap"),
        _day("answer_due", "反馈期限", "due_on"),
    ),
}  # fmt: skip


def choosable(case_type: str) -> bool:
    """Whether the ledger has columns beyond those that show by themselves."""
    return any(column.spare for column in COLUMNS[case_type])


def chosen(case_type: str, wanted: str) -> Sequence[Column]:
    """The columns that the address names, in the ledger's order, the first two always; those of the office
    where it names none. Raises InvalidInput on a name that is no column."""
    known = COLUMNS[case_type]
    names = [name for name in wanted.split(",") if name]
    strange = [name for name in names if name not in {column.name for column in known}]
    if strange:
        said = "、".join(column.name for column in known)
        raise InvalidInput(f"没有“{strange[0]}”这一列，可用：{said}", field="columns", code="columns")
    if not names:
        return [column for column in known if not column.spare]
    return [c for number, c in enumerate(known) if number < 2 or c.name in names]
