"""The stage line of a record's page: what is done, where the case is, what lies ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from riskctl.models import Case
from riskctl.services import transitions


@dataclass(frozen=True)
class Stage:
    """One main stage on the line: done, now or ahead; when and by whom it was entered."""

    label: str
    status: str
    at: Any = None
    by: str = ""


def of(record: Case, history: Sequence[Mapping[str, Any]], users: Mapping[int, str]) -> list[Stage]:
    """The main stages that the case went through and those ahead, the present one among them."""
    workflow = transitions.KINDS[record.CASE_TYPE].workflow
    entered = {entry["to_state"]: entry for entry in history if entry["from_state"] != entry["to_state"]}
    line = list(workflow.main_line)
    if record.state not in line:
        # A state beside the main line stands after the last stage that the case went through.
        passed = [state for state in line if state in entered]
        line.insert(line.index(passed[-1]) + 1 if passed else 0, record.state)
    here = line.index(record.state)
    line = [s for n, s in enumerate(line) if n >= here or s in entered or n == 0]
    here = line.index(record.state)
    return [_stage(workflow.states[s], n - here, entered.get(s), users) for n, s in enumerate(line)]


def _stage(label: str, distance: int, entry: Mapping[str, Any] | None, users: Mapping[int, str]) -> Stage:
    status = "now" if distance == 0 else "done" if distance < 0 else "ahead"
    if entry is None or status == "ahead":
        return Stage(label, status)
    # Who decided, where he signed on paper and somebody else recorded it.
    who = entry["data"].get("paper", {}).get("approved_by") or entry["actor_id"] or 0
    return Stage(label, status, entry["at"], users.get(who, "系统"))


def loops(record: Case) -> list[tuple[str, int]]:
    """Returns and reopenings with their number."""
    counts = (("退回", getattr(record, "return_count", 0)), ("重新整改", getattr(record, "reopen_count", 0)))
    return [(label, number) for label, number in counts if number]
