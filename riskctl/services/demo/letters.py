"""One letter of every kind that the rest of the demo does not bring: drafted by its step or by hand."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Interview, Issue, Notice, Unit
from riskctl.permissions import Actor
from riskctl.services import accounts, drafting, interviews, issues, notices, papers, transitions
from riskctl.services.papers import Subject
from riskctl.services.transitions import CaseRef
from riskctl.services.workdays import add_workdays

_POST = "工程管理科科长"
_REASON = "2025年4项小额维修养护项目未经比选，直接委托同一单位实施，经检查指出后整改不到位。"


def play() -> None:
    """Draft them all; commits."""
    unit = _unit("SK")
    _talk("warning", "小额维修养护项目直接委托问题突出，整改不力。")
    _talk("inquiry", "请说明2025年小额维修养护项目承包单位的确定过程，以及本人与承包单位的往来情况。")
    _admonish()
    reminded = _proposed("reminder", "小额项目发包程序不规范，有苗头性问题。")
    _by_hand(
        "office",
        "reminder_letter",
        reminded,
        {"matter": "小额项目发包"},
        "严格执行比选制度\n对在办项目逐项自查",
    )
    issue = db.session.scalars(
        select(Issue).where(Issue.unit_id == unit.id, Issue.state == "planning")
    ).first()
    if issue is not None:
        cause = "比选制度不健全，限额以下的项目缺少程序约束；审核把关不严，内部监督流于形式。"
        _by_hand(
            "office",
            "inspection_suggestion",
            issue,
            {"cause": cause},
            "修订小额项目管理办法\n对近三年小额项目全面自查",
        )
    _by_hand("office", "bulletin", _unit("SLT"), {"sort": "progress"}, None)
    _by_hand(
        "office", "evaluation_report", unit, _VOTES, "对评价偏低的事项制定整改措施\n在班子会议上通报测评结果"
    )
    _clue(unit)
    _revoked(unit)


_VOTES = {
    "event": "2026年度述责述廉民主测评", "held_on": date(2026, 11, 10), "expected": 60, "issued": 52, "returned": 50,
    "valid": 49, "results": "总体评价：好30票、较好12票、一般5票、差2票，优良率85.7%。\n"
    "执行“三重一大”制度：好25票、较好10票、一般11票、差3票，优良率71.4%。",
    "situation": "“三重一大”制度执行评价偏低，主要反映集体研究材料不全、会议记录不规范。",
}  # fmt: skip


def _unit(code: str) -> Unit:
    return db.session.scalars(select(Unit).where(Unit.code == code)).one()


def _actor(username: str) -> Actor:
    return accounts.actor_of(accounts.find(username))


def _act(username: str, case: Any, trigger: str, **data: Any) -> None:
    ref = CaseRef(case.CASE_TYPE, case.id)
    transitions.fire(_actor(username), ref, trigger, data, version=case.version)


def _by_hand(by: str, kind: str, target: Any, parts: dict[str, Any], requirements: str | None) -> None:
    data = {"parts": parts, **({"requirements": requirements} if requirements else {})}
    drafting.create(_actor(by), kind, target, data)


def _proposed(kind: str, reason: str) -> Interview:
    data = {
        "unit_id": _unit("SK").id, "kind": kind, "subject_post": _POST, "subject_rank": "section", "reason": reason,
        "basis": "《中国共产党党内监督条例》",
    }  # fmt: skip
    interview = interviews.create(_actor("office"), data)
    _act("unit_discipline", interview, "approve", no_conflict=True)
    return interview


def _talk(kind: str, reason: str) -> Interview:
    interview = _proposed(kind, reason)
    if kind == "inquiry":
        due = add_workdays(clock.today(), 15).on.isoformat()
        _act("office", interview, "notify", reply_due=due, contact="机关纪委综合室")
        return interview
    at = clock.from_local(datetime.combine(add_workdays(clock.today(), 5).on, time(9, 30)))
    _act(
        "office", interview, "notify", scheduled_at=at.isoformat(), place="机关纪委谈话室", contact="机关纪委综合室",
        interviewers=[_actor(name).user_id for name in ("office_head", "office")],
        recorder=_actor("office2").user_id, materials="近两年小额项目发包台账、比选记录",
    )  # fmt: skip
    return interview


def _admonish() -> None:
    interview = _talk("admonition", _REASON)
    now = clock.now().isoformat()
    asked = [{"text": "修订小额项目管理办法", "due_on": add_workdays(clock.today(), 10).on.isoformat()}]
    _act(
        "office", interview, "hold", held_from=now, held_to=now, present="约谈人2名，记录人1名", content="指出问题，提出要求。",
        no_conflict=True, requirements=asked,
    )  # fmt: skip


def _issue(unit: Unit, title: str) -> Issue:
    data = {
        "unit_id": unit.id, "source": "daily", "title": title, "verbatim": f"日常监督发现：{title}。",
        "found_on": clock.today() - timedelta(days=2),
    }  # fmt: skip
    issue = issues.create(_actor("office"), data)
    _act("office", issue, "submit", not_clue=True)
    return issue


def _clue(unit: Unit) -> None:
    issue = _issue(unit, "维修养护项目承包单位确定过程存疑")
    _act("office2", issue, "transfer", reason_code="clue")
    notice = db.session.scalars(select(Notice).where(Notice.kind == "clue_transfer")).one()
    notices.edit(_actor("office"), notice.id, {"parts": {"pages": 12}}, version=notice.version)


def _revoked(unit: Unit) -> None:
    """An order that was served and taken back; the one that follows it waits for its signature."""
    issue = _issue(unit, "防汛物资出库登记不全")
    verified = {
        "severity": "general", "rectify_type": "deadline", "not_clue": True, "requirement": "补齐登记，完善出库手续。",
        "due_on": add_workdays(clock.today(), 30).on.isoformat(), "acceptance_standard": "登记完整，账实相符。",
        "basis": [{"document": "防汛物资管理办法", "clause": "第九条"}], "resp_leader_post": "单位主要负责人",
    }  # fmt: skip
    _act("office2", issue, "verify", **verified)
    _act("office_head", issue, "issue")
    letter = (Notice.issues.any(Issue.id == issue.id), Notice.document_class == "G")
    order = db.session.scalars(select(Notice).where(*letter)).one()
    today = clock.today().isoformat()
    _act("office", order, "send", method="direct", servers="机关纪委干部甲、乙", sent_on=today)
    _act("office_head", issue, "recall", reason="认定依据有误")
    _act("office2", issue, "verify", **verified)
    known = select(Notice.id).where(Notice.kind == "revocation_notice", Notice.parent_id == order.id)
    if db.session.scalar(known) is None:
        fields = {"title": f"关于撤销《{order.title}》的通知", "requirements": "认定依据有误"}
        papers.draft(
            "revocation_notice", Subject(order.unit, parent=order), _actor("office").user_id,
            issuer=order.issuer, fields=fields,
        )  # fmt: skip
        db.session.commit()
