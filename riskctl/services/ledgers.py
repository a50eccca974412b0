"""Lists and single records as an actor may see them: filters, keyset paging, counts, what waits for him."""

import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text, true
from sqlalchemy.orm import Session, joinedload, selectinload

from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.models import Attachment, AttachmentLink, Case, Issue, Notice, SelfCheck
from riskctl.permissions import GRANTS, Actor, Permission, allowed
from riskctl.services import colours, ledger_conditions, paging
from riskctl.services.ledger_query import Query
from riskctl.services.ledger_tables import DUE, MODELS, SORTS, weights
from riskctl.services.paging import Segment
from riskctl.services.scope import reach, visible

__all__ = [
    "MAX_PAGE", "MOST_COUNTED", "Page", "Query", "attachment", "by_code", "count", "counts_by", "get", "ids", "is_visible",
    "knows_origin", "knows_petitions", "meant", "page", "records", "shown", "statements", "stream",
]  # fmt: skip

MAX_PAGE = 200
# A page counts no further; the exact number is there for whoever asks for it.
MOST_COUNTED = 10_000
_AT_ONCE = 500
# A value that no column has.
_NOTHING = "-"


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursor of the next."""

    items: list[Any]
    next: str | None


def get(actor: Actor, case_type: str, record_id: int) -> Any:
    """One record that the actor may see; raises NotFound as if others did not exist."""
    model = MODELS[case_type]
    record = db.session.scalars(
        select(model).where(model.id == record_id, visible(actor, case_type))
    ).one_or_none()
    if record is None:
        raise NotFound("没有这条记录，或不在您的查看范围内")
    return record


def by_code(actor: Actor, code: str) -> Case | None:
    """The record of this code, of whatever kind, if the actor may see it."""
    for case_type, model in MODELS.items():
        found = db.session.scalars(select(model).where(model.code == code, visible(actor, case_type))).first()
        if found is not None:
            return found  # type: ignore[no-any-return]
    return None


def is_visible(actor: Actor, case_type: str, record_id: int) -> bool:
    """Whether the actor may know of the record."""
    model = MODELS.get(case_type)
    if model is None:
        return False
    query = select(model.id).where(model.id == record_id, visible(actor, case_type))
    return db.session.scalar(query) is not None


def attachment(actor: Actor, attachment_id: int) -> Attachment:
    """An attachment that the actor uploaded or whose case he may see; raises NotFound."""
    found = db.session.get(Attachment, attachment_id)
    if found is not None:
        if found.uploaded_by_id == actor.user_id:
            return found
        links = select(AttachmentLink).where(AttachmentLink.attachment_id == attachment_id)
        if any(is_visible(actor, link.case_type, link.case_id) for link in db.session.scalars(links)):
            return found
    raise NotFound("没有这个附件，或不在您的查看范围内")


def page(actor: Actor, case_type: str, query: Query) -> Page:
    """One page of the ledger, keyset: page 1,000 costs what page 1 costs. Raises InvalidInput on a bad
    cursor or sort."""
    model = MODELS[case_type]
    segments = _segments(case_type, query.sort)
    fingerprint = _fingerprint(case_type, query)
    mark = paging.read(query.after, fingerprint, segments) if query.after else None
    limit = max(1, min(query.limit, MAX_PAGE))
    rows: list[tuple[int, Any]] = []
    for number, (segment, part) in enumerate(zip(segments, statements(actor, case_type, query), strict=True)):
        if mark and number < mark.segment:
            continue
        shown = part.where(segment.beyond(mark)) if mark and number == mark.segment else part
        found = db.session.scalars(shown.limit(limit + 1 - len(rows)).options(*_loading(model)))
        rows += [(number, row) for row in found]
        if len(rows) > limit:
            break
    following = paging.cursor(fingerprint, segments, *rows[limit - 1]) if len(rows) > limit else None
    return Page([row for _, row in rows[:limit]], following)


def count(actor: Actor, case_type: str, query: Query, *, most: int | None = None) -> int:
    """How many rows the filters leave; with `most` no more are counted than one beyond it, so that a page of
    a long ledger does not wait for its number."""
    model = MODELS[case_type]
    conditions = _conditions(actor, case_type, query)
    if most is None:
        return db.session.scalar(select(func.count(model.id)).where(*conditions)) or 0
    some = select(model.id).where(*conditions).limit(most + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def stream(actor: Actor, case_type: str, query: Query, *, session: Session | None = None) -> Iterator[Any]:
    """Every record that the filters leave, in the query's order, in bounded memory: a few hundred at a time,
    whatever the limit and the cursor of the query. With a session of its own for what takes long."""
    loading = _loading(MODELS[case_type])
    for part in statements(actor, case_type, query):
        yield from (session or db.session).scalars(
            part.options(*loading).execution_options(yield_per=_AT_ONCE)
        )


def statements(actor: Actor, case_type: str, query: Query) -> list[Select[Any]]:
    """The list as statements, one after the other: each part of its order by an index. Raises InvalidInput on
    a sort that there is not."""
    conditions = _conditions(actor, case_type, query)
    return [
        select(MODELS[case_type]).where(*conditions, segment.condition).order_by(*segment.order())
        for segment in _segments(case_type, query.sort)
    ]


def ids(actor: Actor, case_type: str, query: Query, most: int) -> list[int]:
    """The ids of the rows that the filters leave, in the order of the list, no more than `most`."""
    found: list[int] = []
    for part in statements(actor, case_type, query):
        wanted = part.with_only_columns(MODELS[case_type].id)
        found += db.session.scalars(wanted.limit(most - len(found)))
        if len(found) >= most:
            break
    return found


def records(actor: Actor, case_type: str, wanted: Sequence[int]) -> list[Any]:
    """The records of these ids that the actor may see, in the order of the ids."""
    model = MODELS[case_type]
    query = select(model).where(model.id.in_(wanted), visible(actor, case_type)).options(*_loading(model))
    found = {record.id: record for record in db.session.scalars(query)}
    return [found[number] for number in wanted if number in found]


def counts_by(actor: Actor, case_type: str, *names: str) -> dict[tuple[Any, ...], int]:
    """Visible rows counted by the values of these columns."""
    model = MODELS[case_type]
    columns = [_column(model, name).label(f"by_{name}") for name in names]
    # By its place: an expression with parameters is not the same to PostgreSQL when it is written twice.
    places = [text(str(number)) for number, _ in enumerate(names, 1)]
    query = select(*columns, func.count(model.id)).where(visible(actor, case_type)).group_by(*places)
    if "colour" in names:
        query = query.where(colours.running(model))
    return {tuple(row[:-1]): row[-1] for row in db.session.execute(query)}


def _column(model: type[Any], name: str) -> Any:
    return colours.shown(model) if name == "colour" else getattr(model, name)


def _loading(model: type[Any]) -> list[Any]:
    names = ("not_lifted", "risk_points", "risk_point", "joint_units", "issues", "proposals")
    linked = [name for name in names if hasattr(model, name)]
    single = [name for name in ("unit", "issue") if hasattr(model, name)]
    return [
        *(joinedload(getattr(model, name)) for name in single),
        *(selectinload(getattr(model, name)) for name in linked),
    ]


def _segments(case_type: str, sort: str) -> list[Segment]:
    """The list in parts: NULLs sort differently on the two databases, and words by their letters."""
    model, name, descending = MODELS[case_type], sort.removeprefix("-"), sort.startswith("-")
    if name not in (*SORTS[case_type], "due_on"):
        known = "、".join(dict.fromkeys((*SORTS[case_type], "due_on")))
        raise InvalidInput(f"不能按“{name}”排序，可用：{known}", field="sort", code="sort")
    if name == "id" and model is Notice:
        # Steps make many forms; whoever looks for the papers of a case means its letters first.
        return [Segment(model, Notice.document_class == which, None, descending) for which in "GFT"]
    if name == "id":
        return [Segment(model, true(), None, descending)]
    column = _column(model, DUE[case_type] if name == "due_on" else name)
    unset = Segment(model, column.is_(None), None, descending)
    if order := weights(case_type, name):
        parts = [
            ledger_conditions.is_one_of(model, name, [v]) for v in (order[::-1] if descending else order)
        ]
        return [*(Segment(model, part, None, descending) for part in parts), unset]
    return [Segment(model, column.is_not(None), column, descending), unset]


def _conditions(actor: Actor, case_type: str, query: Query) -> list[ColumnElement[bool]]:
    asked = {name: meant(actor, name, values) for name, values in query.equal.items()}
    found = [visible(actor, case_type)]
    if (reached := reach(actor, case_type)) is not None:
        found.append(ledger_conditions.narrowed(MODELS[case_type], reached))
    return [*found, *ledger_conditions.conditions(actor, case_type, replace(query, equal=asked))]


def meant(actor: Actor, name: str, values: list[Any]) -> list[Any]:
    """The values for which the actor asks: who may not know that someone complained finds 信访举报 under
    日常监督, and nothing under its own name."""
    if name != "source" or knows_petitions(actor):
        return values
    kept = [value for value in values if value != "petition"] or [_NOTHING]
    return [*kept, "petition"] if "daily" in kept else kept


def knows_petitions(actor: Actor) -> bool:
    """Whether the actor may learn that an issue came from a petition (contract 5)."""
    return bool(actor.roles & GRANTS[Permission.CLUE_VIEW])


def knows_origin(actor: Actor, task: SelfCheck) -> bool:
    """Whether the actor may learn from which issue a self-check task came."""
    return allowed(actor, Permission.CASE_VIEW, task.origin.unit_id)


def shown(actor: Actor, record: Case, name: str) -> Any:
    """The value of a field as the actor may know it: of a petition he learns neither source nor document."""
    if isinstance(record, SelfCheck) and name == "origin_id" and not knows_origin(actor, record):
        return None
    secret = isinstance(record, Issue) and record.source == "petition" and not knows_petitions(actor)
    if secret and name in ("source", "source_doc"):
        return "daily" if name == "source" else None
    return getattr(record, name)


def _fingerprint(case_type: str, query: Query) -> str:
    parts = (
        case_type,
        query.sort,
        sorted(query.equal.items()),
        sorted(query.between.items()),
        sorted(query.holds.items()),
        query.unit,
        query.q,
        str(query.due_before),
        query.overdue,
        sorted(query.linked.items()),
        query.figure,
    )
    return f"{binascii.crc32(repr(parts).encode()):08x}"
