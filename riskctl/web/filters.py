"""The filters of a ledger: read from the address, shown with their words, each as a chip to drop."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import ValidationError

from riskctl.errors import InvalidInput, Reason
from riskctl.extensions import db
from riskctl.models import Unit
from riskctl.permissions import Actor
from riskctl.schemas.base import ListArgs
from riskctl.services import ledger_tables, ledgers, organization
from riskctl.services.ledgers import Page, Query
from riskctl.services.transitions import KINDS
from riskctl.workflows import dictionaries as words
from riskctl.workflows.warning import KINDS as WARNING_KINDS

PAGE = 50
_CHOICES: Mapping[str, Mapping[str, dict[str, str]]] = {
    "issue": {"severity": words.SEVERITIES, "source": words.SOURCES},
    "risk_point": {"level": words.LEVELS, "category": words.CATEGORIES},
    "interview": {"kind": words.INTERVIEW_KINDS},
    "notice": {},
    "extension": {},
    "annual_review": {},
    "campaign": {"kind": words.CAMPAIGN_KINDS},
    "lookback": {"result": words.LOOKBACK_RESULTS},
    "self_check": {"finding": words.SELF_CHECK_FINDINGS},
    "warning": {"kind": WARNING_KINDS},
}
LABELS = {
    "colour": "颜色", "state": "环节", "severity": "严重程度", "source": "来源", "level": "等级", "category": "类别", "kind": "类型",
    "result": "复查结果", "finding": "自查结果",
    "likelihood": "可能性", "impact": "影响程度", "unit": "单位", "q": "搜索", "overdue": "逾期", "due_before": "到期早于", "sort": "排序",
}  # fmt: skip
SORTS = {
    "-colour": "最紧急在前", "-id": "最新在前", "id": "最早在前", "due_on": "期限先后", "step_due_on": "环节期限先后", "-found_on": "发现日期",
    "review_due": "复核日期", "level": "等级", "-scheduled_at": "约谈时间", "-issued_on": "成文日期", "due_asked": "申请延至的日期",
    "reply_due": "反馈期限",
}  # fmt: skip
_WAYS = {"level": ("从低到高", "从高到低"), "severity": ("从轻到重", "从重到轻"), "code": ("顺序", "倒序")}
# The columns of each table: the heading and what it sorts by.
HEADS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "risk_point": (
        ("编号", "code"), ("风险点", ""), ("单位", ""), ("岗位", ""), ("类别", ""), ("等级", "level"),
        ("环节", ""), ("下次复核", "review_due"),
    ),
    "issue": (
        ("编号", "code"), ("问题", ""), ("单位", ""), ("来源", ""), ("严重程度", "severity"), ("环节", ""),
        ("整改期限", "due_on"), ("进度", ""),
    ),
    "interview": (
        ("编号", "code"), ("类型", ""), ("被约谈人", ""), ("单位", ""), ("环节", ""), ("约谈时间", "scheduled_at"),
    ),
    "extension": (
        ("编号", "code"), ("问题", ""), ("单位", ""), ("次数", ""), ("环节", ""), ("原定期限", ""),
        ("延期前期限", ""), ("申请延至", "due_asked"), ("批准延至", ""),
    ),
    "warning": (
        ("编号", "code"), ("情形", ""), ("风险点", ""), ("单位", ""), ("类型", ""), ("状态", ""), ("反馈期限", "reply_due"),
    ),
    "notice": (
        ("文号", ""), ("标题", ""), ("主送", ""), ("发文机关", ""), ("状态", ""), ("成文日期", "issued_on"),
    ),
    "annual_review": (
        ("编号", "code"), ("年度复核", ""), ("风险点", ""), ("环节", ""), ("部门确认", ""), ("会签", ""), ("期限", "due_on"),
    ),
    "campaign": (
        ("编号", "code"), ("名称", ""), ("范围", ""), ("类型", ""), ("环节", ""), ("抽中", ""), ("复查期限", "due_on"),
    ),
    "lookback": (
        ("编号", "code"), ("问题", ""), ("单位", ""), ("回头看", ""), ("环节", ""), ("结果", ""), ("复查期限", "due_on"),
    ),
    "self_check": (
        ("编号", "code"), ("自查事项", ""), ("单位", ""), ("环节", ""), ("结果", ""), ("反馈期限", "due_on"),
    ),
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
    names = ("colour", "state", *_CHOICES[case_type])
    equal: dict[str, list[Any]] = {name: args[name].split(",") for name in names if args.get(name)}
    return Query(
        equal={**equal, **(_cell() if case_type == "risk_point" else {})},
        unit=args.get("unit"),
        q=args.get("q", ""),
        due_before=args.get("due_before"),
        overdue=args.get("overdue"),
        linked={
            n: args[n] for n in ("issue", "risk_point", "campaign") if args.get(n) and _links(case_type, n)
        },
        sort=args.get("sort", "-id"),
        limit=PAGE,
        after=args.get("after"),
    )


def _cell() -> dict[str, list[Any]]:
    # A cell of the heat map; anything else in these two is no cell.
    given = {name: request.args.get(name, "") for name in ("likelihood", "impact")}
    return {name: [int(value)] for name, value in given.items() if value in ("1", "2", "3", "4", "5")}


def context(actor: Actor, case_type: str, query: Query, page: Page) -> dict[str, Any]:
    """What the ledger's page shows around its rows."""
    set_chips = chips(case_type, query)
    return {
        "query": query,
        "total": ledgers.count(actor, case_type, query),
        "filters": shown(actor, case_type, query),
        "sorts": sorts(case_type, query.sort),
        "heads": heads(case_type, query.sort),
        "units": _units(actor, case_type),
        "chips": set_chips,
        "emptied": [] if page.items else _emptied(actor, case_type, query),
        "carried": {n: request.args[n] for n in _CARRIED if request.args.get(n)},
        "next_url": next_url(page.next),
        "previous_url": previous_url() if query.after else None,
        "first_url": _without("after"),
    }


