"""Documents: one notice through the service next to bare WeasyPrint, many as one PDF on two cores next to one.

    .venv/bin/python bench/documents.py [--count 20] [--batch 789]

First, the PDF of a signed two-page notice as GET /notices/{id}/pdf makes it (rendered, stored, hashed, its event
written) next to WeasyPrint on the same HTML, in turns, so that a busy machine slows all alike. Bare WeasyPrint has
its style sheet and a font configuration of its own for each document, as a program would that does not reuse them;
a second line gives it ours. Then a batch job over --batch notices that have no PDF yet, as a worker does it, first
with all its processes held to one core, then on two; each in a process of its own, with its peak memory.
"""

import argparse
import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its transitions.py would hide the library of that name

_KEYS = ("SECRET", "FIELD", "AUDIT")
_KIND = "rectification_notice"
_TEXT = "检查发现有4项维修养护小额项目未经比选，直接委托同一单位实施，未见集体研究记录和价格论证材料。\n"


def _found(count: int) -> None:
    """A database with `count` signed notices of two pages that have no PDF yet."""
    from flask_migrate import upgrade

    from riskctl import create_app
    from riskctl.extensions import db
    from riskctl.services.demo import organization
    from tests.department import Department

    app = create_app()
    with app.app_context():
        upgrade()
        organization.make_organization()
        db.session.commit()
        Department(app).issued("SK", requirement="查明原因，逐项整改，完善制度。" * 6)
        _copy(count)
        db.session.remove()
        db.engine.dispose()


def _copy(count: int) -> None:
    from sqlalchemy import insert, select

    from riskctl.extensions import db
    from riskctl.models import Notice

    first = db.session.scalars(select(Notice).where(Notice.kind == _KIND)).one()
    columns = [c.key for c in Notice.__table__.columns if c.key != "id"]
    row = {name: getattr(first, name) for name in columns}
    context = {**row["context"], "problems": [{"title": "直接委托", "verbatim": _TEXT * 5}]}
    db.session.execute(
        insert(Notice),
        [
            {
                **row,
                "code": f"WS-BENCH-{n}",
                "number": f"锦水机纪〔2026〕{n}号",
                "verification_code": f"BENCH{n:011d}",
                "context": {**context, "number": f"锦水机纪〔2026〕{n}号"},
            }
            for n in range(1000, 1000 + count)
        ],
    )
    db.session.commit()


def _single(count: int) -> None:
    from sqlalchemy import select

    from riskctl import create_app
    from riskctl.documents import render
    from riskctl.extensions import db
    from riskctl.models import Notice
    from riskctl.services import accounts, notice_contexts

    with create_app().app_context():
        actor = accounts.actor_of(accounts.find("office"))
        ids = list(
            db.session.scalars(
                select(Notice.id).where(Notice.kind == _KIND).order_by(Notice.id).limit(count + 1)
            )
        )
        html = notice_contexts.html_of(db.session.get_one(Notice, ids[0]))
        ways: dict[str, Callable[[int], Any]] = {
            "through the service": lambda n: notice_contexts.pdf_of(actor, ids[n])[1],
            "bare WeasyPrint": lambda n: _bare(html),
            "bare, reusing fonts": lambda n: render.written(html),
        }
        seconds = dict.fromkeys(ways, 0.0)
        size = max(len(way(0)) for way in ways.values())  # and warm
        for number in range(1, count + 1):
            for name, way in ways.items():
                started = time.perf_counter()
                way(number)
                seconds[name] += time.perf_counter() - started
    ours = seconds["through the service"]
    for name, spent in seconds.items():
        print(f"{name:20} {spent / count * 1000:7.1f} ms each   service / this {ours / spent:5.2f}")
    print(f"{size} bytes a notice")


def _bare(html: str) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from riskctl.documents import render

    configuration = FontConfiguration()
    styles = CSS(string=render._style(), font_config=configuration)
    data: bytes = HTML(string=html).write_pdf(
        stylesheets=[styles], font_config=configuration, pdf_variant="pdf/a-2u", pdf_tags=True
    )
    return data


def _batch(cores: int) -> None:
    """One batch job as a worker does it; prints its figures as JSON."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    from sqlalchemy import select, update

    from riskctl import create_app
    from riskctl.extensions import db
    from riskctl.jobs import working
    from riskctl.models import Job, Notice
    from riskctl.services import accounts, document_batches, job_files

    with create_app().app_context():
        db.session.execute(update(Notice).values(pdf_attachment_id=None, pdf_sha256=None))
        db.session.commit()
        actor = accounts.actor_of(accounts.find("office"))
        ids = list(db.session.scalars(select(Notice.id).where(Notice.kind == _KIND)))
        job_id = document_batches.ask(actor, document_batches.Choice("notice", ids), "print").id
        started = time.perf_counter()
        working.work_once()
        spent = time.perf_counter() - started
        job = db.session.get_one(Job, job_id)
        assert job.state == "done", job.result
        size, held = job.result["file"]["size"], len(job.result["file"]["ids"])
        assert job_files.get(actor, job_id).path.stat().st_size == size
    beside = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() + beside.ru_utime + beside.ru_stime
    peak = [_peak(), beside.ru_maxrss // 1024]
    print(json.dumps({"seconds": spent, "cpu": cpu, "documents": held, "bytes": size, "peak": peak}))


def _peak() -> int:
    """The peak of this process in MB; ru_maxrss would begin with that of the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _batches() -> None:
    seconds = {}
    for cores in (1, 2):
        found = json.loads(_self("--cores", str(cores)).splitlines()[-1])
        seconds[cores] = found["seconds"]
        each = found["seconds"] / found["documents"] * 1000
        print(
            f"{found['documents']} as one PDF, {cores} core(s): {found['seconds']:7.1f} s, {each:6.1f} ms each, "
            f"{found['cpu']:.1f} s of CPU, "
            f"{found['bytes'] // found['documents']} bytes each, peak {found['peak'][0]} MB in the worker, "
            f"{found['peak'][1]} MB in the largest process beside it"
        )
    print(f"two cores are {seconds[1] / seconds[2]:.2f} times as fast as one")


def _self(*arguments: str) -> str:
    command = [sys.executable, __file__, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    """Make a database of its own, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--batch", type=int, default=789)
    parser.add_argument("--cores", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--single", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.cores:
        return _batch(given.cores)
    if given.single:
        return _single(given.count)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update({f"RISKCTL_{key}_KEY": secrets.token_urlsafe(24) for key in _KEYS})
        os.environ["RISKCTL_DATA_DIR"] = str(Path(folder))
        os.environ.pop("RISKCTL_DATABASE_URL", None)
        _found(max(given.batch - 1, given.count))
        print(_self("--single", "--count", str(given.count)), end="")
        _batches()
    return None


if __name__ == "__main__":
    main()
