"""A few issues and one interview that the demo accounts really worked: their chains are true."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Case, RiskPoint, Unit
from riskctl.services import accounts, extensions, interviews, issues, transitions
from riskctl.services.transitions import CaseRef
from riskctl.services.workdays import add_workdays

_BASIS = [{"document": "廉政风险防控管理办法", "number": "", "clause": "第十二条", "text": ""}]
_WRITTEN = (
    (
        "SK",
        "special_check",
        "小额维养项目未经比选直接委托",
        "2025年有4项维修养护小额项目未经比选，直接委托同一单位实施。",
        4,
    ),
    ("WZ", "audit", "防汛物资盘点差异", "内部审计发现，防汛抢险物资账面数与实物数差异3.2%，原因未查明。", 3),
    (
        "HH",
        "inspection_tour",
        "采砂年度计划未附集体研究记录",
        "2026年河道采砂年度计划报批材料中未附集体研究决定的记录。",
        2,
    ),
    ("SK", "branch_check", "支委会会议记录不完整", "2026年第一季度支委会会议记录缺2次。", 0),
    (
        "JS",
        "evaluation",
        "“三重一大”制度执行测评偏低",
        "民主测评中，执行“三重一大”制度一项评价为一般和差的占28%。",
        1,
    ),
    ("ZJ", "duty_report", "风险岗位轮换超期", "述责述廉反映，质量监督岗位有2人轮岗超过规定年限。", 1),
)


def play() -> None:
    """Register the written issues and take each some steps on its way; commits."""
    for code, source, title, verbatim, steps in _WRITTEN:
        issue = _registered(code, source, title, verbatim)
        for trigger, username, data in _script(issue, code)[:steps]:
            _act(username, issue, trigger, data)
    _extension()
    _interview()


def _extension() -> None:
    """One issue in rectification whose date was put off, with its reply in draft."""
    title, verbatim = "档案移交不及时", "检查发现2025年度3个项目的竣工档案未按期移交。"
    issue = _registered("SK", "daily", title, verbatim)
    steps = _script(issue, "SK")
    for trigger, username, data in (*steps, ("approve_plan", "leader", {})):
        _act(username, issue, trigger, data)
    asked = {
        "issue_id": issue.id,
        "workdays": 10,
        "reason_code": "joint",
        "reason": "需会同档案主管部门验收。",
    }
    extension = extensions.create(accounts.actor_of(accounts.find("dept_head")), asked)
    _act("unit_discipline", extension, "check", {"opinion": "情况属实"})
    _act("leader", extension, "approve", {"opinion": "同意"})


def _registered(code: str, source: str, title: str, verbatim: str) -> Any:
    unit = db.session.scalars(select(Unit).where(Unit.code == code)).one()
    points = select(RiskPoint.id).where(RiskPoint.unit_id == unit.id).order_by(RiskPoint.id).limit(1)
    actor = accounts.actor_of(accounts.find("office"))
    return issues.create(
        actor,
        {
            "unit_id": unit.id, "source": source, "title": title, "verbatim": verbatim,
            "found_on": clock.today() - timedelta(days=6), "risk_point_ids": list(db.session.scalars(points)),
        },
    )  # fmt: skip


def _script(issue: Any, code: str) -> Sequence[tuple[str, str, dict[str, Any]]]:
    due = add_workdays(clock.today(), 30).on.isoformat()
    verified = {
        "severity": "general", "rectify_type": "deadline", "due_on": due, "basis": _BASIS,
        "requirement": "查明原因，逐项整改，完善制度，防止再次发生。", "acceptance_standard": "问题逐项纠正，制度修订完善并执行到位。",
        "resp_leader_post": "单位主要负责人", "not_clue": True,
    }  # fmt: skip
    measures = [
        {"text": "逐项核查并纠正", "owner_post": "责任科室负责人", "due_on": due},
        {"text": "修订完善内部管理制度", "owner_post": "综合科负责人", "due_on": due},
    ]
    receiver = {"SK": "dept_head", "WZ": "dept_head_b", "JS": "dept_head_d"}.get(code, "office")
    return (
        ("submit", "office", {"not_clue": True}),
        ("verify", "office2", verified),
        ("issue", "office_head", {}),
        ("sign_receipt", receiver, {"received_on": clock.today().isoformat(), "receiver": "单位主要负责人"}),
        ("submit_plan", receiver, {"goal": "按期整改到位", "measures": measures, "commitment": True}),
    )


def _act(username: str, case: Case, trigger: str, data: dict[str, Any]) -> None:
    actor = accounts.actor_of(accounts.find(username))
    transitions.fire(actor, CaseRef(case.CASE_TYPE, case.id), trigger, data, version=case.version)


def _interview() -> None:
    unit = db.session.scalars(select(Unit).where(Unit.code == "SK")).one()
    interviews.create(
        accounts.actor_of(accounts.find("office")),
        {
            "unit_id": unit.id, "kind": "reminder", "subject_post": "工程管理科科长", "subject_rank": "section",
            "reason": "小额维养项目直接委托问题突出，需提醒规范。",
        },
    )  # fmt: skip
