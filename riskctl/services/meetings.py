"""会议纪要: one meeting approves many cases; each is judged by its own rules as a paper that its chair signed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, Reason
from riskctl.extensions import db
from riskctl.models import AttachmentLink, Case, Minutes, RoleGrant, User
from riskctl.models.desk import BODIES
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.schemas import inputs as schemas
from riskctl.services import accounts, attachments, batches, todo, transitions
from riskctl.services.batches import Outcome
from riskctl.services.scope import visible
from riskctl.services.todo import Task
from riskctl.services.transitions import KINDS, CaseRef
from riskctl.workflows.engine import Input

_CHAIRS = (Role.SECRETARY, Role.LEADER, Role.OFFICE_HEAD)
_PAGE = 50


def inputs() -> list[Input]:
    """What is noted of a meeting."""
    return [
        Input("number", "会议纪要号", max_length=64, hint="例：党组会议纪要〔2026〕12号"),
        Input("body", "会议", "choice", choices=tuple(BODIES.items())),
        Input("title", "议题", max_length=200, hint="例：研究审定高风险点等级"),
        Input("held_on", "会议日期", "date", max=clock.today(), default=clock.today()),
        Input("chair_id", "主持人", "user", choices=tuple(_chairs()), hint="本次批准的事项按其职权判断"),
        Input("scan", "会议纪要扫描件", "attachments", min_items=1),
    ]


def _chairs() -> list[tuple[int, str]]:
    query = (
        select(User.id, User.name)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role.in_(_CHAIRS), User.active.is_(True))
        .order_by(User.id)
        .distinct()
    )
    return [(row.id, row.name) for row in db.session.execute(query)]


def record(actor: Actor, raw: Mapping[str, Any]) -> Minutes:
    """Note a meeting's minutes; raises NotAllowed, or InvalidInput with every reason by field. Commits."""
    _require(actor)
    clean, reasons = schemas.load(inputs(), raw)
    if not reasons:
        # Nothing hangs on a case yet: the scan must be one's own upload.
        mine = attachments.own(actor.user_id, clean["scan"])
        reasons = [] if mine else [Reason("unknown_attachment", "没有这个附件，请重新上传", "scan")]
    if reasons:
        raise InvalidInput("填写有误", reasons=reasons)
    scan = clean.pop("scan")[0]
    minutes = Minutes(**clean, attachment_id=scan, recorded_by_id=actor.user_id)
    db.session.add(minutes)
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise InvalidInput("这个会议纪要号已登记过", field="number", code="taken") from error
    return minutes


def _require(actor: Actor) -> None:
    if not allowed(actor, Permission.MINUTES_RECORD):
        raise NotAllowed("会议纪要由机关纪委登记", code="no_permission")


def latest() -> list[Minutes]:
    """The last meetings, the latest first."""
    order = (Minutes.held_on.desc(), Minutes.id.desc())
    return list(db.session.scalars(select(Minutes).order_by(*order).limit(_PAGE)))


def get(minutes_id: int) -> Minutes:
    """One meeting; raises NotFound."""
    found = db.session.get(Minutes, minutes_id)
    if found is None:
        raise NotFound("没有这份会议纪要")
    return found


def waiting(actor: Actor, minutes: Minutes) -> list[Task]:
    """The cases that wait for an approval which the chair may give and the actor may know of."""
    chair = accounts.actor_of(db.session.get_one(User, minutes.chair_id))
    tasks = [t for t in todo.tasks(chair) if t.step.by_paper and t.group != todo.GROUPS[-1]]
    seen = {name: _seen(actor, name, tasks) for name in {t.record.CASE_TYPE for t in tasks}}
    return [t for t in tasks if t.record.id in seen[t.record.CASE_TYPE]]


def _seen(actor: Actor, case_type: str, tasks: Sequence[Task]) -> set[int]:
    model = KINDS[case_type].model
    ids = [task.record.id for task in tasks if case_type == task.record.CASE_TYPE]
    return set(db.session.scalars(select(model.id).where(model.id.in_(ids), visible(actor, case_type))))


def approved(actor: Actor, minutes: Minutes) -> list[Case]:
    """The cases that were approved by these minutes, as far as the actor may know of them."""
    query = select(AttachmentLink.case_type, AttachmentLink.case_id).where(
        AttachmentLink.attachment_id == minutes.attachment_id
    )
    linked: dict[str, list[int]] = {}
    for case_type, case_id in db.session.execute(query):
        linked.setdefault(case_type, []).append(case_id)
    found: list[Case] = []
    for case_type, ids in linked.items():
        model = KINDS[case_type].model
        seen = select(model).where(model.id.in_(ids), visible(actor, case_type))
        found += db.session.scalars(seen.order_by(model.id))
    return found


def decide(actor: Actor, minutes: Minutes, chosen: Sequence[tuple[str, int, int]]) -> list[Outcome]:
    """Approve the chosen (kind, id, version), each in a transaction of its own. Commits each."""
    _require(actor)
    tasks = {(t.record.CASE_TYPE, t.record.id): t.step.trigger for t in waiting(actor, minutes)}
    return [
        _decide(actor, minutes, CaseRef(case_type, case_id), tasks.get((case_type, case_id)), version)
        for case_type, case_id, version in chosen[: batches.MOST]
    ]


def _decide(actor: Actor, minutes: Minutes, ref: CaseRef, trigger: str | None, version: int) -> Outcome:
    if trigger is None:
        return Outcome(ref.id, error=NotFound("该事项已不在等待本次会议审批之列"))
    case = db.session.get_one(KINDS[ref.case_type].model, ref.id)
    offered = next(a for a in transitions.available(actor, case) if a.trigger == trigger)
    paper = {
        "approved_by": minutes.chair_id, "approved_on": minutes.held_on.isoformat(),
        "attachment": minutes.attachment_id,
    }  # fmt: skip
    data = {**_answers(minutes, offered.paper), "paper": paper}
    return batches.attempt(actor, ref, trigger, data, version=version)


def _answers(minutes: Minutes, asked: Sequence[Input]) -> dict[str, Any]:
    # What the minutes say answers what they can answer; what they cannot is refused with its reason.
    words = f"{BODIES[minutes.body]}研究同意（{minutes.number}）"
    known = {
        "minute_no": minutes.number, "approval": minutes.number, "level_reason": words, "opinion": words,
        "result": words,
    }  # fmt: skip
    found = {item.name: known.get(item.name, item.default) for item in asked if item.name != "paper"}
    return {name: value for name, value in found.items() if value is not None}
