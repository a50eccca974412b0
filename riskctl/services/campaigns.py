"""回头看: campaigns over closed issues, the list that each draws from, and the draw that anybody can repeat."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Campaign, CampaignCandidate, Issue, Lookback, Unit
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, cases, lookbacks, numbers, rules
from riskctl.services.facts import COMMON
from riskctl.services.kinds import CaseKind, Move
from riskctl.workflows import draw
from riskctl.workflows.campaign import CAMPAIGN
from riskctl.workflows.lookback import OPEN

_AT_ONCE = 1000
# 严重 and 巡视 are looked at in any case (domain 3.7).
_OBLIGATORY = or_(Issue.severity == "grave", Issue.source == "inspection_tour")


def create(actor: Actor, data: Mapping[str, Any]) -> Campaign:
    """Plan a campaign; raises NotAllowed, or InvalidInput that names the field."""
    cases.unit_within(actor, Permission.CAMPAIGN_MANAGE, data["unit_id"])
    fields = {"share": rules.value("lookback_share"), "kind": "lookback", **_given(data)}
    _refuse_bad(fields)
    code = f"HTK-{clock.today().year}-{numbers.next_in(f'HTK-{clock.today().year}'):02d}"
    campaign = Campaign(
        **fields, code=code, state=CAMPAIGN.initial, created_by_id=actor.user_id,
        acted={"create": [actor.user_id]},
    )  # fmt: skip
    cases.start(campaign, CAMPAIGN.terms["draft"])
    db.session.add(campaign)
    db.session.flush()
    audit.append(campaign, trigger="create", actor_id=actor.user_id, before=None, from_state=None)
    db.session.commit()
    return campaign


def edit(actor: Actor, campaign_id: int, data: Mapping[str, Any], *, version: int) -> Campaign:
    """Change a campaign whose seed is not published yet; from then on scope and seed stand."""
    campaign: Campaign = cases.load_for_edit(actor, Campaign, campaign_id, version)
    if not allowed(actor, Permission.CAMPAIGN_MANAGE, campaign.unit_id):
        raise NotAllowed("您的岗位不能修改回头看方案", code="no_permission")
    fields = dict(data)
    cases.refuse_locked(CAMPAIGN, campaign, fields, correcting=False)
    if "unit_id" in fields:
        cases.unit_within(actor, Permission.CAMPAIGN_MANAGE, fields["unit_id"])
    _refuse_bad({"closed_from": campaign.closed_from, "closed_to": campaign.closed_to, **fields})
    if "questions" in fields:
        fields["questions"] = fields["questions"] or []
    cases.apply_changes(actor, campaign, fields, trigger="edit")
    db.session.commit()
    return campaign


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def _refuse_bad(fields: Mapping[str, Any]) -> None:
    start, end = fields.get("closed_from"), fields.get("closed_to")
    if start and end and end < start:
        raise InvalidInput("销号止期不能早于起期", field="closed_to", code="ends_before")
    if fields.get("source") == "petition":
        # A list of petitions would tell that someone complained (contract 5); they stand under 日常监督.
        raise InvalidInput("信访举报件并入“日常监督”，不单独划定范围", field="source", code="source")


def scope(campaign: Campaign) -> list[ColumnElement[bool]]:
    """What an issue must be to stand on the campaign's list: closed, in its scope, and in no open check."""
    below = select(Unit.id).where(
        or_(Unit.id == campaign.unit_id, Unit.path.contains(f"/{campaign.unit_id}/"))
    )
    busy = select(Lookback.issue_id).where(Lookback.state.in_(OPEN))
    found: list[ColumnElement[bool]] = [
        Issue.closed_on.is_not(None), Issue.restricted.is_(False), Issue.unit_id.in_(below),
        Issue.id.not_in(busy),
    ]  # fmt: skip
    if campaign.closed_from:
        found.append(Issue.closed_on >= campaign.closed_from)
    if campaign.closed_to:
        found.append(Issue.closed_on <= campaign.closed_to)
    given = {name: getattr(campaign, name) for name in ("severity", "source", "domain")}
    found += [getattr(Issue, name).in_(_meant(value)) for name, value in given.items() if value]
    return found


def _meant(value: str) -> tuple[str, ...]:
    # A petition is looked at among what 日常监督 found.
    return ("daily", "petition") if value == "daily" else (value,)


def preview(campaign: Campaign) -> tuple[int, int]:
    """How many issues the scope holds now, and how many of them are looked at in any case."""
    query = select(func.count(Issue.id), func.count(Issue.id).filter(_OBLIGATORY)).where(*scope(campaign))
    total, obligatory = db.session.execute(query).one()
    return total, obligatory