# Filters that lists behind figures set and the form does not show.
_CARRIED = ("due_before", "likelihood", "impact", "issue", "risk_point", "campaign")


def _units(actor: Actor, case_type: str) -> dict[str, list[tuple[Any, ...]]]:
    numbers = {key[0]: number for key, number in ledgers.counts_by(actor, case_type, "unit_id").items()}
    return organization.grouped(organization.counted(numbers))


def _emptied(actor: Actor, case_type: str, query: Query) -> list[tuple[str, str, int]]:
    """Which filter empties the list: each with its address without it and how many rows that leaves."""
    bare = replace(query, after=None)
    without = {
        **{
            name: replace(bare, equal={n: v for n, v in bare.equal.items() if n != name})
            for name in bare.equal
        },
        "q": replace(bare, q=""),
        "unit": replace(bare, unit=None),
        "overdue": replace(bare, overdue=None),
        "due_before": replace(bare, due_before=None),
    }
    found = []
    for name, text, url in _chips(case_type, query):
        number = ledgers.count(actor, case_type, without[name])
        if number:
            found.append((text, url, number))
    return found


def _links(case_type: str, name: str) -> bool:
    return (case_type, name) in {
        ("issue", "risk_point"), ("notice", "issue"), ("interview", "issue"), ("lookback", "campaign"),
        ("lookback", "issue"), ("self_check", "issue"), ("extension", "issue"), ("warning", "risk_point"),
    }  # fmt: skip


def choices(case_type: str) -> Mapping[str, dict[str, str]]:
    """The filters of a kind with their values and words."""
    return {
        "colour": words.COLOURS, "state": dict(KINDS[case_type].workflow.states), **_CHOICES[case_type],
    }  # fmt: skip


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


def sorts(case_type: str, chosen: str) -> dict[str, str]:
    """What the list may be sorted by, with the words; the chosen one is always among them."""
    found = {
        key: word for key, word in SORTS.items() if key.removeprefix("-") in ledger_tables.SORTS[case_type]
    }
    if chosen not in found:
        heading = next((text for text, key in HEADS[case_type] if key == chosen.removeprefix("-")), "其他")
        ways = _WAYS.get(chosen.removeprefix("-"), ("由早到晚", "由晚到早"))
        found[chosen] = f"{heading}{ways[chosen.startswith('-')]}"
    return found


def heads(case_type: str, chosen: str) -> list[tuple[str, str, str]]:
    """The headings of the table: word, the address that sorts by it, and how it is sorted now."""
    found = []
    for text, key in HEADS[case_type]:
        now = {key: "ascending", f"-{key}": "descending"}.get(chosen, "") if key else ""
        # What weighs most comes first when somebody asks for it by its heading.
        first = f"-{key}" if key in ("level", "severity") else key
        other = first.removeprefix("-") if first.startswith("-") else f"-{first}"
        found.append((text, _address(sort=other if chosen == first else first) if key else "", now))
    return found


def chips(case_type: str, query: Query) -> list[tuple[str, str]]:
    """Each set filter in words, with the address without it."""
    return [(text, url) for _, text, url in _chips(case_type, query)]


def _chips(case_type: str, query: Query) -> list[tuple[str, str, str]]:
    found = []
    for name, values in query.equal.items():
        labels = choices(case_type).get(name, {})
        words_of = "、".join(labels.get(value, str(value)) for value in values)
        found.append((name, f"{LABELS[name]}：{words_of}"))
    if query.q:
        found.append(("q", f"搜索：{query.q}"))
    if query.unit:
        unit = db.session.get(Unit, query.unit)
        found.append(("unit", f"单位：{unit.name if unit else query.unit}"))
    if query.overdue:
        found.append(("overdue", "已逾期"))
    if query.due_before:
        found.append(("due_before", f"到期早于：{query.due_before}"))
    return [(name, text, _without(name)) for name, text in found]


def _without(name: str) -> str:
    return _address(**{name: None})


def changed(**changes: str | None) -> str:
    """This address with these parameters changed, for a list whose pages only lead forward."""
    return _address(**changes)


def _address(**changes: str | None) -> str:
    """This list's first page with these parameters changed."""
    kept = {k: v for k, v in request.args.items() if k not in ("after", "back")}
    return f"{request.path}?{urlencode({k: v for k, v in {**kept, **changes}.items() if v})}"


def next_url(cursor: str | None) -> str | None:
    """The address of the next page with the same filters."""
    if cursor is None:
        return None
    way = [*_way_back(), request.args.get("after") or _FIRST][-_LONGEST_WAY:]
    return _address(back=".".join(way), after=cursor)


def previous_url() -> str | None:
    """The address of the page before, as far as the way back is known."""
    way = _way_back()
    if not way:
        return None
    return _address(back=".".join(way[:-1]), after=None if way[-1] == _FIRST else way[-1])


# Keyset paging only leads forward, so the address carries where the pages before began; it must stay short
# enough for the server's limit of a request line.
_FIRST, _LONGEST_WAY = "-", 12


def _way_back() -> list[str]:
    return [mark for mark in request.args.get("back", "").split(".") if mark][-_LONGEST_WAY:]
