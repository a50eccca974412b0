"""What each document tells, as plain data: from the records that a paper is about to what its template reads."""

from collections.abc import Callable, Mapping
from typing import Any

from riskctl.models import Notice
from riskctl.services.document_facts import interviews, issues, notices, points, units

# By the code of the document; JSON only, days in ISO form. One that is not here tells nothing of its own.
FACTS: Mapping[str, Callable[[Notice], dict[str, Any]]] = {
    **issues.FACTS, **points.FACTS, **interviews.FACTS, **units.FACTS, **notices.FACTS,
}  # fmt: skip
