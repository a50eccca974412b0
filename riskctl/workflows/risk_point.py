"""风险点: what can happen to a risk point. Contract section 4; guards of domain 4.1 and 2.3."""

from collections.abc import Iterable

from riskctl.ladders import Duty
from riskctl.permissions import Role
from riskctl.workflows import grading, guards, risk_point_inputs as inputs, warning
from riskctl.workflows.engine import Facts, Input, Record, Step, Workflow
from riskctl.workflows.issue_inputs import REASON

STATES = {
    "draft": "草稿",
    "unit_review": "单位审核",
    "grading": "定级",
    "publicizing": "公示",
    "active": "在册·动态监管",
    "warned": "预警中",
    "rectifying": "整改中",
    "review": "复核中",
    "change_pending": "变更审核",
    "cancelled": "已移出台账",
    "void": "不予列入",
}
IN_LEDGER = ("active", "warned", "rectifying", "review", "change_pending")


def grade_duty(record: Record) -> Duty:
    """高 by 党组, 中 by 分管领导, 低 by the unit's 纪委 (domain 1.2); what the unit asks to grade below the
    rule's result by 党组 (domain 2.2, SOD-5)."""
    return _graders("high" if grading.lowering_asked(record) else record.computed_level)


def _graders(level: str | None) -> Duty:
    return {
        "high": Duty.RISK_POINT_GRADE_HIGH,
        "medium": Duty.RISK_POINT_GRADE_MEDIUM,
    }.get(level or "medium", Duty.RISK_POINT_GRADE_LOW)


def graded_low(record: Record) -> bool:
    """低 goes into the ledger without 公示; the effect has fixed the level before this is asked."""
    return bool(record.level == "low")


def graded_higher(record: Record) -> bool:
    """高 and 中 are shown first."""
    return not graded_low(record)


def _warning(record: Record, facts: Facts) -> Iterable[Input]:
    yield Input("colour", "预警等级", "choice", choices=facts["warning_colours"])
    yield Input("facts", "监测发现的情形")
    yield Input("requirement", "防控要求")
    yield Input("reply_due", "反馈期限", "date", min=facts["today"], default=facts["reply_default"])


def lift_duty(record: Record) -> Duty:
    """The point's warning is lifted by those who could have opened it in its colour."""
    formal = any(each.colour in warning.FORMAL for each in record.open_warnings)
    return Duty.WARNING_FORMAL if formal else Duty.RISK_POINT_WARN


def _linking(record: Record, facts: Facts) -> Iterable[Input]:
    yield Input("issue", "关联问题", "choice", choices=facts["linkable_issues"])


def change_duty(record: Record) -> Duty:
    """A change is approved by the same chain as the grading (domain 4.1), of the higher of the two levels."""
    return _graders(record.level_at_stake)


# 领导小组 grades: its members may be asked to agree first.
_GRADERS = (Role.UNIT_DISCIPLINE, Role.OFFICE, Role.OFFICE_HEAD, Role.LEADER, Role.SECRETARY)
_RESULT = Input("result", "情况说明", max_length=1000)

