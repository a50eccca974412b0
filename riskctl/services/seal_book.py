"""封存: the seals as those who review see them, the monthly sheet that is signed and lodged, and the check."""

import calendar
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from sqlalchemy import func, select

from riskctl import clock, crypto
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import Attachment, Job, Seal
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import attachments, background, seals, verification
from riskctl.services.background import Task

_LISTED = 50
_LARGEST_SEAL = 8 << 20  # bytes; a seal holds at most 20,000 events


@dataclass(frozen=True)
class MonthSheet:
    """封存单: what stood sealed at a month's end. `events` counts all events sealed until then."""

    month: date
    seal: Seal
    seals: int
    events: int
    fingerprint: str


def page(actor: Actor, after: int | None = None) -> tuple[list[Seal], int | None]:
    """Seals, the latest first, with the id to continue before; raises NotAllowed."""
    _require(actor)
    query = select(Seal).order_by(Seal.id.desc()).limit(_LISTED + 1)
    rows = list(db.session.scalars(query.where(Seal.id < after) if after else query))
    return rows[:_LISTED], rows[_LISTED - 1].id if len(rows) > _LISTED else None


def get(actor: Actor, seal_id: int) -> Seal:
    """One seal; raises NotAllowed, NotFound."""
    _require(actor)
    seal = db.session.get(Seal, seal_id)
    if seal is None:
        raise NotFound("没有这份封签")
    return seal


def month_sheet(actor: Actor, month: date) -> MonthSheet:
    """The sheet of a month that is over; raises NotFound while it runs, or when nothing was sealed by then."""
    _require(actor)
    last = date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])
    if last >= clock.today():
        raise NotFound("本月尚未结束，月末以后才有封存单")
    until = clock.from_local(datetime.combine(last + timedelta(days=1), time()))
    sealed = select(func.count(), func.sum(Seal.event_count), func.max(Seal.id)).where(Seal.at < until)
    count, events, seal_id = db.session.execute(sealed).one()
    if not count:
        raise NotFound("到该月月末还没有封存过事件")
    seal = db.session.get_one(Seal, seal_id)
    return MonthSheet(month.replace(day=1), seal, count, events, fingerprint(seal.public_key))


def months() -> list[date]:
    """The months that are over since the first seal, the latest first."""
    first = db.session.scalar(select(func.min(Seal.at)))
    found: list[date] = []
    if first is None:
        return found
    day, today = clock.local(first).date().replace(day=1), clock.today().replace(day=1)
    while day < today:
        found.append(day)
        day = (day + timedelta(days=31)).replace(day=1)
    return found[::-1]


def fingerprint(public_key: str) -> str:
    """The public key's SHA-256 in groups of four, short enough to be read out over the telephone."""
    found = crypto.digest(bytes.fromhex(public_key), "sha256")[:32].upper()
    return " ".join(found[at : at + 4] for at in range(0, 32, 4))


def ask_check(actor: Actor, name: str = "", stream: IO[bytes] | None = None) -> Job:
    """Let the worker check every event, against a seal file too where one is given. Commits."""
    _require(actor)
    params: dict[str, Any] = {}
    if stream is not None:
        data = stream.read(_LARGEST_SEAL + 1)
        if len(data) > _LARGEST_SEAL:
            raise InvalidInput("这不是封签文件：文件过大", field="seal", code="seal_file")
        seals.parse_seal(data, name)
        params["seal"] = attachments.keep(actor.user_id, f"{name}.txt", io.BytesIO(data)).id
    return background.ask(actor, "verify_audit", "核验全部事件", params)


def verify_all(task: Task) -> Mapping[str, Any]:
    """The check as the worker does it: one sentence, then each problem."""
    given = task.params.get("seal")
    path = attachments.path_of(db.session.get_one(Attachment, given)) if given else None
    db.session.rollback()  # the check reads one moment in a session of its own
    report = verification.verify(path, told=task.progress)
    checked = f"共核验 {report.count} 个事件、{report.records} 条记录、{report.seals} 次封存"
    if report.problems:
        return {"lines": [f"发现 {len(report.problems)} 处异常（{checked}）", *report.problems], "bad": True}
    against = "，与所附封签文件一致" if path else ""
    return {"lines": [f"核验通过{against}：{checked}，另有 {report.unsealed} 个事件尚未封存"]}


def _require(actor: Actor) -> None:
    if not allowed(actor, Permission.AUDIT_VIEW):
        raise NotAllowed("您的岗位不查看审计日志", code="no_permission")
