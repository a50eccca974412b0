"""Lists and single records as an actor may see them: filters, keyset paging, counts, what waits for him."""

import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text, true
from sqlalchemy.orm import joinedload, selectinload

from riskctl import clock
from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.models import (
    Attachment,
    AttachmentLink,
    Case,
    Issue,
    RiskPoint,
    SelfCheck,
    Unit,
)
from riskctl.permissions import GRANTS, Actor, Permission, allowed
from riskctl.services import colours, paging, search
from riskctl.services.ledger_tables import DUE, MODELS, OVER, PLAIN_TEXTS, SORTS, WEIGHTS
from riskctl.services.paging import Segment
from riskctl.services.scope import visible
from riskctl.services.workdays import late_before

MAX_PAGE = 200


@dataclass(frozen=True)
class Query:
    """What a list is asked for; `equal` holds column filters such as state or level, several values each."""

    equal: Mapping[str, list[Any]] = field(default_factory=dict)
    unit: int | None = None
    q: str = ""
    due_before: date | None = None
    overdue: bool | None = None
    linked: Mapping[str, int] = field(default_factory=dict)
    sort: str = "-id"
    limit: int = 50
    after: str | None = None


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
    for number, segment in enumerate(segments):
        if mark and number < mark.segment:
            continue
        conditions = [*_conditions(actor, case_type, query), segment.condition]
        if mark and number == mark.segment:
            conditions.append(segment.beyond(mark))
        shown = select(model).where(*conditions).order_by(*segment.order())
        found = db.session.scalars(shown.limit(limit + 1 - len(rows)).options(*_loading(model)))
        rows += [(number, row) for row in found]
        if len(rows) > limit:
            break
    following = paging.cursor(fingerprint, segments, *rows[limit - 1]) if len(rows) > limit else None
    return Page([row for _, row in rows[:limit]], following)


def count(actor: Actor, case_type: str, query: Query) -> int:
    """How many rows the filters leave."""
    model = MODELS[case_type]
    return db.session.scalar(select(func.count(model.id)).where(*_conditions(actor, case_type, query))) or 0


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
    if name == "id":
        return [Segment(model, true(), None, descending)]
    column = _column(model, DUE[case_type] if name == "due_on" else name)
    unset = Segment(model, column.is_(None), None, descending)
    if name in WEIGHTS:
        weights = WEIGHTS[name][::-1] if descending else WEIGHTS[name]
        return [*(Segment(model, _is(model, name, [value]), None, descending) for value in weights), unset]
    return [Segment(model, column.is_not(None), column, descending), unset]


def _conditions(actor: Actor, case_type: str, query: Query) -> list[ColumnElement[bool]]:
    model = MODELS[case_type]
    found = [visible(actor, case_type)]
    found += [_is(model, name, _meant(actor, name, values)) for name, values in query.equal.items() if values]
    if query.unit is not None:
        below = select(Unit.id).where(or_(Unit.id == query.unit, Unit.path.contains(f"/{query.unit}/")))
        found.append(model.unit_id.in_(below))
    found += [_matches(case_type, word) for word in query.q.split()[:5]]
    found += _by_day(case_type, query)
    found += [_linked(actor, case_type, name, value) for name, value in query.linked.items()]
    return found


def _is(model: type[Any], name: str, values: list[Any]) -> ColumnElement[bool]:
    if name == "colour":
        return colours.is_one_of(model, values)
    found: ColumnElement[bool] = getattr(model, name).in_(values)
    return found


def _meant(actor: Actor, name: str, values: list[Any]) -> list[Any]:
    # Who may not know that someone complained finds 信访举报 under 日常监督, and nothing under its own name.
    if name != "source" or knows_petitions(actor):
        return values
    kept = [value for value in values if value != "petition"]
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


def _matches(case_type: str, word: str) -> ColumnElement[bool]:
    model = MODELS[case_type]
    units = select(Unit.id).where(Unit.name.contains(word, autoescape=True))
    if case_type in PLAIN_TEXTS:
        texts = [getattr(model, name).contains(word, autoescape=True) for name in PLAIN_TEXTS[case_type]]
        return or_(*texts, model.unit_id.in_(units))
    return or_(search.matches(model, word), model.unit_id.in_(units))


def _by_day(case_type: str, query: Query) -> Iterable[ColumnElement[bool]]:
    model = MODELS[case_type]
    due = getattr(model, DUE[case_type])
    if query.due_before is not None:
        yield due < query.due_before
    if query.overdue is not None:
        mark = late_before(clock.today())
        late = and_(
            or_(
                and_(due.is_not(None), due < mark),
                and_(model.step_due_on.is_not(None), model.step_due_on < mark),
            ),
            model.state.not_in(OVER[case_type]),
        )
        yield late if query.overdue else ~late


def _linked(actor: Actor, case_type: str, name: str, value: int) -> ColumnElement[bool]:
    model = MODELS[case_type]
    if case_type == "self_check":
        # Who may not see the issue does not learn from the filter that his task came from it.
        return SelfCheck.origin_id.in_(select(Issue.id).where(Issue.id == value, visible(actor, "issue")))
    if name == "issue" and hasattr(model, "issues"):
        return model.issues.any(Issue.id == value)  # type: ignore[no-any-return]
    if case_type == "issue" and name == "risk_point":
        return Issue.risk_points.any(RiskPoint.id == value)
    return getattr(model, f"{name}_id") == value  # type: ignore[no-any-return]


def _fingerprint(case_type: str, query: Query) -> str:
    parts = (
        case_type,
        query.sort,
        sorted(query.equal.items()),
        query.unit,
        query.q,
        str(query.due_before),
        query.overdue,
        sorted(query.linked.items()),
    )
    return f"{binascii.crc32(repr(parts).encode()):08x}"
