"""On whom a step falls now: the holders of roles over a case's unit, and the ladder of the step's duty."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from riskctl.errors import NotAllowed
from riskctl.ladders import Duty, Holder, rung
from riskctl.models import Case, RiskPoint, Unit
from riskctl.permissions import GRANTS, ROLE_LABELS, Actor, Permission, Role
from riskctl.services import desk
from riskctl.services.directory import directory
from riskctl.workflows.engine import AGREE, Step

_INSPECTORS = (Role.OFFICE, Role.RESIDENT, Role.AUDITOR)
_UNIT_INSPECTORS = (Role.UNIT_DISCIPLINE, Role.OFFICE)
INSPECTS = (Duty.ISSUE_INSPECT, Duty.ISSUE_INSPECT_UNIT)
# A unit's own 纪委 judges from outside the responsible section only (contract 4, owner_level).
_UNIT_ACCEPTS = frozenset(
    {Duty.ISSUE_VERIFY_UNIT, Duty.ISSUE_SIGN_UNIT, Duty.ISSUE_INSPECT_UNIT, Duty.ISSUE_CLOSE_UNIT,
     Duty.ISSUE_UNIT_CHECK}
)  # fmt: skip
# The reviews that the 纪检委员 of its branch does for a 处室.
_BRANCH_REVIEWS = frozenset({Duty.RISK_POINT_REVIEW, Duty.RISK_POINT_GRADE_LOW, Duty.ISSUE_UNIT_CHECK})


@dataclass(frozen=True)
class Waiting:
    """Whom a case waits for: one role, the people who hold it now, since when and until when."""

    role: str
    role_label: str
    users: list[dict[str, object]]
    since: datetime
    due_on: date | None


def barred(record: Case, step: Step) -> set[int]:
    """Those whom separation of duties keeps from this step, and the subject of an interview."""
    acted = record.acted or {}
    # Who filled in for a colleague (代填) stands for the proposer.
    apart = (*step.apart, "on_behalf") if step.apart else ()
    found = {user_id for trigger in apart for user_id in acted.get(trigger, ())}
    if isinstance(record, RiskPoint):
        found |= record.barred_from(step.trigger)
    subject = getattr(record, "subject_user_id", None)
    return found | ({subject} if subject else set())


class Roster:
    """The holders over one case's unit, read once for all steps of that case."""

    def __init__(self, record: Case, actor: Actor | None = None) -> None:
        self._record = record
        # Who asks, where what a step offers depends on him.
        self.actor = actor
        self._unit: Unit = record.unit
        self._directory = directory()
        self._holders = _knowing(record, self._directory.holders(self._unit))
        self._in_department = self._directory.in_department(self._unit)

    @property
    def in_department(self) -> bool:
        """Whether the unit is (part of) a 处室, which has no 纪委 of its own."""
        return self._in_department

    def assignees(self, step: Step) -> list[Holder]:
        """The people on whom the step falls now; empty when nobody is left."""
        if step.trigger == AGREE:
            return self._named(self.not_agreed())
        if step.undoes:
            return self._named((self._record.acted or {}).get(step.undoes, [])[:1])
        found = self.qualified(step)
        held = desk.desk().assignment(self._record)
        if held is None or held.duty != step.duty_for(self._record):
            return found
        # Who no longer qualifies has lost the task again: no case waits for nobody.
        return [h for h in found if h.user_id == held.to_user_id] or found

    def qualified(self, step: Step) -> list[Holder]:
        """All on whom the step could fall now, whoever of them has it."""
        return self._on(step, self._barred(step))

    def _named(self, user_ids: Collection[int]) -> list[Holder]:
        found = {holder.user_id: holder for holder in self._holders if holder.user_id in user_ids}
        return list(found.values())

    def not_agreed(self) -> list[int]:
        """Who was asked to agree and has not; whoever holds no office any more is waited for no longer."""
        asked = desk.not_agreed(self._record)
        return [user_id for user_id in asked if any(h.user_id == user_id for h in self._holders)]

    def holds(self, user_id: int, *roles: Role) -> bool:
        """Whether this person holds one of the roles over the case's unit."""
        return any(h.user_id == user_id and h.role in roles for h in self._holders)

    def countersigners(self, step: Step) -> list[Holder]:
        """Who may be asked to agree before this step counts."""
        if step.duty_for(self._record) in INSPECTS:
            return self.inspectors(step)
        out = self._barred(step)
        return [h for h in self.with_roles(step.joint) if h.user_id not in out]

    def _barred(self, step: Step) -> set[int]:
        out = barred(self._record, step)
        if self._in_department and step.duty_for(self._record) in _BRANCH_REVIEWS:
            # A 处室 has one 纪检委员 to review; what he drafted himself, 机关纪委 reviews (contract 2).
            acted = self._record.acted or {}
            out |= {user_id for trigger in ("create", "submit") for user_id in acted.get(trigger, ())}
        return out

    def _on(self, step: Step, out: Collection[int]) -> list[Holder]:
        duty = step.duty_for(self._record)
        return rung(duty, self._eligible(duty), barred=out, in_department=self._in_department)

    def _eligible(self, duty: Duty) -> list[Holder]:
        if duty in _UNIT_ACCEPTS:
            return self._outside_section()
        if duty == Duty.ISSUE_INSPECT:  # SOD-2
            return [h for h in self._holders if not self._belongs(h)]
        if duty == Duty.NOTICE_SEAL:
            # The issuer's seal-keeper; should he have left, 机关纪委.
            named = self._named([self._record.issuer.keeper_id])  # type: ignore[attr-defined]
            return named or self.with_roles((Role.OFFICE, Role.OFFICE_HEAD))
        if duty == Duty.LOOKBACK_CHECK:
            # Those who were named; should they all have left, whoever could be named in their place.
            inspectors: list[int] = getattr(self._record, "inspectors", [])
            named = [h for h in self._holders if h.user_id in inspectors]
            return named or self.outsiders()
        return self._holders

    def _outside_section(self) -> list[Holder]:
        section = getattr(self._record, "section_id", None)
        return [h for h in self._holders if section is None or h.home != section]

    def inspectors(self, step: Step) -> list[Holder]:
        """Who may be named as inspector: from outside the responsible unit (SOD-2, SOD-3), not 机关纪委书记,
        who closes; 机关纪委 first. On a unit's own ledger its 纪委 from outside the responsible section."""
        out = barred(self._record, step) | {h.user_id for h in self._holders if h.role == Role.OFFICE_HEAD}
        own = step.duty_for(self._record) == Duty.ISSUE_INSPECT_UNIT
        found = self._inspecting(out, own=own)
        if len({h.user_id for h in found}) < 2:
            # After some rounds everybody has accepted it once: past those of the last round at least, since
            # no case ever waits for nobody.
            found = self._inspecting(out - self._accepted_long_ago(), own=own)
        return found

    def _inspecting(self, out: Collection[int], *, own: bool) -> list[Holder]:
        roles = _UNIT_INSPECTORS if own else _INSPECTORS
        ranked = sorted(
            (h for h in self._outside_section() if h.role in roles and h.user_id not in out),
            key=lambda holder: roles.index(holder.role),
        )
        return ranked if own else [h for h in ranked if not self._belongs(h)]

    def _accepted_long_ago(self) -> set[int]:
        acted = self._record.acted or {}
        last = {i for name in ("pass_inspection", "accept_directly") for i in acted.get(name, ())}
        return set(acted.get("accepted_before", ())) - last

    def outsiders(self) -> list[Holder]:
        """Who may look at a closed case again: inspectors from outside the responsible unit, 机关纪委 first."""
        heads = {h.user_id for h in self._holders if h.role == Role.OFFICE_HEAD}
        found = [h for h in self.with_roles(_INSPECTORS) if h.user_id not in heads]
        return [h for h in found if not self._belongs(h)]

    def with_roles(self, roles: Sequence[Role]) -> list[Holder]:
        """Holders of these roles over the unit, in the order of the roles, without the case's subject."""
        subject = getattr(self._record, "subject_user_id", None)
        found = [h for h in self._holders if h.role in roles and h.user_id != subject]
        return sorted(found, key=lambda holder: roles.index(holder.role))

    def _belongs(self, holder: Holder) -> bool:
        # The responsible unit is the whole 处室 or 直属单位, not only its section.
        if self._unit.parent_id is None:
            return holder.home == self._unit.id
        return self._directory.is_below(holder.home, self._unit.ancestor_ids[1])

    def kept_apart(self, step: Step, actor: Actor) -> bool:
        """Whether only separation of duties keeps the actor from the step."""
        out = self._barred(step)
        if actor.user_id not in out or actor.user_id == getattr(self._record, "subject_user_id", None):
            return False
        return any(h.user_id == actor.user_id for h in self._on(step, out - {actor.user_id}))

    def waiting_for(self, step: Step) -> list[Waiting]:
        """Whom the case waits for in this step, one entry a role."""
        found: dict[Role, list[int]] = {}
        for holder in self.assignees(step):
            found.setdefault(holder.role, []).append(holder.user_id)
        names = self._directory.names
        return [
            Waiting(
                role=role,
                role_label=ROLE_LABELS[role],
                users=[{"id": i, "name": names[i]} for i in dict.fromkeys(ids)],
                since=self._record.state_since,
                due_on=self._record.step_due_on,
            )
            for role, ids in found.items()
        ]


