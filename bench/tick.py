"""One tick over many open issues: seconds, memory, and that the work follows what is due, not what exists.

    .venv/bin/python bench/tick.py [--issues 100000] [--due 2000] [--url postgresql://...]

Makes two throw-away databases (on PostgreSQL: give an empty one, which is filled and left; it then measures that
size only) with a tenth of the issues and with all of them, the same number due in both, and ticks each in a process
of its own. Report the ratio of one run; a shared machine makes seconds a lie.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its transitions.py would hide the library of that name

DAY = date(2026, 6, 15)  # a Monday without a holiday near
BATCH = 5_000


def _rows(number: int, due: int, units: list[int], user: int) -> Iterator[dict[str, Any]]:
    """Open issues: `due` of them at a stage of the ladder today, the rest due in the next two years."""
    from riskctl import clock
    from riskctl.services.workdays import add_workdays, worked_day_back

    stages = [add_workdays(DAY, n).on for n in (10, 5, 3, 1, 0)]
    stages += [worked_day_back(DAY, n + 1) for n in (1, 3, 5, 10, 11)]
    since = clock.from_local(datetime.combine(DAY - timedelta(days=90), datetime.min.time()))
    for n in range(number):
        day = stages[n % len(stages)] if n < due else DAY + timedelta(days=40 + n % 690)
        yield {
            "code": f"WT-B-{n:07}", "state": "rectifying", "state_since": since, "step_due_on": day, "due_on": day,
            "due_original": day, "provisional": False, "version": 1, "acted": {"create": [user]}, "created_at": since,
            "created_by_id": user, "unit_id": units[n % len(units)], "source": "daily", "title": f"测量用问题{n}",
            "verbatim": "测量用。", "found_on": DAY - timedelta(days=100), "severity": "general",
            "rectify_type": "deadline", "owner_level": "department", "basis": [], "reopen_count": 0, "return_count": 0,
            "measures": [{"text": "整改", "owner_post": "科长", "due_on": day.isoformat(), "done_on": None}],
            "restricted": False, "backfilled": False, "verified_at": since, "issued_on": since.date(),
            "received_on": since.date(),
        }  # fmt: skip


def fill(number: int, due: int) -> None:
    """A database with the demo's organisation and this many open issues."""
    from flask_migrate import upgrade
    from sqlalchemy import insert, select

    from riskctl import create_app
    from riskctl.extensions import db
    from riskctl.models import Issue, Unit, User
    from riskctl.services.demo import organization

    with create_app().app_context():
        upgrade()
        organization.make_organization()
        units = list(db.session.scalars(select(Unit.id).where(Unit.kind.in_(("section", "department")))))
        user = db.session.scalars(select(User.id)).first() or 1
        batch: list[dict[str, Any]] = []
        for row in _rows(number, due, units, user):
            batch.append(row)
            if len(batch) == BATCH:
                db.session.execute(insert(Issue), batch)
                batch = []
        if batch:
            db.session.execute(insert(Issue), batch)
        db.session.commit()


def measure() -> None:
    """Tick once at nine of the day, and print the seconds, the peak of memory in MB, and what was done."""
    from riskctl import clock, create_app
    from riskctl.services import ticking

    with create_app().app_context():
        seal = next(each for each in ticking.ROUNDS if each.name == "seals")
        seal.run(clock.now())  # the founding events of the organisation are not the tick's
        started = time.perf_counter()
        said = ticking.tick(f"{DAY}T09:00")
        first = time.perf_counter() - started
        started = time.perf_counter()
        ticking.tick(f"{DAY}T09:10")
        again = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{first:.2f} {again:.2f} {peak:.0f} {said}")


def _run(step: str, env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, __file__, "--step", step, *arguments]
    done = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def _measured(number: int, due: int, url: str) -> float:
    with tempfile.TemporaryDirectory(prefix="riskctl-bench-") as folder:
        env = {**os.environ, "RISKCTL_DATA_DIR": folder, "RISKCTL_DATABASE_URL": url}
        for name in ("SECRET", "FIELD", "AUDIT"):
            env[f"RISKCTL_{name}_KEY"] = "bench-only-" + "k" * 20
        _run("fill", env, "--issues", str(number), "--due", str(due))
        first, again, peak, said = _run("measure", env).splitlines()[-1].split(" ", 3)
    print(f"{number:>8} open, {due} due: {first} s, again {again} s, peak {peak} MB ({said})", flush=True)
    return float(first)


def main() -> None:
    """Measure both sizes and print their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=2_000)
    parser.add_argument("--url", default="")
    parser.add_argument("--step", choices=("fill", "measure"))
    given = parser.parse_args()
    if given.step == "fill":
        fill(given.issues, given.due)
    elif given.step == "measure":
        measure()
    elif given.url:
        _measured(given.issues, given.due, given.url)
    else:
        small = _measured(given.issues // 10, given.due, "")
        large = _measured(given.issues, given.due, "")
        print(f"ten times the issues, the same due: {large / small:.2f} times the seconds")


if __name__ == "__main__":
    main()
