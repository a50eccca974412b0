"""依据条款库: dated clauses, kept by 机关纪委, copied by who verifies."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import BasisClause, Event
from riskctl.services import basis_clauses
from riskctl.services.verification import verify
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")


def clause(**changes: Any) -> dict[str, Any]:
    return {"document": "项目管理办法", "clause": "第八条", "text": "限额以下应当比选。", "domain": "bidding", "valid_from": "2024-01-01"} | changes  # fmt: skip


def test_only_clauses_in_force_are_offered_and_copied(department: Department) -> None:
    office, today = department.actor("office"), clock.today()
    old = basis_clauses.save(office, None, clause(valid_until=str(today - timedelta(days=1))))
    new = basis_clauses.save(office, None, clause(text="应当公开比选。", valid_from=str(today)))
    later = basis_clauses.save(
        office, None, clause(clause="第九条", valid_from=str(today + timedelta(days=1)))
    )
    assert basis_clauses.offered() == {"项目管理办法": [new]}
    copied = [{"document": "项目管理办法", "clause": "第八条", "text": "应当公开比选。"}]
    assert basis_clauses.copied([old.id, new.id, later.id, 999]) == copied
    assert basis_clauses.listing()[0] == [new]
    assert basis_clauses.listing(q="比选", all_times=True, limit=2) == ([old, new], new.id)
    assert basis_clauses.listing(domain="funds", all_times=True) == ([], None)


def test_a_clause_has_one_wording_at_a_time(department: Department) -> None:
    office = department.actor("office")
    basis_clauses.save(office, None, clause(valid_until="2025-12-31"))
    for taken in (
        clause(),
        clause(valid_from="2025-12-31"),
        clause(valid_from="2023-01-01", valid_until="2024-01-01"),
    ):
        with pytest.raises(InvalidInput, match="有效期重叠"):
            basis_clauses.save(office, None, taken)
    with pytest.raises(InvalidInput, match="失效日期不能早于"):
        basis_clauses.save(office, None, clause(clause="第一条", valid_until="2023-12-31"))
    basis_clauses.save(office, None, clause(valid_from="2026-01-01"))


def test_it_is_kept_by_the_office_and_every_change_is_told(department: Department) -> None:
    for username in ("unit_discipline", "leader", "resident", "sysadmin"):
        with pytest.raises(NotAllowed):
            basis_clauses.save(department.actor(username), None, clause())
    made = basis_clauses.save(department.actor("office"), None, clause())
    basis_clauses.save(department.actor("office_head"), made, clause(valid_until="2026-06-30"))
    basis_clauses.save(department.actor("office_head"), made, clause(valid_until="2026-06-30"))
    events = db.session.scalars(
        select(Event).where(Event.case_type == "basis_clause").order_by(Event.seq)
    ).all()
    assert [event.trigger for event in events] == ["create", "change"]
    assert events[1].changes["fields"] == {"valid_until": [None, "2026-06-30"]}
    assert db.session.get_one(BasisClause, made.id).text == "限额以下应当比选。"
    assert verify().problems == []
