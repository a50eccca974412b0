"""The demo ledgers: fifteen written points varied over the units, six written issues in several states."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, RiskPoint, Unit
from riskctl.services import accounts, audit, check_cycles, grading, numbers
from riskctl.services.demo.points import POINTS
from riskctl.services.risk_point_changes import next_review
from riskctl.workflows import dictionaries as words

_BATCH = 1000


def units() -> list[Unit]:
    """The 处室 and 直属单位 over which the demo is spread."""
    kinds = ("department", "affiliated")
    return list(db.session.scalars(select(Unit).where(Unit.kind.in_(kinds)).order_by(Unit.id)))


def make_risk_points(total: int) -> Iterator[int]:
    """Points in force; yields how many were written after each batch. Every tenth is not scored yet.
    No commit."""
    office = accounts.find("office").id
    places = units()
    by_code = {unit.code: unit for unit in places}
    for start in range(0, total, _BATCH):
        plan = [_planned(n, places, by_code) for n in range(start, min(start + _BATCH, total))]
        _write([_point(unit, values, office) for unit, values in _coded(plan, "LF")], office)
        yield min(start + _BATCH, total)


def _planned(number: int, units: list[Unit], by_code: dict[str, Unit]) -> tuple[Unit, dict[str, Any]]:
    code, values = POINTS[number % len(POINTS)]
    if number < len(POINTS):
        return by_code[code], dict(values)
    unit = units[(number * 7) % len(units)]
    varied = dict(values)
    if number % 10 == 9:
        varied["likelihood"] = varied["impact"] = None
    else:
        varied["likelihood"] = 1 + (number * 3) % 5
        varied["impact"] = 1 + (number * 5 + number // 5) % 5
    varied["title"] = f"{values['title']}（{number // len(POINTS)}）"
    return unit, varied


def _coded(plan: list[tuple[Unit, dict[str, Any]]], prefix: str) -> Iterable[tuple[Unit, dict[str, Any]]]:
    wanted: dict[int, int] = {}
    for unit, _ in plan:
        wanted[unit.id] = wanted.get(unit.id, 0) + 1
    units = {unit.id: unit for unit, _ in plan}
    codes = {i: iter(numbers.case_codes(prefix, units[i], n)) for i, n in wanted.items()}
    return [(unit, {**values, "code": next(codes[unit.id])}) for unit, values in plan]


def _point(unit: Unit, values: dict[str, Any], office: int) -> RiskPoint:
    today = clock.today()
    point = RiskPoint(
        **values, unit_id=unit.id, state="active", created_by_id=office, acted={"create": [office]},
        approved_on=today, identified_on=today, review_due=next_review(today),
    )  # fmt: skip
    grading.compute(point)
    point.level = point.computed_level
    check_cycles.schedule(point, today)
    return point


def _write(records: list[Any], office: int) -> None:
    db.session.add_all(records)
    db.session.flush()
    audit.append_founding(records, trigger="seed", actor_id=office)
    db.session.expunge_all()


_TITLES = (
    "小额维养项目未经比选直接委托", "防汛物资盘点账实不符", "年度采砂计划未附集体研究记录", "支委会记录不完整",
    "公务接待审批手续后补", "项目资金支付进度超过形象进度", "设计变更未按权限报批", "风险岗位轮换超期",
)  # fmt: skip
_STATES = ("issued", "planning", "rectifying", "rectifying", "closed", "closed")


def make_issues(total: int) -> Iterator[int]:
    """Issues in bulk, each with its founding event; yields how many were written after each batch. No commit."""
    office = accounts.find("office").id
    places = units()
    for start in range(0, total, _BATCH):
        plan = [
            (places[(n * 5) % len(places)], _issue_values(n))
            for n in range(start, min(start + _BATCH, total))
        ]
        _write([_issue(unit, values, office) for unit, values in _coded(plan, "WT")], office)
        yield min(start + _BATCH, total)


def issue_text(number: int) -> tuple[str, str]:
    """Title and verbatim of a demo issue."""
    title = _TITLES[number % len(_TITLES)]
    return title, f"检查发现：{title}。"


def _issue_values(number: int) -> dict[str, Any]:
    today = clock.today()
    state = _STATES[number % len(_STATES)]
    found = today - timedelta(days=20 + number * 37 % 90)
    due = found + timedelta(days=45 + number % 40)
    done = min(due, today) if state == "closed" else None
    title, verbatim = issue_text(number)
    measure = {
        "text": "完善制度并逐项整改", "owner_post": "责任科室负责人", "due_on": due.isoformat(),
        "evidence_required": True, "evidence": [], "done_on": done.isoformat() if done else None,
    }  # fmt: skip
    return {
        "title": title, "verbatim": verbatim, "state": state, "found_on": found, "due_on": due,
        "due_original": due, "issued_on": found + timedelta(days=5), "closed_on": done,
        "source": tuple(words.SOURCES)[number % len(words.SOURCES)], "severity": ("general", "serious")[number % 5 == 0],
        "rectify_type": "deadline", "measures": [measure] if state in ("rectifying", "closed") else [],
        "basis": [{"document": "廉政风险防控管理办法", "clause": "第十二条"}], "requirement": "查明原因，限期整改到位。",
        "acceptance_standard": "问题消除，制度健全。", "resp_leader_post": "单位主要负责人", "outcome": "done" if done else None,
        "step_due_on": None if done else due, "owner_level": "department",
    }  # fmt: skip


def _issue(unit: Unit, values: dict[str, Any], office: int) -> Issue:
    return Issue(
        **values, unit_id=unit.id, created_by_id=office, acted={"create": [office]}, verified_at=clock.now()
    )
