"""The filters of a ledger on its page: read from the address, shown with their words, each as a chip to drop."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import request

from riskctl.extensions import db
from riskctl.models import Unit
from riskctl.permissions import Actor, Permission
from riskctl.services import ledger_filters, ledger_tables, ledgers, organization
from riskctl.services.ledger_filters import Filter
from riskctl.services.ledgers import MOST_COUNTED, Page, Query
from riskctl.services.statistics import behind
from riskctl.web import columns
from riskctl.web.columns import Column

PAGE = 50
# The filters that stand open; the others fold.
_MAIN = ("colour", "state", "severity", "source", "level", "category", "kind", "result", "finding")
SORTS = {
    "-colour": "最紧急在前", "-id": "最新在前", "id": "最早在前", "due_on": "期限先后", "step_due_on": "环节期限先后", "-found_on": "发现日期",
    "review_due": "复核日期", "level": "等级", "-scheduled_at": "约谈时间", "-issued_on": "成文日期", "due_asked": "申请延至的日期",
    "reply_due": "反馈期限", "unit_id": "按单位", "-amount_involved": "涉及金额从大到小",
}  # fmt: skip
_WAYS = {
    "level": ("从低到高", "从高到低"), "severity": ("从轻到重", "从重到轻"), "amount_involved": ("从小到大", "从大到小"),
    "amount_recovered": ("从小到大", "从大到小"), **dict.fromkeys(("code", "unit_id", "state", "category", "kind"), ("顺序", "倒序")),
}  # fmt: skip
# What is asked for by its heading with the most first.
_MOST_FIRST = ("level", "severity", "amount_involved", "amount_recovered")


def given() -> dict[str, str]:
    """The address of the list; what stands in it several times, as boxes do, with commas between."""
    found = {name: [v for v in request.args.getlist(name) if v] for name in request.args}
    return {name: ",".join(values) for name, values in found.items() if values}


def read(case_type: str) -> Query:
    """The query that the address asks for; raises InvalidInput that names the filter."""
    return replace(ledger_filters.read(case_type, given()), limit=PAGE)


def context(actor: Actor, case_type: str, query: Query, page: Page) -> dict[str, Any]:
    """What the ledger's page shows around its rows."""
    shown = columns.chosen(case_type, given().get("columns", ""))
    set_chips = _chips(case_type, query)
    numbered = ledgers.count(actor, case_type, Query(), most=MOST_COUNTED) <= MOST_COUNTED
    main, more = _drawn(actor, case_type, numbered=numbered)
    return {
        "query": query,
        **_total(actor, case_type, query),
        "filters": main,
        "more_filters": more,
        "more_open": any(f["set"] for f in more) or shown != columns.chosen(case_type, ""),
        "sorts": sorts(case_type, query.sort),
        "columns": shown,
        "heads": heads(shown, query.sort),
        "all_columns": columns.COLUMNS[case_type] if columns.choosable(case_type) else (),
        "units": _units(actor, case_type, numbered=numbered),
        "chips": [(text, url) for _, text, url in set_chips],
        "emptied": [] if page.items else _emptied(actor, case_type, set_chips),
        "carried": {n: request.args[n] for n in _carried(case_type) if request.args.get(n)},
        "next_url": next_url(page.next),
        "previous_url": previous_url() if query.after else None,
        "first_url": address(after=None),
    }


def _total(actor: Actor, case_type: str, query: Query) -> dict[str, Any]:
    # A number that somebody waits for is worse than one that says enough; the exact one is a click away.
    exact = request.args.get("exact") == "1"
    total = ledgers.count(actor, case_type, query, most=None if exact else MOST_COUNTED)
    more = not exact and total > MOST_COUNTED
    return {
        "total": min(total, MOST_COUNTED) if more else total,
        "exact_url": address(exact="1") if more else "",
    }


def _carried(case_type: str) -> tuple[str, ...]:
    # Filters that lists behind figures set and the form does not show.
    return ("due_before", "figure", *ledger_filters.LINKS.get(case_type, ()))


def _units(actor: Actor, case_type: str, *, numbered: bool) -> dict[str, list[tuple[Any, ...]]]:
    if not numbered:
        found = organization.unit_choices(actor, actor.units(Permission.CASE_VIEW))
        return organization.grouped([(*choice, None) for choice in found])
    numbers = {key[0]: number for key, number in ledgers.counts_by(actor, case_type, "unit_id").items()}
    return organization.grouped(organization.counted(numbers))


def _emptied(
    actor: Actor, case_type: str, set_chips: Sequence[tuple[tuple[str, ...], str, str]]
) -> list[tuple[str, str, int]]:
    """Which filter empties the list: each with its address without it and how many rows that leaves."""
    found = []
    for names, text, url in set_chips:
        left = {name: value for name, value in given().items() if name not in (*names, "after")}
        number = ledgers.count(actor, case_type, ledger_filters.read(case_type, left), most=MOST_COUNTED)
        if number:
            found.append((text, url, number))
    return found


