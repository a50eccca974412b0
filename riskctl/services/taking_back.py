"""取回: what speaks against it, and since when the state that it restores lasts."""

from datetime import date

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Case, Event
from riskctl.services import people

# What is said about a case rather than done with it.
_ASIDE = ("urge", "hand_over", "ask_agreement")


def touched(record: Case) -> str | None:
    """Who acted on the case after the step that would be taken back; None while nobody has."""
    undone = next(reversed(record.acted or {}), "")
    query = select(Event.trigger, Event.actor_id).where(
        Event.case_type == record.CASE_TYPE, Event.case_id == record.id, Event.actor_id.is_not(None),
        Event.trigger.not_in(_ASIDE),
    )  # fmt: skip
    last = db.session.execute(query.order_by(Event.seq.desc()).limit(1)).first()
    if last is None or last.trigger == undone:
        return None
    name = people.names([last.actor_id]).get(last.actor_id, "")
    return f"{name}已在其后办理或修改，不能取回"


def entered_on(record: Case) -> date:
    """The day on which the case first came into its present state: taking back gives no new term."""
    query = select(Event.at).where(
        Event.case_type == record.CASE_TYPE, Event.case_id == record.id, Event.to_state == record.state,
        Event.from_state.is_distinct_from(Event.to_state),
    )  # fmt: skip
    at = db.session.scalars(query.order_by(Event.seq.desc()).limit(1)).first()
    return clock.local(at).date() if at else clock.today()
