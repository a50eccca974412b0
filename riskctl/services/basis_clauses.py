"""依据条款库: keeping the clauses on which problems rest, and offering those in force to who verifies or drafts."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, Reason
from riskctl.extensions import db
from riskctl.models import BasisClause
from riskctl.permissions import Actor, Permission, allowed
from riskctl.schemas import inputs as schemas
from riskctl.services import audit
from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Input

_FIELDS = ("document", "number", "clause", "text", "domain", "valid_from", "valid_until")
# As many as can be read in one place; who has more finds them by the search.
_OFFERED = 300


def inputs(found: BasisClause | None = None) -> list[Input]:
    """What is entered of a clause, with what stands there already."""
    known = {name: getattr(found, name) for name in _FIELDS} if found else {"valid_from": clock.today()}
    return [
        Input("document", "文件名称", max_length=200, default=known.get("document"), hint="例：中华人民共和国招标投标法"),
        Input("number", "文号", required=False, max_length=100, default=known.get("number")),
        Input("clause", "条款", required=False, max_length=100, default=known.get("clause"), hint="例：第四条"),
        Input("text", "条款内容", required=False, max_length=1000, default=known.get("text")),
        Input(
            "domain", "适用领域", "choice", required=False, choices=words.choices(words.DOMAINS),
            default=known.get("domain"), hint="不选则适用于各类问题",
        ),
        Input("valid_from", "施行日期", "date", default=known.get("valid_from")),
        Input(
            "valid_until", "失效日期", "date", required=False, default=known.get("valid_until"),
            hint="最后一日仍有效；现行有效的不填",
        ),
    ]  # fmt: skip


def listing(
    *, q: str = "", domain: str = "", all_times: bool = False, after: int = 0, limit: int = 50
) -> tuple[list[BasisClause], int | None]:
    """Clauses in the order in which they were entered, with the id to continue after; those in force today
    unless `all_times`."""
    query = select(BasisClause).where(BasisClause.id > after, *_matching(q, domain))
    if not all_times:
        query = query.where(*_in_force(clock.today()))
    rows = list(db.session.scalars(query.order_by(BasisClause.id).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def _matching(q: str, domain: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [BasisClause.domain == domain] if domain else []
    if q:
        columns = (BasisClause.document, BasisClause.number, BasisClause.clause, BasisClause.text)
        found.append(or_(*(column.contains(q, autoescape=True) for column in columns)))
    return found


def _in_force(day: date) -> list[ColumnElement[bool]]:
    until = BasisClause.valid_until
    return [BasisClause.valid_from <= day, or_(until.is_(None), until >= day)]


def offered() -> dict[str, list[BasisClause]]:
    """The clauses in force today by their document, to be chosen from."""
    query = select(BasisClause).where(*_in_force(clock.today()))
    found: dict[str, list[BasisClause]] = {}
    for row in db.session.scalars(query.order_by(BasisClause.document, BasisClause.id).limit(_OFFERED)):
        found.setdefault(row.document, []).append(row)
    return found


def copied(ids: Collection[int]) -> list[dict[str, str]]:
    """The words of these clauses, as an issue or a notice keeps them, in the order of the library."""
    query = select(BasisClause).where(BasisClause.id.in_(ids), *_in_force(clock.today()))
    names = ("document", "number", "clause", "text")
    rows = db.session.scalars(query.order_by(BasisClause.document, BasisClause.id))
    return [{name: value for name in names if (value := getattr(row, name))} for row in rows]


def get(clause_id: int) -> BasisClause:
    """One clause; raises NotFound."""
    found = db.session.get(BasisClause, clause_id)
    if found is None:
        raise NotFound("没有这一条款")
    return found


def save(actor: Actor, found: BasisClause | None, raw: Mapping[str, Any]) -> BasisClause:
    """Enter a clause, or change one; commits. Raises NotAllowed, or InvalidInput with every reason."""
    if not allowed(actor, Permission.BASIS_MANAGE):
        raise NotAllowed("依据条款库由机关纪委维护", code="no_permission")
    clean, reasons = schemas.load(inputs(found), raw)
    reasons += [] if reasons else _objections(clean, found)
    if reasons:
        raise InvalidInput("；".join(reason.message for reason in reasons), reasons=reasons)
    row = found or BasisClause(entered_by_id=actor.user_id)
    new = {name: clean.get(name) for name in _FIELDS}
    new |= {name: new[name] or "" for name in ("number", "clause", "text")}
    changed = {n: [getattr(row, n), value] for n, value in new.items() if getattr(row, n) != value}
    for name, value in new.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    if changed:
        trigger = "change" if found else "create"
        changes = {"fields": changed, "data": {"document": row.document, "clause": row.clause}}
        audit.append_for("basis_clause", row.id, trigger, actor_id=actor.user_id, changes=changes)
    db.session.commit()
    return row


def _objections(clean: Mapping[str, Any], found: BasisClause | None) -> list[Reason]:
    start, end = clean["valid_from"], clean.get("valid_until")
    if end and end < start:
        return [Reason("dates", "失效日期不能早于施行日期", "valid_until")]
    # Two versions of one clause may follow each other, but not stand side by side.
    same = select(BasisClause).where(
        BasisClause.document == clean["document"],
        BasisClause.number == (clean.get("number") or ""),
        BasisClause.clause == (clean.get("clause") or ""),
        BasisClause.id != (found.id if found else 0),
        or_(BasisClause.valid_until.is_(None), BasisClause.valid_until >= start),
    )
    if end:
        same = same.where(BasisClause.valid_from <= end)
    if db.session.scalars(same.limit(1)).first() is None:
        return []
    said = "这一条款已在库中且有效期重叠：条文修订的，请先给原条款填上失效日期"
    return [Reason("taken", said, "clause")]
