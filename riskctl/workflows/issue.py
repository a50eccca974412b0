"""整改问题: what can happen to a rectification issue. Contract section 4; guards of domain 4.2 and 3.4."""

from riskctl.ladders import Duty
from riskctl.permissions import Role
from riskctl.workflows import guards, issue_inputs as inputs
from riskctl.workflows.engine import Record, Step, Workflow

STATES = {
    "draft": "登记",
    "verifying": "核定",
    "issued": "已交办",
    "objected": "异议复核",
    "planning": "制定方案",
    "plan_review": "方案审核",
    "rectifying": "整改中",
    "unit_check": "单位初审",
    "inspecting": "验收中",
    "sustaining": "阶段性完成·长期坚持",
    "publicizing": "公示",
    "approving": "待销号",
    "closed": "已销号",
    "archived": "已归档",
    "transferred": "已移送",
    "void": "不予列账",
}
# Nothing more is owed on an issue in these states; a risk point may go back under watch.
SETTLED = frozenset({"closed", "archived", "sustaining", "void", "transferred"})
OVER = frozenset({"closed", "archived", "void", "transferred"})


def is_unit_level(record: Record) -> bool:
    """On a unit's own ledger that unit's 纪委 verifies, issues and accepts."""
    return bool(record.owner_level == "unit")


def is_immediate(record: Record) -> bool:
    """立行立改 needs no plan."""
    return bool(record.rectify_type == "immediate")


def needs_plan(record: Record) -> bool:
    """Everything but 立行立改 is planned first."""
    return not is_immediate(record)


def is_long_term(record: Record) -> bool:
    """长期坚持 goes before severity."""
    return bool(record.rectify_type == "long_term")


def is_publicized(record: Record) -> bool:
    """较重 and 严重 are shown to the unit before they close."""
    return not is_long_term(record) and record.severity in ("serious", "grave")


def is_plain(record: Record) -> bool:
    """一般 goes straight to the closing approval."""
    return not is_long_term(record) and not is_publicized(record)


def evaluation_is_next(record: Record) -> bool:
    """Of a 长期坚持 issue the yearly evaluation is due before another quarter's report (domain 4.2)."""
    evaluation, report = record.evaluation_due, record.step_due_on
    return evaluation is None or report is None or bool(evaluation <= report)


def report_is_next(record: Record) -> bool:
    """A quarter's report is due before the yearly evaluation."""
    return not evaluation_is_next(record)


def verify_duty(record: Record) -> Duty:
    """Who verifies: 机关纪委, or the unit's 纪委 on its own ledger."""
    return Duty.ISSUE_VERIFY_UNIT if is_unit_level(record) else Duty.ISSUE_VERIFY


def sign_duty(record: Record) -> Duty:
    """Who signs the 整改通知书."""
    return Duty.ISSUE_SIGN_UNIT if is_unit_level(record) else Duty.ISSUE_SIGN


def plan_duty(record: Record) -> Duty:
    """Who fixes the plan: 分管领导, 党组 for a 严重 issue, the unit's 纪委 on its own ledger."""
    if is_unit_level(record):
        return Duty.ISSUE_INSPECT_UNIT
    return Duty.ISSUE_PLAN_APPROVE_GRAVE if record.severity == "grave" else Duty.ISSUE_PLAN_APPROVE


def inspect_duty(record: Record) -> Duty:
    """Who accepts (SOD-6: a unit's 纪委 only on its own ledger)."""
    return Duty.ISSUE_INSPECT_UNIT if is_unit_level(record) else Duty.ISSUE_INSPECT


def close_duty(record: Record) -> Duty:
    """Who signs the closing (domain 3.4, step 5): by severity; 巡视 issues as 严重."""
    if is_unit_level(record):
        return Duty.ISSUE_CLOSE_UNIT
    if record.severity == "grave" or record.source == "inspection_tour":
        return Duty.ISSUE_CLOSE_GRAVE
    return Duty.ISSUE_CLOSE_SERIOUS if record.severity == "serious" else Duty.ISSUE_CLOSE_GENERAL


# SOD-1: the chains in which nobody acts twice are submit–issue, submit_plan–approve_plan,
# apply_closure–close; SOD-2: who rectifies does not accept.
# "accepted_before" holds who accepted in an earlier round: a reopened issue goes past them (domain 3.7).
_RECTIFIED = ("sign_receipt", "submit_plan", "report_progress", "apply_closure")
_ACCEPTING = (*_RECTIFIED, "accepted_before")
_CLOSING = (
    "apply_closure", "pass_unit_check", "pass_inspection", "accept_directly", "conclude", "record_done",
)  # fmt: skip

