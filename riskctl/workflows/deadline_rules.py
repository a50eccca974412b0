"""What the rules about deadlines look like: defaults of domain 3.5 and 4.2, their forms, their checks."""

from collections.abc import Iterable, Mapping
from typing import Any

from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Input
from riskctl.workflows.issue import ISSUE

# Domain 3.5: 立行立改 within days; 审计 commonly 60 days; 巡视 months of 集中整改; 长期坚持 half a year and then
# quarter by quarter. All in working days; the first row that fits holds.
DEADLINES: list[dict[str, Any]] = [
    {"rectify_type": "immediate", "days": 5},
    {"rectify_type": "long_term", "days": 120},
    {"source": "inspection_tour", "days": 60},
    {"source": "audit", "days": 40},
    {"rectify_type": "staged", "days": 60},
    {"days": 30},
]
_LONGEST = 500
# A term of its own for 信访举报 would tell units that someone complained; it has that of 日常监督.
_SOURCES = {key: label for key, label in words.SOURCES.items() if key != "petition"}
_CONDITIONS: Mapping[str, dict[str, str]] = {
    "source": _SOURCES, "severity": words.SEVERITIES, "rectify_type": words.RECTIFY_TYPES,
}  # fmt: skip
DEADLINE_FIELDS = (
    Input("source", "问题来源", "choice", required=False, choices=words.choices(_SOURCES)),
    Input("severity", "严重程度", "choice", required=False, choices=words.choices(words.SEVERITIES)),
    Input("rectify_type", "整改类型", "choice", required=False, choices=words.choices(words.RECTIFY_TYPES)),
    Input("days", "工作日", "integer", min=1, max=_LONGEST),
)
TERMS: dict[str, int] = dict(ISSUE.terms)
TERM_FIELDS = tuple(
    Input(state, ISSUE.states[state], "integer", min=1, max=60, default=days) for state, days in TERMS.items()
)
EXTENSION: dict[str, int] = {"ahead": 3, "times": 2, "days": 30, "share": 50}
EXTENSION_FIELDS = (
    Input("ahead", "最迟须在到期前几个工作日申请", "integer", min=0, max=60),
    Input("times", "最多几次", "integer", min=0, max=10),
    Input("days", "每次最长（工作日）", "integer", min=1, max=250),
    Input("share", "累计不超过原定期限的百分之几", "integer", min=1, max=200),
)


def check_deadlines(value: Any) -> str | None:
    """Rows of conditions with a number of working days; the last row has no condition and is for the rest."""
    if not isinstance(value, list) or not 1 <= len(value) <= 60:
        return "须为1至60行"
    for number, row in enumerate(value, 1):
        if why := _wrong_row(row):
            return f"第{number}行：{why}"
        last = number == len(value)
        if last != (set(row) == {"days"}):
            return "最后一行须不限条件，适用于其他情形" if last else f"第{number}行不限条件，其后各行不会适用"
    return None


def _wrong_row(row: Any) -> str | None:
    if not isinstance(row, dict) or not set(row) <= {*_CONDITIONS, "days"}:
        return "只能有来源、严重程度、整改类型和工作日"
    days = row.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= _LONGEST:
        return f"工作日须为1至{_LONGEST}的整数"
    strange = [
        item.label
        for item in DEADLINE_FIELDS
        if item.name in _CONDITIONS and row.get(item.name, item.choices[0][0]) not in _CONDITIONS[item.name]
    ]
    return f"没有这样的{strange[0]}" if strange else None


def deadline_term(
    rows: Iterable[Mapping[str, Any]], source: str, severity: str | None, rectify_type: str | None
) -> int:
    """The working days that the first fitting row gives."""
    found = {"source": source, "severity": severity, "rectify_type": rectify_type}
    fitting = (row for row in rows if all(row[name] == found[name] for name in set(row) - {"days"}))
    return int(next(fitting)["days"])


def told(rows: Iterable[Mapping[str, Any]], source: str) -> str:
    """The rows that may apply to a problem of this source, as a hint in words."""
    own = [row for row in rows if row.get("source", source) == source]
    last = next(n for n, row in enumerate(own) if not {"severity", "rectify_type"} & set(row))
    return "，".join(f"{_conditions(row)}{row['days']}个工作日" for row in own[: last + 1])


def _conditions(row: Mapping[str, Any]) -> str:
    found = (_CONDITIONS[name][row[name]] for name in ("severity", "rectify_type") if name in row)
    return "、".join(found) or "其他"
