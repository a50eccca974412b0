"""Demo data of a fictional department (domain 2.5): posts only, no names of people, no known password."""

from collections.abc import Iterator

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import Unit
from riskctl.services.demo import (
    changes,
    clauses,
    history,
    ledgers,
    letters,
    lookbacks,
    monitoring,
    organization,
    scenario,
)

__all__ = ["ledgers", "organization", "scenario", "seed", "set_passwords"]

_SHORTEST = 8


def seed(
    password: str, *, risk_points: int, issues: int, past: bool = False
) -> Iterator[tuple[str, int, Iterator[int]]]:
    """Fill an empty database; yields (label, total, progress) for each part, which the caller runs. With
    `past` the issues have lived: about ten events each."""
    _refuse_short(password)
    if db.session.query(Unit.id).first() is not None:
        raise InvalidInput(
            "数据库中已有单位，演示数据只能装入空库：请另设 RISKCTL_DATA_DIR（或 RISKCTL_DATABASE_URL）后运行 riskctl init-db"
        )
    organization.make_organization()
    yield "风险点", risk_points, ledgers.make_risk_points(risk_points)
    yield "问题", issues, (history if past else ledgers).make_issues(issues)
    # The first commit (unless the issues have a past): who stops the command before it has an empty database again.
    set_passwords(password)
    clauses.enter()
    scenario.play()
    changes.play()
    lookbacks.play()
    monitoring.play()
    letters.play()


def set_passwords(password: str) -> None:
    """Give every demo account this password; raises InvalidInput when it is too short. Commits."""
    _refuse_short(password)
    organization.set_demo_passwords(password)


def _refuse_short(password: str) -> None:
    if len(password) < _SHORTEST:
        raise InvalidInput(f"请先设置 RISKCTL_DEMO_PASSWORD（至少{_SHORTEST}位）；没有默认密码")
