"""拟制文书: what may be drafted by hand from a record's page, by whom and in whose name."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl.documents.kinds import KINDS, DocumentKind
from riskctl.documents.parts import COLUMNS, PARTS
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Interview, Issue, Issuer, Notice, RiskPoint, Unit
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.schemas import inputs as schemas
from riskctl.services import audit, cases, draft_defaults, drafting_rules, organization, papers
from riskctl.services.numbers import top_unit
from riskctl.services.papers import Subject
from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Input
from riskctl.workflows.issue_inputs import CLAUSE_FIELDS

Target = Issue | Interview | RiskPoint | Unit

_TITLE = Input("title", "标题", max_length=200)
_MAIN_TO = Input("main_to", "主送", max_length=255)
_COPY_TO = Input("copy_to", "抄送", required=False, max_length=255)
_BASIS = Input("basis", "依据", "list", required=False, fields=CLAUSE_FIELDS)
_ENCLOSURES = Input("enclosures", "附件名称", required=False, max_length=1000, hint="每行一件；附件另附")
_WITH_BASIS = ("inspection_suggestion", "admonition")


def may_draft(actor: Actor, issuer: Issuer) -> bool:
    """Each 纪委 and 驻厅组 drafts in its own name; 机关纪委 in anybody's but that of 驻厅组, which is independent."""
    if issuer.signer_role == Role.UNIT_DISCIPLINE:
        units = actor.units_of((Role.UNIT_DISCIPLINE,))
        if units is None or issuer.unit_id in units:
            return True
    if issuer.signer_role == Role.RESIDENT:
        return Role.RESIDENT in actor.roles
    return Role.OFFICE in actor.roles


def issuers_for(actor: Actor, kind: DocumentKind, unit: Unit) -> list[Issuer]:
    """In whose name the actor may draft this kind for this unit, his own first."""
    top = top_unit(unit).id
    query = select(Issuer).where(Issuer.signer_role.in_(kind.issuers)).order_by(Issuer.id)
    found = [
        issuer
        for issuer in db.session.scalars(query)
        if may_draft(actor, issuer) and (issuer.signer_role != Role.UNIT_DISCIPLINE or issuer.unit_id == top)
    ]
    own = {Role.RESIDENT: Role.RESIDENT, Role.UNIT_DISCIPLINE: Role.UNIT_DISCIPLINE}
    first = next((own[role] for role in own if role in actor.roles), Role.OFFICE_HEAD)
    return sorted(found, key=lambda issuer: issuer.signer_role != first)


def offered(actor: Actor, target: Target) -> list[DocumentKind]:
    """The documents that fit this record now and that the actor may draft."""
    if not allowed(actor, Permission.NOTICE_DRAFT, unit_of(target).id):
        return []
    here = [kind for kind in KINDS.values() if page_of(target) in kind.by_hand]
    fitting = [kind for kind in here if not drafting_rules.against(kind.code, target)]
    return [kind for kind in fitting if issuers_for(actor, kind, unit_of(target))]


def page_of(target: Target) -> str:
    """The name of its page in DocumentKind.by_hand."""
    return "unit" if isinstance(target, Unit) else target.CASE_TYPE


def unit_of(target: Target) -> Unit:
    """The unit that the record belongs to."""
    unit: Unit = target if isinstance(target, Unit) else target.unit
    return unit


def target(actor: Actor, data: Mapping[str, Any]) -> Target:
    """The record from which a letter is drafted: exactly one of the links that the data may name."""
    named = [name for name in _TARGETS if data.get(name)]
    if len(named) != 1:
        raise InvalidInput("请写明文书所依据的一条记录：问题、约谈、风险点或者单位", code="required")
    name, value = named[0], data[named[0]]
    if name == "unit_id":
        return cases.unit_within(actor, Permission.NOTICE_DRAFT, value)
    if name == "issue_ids":
        if len(value) > 1:
            raise InvalidInput("这种文书一次只针对一个问题", field=name, code="several_issues")
        value = value[0]
    found: Target = cases.linked_one(actor, _TARGETS[name], value, name)
    return found


_TARGETS: Mapping[str, type[Any]] = {
    "issue_ids": Issue, "interview_id": Interview, "risk_point_id": RiskPoint, "unit_id": Unit,
}  # fmt: skip


def form(actor: Actor, code: str, target: Target, given: Mapping[str, str]) -> list[Input]:
    """The short form of one kind, begun with what the record says; `given` chooses among kinds of 通报.

    What a draft still lacks is asked for at 送核."""
    kind = _kind(code)
    issuers = _require(actor, kind, target)
    told = draft_defaults.of(kind, target, {**given, "issuer": issuers[0]})
    choices = tuple((issuer.id, issuer.name) for issuer in issuers)
    issuer = Input("issuer_id", "发文机关", "choice", choices=choices, default=choices[0][0])
    return [issuer, *(replace(item, default=told.get(item.name)) for item in fields_of(code))]


def fields_of(code: str) -> list[Input]:
    """Every field of a letter of this kind, in the order of the paper; nothing in it is a must."""
    if KINDS[code].document_class != "G":
        return [_TITLE]  # a form or a ledger is filled from its record and goes to nobody
    basis = (_BASIS,) if code in _WITH_BASIS else ()
    asked = (_TITLE, _MAIN_TO, _COPY_TO, *PARTS.get(code, ()), *basis, _ENCLOSURES)
    return [replace(item, required=False) for item in asked]


