"""One record as of a past day: rebuilt from what was recorded by 24:00 of that day; what was recorded later of
days before it stands apart as 补录 (domain 9: "what did this look like on 30 June")."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.models import Case, Event, Issue, SelfCheck
from riskctl.permissions import Actor
from riskctl.services import audit, ledgers, sealed_texts
from riskctl.services.audit import EventView
from riskctl.services.late_entries import happened_on
from riskctl.services.rebuilding import Stand, Until, end_of, rebuilt
from riskctl.services.scope import UNTOLD
from riskctl.services.transitions import KINDS

DELETED = "已删除（按规定清除）"


@dataclass(frozen=True)
class Past:
    """A record as it stood: its fields in clear as far as they still exist, its life up to then, and what was
    recorded later about days up to then."""

    record: Case
    day: date
    state: str
    since: Any
    fields: dict[str, Any]
    history: list[EventView]
    late: list[EventView]

    @property
    def state_label(self) -> str:
        """The state in the office's word."""
        return KINDS[self.record.CASE_TYPE].workflow.states.get(self.state, self.state)


def day_of(text: str, field: str = "as_of") -> date:
    """The day that was asked for; raises InvalidInput on what is none, and on one that is still to come."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or len(text) != len("2026-06-30"):
        raise InvalidInput(
            "日期写法不对，须为年-月-日，例如 2026-06-30，并且是日历上有的日子", field=field, code="date"
        )
    if day > clock.today():
        raise InvalidInput(f"{day.isoformat()} 还没有到，请填今天或以前的日期", field=field, code="future")
    return day


def refuse_before_start(day: date) -> None:
    """Raises NotFound when the system held nothing at all on the day."""
    first = db.session.scalar(select(Event.at).order_by(Event.at).limit(1))
    if first is None or day < clock.local(first).date():
        since = f"系统自{clock.local(first).date().isoformat()}启用" if first else "系统中还没有记录"
        raise NotFound(f"系统启用前：{since}，{day.isoformat()}没有记录可查", code="before_start")


def of(actor: Actor, record: Case, day: date) -> Past:
    """The record, which the actor may see, as of the day. Raises NotFound when it was not there yet."""
    stand = rebuilt(record.CASE_TYPE, [record.id], Until.day(day)).get(record.id)
    if stand is None or not is_told(actor, record.CASE_TYPE, stand):
        refuse_before_start(day)
        if stand is not None:
            raise NotFound("没有这条记录，或不在您的查看范围内")
        began = audit.history(record.CASE_TYPE, record.id, limit=None)[0].event.at
        raise NotFound(
            f"{day.isoformat()}还没有这条记录：{record.code} 于{clock.local(began).date().isoformat()}登记",
            code="not_yet",
        )
    every = audit.history(record.CASE_TYPE, record.id, limit=None)
    return Past(
        record, day, stand.state, stand.state_since, _fields(actor, record, stand.told.fields),
        history=[view for view in every if view.event.at < end_of(day)],
        late=[view for view in every if view.event.at >= end_of(day) and _happened(view) <= day],
    )  # fmt: skip


def is_told(actor: Actor, case_type: str, stand: Stand) -> bool:
    """Whether the actor may learn how it stood: never the subject how an interview with him was prepared."""
    subject = case_type == "interview" and stand.told.fields.get("subject_user_id") == actor.user_id
    return not subject or stand.state not in UNTOLD


def _happened(view: EventView) -> date:
    event = view.event
    return happened_on(event.seq, event.trigger, event.at, event.changes)


def _fields(actor: Actor, record: Case, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the actor may know of the fields: neither a petition nor where a self-check came from."""
    digests = list(sealed_texts.digests_in(dict(told)))
    texts = sealed_texts.opened(record.CASE_TYPE, record.id, digests) if digests else {}
    gone = dict.fromkeys(digests, DELETED)
    fields: dict[str, Any] = sealed_texts.reveal(dict(told), {**gone, **texts})
    if isinstance(record, SelfCheck) and not ledgers.knows_origin(actor, record):
        fields.pop("origin_id", None)
    secret = isinstance(record, Issue) and "petition" in (record.source, fields.get("source"))
    if secret and not ledgers.knows_petitions(actor):
        fields |= {"source": "daily", "source_doc": None}
    return fields
