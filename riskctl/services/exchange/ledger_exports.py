"""导出台账 from its page: what the filters leave, as a job, in the standard workbook or in the office's own shape."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db, reading
from riskctl.models import Job, Unit
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import (
    audit,
    background,
    job_files,
    ledger_filters,
    ledgers,
    past,
    past_filters,
    past_lists,
)
from riskctl.services.background import Task
from riskctl.services.exchange import book, own_shapes, shapes
from riskctl.services.exchange.exporting import place, top_names
from riskctl.services.exchange.printed_ledgers import LEDGERS, Row

# The ledgers that are taken out, by the kind of their cases.
_TOLD_EVERY = 500
_AT_ONCE = 400
LEDGER_OF = {"risk_point": "risk-points", "issue": "issues", "interview": "interviews"}
_LONGEST_REASON = 200
# What an address says beside the question: a past list is in its own order, a sheet in its own columns.
_PASSED_OVER = ("sort", "columns")


def ask(
    actor: Actor, case_type: str, given: Mapping[str, str], *, reason: str, shape_id: int | None = None
) -> Job:
    """Let the worker write what this address of the ledger shows; every export says why. Raises InvalidInput,
    NotAllowed, NotFound. Commits."""
    _require(actor)
    reason = reason.strip()
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise InvalidInput(f"请填写导出理由，不超过{_LONGEST_REASON}字", field="reason", code="required")
    asked = {name: value for name, value in given.items() if name not in ("limit", "after") and value}
    if asked.get("as_of"):
        past.refuse_before_start(past_filters.read(case_type, asked, passed_over=_PASSED_OVER).day)
    else:
        ledger_filters.read(case_type, asked)
    if shape_id is not None and own_shapes.get(shape_id).ledger != LEDGER_OF[case_type]:
        raise InvalidInput("这个样式不是本台账的", field="shape", code="unknown_choice")
    label = f"导出{LEDGERS[LEDGER_OF[case_type]].title}"
    params = {"case_type": case_type, "given": asked, "reason": reason, "shape": shape_id}
    return background.ask(actor, "export_ledger", label, params)


def make(task: Task) -> Mapping[str, Any]:
    """The export as the worker does it."""
    actor, asked = task.actor, task.params
    _require(actor)
    case_type, given = asked["case_type"], asked["given"]
    kind = LEDGERS[LEDGER_OF[case_type]]
    about = _about(actor, case_type, given, asked["reason"])
    shape = own_shapes.data_of(own_shapes.get(asked["shape"])) if asked["shape"] else None
    name = f"{about.title}{clock.today():%Y%m%d}.xlsx"
    db.session.rollback()  # reading a long ledger must not hold the write lock
    with job_files.writing(task) as file, reading() as session:
        rows = _rows(task, case_type, given, session)
        if shape is None:
            count = book.write(file, kind, about, rows)
        else:
            count = shapes.write(file, shape, kind, rows, _told(about))
        db.session.rollback()  # what follows writes, which a transaction that only read may not
    told = {"ledger": kind.title, "reason": about.reason, "rows": count, "filters": list(about.filters)}
    audit.append_for(
        "user", actor.user_id, "export_ledger", actor_id=actor.user_id, changes={"fields": {}, "data": told}
    )
    db.session.commit()
    return {
        "lines": [f"已导出 {count} 行"],
        "file": job_files.told_of_units(task, name, actor.units(Permission.LEDGER_EXPORT)),
    }


def _about(actor: Actor, case_type: str, given: Mapping[str, str], reason: str) -> book.About:
    kind, filters = LEDGERS[LEDGER_OF[case_type]], in_words(case_type, given)
    day = past.day_of(given["as_of"]) if given.get("as_of") else None
    return book.About(kind.title, actor.name, reason, filters=filters, as_of=day, seal=book.sealed())


def in_words(case_type: str, given: Mapping[str, str]) -> list[str]:
    """The filters of an address as an office would say them."""
    found = [text for _, text in ledger_filters.chips(case_type, given)]
    unit = db.session.get(Unit, int(given["unit"])) if given.get("unit", "").isdecimal() else None
    found += [f"单位：{unit.name}"] if unit else []
    found += [f"搜索：{given['q']}"] if given.get("q") else []
    return [*found, "只看逾期"] if given.get("overdue") == "true" else found


def _told(about: book.About) -> dict[str, str]:
    today, day = clock.today(), about.as_of or clock.today()
    return {
        "填报单位": about.scope or "全部单位", "截止日期": f"{day.year}年{day.month}月{day.day}日",
        "导出日期": f"{today.year}年{today.month}月{today.day}日", "导出人": about.by,
    }  # fmt: skip


def _rows(task: Task, case_type: str, given: Mapping[str, str], session: Session) -> Iterator[Row]:
    actor = task.actor
    units, knows = actor.units(Permission.LEDGER_EXPORT), ledgers.knows_petitions(actor)
    tops = top_names(session)
    if given.get("as_of"):
        dated = past_filters.read(case_type, given, passed_over=_PASSED_OVER)
        records, total = past_lists.stream(actor, case_type, replace(dated, limit=_AT_ONCE)), 0
    else:
        query = ledger_filters.read(case_type, given)
        records = ledgers.stream(actor, case_type, query, session=session)
        total = ledgers.count(actor, case_type, query)
    number = 0
    for record in records:
        # Whoever may see more than he may take out takes out his own.
        if units is None or record.unit_id in units:
            number += 1
            yield Row(number, record, *place(record.unit, tops), knows)
        if number % _TOLD_EVERY == 0:
            task.progress(number, max(total, number))


def _require(actor: Actor) -> None:
    if not allowed(actor, Permission.LEDGER_EXPORT):
        raise NotAllowed("您的岗位不能导出台账", code="no_permission")
