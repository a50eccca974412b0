"""Somebody who knows nothing of the office: fills in exactly what an allowed action asks for, and goes on.

What he cannot do, no page and no program can: an allowed action that fails here asks for something that
stands neither in its inputs nor in its reasons.
"""

import io
import random
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import time_machine
from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Case, Issue, RiskPoint, Unit, User
from riskctl.permissions import Actor, Role
from riskctl.services import accounts, attachments, ledgers, transitions
from riskctl.services.duties import Roster
from riskctl.services.transitions import KINDS, Action, CaseRef
from riskctl.workflows.engine import Input
from riskctl.workflows.issue import SETTLED

MONDAY = datetime(2026, 3, 2, 1, tzinfo=clock.now().tzinfo)
TYPES = frozenset(
    {"text", "date", "datetime", "integer", "decimal", "boolean", "choice", "user", "users", "unit", "attachments",
     "list"}
)  # fmt: skip


class Robot:
    """Works cases at random, but always the same way for the same seed. Lets days pass when it must wait."""

    def __init__(self, seed: int, traveller: time_machine.Traveller, seen: Counter[str]) -> None:
        self._random = random.Random(seed)
        self._traveller = traveller
        self._thorough = seed % 4 == 3  # fills in what is optional too
        self._seen = seen
        self._actors: dict[int, Actor] = {}
        self.taken: list[str] = []

    def work(self, record: Case, steps: int, detours: int, until: Collection[str] = ()) -> None:
        """Take steps until the case is over; `detours` of them may be ones that the case does not wait for."""
        workflow = KINDS[record.CASE_TYPE].workflow
        waited = 0
        while record.state not in {*workflow.final, *until} and len(self.taken) < steps:
            self._expect_somebody(record)
            found = self._allowed(record, detours > 0 or record.state in workflow.kept)
            if not found:
                waited += 1
                self._settle_issues(record)
                if waited == 20 and record.state == "inspecting":
                    self._add_inspectors()
                assert waited < 400, f"{record.CASE_TYPE} is stuck in {record.state} after {self.taken}"
                self._traveller.shift(timedelta(days=1))
                continue
            actor, action = found
            waited, detours = 0, detours - (not action.awaited)
            self._take(actor, record, action)

    def _add_inspectors(self) -> None:
        """A case reopened again and again goes past all who accepted it: 安全管理员 adds two, as the page says."""
        root = db.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).one()
        for number in range(2):
            user, _ = accounts.create_user(
                username=f"added{number}-{len(self.taken)}", name="增补验收人", unit=root
            )
            accounts.grant(user, Role.OFFICE, root)
        db.session.commit()

    def _expect_somebody(self, record: Case) -> None:
        waiting = transitions.waits_for(record)
        assert waiting, f"{record.CASE_TYPE} in {record.state} waits for nobody after {self.taken}"
        for user in (user for entry in waiting for user in entry.users):
            actor = self._actor(int(str(user["id"])))
            seen = ledgers.is_visible(actor, record.CASE_TYPE, record.id)
            assert seen, f"{record.CASE_TYPE} in {record.state} waits for {user['name']}, who cannot see it"

    def _allowed(self, record: Case, detour: bool) -> tuple[Actor, Action] | None:
        roster = Roster(record)
        steps = KINDS[record.CASE_TYPE].steps(record)
        holders = {holder.user_id for step in steps for holder in roster.assignees(step)}
        ends = {
            s.trigger for s in steps if s.target in KINDS[record.CASE_TYPE].workflow.final and not s.awaited
        }
        found = [
            (actor, action)
            for actor in (self._actor(user_id) for user_id in sorted(holders))
            for action in transitions.available(actor, record)
            # 长期坚持 waits for its quarters' reports until the yearly evaluation ends it.
            if action.allowed
            and (action.awaited or action.trigger == "conclude" or (detour and action.trigger not in ends))
        ]
        # What was taken least before, so that few walks see everything.
        least = min((self._seen[action.trigger] for _, action in found), default=0)
        found = [pair for pair in found if self._seen[pair[1].trigger] == least]
        return self._random.choice(found) if found else None

    def _settle_issues(self, record: Case) -> None:
        """A risk point in rectification waits for its issues."""
        if isinstance(record, RiskPoint):
            linked = select(Issue).where(
                Issue.risk_points.any(RiskPoint.id == record.id), Issue.state.not_in(SETTLED)
            )
            for issue in db.session.scalars(linked).all():
                Robot(self._random.randrange(100), self._traveller, Counter()).work(
                    issue, steps=60, detours=0
                )

    def _take(self, actor: Actor, record: Case, action: Action) -> None:
        data = {
            item.name: self.fill(actor, item) for item in action.inputs if item.required or self._thorough
        }
        ref, before = CaseRef(record.CASE_TYPE, record.id), record.version
        transitions.fire(actor, ref, action.trigger, data, version=record.version)
        assert record.version > before
        self.taken.append(action.trigger)
        self._seen[action.trigger] += 1

    def _actor(self, user_id: int) -> Actor:
        if user_id not in self._actors:
            self._actors[user_id] = accounts.actor_of(db.session.get_one(User, user_id))
        return self._actors[user_id]

    def fill(self, actor: Actor, item: Input) -> Any:
        """A value that the description of the input allows, as JSON carries it."""
        assert item.type in TYPES, item
        assert item.label, item
        fill = getattr(self, f"_{item.type}")
        return fill(item, actor) if item.type in ("attachments", "list") else fill(item)

    def _text(self, item: Input) -> str:
        return "依规办理"[: item.max_length]

    def _date(self, item: Input) -> str:
        low = item.min or (item.max or clock.today()) - timedelta(days=3)
        high = item.max or low + timedelta(days=20)
        assert low <= high, f"no day is allowed: {item}"
        assert item.default is None or low <= item.default, f"the default is not allowed: {item}"
        days: list[date] = [low, high, *([item.default] if item.default else [])]
        return self._random.choice(days).isoformat()

    def _datetime(self, item: Input) -> str:
        moment: datetime = item.default or item.max or item.min
        return moment.isoformat()

    def _boolean(self, item: Input) -> bool:
        return True

    def _integer(self, item: Input) -> int:
        return int(item.min or item.max or 1)

    _decimal = _integer

    def _choice(self, item: Input) -> Any:
        assert item.choices, f"nothing to choose from: {item}"
        return self._random.choice(item.choices)[0]

    _user = _unit = _choice

    def _users(self, item: Input) -> list[int]:
        ids: Sequence[int] = [value for value, _ in item.choices]
        return self._random.sample(ids, item.min_items or 1)

    def _attachments(self, item: Input, actor: Actor) -> list[int]:
        stored = attachments.store(actor.user_id, "佐证.pdf", io.BytesIO(b"%PDF-1.7\n%%EOF\n"))
        return [stored.id] * (item.min_items or 1)

    def _list(self, item: Input, actor: Actor) -> list[dict[str, Any]]:
        assert item.fields, f"a list without fields: {item}"
        row = {part.name: self.fill(actor, part) for part in item.fields if part.required or self._thorough}
        return [row] * (item.min_items or 1)
