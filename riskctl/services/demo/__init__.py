"""Demo data of a fictional department (domain 2.5): posts only, no names of people, no known password."""

from collections.abc import Iterator

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import Unit
from riskctl.services.demo import ledgers, organization, scenario

__all__ = ["ledgers", "organization", "scenario", "seed"]


def seed(password: str, *, risk_points: int, issues: int) -> Iterator[tuple[str, int, Iterator[int]]]:
    """Fill an empty database; yields (label, total, progress) for each part, which the caller runs."""
    if db.session.query(Unit.id).first() is not None:
        raise InvalidInput("数据库中已有单位，演示数据只能装入空库")
    organization.make_organization()
    organization.set_demo_passwords(password)
    yield "风险点", risk_points, ledgers.make_risk_points(risk_points)
    yield "问题", issues, ledgers.make_issues(issues)
    scenario.play()
