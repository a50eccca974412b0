"""Which letter fits which record: the reason against drafting it now, or nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from riskctl.documents.kinds import KINDS
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import Extension, Interview, Issue, Lookback, Notice, RiskPoint, RiskWarning
from riskctl.workflows import dictionaries as words

# Where the unit owes something that it can be urged to do.
_OWING = ("issued", "planning", "rectifying", "sustaining")
_UNKNOWN = ("draft", "verifying", "void", "transferred")
# A result of fewer is never told, lest single voters be known (domain 7.1).
LEAST_VOTES = 5


def against(code: str, target: Any) -> str:
    """Why this letter does not fit the record now; empty where it does."""
    return _RULES.get(code, _nothing)(target) or _untold(code, target) or _unsigned(code, target)


# A form tells of a step: before it was taken there is nothing to print (domain 4, column "Document").
_TELLS_OF = {
    "verification_form": ("verify",), "objection_opinion": ("object",), "rectification_plan": ("submit_plan",),
    "commitment": ("submit_plan",), "inspection_record": ("pass_unit_check", "accept_directly"),
    "closure_approval": ("apply_closure", "accept_directly", "record_done"), "volume_catalogue": ("close",),
    "interview_record": ("notify",), "admonition_record": ("notify",), "risk_point_form": ("create", "submit"),
    "change_approval": ("propose_change",),
}  # fmt: skip
_BESIDE: Mapping[str, type[Any]] = {"extension_application": Extension, "lookback_record": Lookback}


def _untold(code: str, target: Any) -> str:
    if code in ("interview_record", "admonition_record"):
        right = "admonition_record" if target.kind == "admonition" else "interview_record"
        if code != right or target.kind == "inquiry":
            return f"{words.INTERVIEW_KINDS[target.kind]}不用{KINDS[code].title}"
    told = code not in _TELLS_OF or any(step in (target.acted or {}) for step in _TELLS_OF[code])
    if model := _BESIDE.get(code):
        told = db.session.scalar(select(model.id).where(model.issue_id == target.id).limit(1)) is not None
    return "" if told else f"还没有可以填入{KINDS[code].title}的内容"


def _nothing(target: Any) -> str:
    return ""


def _urged(issue: Issue) -> str:
    return "" if issue.state in _OWING else "问题不在整改办理中，没有可以督办的事项"


def _suggested(target: Any) -> str:
    if isinstance(target, Issue) and target.state in _UNKNOWN:
        return "问题尚未交办或已不在台账，不能据以提出建议或者通报"
    if isinstance(target, RiskPoint) and target.state in (
        "draft",
        "unit_review",
        "grading",
        "cancelled",
        "void",
    ):
        return "风险点不在台账中"
    return ""


def _reminded(target: Any) -> str:
    if isinstance(target, Interview) and (
        target.kind != "reminder" or target.state in ("proposed", "cancelled")
    ):
        return "提醒函用于已批准的提醒约谈"
    return _suggested(target)


def _warned(point: RiskPoint) -> str:
    return "" if open_warning(point) else "该风险点没有尚未发出通知书的预警"


def open_warning(point: RiskPoint) -> RiskWarning | None:
    """The latest open warning at the point that has no notice yet."""
    query = select(RiskWarning).where(
        RiskWarning.risk_point_id == point.id, RiskWarning.state == "open", RiskWarning.notice_id.is_(None)
    )
    return db.session.scalars(query.order_by(RiskWarning.id.desc()).limit(1)).first()


def _interview_told(interview: Interview) -> str:
    if interview.kind == "inquiry":
        return "函询不用约谈通知书，请拟制函询通知书"
    return "" if interview.state == "notified" else "约谈尚未通知或已经进行"


def _inquired(interview: Interview) -> str:
    if interview.kind != "inquiry":
        return "只有函询使用函询通知书"
    return "" if interview.state == "notified" else "函询尚未通知或已经答复"


def _admonished(interview: Interview) -> str:
    if interview.kind != "admonition":
        return "只有诫勉谈话使用诫勉书"
    held = interview.state in ("held", "signed", "followed_up", "evaluated")
    return "" if held else "诫勉谈话尚未进行或已经归档"


def _transferred(issue: Issue) -> str:
    if issue.state != "transferred":
        return "问题没有移送"
    return "该线索已有移送函" if _latest("clue_transfer", issue) else ""


_RULES: Mapping[str, Callable[[Any], str]] = {
    "supervision_letter": _urged,
    "inspection_suggestion": _suggested,
    "bulletin": _suggested,
    "reminder_letter": _reminded,
    "warning_notice": _warned,
    "interview_notice": _interview_told,
    "inquiry_notice": _inquired,
    "admonition": _admonished,
    "clue_transfer": _transferred,
}


def _unsigned(code: str, target: Any) -> str:
    found = _latest(code, target)
    if found is None or found.state not in ("draft", "checking"):
        return ""
    return f"已有一份{KINDS[code].title}正在拟稿或核稿，请在该文书上修改"


def _latest(code: str, target: Any) -> Notice | None:
    link = {Issue: Notice.issues.any(Issue.id == target.id), Interview: Notice.interview_id == target.id,
            RiskPoint: Notice.risk_point_id == target.id}.get(type(target))  # fmt: skip
    if link is None:
        return None  # a unit may get several at once
    return latest(code, link)


def latest(code: str, link: Any) -> Notice | None:
    """The latest letter of this kind under the condition that was not withdrawn."""
    query = select(Notice).where(Notice.kind == code, Notice.state != "withdrawn", link)
    return db.session.scalars(query.order_by(Notice.id.desc()).limit(1)).first()


def refuse_votes(parts: Mapping[str, Any]) -> None:
    """Refuse figures of a vote that cannot be, or that make it void (domain 7.2)."""
    pairs = (
        ("issued", "returned", "收回的测评表多于发放的，本次测评无效，不得通报"),
        ("returned", "valid", "有效票多于收回的测评表，请核对"),
    )
    for more, less, said in pairs:
        if parts.get(less) is not None and parts.get(more) is not None and parts[less] > parts[more]:
            raise InvalidInput(said, field=less, code="votes")
    returned, expected = parts.get("returned"), parts.get("expected")
    if returned is not None and expected and returned * 2 <= expected:
        raise InvalidInput(
            "参加测评的人数未过应到人数的一半，本次测评无效，不得通报", field="returned", code="votes"
        )
    if parts.get("valid") is not None and parts["valid"] < LEAST_VOTES:
        raise InvalidInput(f"有效票少于{LEAST_VOTES}份，结果不得公布", field="valid", code="votes")
