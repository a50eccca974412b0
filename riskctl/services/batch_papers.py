"""The documents of a batch, read a few at a time: chosen one by one, or the one of a kind that each case has.

A case without a document of the kind still prints as a form (class F): with what is recorded of it, marked as not
final; a letter would need its signature first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from riskctl.documents.kinds import KINDS
from riskctl.errors import RiskctlError
from riskctl.extensions import db
from riskctl.models import Attachment, Notice
from riskctl.models.notice import notice_issue
from riskctl.permissions import Actor
from riskctl.services import attachments, notice_contexts, papers
from riskctl.services.ledger_tables import MODELS
from riskctl.services.papers import Subject
from riskctl.services.scope import visible

_AT_ONCE = 20
_UNSEEN = "已不在您的查看范围内"


@dataclass
class Paper:
    """One document on its way: the record it was chosen by, its name, its stored file or the page to make it of,
    the signed notice that keeps what is made, and why there is nothing to print."""

    id: int
    name: str
    stored: Path | None = None
    html: str = ""
    notice_id: int | None = None
    data: bytes = b""
    refused: str = ""


def read(actor: Actor, ids: Sequence[int], case_type: str, kind: str) -> Iterator[Paper]:
    """The documents in the order of the ids; between the parts no transaction stays open."""
    for at in range(0, len(ids), _AT_ONCE):
        part = list(ids[at : at + _AT_ONCE])
        if case_type == "notice":
            found = _by_id(actor, select(Notice).where(Notice.id.in_(part)), lambda notice: notice.id)
            made = _notices(part, found)
        else:
            made = _of_cases(actor, part, case_type, kind)
        db.session.rollback()
        yield from made


def _notices(part: Sequence[int], found: Mapping[int, Notice]) -> list[Paper]:
    stored = _stored(found)
    return [
        _paper(number, found[number], _name(found[number]), stored)
        if number in found
        else Paper(number, f"第{number}号记录", refused=_UNSEEN)
        for number in part
    ]


def _of_cases(actor: Actor, part: Sequence[int], case_type: str, kind: str) -> list[Paper]:
    model = MODELS[case_type]
    query = select(model).where(model.id.in_(part), visible(actor, case_type)).options(joinedload(model.unit))
    cases = {case.id: case for case in db.session.scalars(query)}
    found = _latest(actor, part, case_type, kind)
    stored, issuer = _stored(found), papers.department_issuer()
    made = []
    for number in part:
        case, notice = cases.get(number), found.get(number)
        if case is None:
            made.append(Paper(number, f"第{number}号记录", refused=_UNSEEN))
            continue
        name = f"{case.code} {case.title}"
        if notice is None and KINDS[kind].document_class == "F":
            notice = papers.unsaved(kind, _subject(case_type, case), actor.user_id, issuer)
        refused = f"还没有{KINDS[kind].title}"
        made.append(_paper(number, notice, name, stored) if notice else Paper(number, name, refused=refused))
    return made


def _latest(actor: Actor, part: Sequence[int], case_type: str, kind: str) -> dict[int, Notice]:
    """The latest document of the kind that each case has, by the id of the case."""
    query = select(Notice).where(Notice.kind == kind, Notice.state != "withdrawn")
    if case_type == "risk_point":
        return _by_id(actor, query.where(Notice.risk_point_id.in_(part)), lambda notice: notice.risk_point_id)
    linked = select(notice_issue.c.notice_id, notice_issue.c.issue_id).where(
        notice_issue.c.issue_id.in_(part)
    )
    links = db.session.execute(linked).all()
    ids = {link.notice_id for link in links}
    found = _by_id(actor, query.where(Notice.id.in_(ids)), lambda notice: notice.id)
    ordered = sorted(links, key=lambda link: link.notice_id)
    return {link.issue_id: found[link.notice_id] for link in ordered if link.notice_id in found}


def _by_id(actor: Actor, query: Select[Any], key: Callable[[Notice], Any]) -> dict[int, Notice]:
    loading = (joinedload(Notice.unit), joinedload(Notice.issuer), selectinload(Notice.issues))
    shown = query.where(visible(actor, "notice")).order_by(Notice.id).options(*loading)
    return {key(notice): notice for notice in db.session.scalars(shown)}


def _subject(case_type: str, case: Any) -> Subject:
    if case_type == "risk_point":
        return Subject(case.unit, risk_point=case)
    return Subject(case.unit, issues=[case])


def _name(notice: Notice) -> str:
    return notice.number or f"{notice.title}（{notice.code}）"


def _stored(found: Mapping[int, Notice]) -> Mapping[int, Attachment]:
    wanted = {notice.pdf_attachment_id for notice in found.values()} - {None}
    kept = db.session.scalars(select(Attachment).where(Attachment.id.in_(wanted)))
    return {attachment.id: attachment for attachment in kept}


def _paper(number: int, notice: Notice, name: str, stored: Mapping[int, Attachment]) -> Paper:
    paper = Paper(number, name)
    try:
        if notice.pdf_attachment_id:
            paper.stored = attachments.path_of(stored[notice.pdf_attachment_id])
        else:
            paper.html = notice_contexts.html_of(notice)
            paper.notice_id = notice.id if notice.context is not None else None
    except RiskctlError as error:
        paper.refused = error.message
    return paper
