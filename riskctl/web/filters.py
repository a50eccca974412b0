"""The filters of a ledger: read from the address, shown with their words, each as a chip to drop."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import ValidationError

from riskctl.errors import InvalidInput, Reason
from riskctl.extensions import db
from riskctl.models import Unit
from riskctl.permissions import Actor
from riskctl.schemas.base import ListArgs
from riskctl.services import ledgers
from riskctl.services.ledgers import Query
from riskctl.services.transitions import KINDS
from riskctl.workflows import dictionaries as words

PAGE = 50
_CHOICES: Mapping[str, Mapping[str, dict[str, str]]] = {
    "issue": {"severity": words.SEVERITIES, "source": words.SOURCES},
    "risk_point": {"level": words.LEVELS, "category": words.CATEGORIES},
    "interview": {"kind": words.INTERVIEW_KINDS},
    "notice": {},
}
LABELS = {
    "state": "环节", "severity": "严重程度", "source": "来源", "level": "等级", "category": "类别", "kind": "类型",
    "unit": "单位", "q": "搜索", "overdue": "逾期", "due_before": "到期早于", "sort": "排序",
}  # fmt: skip
SORTS = {
    "-id": "最新在前", "id": "最早在前", "due_on": "期限先后", "step_due_on": "环节期限先后", "-found_on": "发现日期",
    "review_due": "复核日期", "level": "等级", "-scheduled_at": "约谈时间", "-issued_on": "成文日期",
}  # fmt: skip


def read(case_type: str) -> Query:
    """The query that the address asks for; raises InvalidInput that names the filter."""
    given = {k: v for k, v in request.args.items() if v and k in {*ListArgs().fields}}
    try:
        args = ListArgs().load(given)
    except ValidationError as error:
        said = error.normalized_messages()
        reasons = [Reason("invalid", f"{LABELS.get(n, n)}：{'；'.join(m)}", n) for n, m in said.items()]
        raise InvalidInput("筛选条件有误", reasons=reasons) from error
    names = ("state", *_CHOICES[case_type])
    return Query(
        equal={name: args[name].split(",") for name in names if args.get(name)},
        unit=args.get("unit"),
        q=args.get("q", ""),
        due_before=args.get("due_before"),
        overdue=args.get("overdue"),
        linked={n: args[n] for n in ("issue", "risk_point") if args.get(n) and _links(case_type, n)},
        sort=args.get("sort", "-id"),
        limit=PAGE,
        after=args.get("after"),
    )


def _links(case_type: str, name: str) -> bool:
    return (case_type, name) in {("issue", "risk_point"), ("notice", "issue"), ("interview", "issue")}


def choices(case_type: str) -> Mapping[str, dict[str, str]]:
    """The filters of a kind with their values and words."""
    return {"state": dict(KINDS[case_type].workflow.states), **_CHOICES[case_type]}


def shown(actor: Actor, case_type: str, query: Query) -> list[dict[str, Any]]:
    """The filters as the page draws them, each value with how many rows it has."""
    found = []
    for name, values in choices(case_type).items():
        counts = {key[0]: number for key, number in ledgers.counts_by(actor, case_type, name).items()}
        if name == "source" and not ledgers.knows_petitions(actor):
            counts["daily"] = counts.get("daily", 0) + counts.pop("petition", 0)
        options = [(value, word, counts[value]) for value, word in values.items() if counts.get(value)]
        found.append(
            {"name": name, "label": LABELS[name], "options": options, "chosen": query.equal.get(name, [])}
        )
    return found


def sorts(case_type: str) -> dict[str, str]:
    """What the list may be sorted by, with the words."""
    return {key: word for key, word in SORTS.items() if key.removeprefix("-") in ledgers.SORTS[case_type]}


def chips(case_type: str, query: Query) -> list[tuple[str, str]]:
    """Each set filter in words, with the address without it."""
    found = []
    for name, values in query.equal.items():
        labels = choices(case_type)[name]
        found.append((f"{LABELS[name]}：{'、'.join(labels.get(v, v) for v in values)}", _without(name)))
    if query.q:
        found.append((f"搜索：{query.q}", _without("q")))
    if query.unit:
        unit = db.session.get(Unit, query.unit)
        found.append((f"单位：{unit.name if unit else query.unit}", _without("unit")))
    if query.overdue:
        found.append(("已逾期", _without("overdue")))
    if query.due_before:
        found.append((f"到期早于：{query.due_before}", _without("due_before")))
    return found


def _without(name: str) -> str:
    kept = {k: v for k, v in request.args.items() if v and k not in (name, "after")}
    return f"{request.path}?{urlencode(kept)}"


def next_url(area: str, cursor: str | None) -> str | None:
    """The address of the next page with the same filters."""
    if cursor is None:
        return None
    kept = {k: v for k, v in request.args.items() if v and k != "after"}
    return f"{request.path}?{urlencode({**kept, 'after': cursor})}"
