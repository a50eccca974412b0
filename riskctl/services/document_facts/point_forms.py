"""What the forms about 风险点 print: the point with its grading and versions, its change, its warning, its year."""

from collections import Counter
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import (
    AnnualReview,
    ChangeProposal,
    Indicator,
    Notice,
    RiskPoint,
    RiskPointVersion,
    RiskWarning,
)
from riskctl.services.document_facts.opinions import Acts, blank
from riskctl.workflows import dictionaries as words
from riskctl.workflows.annual_review import RESULTS
from riskctl.workflows.grading import QUESTIONS
from riskctl.workflows.indicator import FREQUENCIES, number
from riskctl.workflows.risk_point import STATES

_SCALES = {"likelihood": dict(words.LIKELIHOODS), "impact": dict(words.IMPACTS)}
_DICTIONARIES = {
    "category": words.CATEGORIES, "level": words.LEVELS, "power_type": words.POWER_TYPES,
    "suggested_level": words.LEVELS, "computed_level": words.LEVELS, "rule_hits": QUESTIONS,
}  # fmt: skip
_LABELS = {
    "unit_id": "单位", "department": "部门", "post": "岗位", "power_item": "职权事项", "power_type": "权力类型",
    "process_step": "风险环节", "category": "风险类别", "title": "风险点", "manifestation": "表现形式",
    "cause": "成因", "likelihood": "可能性", "impact": "影响程度", "discretion": "自由裁量", "level": "等级",
    "measures": "防控措施", "resp_post": "直接责任岗位", "dept_head_post": "部门责任人",
    "resp_leader_post": "责任领导", "rule_hits": "从高定级情形", "review_due": "复核日期",
}  # fmt: skip


def point_of(notice: Notice) -> RiskPoint:
    """The point that the form is about."""
    return db.session.get_one(RiskPoint, notice.risk_point_id)


