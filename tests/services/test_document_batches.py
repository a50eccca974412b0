"""批量打印: many documents as one job; given up, taken up again, without space, and never more than one may see."""

import errno
import io
import os
import signal
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, update

from riskctl import clock
from riskctl.documents import render
from riskctl.documents.kinds import KINDS, DocumentKind
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.jobs import working
from riskctl.models import Attachment, Counter, Event, Job, Notice
from riskctl.services import background, document_batches, job_files, notice_contexts
from riskctl.services.background import Task
from riskctl.services.document_batches import Choice
from riskctl.services.ledgers import Query
from tests.department import Department

KIND = "rectification_notice"
ORDERS = Query(equal={"kind": [KIND]}, sort="id")
pytestmark = pytest.mark.usefixtures("session")


def numbered(department: Department, *units: str) -> list[int]:
    """Signed documents that have no PDF yet, in the order of their numbers."""
    for unit in units:
        department.issued(unit)
    return list(db.session.scalars(select(Notice.id).where(Notice.number.is_not(None)).order_by(Notice.id)))


def done(department: Department, ids: list[int], shape: str = "print", by: str = "office") -> Job:
    job_id = asked(department, ids, shape, by)
    assert working.work_once()
    return looked_at(job_id)


def asked(department: Department, ids: list[int], shape: str = "print", by: str = "office") -> int:
    return document_batches.ask(department.actor(by), Choice("notice", ids), shape).id


def looked_at(job_id: int) -> Job:
    return db.session.get_one(Job, job_id, populate_existing=True)


def results() -> list[Path]:
    return sorted(job_files._folder().glob("*"))


