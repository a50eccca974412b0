"""What the letters tell that are about a unit as a whole, with a record or without one."""

from typing import Any

from riskctl.models import Notice
from riskctl.workflows import dictionaries as words


def _suggestion(notice: Notice) -> dict[str, Any]:
    return {"suggestion": words.SUGGESTIONS.get(notice.parts.get("suggestion", ""), "××建议")}


def _reminder(notice: Notice) -> dict[str, Any]:
    return {"person": notice.interview_id is not None}


def _evaluation(notice: Notice) -> dict[str, Any]:
    issued, returned = notice.parts.get("issued") or 0, notice.parts.get("returned") or 0
    share = f"{returned * 100 / issued:.1f}".removesuffix(".0") if issued else "××"
    return {"rate": f"{share}%", "answer_asked": notice.rectify_due is not None}


FACTS = {
    "inspection_suggestion": _suggestion,
    "reminder_letter": _reminder,
    "evaluation_report": _evaluation,
}
