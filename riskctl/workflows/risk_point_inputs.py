"""What the steps of a risk point collect, and what a risk point must have (domain 2.1, 2.3, 4.1)."""

from collections.abc import Iterable

from riskctl.workflows import dictionaries as words, grading, indicator as indicators
from riskctl.workflows.engine import Facts, Input, Record

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
# A point that is made from another by 拆分; what is not said here is taken over from the other.
PART_FIELDS = (
    Input("title", "拆分出的风险点", max_length=255),
    Input("post", "岗位", required=False, max_length=128),
    Input("manifestation", "表现形式", required=False),
)


def missing_fields(record: Record) -> list[Input]:
    """待补充: what the record still lacks of what a risk point must have."""
    return [item for item in REQUIRED_FIELDS if not getattr(record, item.name)]


def missing(record: Record, facts: Facts) -> Iterable[Input]:
    """The same as inputs of a step."""
    return missing_fields(record)


def indicator(record: Record, facts: Facts) -> Iterable[Input]:
    """The first indicator of a 中 or 高 point that has none (domain 4.1)."""
    if record.computed_level not in ("high", "medium") or facts["has_indicator"]:
        return
    yield Input(
        "indicator_name", "监测指标", max_length=128, hint="例：直接委托项目占比；中、高等级须有监测指标"
    )
    yield Input("indicator_source", "数据来源", required=False, max_length=128, hint="例：合同管理台账")
    yield Input("indicator_unit", "计量单位", required=False, max_length=16, hint="例：%、次")
    yield Input(
        "indicator_direction", "预警方向", "choice", required=False, choices=words.choices(indicators.DIRECTIONS),
        default="higher",
    )  # fmt: skip
    yield Input("indicator_yellow", "黄色预警阈值", "decimal", hint="超过（越低越差的指标为低于）此值即预警")
    yield Input(
        "indicator_frequency", "报送频率", "choice", required=False,
        choices=words.choices(indicators.FREQUENCIES), default="monthly",
    )  # fmt: skip


def change(record: Record, facts: Facts) -> Iterable[Input]:
    """提出变更. `new_` keeps the fields apart from the record's own: nothing changes before the approval.

    降级 and 合并 are offered where they are possible; what else a kind needs is asked at the approval if it
    was not said here."""
    why_not = facts["why_not_lower"]
    targets = facts["merge_targets"]
    closed = {*(("downgrade",) if why_not else ()), *(() if targets else ("merge",)), "new"}
    kinds = tuple((kind, word) for kind, word in words.CHANGE_KINDS.items() if kind not in closed)
    lowering = f"现不能降级：{why_not}" if why_not else ""
    told = "；".join(
        part for part in ("升级、降级请同时填写变更后的可能性、影响程度或下列情形", lowering) if part
    )
    yield Input("kind", "变更类型", "choice", choices=kinds, hint=told)
    yield Input("reason", "变更事由和内容", max_length=1000, hint="写明因何变更、变更什么")
    yield Input("new_title", "变更后的风险点", required=False, max_length=255)
    yield Input("new_manifestation", "变更后的表现形式", required=False)
    yield Input("new_department", "变更后的部门", required=False, max_length=128)
    yield Input("new_post", "变更后的岗位", required=False, max_length=128)
    yield Input("new_power_item", "变更后的职权事项", required=False, max_length=255)
    yield Input("new_process_step", "变更后的环节", required=False, max_length=128)
    yield Input(
        "new_category", "变更后的风险类别", "choice", required=False, choices=words.choices(words.CATEGORIES)
    )
    yield Input("new_likelihood", "变更后的可能性", "choice", required=False, choices=_SCALE_L)
    yield Input("new_impact", "变更后的影响程度", "choice", required=False, choices=_SCALE_I)
    yield from grading.questions(record, facts)
    yield Input("new_resp_post", "变更后的直接责任岗位", required=False, max_length=128)
    yield Input("new_dept_head_post", "变更后的部门责任岗位", required=False, max_length=128)
    yield Input("new_resp_leader_post", "变更后的责任领导（职务）", required=False, max_length=128)
    yield Input("new_measures", "变更后的防控措施", "list", required=False, fields=MEASURE_FIELDS)
    if targets:
        yield Input("successor", "并入的风险点（合并）", "choice", required=False, choices=targets)
    yield Input("parts", "拆分出的风险点（拆分）", "list", required=False, fields=PART_FIELDS)


def parts(record: Record, facts: Facts) -> Iterable[Input]:
    """同意拆分 asks for the new points where the proposal named none."""
    if facts["proposal_kind"] == "split" and not facts["proposed_parts"]:
        yield Input("parts", "拆分出的风险点", "list", fields=PART_FIELDS, min_items=1)


def removal(record: Record, facts: Facts) -> Iterable[Input]:
    """移出 rests on the document that abolished post or power, 合并 on the point that takes this one over."""
    if facts["proposal_kind"] != "merge":
        yield Input("cancel_document", "职权或岗位撤销的文件号", max_length=128, hint="移出台账所依据的文件")
    elif targets := facts["merge_targets"]:
        proposed = facts["proposed_successor"]
        default = proposed if proposed in dict(targets) else None
        yield Input("successor", "并入的风险点", "choice", choices=targets, default=default)
