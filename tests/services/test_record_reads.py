"""Noting who opened a sensitive record, and who may read the notes, on both databases."""

from typing import Any

import pytest

from riskctl.errors import NotAllowed
from riskctl.services import record_reads
from tests.department import Department


def test_a_restricted_issue_is_noted_once_and_paged(session: Any, department: Department) -> None:
    clues = [department.issue("SK") for _ in range(2)]
    resident = department.actor("resident")
    record_reads.note(resident, clues[0])
    assert record_reads.page(resident, person="", code="") == ([], None), "nothing of it is restricted yet"
    for clue in clues:
        department.take("office", clue, "submit", not_clue=True)
        department.take("office2", clue, "transfer", reason_code="clue")
        for _ in range(2):
            record_reads.note(resident, clue)
    first, following = record_reads.page(resident, person="resident", limit=1)
    assert [(name, code) for _, name, code in first] == [(resident.name, clues[1].code)]
    second, end = record_reads.page(resident, after=following, limit=1)
    assert ([code for _, _, code in second], end) == ([clues[0].code], None)
    assert record_reads.page(resident, code=clues[0].code)[0] == second
    with pytest.raises(NotAllowed):
        record_reads.page(department.actor("post"))
