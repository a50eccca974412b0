"""Imports as the office and the units make them."""

from collections.abc import Callable
from typing import Any

import pytest

from riskctl.services import organization
from riskctl.services.exchange import importing, planning
from riskctl.services.exchange.importing import Outcome
from riskctl.services.exchange.planning import Plan
from tests.department import Department

PlanOf = Callable[..., Plan]
Import = Callable[..., Outcome]


@pytest.fixture
def plan_of(department: Department, session: Any) -> PlanOf:
    """What an import of these bytes will do."""

    def plan(data: bytes, ledger: str = "risk-points", unit: str | None = None, **options: Any) -> Plan:
        base = department.unit(unit) if unit else None
        return planning.make_plan(data, ledger, unit=base, root=organization.root(), **options)

    return plan


@pytest.fixture
def take_in(department: Department, plan_of: PlanOf) -> Import:
    """Import these bytes as somebody."""

    def carry_out(
        data: bytes,
        ledger: str = "risk-points",
        by: str = "office",
        unit: str | None = None,
        create_units: bool = False,
        **options: Any,
    ) -> Outcome:
        plan = plan_of(data, ledger, unit, create_units=create_units)
        return importing.carry_out(department.actor(by), plan, **options)

    return carry_out
