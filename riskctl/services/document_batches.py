"""批量打印文书: many documents as one job, into one PDF for double-sided paper or a zip with a file each.

Stored PDFs are used, missing ones are made and stored like any other, so that a job that is taken up again
after its worker died goes on where that one was. A document that cannot be made is named; the rest is done.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from riskctl import clock
from riskctl.documents import pool, render
from riskctl.documents.kinds import KINDS
from riskctl.errors import InvalidInput, NotAllowed, RenderingFailed, RiskctlError
from riskctl.models import Job
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, background, batch_papers, job_files, ledgers, notice_contexts
from riskctl.services.background import Task
from riskctl.services.batch_papers import Paper
from riskctl.services.bundles import BUNDLES, Bundle
from riskctl.services.ledgers import Query

MOST = 5000


@dataclass
class Outcome:
    """What came of a batch: the documents that it holds, and those it lacks with the reason."""

    held: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Choice:
    """Which documents: of this kind of record those with these ids; of cases the latest of `kind` that each has."""

    case_type: str
    ids: Sequence[int]
    kind: str = ""


def kinds(case_type: str) -> Mapping[str, str]:
    """The documents that a batch may print of these cases, with their titles; none of documents themselves."""
    return {kind.code: kind.title for kind in KINDS.values() if kind.about == case_type}


def filtered(actor: Actor, case_type: str, query: Query) -> list[int]:
    """The records that a filter leaves, in the order of the list, and one more than a batch may hold at most."""
    return ledgers.ids(actor, case_type, query, MOST + 1)


def ask(actor: Actor, choice: Choice, shape: str) -> Job:
    """Let the worker put these documents together, in this order; an event tells of it. Raises NotAllowed,
    InvalidInput. Commits."""
    ids = list(dict.fromkeys(choice.ids))
    _check(actor, choice, ids, shape)
    what = KINDS[choice.kind].title if choice.kind else "文书"
    label = f"{BUNDLES[shape].label} {len(ids)} 份{what}"
    told = {"kind": choice.kind, "case_type": choice.case_type, "rows": len(ids)}
    changes = {"fields": {}, "data": told}
    audit.append_for("user", actor.user_id, "print_documents", actor_id=actor.user_id, changes=changes)
    params = {"case_type": choice.case_type, "ids": ids, "kind": choice.kind, "shape": shape}
    return background.ask(actor, "documents", label, params)


def _check(actor: Actor, choice: Choice, ids: list[int], shape: str) -> None:
    of_cases = choice.case_type != "notice"
    if of_cases and not allowed(actor, Permission.LEDGER_EXPORT):
        raise NotAllowed("您的岗位不能批量打印台账里的文书", code="no_permission")
    if shape not in BUNDLES:
        raise InvalidInput("请选择打印成一份PDF，还是下载压缩包", field="shape", code="choice")
    if of_cases and choice.kind not in kinds(choice.case_type):
        raise InvalidInput("请选择要打印的文书", field="kind", code="choice")
    if not ids:
        raise InvalidInput("没有选择：请先勾选，或放宽筛选条件", field="id", code="required")
    if len(ids) > MOST:
        raise InvalidInput(f"一次最多{MOST}份，请分批办理", field="id", code="too_many")


def make(task: Task) -> Mapping[str, Any]:
    """The batch as the worker does it."""
    ids: list[int] = task.params["ids"]
    kind, outcome = BUNDLES[task.params["shape"]], Outcome()
    task.progress(0, len(ids))
    with job_files.writing(task) as file, closing(kind(file)) as bundle, background.reading():
        with pool.rendering(len(ids)) as executor:
            for done, paper in enumerate(_papers(task, executor), 1):
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
    told = job_files.told(task, name, case_type=task.params["case_type"], ids=outcome.held)
    return {"lines": lines + outcome.refused, "file": told, "bad": bool(outcome.refused)}


def _add(bundle: Bundle, paper: Paper, outcome: Outcome) -> None:
    try:
        if paper.refused:
            raise RenderingFailed(paper.refused)
        bundle.add(paper.name, paper.data)
        outcome.held.append(paper.id)
    except RiskctlError as error:
        outcome.refused.append(f"{paper.name}：{error.message}")


def _papers(task: Task, executor: Executor) -> Iterator[Paper]:
    """Every document in the order given, with its bytes or the reason why there are none."""
    params = task.params
    begun = (
        (paper, executor.submit(render.written, paper.html) if paper.html else None)
        for paper in batch_papers.read(task.actor, params["ids"], params["case_type"], params["kind"])
    )
    return (_finished(paper, future) for paper, future in pool.ahead(begun))


def _finished(paper: Paper, future: Future[bytes] | None) -> Paper:
    if future is not None:
        error = pool.error_of(future)
        if error is not None:
            told = error.message if isinstance(error, RiskctlError) else f"无法生成（{type(error).__name__}）"
            paper.refused = told
            return paper
        paper.data = future.result()
        if paper.notice_id is not None:
            paper.stored = notice_contexts.store(paper.notice_id, paper.data)
    if paper.stored is not None:
        paper.data = paper.stored.read_bytes()
    return paper
