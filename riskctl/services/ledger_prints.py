"""打印台账 (class T): a ledger of many thousand rows as one PDF, made in parts so that memory holds a few of them.

The rows are read first and kept on disk. A first pass lays out part by part and finds where pages end: what stands
on a part's last page waits for the next part, so that no page in the middle is half empty. The second pass knows
the number of every page and of all, and draws the parts on all cores.
"""

import json
import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from riskctl import clock
from riskctl.documents import pool, render
from riskctl.documents.joining import Joined
from riskctl.documents.kinds import KINDS
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import Job, Unit, User
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, background, document_templates, job_files, ledgers, organization
from riskctl.services.background import Task
from riskctl.services.document_facts import ledger_rows
from riskctl.services.ledgers import Query

MOST = 20_000
PAPERS = {"A4": "A4 横向", "A3": "A3 横向"}
FORMS = {"risk_point": "risk_ledger", "issue": "issue_ledger"}
_AT_ONCE = 100


@dataclass(frozen=True)
class Order:
    """What is printed: these rows, as the filters left them (in words), of which unit, on which paper, and why."""

    case_type: str
    ids: Sequence[int]
    said: Sequence[str]
    unit: str
    paper: str
    reason: str


@dataclass(frozen=True)
class Part:
    """Rows that fill whole pages, from and to (not included), and the number of their first page."""

    start: int
    end: int
    page: int


