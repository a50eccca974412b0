"""The pages under docs/workflows: each workflow table as a diagram and as a list that the office reads.

What a row asks for may depend on the record; it is asked of sample records, so that nothing is written twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

from riskctl.ladders import LADDERS, UNIT_REVIEW, Duty
from riskctl.permissions import ROLE_LABELS, Role
from riskctl.workflows import dictionaries as words
from riskctl.workflows.annual_review import ANNUAL_REVIEW
from riskctl.workflows.campaign import CAMPAIGN
from riskctl.workflows.engine import AGREE, Input, Step, Workflow, mermaid
from riskctl.workflows.extension import EXTENSION
from riskctl.workflows.grading import QUESTIONS
from riskctl.workflows.interview import INTERVIEW
from riskctl.workflows.issue import ISSUE
from riskctl.workflows.lookback import LOOKBACK
from riskctl.workflows.notice import NOTICE
from riskctl.workflows.risk_point import RISK_POINT
from riskctl.workflows.self_check import SELF_CHECK
from riskctl.workflows.warning import WARNING

WORKFLOWS = (
    RISK_POINT, ISSUE, INTERVIEW, NOTICE, EXTENSION, ANNUAL_REVIEW, CAMPAIGN, LOOKBACK, SELF_CHECK, WARNING,
)  # fmt: skip
_DAY = date(2026, 1, 5)
_REVIEW = "单位纪委（处室为支部纪检委员）"
# On which records a duty falls where it depends on the record.
_CASES = {
    Duty.RISK_POINT_GRADE_LOW: "低风险", Duty.RISK_POINT_GRADE_MEDIUM: "中风险", Duty.RISK_POINT_GRADE_HIGH: "高风险",
    Duty.ISSUE_VERIFY: "厅级台账", Duty.ISSUE_VERIFY_UNIT: "单位台账", Duty.ISSUE_SIGN: "厅级台账",
    Duty.EXTENSION_APPROVE: "厅级台账首次，单位台账第二次", Duty.EXTENSION_APPROVE_PARTY: "厅级台账第二次或严重问题",
    Duty.EXTENSION_APPROVE_UNIT: "单位台账首次", Duty.ISSUE_SIGN_UNIT: "单位台账", Duty.ISSUE_PLAN_APPROVE: "一般、较重", Duty.ISSUE_PLAN_APPROVE_GRAVE: "严重",
    Duty.ISSUE_INSPECT: "厅级台账", Duty.ISSUE_INSPECT_UNIT: "单位台账", Duty.ISSUE_CLOSE_UNIT: "单位台账",
    Duty.ISSUE_CLOSE_GENERAL: "一般", Duty.ISSUE_CLOSE_SERIOUS: "较重", Duty.ISSUE_CLOSE_GRAVE: "严重或巡视巡察",
    Duty.INTERVIEW_APPROVE_SECTION: "科级及以下", Duty.INTERVIEW_APPROVE_DIVISION: "处级",
    Duty.INTERVIEW_APPROVE_HEAD: "单位主要负责人", Duty.NOTICE_SIGN: "机关纪委文书",
    Duty.NOTICE_SIGN_UNIT: "单位纪委文书", Duty.NOTICE_SIGN_PARTY: "党组文书", Duty.NOTICE_SIGN_RESIDENT: "驻厅组文书",
    Duty.SELF_CHECK_REVIEW: "机关纪委下发", Duty.SELF_CHECK_REVIEW_UNIT: "单位纪委下发",
    Duty.RISK_POINT_WARN: "蓝色、黄色", Duty.WARNING_FORMAL: "橙色、红色",
    Duty.NOTICE_HANDLE: "厅级文书", Duty.NOTICE_HANDLE_UNIT: "单位纪委文书", Duty.NOTICE_SEAL: "指定了用印人的，用印人本人，其离任后",
}  # fmt: skip
# Rules and conditions of the tables by the name of their function.
_RULES = {
    "is_immediate": "立行立改", "needs_plan": "非立行立改", "is_long_term": "长期坚持",
    "evaluation_is_next": "年度评估先到期", "report_is_next": "季度报告先到期", "is_publicized": "较重或严重",
    "is_plain": "一般", "graded_low": "审定为低", "graded_higher": "审定为高或中",
    "is_verified": "已核定", "is_notice_complete": "整改通知书内容齐全", "is_small": "一般且立行立改",
    "is_self_found": "来自自查自纠或支部检查", "is_general_or_unset": "不是较重或严重问题",
    "two_inspectors": "责任单位以外有两名以上可选验收人", "publicity_over": "公示期已满",
    "no_open_extension": "没有未办结的延期申请", "asked_in_time": "在规定的日期前申请",
    "may_archive": "一般问题、回头看巩固，或销号满六个月且未在复查", "covers_inspectors": "验收人不少于两人",
    "is_unique": "台账中没有相同的风险点", "threshold_is_kept": "阈值最多4位小数", "no_other_warning": "没有其他未解除的预警",
    "has_linkable_issue": "本单位有可关联的问题", "issues_settled": "关联问题均已办结",
    "proposal_changes": "申请的是变更内容", "proposal_cancels": "申请的是移出台账或合并",
    "nothing_open": "没有未办结的问题和预警", "may_lower": "不降低等级，或连续两个周期无预警、无问题",
    "each_once": "同一风险点只填一次", "has_signers": "有可选的部门负责人和纪检委员",
    "can_merge": "合并的，本单位有可并入的风险点", "suggestion_is_reasoned": "建议低定的写明理由",
    "is_letter": "公文", "is_form": "表格、台账", "is_talk": "不是函询", "is_inquiry": "是函询", "has_requirements": "提出过整改要求",
    "requires_nothing": "没有提出整改要求", "notified_in_time": "提前3个工作日，否则写明紧急理由",
    "ends_after_start": "结束时间不早于开始时间", "is_complete": "文书内容齐全", "is_checked": "已核稿",
    "problems_are_verified": "问题均已核定",
    "is_notice_printable": "整改通知书没有无法印出的字", "is_printable": "文书没有无法印出的字",
    "demands_are_printable": "没有无法印出的字",
    "case_allows_receipt": "相关问题处于已交办", "follows_its_issue": "不是随问题办理的文书",
    "_untouched": "其后没有人办理或修改", "came_from_it": "刚由本人报送",
    "scope_not_empty": "范围内有已销号问题", "share_enough": "抽取比例不低于规则", "list_untouched": "清单与公布时一致",
    "items_over": "各项复查均已办结", "issue_closed": "问题仍在已销号状态", "has_failed": "反弹或虚假", "is_partial": "部分",
    "holds": "巩固",
    "reply_settled": "不要求回复，或已回复、已免复",
}  # fmt: skip


def page(workflow: Workflow) -> str:
    """The page of one workflow: diagram, states with their terms, steps."""
    return "\n".join(
        [
            f"# {workflow.label}：办理流程",
            "",
            f"本页由 `riskctl draw-workflows` 根据 `riskctl/workflows/{workflow.name}.py` 生成，请勿手工修改。",
            "",
            "```mermaid",
            mermaid(workflow).rstrip(),
            "```",
            "",
            "## 环节",
            "",
            "| 环节 | 代码 | 应在几个工作日内办理 |",
            "|---|---|---|",
            *(
                f"| {label}{'（办结）' if state in workflow.final else ''} | `{state}` | {workflow.terms.get(state, '—')} |"
                for state, label in workflow.states.items()
            ),
            "",
            "## 步骤",
            "",
            "“由谁办理”按次序：前面的岗位空缺或须回避时，由后面的岗位办理。带“＊”的填写项视情况出现。",
            "",
            "| 步骤 | 代码 | 从 → 到 | 由谁办理 | 前提 | 须填写 |",
            "|---|---|---|---|---|---|",
            *(_row(workflow, step) for step in workflow.steps),
            "",
        ]
    )


def _row(workflow: Workflow, step: Step) -> str:
    sources = "、".join(workflow.states[state] for state in step.sources)
    target = workflow.states[step.target] if step.target else "不变"
    cells = (
        step.label,
        f"`{step.trigger}`",
        f"{sources} → {target}",
        _who(workflow, step),
        "；".join(_conditions(step)) or "—",
        _needs(step),
    )
    return f"| {' | '.join(cells)} |"


# What people did that is no step of the table, as separation of duties names it.
_BESIDE_STEPS = {
    "accepted": "验收或销号",
    "create": "登记",
    "draft": "拟稿",
    "verify": "所列问题的登记和核定",
    "accepted_before": "重新整改前的验收",
}


def _who(workflow: Workflow, step: Step) -> str:
    if step.trigger == AGREE:
        return "被提请会签的人"
    labels = _BESIDE_STEPS | {other.trigger: other.label for other in workflow.steps}
    if step.undoes:
        return f"办理“{labels[step.undoes]}”的本人"
    duties = dict.fromkeys(step.duty_for(sample) for sample in _samples())
    if len(duties) == 1:
        who = _ladder(next(iter(duties)))
    else:
        who = "<br>".join(f"{_CASES[duty]}：{_ladder(duty)}" for duty in duties)
    apart = "、".join(labels[trigger] for trigger in step.apart)
    return f"{who}<br>办理过{apart}的人除外" if apart else who


def _ladder(duty: Duty) -> str:
    return " → ".join(_REVIEW if roles is UNIT_REVIEW else _rung(roles) for roles in LADDERS[duty])


def _rung(roles: Iterable[Role]) -> str:
    return "或".join(ROLE_LABELS[role] for role in Role if role in set(roles))


def _conditions(step: Step) -> Iterator[str]:
    for rule in (*((step.when,) if step.when else ()), *step.blockers, *step.checks):
        name = getattr(rule, "__name__", "")
        # A rule that nobody has put into words yet still shows what its author wrote.
        yield _RULES.get(name) or (rule.__doc__ or name).split("\n")[0].rstrip(".")


def _needs(step: Step) -> str:
    found = [step.inputs_for(sample, _AnyFacts()) for sample in _samples()]
    labels = dict.fromkeys(item.label for items in found for item in items)
    return "；".join(_need(label, found) for label in labels) or "—"


def _need(label: str, found: Sequence[Sequence[Input]]) -> str:
    asked = [item for items in found for item in items if item.label == label]
    if not any(item.required for item in asked):
        label += "（可不填）"
    always = len(asked) == len(found) and len({item.required for item in asked}) == 1
    return label if always else f"{label}＊"


class _Sample:
    """A record of which everything may be asked: days where a day is meant, else what was given."""

    issues: tuple[Any, ...] = ()
    questions: tuple[Any, ...] = ({"text": "方案中的每个复查问题"},)
    colour = "yellow"

    @property
    def open_warnings(self) -> tuple[Any, ...]:
        return (self,)

    def __init__(self, **given: Any) -> None:
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> Any:
        if name in ("issuer", "issue"):
            return self
        return _DAY if name.endswith(("_on", "_due")) else None


class _AnyFacts(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        if name == "forced_rules":
            return tuple(QUESTIONS)
        if name.startswith("has_"):
            return False  # what a step asks for where something is lacking is told as well
        return () if name.endswith("s") else _DAY  # people and things to choose from, else a day


def _samples() -> Iterator[_Sample]:
    measure = [{"text": "…"}]
    for source, severity, owner, ordinal in product(
        ("daily", "inspection_tour"), words.SEVERITIES, words.OWNER_LEVELS, (1, 2)
    ):
        yield _Sample(
            source=source, severity=severity, owner_level=owner, rectify_type="deadline", measures=measure,
            kind="reminder", signer_role="office_head", subject_rank="section", title="", requirements=[],
            ordinal=ordinal,
            by_unit=owner == "unit",
        )  # fmt: skip
    for level, rank in zip(words.LEVELS, words.SUBJECT_RANKS, strict=True):
        yield _Sample(
            level=level, computed_level=level, subject_rank=rank, kind="inquiry", signer_role="unit_discipline",
            source="daily", severity="general", owner_level="department", measures=[], title="",
            ordinal=1, colour="orange", keeper_id=1 if level == "low" else None,
        )  # fmt: skip


def write(folder: Path, *, check: bool = False) -> list[str]:
    """Write the pages; names those that differed. With `check` nothing is written."""
    stale = []
    for workflow in WORKFLOWS:
        path = folder / f"{workflow.name}.md"
        text = page(workflow)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    return stale
