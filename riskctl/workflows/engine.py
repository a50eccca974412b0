"""Steps and workflows: a table of rows is the law; `transitions` fires it. Pure: no I/O.

A record is any object with a `state` attribute. Guards are ours and not the library's conditions: a
false condition there returns False in silence and loses the reason.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from transitions import Machine

from riskctl.errors import NotFromHere, Reason
from riskctl.ladders import Duty
from riskctl.permissions import Role

# Rows that every table has where its own rows say so (`joint`, `returnable`).
AGREE, TAKE_BACK = "agree", "take_back"

Record = Any
Facts = Mapping[str, Any]
Data = Mapping[str, Any]
Blocker = Callable[[Record, Facts], Reason | None]
Check = Callable[[Record, Data, Facts], Reason | None]


@dataclass(frozen=True)
class Input:
    """One thing that a step collects; see contract section 3 for the types."""

    name: str
    label: str
    type: str = "text"
    required: bool = True
    choices: tuple[tuple[Any, str], ...] = ()
    default: Any = None
    min: Any = None
    max: Any = None
    min_items: int | None = None
    max_length: int = 4000
    fields: tuple["Input", ...] = ()
    hint: str = ""


Inputs = Callable[[Record, Facts], Iterable[Input]]


@dataclass(frozen=True)
class Step:
    """One row of a workflow table. `target` None keeps the state; `when` chooses among rows of one trigger.

    `apart` names the triggers whose actors may not do this step (separation of duties); `awaited` says
    that the case waits for this step in its source states.

    `returnable`: who took it may take it back while nobody has acted on it; never where a follow-up cannot
    be undone. `by_paper`: a leader may sign it on paper, and the actors of the triggers named, who proposed
    it, may not record that. `joint`: holders of these roles may be asked to agree first (会签). `proxied`: a
    纪检委员 may do it for a colleague without an account (代填). `undoes` is for rows of `take_back` alone.
    """

    trigger: str
    sources: tuple[str, ...]
    target: str | None
    label: str
    duty: Duty | Callable[[Record], Duty]
    inputs: tuple[Input | Inputs, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    checks: tuple[Check, ...] = ()
    when: Callable[[Record], bool] | None = None
    apart: tuple[str, ...] = ()
    awaited: bool = False
    backward: bool = False
    returnable: bool = False
    by_paper: tuple[str, ...] = ()
    joint: tuple[Role, ...] = ()
    proxied: bool = False
    undoes: str = ""

    def duty_for(self, record: Record) -> Duty:
        """The duty on which this step falls for this record."""
        return self.duty if isinstance(self.duty, Duty) else self.duty(record)

    def inputs_for(self, record: Record, facts: Facts) -> list[Input]:
        """What this step collects for this record, in the order of the form."""
        found: list[Input] = []
        for part in self.inputs:
            found.extend([part] if isinstance(part, Input) else part(record, facts))
        return found

    def blocked_by(self, record: Record, facts: Facts) -> list[Reason]:
        """Every reason that stands against the step whatever is filled in."""
        found = [reason for blocker in self.blockers if (reason := blocker(record, facts))]
        if self.joint and facts["not_agreed"]:
            found.append(Reason("not_agreed", f"会签未完成，尚待同意：{'、'.join(facts['not_agreed'])}"))
        return found

    def objections(self, record: Record, data: Data, facts: Facts) -> list[Reason]:
        """Every reason that stands against what was filled in."""
        return [reason for check in self.checks if (reason := check(record, data, facts))]


@dataclass(frozen=True)
class Workflow:
    """A table of steps over named states, with what else depends on the state alone.

    `terms` are working days that a state should last; `editable` the fields that may still be changed,
    `corrections` those that only 机关纪委 changes in that state, and only with a reason. `kept` names, for
    a state in which a case rests and no step is awaited, the step of those who keep it meanwhile.
    """

    name: str
    label: str
    initial: str
    states: Mapping[str, str]
    final: frozenset[str]
    main_line: tuple[str, ...]
    steps: tuple[Step, ...]
    terms: Mapping[str, int] = field(default_factory=dict)
    editable: Mapping[str, frozenset[str]] = field(default_factory=dict)
    corrections: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    machine: Machine = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", (*self.steps, *_general(self.steps)))
        object.__setattr__(self, "machine", _machine(self))

    def leaving(self, record: Record) -> list[Step]:
        """The steps that leave the record's state, one for each trigger, in table order."""
        return [
            step
            for step in self.steps
            if record.state in step.sources and (step.when is None or step.when(record))
        ]

    def step(self, record: Record, trigger: str) -> Step:
        """The row for this trigger from the record's state; raises NotFromHere."""
        for step in self.leaving(record):
            if step.trigger == trigger:
                return step
        known = {step.trigger: step.label for step in self.steps}
        label = self.states[record.state]
        if trigger not in known:
            raise NotFromHere(f"没有“{trigger}”这个步骤", code="unknown_trigger")
        raise NotFromHere(f"现处于“{label}”，不能办理“{known[trigger]}”", code="not_from_here")

    def fire(self, record: Record, step: Step) -> None:
        """Move the record along the row; raises NotFromHere when the machine does not move it."""
        if not self.machine.events[step.trigger].trigger(record):
            raise NotFromHere(f"“{step.label}”没有执行", code="not_fired")


_OPINION = Input("opinion", "意见", required=False, max_length=1000)
_WHY = Input("reason", "取回原因", required=False, max_length=1000)


def _general(steps: tuple[Step, ...]) -> list[Step]:
    # 同意 in every state that a joint step leaves, 取回 from where a returnable step led to.
    found: dict[str, Step] = {}
    for step in steps:
        for source in step.sources if step.joint else ():
            found.setdefault(source, Step(AGREE, (source,), None, "同意", step.duty, inputs=(_OPINION,)))
    taken = [_taking_back(step) for step in steps if step.returnable]
    return [*found.values(), *taken]


def _taking_back(step: Step) -> Step:
    def came_from_it(record: Record) -> bool:
        return next(reversed(getattr(record, "acted", None) or {}), "") == step.trigger

    return Step(
        TAKE_BACK, (step.target or "",), step.sources[0], "取回", step.duty,
        inputs=(_WHY,), blockers=(_untouched,), when=came_from_it, undoes=step.trigger,
    )  # fmt: skip


def _untouched(record: Record, facts: Facts) -> Reason | None:
    return Reason("acted_on", facts["touched"]) if facts["touched"] else None


def _machine(workflow: Workflow) -> Machine:
    # model=None and initial=None: add_model() on a database row would overwrite its stored state.
    machine = Machine(
        model=None,
        states=list(workflow.states),
        initial=None,
        auto_transitions=False,
        send_event=True,
    )
    for step in workflow.steps:
        machine.add_transition(
            step.trigger, list(step.sources), step.target or "=", conditions=_condition(step)
        )
    return machine


def _condition(step: Step) -> Any:
    when = step.when
    return [] if when is None else [lambda event: bool(when(event.model))]


def mermaid(workflow: Workflow) -> str:
    """The workflow as a mermaid state diagram with Chinese labels."""
    lines = ["stateDiagram-v2", f"    [*] --> {workflow.initial}"]
    lines += [f"    {state}: {label}" for state, label in workflow.states.items()]
    for step in workflow.steps:
        for source in step.sources:
            lines.append(f"    {source} --> {step.target or source}: {step.label}")
    lines += [f"    {state} --> [*]" for state in workflow.states if state in workflow.final]
    # Rows that differ by what they ask for only are one arrow.
    return "\n".join(dict.fromkeys(lines)) + "\n"