class Rows:
    """The rows on disk, in their order; memory holds where each begins."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the print
        self._starts = array("Q")
        self.ids: list[int] = []

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, record_id: int, row: Mapping[str, Any]) -> None:
        """Append a row."""
        self._starts.append(self._file.tell())
        self._file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        self.ids.append(record_id)

    def some(self, start: int, end: int) -> list[dict[str, Any]]:
        """The rows from one to another (not included)."""
        self._file.seek(self._starts[start])
        return [json.loads(self._file.readline()) for _ in range(start, end)]

    def close(self) -> None:
        """Forget the rows."""
        self._file.close()


def ask(actor: Actor, case_type: str, query: Query, said: Sequence[str], data: Mapping[str, str]) -> Job:
    """Let the worker print the rows that the filters leave; `data` holds paper and reason, which becomes an event.
    Raises NotAllowed, InvalidInput. Commits."""
    if not allowed(actor, Permission.LEDGER_EXPORT):
        raise NotAllowed("您的岗位不能打印台账", code="no_permission")
    paper, reason = data.get("paper", ""), data.get("reason", "").strip()
    if paper not in PAPERS:
        raise InvalidInput("请选择纸张", field="paper", code="choice")
    if not reason:
        raise InvalidInput("打印台账须写明用途", field="reason", code="required")
    ids = ledgers.ids(actor, case_type, query, MOST + 1)
    if not 0 < len(ids) <= MOST:
        said_of = f"一次最多打印 {MOST} 行" if ids else "没有符合条件的记录"
        raise InvalidInput(f"{said_of}，请先调整筛选条件", field="reason", code="too_many")
    title = KINDS[FORMS[case_type]].title
    told = {"ledger": title, "reason": reason, "rows": len(ids), "filters": "；".join(said)}
    changes = {"fields": {}, "data": told}
    audit.append_for("user", actor.user_id, "print_ledger", actor_id=actor.user_id, changes=changes)
    order = Order(case_type, ids, list(said), _owner(actor, query), paper, reason)
    return background.ask(actor, "ledger_print", f"打印{title} {len(ids)} 行", asdict(order))


def _owner(actor: Actor, query: Query) -> str:
    """Whose ledger it is: the unit that was filtered, the whole department, or the unit of the one who prints."""
    if query.unit is not None and (unit := db.session.get(Unit, query.unit)) is not None:
        return unit.name
    if actor.units(Permission.LEDGER_EXPORT) is None:
        return organization.root().name
    own = db.session.get_one(User, actor.user_id).unit
    return own.name if own else organization.root().name


def make(task: Task) -> Mapping[str, Any]:
    """The print as the worker does it."""
    order = Order(**task.params)
    task.progress(0, 2 * len(order.ids))
    with closing(Rows()) as rows:
        with background.reading():
            sheet = _sheet(task.actor, order)
            for record_id, row in _read(task.actor, order):
                rows.add(record_id, row)
        if not rows.ids:
            raise NotFound("台账中已没有您可以打印的记录")
        with (
            job_files.writing(task) as file,
            closing(Joined(file, flip="Short")) as whole,
            pool.rendering(len(rows) // _AT_ONCE * pool.WORTH_IT) as executor,
        ):
            parts, pages = _measured(task, rows, sheet, executor)
            _draw(task, whole, _pages_of(parts, rows, {**sheet, "pages": pages}), executor)
        name = f"{KINDS[FORMS[order.case_type]].title}{clock.today():%Y%m%d}-{task.id}.pdf"
        told = job_files.told(task, name, case_type=order.case_type, ids=rows.ids)
    return {"lines": [f"已完成 {len(rows)} 行，共 {pages} 页"], "file": told}


def _read(actor: Actor, order: Order) -> Iterator[tuple[int, dict[str, Any]]]:
    units = actor.units(Permission.LEDGER_EXPORT)
    knows, number = ledgers.knows_petitions(actor), 0
    for at in range(0, len(order.ids), _AT_ONCE):
        found = ledgers.records(actor, order.case_type, order.ids[at : at + _AT_ONCE])
        names = ledger_rows.indicator_names(found) if order.case_type == "risk_point" else {}
        for record in found:
            if units is not None and record.unit_id not in units:
                continue
            number += 1
            if order.case_type == "risk_point":
                yield record.id, ledger_rows.point_row(number, record, names.get(record.id, ()))
            else:
                yield record.id, ledger_rows.issue_row(number, record, knows_petitions=knows)
        db.session.expunge_all()


def _sheet(actor: Actor, order: Order) -> dict[str, Any]:
    """What is the same on all pages."""
    now, kind = clock.local(clock.now()), FORMS[order.case_type]
    return {
        "kind": kind, "template": document_templates.filled(kind, {})["template"], "unit": order.unit, "until": now.date().isoformat(), "paper": order.paper,
        "filters": "；".join(order.said), "pages": 0,
        "printed": f"{actor.name} {now:%Y-%m-%d %H:%M} 打印，用途：{order.reason}。内部资料，注意保管",
    }  # fmt: skip


def _html(rows: Rows, part: Part, sheet: Mapping[str, Any]) -> str:
    kind = KINDS[sheet["kind"]]
    form = {
        **sheet, "rows": rows.some(part.start, part.end), "first_page": part.page,
        "total": len(rows), "last": part.end == len(rows),
    }  # fmt: skip
    told = {
        "kind": kind.code, "title": kind.title, "issuer": sheet["unit"], "issued_on": sheet["until"], "form": form,
        "number": "", "verify_url": "", "verification_code": "", "template": sheet["template"],
    }  # fmt: skip
    return render.checked_html(kind.code, told)


def _measured(task: Task, rows: Rows, sheet: Mapping[str, Any], executor: Executor) -> tuple[list[Part], int]:
    """The parts and the number of all pages. One part after the other: where it ends shows where the next begins."""
    parts, start, page = [], 0, 1
    while start < len(rows):
        part = Part(start, min(start + _AT_ONCE, len(rows)), page)
        pages, ids = executor.submit(render.measured, _html(rows, part, sheet)).result()
        left = [int(name[1:]) - 1 for name in ids if name[:1] == "r" and name[1:].isdecimal()]
        if part.end < len(rows) and left and min(left) > start:
            part, pages = Part(start, min(left), page), pages - 1
        parts.append(part)
        start, page = part.end, page + pages
        task.progress(start, 2 * len(rows))
    return parts, page - 1


def _pages_of(parts: Sequence[Part], rows: Rows, sheet: Mapping[str, Any]) -> Iterator[tuple[Part, str]]:
    return ((part, _html(rows, part, sheet)) for part in parts)


def _draw(task: Task, whole: Joined, pages: Iterator[tuple[Part, str]], executor: Executor) -> None:
    begun = ((part, executor.submit(render.drawn, html)) for part, html in pages)
    for part, future in pool.ahead(begun):
        whole.add(future.result(), f"第 {part.start + 1} 至 {part.end} 条")
        total = len(task.params["ids"])
        task.progress(total + part.end, 2 * total)