def _published(move: Move) -> None:
    """The list stands with the seed: neither can be fitted to the other any more."""
    campaign = move.record
    campaign.seed = campaign.seed.strip()
    query = select(Issue.id, Issue.code, func.coalesce(_OBLIGATORY, False)).where(*scope(campaign))
    rows = db.session.execute(query).all()
    campaign.candidate_count = len(rows)
    campaign.obligatory_count = sum(1 for row in rows if row[2])
    campaign.candidate_digest = draw.digest(_entry(code, bool(must)) for _, code, must in rows)
    listed = [
        {
            "campaign_id": campaign.id, "issue_id": issue_id, "line": draw.line(campaign.seed, code),
            "obligatory": bool(must), "listed_on": move.today, "drawn": False,
        }
        for issue_id, code, must in rows
    ]  # fmt: skip
    db.session.execute(insert(CampaignCandidate), listed)


def _entry(code: str, obligatory: bool) -> str:
    return f"{code}*" if obligatory else code


def _drawn(move: Move) -> None:
    """Mark those that must be looked at and the first of the others in the order of the draw."""
    campaign = move.record
    others = [code for code, _, must, _ in _rows(campaign) if not must]
    chosen = draw.drawn(campaign.seed, others, campaign.share)
    last = draw.line(campaign.seed, chosen[-1]) if chosen else ""
    here = CampaignCandidate.campaign_id == campaign.id
    taken = or_(CampaignCandidate.obligatory, CampaignCandidate.line <= last)
    db.session.execute(
        update(CampaignCandidate).where(here, taken).values(drawn=True),
        execution_options={"synchronize_session": False},
    )
    campaign.drawn_count = len(chosen) + campaign.obligatory_count
    campaign.drawn_on = move.today


def _rows(campaign: Campaign) -> Sequence[tuple[str, str, bool, bool]]:
    """Code, line, whether it must be looked at, and whether it was drawn, of every issue on the list."""
    query = (
        select(Issue.code, CampaignCandidate.line, CampaignCandidate.obligatory, CampaignCandidate.drawn)
        .join(CampaignCandidate, CampaignCandidate.issue_id == Issue.id)
        .where(CampaignCandidate.campaign_id == campaign.id)
    )
    return [(code, line, must, drawn) for code, line, must, drawn in db.session.execute(query)]


def faults(campaign: Campaign) -> list[str]:
    """What is wrong with the list or the draw when both are worked out anew; nothing if they are right."""
    if campaign.seed is None:
        return []
    rows = _rows(campaign)
    found = []
    if draw.digest(_entry(code, must) for code, _, must, _ in rows) != campaign.candidate_digest:
        found.append("清单的摘要与公布时登记的不同")
    found += [f"{code} 的散列值不对" for code, line, _, _ in rows if line != draw.line(campaign.seed, code)]
    if campaign.drawn_on:
        others = [code for code, _, must, _ in rows if not must]
        chosen = {code for code, _, must, _ in rows if must} | set(
            draw.drawn(campaign.seed, others, campaign.share)
        )
        found += [f"{code} 的抽取结果不对" for code, _, _, drawn in rows if drawn != (code in chosen)]
    return found


def _made(move: Move) -> None:
    """One item for each drawn issue."""
    campaign = move.record
    query = (
        select(Issue)
        .join(CampaignCandidate, CampaignCandidate.issue_id == Issue.id)
        .where(CampaignCandidate.campaign_id == campaign.id, CampaignCandidate.drawn)
        .order_by(CampaignCandidate.line)
        .options(joinedload(Issue.unit))
    )
    issues = list(db.session.scalars(query))
    loads: dict[int, int] = {}
    for start in range(0, len(issues), _AT_ONCE):
        lookbacks.make(move, campaign, issues[start : start + _AT_ONCE], loads)


def results(campaign: Campaign) -> dict[str, int]:
    """How many items ended with each result; `open` are not checked yet, `dropped` never will be."""
    query = select(Lookback.state, Lookback.result, func.count(Lookback.id))
    query = query.where(Lookback.campaign_id == campaign.id).group_by(Lookback.state, Lookback.result)
    found: dict[str, int] = {}
    for state, result, number in db.session.execute(query):
        name = "dropped" if state == "dropped" else result or "open"
        found[name] = found.get(name, 0) + number
    return found


def _open_items(campaign: Campaign) -> int:
    query = select(func.count(Lookback.id))
    query = query.where(Lookback.campaign_id == campaign.id, Lookback.state.in_(OPEN))
    return db.session.scalar(query) or 0


def _least_share(campaign: Campaign) -> int:
    least: int = rules.value("lookback_share", clock.local(campaign.created_at).date())
    return least


def _due_in(campaign: Campaign) -> date | None:
    return campaign.check_due if campaign.state == "drawn" else None


KIND = CaseKind(
    model=Campaign,
    workflow=CAMPAIGN,
    effects={"publish_seed": _published, "draw": _drawn},
    follow_ups={"draw": _made},
    facts={
        **COMMON,
        "candidates": lambda campaign, roster: preview(campaign)[0],
        "least_share": lambda campaign, roster: _least_share(campaign),
        "check_default": lookbacks.check_default,
        "draw_faults": lambda campaign, roster: faults(campaign),
        "open_items": lambda campaign, roster: _open_items(campaign),
    },
    due_in=_due_in,
)
