"""Changes of risk points and the yearly review, as the demo accounts work them: their chains are true."""

from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import AnnualReview, Case, RiskPoint, Unit
from riskctl.services import accounts, annual_reviews, transitions
from riskctl.services.transitions import CaseRef


def play() -> None:
    """Two points change and the review of the year begins, some units ahead of others; commits."""
    _change(
        "SK",
        "dept_head",
        "owner",
        {"new_resp_post": "维修养护岗（新设）"},
        reason="机构调整，岗位职责重新划分",
    )
    _change(
        "JS",
        "dept_head_d",
        "change",
        {"new_manifestation": "设置倾向性资格条件；评分标准因人而设。"},
        reason="招标办法修订",
    )
    annual_reviews.open_year(clock.today().year)
    for code, head, commissioner in (("JS", "dept_head_d", "commissioner_d"), ("WZ", "dept_head_b", None)):
        if review := _review(code):
            _act(head, review, "confirm", {})
            if commissioner:
                _act(commissioner, review, "countersign", {"opinion": "情况属实"})


def _change(code: str, head: str, kind: str, changes: dict[str, Any], *, reason: str) -> None:
    query = select(RiskPoint).join(Unit, Unit.id == RiskPoint.unit_id).where(Unit.code == code)
    watched = query.where(RiskPoint.state == "active", RiskPoint.level.in_(("high", "medium")))
    point = db.session.scalars(watched.order_by(RiskPoint.id)).first()
    if point is None:
        return  # a demo of a few rows
    _act(head, point, "open_review", {"reason": reason})
    _act(head, point, "propose_change", {"kind": kind, "reason": reason, **changes})
    _act("secretary" if point.level == "high" else "leader", point, "approve_change", {"result": "同意"})


def _review(code: str) -> AnnualReview | None:
    query = select(AnnualReview).join(Unit, Unit.id == AnnualReview.unit_id).where(Unit.code == code)
    return db.session.scalars(query).first()


def _act(username: str, case: Case, trigger: str, data: dict[str, Any]) -> None:
    actor = accounts.actor_of(accounts.find(username))
    transitions.fire(actor, CaseRef(case.CASE_TYPE, case.id), trigger, data, version=case.version)
