"""年度复核: every point of a unit gets 维持, 变更 or 移出 by 31 December (domain 2.3); one confirmation for all,
countersigned by another."""

from collections.abc import Iterable

from riskctl.errors import Reason
from riskctl.ladders import Duty
from riskctl.workflows.engine import Data, Facts, Input, Record, Step, Workflow
from riskctl.workflows.issue_inputs import REASON

STATES = {"open": "待确认", "confirmed": "部门已确认", "countersigned": "已会签"}
RESULTS = {"keep": "维持", "change": "变更", "cancel": "移出"}
_OTHER = tuple((key, word) for key, word in RESULTS.items() if key != "keep")


def exceptions(record: Record, facts: Facts) -> Iterable[Input]:
    """The points that do not stay as they are; all others are 维持. A point under warning or in rectification
    stays until that is over."""
    if points := facts["changeable_points"]:
        fields = (
            # With a default, so that a line of the form counts only once something was chosen in it.
            Input("point", "风险点", "choice", choices=points, default=points[0][0]),
            Input("result", "复核意见", "choice", choices=_OTHER),
            Input("reason", "事由", max_length=1000),
        )
        yield Input("exceptions", "变更或移出的风险点", "list", required=False, fields=fields)


def each_once(record: Record, data: Data, facts: Facts) -> Reason | None:
    """A point gets one result."""
    named = [row["point"] for row in data.get("exceptions", ())]
    if len(named) > len(set(named)):
        return Reason("twice", "同一个风险点只能填写一次", "exceptions")
    return None


def _on_paper(record: Record, facts: Facts) -> Iterable[Input]:
    yield Input("confirmed_by", "签字的部门负责人", "user", choices=facts["confirmers"])
    yield Input("countersigned_by", "签字的纪检委员", "user", choices=facts["countersigners"])
    yield Input("signed_on", "签字日期", "date", min=facts["opened_on"], max=facts["today"])
    yield Input("scan", "复核表扫描件", "attachments", min_items=1)


def has_signers(record: Record, facts: Facts) -> Reason | None:
    """A return on paper names both who signed it; they are two people (SOD-1)."""
    if not facts["confirmers"] or not facts["countersigners"]:
        return Reason("no_signers", "本单位没有可选的部门负责人或纪检委员：请先由安全管理员补齐岗位")
    return None


STEPS = (
    Step(
        "confirm", ("open",), "confirmed", "部门确认", Duty.ANNUAL_REVIEW_CONFIRM,
        inputs=(exceptions,), checks=(each_once,), awaited=True, returnable=True,
    ),
    Step(
        "countersign", ("confirmed",), "countersigned", "会签", Duty.ANNUAL_REVIEW_COUNTERSIGN,
        inputs=(Input("opinion", "会签意见", required=False, max_length=1000),), apart=("confirm",), awaited=True,
    ),
    Step(
        "send_back", ("confirmed",), "open", "退回", Duty.ANNUAL_REVIEW_COUNTERSIGN,
        inputs=(REASON,), apart=("confirm",), backward=True,
    ),
    Step(
        "record_paper", ("open",), "countersigned", "补录纸质复核表", Duty.ANNUAL_REVIEW_PAPER,
        inputs=(_on_paper, exceptions), checks=(each_once,), blockers=(has_signers,),
    ),
)  # fmt: skip

ANNUAL_REVIEW = Workflow(
    name="annual_review",
    label="年度复核",
    initial="open",
    states=STATES,
    final=frozenset({"countersigned"}),
    main_line=tuple(STATES),
    steps=STEPS,
)
