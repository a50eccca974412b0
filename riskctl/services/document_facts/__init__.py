"""What each document tells, as plain data: from the records that a paper is about to what its template reads."""

from collections.abc import Callable, Mapping
from typing import Any

from riskctl.models import Notice
from riskctl.services.document_facts import (
    closure_forms,
    interview_forms,
    interviews,
    issue_forms,
    issues,
    ledger_rows,
    notice_forms,
    notices,
    point_forms,
    points,
    unit_forms,
    units,
)

_SUBJECTS = (
    issues, points, interviews, units, notices, issue_forms, closure_forms, interview_forms, point_forms, notice_forms,
    unit_forms, ledger_rows,
)  # fmt: skip
# By the code of the document; JSON only, days in ISO form. One that is not here tells nothing of its own.
FACTS: Mapping[str, Callable[[Notice], dict[str, Any]]] = {
    code: facts for subject in _SUBJECTS for code, facts in subject.FACTS.items()
}
