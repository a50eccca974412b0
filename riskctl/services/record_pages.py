"""What a record's page shows: stage line, facts with their words, links, files, history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.documents.kinds import KINDS as DOCUMENTS
from riskctl.extensions import db
from riskctl.models import (
    AnnualReview,
    Attachment,
    Case,
    Extension,
    Issue,
    Issuer,
    RiskWarning,
    Unit,
)
from riskctl.permissions import Actor
from riskctl.services import (
    annual_reviews,
    attachments,
    audit,
    deadlines,
    desk_page,
    extension_facts,
    letter_pages,
    people,
    receipts,
    record_beside,
    record_links,
    recurrences,
    stage_line,
    transitions,
    urgency,
    views,
)
from riskctl.services.duties import Roster
from riskctl.services.fact_labels import FACTS, LABELS, label
from riskctl.services.urgency import Urgency
from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Step
from riskctl.workflows.grading import QUESTIONS
from riskctl.workflows.warning import KINDS as WARNING_KINDS

_DICTIONARIES: Mapping[str, Mapping[str, str]] = {
    "source": words.SOURCES, "severity": words.SEVERITIES, "rectify_type": words.RECTIFY_TYPES,
    "owner_level": words.OWNER_LEVELS, "outcome": words.OUTCOMES, "domain": words.DOMAINS,
    "category": words.CATEGORIES, "level": words.LEVELS, "computed_level": words.LEVELS, "suggested_level": words.LEVELS,
    "rule_hits": QUESTIONS, "kind": {**words.INTERVIEW_KINDS, **words.CHANGE_KINDS},
    "power_type": words.POWER_TYPES, "subject_rank": words.SUBJECT_RANKS, "conclusion": words.CONCLUSIONS,
    "method": words.SERVICE_METHODS, "colour": words.COLOURS, "result": words.LOOKBACK_RESULTS,
    "finding": words.SELF_CHECK_FINDINGS, "reason_code": {
        **words.RETURN_REASONS, **words.REOPEN_REASONS, **words.TRANSFER_REASONS,
        **words.EXTENSION_REASONS,
    },
}  # fmt: skip
_USERS = frozenset(
    {"created_by_id", "confirmed_by_id", "countersigned_by_id", "drafter_id", "checker_id", "signer_id",
     "recorder", "subject_user_id", "interviewers", "inspectors", "accepted_before",
     "urged", "asked", "voided", "from_user", "to_user"}
)  # fmt: skip
_KIND_WORDS = {**words.INTERVIEW_KINDS, **words.CAMPAIGN_KINDS, **WARNING_KINDS}
_SCALES = {"likelihood": dict(words.LIKELIHOODS), "impact": dict(words.IMPACTS)}


@dataclass
class RecordPage:
    """Everything that one record's page shows beside its steps."""

    view: dict[str, Any]
    waits: list[Any]
    awaited: Step | None
    stages: list[stage_line.Stage]
    loops: list[tuple[str, int]]
    facts: list[tuple[str, Any]]
    history: list[dict[str, Any]]
    files: list[Any]
    urgency: Urgency
    links: list[tuple[str, Sequence[Case]]] = field(default_factory=list)
    # Issues that a new one may repeat, while it is not on the ledger yet.
    earlier: Sequence[Issue] = ()
    # What only this kind shows, by the name that its templates know.
    beside: Mapping[str, Any] = field(default_factory=dict)


def rows(actor: Actor, items: Sequence[Case]) -> list[dict[str, Any]]:
    """The rows of a ledger page, with words for values and the names they mention."""
    names = issuer_names({getattr(item, "issuer_id", None) for item in items})
    points = annual_reviews.counts(item for item in items if isinstance(item, AnnualReview))
    found = []
    for item in items:
        row = views.row(actor, item)
        row["kind_label"] = kind_label(row)
        if isinstance(item, RiskWarning):
            row["point_title"] = item.risk_point.title
        row["issuer_name"] = names.get(row.get("issuer_id") or 0, "")
        row["points"] = points.get(item.id)
        found.append(row)
    return found