def require(actor: Actor, roster: Roster, step: Step) -> None:
    """Refuse who may not do the step: raises NotAllowed, saying so when it is separation of duties."""
    if any(holder.user_id == actor.user_id for holder in roster.assignees(step)):
        return
    if roster.kept_apart(step, actor):
        raise NotAllowed(apart_message(step), code="separation_of_duties")
    raise NotAllowed(f"您的岗位不办理“{step.label}”", code="not_your_duty")


def apart_message(step: Step) -> str:
    """Why somebody who holds the right role must leave this step to another."""
    return f"职责分离：您已办理本事项的前序环节，“{step.label}”须由其他人员办理"


def _knowing(record: Case, holders: list[Holder]) -> list[Holder]:
    # Nobody is asked to do what he cannot see (scope.py): a draft is known to its author and to those who
    # handle drafts, one of 驻厅组 to 驻厅组 alone.
    if record.CASE_TYPE != "issue" or record.state != "draft":
        return holders
    author = record.created_by_id
    foreign = any(h.user_id == author and h.role == Role.RESIDENT for h in holders)
    handlers = frozenset({Role.RESIDENT}) if foreign else GRANTS[Permission.DRAFT_VIEW]
    return [h for h in holders if h.user_id == author or h.role in handlers]


def people(ids: Collection[int]) -> list[tuple[int, str]]:
    """Ids with names, in the order given, as the choices of an input."""
    names = directory().names
    return [(user_id, names[user_id]) for user_id in dict.fromkeys(ids) if user_id in names]
