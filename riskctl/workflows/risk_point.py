"""风险点: what can happen to a risk point. Contract section 4; guards of domain 4.1 and 2.3."""

from collections.abc import Iterable

from riskctl.ladders import Duty
from riskctl.workflows import dictionaries as words, guards
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

_SCALE_L = tuple((value, f"{value} {word}") for value, word in words.LIKELIHOODS)
_SCALE_I = tuple((value, f"{value} {word}") for value, word in words.IMPACTS)

MEASURE_FIELDS = (
    Input("text", "防控措施", max_length=1000),
    Input("kind", "措施类型", "choice", required=False, choices=words.choices(words.MEASURE_KINDS)),
    Input("owner_post", "责任岗位", required=False, max_length=64),
    Input("cycle", "落实周期", required=False, max_length=64),
)
# What a point must have before it is reviewed (domain 4.1, DRAFT); an imported row may lack any of it.
REQUIRED_FIELDS = (
    Input("post", "岗位", max_length=128, hint="填岗位，不填姓名"),
    Input("power_item", "职权事项", max_length=255),
    Input("category", "风险类别", "choice", choices=words.choices(words.CATEGORIES)),
    Input("manifestation", "表现形式"),
    Input("likelihood", "可能性", "choice", choices=_SCALE_L),
    Input("impact", "影响程度", "choice", choices=_SCALE_I),
    Input("measures", "防控措施", "list", fields=MEASURE_FIELDS, min_items=1),
    Input("resp_post", "直接责任岗位", max_length=128),
    Input("resp_leader_post", "责任领导（职务）", max_length=128),
)


def missing_fields(record: Record) -> list[Input]:
    """待补充: what the record still lacks of what a risk point must have."""
    return [item for item in REQUIRED_FIELDS if not getattr(record, item.name)]


def _missing(record: Record, facts: Facts) -> Iterable[Input]:
    return missing_fields(record)


def grade_duty(record: Record) -> Duty:
    """高 by 党组, 中 by 分管领导, 低 by the unit's 纪委 (domain 1.2)."""
    return _graders(record.computed_level)


def _graders(level: str | None) -> Duty:
    return {
        "high": Duty.RISK_POINT_GRADE_HIGH,
        "medium": Duty.RISK_POINT_GRADE_MEDIUM,
    }.get(level or "medium", Duty.RISK_POINT_GRADE_LOW)


def _grading(record: Record, facts: Facts) -> Iterable[Input]:
    # The computed level first; whoever grades may raise it, and only 党组 (grading a 高) may lower it.
    order = ("high", "medium", "low")
    computed = record.computed_level or "medium"
    higher = order[: order.index(computed)]
    lower = order[order.index(computed) + 1 :] if computed == "high" else ()
    levels = (computed, *higher, *lower)
    yield Input(
        "level", "审定等级", "choice", choices=tuple((level, words.LEVELS[level]) for level in levels),
        default=computed, hint=f"计算等级：{words.LEVELS[computed]}",
    )  # fmt: skip
    yield Input(
        "level_reason", "审定依据", max_length=1000, hint="例：经领导小组研究，同意计算等级；不一致的写明理由"
    )  # fmt: skip
    yield Input("minute_no", "会议纪要号", required=computed == "high", max_length=64)


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


def _problem(record: Record, facts: Facts) -> Iterable[Input]:
    yield Input("problem_title", "问题标题", max_length=200, default=f"{record.title}：预警核实的问题"[:200])
    yield Input("problem", "问题原文", default=facts["warning_facts"])
    yield Input("found_on", "发现日期", "date", max=facts["today"], default=facts["today"])


def _linking(record: Record, facts: Facts) -> Iterable[Input]:
    yield Input("issue", "关联问题", "choice", choices=facts["linkable_issues"])