def issuer_names(ids: set[int | None]) -> dict[int, str]:
    """The names of the offices that issue documents, by id."""
    wanted = {i for i in ids if i}
    if not wanted:
        return {}
    query = select(Issuer.id, Issuer.name).where(Issuer.id.in_(wanted))
    return {row.id: row.name for row in db.session.execute(query)}


def kind_label(row: Mapping[str, Any]) -> str:
    """The word for what kind of document, interview, campaign or warning it is."""
    kind = str(row.get("kind", ""))
    return DOCUMENTS[kind].title if kind in DOCUMENTS else _KIND_WORDS.get(kind, "")


def whole(actor: Actor, record: Case) -> RecordPage:
    """The page of one record."""
    history = views.history(actor, record)
    row = views.row(actor, record)
    shown, users = told_history(history, record)
    return RecordPage(
        view={**row, **_private(record), "kind_label": kind_label(row)},
        waits=transitions.waits_for(record),
        awaited=transitions.awaited_step(record, Roster(record)),
        stages=stage_line.of(record, history, users),
        loops=stage_line.loops(record),
        facts=_facts(actor, record, users),
        history=shown[::-1],
        files=attachments.of_case(record),
        urgency=urgency.of(record),
        links=record_links.links(actor, record),
        earlier=_earlier(actor, record),
        beside=record_beside.beside(actor, record),
    )


def _earlier(actor: Actor, record: Case) -> Sequence[Issue]:
    asked = isinstance(record, Issue) and record.state in ("draft", "verifying")
    return recurrences.earlier(actor, record) if asked else ()  # type: ignore[arg-type]


def latest(record: Case) -> str:
    """The last thing that was done to the record, as a sentence."""
    found = audit.history(record.CASE_TYPE, record.id, limit=1)
    if not found:
        return ""
    event = found[0].event
    who = people.names([event.actor_id]).get(event.actor_id, "系统") if event.actor_id else "系统"
    at = clock.local(event.at).strftime("%m月%d日 %H:%M")
    return f"{at} {who} 办理了“{views.trigger_label(record.CASE_TYPE, event.trigger)}”。"


def _private(record: Case) -> dict[str, Any]:
    return {
        name: getattr(record, name) for name in ("content", "statement", "report") if hasattr(record, name)
    }


def _user_names(history: Sequence[Mapping[str, Any]], record: Any) -> dict[int, str]:
    ids = {entry["actor_id"] for entry in history if entry["actor_id"]}
    for name in _USERS:
        value = getattr(record, name, None)
        ids |= set(value) if isinstance(value, list) else ({value} if value else set())
    for entry in history:
        ids |= {i for name in _USERS & entry["data"].keys() for i in _ids(entry["data"][name])}
        ids |= set(_ids(entry["data"].get("paper", {}).get("approved_by")))
    return people.names(ids)


