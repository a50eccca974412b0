"""延期: what can happen to an application for a later due date of an issue. Domain 3.5, 4.2 and 1.2."""

from riskctl.ladders import Duty
from riskctl.workflows import guards
from riskctl.workflows.engine import Record, Step, Workflow
from riskctl.workflows.issue_inputs import COMMENT, OPINION, REASON

STATES = {
    "draft": "拟申请",
    "asked": "已申请",
    "unit_checked": "单位纪委已审",
    "approved": "已批准",
    "rejected": "不同意",
    "withdrawn": "已撤回",
}
OPEN = ("draft", "asked", "unit_checked")


def approve_duty(record: Record) -> Duty:
    """One level above who set the date: 分管领导 the first, 党组书记 the second and where the issue is 严重; over
    the date that a unit's own 纪委 set decide 机关纪委 and then 分管领导."""
    if record.issue.owner_level == "unit":
        return Duty.EXTENSION_APPROVE_UNIT if record.ordinal == 1 else Duty.EXTENSION_APPROVE
    if record.ordinal > 1 or record.issue.severity == "grave":
        return Duty.EXTENSION_APPROVE_PARTY
    return Duty.EXTENSION_APPROVE


# SOD-1: who asked does not review, who reviewed does not decide.
_ASKED = ("create", "submit")

STEPS = (
    Step(
        "submit", ("draft",), "asked", "提交申请", Duty.ISSUE_RECTIFY,
        blockers=(guards.asked_in_time,), awaited=True,
    ),
    Step(
        "check", ("asked",), "unit_checked", "审核通过", Duty.ISSUE_UNIT_CHECK,
        inputs=(OPINION,), apart=_ASKED, awaited=True,
    ),
    Step(
        "approve", ("unit_checked",), "approved", "批准延期", approve_duty,
        inputs=(COMMENT,), apart=(*_ASKED, "check"), awaited=True, by_paper=_ASKED,
    ),
    Step(
        "reject", ("asked",), "rejected", "不同意延期", Duty.ISSUE_UNIT_CHECK,
        inputs=(REASON,), apart=_ASKED, backward=True,
    ),
    Step(
        "reject", ("unit_checked",), "rejected", "不同意延期", approve_duty,
        inputs=(REASON,), apart=(*_ASKED, "check"), backward=True,
    ),
    Step("withdraw", OPEN, "withdrawn", "撤回申请", Duty.ISSUE_PROGRESS, inputs=(REASON,), backward=True),
)  # fmt: skip

EXTENSION = Workflow(
    name="extension",
    label="延期",
    initial="draft",
    states=STATES,
    final=frozenset({"approved", "rejected", "withdrawn"}),
    main_line=("draft", "asked", "unit_checked", "approved"),
    steps=STEPS,
    # The whole answer within three working days (domain 4.2).
    terms={"draft": 2, "asked": 1, "unit_checked": 2},
    editable={"draft": frozenset({"workdays", "reason_code", "reason"})},
)
