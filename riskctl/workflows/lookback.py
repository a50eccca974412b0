"""复查: one closed issue looked at again within a campaign. Domain 3.7 and 4.2 (LOOKBACK)."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from riskctl.errors import Reason
from riskctl.ladders import Duty
from riskctl.workflows import dictionaries as words, guards, issue_inputs
from riskctl.workflows.engine import Facts, Input, Record, Step, Workflow
from riskctl.workflows.issue_inputs import NO_CONFLICT, REASON

STATES = {
    "pending": "待指派",
    "assigned": "待复查",
    "rebounded": "待重新整改",
    "supplementing": "补充整改",
    "confirming": "待确认",
    "done": "已办结",
    "dropped": "不再复查",
}
OPEN = frozenset(STATES) - {"done", "dropped"}
_FAILED = ("rebound", "sham")


def has_failed(record: Record) -> bool:
    """反弹 or 虚假: the issue is to be rectified anew."""
    return record.result in _FAILED


def is_partial(record: Record) -> bool:
    """部分: something is left to be done."""
    return bool(record.result == "partial")


def holds(record: Record) -> bool:
    """巩固, or not known yet."""
    return not has_failed(record) and not is_partial(record)


def issue_closed(record: Record, facts: Facts) -> Reason | None:
    """An issue that is open again has nothing to be looked back at."""
    if not facts["issue_closed"]:
        return Reason("issue_open", "该问题已重新整改，不在已销号状态：请办理“不再复查”")
    return None


def _assignment(record: Record, facts: Facts) -> Iterable[Input]:
    yield Input("inspectors", "复查人（不少于2人）", "users", choices=facts["inspectors"], min_items=2)
    yield Input("check_due", "复查期限", "date", min=facts["today"], default=facts["check_default"])


def _checking(record: Record, facts: Facts) -> Iterable[Input]:
    today = facts["today"]
    for number, question in enumerate(record.questions, 1):
        yield Input(f"answer_{number}", question["text"], max_length=1000)
    yield Input("result", "复查结果", "choice", choices=words.choices(words.LOOKBACK_RESULTS))
    yield Input("finding", "复查情况", max_length=2000, hint="写明看了什么、查了什么，依据是什么")
    yield Input("checked_on", "复查日期", "date", min=min(record.created_on, today), max=today, default=today)
    yield Input("both_checked", "两名复查人均已参加复查并同意上述结果", "boolean")
    yield NO_CONFLICT
    yield Input("evidence", "复查材料", "attachments", required=False)
    yield Input(
        "supplement", "补充整改要求", required=False, max_length=2000,
        hint="结果为“部分”时填写；不填则以复查情况为要求",
    )  # fmt: skip
    yield Input(
        "supplement_due", "补充整改期限", "date", required=False, min=today,
        hint="结果为“部分”时填写；不填则按规则计算",
    )  # fmt: skip


def _reopening(record: Record, facts: Facts) -> Iterable[Input]:
    """What 重新整改 of the issue collects, filled in from the check."""
    prefilled = {
        "reason_code": "sham" if record.result == "sham" else "rebound",
        "reason": f"{record.campaign_title}复查：{record.finding or ''}"[:1000],
    }
    for item in issue_inputs.reopening(record.issue, facts):
        yield replace(item, default=prefilled.get(item.name, item.default))


_REPORT = (
    Input("supplement_report", "补充整改情况", max_length=2000),
    Input("evidence", "佐证材料", "attachments", required=False),
)
# Who accepted the issue, or answers for its rectification, does not look at it again (SOD-2, SOD-3).
_APART = ("accepted",)


def _check(target: str, when: Callable[[Record], bool]) -> Step:
    return Step(
        "check", ("assigned",), target, "填报复查结果", Duty.LOOKBACK_CHECK,
        inputs=(_checking,), blockers=(issue_closed,), when=when, apart=_APART, awaited=True,
    )  # fmt: skip


LOOKBACK = Workflow(
    name="lookback",
    label="复查",
    initial="pending",
    states=STATES,
    final=frozenset({"done", "dropped"}),
    main_line=("assigned", "done"),
    steps=(
        Step(
            "assign", ("pending",), "assigned", "指派复查人", Duty.LOOKBACK_MANAGE,
            inputs=(_assignment,), blockers=(guards.two_inspectors,), checks=(guards.covers_inspectors,),
            awaited=True,
        ),
        Step(
            "assign", ("assigned",), "assigned", "指派复查人", Duty.LOOKBACK_MANAGE,
            inputs=(_assignment,), blockers=(guards.two_inspectors,), checks=(guards.covers_inspectors,),
        ),
        _check("done", holds),
        _check("rebounded", has_failed),
        _check("supplementing", is_partial),
        Step(
            "reopen", ("rebounded",), "done", "重新整改", Duty.ISSUE_REOPEN,
            inputs=(_reopening,), awaited=True,
        ),
        Step(
            "return_check", ("rebounded",), "assigned", "退回复查", Duty.ISSUE_REOPEN,
            inputs=(REASON,), backward=True,
        ),
        Step(
            "report_supplement", ("supplementing",), "confirming", "报告补充整改", Duty.ISSUE_RECTIFY,
            inputs=_REPORT, awaited=True,
        ),
        Step(
            "confirm", ("confirming",), "done", "补充整改到位", Duty.LOOKBACK_CHECK,
            inputs=(issue_inputs.OPINION,), apart=("accepted", "report_supplement"), awaited=True,
        ),
        Step(
            "return_supplement", ("confirming",), "supplementing", "退回补充整改", Duty.LOOKBACK_CHECK,
            inputs=(REASON,), apart=("accepted", "report_supplement"), backward=True,
        ),
        Step(
            "drop", ("pending", "assigned"), "dropped", "不再复查", Duty.LOOKBACK_MANAGE,
            inputs=(REASON,), backward=True,
        ),
    ),
    terms={"pending": 3, "rebounded": 3, "confirming": 5},
)  # fmt: skip