def told_history(
    history: Sequence[Mapping[str, Any]], record: Any
) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Events as people read them, and the names behind the ids in them and in the record."""
    users, places = _user_names(history, record), _places(history)
    return [_event(entry, users, places) for entry in history], users


def _ids(value: Any) -> list[int]:
    return [i for i in (value if isinstance(value, list) else [value]) if isinstance(i, int)]


def _facts(actor: Actor, record: Case, users: Mapping[int, str]) -> list[tuple[str, Any]]:
    row = views.row(actor, record)
    found = []
    for name in FACTS[record.CASE_TYPE]:
        value = _fact(record, row, name, users)
        if isinstance(record, Issue) and name == "rules_at":
            value = deadlines.in_words(record)
        if isinstance(record, Extension):
            value = extension_facts.in_words(record, name, value)
        if value not in (None, "", [], {}):
            found.append((label(record.CASE_TYPE, name), value))
    return found


def _fact(record: Case, row: Mapping[str, Any], name: str, users: Mapping[int, str]) -> Any:
    if name == "unit_id":
        return row["unit_name"]
    if name == "issuer_id":
        return db.session.get_one(Issuer, row["issuer_id"]).name
    if name == "section_id":
        return db.session.get_one(Unit, row[name]).name if row.get(name) else None
    if name == "joint_unit_ids":
        return "、".join(unit.name for unit in record.joint_units)  # type: ignore[attr-defined]
    if name == "kind":
        return kind_label(row)
    return in_words(name, row[name] if name in row else getattr(record, name), users)


def in_words(name: str, value: Any, users: Mapping[int, str]) -> Any:
    """A stored value as people read it; lists of objects stay lists for the template."""
    if isinstance(value, Mapping) or name == "answers":
        return _told_parts(name, value, users)
    if name in _USERS:
        ids = value if isinstance(value, list) else [value]
        return "、".join(users.get(i, f"账号{i}") for i in ids if i)
    if isinstance(value, bool):
        return "是" if value else "否"
    if name in _SCALES and value in _SCALES[name]:
        return f"{value}（{_SCALES[name][value]}）"
    known = _DICTIONARIES.get(name, {})
    if known and isinstance(value, list):
        return "；".join(known.get(item, item) for item in value)
    return known.get(value, value) if isinstance(value, str) else value


def _told_parts(name: str, value: Any, users: Mapping[int, str]) -> Any:
    if name == "paper":
        return desk_page.paper_said(value, users)
    if name == "parts":
        return letter_pages.in_words(value)
    if name == "service":
        return receipts.in_words(value)
    if isinstance(value, list):
        return [f"{item['question']}：{item['answer']}" for item in value]
    return value


def _places(history: Sequence[Mapping[str, Any]]) -> dict[str, dict[int, str]]:
    """The names behind the ids of units and issuers that the events mention."""
    ids: dict[str, set[Any]] = {"unit_id": set(), "section_id": set(), "issuer_id": set()}
    for entry in history:
        for name in ids.keys() & entry["changes"].keys():
            ids[name] |= set(entry["changes"][name])
    query = select(Unit.id, Unit.name).where(Unit.id.in_(ids["unit_id"] | ids["section_id"]))
    units = {row.id: row.name for row in db.session.execute(query)}
    return {"unit_id": units, "section_id": units, "issuer_id": issuer_names(ids["issuer_id"])}


_NOTHING: tuple[Any, ...] = (None, "", [], {})


def _event(
    entry: Mapping[str, Any], users: Mapping[int, str], places: Mapping[str, Mapping[int, str]]
) -> dict[str, Any]:
    def said(name: str, value: Any) -> Any:
        return places[name].get(value, value) if name in places else in_words(name, value, users)

    changes = [
        (label(entry["case_type"], name), said(name, old), said(name, new))
        for name, (old, new) in entry["changes"].items()
        # A counter that begins at nought or a mark that is not set is no news.
        if name in LABELS
        and name not in extension_facts.UNTOLD
        and not (old in _NOTHING and (new in _NOTHING or new in (0, False)))
    ]
    kind = entry["case_type"]
    data = [(label(kind, n), in_words(n, v, users)) for n, v in entry["data"].items() if n in LABELS]
    states = transitions.KINDS[entry["case_type"]].workflow.states
    return {
        **entry,
        "who": users.get(entry["actor_id"] or 0, "系统"),
        "changes": changes,
        "data": data,
        "from_label": states.get(entry["from_state"], ""),
        "to_label": states.get(entry["to_state"], ""),
    }


def file_names(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """The names of one's own uploads, for forms that come back with files already kept."""
    query = select(Attachment.id, Attachment.name).where(
        Attachment.id.in_(ids), Attachment.uploaded_by_id == actor.user_id
    )
    return {row.id: row.name for row in db.session.execute(query)}
