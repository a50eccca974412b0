"""文书模板: which version of a document's template is in force, and giving it another one.

Version 0 is the file that comes with the program. Later ones are never changed; going back makes a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from riskctl import clock
from riskctl.documents import render, samples, template_trials, texts
from riskctl.documents.kinds import KINDS, DocumentKind
from riskctl.errors import EditedMeanwhile, InvalidInput, NotAllowed, NotFound, Reason
from riskctl.extensions import db
from riskctl.models import DocumentTemplate, Notice
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, ledgers

_LONGEST_REASON, _MOST_RECORDS = 255, 20
Dated = tuple[int, date]


@dataclass(frozen=True)
class Version:
    """One version of a template; of version 0 nobody is known."""

    number: int
    source: str
    effective_from: date | None = None
    reason: str = "系统交付时的模板"
    entered_by_id: int | None = None
    entered_at: datetime | None = None


def in_force(kind: str) -> Version:
    """The version that holds today: of those that have begun, the one that began last."""
    query = (
        select(DocumentTemplate)
        .where(DocumentTemplate.kind == kind, DocumentTemplate.effective_from <= clock.today())
        .order_by(DocumentTemplate.effective_from.desc(), DocumentTemplate.version.desc())
        .limit(1)
    )
    row = db.session.scalars(query).first()
    return _builtin(kind) if row is None else _version(row)


def source(kind: str) -> str:
    """The template in force."""
    return in_force(kind).source


def filled(kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a document with the version in force and what it makes of them, for signing to freeze: the
    paragraphs of a letter, the page of a form that somebody edited."""
    found = in_force(kind)
    if KINDS[kind].document_class == "G":
        return {**told, "template": {"version": found.number}, "paragraphs": texts.body(found.source, told)}
    page = {"source": found.source} if found.number else {}
    return {**told, "template": {"version": found.number, **page}}


def _version(row: DocumentTemplate) -> Version:
    return Version(row.version, row.source, row.effective_from, row.reason, row.entered_by_id, row.entered_at)


def _builtin(kind: str) -> Version:
    letter = KINDS[kind].document_class == "G"
    return Version(0, texts.builtin(kind) if letter else render.builtin(KINDS[kind]))


def kind_of(code: str) -> DocumentKind:
    """The document of this code; raises NotFound."""
    if code not in KINDS:
        raise NotFound("没有这种文书", code="unknown_kind")
    return KINDS[code]


def history(kind: str) -> list[Version]:
    """Every version, the latest first, version 0 last."""
    query = select(DocumentTemplate).where(DocumentTemplate.kind == kind)
    rows = db.session.scalars(query.order_by(DocumentTemplate.version.desc()))
    return [*(_version(row) for row in rows), _builtin(kind)]


def version(kind: str, number: int) -> Version:
    """One version; raises NotFound."""
    if number == 0:
        return _builtin(kind)
    query = select(DocumentTemplate).where(DocumentTemplate.kind == kind, DocumentTemplate.version == number)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        raise NotFound("没有这一版模板", code="unknown_version")
    return _version(row)


def newest(kind: str) -> Version:
    """The version that was saved last, begun or not."""
    query = select(func.max(DocumentTemplate.version)).where(DocumentTemplate.kind == kind)
    return version(kind, db.session.scalar(query) or 0)


def overview() -> dict[str, tuple[Dated | None, Dated | None]]:
    """By kind the version in force and the next one to come, of those that somebody edited."""
    columns = (DocumentTemplate.kind, DocumentTemplate.version, DocumentTemplate.effective_from)
    order = (DocumentTemplate.effective_from, DocumentTemplate.version)
    found: dict[str, tuple[Dated | None, Dated | None]] = {}
    for kind, number, day in db.session.execute(select(*columns).order_by(*order)):
        present, coming = found.get(kind, (None, None))
        if day <= clock.today():
            present = (number, day)
        elif coming is None or coming[1] == day:
            coming = (number, day)
        found[kind] = (present, coming)
    return found


def records(actor: Actor, kind: str) -> list[Notice]:
    """The latest documents of the kind that the actor may see, for a preview; an administrator sees none."""
    if not allowed(actor, Permission.CASE_VIEW):
        return []
    found: list[Notice] = ledgers.page(
        actor, "notice", ledgers.Query(equal={"kind": [kind]}, limit=_MOST_RECORDS)
    ).items
    return found


def save(
    actor: Actor, kind: str, source: str, *, effective_from: date, reason: str, based_on: int
) -> DocumentTemplate:
    """Give the document another template from a day on; commits.

    Raises NotAllowed, InvalidInput with line and reason where the template does not print, and
    EditedMeanwhile where somebody saved another version than the one that this one is based on."""
    if not allowed(actor, Permission.TEMPLATE_MANAGE):
        raise NotAllowed("文书模板由系统管理员和机关纪委维护", code="no_permission")
    document = kind_of(kind)
    if effective_from < clock.today():
        raise InvalidInput("施行日期不能早于今天：已签发的文书不受影响", field="effective_from", code="past")
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise InvalidInput(f"须写明理由，不超过{_LONGEST_REASON}字", field="reason", code="required")
    _try(document, source, samples.sample(kind))
    return _store(actor, kind, source, effective_from=effective_from, reason=reason, based_on=based_on)


def _store(
    actor: Actor, kind: str, source: str, *, effective_from: date, reason: str, based_on: int
) -> DocumentTemplate:
    last = newest(kind)
    if last.number != based_on:
        raise _overtaken(last.number)
    if source.strip() == last.source.strip() and effective_from >= (last.effective_from or clock.today()):
        raise InvalidInput("内容与上一版相同", field="source", code="same")
    row = DocumentTemplate(
        kind=kind, version=last.number + 1, source=source, effective_from=effective_from, reason=reason,
        entered_by_id=actor.user_id,
    )  # fmt: skip
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:  # two at once: the second one finds the number taken
        db.session.rollback()
        raise _overtaken(last.number + 1) from error
    told = {
        "kind": kind,
        "version": row.version,
        "effective_from": effective_from.isoformat(),
        "reason": reason,
    }
    audit.append_for(
        "template", row.id, "save_template", actor_id=actor.user_id, changes={"fields": {}, "data": told}
    )
    db.session.commit()
    return row


def _overtaken(number: int) -> EditedMeanwhile:
    return EditedMeanwhile(f"已有人保存了第{number}版，请对照后再保存", code="edited_meanwhile")


def preview(kind: str, source: str, context: Mapping[str, Any] | None = None) -> bytes:
    """The document as PDF with this template, on these data or the sample's; raises InvalidInput with line and
    reason."""
    return _try(kind_of(kind), source, samples.sample(kind) if context is None else context)


def faults(kind: str, source: str) -> list[Reason]:
    """What is wrong with a template before it is run, each with line and reason."""
    try:
        template_trials.check(kind_of(kind), source, samples.sample(kind))
    except InvalidInput as error:
        return error.reasons
    return []


def unfit() -> list[str]:
    """The edited templates, in force or to come, that do not pass any more, each with its first fault."""
    found = []
    for code, dated in overview().items():
        for number, _ in filter(None, dated):
            if code in KINDS and (wrong := faults(code, version(code, number).source)):
                found.append(f"{KINDS[code].title}第{number}版{wrong[0].message}")
    return found


def _try(kind: DocumentKind, source: str, context: Mapping[str, Any]) -> bytes:
    db.session.rollback()  # end the transaction of the request: nothing is locked while a PDF is made
    template_trials.check(kind, source, samples.sample(kind.code))
    return template_trials.pdf(kind, source, context)
