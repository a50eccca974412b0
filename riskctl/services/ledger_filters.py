"""The filters of each ledger: their names in an address, their words, and how an address becomes a query.

One table for pages, API and saved views. The names are stable: figures link to lists by them, and people keep
addresses (docs/architecture.md lists them).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from riskctl import clock
from riskctl.documents.kinds import KINDS as DOCUMENTS
from riskctl.errors import InvalidInput, Reason
from riskctl.schemas.base import MAX_ID, ListArgs, clean_text, several
from riskctl.services.ledger_query import Query
from riskctl.services.statistics import behind
from riskctl.services.transitions import KINDS
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue_inputs import MOST_YUAN
from riskctl.workflows.warning import KINDS as WARNING_KINDS


@dataclass(frozen=True)
class Filter:
    """One filter: its name in the address, its label, the column that it asks.

    `how`: `choice` of several words, `text` for a whole value, `days` and `moments` with _from and _to, `amounts`
    with _min and _max, `yes` for true or false."""

    name: str
    label: str
    how: str = "choice"
    column: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    # An alias that the API knows and no page shows.
    hidden: bool = False

    @property
    def asks(self) -> str:
        """The column, or the name of what holds."""
        return self.column or self.name

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it has in an address."""
        ends = {"days": ("_from", "_to"), "moments": ("_from", "_to"), "amounts": ("_min", "_max")}
        return tuple(self.name + end for end in ends.get(self.how, ("",)))


def _scale(steps: Iterable[tuple[int, str]]) -> dict[str, str]:
    return {str(number): f"{number}（{word}）" for number, word in steps}


_KINDS = {code: kind.title for code, kind in DOCUMENTS.items()}
_OWN: Mapping[str, tuple[Filter, ...]] = {
    "issue": (
        Filter("severity", "严重程度", words=words.SEVERITIES),
        Filter("level", "严重程度", words=words.SEVERITIES, column="severity", hidden=True),
        Filter("source", "来源", words=words.SOURCES),
        Filter("domain", "问题领域", words=words.DOMAINS),
        Filter("rectify_type", "整改类型", words=words.RECTIFY_TYPES),
        Filter("owner_level", "台账级别", words=words.OWNER_LEVELS),
        Filter("outcome", "整改结果", words=words.OUTCOMES),
        Filter("resp_post", "责任岗位", "text"),
        Filter("found", "发现日期", "days", "found_on"),
        Filter("issued", "交办日期", "days", "issued_on"),
        Filter("due", "整改期限", "days", "due_on"),
        Filter("original", "原定期限", "days", "due_original"),
        Filter("closed", "销号日期", "days", "closed_on"),
        Filter("involved", "涉及金额（元）", "amounts", "amount_involved"),
        Filter("recovered", "挽回金额（元）", "amounts", "amount_recovered"),
        Filter("reopened", "重新整改", "yes"),
        Filter("overdue_original", "按原定期限逾期", "yes"),
        Filter("closed_in_time", "按原定期限销号", "yes"),
    ),
    "risk_point": (
        Filter("level", "等级", words=words.LEVELS),
        Filter("category", "类别", words=words.CATEGORIES),
        Filter("power_type", "职权类别", words=words.POWER_TYPES),
        Filter("likelihood", "可能性", words=_scale(words.LIKELIHOODS)),
        Filter("impact", "影响程度", words=_scale(words.IMPACTS)),
        Filter("post", "岗位", "text"),
        Filter("resp_post", "直接责任岗位", "text"),
        Filter("identified", "识别日期", "days", "identified_on"),
        Filter("due", "复核日期", "days", "review_due"),
    ),
    "interview": (
        Filter("kind", "类型", words=words.INTERVIEW_KINDS),
        Filter("subject_rank", "被约谈人职级", words=words.SUBJECT_RANKS),
        Filter("conclusion", "评估结论", words=words.CONCLUSIONS),
        Filter("subject_post", "被约谈人（职务）", "text"),
        Filter("scheduled", "约谈时间", "moments", "scheduled_at"),
        Filter("due", "整改报告期限", "days", "report_due"),
    ),
    "notice": (Filter("kind", "文种", words=_KINDS),),
    "campaign": (Filter("kind", "类型", words=words.CAMPAIGN_KINDS),),
    "lookback": (Filter("result", "复查结果", words=words.LOOKBACK_RESULTS),),
    "self_check": (Filter("finding", "自查结果", words=words.SELF_CHECK_FINDINGS),),
    "warning": (Filter("kind", "类型", words=WARNING_KINDS),),
}
# What a list may be asked for that hangs on another record.
LINKS: Mapping[str, tuple[str, ...]] = {
    "issue": ("risk_point",), "notice": ("issue", "interview", "risk_point"), "interview": ("issue",),
    "extension": ("issue",), "lookback": ("campaign", "issue"), "self_check": ("issue",), "warning": ("risk_point",),
}  # fmt: skip
# The kinds whose lists can be asked for as of a past day (past_filters.py).
DATED = ("risk_point", "issue", "interview")
_WHOLE_NUMBERS = ("likelihood", "impact")
_PLAIN = ("unit", "q", "due_before", "overdue", "figure", "sort", "limit", "after")
# The words for what every list may be asked for.
LABELS = {
    "unit": "单位", "q": "搜索", "overdue": "逾期", "due_before": "到期早于", "sort": "排序", "after": "翻页",
    "figure": "统计指标", "limit": "每页条数", "count": "计数",
}  # fmt: skip


