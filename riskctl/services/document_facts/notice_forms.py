"""What the forms about other papers print: their service, their draft slip, the registers, a case's 卷内目录."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import extract, select

from riskctl import clock
from riskctl.documents.kinds import KINDS
from riskctl.extensions import db
from riskctl.models import Case, Interview, Issuer, Notice
from riskctl.services.document_facts.interview_forms import interview_of
from riskctl.services.document_facts.opinions import Acts
from riskctl.workflows import dictionaries as words
from riskctl.workflows.notice import NUMBERED

_SIGNED = (*NUMBERED, "withdrawn")
# Lines left for the hand below what is printed.
_BLANKS = 6


def _parent(notice: Notice) -> Notice:
    return db.session.get_one(Notice, notice.parent_id) if notice.parent_id else notice


def _iso(value: Any) -> str:
    return value.isoformat() if value else ""


def _receipt(notice: Notice) -> dict[str, Any]:
    served = _parent(notice)
    service = served.service
    servers = [name.strip() for name in str(service.get("servers") or "").replace("，", "、").split("、")]
    form = {
        "code": served.code, "document": served.title, "number": served.number or "", "receiver_unit": served.main_to,
        "methods": list(words.SERVICE_METHODS.values()), "note": service.get("note") or "", "place": service.get("place") or "",
        "method": words.SERVICE_METHODS.get(service.get("method") or "", ""), "sent_on": service.get("at") or "",
        "sent_on_iso": service.get("at") or "", "receiver": service.get("receiver") or "",
        "received_on": service.get("received_on") or "", "deputy": service.get("deputy") or "",
        "refusal": service.get("refusal") or "", "servers": [*servers, "", ""][: max(2, len(servers))],
    }  # fmt: skip
    return {"form": form}


def slip(notice: Notice) -> dict[str, Any]:
    """发文稿纸 of a letter: who drafted, checked and signed it."""
    acts = Acts(notice)
    drafted = {**acts.column("拟稿", "submit", "create"), "by": acts.person(notice.drafter_id)}
    checked = acts.column("核稿", "check")
    checked = {
        **checked,
        "by": acts.person(notice.checker_id),
        "text": checked["text"] or _done(notice.checker_id),
    }
    signed = acts.column("签发", "sign")
    signed = {**signed, "by": acts.person(notice.signer_id), "text": _done(notice.signer_id, "同意签发")}
    form = {
        "number": notice.number or "（签发时编号）", "title": notice.title, "main_to": notice.main_to,
        "copy_to": notice.copy_to or "", "enclosures": "\n".join(notice.enclosures), "kind": KINDS[notice.kind].title,
        "drafted": drafted, "checked": checked, "signed": signed, "sealed_on": _iso(notice.sealed_on),
        "sent_on": notice.service.get("at") or "", "text": "",
    }  # fmt: skip
    return {"form": form}


def _done(user_id: int | None, text: str = "核稿通过") -> str:
    return text if user_id else ""


def _slip_of_parent(notice: Notice) -> dict[str, Any]:
    return slip(_parent(notice))


def _letters(issuer: Issuer, year: int) -> list[Notice]:
    """The numbered letters of an issuer in a year, in the order in which they were numbered."""
    query = select(Notice).where(
        Notice.issuer_id == issuer.id, Notice.number.is_not(None), extract("year", Notice.issued_on) == year
    )
    return list(db.session.scalars(query.order_by(Notice.issued_on, Notice.id)))


def _year(notice: Notice) -> int:
    return (notice.issued_on or clock.today()).year


def dispatched(notice: Notice) -> dict[str, Any]:
    """发文登记簿 of the issuer's year: no number is missing, withdrawn ones keep their line."""
    found = _letters(notice.issuer, _year(notice))
    acts = Acts(notice)
    signers = dict(zip([n.id for n in found], acts.people(n.signer_id for n in found), strict=False))
    items = [
        [k, _iso(n.issued_on), n.number, n.title, n.main_to, n.copy_to or "", signers.get(n.id, ""),
         _served(n), _received(n), "已撤销" if n.state == "withdrawn" else ""]
        for k, n in enumerate(found, 1)
    ]  # fmt: skip
    return {"form": _register(notice, items)}


def _served(notice: Notice) -> str:
    method = words.SERVICE_METHODS.get(notice.service.get("method") or "", "")
    return " ".join(part for part in (method, notice.service.get("at") or "") if part)


def _received(notice: Notice) -> str:
    parts = (notice.service.get("receiver") or "", notice.service.get("received_on") or "")
    return " ".join(part for part in parts if part)


def sealed(notice: Notice) -> dict[str, Any]:
    """用印登记簿 of the issuer's year."""
    found = [n for n in _letters(notice.issuer, _year(notice)) if n.sealed_on]
    acts = Acts(notice)
    signers = dict(zip([n.id for n in found], acts.people(n.signer_id for n in found), strict=False))
    items = [
        [k, _iso(n.sealed_on), n.number, n.title, "", "、".join(acts.people(n.acted.get("seal", ())[:1])),
         signers.get(n.id, ""), "", ""]
        for k, n in enumerate(found, 1)
    ]  # fmt: skip
    return {"form": _register(notice, items)}


def _register(notice: Notice, items: Sequence[Any]) -> dict[str, Any]:
    period = f"{_year(notice)}年，截至{clock.today().isoformat()}"
    return {"unit": notice.issuer.name, "period": period, "entries": items, "blanks": _BLANKS}


def _volume(notice: Notice) -> dict[str, Any]:
    """卷内目录: every signed paper of the case, then the files that came with it."""
    case: Case = notice.issues[0] if notice.issues else interview_of(notice)
    items = [[n, *row, "", ""] for n, row in enumerate(_kept(case, notice), 1)]
    title = getattr(case, "title", "") or f"{case.unit.name}{words.INTERVIEW_KINDS[case.kind]}"  # type: ignore[attr-defined]
    form = {
        "unit": notice.issuer.name,
        "code": case.code,
        "title": title,
        "entries": items,
        "blanks": _BLANKS,
    }
    return {"form": form}


def _kept(case: Case, catalogue: Notice) -> Iterable[list[Any]]:
    from riskctl.services import attachments

    about = Notice.interview_id == case.id
    if not isinstance(case, Interview):
        about = Notice.issues.any(id=case.id)
    query = select(Notice).where(
        about, Notice.id != catalogue.id, Notice.state.in_(_SIGNED), Notice.signer_id.is_not(None)
    )
    for paper in db.session.scalars(query.order_by(Notice.issued_on, Notice.id)):
        maker = paper.issuer.name if paper.number else paper.unit.name
        yield [paper.number or paper.code, maker, paper.title, _iso(paper.issued_on)]
    for file, _ in attachments.of_case(case):
        yield ["", case.unit.name, file.name, clock.local(file.uploaded_at).date().isoformat()]


FACTS = {
    "service_receipt": _receipt,
    "dispatch_draft": _slip_of_parent,
    "dispatch_register": dispatched,
    "seal_register": sealed,
    "volume_catalogue": _volume,
}
