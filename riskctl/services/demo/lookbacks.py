"""One look-back campaign with its first results, and a self-check task or two, so that no page is empty."""

from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Case, Issue, Lookback, Unit, User
from riskctl.services import accounts, campaigns, lookbacks, self_checks, transitions
from riskctl.services.transitions import CaseRef

_ASKED = {
    "title": "小额维养项目比选程序执行情况",
    "content": "自查2025年以来限额以下维修养护项目是否履行比选程序、有无化整为零；有同类情形的写明项目数和金额。",
}
_MOST = 200


def play() -> None:
    """Look again at what was closed, if anything was, and ask two units about one kind of problem; commits."""
    closed = list(db.session.scalars(select(Issue.unit_id).where(Issue.state == "closed").order_by(Issue.id)))
    if closed:
        root = select(Unit.id).where(Unit.kind == "organ").order_by(Unit.id).limit(1)
        # In a large demo one unit is enough.
        _look_back(closed[0] if len(closed) > _MOST else db.session.scalars(root).one())
    taught = (
        select(Issue).where(Issue.state == "planning", Issue.source == "special_check").order_by(Issue.id)
    )
    issue = db.session.scalars(taught.limit(1)).first()
    if issue is not None:
        asked = select(Unit.id).where(Unit.code.in_(("WZ", "JS")), Unit.id != issue.unit_id)
        self_checks.send(_actor("office"), issue.id, {**_ASKED, "unit_ids": list(db.session.scalars(asked))})


def _look_back(unit_id: int) -> None:
    campaign = campaigns.create(
        _actor("office"),
        {
            "title": f"{clock.today().year}年度整改回头看", "unit_id": unit_id,
            "programme": "对照整改方案逐项复查，重点看制度是否仍在执行、同类问题有无再发生。",
            "questions": [{"text": "整改时建立的制度是否仍在执行"}, {"text": "同类问题有无再次发生"}],
        },
    )  # fmt: skip
    _act(
        "office",
        campaign,
        "publish_seed",
        {"seed": "20261120", "seed_source": "公布日前一期公开摇奖号码（演示）"},
    )
    due = lookbacks.check_default().isoformat()
    _act("office", campaign, "draw", {"check_due": due})
    drawn = select(Lookback).where(Lookback.campaign_id == campaign.id, Lookback.state == "assigned")
    item = db.session.scalars(drawn.order_by(Lookback.id).limit(1)).first()
    if item is not None:
        inspector = db.session.get_one(User, item.inspectors[0]).username
        found = {
            "answer_1": "仍在执行", "answer_2": "没有再次发生", "result": "consolidated", "finding": "查阅资料并现场核对，整改措施落实。",
            "checked_on": clock.today().isoformat(), "both_checked": True, "no_conflict": True,
        }  # fmt: skip
        _act(inspector, item, "check", found)


def _actor(username: str) -> Any:
    return accounts.actor_of(accounts.find(username))


def _act(username: str, case: Case, trigger: str, data: dict[str, Any]) -> None:
    ref = CaseRef(case.CASE_TYPE, case.id)
    transitions.fire(_actor(username), ref, trigger, data, version=case.version)
