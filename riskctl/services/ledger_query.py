"""What a list is asked for: the value that the edges build, saved views keep, and exports take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Query:
    """What a list is asked for.

    `equal` holds column filters such as state or level, several values each; `between` the lowest and the
    highest value of a column, either of them None; `holds` what is true or false of a case and is no column
    of it (`ledger_conditions.HOLDS`); `figure` names a number of a report whose rows are meant
    (`statistics/behind.py`)."""

    equal: Mapping[str, list[Any]] = field(default_factory=dict)
    between: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    holds: Mapping[str, bool] = field(default_factory=dict)
    unit: int | None = None
    q: str = ""
    due_before: date | None = None
    overdue: bool | None = None
    linked: Mapping[str, int] = field(default_factory=dict)
    figure: str = ""
    sort: str = "-id"
    limit: int = 50
    after: str | None = None
