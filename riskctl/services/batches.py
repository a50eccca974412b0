"""Several cases at once: one result for each, each judged by its own rules, each whole or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from riskctl.errors import EditedMeanwhile, RiskctlError
from riskctl.models import Case
from riskctl.permissions import Actor
from riskctl.services import transitions
from riskctl.services.transitions import CaseRef

MOST = 100


@dataclass(frozen=True)
class Outcome:
    """What became of one case: the record after the step, or why there was none."""

    id: int
    record: Case | None = None
    error: RiskctlError | None = None


def attempt(
    actor: Actor, ref: CaseRef, trigger: str, data: Mapping[str, Any] | None, *, version: int
) -> Outcome:
    """Take one step in a transaction of its own and tell a refusal instead of raising it. Commits."""
    try:
        return Outcome(ref.id, record=transitions.fire(actor, ref, trigger, data, version=version))
    except RiskctlError as error:
        return Outcome(ref.id, error=error)
    except StaleDataError:
        return Outcome(ref.id, error=EditedMeanwhile("该记录已被他人更新，请刷新后核对再办理"))


def take_each(
    actor: Actor, case_type: str, trigger: str, items: Iterable[Mapping[str, Any]]
) -> list[Outcome]:
    """The same step of several cases, in the order given; `items` hold id, version and data."""
    return [
        attempt(actor, CaseRef(case_type, item["id"]), trigger, item.get("data"), version=item["version"])
        for item in items
    ]
