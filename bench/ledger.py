"""What the ledgers cost at a million issues, next to the same questions at ten thousand.

    .venv/bin/python bench/ledger.py [--issues 1000000] [--small 10000] [--runs 20] [--url postgresql://…/empty …]
                                     [--keep FOLDER]

Fills two databases with `riskctl seed-demo --history` (about ten events an issue), then asks each, in a process of
its own, for p50 and p95 in milliseconds of the service's own answer, as 机关纪委 which sees everything, and for the
memory of the worker. On PostgreSQL give two empty databases, the small one first. --keep names a folder whose SQLite
databases are used again. Report the ratios of one run; a shared machine makes milliseconds a lie.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its transitions.py would hide the library of that name

LONG_LIFE = 200
EXPORTED = 100_000
KEY = "bench-only-" + "k" * 24


def _filters() -> dict[str, Any]:
    """The words and filters that auditors use."""
    from sqlalchemy import select

    from riskctl import clock
    from riskctl.extensions import db
    from riskctl.models import Unit
    from riskctl.services.ledgers import Query

    unit = db.session.scalar(select(Unit.id).where(Unit.code == "SK"))
    return {
        "no filter": Query(),
        "state 整改中": Query(equal={"state": ["rectifying"]}),
        "state 已归档": Query(equal={"state": ["archived"]}),
        "severity 较重": Query(equal={"severity": ["serious"]}),
        "source 审计": Query(equal={"source": ["audit"]}),
        "one unit": Query(unit=unit),
        "one unit, 整改中": Query(unit=unit, equal={"state": ["rectifying"]}),
        "overdue": Query(overdue=True),
        "colour 红": Query(equal={"colour": ["red"]}),
        "due within a month": Query(due_before=clock.today() + timedelta(days=30)),
        "by due date": Query(sort="due_on"),
        "by day of finding": Query(sort="-found_on"),
        "text, common": Query(q="直接委托"),
        "text, two words": Query(q="砂计划 集体研究"),
        "text, absent": Query(q="涵洞渗漏"),
        "text and state": Query(q="盘点", equal={"state": ["rectifying"]}),
    }


def _questions() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each question with the call that answers it."""
    from riskctl.services import accounts, board, ledgers, record_pages
    from riskctl.services.ledgers import Query

    office = accounts.actor_of(accounts.find("office"))
    for name, query in _filters().items():
        yield f"list: {name}", lambda query=query: ledgers.page(office, "issue", query)
        yield (
            f"count: {name}",
            lambda query=query: ledgers.count(office, "issue", query, most=ledgers.MOST_COUNTED),
        )
    far = _far(office)
    yield f"list: page {far[0]}", lambda: ledgers.page(office, "issue", Query(after=far[1]))
    yield "board", lambda: board.board(office)
    long_lived = _long_life()
    yield (
        f"record of {LONG_LIFE} events",
        lambda: record_pages.whole(office, ledgers.get(office, "issue", long_lived)),
    )


def _far(office: Any) -> tuple[int, str | None]:
    from riskctl.services import ledgers
    from riskctl.services.ledgers import Query

    number, after = 1, None
    while number < 1000:
        following = ledgers.page(office, "issue", Query(after=after)).next
        if following is None:
            break
        number, after = number + 1, following
    return number, after


def _long_life() -> int:
    """An issue whose chain has so many events; the first question makes it."""
    from sqlalchemy import func, select

    from riskctl.extensions import db
    from riskctl.models import Event, Issue
    from riskctl.services import accounts, audit
    from riskctl.services.audit import Entry

    issue = db.session.scalars(
        select(Issue).where(Issue.state == "rectifying").order_by(Issue.id).limit(1)
    ).one()
    held = select(func.count()).where(Event.case_type == "issue", Event.case_id == issue.id)
    missing = LONG_LIFE - (db.session.scalar(held) or 0)
    office = accounts.find("office").id
    told = ("report_progress", office, {}, ("rectifying", "rectifying"), {"progress": "按方案推进。"})
    audit.append_many([Entry(issue, *told) for _ in range(missing)])
    db.session.commit()
    return issue.id


def measure(runs: int) -> None:
    """Print the answers of one database as JSON."""
    from riskctl import create_app
    from riskctl.extensions import db

    found: dict[str, Any] = {}
    with create_app().app_context():
        for name, ask in _questions():
            ask()
            taken = []
            for _ in range(runs):
                db.session.rollback()
                db.session.expunge_all()
                start = time.perf_counter()
                ask()
                taken.append((time.perf_counter() - start) * 1000)
            found[name] = [statistics.median(taken), sorted(taken)[max(0, int(len(taken) * 0.95) - 1)]]
    found["memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def _environment(folder: Path, url: str | None) -> dict[str, str]:
    keys = {f"RISKCTL_{name}_KEY": f"{KEY}-{name.lower()}" for name in ("SECRET", "FIELD", "AUDIT")}
    where = {"RISKCTL_DATABASE_URL": url} if url else {}
    return {
        **os.environ, **keys, **where, "RISKCTL_DATA_DIR": str(folder), "RISKCTL_DEMO_PASSWORD": "Bench-only-2026",
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    }  # fmt: skip


def _filled(folder: Path, issues: int, url: str | None) -> dict[str, str]:
    env, done = _environment(folder, url), folder / "filled"
    if done.exists() and done.read_text() == str(issues):
        return env
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    command = [str(Path(sys.executable).with_name("riskctl"))]
    subprocess.run([*command, "init-db"], env=env, check=True, stdout=subprocess.DEVNULL)
    sizes = ["--risk-points", str(max(100, issues // 10)), "--issues", str(issues), "--history"]
    subprocess.run([*command, "seed-demo", *sizes], env=env, check=True, stdout=subprocess.DEVNULL)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{issues:,} issues written in {time.perf_counter() - start:,.0f} s, at most {peak:,.0f} MB",
        flush=True,
    )
    done.write_text(str(issues))
    return env


def _asked(env: dict[str, str], runs: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", "--runs", str(runs)]
    out = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
    answers: dict[str, Any] = json.loads(out.splitlines()[-1])
    return answers


def main() -> None:
    """Fill, ask, and print both side by side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--issues", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--url", nargs=2, default=[None, None], metavar=("SMALL", "LARGE"))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure(given.runs)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        sizes = (given.small, given.issues)
        answers = [
            _asked(_filled(folder / str(size), size, url), given.runs)
            for size, url in zip(sizes, given.url, strict=True)
        ]
    _print(answers, sizes)


def _print(answers: list[dict[str, Any]], sizes: tuple[int, int]) -> None:
    small, large = answers
    print(
        f"{'milliseconds':<26}{f'at {sizes[0]:,}: p50':>18}{'p95':>8}{f'at {sizes[1]:,}: p50':>22}{'p95':>8}{'ratio':>8}"
    )
    for name, after in large.items():
        before = small.get(name)
        if isinstance(after, float):
            print(f"{name:<26}{before:>18.0f}{'':>8}{after:>22.0f}")
        elif before is None:
            print(f"{name:<26}{'':>26}{after[0]:>22.1f}{after[1]:>8.1f}")
        else:
            print(
                f"{name:<26}{before[0]:>18.1f}{before[1]:>8.1f}{after[0]:>22.1f}{after[1]:>8.1f}{after[0] / before[0]:>8.2f}"
            )


if __name__ == "__main__":
    main()
