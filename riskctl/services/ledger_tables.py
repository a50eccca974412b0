"""What the lists of each kind of case rest on: its table, what it may be sorted by, what it calls its day."""

from collections.abc import Mapping
from typing import Any

from riskctl.models import (
    AnnualReview,
    Campaign,
    Extension,
    Interview,
    Issue,
    Lookback,
    Notice,
    RiskPoint,
    RiskWarning,
    SelfCheck,
)
from riskctl.workflows import dictionaries as words, interview, issue, risk_point
from riskctl.workflows.colours import ORDER

MODELS: Mapping[str, type[Any]] = {
    "issue": Issue, "risk_point": RiskPoint, "interview": Interview, "notice": Notice, "campaign": Campaign,
    "lookback": Lookback, "self_check": SelfCheck, "extension": Extension, "annual_review": AnnualReview,
    "warning": RiskWarning,
}  # fmt: skip
# What a list may be sorted by, beside due_on as its kind calls it. "-" before the name turns it round.
SORTS: Mapping[str, tuple[str, ...]] = {
    "issue": (
        "id",
        "code",
        "due_on",
        "step_due_on",
        "found_on",
        "severity",
        "colour",
        "state",
        "unit_id",
        "due_original",
        "issued_on",
        "closed_on",
        "amount_involved",
        "amount_recovered",
    ),
    "risk_point": (
        "id",
        "code",
        "review_due",
        "step_due_on",
        "level",
        "colour",
        "state",
        "unit_id",
        "category",
        "identified_on",
    ),
    "interview": ("id", "code", "scheduled_at", "step_due_on", "colour", "state", "unit_id", "kind"),
    "notice": ("id", "code", "issued_on", "step_due_on", "colour"),
    "extension": ("id", "code", "due_asked", "step_due_on", "colour"),
    "annual_review": ("id", "code", "due_on", "step_due_on", "colour"),
    "campaign": ("id", "code", "step_due_on", "colour"),
    "lookback": ("id", "code", "step_due_on", "colour"),
    "self_check": ("id", "code", "step_due_on", "colour"),
    "warning": ("id", "code", "reply_due", "step_due_on", "colour"),
}
# Words that are sorted by their weight, the lightest first, or in the order of their dictionary, and not by
# their letters.
_WEIGHTS: Mapping[str, tuple[str, ...]] = {
    "level": ("low", "medium", "high"), "severity": ("general", "serious", "grave"), "colour": ORDER,
    "category": tuple(words.CATEGORIES), "kind": tuple(words.INTERVIEW_KINDS),
}  # fmt: skip
# A state is sorted by how far it is along the workflow.
_STATES = {"issue": issue.STATES, "risk_point": risk_point.STATES, "interview": interview.STATES}


def weights(case_type: str, name: str) -> tuple[str, ...]:
    """The values of a column in the order in which people sort them; none where the column sorts by itself."""
    return tuple(_STATES[case_type]) if name == "state" else _WEIGHTS.get(name, ())


# What each kind calls the day by which it is due.
DUE = {
    "issue": "due_on", "risk_point": "review_due", "interview": "report_due", "notice": "reply_due",
    "extension": "due_asked", "annual_review": "due_on",
    "campaign": "check_due", "lookback": "check_due", "self_check": "answer_due",
    "warning": "reply_due",
}  # fmt: skip
# States in which nothing runs late any more.
OVER = {
    "issue": ("closed", "archived", "void", "transferred", "sustaining"),
    "risk_point": ("cancelled", "void"),
    "interview": ("archived", "cancelled"),
    "notice": ("archived", "withdrawn", "replied"),
    "extension": ("approved", "rejected", "withdrawn"),
    "annual_review": ("countersigned",),
    "campaign": ("closed", "cancelled"),
    "lookback": ("done", "dropped"),
    "self_check": ("accepted", "withdrawn"),
    "warning": ("replied", "lifted", "confirmed", "void"),
}
# Kinds too few to need a text index.
PLAIN_TEXTS: Mapping[str, tuple[str, ...]] = {
    "campaign": ("code", "title"), "lookback": ("code",), "self_check": ("code", "title"),
}  # fmt: skip
