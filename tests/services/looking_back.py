"""Closed issues and campaigns over them, for the tests of 回头看."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Campaign, Issue, Lookback, User
from riskctl.services import audit, campaigns
from tests.department import Department

SEED = {"seed": "2026134", "seed_source": "2026年11月20日开奖号码"}


def closed(department: Department, number: int, unit: str = "SK", **changes: Any) -> list[Issue]:
    """Closed issues written at once: what a campaign draws from."""
    office, day = department.actor("office").user_id, clock.today() - timedelta(days=100)
    values: dict[str, Any] = {"severity": "general", "source": "daily", "closed_on": day, **changes}
    first = db.session.scalar(select(func.count(Issue.id))) or 0
    issues = [
        Issue(
            code=f"WT-T-{unit}-{values['severity']}-{first + n:03d}", state="closed", unit_id=department.unit(unit).id,
            title=f"问题{n}", verbatim="原文", found_on=day, created_by_id=office, acted={"create": [office]}, **values,
        )
        for n in range(number)
    ]  # fmt: skip
    db.session.add_all(issues)
    db.session.flush()
    audit.append_founding(issues, trigger="create", actor_id=office)
    db.session.commit()
    return issues


def campaign(department: Department, by: str = "office", unit: str = "SK", **changes: Any) -> Campaign:
    data = {"title": "四季度回头看", "unit_id": department.unit(unit).id, **changes}
    return campaigns.create(department.actor(by), data)


def drawn(department: Department, unit: str = "SK", **changes: Any) -> Campaign:
    made = campaign(department, unit=unit, **changes)
    department.take("office", made, "publish_seed", **SEED)
    department.take("office", made, "draw", check_due=(clock.today() + timedelta(days=20)).isoformat())
    return made


def items(of: Campaign) -> list[Lookback]:
    """Its items."""
    return list(db.session.scalars(select(Lookback).where(Lookback.campaign_id == of.id)))


def check(department: Department, item: Lookback, result: str, by: str = "", **changes: Any) -> Any:
    inspector = by or username(item.inspectors[0])
    data = {
        "result": result, "finding": "抽查3个项目，制度未执行", "checked_on": clock.today().isoformat(),
        "both_checked": True, "no_conflict": True, **changes,
    }  # fmt: skip
    return department.take(inspector, item, "check", **data)


def username(user_id: int) -> str:
    return db.session.get_one(User, user_id).username