# Who may be asked to agree: 双审核 of the plan (domain 3.3), inspectors (SOD-3), 分管领导 with 机关纪委 (3.4, 5).
_PLAN_REVIEWERS = (Role.UNIT_DISCIPLINE, Role.DEPT_HEAD, Role.OFFICE, Role.LEADER, Role.SECRETARY)
_INSPECTORS = (Role.UNIT_DISCIPLINE, Role.OFFICE, Role.RESIDENT, Role.AUDITOR)
_SIGNERS = (Role.OFFICE_HEAD, Role.LEADER, Role.SECRETARY)

STEPS = (
    Step(
        "submit", ("draft",), "verifying", "提交核定", Duty.ISSUE_SUBMIT,
        inputs=(inputs.NOT_CLUE,), awaited=True, returnable=True,
    ),
    Step(
        "record_done", ("draft",), "approving", "即知即改", Duty.ISSUE_SUBMIT,
        inputs=(inputs.record_done,), blockers=(guards.is_self_found, guards.is_general_or_unset),
    ),
    Step(
        "verify", ("verifying",), None, "核定", verify_duty,
        inputs=(inputs.verify,), checks=(guards.demands_are_printable,), apart=("submit",), awaited=True,
    ),
    Step(
        "issue", ("verifying",), "issued", "签发交办", sign_duty,
        blockers=(guards.is_verified, guards.is_notice_complete, guards.is_notice_printable), apart=("submit", "verify"), awaited=True,
        by_paper=("submit", "verify"),
    ),
    Step("send_back", ("verifying",), "draft", "退回", verify_duty, inputs=(inputs.REASON,), backward=True),
    Step("void", ("draft", "verifying"), "void", "不予列账", verify_duty, inputs=(inputs.REASON,), backward=True),
    Step(
        "transfer", ("verifying",), "transferred", "移送", Duty.CLUE_HANDLE,
        inputs=(inputs.TRANSFER_REASON,),
    ),
    Step(
        "return_from_transfer", ("transferred",), "verifying", "不予移送", Duty.CLUE_HANDLE,
        inputs=(inputs.REASON, *inputs.WORDING), backward=True,
    ),
    Step(
        "sign_receipt", ("issued",), "rectifying", "签收", Duty.ISSUE_RECEIVE,
        inputs=(inputs.receipt, inputs.immediate_measures), when=is_immediate, awaited=True,
    ),
    Step(
        "sign_receipt", ("issued",), "planning", "签收", Duty.ISSUE_RECEIVE,
        inputs=(inputs.receipt,), when=needs_plan, awaited=True,
    ),
    Step(
        "object", ("issued", "planning"), "objected", "提出异议", Duty.ISSUE_RECEIVE,
        inputs=(inputs.OBJECTION, inputs.ENCLOSED), backward=True,
    ),
    Step(
        "uphold", ("objected",), "planning", "维持原认定", Duty.ISSUE_ANSWER,
        inputs=(inputs.OPINION,), awaited=True,
    ),
    Step(
        "accept_objection", ("objected",), "verifying", "采纳异议", Duty.ISSUE_ANSWER,
        inputs=(inputs.REASON,), backward=True,
    ),
    Step(
        "recall", ("issued", "planning", "objected"), "verifying", "撤回交办", sign_duty,
        inputs=(inputs.REASON,), backward=True,
    ),
    Step(
        "submit_plan", ("planning",), "plan_review", "报送方案", Duty.ISSUE_RECTIFY,
        inputs=(inputs.plan,), awaited=True, returnable=True, proxied=True,
    ),
    Step(
        "approve_plan", ("plan_review",), "rectifying", "审定方案", plan_duty,
        inputs=(inputs.COMMENT,), apart=("submit_plan",), awaited=True, by_paper=("submit_plan",),
        joint=_PLAN_REVIEWERS,
    ),
    Step(
        "return_plan", ("plan_review",), "planning", "退回方案", plan_duty,
        inputs=(inputs.REASON,), apart=("submit_plan",), backward=True,
    ),
    Step(
        "report_progress", ("rectifying",), None, "报告进展", Duty.ISSUE_PROGRESS,
        inputs=(inputs.progress, inputs.money), proxied=True,
    ),
    Step(
        "report_progress", ("sustaining",), None, "报告进展", Duty.ISSUE_PROGRESS,
        inputs=(inputs.progress, inputs.money), awaited=True, proxied=True,
    ),
    Step(
        "apply_closure", ("rectifying",), "unit_check", "申请销号", Duty.ISSUE_RECTIFY,
        inputs=(*inputs.STANDARDS, inputs.SELF_CHECK, inputs.closure_evidence, inputs.money, inputs.LEADER_SIGNED), awaited=True,
        blockers=(guards.no_open_extension,), returnable=True, proxied=True,
    ),
    Step(
        "accept_directly", ("rectifying",), "approving", "现场核销", inspect_duty,
        inputs=(inputs.on_site,), blockers=(guards.is_small, guards.no_open_extension), apart=_ACCEPTING,
    ),
    Step(
        "pass_unit_check", ("unit_check",), "inspecting", "初审通过", Duty.ISSUE_UNIT_CHECK,
        inputs=(inputs.OPINION, inputs.NO_CONFLICT), apart=_RECTIFIED, awaited=True,
    ),
    Step(
        "pass_inspection", ("inspecting",), "sustaining", "验收通过", inspect_duty,
        inputs=(inputs.inspection,), blockers=(guards.two_inspectors,), checks=(guards.covers_inspectors,),
        when=is_long_term, apart=(*_ACCEPTING, "pass_unit_check"), awaited=True, joint=_INSPECTORS,
    ),
    Step(
        "pass_inspection", ("inspecting",), "publicizing", "验收通过", inspect_duty,
        inputs=(inputs.inspection,), blockers=(guards.two_inspectors,), checks=(guards.covers_inspectors,),
        when=is_publicized, apart=(*_ACCEPTING, "pass_unit_check"), awaited=True, joint=_INSPECTORS,
    ),
    Step(
        "pass_inspection", ("inspecting",), "approving", "验收通过", inspect_duty,
        inputs=(inputs.inspection,), blockers=(guards.two_inspectors,), checks=(guards.covers_inspectors,),
        when=is_plain, apart=(*_ACCEPTING, "pass_unit_check"), awaited=True, joint=_INSPECTORS,
    ),
    Step(
        "end_publicity", ("publicizing",), "approving", "公示期满", inspect_duty,
        inputs=(inputs.OBJECTIONS_ANSWERED,), blockers=(guards.publicity_over,), awaited=True,
    ),
    Step(
        "conclude", ("sustaining",), "approving", "年度评估通过", inspect_duty,
        inputs=(inputs.EVALUATION,), when=evaluation_is_next, apart=_ACCEPTING, awaited=True,
    ),
    Step(
        "conclude", ("sustaining",), "approving", "年度评估通过", inspect_duty,
        inputs=(inputs.EVALUATION,), when=report_is_next, apart=_ACCEPTING,
    ),
    Step(
        "close", ("approving",), "closed", "销号", close_duty,
        inputs=(inputs.closing,), apart=_CLOSING, awaited=True, by_paper=("apply_closure", "record_done"),
        joint=_SIGNERS,
    ),
    Step(
        "return_rectification", ("unit_check",), "rectifying", "退回整改", Duty.ISSUE_UNIT_CHECK,
        inputs=(inputs.returning,), apart=_RECTIFIED, backward=True,
    ),
    Step(
        "return_rectification", ("inspecting", "publicizing", "sustaining"), "rectifying", "退回整改", inspect_duty,
        inputs=(inputs.returning,), apart=_RECTIFIED, backward=True,
    ),
    Step(
        "return_rectification", ("approving",), "rectifying", "退回整改", close_duty,
        inputs=(inputs.returning,), apart=_CLOSING, backward=True,
    ),
    Step(
        "reopen", ("closed", "archived", "sustaining"), "issued", "重新整改", Duty.ISSUE_REOPEN,
        inputs=(inputs.reopening,), backward=True,
    ),
    Step(
        "archive", ("closed",), "archived", "归档", Duty.ISSUE_ARCHIVE,
        blockers=(guards.may_archive,), awaited=True,
    ),
)  # fmt: skip

