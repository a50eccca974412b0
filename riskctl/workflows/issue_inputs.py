"""What the steps of an issue collect. Functions where it depends on the record; see issue.py for the rows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Facts, Input, Record

REASON = Input("reason", "理由", max_length=1000, hint="写明退回或改变的原因，对方会看到")
OPINION = Input("opinion", "意见", max_length=1000, hint="例：情况属实，同意")
COMMENT = Input("opinion", "意见", required=False, max_length=1000)
ENCLOSED = Input("attachments", "附件", "attachments", required=False)
NOT_CLUE = Input("not_clue", "已甄别，不属于问题线索", "boolean", hint="属于问题线索的，不得录入本系统")
NO_CONFLICT = Input("no_conflict", "本人与本问题无应当回避的情形", "boolean")
OBJECTION = Input("objection", "异议内容", hint="写明对事实、定性或责任单位的不同意见及依据")
WORDING = (
    Input("title", "问题标题", max_length=200),
    Input("verbatim", "问题原文", hint="移送时原文已清除，请重新录入可整改的内容"),
)
TRANSFER_REASON = Input(
    "reason_code", "移送事由", "choice", choices=words.choices(words.TRANSFER_REASONS),
    hint="只记事由类别，不得填写线索内容；移送后问题文字即行清除",
)  # fmt: skip
# The five standards of domain 3.4 as affirmations.
STANDARDS = (
    Input("measures_done", "方案所列措施已全部完成", "boolean"),
    Input("violations_handled", "违规违纪情形已按规定处理", "boolean"),
    Input("result_meets", "整改结果符合法规和行业标准", "boolean"),
    Input("same_kind_fixed", "已举一反三，本单位同类问题一并整改", "boolean"),
    Input("mechanism_set", "已从源头整改并建立长效机制", "boolean"),
)
SELF_CHECK = Input(
    "self_check", "自查情况", hint="整改结果、举一反三情况、新建或修订的制度（不需要的写明理由）"
)
LEADER_SIGNED = Input("leader_signed", "主要负责人已审阅并签字", "boolean")
OBJECTIONS_ANSWERED = Input("result", "公示结果", max_length=1000, hint="例：公示期间未收到异议")
EVALUATION = Input("evaluation", "年度评估意见", hint="长期坚持措施的落实情况和评估结论")

# Whole yuan; more than any project of the department costs is a slip of the finger.
MOST_YUAN = 10**12
AMOUNT_INVOLVED = Input(
    "amount_involved", "涉及金额（元）", "integer", required=False, min=0, max=MOST_YUAN, hint="填整数，例：125000"
)  # fmt: skip
AMOUNT_RECOVERED = Input(
    "amount_recovered", "已挽回金额（元）", "integer", required=False, min=0, max=MOST_YUAN
)
AMOUNT_RETURNED = Input(
    "amount_returned", "已退还金额（元）", "integer", required=False, min=0, max=MOST_YUAN
)

CLAUSE_FIELDS = (
    Input("document", "文件名称", max_length=200, hint="例：中华人民共和国招标投标法"),
    Input("number", "文号", required=False, max_length=100),
    Input("clause", "条款", required=False, max_length=100, hint="例：第四条"),
    Input("text", "条款内容", required=False, max_length=1000),
)
_MEASURE_POST = Input("owner_post", "责任岗位", max_length=64, hint="填岗位，不填姓名")


def _measures(record: Record, facts: Facts, *, dated: bool) -> Input:
    # Within the issue's own term; once that is past, its measures still need a day to come.
    due = record.due_on if record.due_on and record.due_on >= facts["today"] else None
    fields = [
        Input("text", "整改措施", max_length=1000),
        _MEASURE_POST,
        Input(
            "due_on", "完成时限", "date", required=dated,
            min=facts["today"], max=due, default=due or facts["redo_default"],
        ),
        Input("evidence_required", "需提供佐证", "boolean", required=False, default=True),
    ]  # fmt: skip
    planned = [_planned(measure, facts, due) for measure in record.measures or ()]
    return Input("measures", "整改措施", "list", fields=tuple(fields), min_items=1, default=planned or None)


def _planned(measure: Mapping[str, Any], facts: Facts, due: date | None) -> dict[str, Any]:
    # What was planned before, such as can be sent again: of a measure only what is asked, of its days none that
    # has passed meanwhile.
    known = {name: measure.get(name) for name in ("text", "owner_post", "due_on", "evidence_required")}
    day = date.fromisoformat(known["due_on"]) if known["due_on"] else None
    if day and not facts["today"] <= day <= (due or day):
        known["due_on"] = (due or facts["redo_default"]).isoformat()
    return {name: value for name, value in known.items() if value is not None}


def record_done(record: Record, facts: Facts) -> Iterable[Input]:
    """即知即改: what was done on the spot."""
    yield Input("measure", "已采取的整改措施", max_length=1000)
    yield Input(
        "done_on", "完成日期", "date", min=record.found_on, max=facts["today"], default=facts["today"]
    )
    yield NOT_CLUE
    yield Input("attachments", "佐证材料", "attachments", required=False)


def _basis(record: Record) -> Input:
    return Input("basis", "认定依据", "list", min_items=1, default=record.basis or None, fields=CLAUSE_FIELDS)


def _requirement(record: Record) -> Input:
    return Input("requirement", "整改要求", default=record.requirement or None)


def verify(record: Record, facts: Facts) -> Iterable[Input]:
    """核定: severity, basis, requirement and due date; drafts the notice."""
    graded = {"general": "一般"} if record.owner_level == "unit" else words.SEVERITIES
    today = facts["today"]
    yield Input(
        "severity", "严重程度", "choice", choices=words.choices(graded),
        default=record.severity if record.severity in graded else "general",
    )  # fmt: skip
    yield Input(
        "rectify_type", "整改类型", "choice", choices=words.choices(words.RECTIFY_TYPES),
        default=record.rectify_type or "deadline",
    )  # fmt: skip
    # A date that the rules gave before is left to them again: type or severity may be another now.
    typed = record.due_on if record.due_from is None else None
    yield Input(
        "due_on", "整改期限", "date", required=False, min=max(today, record.found_on),
        default=max(typed, today) if typed else None, hint=f"不填则按规则推算：{facts['due_rule']}",
    )  # fmt: skip
    yield _basis(record)
    yield _requirement(record)
    yield Input("acceptance_standard", "验收标准", default=record.acceptance_standard or None)
    yield Input(
        "resp_leader_post", "责任领导（职务）", max_length=64, default=record.resp_leader_post or None,
        hint="填职务，不填姓名",
    )  # fmt: skip
    yield Input("resp_post", "责任岗位", required=False, max_length=64, default=record.resp_post or None)
    yield Input(
        "domain", "问题领域", "choice", required=False, choices=words.choices(words.DOMAINS),
        default=record.domain,
    )  # fmt: skip
    yield replace(AMOUNT_INVOLVED, default=record.amount_involved)
    yield NOT_CLUE


def receipt(record: Record, facts: Facts) -> Iterable[Input]:
    """签收: who received it and when."""
    today = facts["today"]
    yield Input("received_on", "签收日期", "date", min=record.issued_on or today, max=today, default=today)
    yield Input("receiver", "签收人（职务）", max_length=64, hint="例：主要负责人")


def immediate_measures(record: Record, facts: Facts) -> Iterable[Input]:
    """立行立改: the measure is typed at the receipt."""
    yield _measures(record, facts, dated=False)


def plan(record: Record, facts: Facts) -> Iterable[Input]:
    """整改方案: goal and measures, each with owner and date."""
    yield Input("goal", "整改目标", default=record.goal or None)
    yield _measures(record, facts, dated=True)
    if not record.acceptance_standard:
        yield Input("acceptance_standard", "验收标准")
    yield Input("commitment", "主要负责人已签字承诺方案真实可行", "boolean")


def _measure_choices(record: Record) -> tuple[tuple[int, str], ...]:
    return tuple((n, f"第{n}项：{m['text'][:30]}") for n, m in enumerate(record.measures or [], 1))


def progress(record: Record, facts: Facts) -> Iterable[Input]:
    """进展: a note, and for one measure its completion and evidence."""
    yield Input("note", "进展情况", max_length=2000)
    if record.measures:
        yield Input("measure", "涉及的措施", "choice", required=False, choices=_measure_choices(record))
        yield Input("done_on", "该措施完成日期", "date", required=False, max=facts["today"])
        yield Input("evidence", "佐证材料", "attachments", required=False)


def money(record: Record, facts: Facts) -> Iterable[Input]:
    """What has been recovered and given back so far, where money is involved (domain 3.1)."""
    if record.amount_involved:
        yield replace(AMOUNT_RECOVERED, default=record.amount_recovered, hint="截至目前的累计数")
        yield replace(AMOUNT_RETURNED, default=record.amount_returned, hint="截至目前的累计数")


def closure_evidence(record: Record, facts: Facts) -> Iterable[Input]:
    """One evidence input for each measure that has none yet; an imported issue may lack the measures too."""
    if not record.measures:
        yield Input(
            "measures", "已采取的整改措施", "list", min_items=1,
            fields=(Input("text", "整改措施", max_length=1000), _MEASURE_POST),
        )  # fmt: skip
        yield Input("evidence", "佐证材料", "attachments", min_items=1)
    for n, measure in enumerate(record.measures or [], 1):
        if measure.get("evidence_required", True) and not measure.get("evidence"):
            label = f"第{n}项措施的佐证（{measure['text'][:30]}）"
            yield Input(f"evidence_{n}", label, "attachments", min_items=1)


def _inspected_on(record: Record, facts: Facts) -> Input:
    start = record.issued_on or record.found_on
    return Input("inspected_on", "验收日期", "date", min=start, max=facts["today"], default=facts["today"])


def on_site(record: Record, facts: Facts) -> Iterable[Input]:
    """现场核销: one inspector on the spot."""
    if not record.measures:
        yield Input("measure", "已采取的整改措施", max_length=1000)
    yield Input("finding", "现场核查情况", max_length=2000)
    yield _inspected_on(record, facts)
    yield NO_CONFLICT
    yield Input("photos", "现场照片或材料", "attachments", required=False)


def inspection(record: Record, facts: Facts) -> Iterable[Input]:
    """验收: two or more inspectors from outside the responsible unit (SOD-3)."""
    yield Input("inspectors", "验收人（不少于2人）", "users", choices=facts["inspectors"], min_items=2)
    yield _inspected_on(record, facts)
    yield Input("method", "验收方式", "choice", choices=(("on_site", "现场核查"), ("documents", "资料核查")))
    yield Input("finding", "验收意见", max_length=2000)
    yield Input("sample_note", "抽查情况", required=False, max_length=1000)
    yield NO_CONFLICT
    yield Input("photos", "现场照片或材料", "attachments", required=False)


def closing(record: Record, facts: Facts) -> Iterable[Input]:
    """销号: 严重 and 巡视 issues name the minutes of the party group's meeting."""
    grave = record.severity == "grave" or record.source == "inspection_tour"
    if grave and record.owner_level != "unit":
        yield Input("minute_no", "党组会议纪要号", max_length=64)
    yield COMMENT


def returning(record: Record, facts: Facts) -> Iterable[Input]:
    """退回整改: a reason of the dictionary, words, and a new date (ten working days unless set)."""
    yield Input("reason_code", "退回原因", "choice", choices=words.choices(words.RETURN_REASONS))
    yield REASON
    yield Input("redo_on", "重新完成期限", "date", min=facts["today"], default=facts["redo_default"])


def reopening(record: Record, facts: Facts) -> Iterable[Input]:
    """重新整改: by 机关纪委 or 驻厅组, for a reason of domain 3.7, with a new date."""
    yield Input("reason_code", "重新整改原因", "choice", choices=words.choices(words.REOPEN_REASONS))
    yield REASON
    yield Input("due_on", "整改期限", "date", min=facts["today"], default=facts["due_default"])
    # 即知即改 and the old ledger have none; the 重新整改通知书 cannot do without.
    if not record.basis:
        yield _basis(record)
    if not record.requirement:
        yield _requirement(record)