def _said(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name in _SCALES:
        return f"{value}（{_SCALES[name][value]}）"
    if name == "measures":
        return measures_text(value)
    if isinstance(value, list):
        return "、".join(_DICTIONARIES.get(name, {}).get(item, str(item)) for item in value)
    return str(_DICTIONARIES.get(name, {}).get(value, value))


def measures_text(measures: list[dict[str, Any]]) -> str:
    """The measures below one another, numbered when there are several."""
    texts = [measure["text"] for measure in measures]
    return texts[0] if len(texts) == 1 else "\n".join(f"{n}.{text}" for n, text in enumerate(texts, 1))


def _form(notice: Notice) -> dict[str, Any]:
    point = point_of(notice)
    acts = Acts(point, since=("submit",))
    names = [*_LABELS, "computed_level", "suggested_level"]
    told = {name: _said(name, getattr(point, name)) for name in names if name not in ("unit_id", "measures")}
    manager = point.manager_level
    form = told | {
        "unit": point.unit.name, "point_unit": point.unit.name, "code": point.code, "manager": manager or "",
        "level_reason": point.level_reason or "", "minute_no": point.minute_no or "",
        "identified_on": _day(point.identified_on), "review_due": _day(point.review_due),
        "measures": [
            [n, m["text"], words.MEASURE_KINDS.get(m.get("kind") or "", ""), m.get("owner_post") or "", m.get("cycle") or ""]
            for n, m in enumerate(point.measures, 1)
        ],
        "indicators": _indicators(point), "versions": _versions(point), "on": acts.day("submit"),
        "opinions": [
            acts.column("填报人", "submit"), acts.column("单位审核意见", "pass_unit", text=_reviewed(acts)),
            acts.column("审定意见", "grade", text=_graded(point, acts)),
        ],
    }  # fmt: skip
    return {"form": form}


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def _reviewed(acts: Acts) -> str:
    held = acts.data("pass_unit").get("meeting_record", "")
    return f"会议或互查记录：{held}" if held else ""


def _graded(point: RiskPoint, acts: Acts) -> str:
    if acts.of("grade") is None or not point.level:
        return ""
    return f"审定等级：{words.LEVELS[point.level]}"


def _indicators(point: RiskPoint) -> list[list[Any]]:
    query = select(Indicator).where(Indicator.risk_point_id == point.id, Indicator.active.is_(True))
    found = db.session.scalars(query.order_by(Indicator.id))
    return [
        [n, i.name, i.source or "", _thresholds(i), FREQUENCIES[i.frequency]] for n, i in enumerate(found, 1)
    ]


def _thresholds(indicator: Indicator) -> str:
    sign = ">" if indicator.direction == "higher" else "<"
    named = (
        ("蓝", indicator.blue),
        ("黄", indicator.yellow),
        ("橙", indicator.orange),
        ("红", indicator.red),
    )
    unit = indicator.measure_unit or ""
    return "；".join(f"{word}{sign}{number(value)}{unit}" for word, value in named if value is not None)


def _versions(point: RiskPoint) -> list[list[Any]]:
    query = select(RiskPointVersion).where(RiskPointVersion.risk_point_id == point.id)
    found = db.session.scalars(query.order_by(RiskPointVersion.number))
    return [
        [
            v.number,
            words.CHANGE_KINDS[v.kind],
            _day(v.valid_from),
            (v.proposal.reason if v.proposal else "") or "",
        ]
        for v in found
    ]


def _change(notice: Notice) -> dict[str, Any]:
    point = point_of(notice)
    proposal = next((p for p in reversed(point.proposals) if p.source == "review"), None)
    acts = Acts(point, since=("propose_change",))
    form = {
        "unit": point.unit.name, "point_unit": point.unit.name, "code": point.code, "point_code": point.code,
        "post": point.post or "", "title": point.title, "level": words.LEVELS.get(point.level or "", ""),
        "on": acts.day("propose_change"), **(_proposed(proposal) if proposal else _NO_PROPOSAL),
        "opinions": [
            acts.column("提出意见", "propose_change"), acts.told("会审意见", next(iter(acts.agreed()), None)),
            acts.column("审批意见", "approve_change", "reject_change", "cancel"),
        ],
    }  # fmt: skip
    return {"form": form}


_NO_PROPOSAL = {
    "removal": False, "kind": "", "reason": "", "document_no": "", "successor": "", "changes": [], "parts": [],
}  # fmt: skip


def _proposed(proposal: ChangeProposal) -> dict[str, Any]:
    successor = db.session.get(RiskPoint, proposal.successor_id) if proposal.successor_id else None
    changed = ((name, pair) for name, pair in proposal.changes.items() if name in _LABELS)
    return {
        "removal": proposal.kind in ("cancel", "merge"), "kind": words.CHANGE_KINDS[proposal.kind],
        "reason": proposal.reason or "", "document_no": proposal.document_no or "",
        "successor": f"{successor.code} {successor.title}" if successor else "",
        "changes": [
            [n, _LABELS[name], _said(name, pair["old"]), _said(name, pair["new"])]
            for n, (name, pair) in enumerate(changed, 1)
        ],
        "parts": [
            [n, part["title"], part.get("post") or "", part.get("manifestation") or ""]
            for n, part in enumerate(proposal.parts or (), 1)
        ],
    }  # fmt: skip


def _annual(notice: Notice) -> dict[str, Any]:
    query = select(AnnualReview).where(AnnualReview.unit_id == notice.unit_id)
    review = db.session.scalars(query.order_by(AnnualReview.year.desc()).limit(1)).first()
    if review is None:
        return {"form": {"unit": notice.unit.name, "code": "", "on": "", "year": clock.today().year, "points": [],
                         "counted": "无", "opinions": [blank("部门确认"), blank("纪检委员会签")]}}  # fmt: skip
    acts = Acts(review, since=("confirm", "record_paper"))
    form = {
        "unit": review.unit.name, "code": review.code, "on": _day(review.confirmed_on), "year": review.year,
        "points": _reviewed_points(review), "counted": _counted(review),
        "opinions": [
            _signed(acts, "部门确认", review.confirmed_by_id, _day(review.confirmed_on), ""),
            _signed(acts, "纪检委员会签", review.countersigned_by_id, _day(review.countersigned_on),
                    str(acts.data("countersign").get("opinion") or "")),
        ],
    }  # fmt: skip
    return {"form": form}


def _signed(acts: Acts, label: str, user_id: int | None, on: str, text: str) -> dict[str, str]:
    return {"label": label, "text": text, "by": acts.person(user_id), "on": on, "note": ""}


def _reviewed_points(review: AnnualReview) -> list[list[Any]]:
    ids = [item["risk_point_id"] for item in review.results]
    points = {p.id: p for p in db.session.scalars(select(RiskPoint).where(RiskPoint.id.in_(ids)))}
    return [
        [n, p.code, p.post or "", p.title, words.LEVELS.get(p.level or "", ""), STATES[p.state],
         RESULTS[item["result"]], item["reason"]]
        for n, (item, p) in enumerate(((item, points[item["risk_point_id"]]) for item in review.results), 1)
    ]  # fmt: skip


def _counted(review: AnnualReview) -> str:
    found = Counter(item["result"] for item in review.results)
    return "，".join(f"{word} {found[key]} 个" for key, word in RESULTS.items() if found[key]) or "无"


def _feedback(notice: Notice) -> dict[str, Any]:
    point = point_of(notice)
    parent = db.session.get(Notice, notice.parent_id) if notice.parent_id else None
    query = select(RiskWarning).where(RiskWarning.risk_point_id == point.id)
    if parent is not None:
        query = query.where(RiskWarning.notice_id == parent.id)
    warning = db.session.scalars(query.order_by(RiskWarning.id.desc()).limit(1)).first()
    form = {
        "unit": point.unit.name, "parent": (parent.number or parent.title) if parent else "",
        "reply_due": _day(warning.reply_due) if warning else "", "point": point.title, "point_code": point.code,
        "level": words.LEVELS.get(point.level or point.computed_level or "", ""),
        "colour": f"{words.COLOURS[warning.colour]}色预警" if warning else "", "facts": warning.facts if warning else "",
        "reply": (warning.reply or "") if warning else "",
        "opinions": [blank("反馈人"), blank("单位主要负责人")],
    }  # fmt: skip
    return {"form": form}


FACTS = {
    "risk_point_form": _form,
    "change_approval": _change,
    "annual_review_form": _annual,
    "warning_feedback": _feedback,
}
