"""Numbers of papers that are really signed, many at once and some in vain; and that nothing is held meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from riskctl import clock
from riskctl.documents import render
from riskctl.extensions import db
from riskctl.models import Notice
from riskctl.services import notice_contexts, transitions
from riskctl.services.transitions import CaseRef
from tests.department import Department


def test_many_sign_at_once_and_some_transactions_fail(
    app: Flask, department: Department, database_kind: str
) -> None:
    # SQLite has one writer at a time: a few suffice to see that they wait for each other.
    signers = 20 if database_kind == "postgresql" else 6
    with app.app_context():
        waiting = []
        for number in range(signers):
            issue = department.issue(title=f"第{number}项问题")
            department.take("office", issue, "submit", not_clue=True)
            department.take("office2", issue, "verify", **department.verified())
            waiting.append((issue.id, issue.version))
        head = department.actor("office_head")
    start = Barrier(signers)

    def sign(which: int) -> bool:
        issue_id, version = waiting[which]
        with app.app_context():
            start.wait(60)
            transitions.take(head, CaseRef("issue", issue_id), "issue", {}, version=version)
            if which % 4 == 1:
                db.session.rollback()  # the number was given already
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(signers) as pool:
        signed = sum(pool.map(sign, range(signers)))
    with app.app_context():
        numbers = [n for n in db.session.scalars(select(Notice.number)) if n]
    year = clock.today().year
    assert 0 < signed < signers
    assert sorted(numbers) == sorted(f"锦水机纪〔{year}〕{n}号" for n in range(1, signed + 1))


def test_signing_renders_nothing_and_rendering_holds_nothing(
    app: Flask, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, signed_meanwhile = render.render_pdf, []

    def unexpected(*_: Any, **__: Any) -> bytes:
        raise AssertionError("a PDF is made while a paper is signed")

    with app.app_context():
        monkeypatch.setattr(notice_contexts, "render_pdf", unexpected)
        first, second = department.issued("SK"), department.issue("WZ")
        department.take("office", second, "submit", not_clue=True)
        department.take("office2", second, "verify", **department.verified())
        second_id, version = second.id, second.version
        head, office = department.actor("office_head"), department.actor("office")
        notice = db.session.scalars(select(Notice).where(Notice.number.is_not(None))).one()
        notice_id, first_version = notice.id, notice.version
        db.session.commit()

    def sign_another() -> None:
        with app.app_context():
            transitions.fire(head, CaseRef("issue", second_id), "issue", {}, version=version)
            data = {"sealed_on": clock.today().isoformat()}
            transitions.fire(office, CaseRef("notice", notice_id), "seal", data, version=first_version)

    def while_others_work(*given: Any, **told: Any) -> bytes:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(sign_another).result(timeout=10)
        signed_meanwhile.append(True)
        return real(*given, **told)

    monkeypatch.setattr(notice_contexts, "render_pdf", while_others_work)
    with app.app_context():
        _, data = notice_contexts.pdf_of(office, notice_id)
        assert data.startswith(b"%PDF")
        found = db.session.get_one(Notice, notice_id)
        assert (found.state, found.pdf_attachment_id is not None) == ("sealed", True)
        numbers = sorted(n for n in db.session.scalars(select(Notice.number)) if n)
    assert signed_meanwhile == [True]
    assert [n[-2:] for n in numbers] == ["1号", "2号"]
    assert first is not None
