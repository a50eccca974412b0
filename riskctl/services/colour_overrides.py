"""人工定色: 机关纪委 shows another colour than the computed one, for a reason and until a day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import NotAllowed, NotFound, NotFromHere, RuleBroken
from riskctl.extensions import db
from riskctl.models import Case, ColourOverride
from riskctl.permissions import Actor, Permission, allowed
from riskctl.schemas import inputs as schemas
from riskctl.services import audit, colours
from riskctl.services.scope import visible
from riskctl.services.transitions import KINDS, CaseRef
from riskctl.services.workdays import add_workdays
from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Input

# A quarter: whoever still means it then says so again.
LONGEST = timedelta(days=92)
_ORDINARY = 10


def may_set(actor: Actor, record: Case) -> bool:
    """Whether the actor may set or lift the colour of this record; what is over has none, and the colour of a
    warning is what was found, not how urgent it is."""
    if record.CASE_TYPE == "warning":
        return False
    return allowed(actor, Permission.COLOUR_OVERRIDE, record.unit.id) and colours.computed(record) is not None


def inputs() -> list[Input]:
    """What setting a colour collects."""
    today = clock.today()
    most_urgent_first = tuple(reversed(words.choices(words.COLOURS)))
    return [
        Input("colour", "定为", "choice", choices=most_urgent_first),
        Input(
            "until", "有效至", "date", min=today, max=today + LONGEST,
            default=add_workdays(today, _ORDINARY).on, hint="到期后恢复计算的颜色",
        ),
        Input("reason", "理由", max_length=500, hint="写明为何不按计算的颜色显示，能看到本记录的人都会看到"),
    ]  # fmt: skip


def set_colour(actor: Actor, ref: CaseRef, raw: Mapping[str, Any] | None) -> Case:
    """Show this colour until the day; takes the place of one that still runs; commits. Raises NotFound,
    NotAllowed, NotFromHere for what is over, RuleBroken with every reason."""
    record = _load(actor, ref)
    data, reasons = schemas.load(inputs(), audit.plain(raw))
    if reasons:
        raise RuleBroken(reasons)
    before = audit.snapshot(record)
    _end(actor, record)
    db.session.add(
        ColourOverride(
            case_type=ref.case_type, case_id=ref.id, by_id=actor.user_id, colour=data["colour"],
            reason=data["reason"], until=data["until"],
        )
    )  # fmt: skip
    _note(actor, record, "set_colour", before, data)
    return record


def lift(actor: Actor, ref: CaseRef) -> Case:
    """Show the computed colour again; commits. Raises NotFromHere when no other one runs."""
    record = _load(actor, ref)
    before = audit.snapshot(record)
    if colours.override_of(record) is None:
        raise NotFromHere("目前没有人工定色", code="no_override")
    _end(actor, record)
    _note(actor, record, "lift_colour", before, {})
    return record


def _load(actor: Actor, ref: CaseRef) -> Case:
    # Locked, for the event takes the next number of the case's chain.
    model = KINDS[ref.case_type].model
    query = select(model).where(model.id == ref.id, visible(actor, ref.case_type)).with_for_update(of=model)
    record: Case | None = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if record is None:
        raise NotFound("没有这条记录，或不在您的查看范围内")
    if not allowed(actor, Permission.COLOUR_OVERRIDE, record.unit.id):
        raise NotAllowed("人工定色由机关纪委办理", code="no_permission")
    if colours.computed(record) is None:
        raise NotFromHere("本事项已办结，不再显示颜色", code="over")
    return record


def _end(actor: Actor, record: Case) -> None:
    """Lift what was not lifted yet, past its day or not: one stands at a time."""
    if record.not_lifted is not None:
        record.not_lifted.lifted_by_id, record.not_lifted.lifted_at = actor.user_id, clock.now()
        db.session.flush()


def _note(
    actor: Actor, record: Case, trigger: str, before: Mapping[str, Any], data: Mapping[str, Any]
) -> None:
    audit.append(
        record, trigger=trigger, actor_id=actor.user_id, before=before, from_state=record.state, data=data
    )
    db.session.commit()
    db.session.expire(record, ["not_lifted"])