def create(actor: Actor, code: str, target: Target, data: Mapping[str, Any]) -> Notice:
    """Draft a letter from this record; what was left out comes from the record. Commits.

    Raises NotAllowed, or InvalidInput that names the field."""
    kind = _kind(code)
    issuers = _require(actor, kind, target)
    issuer = _chosen(data.get("issuer_id"), issuers)
    told = draft_defaults.of(kind, target, {**data.get("parts", {}), "issuer": issuer})
    columns, parts = split(code, {**told, **data})
    refuse_parts(kind, issuer, parts)
    # Before the letter is there: it takes its warning out of those without one.
    warning = drafting_rules.open_warning(target) if isinstance(target, RiskPoint) else None
    notice = papers.draft(
        code, _subject(target, issuer, kind), actor.user_id, issuer=issuer, fields={**columns, "parts": parts}
    )
    if warning is not None and code == "warning_notice":
        cases.apply_changes(actor, warning, {"notice_id": notice.id}, trigger="edit")
    db.session.commit()
    return notice


def _kind(code: str) -> DocumentKind:
    if code not in KINDS:
        raise InvalidInput("没有这种文书", field="kind", code="unknown_choice")
    return KINDS[code]


def _require(actor: Actor, kind: DocumentKind, target: Target) -> list[Issuer]:
    if not allowed(actor, Permission.NOTICE_DRAFT, unit_of(target).id):
        raise NotAllowed("您的岗位不能拟制文书", code="no_permission")
    if page_of(target) not in kind.by_hand:
        raise InvalidInput(f"不能从这里拟制{kind.title}", field="kind", code="does_not_fit")
    if why := drafting_rules.against(kind.code, target):
        raise InvalidInput(why, field="kind", code="does_not_fit")
    found = issuers_for(actor, kind, unit_of(target))
    if not found:
        raise NotAllowed(f"您所在的机关不能制发{kind.title}", code="issuer")
    return found


def _chosen(issuer_id: Any, able: list[Issuer]) -> Issuer:
    if issuer_id is None:
        return able[0]
    found = next((issuer for issuer in able if issuer.id == int(issuer_id)), None)
    if found is None:
        raise InvalidInput("这个机关不能制发这种文书，或不由您拟制", field="issuer_id", code="issuer")
    return found


def _subject(target: Target, issuer: Issuer, kind: DocumentKind) -> Subject:
    unit = unit_of(target)
    if kind.code == "bulletin" and issuer.signer_role != Role.UNIT_DISCIPLINE:
        unit = organization.root()  # it goes to all units
    if isinstance(target, Unit):
        return Subject(unit)
    if isinstance(target, Issue):
        return Subject(unit, issues=(target,))
    if isinstance(target, Interview):
        return Subject(unit, interview=target)
    return Subject(unit, risk_point=target)


def split(code: str, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was filled in, as the columns of a notice and its parts; raises InvalidInput that names the field."""
    items = [replace(item, required=False) for item in PARTS.get(code, ())]
    given = data.get("parts") or {}
    flat = {**data, **given}
    known = {item.name for item in items}
    if strange := sorted(set(given) - known):
        raise InvalidInput(f"这种文书没有这一项：{'、'.join(strange)}", field="parts", code="unknown")
    clean, reasons = schemas.load(items, {k: _raw(v) for k, v in flat.items() if k in known})
    if reasons:
        raise InvalidInput("填写有误", reasons=reasons)
    columns = {k: _EMPTY.get(k) if v is None else v for k, v in flat.items() if k in _COLUMNS}
    columns |= {k: v for k, v in clean.items() if k in COLUMNS}
    if "basis" in columns:
        columns["basis"] = audit.plain(columns["basis"])
    return columns, audit.plain({k: v for k, v in clean.items() if k not in COLUMNS})


_COLUMNS = frozenset({"title", "main_to", "copy_to", "basis", "contact", "phone", "enclosures"})
# What the columns hold that may not be null, when they were emptied.
_EMPTY: Mapping[str, Any] = {"title": "", "main_to": "", "basis": [], "enclosures": []}


def _raw(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def changed(notice: Notice, data: Mapping[str, Any]) -> dict[str, Any]:
    """What an edit of a draft sets; parts that are given replace those that stand there."""
    fields = dict(data)
    if "parts" in fields:
        _, parts = split(notice.kind, {"parts": fields["parts"] or {}})
        refuse_parts(KINDS[notice.kind], notice.issuer, parts)
        fields["parts"] = parts
    return fields


def refuse_parts(kind: DocumentKind, issuer: Issuer, parts: Mapping[str, Any]) -> None:
    """Refuse what this issuer may not say, and figures that cannot be."""
    if parts.get("suggestion", "discipline") != "discipline" and issuer.signer_role != Role.RESIDENT:
        label = words.SUGGESTIONS[parts["suggestion"]]
        raise InvalidInput(f"只有驻厅纪检监察组可以使用“{label}”的名称", field="suggestion", code="naming")
    if kind.code == "evaluation_report":
        drafting_rules.refuse_votes(parts)
