"""预警: a record beside its risk point, several at once if need be. Domain 1.2, 1.3 (SOD-9) and 4.1."""

from collections.abc import Iterable

from riskctl.ladders import Duty
from riskctl.workflows.engine import Facts, Input, Record, Step, Workflow
from riskctl.workflows.issue_inputs import REASON

STATES = {
    "proposed": "拟预警",
    "open": "已发出",
    "replied": "已反馈",
    "lifted": "已解除",
    "confirmed": "已转问题",
    "void": "不予发出",
}
OPEN = ("open", "replied")
KINDS = {
    "indicator": "指标超限",
    "missing_reading": "数据缺报",
    "check": "检查发现",
    "manual": "日常监督",
}
# 橙 and 红 go out as a formal notice and are opened by 机关纪委 or 驻厅组 (domain 1.2).
FORMAL = ("orange", "red")


def open_duty(record: Record) -> Duty:
    """蓝 and 黄 are the unit's own 纪委's too, 橙 and 红 only those of the department."""
    return Duty.WARNING_FORMAL if record.colour in FORMAL else Duty.RISK_POINT_WARN


def _reply_day(record: Record, facts: Facts) -> Iterable[Input]:
    # What was proposed days ago may ask for an answer by a day that has passed.
    planned = max(record.reply_due, facts["today"])
    yield Input("reply_due", "反馈期限", "date", min=facts["today"], default=planned)


def problem_inputs(record: Record, facts: Facts) -> Iterable[Input]:
    """What an issue needs that a confirmed warning becomes, filled in as far as the warning tells."""
    yield Input("problem_title", "问题标题", max_length=200, default=facts["problem_title"])
    yield Input("problem", "问题原文", default=facts["warning_facts"])
    yield Input("found_on", "发现日期", "date", max=facts["today"], default=facts["today"])


_REPLY = (
    Input("reply", "核查情况、原因分析和防控措施", hint="例：经核查，超限系两个应急项目集中支付所致，已……"),
    Input("attachments", "附件", "attachments", required=False),
)
_RESULT = Input("result", "核查结论", max_length=1000)
# SOD-9: neither who opened it nor who answered it lifts it.
_OTHERS = ("create", "approve", "reply")

STEPS = (
    Step(
        "approve", ("proposed",), "open", "同意发出", open_duty,
        inputs=(_reply_day,), apart=("create",), awaited=True,
    ),
    Step("reject", ("proposed",), "void", "不予发出", open_duty, inputs=(REASON,), backward=True),
    Step("reply", ("open",), "replied", "反馈", Duty.WARNING_REPLY, inputs=_REPLY, awaited=True),
    Step(
        "return_reply", ("replied",), "open", "退回反馈", open_duty,
        inputs=(REASON,), apart=("reply",), backward=True,
    ),
    Step("lift", ("open",), "lifted", "解除预警", open_duty, inputs=(_RESULT,), apart=_OTHERS),
    Step("lift", ("replied",), "lifted", "解除预警", open_duty, inputs=(_RESULT,), apart=_OTHERS, awaited=True),
    Step(
        "confirm", OPEN, "confirmed", "确认问题", Duty.RISK_POINT_MANAGE,
        inputs=(problem_inputs,), apart=("reply",),
    ),
)  # fmt: skip

WARNING = Workflow(
    name="warning",
    label="预警",
    initial="proposed",
    states=STATES,
    final=frozenset({"lifted", "confirmed", "void"}),
    main_line=("open", "replied", "lifted"),
    steps=STEPS,
    terms={"proposed": 2, "replied": 5},
    editable={"proposed": frozenset({"colour", "facts", "requirement", "reply_due"})},
)
