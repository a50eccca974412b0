"""Fields of a case that stand apart from the case, from its past or beside another's, in the office's words."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import Case, Issue, Notice, RiskPoint, Unit
from riskctl.services import record_pages
from riskctl.services.fact_labels import LABELS, label
from riskctl.services.findings import case_models

# A counter at nought and a mark that is not set say nothing either.
_NOTHING: tuple[Any, ...] = (None, "", [], {}, 0, False)
_PARTS = {
    "owner_post": "责任岗位", "due_on": "时限", "done_on": "完成日期", "cycle": "周期", "number": "文号",
    "clause": "条款", "kind": "类别",
}  # fmt: skip
_LINKS: Mapping[str, type[Case]] = {
    "risk_point_ids": RiskPoint, "issue_ids": Issue, "issue_id": Issue, "risk_point_id": RiskPoint,
    "origin_id": Issue, "supersedes_id": Notice, "superseded_by_id": Notice,
}  # fmt: skip
_LINK_LABELS = {
    "risk_point_ids": "关联风险点", "issue_ids": "关联问题", "risk_point_id": "风险点", "origin_id": "来自问题",
    "supersedes_id": "替代的文书", "superseded_by_id": "被何文书替代", "restricted": "限知", "enclosures": "附件",
    "service": "送达", "reply_waived": "免予回复", "interview_id": "约谈", "subject_user_id": "被约谈人账号",
    "issue_id": "问题",
}  # fmt: skip


def of(case_type: str, fields: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Label and words of every field that holds something, by the field's name, in the order of the kind."""
    _, users = record_pages.told_history([], SimpleNamespace(**fields))
    places = _places(fields)
    found = {}
    for name in case_models()[case_type].TRACKED:
        value = fields.get(name)
        if value not in _NOTHING and (name in LABELS or name in _LINK_LABELS):
            heading = label(case_type, name) if name in LABELS else _LINK_LABELS[name]
            found[name] = (heading, _said(name, value, places, users))
    return found


def _said(name: str, value: Any, places: Mapping[str, Mapping[int, str]], users: Mapping[int, str]) -> Any:
    if name in places:
        ids = value if isinstance(value, list) else [value]
        return "、".join(places[name].get(id_, str(id_)) for id_ in ids)
    if name == "kind":
        return record_pages.kind_label({"kind": value}) or value
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [_part(number, part) for number, part in enumerate(value, 1)]
    if isinstance(value, Mapping):
        return "；".join(str(part) for part in value.values() if part not in _NOTHING)
    return record_pages.in_words(name, value, users)


def _part(number: int, part: Mapping[str, Any]) -> str:
    """A measure, a clause or a requirement in one line, with everything that can differ."""
    main = part.get("text") or ""
    if part.get("document"):
        main = f"《{part['document']}》{main}"
    if part.get("measure"):
        main = f"第{part['measure']}项措施{main}"
    beside = [f"{word}：{part[name]}" for name, word in _PARTS.items() if part.get(name)]
    if part.get("evidence"):
        beside.append(f"佐证{len(part['evidence'])}份")
    return f"{number}. {main}" + (f"（{'，'.join(beside)}）" if beside else "")


def _places(fields: Mapping[str, Any]) -> dict[str, dict[int, str]]:
    """The names behind ids of units, offices and other records."""
    units = _names(Unit.id, Unit.name, fields, ("unit_id", "section_id", "joint_unit_ids"))
    found = dict.fromkeys(("unit_id", "section_id", "joint_unit_ids"), units)
    found["issuer_id"] = record_pages.issuer_names(set(_ids(fields.get("issuer_id"))))
    for name, model in _LINKS.items():
        found[name] = _names(model.id, model.code, fields, (name,))
    return found


def _names(id_: Any, name: Any, fields: Mapping[str, Any], of_: Iterable[str]) -> dict[int, str]:
    ids = {each for field in of_ for each in _ids(fields.get(field))}
    return (
        {row[0]: row[1] for row in db.session.execute(select(id_, name).where(id_.in_(ids)))} if ids else {}
    )


def _ids(value: Any) -> list[int]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, int)]
