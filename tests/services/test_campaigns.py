"""回头看: planning a campaign, and the draw that anybody can repeat."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, NotFromHere, RuleBroken
from riskctl.extensions import db
from riskctl.models import Campaign, CampaignCandidate
from riskctl.services import audit, campaigns, ledgers, lookback_pages
from riskctl.workflows import draw
from tests.department import Department
from tests.services import looking_back
from tests.services.looking_back import SEED


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


# --- planning -------------------------------------------------------------------------------------


def test_who_may_plan(department: Department) -> None:
    assert looking_back.campaign(department, by="resident").state == "draft"
    for username in ("unit_discipline", "leader", "auditor", "sysadmin"):
        with pytest.raises(NotAllowed):
            looking_back.campaign(department, by=username)


def test_the_share_is_that_of_the_rules_unless_more_is_asked_for(department: Department) -> None:
    assert looking_back.campaign(department).share == 30
    low = looking_back.campaign(department, share=20)
    looking_back.closed(department, 3)
    with pytest.raises(RuleBroken, match="不得低于30%"):
        department.take("office", low, "publish_seed", **SEED)


def test_petitions_have_no_scope_of_their_own(department: Department) -> None:
    with pytest.raises(InvalidInput, match="日常监督"):
        looking_back.campaign(department, source="petition")
    looking_back.closed(department, 2, source="petition")
    assert campaigns.preview(looking_back.campaign(department, source="daily")) == (2, 0)
    with pytest.raises(InvalidInput, match="不能早于起期"):
        looking_back.campaign(department, closed_from=date(2026, 3, 2), closed_to=date(2026, 3, 1))


def test_an_empty_scope_is_refused_with_its_reason(department: Department) -> None:
    looking_back.closed(department, 2)
    campaign = looking_back.campaign(department, unit="WZ")
    with pytest.raises(RuleBroken) as refused:
        department.take("office", campaign, "publish_seed", **SEED)
    assert refused.value.reasons[0].code == "empty_scope"
    assert db.session.get_one(Campaign, campaign.id).seed is None
    assert db.session.scalars(select(CampaignCandidate)).first() is None


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({}, 4), ({"severity": "grave"}, 1), ({"source": "audit"}, 1), ({"domain": "funds"}, 1),
        ({"closed_from": date(2026, 2, 1)}, 1), ({"closed_to": date(2026, 1, 31)}, 3), ({"severity": "serious"}, 0),
    ],
)  # fmt: skip
def test_the_scope(department: Department, changes: dict[str, Any], left: int) -> None:
    old = date(2026, 1, 5)
    looking_back.closed(department, 2, domain="funds"[:0] or None, closed_on=old)
    looking_back.closed(
        department, 1, unit="SK-02", severity="grave", source="audit", domain="funds", closed_on=old
    )
    looking_back.closed(department, 1, unit="SK-03", closed_on=date(2026, 2, 1))
    looking_back.closed(department, 1, unit="WZ")
    department.issued()  # open: nothing to look back at
    assert campaigns.preview(looking_back.campaign(department, **changes))[0] == left


# --- the draw -------------------------------------------------------------------------------------


def test_all_that_must_be_and_the_first_of_the_rest_are_drawn(department: Department) -> None:
    others = looking_back.closed(department, 10)
    grave = looking_back.closed(department, 2, unit="SK-02", severity="grave")
    tour = looking_back.closed(department, 1, unit="SK-03", source="inspection_tour", severity="serious")
    campaign = looking_back.drawn(department)
    assert (campaign.candidate_count, campaign.obligatory_count, campaign.drawn_count) == (13, 3, 6)
    expected = set(draw.drawn("2026134", [issue.code for issue in others], 30))
    assert {item.issue.code for item in looking_back.items(campaign)} == expected | {
        i.code for i in grave + tour
    }
    assert campaigns.faults(campaign) == []
    (founded,) = audit.history("lookback", looking_back.items(campaign)[0].id)
    assert founded.event.trigger == "create"


def test_the_seed_stands_once_published(department: Department) -> None:
    looking_back.closed(department, 3)
    campaign = looking_back.campaign(department)
    department.take("office", campaign, "publish_seed", **SEED)
    with pytest.raises(RuleBroken, match="不能修改"):
        campaigns.edit(department.actor("office"), campaign.id, {"share": 90}, version=campaign.version)
    db.session.rollback()
    with pytest.raises(NotFromHere):
        department.take("office2", campaign, "publish_seed", **{**SEED, "seed": "7"})
    with pytest.raises(RuleBroken):
        department.take("office", campaign, "draw", check_due=clock.today().isoformat(), seed="7")
    assert db.session.get_one(Campaign, campaign.id).seed == "2026134"


def test_a_changed_list_cannot_be_drawn_from_and_is_found_afterwards(department: Department) -> None:
    issues = looking_back.closed(department, 8)
    campaign = looking_back.campaign(department)
    department.take("office", campaign, "publish_seed", **SEED)
    here = CampaignCandidate.issue_id == issues[0].id
    row = db.session.scalars(select(CampaignCandidate).where(here)).one()
    kept = {
        name: getattr(row, name) for name in ("campaign_id", "issue_id", "line", "obligatory", "listed_on")
    }
    db.session.delete(row)
    db.session.commit()
    with pytest.raises(RuleBroken, match="清单"):
        department.take("office", campaign, "draw", check_due=clock.today().isoformat())
    db.session.add(CampaignCandidate(**kept, drawn=False))
    db.session.commit()
    department.take("office", campaign, "draw", check_due=clock.today().isoformat())
    flipped = update(CampaignCandidate).where(here).values(drawn=~CampaignCandidate.drawn, line="0" * 64)
    db.session.execute(flipped)
    db.session.commit()
    found = campaigns.faults(campaign)
    assert f"{issues[0].code} 的散列值不对" in found
    assert f"{issues[0].code} 的抽取结果不对" in found


def test_everybody_may_check_the_draw_but_reads_only_his_own(department: Department) -> None:
    looking_back.closed(department, 2, severity="grave")
    looking_back.closed(department, 2, unit="WZ")
    campaign = looking_back.campaign(department, unit="SLT")
    dept_head_b = department.actor("dept_head_b")
    with pytest.raises(NotFound):  # a plan is for those who make it
        ledgers.get(dept_head_b, "campaign", campaign.id)
    department.take("office", campaign, "publish_seed", **SEED)
    assert ledgers.get(dept_head_b, "campaign", campaign.id)
    rows, following = lookback_pages.drawn_list(dept_head_b, campaign)
    assert following is None
    assert [row.line for row in rows] == sorted(row.line for row in rows)
    assert [bool(row.issue) for row in rows].count(True) == 2
    assert all(row.issue.unit.code == "WZ" for row in rows if row.issue)
    with pytest.raises(NotFound):
        ledgers.get(department.actor("sysadmin"), "campaign", campaign.id)
