"""申请延期: the form, with what the issue may still ask for, and what its page says of asking."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from riskctl.errors import Reason
from riskctl.models import Case, Issue
from riskctl.permissions import Actor
from riskctl.services import extensions, ledgers
from riskctl.services.ledgers import Query
from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Input

_CHOSEN_FROM = 60


@dataclass(frozen=True)
class Asking:
    """What an issue's page says to somebody who may ask for a later date."""

    reasons: list[Reason]
    limits: extensions.Limits


def asking(actor: Actor, record: Case) -> Asking | None:
    """Whether the actor may ask for this issue, and what stands against it now; None where it is not his."""
    if not isinstance(record, Issue) or record.due_on is None or not extensions.may_ask(actor, record):
        return None
    return Asking(extensions.objections(record), extensions.limits(record))


def form(actor: Actor) -> Sequence[Input]:
    """The form; the issue stands in the address where its page led here."""
    issue = _issue(actor)
    found = [issue] if issue else _rectifying(actor)
    choices = tuple((item.id, f"{item.code} {item.title}") for item in found)
    return (
        Input("issue_id", "问题", "choice", choices=choices, default=issue.id if issue else None),
        *common(issue),
        *([_milestones(issue)] if issue and extensions.open_measures(issue) else []),
    )


def common(issue: Issue | None) -> Sequence[Input]:
    """How long and why."""
    most, hint = None, "按工作日计算，自现整改期限的次日起"
    if issue is not None and issue.due_on is not None:
        limits = extensions.limits(issue)
        most, last = limits.most, limits.last_day
        hint = f"现整改期限{_day(issue.due_on)}，本次最多{most}个工作日；最迟于{_day(last)}申请"
    reasons = words.choices(words.EXTENSION_REASONS)
    return (
        Input("workdays", "延期（工作日）", "integer", min=1, max=most, hint=hint),
        Input("reason_code", "延期原因", "choice", choices=reasons),
        Input("reason", "具体理由", max_length=2000, hint="写明不能按期完成的原因、已做的工作和后续安排"),
    )


def _milestones(issue: Issue) -> Input:
    measures = extensions.open_measures(issue)
    choices = tuple((number, f"第{number}项：{text[:30]}") for number, text in measures.items())
    fields = (
        Input("measure", "措施", "choice", choices=choices),
        Input("due_on", "新的时限", "date", required=False),
    )
    return Input(
        "milestones", "未完成措施的新时限", "list", required=False, fields=fields,
        default=[{"measure": number} for number in measures], hint="时限不填的，与批准的整改期限相同",
    )  # fmt: skip


def _issue(actor: Actor) -> Issue | None:
    given = request.args.get("issue", "")
    if not given.isdecimal() or len(given) > 9:
        return None
    found: Issue = ledgers.get(actor, "issue", int(given))
    return found


def _rectifying(actor: Actor) -> list[Issue]:
    query = Query(equal={"state": ["rectifying"]}, sort="due_on", limit=_CHOSEN_FROM)
    return [issue for issue in ledgers.page(actor, "issue", query).items if extensions.may_ask(actor, issue)]


def _day(day: object) -> str:
    year, month, number = str(day).split("-")
    return f"{year}年{int(month)}月{int(number)}日"
