"""约谈: what can happen to an interview. Contract section 4; guards of domain 4.3 and 5.2."""

from collections.abc import Iterable

from riskctl.ladders import Duty
from riskctl.workflows import dictionaries as words, guards
from riskctl.workflows.engine import Facts, Input, Record, Step, Workflow
from riskctl.workflows.issue_inputs import REASON

STATES = {
    "proposed": "拟约谈",
    "approved": "已批准",
    "notified": "已通知",
    "held": "已谈话",
    "signed": "已核对签字",
    "followed_up": "已报整改情况",
    "evaluated": "已评估",
    "archived": "已归档",
    "cancelled": "已取消",
}


def approve_duty(record: Record) -> Duty:
    """By the subject's rank (domain 1.2): 科级 unit 纪委, 处级 分管领导, heads of units 党组书记."""
    return {
        "division": Duty.INTERVIEW_APPROVE_DIVISION,
        "unit_head": Duty.INTERVIEW_APPROVE_HEAD,
    }.get(record.subject_rank, Duty.INTERVIEW_APPROVE_SECTION)


def _approval(record: Record, facts: Facts) -> Iterable[Input]:
    yield Input("approval", "批准文号或批示", required=False, max_length=128)
    yield Input("no_conflict", "本人与被约谈人无应当回避的情形", "boolean")


def _notification(record: Record, facts: Facts) -> Iterable[Input]:
    # Earlier than three working days is allowed with an urgent reason, so `min` is the ordinary earliest.
    if record.kind == "inquiry":
        yield Input("reply_due", "书面答复期限", "date", min=facts["today"], default=facts["inquiry_due"])
    else:
        yield from _meeting(record, facts)
        yield Input("urgent_reason", "不足3个工作日的紧急理由", required=False, max_length=500)
    yield Input("contact", "联系人及电话", max_length=128, default=record.contact)
    yield Input("materials", "需准备的材料", required=False, max_length=1000, default=record.materials)


def _meeting(record: Record, facts: Facts) -> Iterable[Input]:
    # What the proposal planned is the ordinary choice, as far as it still can be.
    planned = record.scheduled_at if record.scheduled_at and record.scheduled_at > facts["now"] else None
    able = {user_id for user_id, _ in facts["interviewers"]}
    named = [user_id for user_id in record.interviewers or () if user_id in able]
    recorder = record.recorder if record.recorder in able else None
    yield Input(
        "scheduled_at", "约谈时间", "datetime", min=facts["now"], default=planned or facts["scheduled_default"],
        hint="应提前3个工作日通知",
    )  # fmt: skip
    yield Input("place", "地点", max_length=128, default=record.place)
    yield Input(
        "interviewers", "约谈人（不少于2人）", "users", choices=facts["interviewers"], min_items=2,
        default=named or None,
    )  # fmt: skip
    yield Input("recorder", "记录人", "user", choices=facts["recorders"], default=recorder)


def _talk(record: Record, facts: Facts) -> Iterable[Input]:
    now = facts["now"]
    yield Input("held_from", "开始时间", "datetime", max=now, default=now)
    yield Input("held_to", "结束时间", "datetime", max=now, default=now)
    yield Input("present", "在场人员", max_length=255, hint="约谈人、记录人，填职务")
    yield Input("content", "谈话内容", max_length=20000, hint="指出的问题、提出的要求")
    yield Input("statement", "本人说明", required=False, max_length=20000)
    yield Input("attitude", "本人态度", required=False, max_length=1000)
    yield Input(
        "requirements", "整改要求", "list", required=False,
        fields=(
            Input("text", "要求", max_length=1000),
            Input("due_on", "期限", "date", min=facts["today"], default=facts["report_default"]),
        ),
    )  # fmt: skip
    yield Input("no_conflict", "约谈人均无应当回避的情形", "boolean")