STEPS = (
    Step(
        "submit", ("draft",), "unit_review", "提交审核", Duty.RISK_POINT_SUBMIT,
        inputs=(inputs.missing,), awaited=True, returnable=True, proxied=True,
    ),
    Step(
        "pass_unit", ("unit_review",), "grading", "单位审核通过", Duty.RISK_POINT_REVIEW,
        inputs=(
            Input("meeting_record", "会议或互查记录", max_length=500, hint="例：6月3日处务会研究"),
            inputs.indicator, grading.questions, grading.suggestion,
        ),
        blockers=(guards.is_unique,), checks=(grading.suggestion_is_reasoned, guards.threshold_is_kept),
        apart=("create", "submit"), awaited=True,
    ),
    Step(
        "send_back", ("unit_review",), "draft", "退回", Duty.RISK_POINT_REVIEW,
        inputs=(REASON,), apart=("submit",), backward=True,
    ),
    Step("send_back", ("grading",), "draft", "退回", grade_duty, inputs=(REASON,), backward=True),
    Step(
        "void", ("draft", "unit_review", "grading"), "void", "不予列入", Duty.RISK_POINT_MANAGE,
        inputs=(REASON,), backward=True,
    ),
    Step(
        "grade", ("grading",), "active", "审定等级", grade_duty, inputs=(grading.verdict,),
        when=graded_low, apart=("submit", "pass_unit"), awaited=True, by_paper=("create", "submit"), joint=_GRADERS,
    ),
    Step(
        "grade", ("grading",), "publicizing", "审定等级", grade_duty, inputs=(grading.verdict,),
        when=graded_higher, apart=("submit", "pass_unit"), awaited=True, by_paper=("create", "submit"), joint=_GRADERS,
    ),
    Step(
        "uphold_objection", ("publicizing",), "grading", "公示异议成立", Duty.RISK_POINT_MANAGE,
        inputs=(REASON,), backward=True,
    ),
    Step(
        "register", ("publicizing",), "active", "登记入账", Duty.RISK_POINT_MANAGE,
        inputs=(_RESULT,), blockers=(guards.publicity_over,), awaited=True,
    ),
    Step("warn", ("active",), "warned", "发出预警", Duty.RISK_POINT_WARN, inputs=(_warning,)),
    Step(
        "lift_warning", ("warned",), "active", "解除预警", lift_duty,
        inputs=(_RESULT,), blockers=(guards.no_other_warning,), apart=("warn",), awaited=True,
    ),
    Step(
        "confirm_problem", ("warned",), "rectifying", "确认问题", Duty.RISK_POINT_MANAGE,
        inputs=(warning.problem_inputs,),
    ),
    Step(
        "link_issue", ("active",), "rectifying", "转入整改", Duty.RISK_POINT_MANAGE,
        inputs=(_linking,), blockers=(guards.has_linkable_issue,),
    ),
    Step(
        "resume", ("rectifying",), "active", "恢复监管", Duty.RISK_POINT_MANAGE,
        inputs=(_RESULT,), blockers=(guards.issues_settled,), awaited=True,
    ),
    Step(
        "affirm", ("active", "warned", "rectifying"), None, "复核维持", Duty.RISK_POINT_AFFIRM,
        inputs=(inputs.missing, _RESULT), proxied=True,
    ),
    Step(
        "open_review", ("active",), "review", "启动复核", Duty.RISK_POINT_AFFIRM, inputs=(REASON,),
    ),
    Step(
        "keep", ("review",), "active", "维持不变", Duty.RISK_POINT_AFFIRM,
        inputs=(inputs.missing, _RESULT), awaited=True, proxied=True,
    ),
    Step(
        "propose_change", ("review",), "change_pending", "提出变更", Duty.RISK_POINT_AFFIRM,
        inputs=(inputs.change,), returnable=True, proxied=True,
    ),
    Step(
        "approve_change", ("change_pending",), "active", "同意变更", change_duty,
        blockers=(guards.proposal_changes, guards.may_lower), inputs=(inputs.parts, _RESULT), apart=("propose_change",), awaited=True,
        by_paper=("propose_change",), joint=_GRADERS,
    ),
    Step(
        "reject_change", ("change_pending",), "active", "不同意变更", change_duty,
        inputs=(REASON,), apart=("propose_change",), backward=True,
    ),
    Step(
        "cancel", ("change_pending",), "cancelled", "移出台账", change_duty,
        inputs=(inputs.removal, _RESULT), blockers=(guards.proposal_cancels, guards.can_merge, guards.nothing_open),
        apart=("propose_change",), awaited=True, by_paper=("propose_change",), joint=_GRADERS,
    ),
)  # fmt: skip

_FIELDS = frozenset(
    {"department", "post", "power_item", "power_type", "process_step", "category", "title", "manifestation",
     "cause", "likelihood", "impact", "discretion", "measures", "resp_post", "dept_head_post",
     "resp_leader_post", "identified_on", "sheet_code"}
)  # fmt: skip

RISK_POINT = Workflow(
    name="risk_point",
    label="风险点",
    initial="draft",
    states=STATES,
    final=frozenset({"cancelled", "void"}),
    kept={"active": "affirm"},
    main_line=("draft", "unit_review", "grading", "publicizing", "active"),
    steps=STEPS,
    terms={
        "unit_review": 5, "grading": 10, "publicizing": 5, "warned": 7, "review": 10, "change_pending": 10,
    },
    editable={
        "draft": _FIELDS | {"unit_id"},
        # 待补充 of an imported point may be filled in while it is in the ledger; what is there changes
        # only through a review.
        "active": _FIELDS, "warned": _FIELDS, "rectifying": _FIELDS,
    },
)  # fmt: skip
