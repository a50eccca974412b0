"""The colour table row by row, against domain 3.6 written out by hand; no database."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from riskctl.workflows import colours
from riskctl.workflows.colours import TABLES, worst
from riskctl.workflows.dictionaries import COLOURS

# A Wednesday without days off near it; the marks as working days give them.
TODAY = date(2026, 11, 25)
MARKS = {
    "late": date(2026, 11, 25), "very_late": date(2026, 11, 11), "in_one": date(2026, 11, 26),
    "in_five": date(2026, 12, 3), "in_ten": date(2026, 12, 10),
}  # fmt: skip
FAR, TEN, FIVE, NOW = date(2027, 3, 1), date(2026, 12, 9), date(2026, 12, 2), TODAY
LATE, TEN_LATE, ELEVEN_LATE = date(2026, 11, 24), date(2026, 11, 11), date(2026, 11, 10)


def _issue(**changes: Any) -> Any:
    fields = {
        "state": "rectifying", "due_on": FAR, "first_due": FAR, "step_due_on": FAR, "milestone_due": FAR,
        "evaluation_due": None, "progress": 0, "return_count": 0, "reopen_count": 0, "sham_found_on": None,
    }  # fmt: skip
    return SimpleNamespace(CASE_TYPE="issue", **{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "colour"),
    [
        ({}, "green"),
        ({"due_on": None, "milestone_due": None, "step_due_on": None}, "green"),
        ({"due_on": TEN}, "blue"),
        ({"milestone_due": NOW}, "blue"),
        ({"state": "unit_check", "step_due_on": LATE}, "blue"),
        ({"due_on": FIVE, "progress": 80}, "blue"),
        ({"due_on": FIVE, "progress": 79}, "yellow"),
        ({"milestone_due": LATE}, "yellow"),
        ({"milestone_due": LATE, "state": "unit_check"}, "green"),
        ({"state": "planning", "step_due_on": LATE}, "yellow"),
        ({"state": "issued", "step_due_on": LATE}, "yellow"),
        ({"due_on": LATE, "progress": 100}, "orange"),
        ({"due_on": TEN_LATE}, "orange"),
        ({"return_count": 2}, "orange"),
        ({"due_on": ELEVEN_LATE}, "red"),
        ({"return_count": 3}, "red"),
        ({"reopen_count": 1}, "green"),
        ({"reopen_count": 2}, "red"),
        ({"sham_found_on": LATE}, "red"),
        # A term that nobody ordered yet binds nobody, and one that was met no longer does.
        ({"state": "verifying", "due_on": ELEVEN_LATE}, "green"),
        ({"state": "approving", "due_on": ELEVEN_LATE}, "green"),
        ({"state": "closed", "due_on": ELEVEN_LATE, "sham_found_on": LATE}, None),
    ],
)
def test_a_running_issue(changes: dict[str, Any], colour: str | None) -> None:
    row = worst(_issue(**changes), MARKS)
    assert (row.colour if row else None) == colour


@pytest.mark.parametrize(
    ("step_due_on", "evaluation_due", "colour"),
    [
        (FAR, FAR, "green"),
        (TEN, FAR, "blue"),
        (FAR, TEN, "blue"),
        (LATE, FAR, "yellow"),
        (TEN_LATE, FAR, "yellow"),
        (ELEVEN_LATE, FAR, "orange"),
        (FAR, LATE, "orange"),
        (FAR, ELEVEN_LATE, "red"),
    ],
)
def test_what_is_sustained(step_due_on: date, evaluation_due: date, colour: str) -> None:
    # Its term was met long ago, and no longer says anything.
    issue = _issue(
        state="sustaining", due_on=ELEVEN_LATE, step_due_on=step_due_on, evaluation_due=evaluation_due
    )
    row = worst(issue, MARKS)
    assert row is not None
    assert row.colour == colour


def test_the_original_date_can_be_read_instead() -> None:
    issue = _issue(due_on=FAR, first_due=LATE)
    row = worst(issue, MARKS, instead={"due_on": "first_due"})
    assert row is not None
    assert (row.colour, row.why) == ("orange", "已逾期")


@pytest.mark.parametrize(
    ("kind", "fields", "colour"),
    [
        ("risk_point", {"state": "active", "review_due": FAR, "step_due_on": LATE}, "green"),
        ("risk_point", {"state": "active", "review_due": TEN}, "blue"),
        ("risk_point", {"state": "active", "review_due": ELEVEN_LATE}, "yellow"),
        ("risk_point", {"state": "review", "step_due_on": LATE}, "orange"),
        ("risk_point", {"state": "cancelled", "review_due": LATE}, None),
        ("interview", {"state": "signed", "report_due": ELEVEN_LATE}, "red"),
        ("interview", {"state": "followed_up", "report_due": ELEVEN_LATE, "step_due_on": TEN}, "blue"),
        ("notice", {"state": "received", "reply_due": LATE, "reply_waived": False}, "orange"),
        ("notice", {"state": "received", "reply_due": LATE, "reply_waived": True}, "green"),
        ("risk_point", {"state": "active", "self_check_due": LATE}, "yellow"),
        ("risk_point", {"state": "warned", "inspection_due": LATE, "step_due_on": FAR}, "yellow"),
        ("risk_point", {"state": "review", "inspection_due": LATE}, "green"),
        ("warning", {"state": "lifted", "colour": "red", "step_due_on": FAR}, "red"),
        # A kind that has no table goes by its step.
        ("something", {"state": "open", "step_due_on": LATE}, "orange"),
        ("something", {"state": "open", "step_due_on": FAR}, "green"),
        ("something", {"state": "over", "step_due_on": None}, None),
    ],
)
def test_other_kinds(kind: str, fields: dict[str, Any], colour: str | None) -> None:
    unset = dict.fromkeys(
        (
            "step_due_on",
            "review_due",
            "report_due",
            "reply_due",
            "reply_waived",
            "self_check_due",
            "inspection_due",
        )
    )
    row = worst(SimpleNamespace(CASE_TYPE=kind, **{**unset, **fields}), MARKS)
    assert (row.colour if row else None) == colour


def test_every_table_is_sorted_worst_first() -> None:
    assert tuple(COLOURS) == colours.ORDER
    for table in (*TABLES.values(), colours.BY_STEP):
        places = [colours.ORDER.index(row.colour) for row in table.rows]
        assert places == sorted(places, reverse=True)