def _drawn(
    actor: Actor, case_type: str, *, numbered: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The filters as the page draws them, those that stand open and those that fold."""
    main: list[dict[str, Any]] = []
    more: list[dict[str, Any]] = []
    for each in ledger_filters.filters(case_type):
        if not each.hidden:
            drawn = _one(actor, case_type, each, numbered=numbered)
            (main if each.name in _MAIN else more).append(drawn)
    return main, more


def _one(actor: Actor, case_type: str, each: Filter, *, numbered: bool) -> dict[str, Any]:
    values = [given().get(name, "") for name in each.names]
    found = {
        "name": each.name, "label": each.label, "how": each.how, "names": each.names, "values": values, "set": any(values),
    }  # fmt: skip
    if each.how != "choice":
        return found
    chosen = values[0].split(",") if values[0] else []
    return {**found, "chosen": chosen, "options": _options(actor, case_type, each, numbered=numbered)}


def _options(
    actor: Actor, case_type: str, each: Filter, *, numbered: bool
) -> list[tuple[str, str, int | None]]:
    """The values of a filter with how many rows each has, where the ledger is short enough to count them."""
    secret = each.name == "source" and not ledgers.knows_petitions(actor)
    if not numbered:
        return [(v, word, None) for v, word in each.words.items() if not (secret and v == "petition")]
    counted = ledgers.counts_by(actor, case_type, each.asks)
    counts = {str(key[0]): number for key, number in counted.items()}
    if secret:
        counts["daily"] = counts.get("daily", 0) + counts.pop("petition", 0)
    return [(value, word, counts[value]) for value, word in each.words.items() if counts.get(value)]


def sorts(case_type: str, chosen: str) -> dict[str, str]:
    """What the list may be sorted by, with the words; the chosen one is always among them."""
    known = (*ledger_tables.SORTS[case_type], "due_on")
    found = {key: word for key, word in SORTS.items() if key.removeprefix("-") in known}
    if chosen not in found:
        name = chosen.removeprefix("-")
        heading = next((c.heading for c in columns.COLUMNS[case_type] if c.sort == name), "其他")
        ways = _WAYS.get(name, ("由早到晚", "由晚到早"))
        found[chosen] = f"{heading}{ways[chosen.startswith('-')]}"
    return found


def heads(shown: Sequence[Column], chosen: str) -> list[tuple[str, str, str]]:
    """The headings of the table: word, the address that sorts by it, and how it is sorted now."""
    found = []
    for column in shown:
        key = column.sort
        now = {key: "ascending", f"-{key}": "descending"}.get(chosen, "") if key else ""
        # What weighs most comes first when somebody asks for it by its heading.
        first = f"-{key}" if key in _MOST_FIRST else key
        other = first.removeprefix("-") if first.startswith("-") else f"-{first}"
        found.append((column.heading, address(sort=other if chosen == first else first) if key else "", now))
    return found


def said(case_type: str, query: Query) -> list[str]:
    """Each set filter in words."""
    return [text for _, text, _ in _chips(case_type, query)]


def _chips(case_type: str, query: Query) -> list[tuple[tuple[str, ...], str, str]]:
    """Each set filter in words, with its names and the address without it."""
    found = ledger_filters.chips(case_type, given())
    if query.q:
        found.append((("q",), f"搜索：{query.q}"))
    if query.unit:
        unit = db.session.get(Unit, query.unit)
        found.append((("unit",), f"单位：{unit.name if unit else query.unit}"))
    if query.overdue is not None:
        found.append((("overdue",), "已逾期" if query.overdue else "未逾期"))
    if query.due_before:
        found.append((("due_before",), f"到期早于：{query.due_before}"))
    if query.figure:
        found.append((("figure",), f"统计指标：{behind.read(query.figure).words}"))
    return [(names, text, address(**dict.fromkeys(names))) for names, text in found]


def address(**changes: str | None) -> str:
    """This list's first page with these parameters changed."""
    kept = {k: v for k, v in given().items() if k not in ("after", "back", "exact")}
    return addressed(request.path, {**kept, **changes})


def addressed(path: str, params: Mapping[str, str | None]) -> str:
    """A list's address with these parameters."""
    said = urlencode({name: value for name, value in params.items() if value}, safe=",")
    return f"{path}?{said}" if said else path


def next_url(cursor: str | None) -> str | None:
    """The address of the next page with the same filters."""
    if cursor is None:
        return None
    way = [*_way_back(), request.args.get("after") or _FIRST][-_LONGEST_WAY:]
    return address(back=".".join(way), after=cursor)


def previous_url() -> str | None:
    """The address of the page before, as far as the way back is known."""
    way = _way_back()
    if not way:
        return None
    return address(back=".".join(way[:-1]), after=None if way[-1] == _FIRST else way[-1])


# Keyset paging only leads forward, so the address carries where the pages before began; it must stay short
# enough for the server's limit of a request line.
_FIRST, _LONGEST_WAY = "-", 12


def _way_back() -> list[str]:
    return [mark for mark in request.args.get("back", "").split(".") if mark][-_LONGEST_WAY:]
