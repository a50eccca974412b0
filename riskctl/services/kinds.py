"""What a kind of case brings to the one engine: its model, table, effects, follow-ups and facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from riskctl import clock
from riskctl.models import Case
from riskctl.permissions import Actor
from riskctl.services.duties import Roster
from riskctl.workflows.engine import Step, Workflow


@dataclass(frozen=True)
class Paper:
    """纸质审批: a leader signed on paper; the actor of the step is he, somebody else recorded it."""

    approver: Actor
    on: date
    attachment_id: int
    recorder_id: int
    # The number of the 会议纪要 by which a meeting approved it.
    minutes: str | None = None


@dataclass
class Move:
    """One step being taken. `inner` takes a step of a linked record in the same transaction, without a
    second permission check: the fact is entered once."""

    record: Any
    actor: Actor
    trigger: str
    data: dict[str, Any]
    inner: Callable[[Case, str, dict[str, Any]], None]
    now: datetime
    paper: Paper | None = None

    @property
    def happened_on(self) -> date:
        """The day on which the step was decided: that of the paper, else today."""
        return self.paper.on if self.paper else self.today

    @property
    def today(self) -> date:
        """The office's day of this step."""
        return clock.local(self.now).date()


Effect = Callable[[Move], None]
Provider = Callable[[Any, Roster], Any]


class Facts(dict[str, Any]):
    """What guards and inputs may ask, looked up on first use, so that nobody pays for what he does not ask."""

    def __init__(self, record: Case, roster: Roster, providers: Mapping[str, Provider]) -> None:
        super().__init__()
        self._record, self._roster, self._providers = record, roster, providers

    def __missing__(self, key: str) -> Any:
        self[key] = self._providers[key](self._record, self._roster)
        return self[key]


@dataclass(frozen=True)
class CaseKind:
    """Effects stamp the record before it moves; follow-ups act on linked records after it moved."""

    model: type[Any]
    workflow: Workflow
    effects: Mapping[str, Effect]
    follow_ups: Mapping[str, Effect]
    facts: Mapping[str, Provider]
    # Steps that keep the state but start its clock anew.
    restarts: frozenset[str] = frozenset()
    # Whether the next step is taken along by that of a linked record, so that nobody is asked twice.
    carried: Callable[[Any], bool] = lambda record: False
    # The day by which a state should be left where that is not a fixed term.
    due_in: Callable[[Any], date | None] = lambda record: None
    # The column whose day `due_from` and `due_term` count (cases.count_due), and what else follows from it
    # when a new calendar moves the record's dates.
    counted: str | None = None
    recounted: Callable[[Any], None] = lambda record: None

    def facts_for(self, record: Case, roster: Roster) -> Facts:
        """The facts about one record, each looked up at most once."""
        return Facts(record, roster, self.facts)

    def steps(self, record: Case) -> list[Step]:
        """The rows that leave the record's state."""
        return self.workflow.leaving(record)