_LEDGER_FIELDS = frozenset(
    {"source_doc", "title", "domain", "severity", "rectify_type", "risk_point_ids", "resp_post",
     "resp_leader_post", "joint_unit_ids", "section_id", "owner_level", "basis", "requirement",
     "acceptance_standard", "due_on", "amount_involved", "amount_recovered", "amount_returned"}
)  # fmt: skip
_CORRECTABLE = frozenset(
    {"source_doc", "domain", "risk_point_ids", "resp_post", "resp_leader_post", "joint_unit_ids", "section_id",
     "amount_involved", "amount_recovered", "amount_returned"}
)  # fmt: skip

ISSUE = Workflow(
    name="issue",
    label="问题",
    initial="draft",
    states=STATES,
    final=frozenset({"archived", "void"}),
    kept={"transferred": "return_from_transfer"},
    main_line=(
        "draft", "verifying", "issued", "planning", "plan_review", "rectifying", "unit_check",
        "inspecting", "publicizing", "approving", "closed", "archived",
    ),
    steps=STEPS,
    terms={
        "draft": 3, "verifying": 3, "issued": 2, "objected": 5, "planning": 10, "plan_review": 5,
        "unit_check": 5, "inspecting": 10, "publicizing": 5, "approving": 3,
    },
    editable={
        "draft": _LEDGER_FIELDS | {"unit_id", "source", "verbatim", "found_on"},
        "verifying": _LEDGER_FIELDS,
        "planning": frozenset({"measures", "goal"}),
    },
    corrections={
        state: _CORRECTABLE
        for state in STATES
        if state not in ("draft", "verifying", "closed", "archived", "transferred", "void")
    },
)  # fmt: skip
