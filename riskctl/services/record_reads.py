"""查看记录: who opened an interview or a restricted (限知) issue, for those who audit."""

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import OperationalError

from riskctl import clock
from riskctl.errors import NotAllowed
from riskctl.extensions import db
from riskctl.models import Case, Interview, Issue, RecordRead, User
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services.once import insert_new
from riskctl.services.scope import visible


def note(actor: Actor, record: Case) -> None:
    """Note that the actor opened the record, if it is sensitive: once an hour. Commits; what cannot be noted
    keeps nobody from the page."""
    if not isinstance(record, Interview) and not (isinstance(record, Issue) and record.restricted):
        return
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    row = {"user_id": actor.user_id, "case_type": record.CASE_TYPE, "case_id": record.id, "hour": hour}
    if db.session.scalar(select(RecordRead.id).filter_by(**row)) is not None:
        return
    try:
        insert_new(RecordRead, row)
        db.session.commit()
    except OperationalError:
        db.session.rollback()


def page(
    actor: Actor, *, person: str = "", code: str = "", after: int | None = None, limit: int = 50
) -> tuple[list[tuple[RecordRead, str, str]], int | None]:
    """Openings with person and 编号, newest first, of records that the actor may see, and the id to continue
    before; by a person's full name or account and a record's 编号. Raises NotAllowed without AUDIT_VIEW."""
    if not allowed(actor, Permission.AUDIT_VIEW):
        raise NotAllowed("您的岗位不查看审计日志", code="no_permission")
    parts = []
    for model in (Interview, Issue):
        seen = select(model.id).where(visible(actor, model.CASE_TYPE))
        seen = seen.where(model.code == code) if code else seen
        parts.append(and_(RecordRead.case_type == model.CASE_TYPE, RecordRead.case_id.in_(seen)))
    query = select(RecordRead, User.name).join(User, User.id == RecordRead.user_id).where(or_(*parts))
    if person:
        users = select(User.id).where(or_(User.name == person, User.username == person))
        query = query.where(RecordRead.user_id.in_(users))
    if after:
        query = query.where(RecordRead.id < after)
    rows = list(db.session.execute(query.order_by(RecordRead.id.desc()).limit(limit + 1)))
    codes = _codes([read for read, _ in rows[:limit]])
    found = [(read, name, codes[read.case_type, read.case_id]) for read, name in rows[:limit]]
    return found, found[-1][0].id if len(rows) > limit else None


def _codes(reads: list[RecordRead]) -> dict[tuple[str, int], str]:
    found = {}
    for model in (Interview, Issue):
        ids = {read.case_id for read in reads if read.case_type == model.CASE_TYPE}
        for row in db.session.execute(select(model.id, model.code).where(model.id.in_(ids))):
            found[model.CASE_TYPE, row.id] = row.code
    return found
