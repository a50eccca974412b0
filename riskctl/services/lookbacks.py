"""复查: the items of a look-back campaign, from the draw to their result and what follows from it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Campaign, Issue, Lookback
from riskctl.services import audit, bulk, cases, deadlines, duties, numbers, rules
from riskctl.services.duties import Roster
from riskctl.services.facts import COMMON
from riskctl.services.kinds import CaseKind, Move
from riskctl.services.workdays import add_workdays
from riskctl.workflows.lookback import LOOKBACK, OPEN

# Whoever took one of these steps of the issue answers for its acceptance ("谁验收、谁负责").
_ACCEPTING = ("pass_inspection", "accept_directly", "conclude", "record_done", "close", "accepted_before")
_CLOSED = ("closed", "archived")


def make(move: Move, campaign: Campaign, issues: Sequence[Issue], loads: dict[int, int]) -> None:
    """Items for these drawn issues, each with the two inspectors who have fewest so far; `loads` counts
    them. Who accepted an issue, or belongs to its unit, does not look at it again. No commit."""
    year = move.today.year
    first = numbers.next_in(f"FC-{year}", len(issues))
    made = [
        _item(move, campaign, issue, code=f"FC-{year}-{first + n:04d}", loads=loads)
        for n, issue in enumerate(issues)
    ]
    bulk.insert_cases(made)
    audit.append_founding(made, trigger="create", actor_id=move.actor.user_id)


def _item(move: Move, campaign: Campaign, issue: Issue, *, code: str, loads: dict[int, int]) -> Lookback:
    chosen = sorted(eligible(issue), key=lambda user_id: loads.get(user_id, 0))[:2]
    enough = len(chosen) == 2
    for user_id in chosen if enough else ():
        loads[user_id] = loads.get(user_id, 0) + 1
    item = Lookback(
        code=code, state="assigned" if enough else LOOKBACK.initial, campaign_id=campaign.id, issue_id=issue.id,
        unit_id=issue.unit_id, inspectors=chosen if enough else [], check_due=campaign.check_due,
        created_by_id=move.actor.user_id,
        acted={"accepted": _accepted(issue), "create": [move.actor.user_id]},
    )  # fmt: skip
    term = LOOKBACK.terms.get(item.state)
    cases.time_step(item, move.today, term=term, fixed=campaign.check_due if enough else None)
    return item


def _accepted(issue: Issue) -> list[int]:
    acted = issue.acted or {}
    return list(dict.fromkeys(user_id for trigger in _ACCEPTING for user_id in acted.get(trigger, ())))


def eligible(issue: Issue) -> list[int]:
    """Ids of those who may look at it again: from outside its unit, and none who accepted it."""
    out = _accepted(issue)
    found = [h.user_id for h in Roster(issue).outsiders() if h.user_id not in out]
    return list(dict.fromkeys(found))


def standing(issue: Issue) -> str | None:
    """What its look-back says of an issue since it was last closed: "open" while it runs, else its result;
    None if it was not drawn."""
    query = select(Lookback).where(Lookback.issue_id == issue.id).order_by(Lookback.id.desc()).limit(1)
    found = db.session.scalars(query).first()
    if found is None or found.state == "dropped":
        return None
    if found.state in OPEN:
        return "open"
    if issue.closed_on is None or found.created_on < issue.closed_on:
        return None
    # What was left to be done is done and was looked at.
    return "consolidated" if found.result == "partial" else found.result


def check_default(*_about: Any) -> date:
    """The day by which an item is ordinarily checked."""
    return add_workdays(clock.today(), rules.value("lookback_term")).on


# --- effects --------------------------------------------------------------------------------------


def _checked(move: Move) -> None:
    item, given = move.record, move.data
    item.answers = [
        {"question": question["text"], "answer": given[f"answer_{number}"]}
        for number, question in enumerate(item.questions, 1)
    ]
    partial = item.result == "partial"
    item.supplement = (item.supplement or item.finding) if partial else None
    term = add_workdays(move.today, rules.value("supplement_term")).on
    item.supplement_due = (item.supplement_due or term) if partial else None


def _rechecked(move: Move) -> None:
    item = move.record
    item.result = item.finding = item.checked_on = None
    item.answers = []


def _reopened(move: Move) -> None:
    move.record.reopened_on = move.today


def _reopen_issue(move: Move) -> None:
    """The issue itself, unless it was its own 重新整改 that settled the item."""
    if move.record.issue.state in _CLOSED:
        move.inner(move.record.issue, "reopen", dict(move.data))


def settle(move: Move) -> None:
    """重新整改 pressed on the issue's own page settles the item that asked for it."""
    query = select(Lookback).where(Lookback.issue_id == move.record.id, Lookback.state == "rebounded")
    for item in db.session.scalars(query):
        move.inner(item, "reopen", {})


def erase(move: Move) -> None:
    """移送 of the issue erases what its look-backs say of it, behind the digests too."""
    for item in db.session.scalars(select(Lookback).where(Lookback.issue_id == move.record.id)):
        before = audit.snapshot(item)
        item.finding = item.supplement = item.supplement_report = None
        item.answers = []
        db.session.flush()
        audit.append(item, trigger="erase", actor_id=move.actor.user_id, before=before, from_state=item.state)
        audit.erase("lookback", item.id)


def _due_in(item: Lookback) -> date | None:
    if item.state == "assigned":
        return item.check_due
    return item.supplement_due if item.state == "supplementing" else None


KIND = CaseKind(
    model=Lookback,
    workflow=LOOKBACK,
    effects={"check": _checked, "return_check": _rechecked, "reopen": _reopened},
    follow_ups={"reopen": _reopen_issue},
    facts={
        **COMMON,
        "inspectors": lambda item, roster: duties.people(eligible(item.issue)),
        "check_default": check_default,
        # What 重新整改 of the issue itself would propose.
        "due_default": lambda item, roster: (
            add_workdays(clock.today(), deadlines.rectify_term(item.issue)).on
        ),
        "issue_closed": lambda item, roster: item.issue.state in _CLOSED,
    },
    due_in=_due_in,
    restarts=frozenset({"assign"}),
)
