"""后台任务: asking for long work, seeing how far it is, giving it up; and what the worker needs to do it.

The worker may die and another take the work up again, so whatever is done in a job is safe to do twice.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import defer

from riskctl import clock
from riskctl.errors import NotFound, RiskctlError
from riskctl.extensions import db, writing
from riskctl.models import Job, User
from riskctl.permissions import Actor
from riskctl.services import accounts

SILENCE = timedelta(minutes=2)  # a worker reports far more often
_BEAT = timedelta(seconds=1)
_LISTED = 50


class Cancelled(RiskctlError):
    """The person who asked for the work does not want it any more."""


class Interrupted(RiskctlError):
    """The worker is to end; the job is for the next one."""


def ask(actor: Actor, kind: str, label: str, params: Mapping[str, Any]) -> Job:
    """Put work into the queue for the worker; the caller has judged whether the actor may. Commits."""
    job = Job(kind=kind, label=label, owner_id=actor.user_id, params=dict(params))
    db.session.add(job)
    db.session.commit()
    return job


def mine(actor: Actor) -> list[Job]:
    """What the actor asked for, the latest first."""
    query = select(Job).where(Job.owner_id == actor.user_id).order_by(Job.id.desc()).limit(_LISTED)
    # They may name thousands of records.
    return list(db.session.scalars(query.options(defer(Job.params), defer(Job.result))))


def get(actor: Actor, job_id: int) -> Job:
    """One's own job; raises NotFound."""
    job = db.session.get(Job, job_id)
    if job is None or job.owner_id != actor.user_id:
        raise NotFound("没有这个后台任务，或不是您发起的")
    return job


def cancel(actor: Actor, job_id: int) -> None:
    """Give a job up: at once while it waits, else at its next report. Commits."""
    get(actor, job_id)
    asked = update(Job).where(Job.id == job_id)
    db.session.execute(asked.where(Job.state == "running").values(cancel_asked=True))
    db.session.execute(asked.where(Job.state == "queued").values(state="cancelled", finished_at=clock.now()))
    db.session.commit()


@contextmanager
def reading() -> Iterator[None]:
    """Long reading through the session of the services: it leaves SQLite's write lock to others."""
    db.session.rollback()
    token = writing.set(False)
    try:
        yield
    finally:
        db.session.rollback()
        writing.reset(token)


@dataclass
class Task:
    """A job as the one who does it sees it."""

    id: int
    kind: str
    params: dict[str, Any]
    actor: Actor
    ended: Event = field(default_factory=Event)
    _told: Any = None

    def progress(self, done: int, total: int) -> None:
        """Report how far it is; raises Cancelled when it is to be given up, and Interrupted when the worker is to
        end. Costs nothing when called often.

        In a transaction of its own: the work itself must hold none that writes while it reports.
        """
        if self.ended.is_set():
            raise Interrupted("后台程序正在停止，稍后继续办理")
        now = clock.now()
        if self._told is not None and now - self._told < _BEAT and done < total:
            return
        self._told = now
        with db.engine.begin() as connection:
            told = update(Job).where(Job.id == self.id).values(done=done, total=total, beat_at=now)
            connection.execute(told)
            if connection.scalar(select(Job.cancel_asked).where(Job.id == self.id)):
                raise Cancelled("已按要求停止")


def claim(ended: Event | None = None) -> Task | None:
    """The oldest job that nobody works on, taken; None when there is none. Whoever sets `ended` wants it given
    back soon. Commits."""
    now = clock.now()
    silent = and_(Job.state == "running", or_(Job.beat_at.is_(None), Job.beat_at < now - SILENCE))
    free = or_(Job.state == "queued", silent)
    first = select(Job.id).where(free).order_by(Job.id).limit(1).scalar_subquery()
    # Asked again in the update: of two workers at once the second finds it taken.
    taken = update(Job).where(Job.id == first, free).values(state="running", beat_at=now)
    job_id = db.session.scalar(taken.returning(Job.id))
    db.session.commit()
    if job_id is None:
        return None
    job = db.session.get_one(Job, job_id, populate_existing=True)
    owner = db.session.get_one(User, job.owner_id)
    task = Task(job.id, job.kind, dict(job.params), accounts.actor_of(owner), ended or Event())
    db.session.commit()
    return task


def finish(task: Task, state: str, result: Mapping[str, Any]) -> None:
    """Note what came of a job. Commits."""
    ended = update(Job).where(Job.id == task.id)
    db.session.execute(ended.values(state=state, result=dict(result), finished_at=clock.now()))
    db.session.commit()


def give_back(task: Task) -> None:
    """Leave a job to the next worker, at once. Commits."""
    db.session.execute(update(Job).where(Job.id == task.id, Job.state == "running").values(state="queued"))
    db.session.commit()
