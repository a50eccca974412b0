"""Jobs: asked for by one person, done once by a worker, followed, given up, taken up again after a death."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from riskctl import clock
from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.jobs import working
from riskctl.models import Job
from riskctl.services import background
from riskctl.services.background import Task
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
Run = Callable[[Task], Mapping[str, Any]]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Callable[[Run], None]:
    """What the worker does for jobs of the kind `test`."""

    def use(run: Run) -> None:
        monkeypatch.setattr(working, "RUNNERS", {"test": run})

    return use


def ask(department: Department, **params: Any) -> Job:
    return background.ask(department.actor("office"), "test", "试验任务", params)


def seen(department: Department, job: Job) -> Job:
    db.session.expire_all()
    return background.get(department.actor("office"), job.id)


def test_a_job_is_done_once_and_its_result_is_kept(
    department: Department, runs: Callable[[Run], None]
) -> None:
    done: list[Any] = []

    def run(task: Task) -> Mapping[str, Any]:
        done.append((task.params, task.actor.user_id))
        task.progress(3, 10)
        return {"lines": ["办好了"]}

    runs(run)
    job = ask(department, unit=7)
    assert working.work_once()
    assert not working.work_once()
    found = seen(department, job)
    assert (found.state, found.result, found.done, found.total) == ("done", {"lines": ["办好了"]}, 3, 10)
    assert done == [({"unit": 7}, department.actor("office").user_id)]
    assert found.finished_at is not None


def test_two_workers_do_not_take_the_same_job(department: Department) -> None:
    ask(department)
    assert background.claim() is not None
    assert background.claim() is None


def test_jobs_are_done_in_their_order(department: Department, runs: Callable[[Run], None]) -> None:
    order: list[int] = []
    runs(lambda task: order.append(task.params["n"]) or {})
    for number in (1, 2, 3):
        ask(department, n=number)
    while working.work_once():
        pass
    assert order == [1, 2, 3]


def test_a_job_that_waits_is_cancelled_at_once(department: Department, runs: Callable[[Run], None]) -> None:
    runs(lambda task: pytest.fail("was cancelled"))
    job = ask(department)
    background.cancel(department.actor("office"), job.id)
    assert seen(department, job).state == "cancelled"
    assert not working.work_once()


def test_a_job_that_runs_stops_at_its_next_report(
    department: Department, runs: Callable[[Run], None]
) -> None:
    job = ask(department)

    def run(task: Task) -> Mapping[str, Any]:
        task.progress(1, 3)
        background.cancel(department.actor("office"), job.id)
        task.progress(3, 3)
        pytest.fail("went on")

    runs(run)
    assert working.work_once()
    assert seen(department, job).state == "cancelled"


def test_a_job_whose_worker_died_is_taken_up_again(department: Department) -> None:
    job = ask(department)
    assert background.claim() is not None
    silent = clock.now() - background.SILENCE - timedelta(seconds=1)
    db.session.execute(update(Job).where(Job.id == job.id).values(beat_at=silent))
    db.session.commit()
    again = background.claim()
    assert again is not None
    assert again.id == job.id


def test_a_refusal_is_told_in_its_own_words(department: Department, runs: Callable[[Run], None]) -> None:
    def run(task: Task) -> Mapping[str, Any]:
        raise InvalidInput("范围内没有记录", field="unit_id")

    runs(run)
    job = ask(department)
    working.work_once()
    found = seen(department, job)
    assert (found.state, found.result["lines"][0]) == ("failed", "范围内没有记录")


def test_a_fault_is_numbered_and_does_not_stop_the_next(
    department: Department, runs: Callable[[Run], None]
) -> None:
    runs(lambda task: 1 // task.params["n"] and {})
    bad, good = ask(department, n=0), ask(department, n=1)
    while working.work_once():
        pass
    assert seen(department, bad).state == "failed"
    assert "编号" in seen(department, bad).result["lines"][0]
    assert "ZeroDivision" not in str(seen(department, bad).result)
    assert seen(department, good).state == "done"


def test_nobody_sees_or_stops_anothers_job(department: Department) -> None:
    job = ask(department)
    other = department.actor("office2")
    assert background.mine(other) == []
    for look in (background.get, background.cancel):
        with pytest.raises(NotFound):
            look(other, job.id)
