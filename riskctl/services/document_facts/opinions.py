"""Who did which step of a case, when and in which words: what the columns of a form print beside the blank for the
signature."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Case, RoleGrant, User
from riskctl.permissions import Role
from riskctl.services import audit
from riskctl.services.audit import EventView
from riskctl.workflows.annual_review import ANNUAL_REVIEW
from riskctl.workflows.engine import AGREE
from riskctl.workflows.extension import EXTENSION
from riskctl.workflows.interview import INTERVIEW
from riskctl.workflows.issue import ISSUE
from riskctl.workflows.lookback import LOOKBACK
from riskctl.workflows.notice import NOTICE
from riskctl.workflows.risk_point import RISK_POINT

# What a step's own words are called.
_WORDS = ("opinion", "finding", "self_check", "evaluation", "result", "reason")

_WORKFLOWS = {
    workflow.name: workflow
    for workflow in (ISSUE, EXTENSION, INTERVIEW, RISK_POINT, LOOKBACK, ANNUAL_REVIEW, NOTICE)
}


class Acts:
    """The steps taken of a case, the latest of each kind, since its last step of `since`."""

    def __init__(self, record: Case, since: Iterable[str] = ()) -> None:
        views = audit.history(record.CASE_TYPE, record.id, limit=None)
        begun = [n for n, view in enumerate(views) if view.event.trigger in tuple(since)]
        self.views = views[begun[-1] :] if begun else views
        self._latest = {view.event.trigger: view for view in self.views}
        self._people: dict[int, tuple[str, str]] = {}

    def of(self, *triggers: str) -> EventView | None:
        """The latest of these steps that was taken."""
        found = [self._latest[trigger] for trigger in triggers if trigger in self._latest]
        return max(found, key=lambda view: view.event.seq, default=None)

    def agreed(self) -> list[EventView]:
        """Who agreed before the step."""
        return [view for view in self.views if view.event.trigger == AGREE]

    def data(self, *triggers: str) -> Mapping[str, Any]:
        """What the latest of these steps collected: its own words and the fields that it filled."""
        view = self.of(*triggers)
        if view is None:
            return {}
        return {**{name: pair[1] for name, pair in view.fields.items()}, **view.data}

    def day(self, *triggers: str) -> str:
        """The day on which the latest of these steps was decided, in ISO form; empty while it was not."""
        view = self.of(*triggers)
        return "" if view is None else day_of(view)

    def who(self, *triggers: str) -> str:
        """Who took the latest of these steps; empty while nobody did."""
        view = self.of(*triggers)
        return "" if view is None else self.person(_person(view))

    def column(self, label: str, *triggers: str, text: str = "") -> dict[str, str]:
        """The column of a form for the latest of these steps."""
        return self.told(label, self.of(*triggers), text)

    def told(self, label: str, view: EventView | None, text: str = "") -> dict[str, str]:
        """The column of a form for this event; blank while there is none."""
        if view is None:
            return blank(label)
        data = self.data(view.event.trigger) if view.event.trigger != AGREE else view.data
        said = text or next((str(data[name]) for name in _WORDS if data.get(name)), "") or _label(view)
        paper = "paper" in view.data
        return {
            "label": label, "text": said, "by": self.person(_person(view)), "on": day_of(view),
            "note": "纸质审批" if paper else "",
        }  # fmt: skip

    def person(self, user_id: int | None) -> str:
        """A person with his post."""
        return self.people([user_id])[0] if user_id else ""

    def people(self, ids: Iterable[int | None]) -> list[str]:
        """People with their posts, in this order."""
        wanted = [i for i in ids if i]
        if missing := set(wanted) - self._people.keys():
            query = select(User.id, User.name, User.post).where(User.id.in_(missing))
            self._people |= {row.id: (row.name, row.post) for row in db.session.execute(query)}
        return [_named(*self._people[i]) for i in wanted]


def _label(view: EventView) -> str:
    """The step's own name, where nobody wrote an opinion."""
    workflow = _WORKFLOWS.get(view.event.case_type)
    labels = {step.trigger: step.label for step in workflow.steps} if workflow else {}
    return {**labels, AGREE: "同意"}.get(view.event.trigger, "")


def _named(name: str, post: str) -> str:
    return f"{name}（{post}）" if post and post != name else name


def blank(label: str) -> dict[str, str]:
    """A column that nobody has filled in yet."""
    return {"label": label, "text": "", "by": "", "on": "", "note": ""}


def day_of(view: EventView) -> str:
    """The day of an event: that of the paper where a leader signed on paper."""
    on: str | None = view.data.get("paper", {}).get("approved_on")
    return on or clock.local(view.event.at).date().isoformat()


def _person(view: EventView) -> int | None:
    by: int | None = view.data.get("paper", {}).get("approved_by")
    return by or view.event.actor_id


def by_office(views: Iterable[EventView]) -> dict[Role, EventView]:
    """The events of a joint decision by the highest office that each person holds."""
    found = {_person(view): view for view in views}
    query = select(RoleGrant.user_id, RoleGrant.role).where(RoleGrant.user_id.in_([i for i in found if i]))
    held: dict[int, set[str]] = {}
    for user_id, role in db.session.execute(query):
        held.setdefault(user_id, set()).add(role)
    ranks = (Role.SECRETARY, Role.LEADER, Role.OFFICE_HEAD, Role.OFFICE, Role.UNIT_DISCIPLINE, Role.RESIDENT)
    return {
        rank: found[user_id]
        for rank in reversed(ranks)
        for user_id, roles in held.items()
        if next((r for r in ranks if r in roles), None) == rank
    }
