"""回头看: a campaign that looks again at closed issues. Domain 3.7; contract 4 (small parallel records)."""

from collections.abc import Iterable

from riskctl.errors import Reason
from riskctl.ladders import Duty
from riskctl.workflows.engine import Facts, Input, Record, Step, Workflow
from riskctl.workflows.issue_inputs import REASON

STATES = {
    "draft": "拟定",
    "published": "已公布种子",
    "drawn": "复查中",
    "closed": "已办结",
    "cancelled": "已取消",
}

_SEED = (
    Input("seed", "抽取种子", max_length=64, hint="公布后不能更改；宜取本单位不能左右、人人可查的数字"),
    Input("seed_source", "种子出处", max_length=255, hint="例：2026年11月20日福彩双色球第2026134期开奖号码"),
)
_SUMMARY = Input("summary", "总体情况", required=False, max_length=2000)


def scope_not_empty(record: Record, facts: Facts) -> Reason | None:
    """A campaign over nothing is none."""
    if not facts["candidates"]:
        return Reason(
            "empty_scope", "范围内没有可以复查的已销号问题：请放宽单位、销号日期或其他条件后再公布", "unit_id"
        )
    return None


def share_enough(record: Record, facts: Facts) -> Reason | None:
    """At least the share that the rules ask for is drawn of what need not all be checked."""
    least = facts["least_share"]
    if record.share < least:
        return Reason("share", f"其余问题的抽取比例不得低于{least}%，现为{record.share}%", "share")
    return None


def list_untouched(record: Record, facts: Facts) -> Reason | None:
    """What is drawn from is the list that was published."""
    faults = facts["draw_faults"]
    return Reason("list_changed", f"候选清单与公布时不一致：{faults[0]}") if faults else None


def items_over(record: Record, facts: Facts) -> Reason | None:
    """A campaign ends with its last item."""
    left = facts["open_items"]
    return Reason("open_items", f"还有 {left} 项复查没有办结") if left else None


def _draw(record: Record, facts: Facts) -> Iterable[Input]:
    yield Input("check_due", "复查期限", "date", min=facts["today"], default=facts["check_default"])


CAMPAIGN = Workflow(
    name="campaign",
    label="回头看",
    initial="draft",
    states=STATES,
    final=frozenset({"closed", "cancelled"}),
    main_line=("draft", "published", "drawn", "closed"),
    steps=(
        Step(
            "publish_seed", ("draft",), "published", "公布种子", Duty.LOOKBACK_MANAGE,
            inputs=_SEED, blockers=(scope_not_empty, share_enough), awaited=True,
        ),
        Step(
            "draw", ("published",), "drawn", "抽取", Duty.LOOKBACK_MANAGE,
            inputs=(_draw,), blockers=(list_untouched,), awaited=True,
        ),
        Step(
            "close", ("drawn",), "closed", "办结", Duty.LOOKBACK_MANAGE,
            inputs=(_SUMMARY,), blockers=(items_over,), awaited=True,
        ),
        Step(
            "cancel", ("draft", "published"), "cancelled", "取消", Duty.LOOKBACK_MANAGE,
            inputs=(REASON,), backward=True,
        ),
    ),
    terms={"draft": 10, "published": 5},
    editable={
        "draft": frozenset(
            {"title", "kind", "programme", "questions", "unit_id", "closed_from", "closed_to", "severity", "source",
             "domain", "share"}
        ),
    },
)  # fmt: skip