def stored() -> dict[str, Any]:
    """What may exist once only: the files, the events of their making, the numbers given."""
    printed = select(func.count(Event.id)).where(Event.trigger == "print")
    return {
        "files": db.session.scalar(select(func.count(Attachment.id))),
        "events": db.session.scalar(printed),
        "numbers": {row.series: row.value for row in db.session.scalars(select(Counter))},
        "hashes": list(
            db.session.scalars(select(Notice.pdf_sha256).where(Notice.kind == KIND).order_by(Notice.id))
        ),
    }


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Write every document as the same small one; the pages asked for are noted."""
    small, asked = render.written("<html lang=zh><title>x</title><p>文书"), []

    def written(html: str) -> bytes:
        asked.append(html)
        return small

    monkeypatch.setattr(render, "written", written)
    return asked


def test_a_batch_is_one_pdf_with_each_document_on_a_front_side(department: Department) -> None:
    ids = numbered(department, "SK", "WZ")
    draft = department.issue("JS")
    department.take("office", draft, "submit", not_clue=True)
    department.take("office2", draft, "verify", **department.verified())
    ids = document_batches.filtered(department.actor("office"), "notice", ORDERS)
    assert len(ids) == 3
    job = done(department, ids)
    assert (job.state, job.done, job.total) == ("done", 3, 3), job.result
    assert job.result["lines"] == ["已完成 3 份，共 3 张纸：双面打印时每份文书从正面开始"]
    file = job_files.get(department.actor("office"), job.id)
    whole = PdfReader(file.path, strict=True)
    pages = [page.extract_text() for page in whole.pages]
    year = clock.today().year
    numbers = [next((n for n in (1, 2) if f"锦水机纪〔{year}〕{n}号" in text), 0) for text in pages]
    assert (numbers, len(pages)) == ([1, 0, 2, 0, 0, 0], 6)
    assert [mark.title for mark in whole.outline][:2] == [f"锦水机纪〔{year}〕{n}号" for n in (1, 2)]
    notices = db.session.scalars(select(Notice).where(Notice.id.in_(ids)).order_by(Notice.id)).all()
    assert [bool(notice.pdf_sha256) for notice in notices] == [True, True, False]
    assert db.session.scalar(select(func.count(Attachment.id))) == 2


def test_a_zip_names_the_files_by_their_numbers_and_uses_what_is_stored(
    department: Department, monkeypatch: pytest.MonkeyPatch, quick: list[str]
) -> None:
    ids = numbered(department, "SK", "WZ")
    done(department, ids[:1])
    before = len(quick)
    job = done(department, ids, "zip")
    assert (before, len(quick)) == (1, 2)
    path = job_files.get(department.actor("office"), job.id).path
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [f"锦水机纪〔{clock.today().year}〕{n}号.pdf" for n in (1, 2)]
        assert all(PdfReader(io.BytesIO(archive.read(name))).pages for name in archive.namelist())
    assert path.stat().st_mode & 0o077 == 0
    assert job_files.clear(clock.now() + job_files.KEPT - timedelta(hours=1)) == 0
    assert job_files.clear(clock.now() + job_files.KEPT + timedelta(hours=1)) == 2
    with pytest.raises(NotFound, match="已过保存期"):
        job_files.get(department.actor("office"), job.id)


def test_what_cannot_be_asked_for_is_refused(department: Department) -> None:
    office, many = department.actor("office"), list(range(document_batches.MOST + 1))
    for choice, shape in (
        (Choice("notice", []), "print"), (Choice("notice", [1]), "fax"), (Choice("notice", many), "zip"),
        (Choice("issue", [1], "risk_point_form"), "zip"), (Choice("issue", [1]), "print"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            document_batches.ask(office, choice, shape)
    with pytest.raises(NotAllowed):
        document_batches.ask(department.actor("post"), Choice("issue", [1], "rectification_notice"), "zip")
    assert background.mine(office) == []


def test_of_issues_the_latest_letter_of_the_kind_is_printed(department: Department, quick: list[str]) -> None:
    first, second = department.issued("SK"), department.issued("WZ")
    bare = department.issue("JS")
    department.take("office_head", first, "recall", reason="有误")
    ids = document_batches.filtered(department.actor("office"), "issue", Query(sort="id"))
    choice = Choice("issue", ids, "rectification_notice")
    job_id = document_batches.ask(department.actor("office"), choice, "zip").id
    assert working.work_once()
    job = looked_at(job_id)
    assert (job.label, job.state) == ("打包 3 份整改通知书", "done")
    assert job.result["file"]["ids"] == [second.id]
    assert job.result["lines"][1:] == [f"{c.code} {c.title}：还没有整改通知书" for c in (first, bare)]
    (event,) = db.session.scalars(select(Event).where(Event.trigger == "print_documents"))
    assert event.changes["data"]["rows"] == 3


def test_a_form_is_printed_of_cases_that_have_none_and_nothing_is_kept(
    department: Department, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = DocumentKind("trial_form", "试验登记表", "F", "risk_point")
    monkeypatch.setitem(KINDS, "trial_form", form)
    monkeypatch.setattr(notice_contexts, "context_of", lambda notice: {"point": notice.risk_point_id})
    monkeypatch.setattr(notice_contexts, "checked_html", lambda kind, context: f"{kind} {context['point']}")
    points = [department.point("SK"), department.point("WZ")]
    choice = Choice("risk_point", [point.id for point in points], "trial_form")
    job_id = document_batches.ask(department.actor("office"), choice, "zip").id
    before = db.session.scalar(select(func.count(Notice.id)))
    assert working.work_once()
    path = job_files.get(department.actor("office"), job_id).path
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [f"{point.code} {point.title}.pdf" for point in points]
    assert (quick, stored()["files"]) == ([f"trial_form {number}" for number in choice.ids], 0)
    assert db.session.scalar(select(func.count(Notice.id))) == before


def test_nobody_prints_or_takes_away_what_he_may_not_see(department: Department, quick: list[str]) -> None:
    ids = numbered(department, "SK", "WZ")
    job = done(department, ids, by="dept_head")
    assert job.state == "done"
    assert job.result["file"]["ids"] == ids[:1]
    assert job.result["lines"][1] == f"第{ids[1]}号记录：已不在您的查看范围内"
    assert done(department, ids[1:], by="dept_head").state == "failed"
    with pytest.raises(NotFound):
        job_files.get(department.actor("office"), job.id)
    # His scope shrinks between the making and the taking.
    own = department.actor("dept_head")
    db.session.execute(update(Notice).where(Notice.id == ids[0]).values(unit_id=department.unit("WZ").id))
    db.session.commit()
    with pytest.raises(NotFound, match="查看范围"):
        job_files.get(own, job.id)


def test_a_document_that_cannot_be_made_is_named_and_the_rest_is_done(
    department: Department, quick: list[str]
) -> None:
    ids = numbered(department, "SK", "WZ")
    broken = update(Notice).where(Notice.id == ids[0]).values(context={"kind": "rectification_notice"})
    db.session.execute(broken)
    db.session.commit()
    job = done(department, ids)
    assert (job.state, job.result["file"]["ids"]) == ("done", ids[1:])
    assert job.result["lines"][0].startswith("已完成 1 份")
    assert job.result["lines"][1].startswith(f"锦水机纪〔{clock.today().year}〕1号：文书内容不全")


def test_a_batch_that_is_given_up_leaves_no_file(
    department: Department, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = numbered(department, "SK", "WZ")
    job = asked(department, ids, "zip")
    report = Task.progress

    def progress(task: Task, done: int, total: int) -> None:
        if done == 1:
            background.cancel(department.actor("office"), task.id)
            task._told = None
        report(task, done, total)

    monkeypatch.setattr(Task, "progress", progress)
    assert working.work_once()
    assert looked_at(job).state == "cancelled"
    assert results() == []
    assert [bool(digest) for digest in stored()["hashes"]] == [True, False]


def dying(monkeypatch: pytest.MonkeyPatch, die: Callable[[], Any]) -> None:
    """Die after the first document."""
    report = Task.progress

    def progress(task: Task, done: int, total: int) -> None:
        report(task, done, total)
        if done == 1:
            die()

    monkeypatch.setattr(Task, "progress", progress)


def test_a_batch_goes_on_where_its_dead_worker_was(
    department: Department, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = numbered(department, "SK", "WZ")
    job, before = asked(department, ids), stored()
    with monkeypatch.context() as patch:
        dying(patch, lambda: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            working.work_once()
    db.session.rollback()
    between = stored()
    assert (between["files"], [bool(digest) for digest in between["hashes"]]) == (1, [True, False])
    silent = clock.now() - background.SILENCE - timedelta(seconds=1)
    db.session.execute(update(Job).where(Job.id == job).values(beat_at=silent))
    db.session.commit()
    assert working.work_once()
    after = stored()
    assert looked_at(job).result["file"]["ids"] == ids
    assert (after["files"], after["events"], len(results())) == (2, 2, 1)
    assert (after["numbers"], after["hashes"][0]) == (before["numbers"], between["hashes"][0])
    assert len(quick) == 3  # the second was under way when the worker died


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_killed_worker_leaves_nothing_that_stands_in_the_way(
    department: Department, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = numbered(department, "SK", "WZ")
    job = asked(department, ids)
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        dying(monkeypatch, lambda: os.kill(os.getpid(), signal.SIGKILL))
        working.work_once()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert [path.suffix for path in results()] == [".part"]
    assert not working.work_once()  # not yet silent for long enough
    db.session.execute(update(Job).values(beat_at=clock.now() - background.SILENCE - timedelta(seconds=1)))
    db.session.commit()
    assert working.work_once()
    assert looked_at(job).state == "done"
    assert (stored()["files"], stored()["events"]) == (2, 2)
    assert job_files.clear(clock.now() + timedelta(days=2)) == 1
    assert [path.name for path in results()] == [str(job)]


def test_a_worker_that_is_to_end_gives_the_batch_back(
    department: Department, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = numbered(department, "SK", "WZ")
    job = asked(department, ids)
    ended = working.threading.Event()
    with monkeypatch.context() as patch:
        dying(patch, ended.set)
        assert working.work_once(ended)
    assert looked_at(job).state == "queued"
    assert results() == []
    assert working.work_once()
    assert looked_at(job).state == "done"


def test_a_full_disk_is_told_and_half_a_file_removed(
    department: Department, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = numbered(department, "SK")
    done(department, ids)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(job_files.os, "fsync", full)
    job = done(department, ids)
    assert job.state == "failed"
    assert job.result["lines"][0].startswith("服务器的存储空间不足")
    assert [path.name for path in results()] == [str(job.id - 1)]
