"""What must hold on the day of signing: fonts, a right clock, a template that fits, room on the disk."""

import errno
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from time_machine import travel

from riskctl import clock
from riskctl.documents import fonts
from riskctl.error_words import describe
from riskctl.errors import RuleBroken
from riskctl.extensions import db
from riskctl.models import Attachment, Issue
from riskctl.services import attachments, document_templates, notice_contexts
from tests.department import Department
from tests.services.test_notices import of, verified

pytestmark = pytest.mark.usefixtures("session")
NOVEMBER = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with travel(NOVEMBER, tick=False):
        yield


def refused(department: Department, issue: Issue) -> str:
    """Why the notice of the issue is not signed; it stays as it was, and no number is used."""
    with pytest.raises(RuleBroken) as found:
        department.take("office_head", issue, "issue")
    db.session.rollback()
    notice = of(issue, "checking")
    assert (notice.number, notice.context) == (None, None)
    return found.value.message


def test_without_fonts_nothing_is_signed(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    issue = verified(department)
    with monkeypatch.context() as patch:
        patch.setattr(fonts, "check", lambda: ["缺少文书字体 FandolFang-Regular.otf"])
        assert "缺少文书字体 FandolFang-Regular.otf" in refused(department, issue)
    department.take("office_head", issue, "issue")
    assert of(issue).state == "signed"


def test_under_a_clock_set_back_nothing_is_signed(department: Department) -> None:
    issue = verified(department)
    early = department.issued("WZ")
    with travel(datetime(2025, 11, 24, 2, tzinfo=UTC), tick=False):
        said = refused(department, issue)
        assert "系统日期是2025年11月24日，已有文书的成文日期是2026年11月24日" in said
        # The other way round: that paper was signed while the clock was ahead.
        department.take("office_head", early, "recall", reason="日期有误")
        department.take("office_head", issue, "issue")
    assert of(issue).number == "锦水机纪〔2025〕1号"


def test_a_template_that_does_not_fit_this_case_is_told_and_the_page_still_opens(
    department: Department,
) -> None:
    issue = verified(department)
    source = "{% if copy_to == '分管领导，驻厅纪检监察组' %}\n{{ problems[3].title }}\n{% endif %}\n正文。"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document_templates.template_trials, "pdf", lambda *given: b"")
        document_templates.save(
            department.actor("office"), "rectification_notice", source,
            effective_from=clock.today(), reason="试", based_on=0,
        )  # fmt: skip
    assert "文书内容不全，无法生成" in refused(department, issue)


def test_a_character_of_the_template_without_a_font_is_named(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = verified(department)
    monkeypatch.setattr(fonts, "uncovered", lambda given: ["逾"] if "逾期未改" in given else [])
    assert "下列字符没有字体可以印出，请改写：逾" in refused(department, issue)


def _no_room(*given: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_loses_no_number_and_leaves_no_half_file(
    app: Flask, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice, attachments_dir = of(department.issued()), app.extensions["riskctl.settings"].attachments_dir
    office, number, files = department.actor("office"), notice.number, select(func.count(Attachment.id))
    with monkeypatch.context() as patch:
        patch.setattr(attachments.os, "fsync", _no_room)
        with pytest.raises(OSError, match="No space left") as failed:
            notice_contexts.pdf_of(office, notice.id)
    db.session.rollback()
    assert describe(failed.value)[:2] == (507, "disk_full")
    assert db.session.scalar(files) == 0
    assert [path for path in attachments_dir.rglob("*") if path.is_file()] == []
    found, data = notice_contexts.pdf_of(office, notice.id)
    assert (found.number, data[:4]) == (number, b"%PDF")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_full_disk_below_the_database_signs_nothing(department: Department) -> None:
    waiting = [verified(department) for _ in range(5)]
    pages = db.session.execute(text("PRAGMA page_count")).scalar_one()
    db.session.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(OperationalError) as failed:
        _sign(department, waiting)
    db.session.rollback()
    assert describe(failed.value)[:2] == (507, "disk_full")
    signed = sum(of(issue).number is not None for issue in waiting)
    assert of(waiting[signed]).context is None
    db.session.execute(text("PRAGMA max_page_count = 1073741823"))
    department.take("office_head", waiting[signed], "issue")
    assert of(waiting[signed]).number == f"锦水机纪〔2026〕{signed + 1}号"


def _sign(department: Department, waiting: list[Issue]) -> None:
    for issue in waiting:
        department.take("office_head", issue, "issue")
