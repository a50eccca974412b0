"""Issues with a past, in bulk: each walks the ordinary path from finding to 归档 as far as the days since allow.

Written as plain rows, a thousand issues at a time: a million of them with ten events each must take minutes
and no more memory than a thousand.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, Unit
from riskctl.models.search import SEARCHED, indexed, writing
from riskctl.services import accounts, audit, numbers
from riskctl.services.audit import Entry
from riskctl.services.demo.ledgers import issue_text, units
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue import ISSUE

BATCH = 1000
# The ledger reaches so far back; the newest issues were found yesterday.
SPAN = timedelta(days=3 * 365)
Told = dict[str, Any]


@dataclass(frozen=True)
class _Stage:
    """One step of the path: by whom, how many days after the one before, what it stamps on the issue."""

    trigger: str
    source: str
    target: str
    by: str
    days: int
    stamp: Callable[[Told, date], Told] = lambda issue, day: {}


def _verified(issue: Told, day: date) -> Told:
    due = (day + timedelta(days=30 + issue["number"] % 40)).isoformat()
    return {
        "severity": issue["graded"], "rectify_type": "deadline", "due_on": due,
        "basis": [{"document": "廉政风险防控管理办法", "clause": "第十二条"}], "requirement": "查明原因，限期整改到位。",
        "acceptance_standard": "问题消除，制度健全。", "resp_leader_post": "单位主要负责人",
    }  # fmt: skip


def _planned(issue: Told, day: date) -> Told:
    measure = {
        "text": "完善制度并逐项整改", "owner_post": "责任科室负责人", "due_on": issue["due_on"], "evidence_required": True,
        "evidence": [], "done_on": None,
    }  # fmt: skip
    return {"measures": [measure]}


def _applied(issue: Told, day: date) -> Told:
    return {"measures": [{**measure, "done_on": day.isoformat()} for measure in issue["measures"]]}


def _closed(issue: Told, day: date) -> Told:
    return {"closed_on": day.isoformat(), "closure_no": f"销号〔{day.year}〕H{issue['number'] + 1}号"}


_PATH = (
    _Stage("submit", "draft", "verifying", "office2", 1),
    _Stage("verify", "verifying", "verifying", "office", 2, _verified),
    _Stage("issue", "verifying", "issued", "office_head", 1,
           lambda issue, day: {"issued_on": day.isoformat(), "due_original": issue["due_on"]}),
    _Stage("sign_receipt", "issued", "planning", "dept_head", 1, lambda issue, day: {"received_on": day.isoformat()}),
    _Stage("submit_plan", "planning", "plan_review", "dept_head", 8, _planned),
    _Stage("approve_plan", "plan_review", "rectifying", "office", 4),
    _Stage("report_progress", "rectifying", "rectifying", "post", 20),
    _Stage("apply_closure", "rectifying", "unit_check", "dept_head", 12, _applied),
    _Stage("pass_unit_check", "unit_check", "inspecting", "unit_discipline", 4),
    _Stage("pass_inspection", "inspecting", "approving", "office2", 6, lambda issue, day: {"outcome": "done"}),
    _Stage("close", "approving", "closed", "office_head", 3, _closed),
    _Stage("archive", "closed", "archived", "office", 180),
)  # fmt: skip


class _Record:
    """What an entry of the chain asks of a record that exists as a row only."""

    CASE_TYPE, SENSITIVE = Issue.CASE_TYPE, Issue.SENSITIVE

    def __init__(self, id_: int) -> None:
        self.id = id_


def make_issues(total: int) -> Iterator[int]:
    """So many issues with their events; yields how many were written after each batch. Commits each batch."""
    places, actors = units(), {stage.by: accounts.find(stage.by).id for stage in _PATH}
    first = (db.session.scalar(select(func.max(Issue.id))) or 0) + 1
    for start in range(0, total, BATCH):
        some = range(start, min(start + BATCH, total))
        issues, entries = [], []
        for number, code in zip(some, _codes(some, total, places), strict=True):
            issue, events = _lived(number, total, places[number * 5 % len(places)], actors)
            issues.append({**issue, "id": first + number, "code": code})
            entries += [Entry(_Record(first + number), *event) for event in events]  # type: ignore[arg-type]
        _write(issues, entries)
        yield some.stop
    _advance_ids()


def _found_on(number: int, total: int) -> date:
    return clock.today() - SPAN + timedelta(days=int((SPAN.days - 1) * (number + 1) / total))


def _codes(some: range, total: int, places: list[Unit]) -> list[str]:
    series = [
        f"WT-{_found_on(number, total).year}-{places[number * 5 % len(places)].code}" for number in some
    ]
    following = {name: numbers.next_in(name, series.count(name)) for name in dict.fromkeys(series)}
    found = []
    for name in series:
        found.append(f"{name}-{following[name]:03d}")
        following[name] += 1
    return found


def _lived(
    number: int, total: int, unit: Unit, actors: Mapping[str, int]
) -> tuple[Told, list[tuple[Any, ...]]]:
    """The issue as it stands today, and its events as the arguments of their entries."""
    found, office = _found_on(number, total), actors["office"]
    title, verbatim = issue_text(number)
    fields: Told = {
        "unit_id": unit.id, "source": tuple(words.SOURCES)[number % len(words.SOURCES)], "title": title,
        "verbatim": verbatim, "found_on": found.isoformat(), "owner_level": "department",
        "reopen_count": 0, "return_count": 0, "restricted": False, "backfilled": False,
    }  # fmt: skip
    hidden: Told = {"number": number, "graded": "serious" if number % 5 == 0 else "general"}
    at = datetime(found.year, found.month, found.day, 1, tzinfo=UTC) + timedelta(seconds=number % 20_000)
    events: list[tuple[Any, ...]] = [
        ("seed", office, {k: [None, v] for k, v in fields.items()}, (None, "draft"), {}, at)
    ]
    state, since, acted = "draft", at, {"create": [office]}
    # Every seventh takes its time, so that some are late.
    pace, now = 3 if number % 7 == 0 else 1, clock.now()
    for stage in _PATH:
        at += timedelta(days=stage.days * pace)
        if at > now:
            break
        new = stage.stamp(fields | hidden, clock.local(at).date())
        changed = {name: [fields.get(name), value] for name, value in new.items()}
        actor = actors[stage.by]
        events.append((stage.trigger, actor, changed, (stage.source, stage.target), {}, at))
        fields |= new
        acted = {**acted, stage.trigger: [actor]}
        state, since = stage.target, at if stage.target != stage.source else since
    row = _row(fields, state, since, acted, verified=len(events) > 2)
    return {**row, "created_at": events[0][-1]}, events


def _row(fields: Told, state: str, since: datetime, acted: dict[str, list[int]], *, verified: bool) -> Told:
    days = {n: date.fromisoformat(v) for n, v in fields.items() if v and n.endswith(("_on", "_original"))}
    measures, term = fields.get("measures", []), ISSUE.terms.get(state)
    done = bool(measures) and measures[0]["done_on"] is not None
    due = days.get("due_on")
    return {
        **_EMPTY, **fields, **days, "state": state, "state_since": since, "acted": acted, "version": 1, "measures": measures,
        "created_by_id": acted["create"][0], "basis": fields.get("basis", []),
        "verified_at": since if verified else None, "progress": 100 if done else 0,
        "milestone_due": None if done or not measures else due, "provisional": False,
        "step_due_on": since.date() + timedelta(days=term) if term else (due if state == "rectifying" else None),
    }  # fmt: skip


_EMPTY = dict.fromkeys((
    "severity", "rectify_type", "due_on", "due_original", "requirement", "acceptance_standard", "resp_leader_post",
    "issued_on", "received_on", "closed_on", "closure_no", "outcome",
))  # fmt: skip


def _write(issues: list[Told], entries: list[Entry]) -> None:
    connection = db.session.connection()
    connection.execute(insert(Issue.__table__), issues)  # type: ignore[arg-type]
    rows = [
        {"id": issue["id"], "pairs": indexed(issue[name] for name in SEARCHED["issue"])} for issue in issues
    ]
    connection.execute(text(writing("issue", connection.dialect.name)), rows)
    audit.append_first(entries)
    db.session.commit()


def _advance_ids() -> None:
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(text("SELECT setval('issue_id_seq', (SELECT max(id) FROM issue))"))
        db.session.commit()
