"""举一反三: a unit looks whether it has the same kind of problem. Domain 3.7 and 9; contract 4."""

from collections.abc import Iterable

from riskctl.ladders import Duty
from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Facts, Input, Record, Step, Workflow
from riskctl.workflows.issue_inputs import COMMENT, REASON

STATES = {
    "asked": "待自查",
    "answered": "已反馈",
    "accepted": "已确认",
    "withdrawn": "已撤回",
}


def review_duty(record: Record) -> Duty:
    """Who asked judges the answer: the unit's 纪委 within its own unit, else 机关纪委."""
    return Duty.SELF_CHECK_REVIEW_UNIT if record.by_unit else Duty.SELF_CHECK_REVIEW


def _answer(record: Record, facts: Facts) -> Iterable[Input]:
    yield Input(
        "finding", "自查结果", "choice", choices=words.choices(words.SELF_CHECK_FINDINGS),
        hint="选“有”的，系统按所填情况为本单位登记一条问题草稿，来源为上级通报",
    )  # fmt: skip
    yield Input(
        "answer", "自查情况", max_length=4000, hint="写明查了哪些环节、资料和期间；有同类问题的写明事实"
    )
    yield Input("evidence", "佐证材料", "attachments", min_items=1, hint="检查记录、台账、照片等")


SELF_CHECK = Workflow(
    name="self_check",
    label="举一反三自查",
    initial="asked",
    states=STATES,
    final=frozenset({"accepted", "withdrawn"}),
    main_line=("asked", "answered", "accepted"),
    steps=(
        Step(
            "answer", ("asked",), "answered", "反馈自查结果", Duty.SELF_CHECK_ANSWER,
            inputs=(_answer,), awaited=True,
        ),
        Step(
            "accept", ("answered",), "accepted", "确认", review_duty,
            inputs=(COMMENT,), apart=("answer",), awaited=True,
        ),
        Step(
            "return_answer", ("answered",), "asked", "退回", review_duty,
            inputs=(REASON,), apart=("answer",), backward=True,
        ),
        Step(
            "withdraw", ("asked",), "withdrawn", "撤回任务", review_duty,
            inputs=(REASON,), backward=True,
        ),
    ),
    terms={"answered": 5},
)  # fmt: skip
