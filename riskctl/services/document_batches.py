"""批量打印文书: many documents as one job, into one PDF for double-sided paper or a zip with a file each.

Stored PDFs are used, missing ones are made and stored like any other, so that a job that is taken up again
after its worker died goes on where that one was. A document that cannot be made is named; the rest is done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from riskctl import clock
from riskctl.documents import pool, render
from riskctl.errors import InvalidInput, RenderingFailed, RiskctlError
from riskctl.extensions import db
from riskctl.models import Attachment, Job, Notice
from riskctl.permissions import Actor
from riskctl.services import attachments, background, job_files, ledgers, notice_contexts
from riskctl.services.background import Task
from riskctl.services.bundles import BUNDLES, Bundle
from riskctl.services.ledgers import Query
from riskctl.services.scope import visible

MOST = 5000
_AT_ONCE = 20


@dataclass
class Paper:
    """One document on its way: its name, its stored file or the page to make it of, and why there is neither."""

    id: int
    name: str
    stored: Path | None = None
    html: str = ""
    signed: bool = False
    data: bytes = b""
    refused: str = ""


@dataclass
class Outcome:
    """What came of a batch: the documents that it holds, and those it lacks with the reason."""

    held: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def chosen(actor: Actor, query: Query) -> list[int]:
    """The documents that a filter leaves, in the order of the list; raises InvalidInput when they are too many."""
    found: list[int] = []
    page = ledgers.page(actor, "notice", replace(query, after=None, limit=ledgers.MAX_PAGE))
    while True:
        found += [notice.id for notice in page.items]
        if page.next is None or len(found) > MOST:
            return found
        page = ledgers.page(actor, "notice", replace(query, after=page.next, limit=ledgers.MAX_PAGE))


def ask(actor: Actor, ids: Sequence[int], shape: str) -> Job:
    """Let the worker put these documents together, in this order. Raises InvalidInput. Commits."""
    wanted = list(dict.fromkeys(ids))
    if shape not in BUNDLES:
        raise InvalidInput("请选择打印成一份PDF，还是下载压缩包", field="shape", code="choice")
    if not wanted:
        raise InvalidInput("没有选择文书：请先勾选，或放宽筛选条件", field="id", code="required")
    if len(wanted) > MOST:
        raise InvalidInput(f"一次最多{MOST}份文书，请分批办理", field="id", code="too_many")
    label = f"{BUNDLES[shape].label} {len(wanted)} 份文书"
    return background.ask(actor, "documents", label, {"ids": wanted, "shape": shape})


def make(task: Task) -> Mapping[str, Any]:
    """The batch as the worker does it."""
    ids: list[int] = task.params["ids"]
    kind, outcome = BUNDLES[task.params["shape"]], Outcome()
    task.progress(0, len(ids))
    with job_files.writing(task) as file, closing(kind(file)) as bundle, background.reading():
        with pool.rendering(_missing(ids)) as executor:
            for done, paper in enumerate(_papers(task.actor, ids, executor), 1):
                _add(bundle, paper, outcome)
                task.progress(done, len(ids))
        if not outcome.held:
            raise RenderingFailed(
                "没有可以打印的文书：" + "；".join(outcome.refused[:5]), code="nothing_made"
            )
    return _told(task, kind, outcome, bundle)


def _told(task: Task, kind: type[Bundle], outcome: Outcome, bundle: Bundle) -> Mapping[str, Any]:
    name = f"文书{clock.today():%Y%m%d}-{task.id}.{kind.suffix}"
    lines = [f"已完成 {len(outcome.held)} 份，{bundle.said()}"]
    if outcome.refused:
        lines[0] += f"；另有 {len(outcome.refused)} 份没有做成："
    told = job_files.told(task, name, case_type="notice", ids=outcome.held)
    return {"lines": lines + outcome.refused, "file": told, "bad": bool(outcome.refused)}


def _add(bundle: Bundle, paper: Paper, outcome: Outcome) -> None:
    try:
        if paper.refused:
            raise RenderingFailed(paper.refused)
        bundle.add(paper.name, paper.data)
        outcome.held.append(paper.id)
    except RiskctlError as error:
        outcome.refused.append(f"{paper.name}：{error.message}")


def _missing(ids: Sequence[int]) -> int:
    """How many have no stored PDF yet."""
    parts = (ids[at : at + 500] for at in range(0, len(ids), 500))
    lacks = Notice.pdf_attachment_id.is_(None)
    counts = (select(func.count(Notice.id)).where(Notice.id.in_(part), lacks) for part in parts)
    return sum(db.session.scalar(count) or 0 for count in counts)


def _papers(actor: Actor, ids: Sequence[int], executor: Executor) -> Iterator[Paper]:
    """Every document in the order given, with its bytes or the reason why there are none."""
    begun = (
        (paper, executor.submit(render.written, paper.html) if paper.html else None)
        for paper in _read(actor, ids)
    )
    return (_finished(paper, future) for paper, future in pool.ahead(begun))


def _finished(paper: Paper, future: Future[bytes] | None) -> Paper:
    if future is not None:
        error = pool.error_of(future)
        if error is not None:
            paper.refused = (
                error.message if isinstance(error, RiskctlError) else f"无法生成（{type(error).__name__}）"
            )
            return paper
        paper.data = future.result()
        if paper.signed:
            paper.stored = notice_contexts.store(paper.id, paper.data)
    if paper.stored is not None:
        paper.data = paper.stored.read_bytes()
    return paper


def _read(actor: Actor, ids: Sequence[int]) -> Iterator[Paper]:
    """The documents a few at a time; between them no transaction stays open."""
    for at in range(0, len(ids), _AT_ONCE):
        part = ids[at : at + _AT_ONCE]
        query = select(Notice).where(Notice.id.in_(part), visible(actor, "notice"))
        loading = (joinedload(Notice.unit), joinedload(Notice.issuer), selectinload(Notice.issues))
        found = {notice.id: notice for notice in db.session.scalars(query.options(*loading))}
        stored = _stored(found.values())
        papers = [_paper(found.get(number), number, stored) for number in part]
        db.session.rollback()
        yield from papers


def _stored(notices: Iterable[Notice]) -> Mapping[int, Attachment]:
    wanted = [notice.pdf_attachment_id for notice in notices if notice.pdf_attachment_id]
    found = db.session.scalars(select(Attachment).where(Attachment.id.in_(wanted)))
    return {attachment.id: attachment for attachment in found}


def _paper(notice: Notice | None, number: int, stored: Mapping[int, Attachment]) -> Paper:
    if notice is None:
        return Paper(number, f"第{number}号记录", refused="已不在您的查看范围内")
    paper = Paper(number, notice.number or f"{notice.title}（{notice.code}）")
    try:
        if notice.pdf_attachment_id:
            paper.stored = attachments.path_of(stored[notice.pdf_attachment_id])
            return paper
        paper.html, paper.signed = notice_contexts.html_of(notice), notice.context is not None
    except RiskctlError as error:
        paper.refused = error.message
    return paper
