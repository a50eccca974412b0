"""The seals as reviewers see them: the list, the monthly sheet, and the check by the worker."""

import io
import json
from datetime import date

import pytest
from sqlalchemy import text, update
from time_machine import travel

from riskctl import crypto
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.jobs import working
from riskctl.models import Issue
from riskctl.services import background, seal_book, seals
from riskctl.services.seal_book import fingerprint
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")


def test_the_sheet_of_a_month_counts_what_was_sealed_by_its_end(department: Department) -> None:
    auditor = department.actor("auditor")
    with travel("2026-10-20T02:00:00+00:00"):
        department.issue()
        first = seals.seal_now()
    with travel("2026-10-31T15:59:00+00:00"):  # 23:59 in the office
        department.issue()
        last = seals.seal_now()
    with travel("2026-10-31T16:01:00+00:00"):  # the next month has begun there
        department.issue()
        seals.seal_now()
    assert first is not None
    assert last is not None
    with travel("2026-11-02T02:00:00+00:00"):
        sheet = seal_book.month_sheet(auditor, date(2026, 10, 1))
        assert (sheet.seal.id, sheet.seals) == (last.id, 2)
        assert sheet.events == first.event_count + last.event_count
        assert sheet.fingerprint == fingerprint(crypto.public_key())
        assert seal_book.months() == [date(2026, 10, 1)]
        with pytest.raises(NotFound, match="尚未结束"):
            seal_book.month_sheet(auditor, date(2026, 11, 1))
        with pytest.raises(NotFound, match="还没有封存"):
            seal_book.month_sheet(auditor, date(2026, 9, 1))


def test_the_check_finds_all_well_and_then_what_was_changed(department: Department) -> None:
    auditor = department.actor("auditor")
    issue = department.issue()
    seals.seal_now()
    job = seal_book.ask_check(auditor)
    assert working.work_once()
    found = background.get(auditor, job.id)
    assert found.state == "done"
    assert found.result["lines"][0].startswith("核验通过：")
    assert found.done == found.total > 0
    db.session.execute(update(Issue).values(title="没有问题"))
    db.session.commit()
    job = seal_book.ask_check(auditor)
    working.work_once()
    found = background.get(auditor, job.id)
    assert found.result["bad"]
    assert issue.code in " ".join(found.result["lines"])


def test_a_seal_kept_elsewhere_is_checked_too(department: Department) -> None:
    auditor = department.actor("auditor")
    department.issue()
    seal = seals.seal_now()
    assert seal is not None
    kept = json.dumps(seals.export_seal(seal)).encode()
    job = seal_book.ask_check(auditor, "seal-1.json", io.BytesIO(kept))
    working.work_once()
    assert "与所附封签文件一致" in background.get(auditor, job.id).result["lines"][0]
    _drop_guards()
    db.session.execute(text("DELETE FROM seal_event"))
    db.session.execute(text("DELETE FROM seal"))
    db.session.commit()
    job = seal_book.ask_check(auditor, "seal-1.json", io.BytesIO(kept))
    working.work_once()
    assert background.get(auditor, job.id).result["bad"]


def _drop_guards() -> None:
    on = " ON {}" if db.engine.dialect.name == "postgresql" else ""
    for table in ("seal", "seal_event"):
        db.session.execute(text(f"DROP TRIGGER {table}_no_delete" + on.format(table)))
    db.session.commit()


def test_what_is_no_seal_is_refused_before_anything_is_asked_for(department: Department) -> None:
    auditor = department.actor("auditor")
    with pytest.raises(InvalidInput, match="JSON"):
        seal_book.ask_check(auditor, "x.json", io.BytesIO(b"not json"))
    with pytest.raises(InvalidInput, match="不是本系统导出的封签文件"):
        seal_book.ask_check(auditor, "x.json", io.BytesIO(b"{}"))
    assert background.mine(auditor) == []


def test_only_reviewers_see_the_seals(department: Department) -> None:
    for username in ("dept_head", "unit_discipline", "sysadmin"):
        actor = department.actor(username)
        with pytest.raises(NotAllowed):
            seal_book.page(actor)
        with pytest.raises(NotAllowed):
            seal_book.ask_check(actor)