def _change(record: Record, facts: Facts) -> Iterable[Input]:
    # `new_` keeps them apart from the record's own fields: nothing changes before the approval.
    yield Input("kind", "变更类型", "choice", choices=words.choices(words.CHANGE_KINDS))
    yield Input("reason", "变更事由和内容", max_length=1000, hint="写明因何变更、变更什么")
    yield Input("new_title", "变更后的风险点", required=False, max_length=255)
    yield Input("new_manifestation", "变更后的表现形式", required=False)
    yield Input("new_post", "变更后的岗位", required=False, max_length=128)
    yield Input("new_likelihood", "变更后的可能性", "choice", required=False, choices=_SCALE_L)
    yield Input("new_impact", "变更后的影响程度", "choice", required=False, choices=_SCALE_I)
    yield Input("new_resp_post", "变更后的直接责任岗位", required=False, max_length=128)
    yield Input("new_resp_leader_post", "变更后的责任领导（职务）", required=False, max_length=128)
    yield Input("new_measures", "变更后的防控措施", "list", required=False, fields=MEASURE_FIELDS)


def _removal(record: Record, facts: Facts) -> Iterable[Input]:
    yield Input("cancel_document", "职权或岗位撤销的文件号", max_length=128, hint="移出台账所依据的文件")


def change_duty(record: Record) -> Duty:
    """A change is approved by the same chain as the grading (domain 4.1), of the higher of the two levels."""
    return _graders(record.level_at_stake)


_RESULT = Input("result", "情况说明", max_length=1000)

STEPS = (
    Step(
        "submit", ("draft",), "unit_review", "提交审核", Duty.RISK_POINT_SUBMIT,
        inputs=(_missing,), awaited=True,
    ),
    Step(
        "pass_unit", ("unit_review",), "grading", "单位审核通过", Duty.RISK_POINT_REVIEW,
        inputs=(Input("meeting_record", "会议或互查记录", max_length=500, hint="例：6月3日处务会研究"),),
        blockers=(guards.is_unique,), apart=("create", "submit"), awaited=True,
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
        "grade", ("grading",), "active", "审定等级", grade_duty, inputs=(_grading,),
        when=graded_low, apart=("submit", "pass_unit"), awaited=True,
    ),
    Step(
        "grade", ("grading",), "publicizing", "审定等级", grade_duty, inputs=(_grading,),
        when=graded_higher, apart=("submit", "pass_unit"), awaited=True,
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
        "lift_warning", ("warned",), "active", "解除预警", Duty.RISK_POINT_WARN,
        inputs=(_RESULT,), blockers=(guards.no_other_warning,), apart=("warn",), awaited=True,
    ),
    Step(
        "confirm_problem", ("warned",), "rectifying", "确认问题", Duty.RISK_POINT_MANAGE,
        inputs=(_problem,),
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
        inputs=(_missing, _RESULT),
    ),
    Step(
        "open_review", ("active",), "review", "启动复核", Duty.RISK_POINT_AFFIRM, inputs=(REASON,),
    ),
    Step(
        "keep", ("review",), "active", "维持不变", Duty.RISK_POINT_AFFIRM,
        inputs=(_missing, _RESULT), awaited=True,
    ),
    Step(
        "propose_change", ("review",), "change_pending", "提出变更", Duty.RISK_POINT_AFFIRM,
        inputs=(_change,),
    ),
    Step(
        "approve_change", ("change_pending",), "active", "同意变更", change_duty,
        blockers=(guards.proposal_changes,), inputs=(_RESULT,), apart=("propose_change",), awaited=True,
    ),
    Step(
        "reject_change", ("change_pending",), "active", "不同意变更", change_duty,
        inputs=(REASON,), apart=("propose_change",), backward=True,
    ),
    Step(
        "cancel", ("change_pending",), "cancelled", "移出台账", change_duty,
        inputs=(_removal, _RESULT), blockers=(guards.proposal_cancels, guards.nothing_open),
        apart=("propose_change",), awaited=True,
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