def filters(case_type: str) -> tuple[Filter, ...]:
    """The filters of a kind of case, beside those that every list has."""
    states = dict(KINDS[case_type].workflow.states)
    common = (Filter("colour", "颜色", words=words.COLOURS), Filter("state", "环节", words=states))
    return (*common, *_OWN.get(case_type, ()))


def arguments(case_type: str) -> Schema:
    """The schema of the list's arguments; another kind's filter is refused, not silently ignored."""
    own = {name: made for each in filters(case_type) for name, made in _fields(each).items()}
    links = {name: fields.Integer(validate=validate.Range(1, MAX_ID)) for name in LINKS.get(case_type, ())}
    # What day it is, past.day_of judges.
    day = {"as_of": fields.String(validate=validate.Length(max=40), metadata={"format": "date"})}
    return ListArgs.from_dict({**own, **links, **(day if case_type in DATED else {})})(unknown=RAISE)


def _fields(each: Filter) -> dict[str, fields.Field[Any]]:
    if each.how == "choice":
        return {each.name: several(400)}
    if each.how == "text":
        return {each.name: fields.String(validate=[validate.Length(max=128), clean_text])}
    if each.how == "yes":
        return {each.name: fields.Boolean()}
    if each.how == "amounts":
        check = validate.Range(0, MOST_YUAN, error="须为不小于0的整数，单位元")
        return {name: fields.Integer(validate=check) for name in each.names}
    return {name: fields.Date() for name in each.names}


def read(case_type: str, given: Mapping[str, Any]) -> Query:
    """The query that an address asks for; raises InvalidInput that names each filter by its label. Names that
    are no filter are left alone: an address carries more than filters."""
    wanted = {name: value for name, value in given.items() if value != ""}
    try:
        args = arguments(case_type).load(wanted, unknown=EXCLUDE)
    except ValidationError as error:
        said = error.messages_dict
        labels = labels_of(case_type)
        reasons = [Reason("invalid", f"{labels.get(n, n)}：{'；'.join(m)}", n) for n, m in said.items()]
        raise InvalidInput("筛选条件有误", reasons=reasons, code="filter") from error
    return query_of(case_type, args)


def labels_of(case_type: str) -> dict[str, str]:
    """The words for every name that the list's address may hold."""
    return {**LABELS, **{name: each.label for each in filters(case_type) for name in each.names}}


def words_of(case_type: str) -> dict[str, Mapping[str, str]]:
    """The filters of a kind that have words, with their values."""
    return {each.name: each.words for each in filters(case_type) if each.words}


def query_of(case_type: str, args: Mapping[str, Any]) -> Query:
    """List arguments as a query; raises InvalidInput on a value that the kind does not have."""
    equal: dict[str, list[Any]] = {}
    between: dict[str, tuple[Any, Any]] = {}
    holds: dict[str, bool] = {}
    strange: list[Reason] = []
    for each in filters(case_type):
        said = [args.get(name) for name in each.names]
        if all(value in (None, "") for value in said):
            continue
        if each.how == "choice":
            equal[each.asks] = _chosen(each, said[0], strange)
        elif each.how == "text":
            equal[each.asks] = [str(said[0]).strip()]
        elif each.how == "yes":
            holds[each.asks] = bool(said[0])
        else:
            between[each.asks] = _bounds(each, said, strange)
    if strange:
        raise InvalidInput("筛选条件有误", reasons=strange, code="filter")
    if args.get("figure"):
        behind.read(args["figure"], case_type)
    return Query(
        equal=equal, between=between, holds=holds,
        linked={name: args[name] for name in LINKS.get(case_type, ()) if args.get(name)},
        **{name: args[name] for name in _PLAIN if name in args},
    )  # fmt: skip


def _chosen(each: Filter, said: Any, strange: list[Reason]) -> list[Any]:
    values = str(said).split(",")
    known = "、".join(each.words)
    strange += [
        Reason("unknown_choice", f"{each.label}：没有“{value}”，可用：{known}", each.name)
        for value in values
        if value not in each.words
    ]
    return [int(value) for value in values if value in each.words] if each.name in _WHOLE_NUMBERS else values


def _bounds(each: Filter, said: list[Any], strange: list[Reason]) -> tuple[Any, Any]:
    lowest, highest = said
    if lowest is not None and highest is not None and lowest > highest:
        order = "下限不能大于上限" if each.how == "amounts" else "起始日期不能晚于截止日期"
        strange.append(Reason("bounds", f"{each.label}：{order}", each.names[1]))
    if each.how == "moments":
        return _midnight(lowest), _last_of(highest)
    return lowest, highest


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else clock.from_local(datetime.combine(day, time.min))


def _last_of(day: date | None) -> datetime | None:
    return None if day is None else clock.from_local(datetime.combine(day, time.max))


def chips(case_type: str, given: Mapping[str, str]) -> list[tuple[tuple[str, ...], str]]:
    """Each set filter in words, with the names that it has in the address."""
    found: list[tuple[tuple[str, ...], str]] = []
    for each in filters(case_type):
        said = [given.get(name, "") for name in each.names]
        if any(said):
            found.append((each.names, f"{each.label}：{_in_words(each, said)}"))
    return found


def _in_words(each: Filter, said: list[str]) -> str:
    if each.how == "choice":
        return "、".join(each.words.get(value, value) for value in said[0].split(","))
    if each.how == "yes":
        return "是" if said[0].lower() in ("true", "1", "yes", "on") else "否"
    if len(said) == 1:
        return said[0]
    lowest, highest = said
    if lowest and highest:
        return f"{lowest} 至 {highest}"
    return f"{lowest} 起" if lowest else f"至 {highest}"