def _signature(record: Record, facts: Facts) -> Iterable[Input]:
    start = facts["held_on"]
    yield Input("signed_on", "核对签字日期", "date", min=start, max=facts["today"], default=facts["today"])
    yield Input(
        "scan",
        "签字记录扫描件",
        "attachments",
        min_items=1,
        hint="每页均须签名；拒签的上传两名工作人员的证明",
    )
    yield Input("subject_opinion", "被约谈人意见", required=False, max_length=1000)
    yield Input("refusal", "拒签说明", required=False, max_length=1000)


_REPORT = (
    Input("report", "整改情况", max_length=20000),
    Input("attachments", "附件", "attachments", required=False),
)
_REPLY = (
    Input("reply", "书面答复", max_length=20000),
    Input("attachments", "附件", "attachments", required=False),
)
_EVALUATION = (
    Input("conclusion", "评估结论", "choice", choices=words.choices(words.CONCLUSIONS)),
    Input("evaluation", "评估意见", max_length=4000),
)

_CONDUCT = Duty.INTERVIEW_CONDUCT

STEPS = (
    Step(
        "approve", ("proposed",), "approved", "批准", approve_duty,
        inputs=(_approval,), apart=("create",), awaited=True, by_paper=("create",),
    ),
    Step("reject", ("proposed",), "cancelled", "不同意", approve_duty, inputs=(REASON,), backward=True),
    Step(
        "notify", ("approved",), "notified", "通知", _CONDUCT,
        inputs=(_notification,), checks=(guards.notified_in_time,), awaited=True,
    ),
    Step("postpone", ("notified",), "approved", "改期", _CONDUCT, inputs=(REASON,), backward=True),
    Step(
        "hold", ("notified",), "held", "谈话", _CONDUCT,
        inputs=(_talk,), blockers=(guards.is_talk,), checks=(guards.ends_after_start,), awaited=True,
    ),
    Step(
        "reply", ("notified",), "followed_up", "书面答复", _CONDUCT,
        inputs=_REPLY, blockers=(guards.is_inquiry,), awaited=True, returnable=True,
    ),
    Step("sign", ("held",), "signed", "核对签字", _CONDUCT, inputs=(_signature,), awaited=True),
    Step(
        "report", ("signed",), "followed_up", "报告整改", _CONDUCT,
        inputs=_REPORT, blockers=(guards.has_requirements,), awaited=True, returnable=True,
    ),
    Step(
        "return_report", ("followed_up",), "signed", "退回报告", _CONDUCT, inputs=(REASON,), backward=True,
    ),
    Step("evaluate", ("followed_up",), "evaluated", "评估", _CONDUCT, inputs=_EVALUATION, awaited=True),
    Step("archive", ("evaluated",), "archived", "归档", Duty.INTERVIEW_ARCHIVE, awaited=True),
    Step(
        "archive", ("signed",), "archived", "归档", Duty.INTERVIEW_ARCHIVE,
        blockers=(guards.requires_nothing,), awaited=True,
    ),
    Step(
        "cancel", ("proposed", "approved", "notified"), "cancelled", "取消", _CONDUCT,
        inputs=(REASON,), backward=True,
    ),
)  # fmt: skip

_FIELDS = frozenset({"subject_post", "subject_rank", "reason", "basis", "issue_ids", "subject_user_id"})

_PLAN = frozenset({"scheduled_at", "place", "interviewers", "recorder", "materials", "contact"})

INTERVIEW = Workflow(
    name="interview",
    label="约谈",
    initial="proposed",
    states=STATES,
    final=frozenset({"archived", "cancelled"}),
    main_line=(
        "proposed", "approved", "notified", "held", "signed", "followed_up", "evaluated", "archived",
    ),
    steps=STEPS,
    terms={"proposed": 3, "approved": 3, "held": 2, "followed_up": 5, "evaluated": 10},
    editable={"proposed": _FIELDS | _PLAN | {"kind", "unit_id"}},
)  # fmt: skip
