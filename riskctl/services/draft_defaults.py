"""What a letter that is drafted by hand says at first, from its record; every word of it can be changed."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from riskctl import clock
from riskctl.documents.kinds import DocumentKind
from riskctl.models import Interview, Issue, RiskPoint, Unit
from riskctl.services import bulletins, drafting_rules
from riskctl.services.workdays import add_workdays
from riskctl.workflows import dictionaries as words

ALL_UNITS = "厅直各单位，机关各处室"
_HEAD_OF_UNIT = "所在单位党组织主要负责同志"


def of(kind: DocumentKind, target: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of columns and parts; `given`: the issuer, and what was chosen already."""
    unit = target if isinstance(target, Unit) else target.unit
    copies = kind.copy_to if given["issuer"].signer_role == "office_head" else ""
    told = {"title": kind.title, "main_to": unit.name, "copy_to": copies, "rectify_due": _answer_by(kind)}
    return {**told, **_OF_KIND.get(kind.code, _nothing)(target, given)}


def _nothing(target: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _answer_by(kind: DocumentKind) -> date | None:
    return add_workdays(clock.today(), kind.answer_term).on if kind.answer_term else None


def _urged(issue: Issue, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": f"关于{issue.title}整改情况的督办函"[:200]}


def _suggested(target: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    suggestion = given.get("suggestion", "discipline")
    label = words.SUGGESTIONS.get(suggestion, words.SUGGESTIONS["discipline"])
    about = "加强廉政风险防控" if isinstance(target, Unit) else target.title
    told: dict[str, Any] = {"title": f"关于{about}的{label}"[:200], "suggestion": suggestion}
    if isinstance(target, Issue):
        told |= {"basis": list(target.basis), "requirements": target.requirement}
    if isinstance(target, RiskPoint):
        told |= {"situation": target.manifestation, "cause": target.cause}
    return told


def _warned(point: RiskPoint, given: Mapping[str, Any]) -> dict[str, Any]:
    warning = drafting_rules.open_warning(point)
    told: dict[str, Any] = {"title": f"关于{point.title}的廉政风险预警通知书"[:200]}
    if warning is not None:
        told |= {"requirements": warning.requirement, "rectify_due": warning.reply_due}
    return told


def _to_the_person(interview: Interview, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"main_to": interview.subject_post, "rectify_due": interview.report_due or _in(15)}


def _admonished(interview: Interview, given: Mapping[str, Any]) -> dict[str, Any]:
    basis = [{"document": interview.basis}] if (interview.basis or "").startswith("《") else []
    return {"main_to": interview.subject_post, "copy_to": _HEAD_OF_UNIT, "basis": basis}


def _reminded(target: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(target, Interview):
        return {"main_to": target.subject_post, "situation": target.reason}
    if isinstance(target, Issue):
        return {"situation": target.verbatim, "requirements": target.requirement}
    if isinstance(target, RiskPoint):
        return {"situation": target.manifestation}
    return {}


def _told_to_all(target: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    own = given["issuer"].signer_role == "unit_discipline"
    sort = given.get("sort", "case")
    unit = target if isinstance(target, Unit) else target.unit
    told = {"main_to": f"{unit.name}各科室" if own else ALL_UNITS, "copy_to": "", "sort": sort}
    if isinstance(target, Issue):
        told |= {
            "title": f"关于{target.title}的通报"[:200],
            "situation": target.verbatim,
            "requirements": _MIRROR,
        }
        return told
    return {**told, **bulletins.begun(sort, unit)}


_MIRROR = "各单位对照通报的问题开展自查，举一反三，堵塞漏洞。\n加强日常监督管理，防止类似问题再次发生。"


def _transferred(issue: Issue, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": "关于移送问题线索的函", "main_to": "驻厅纪检监察组", "copy_to": ""}


def _evaluated(unit: Unit, given: Mapping[str, Any]) -> dict[str, Any]:
    event = given.get("event") or "民主测评"
    return {"title": f"关于{event}结果的通报"[:200], "copy_to": ""}


def _in(workdays: int) -> date:
    return add_workdays(clock.today(), workdays).on


_OF_KIND: Mapping[str, Callable[[Any, Mapping[str, Any]], dict[str, Any]]] = {
    "supervision_letter": _urged,
    "inspection_suggestion": _suggested,
    "warning_notice": _warned,
    "inquiry_notice": _to_the_person,
    "admonition": _admonished,
    "reminder_letter": _reminded,
    "bulletin": _told_to_all,
    "clue_transfer": _transferred,
    "evaluation_report": _evaluated,
}
