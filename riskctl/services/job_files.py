"""What jobs make for the one who asked: a file for some days, for him alone, and only while he may see what it holds."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import func, select

from riskctl import clock
from riskctl.config import Settings
from riskctl.errors import NotFound
from riskctl.extensions import db
from riskctl.permissions import Actor, Permission
from riskctl.services import background
from riskctl.services.background import Task
from riskctl.services.ledger_tables import MODELS
from riskctl.services.scope import visible

KEPT = timedelta(days=7)
_PART, _PART_KEPT = ".part", timedelta(days=1)
_AT_ONCE = 500
_settings: Settings | None = None


@dataclass(frozen=True)
class JobFile:
    """A file to be taken away under this name."""

    path: Path
    name: str


def configure(settings: Settings) -> None:
    """Say where the files are kept."""
    global _settings
    _settings = settings


def _folder() -> Path:
    if _settings is None:
        raise RuntimeError("job_files.configure() was not called")
    return _settings.data_dir / "results"


def _path(job_id: int) -> Path:
    return _folder() / str(job_id)


@contextmanager
def writing(task: Task) -> Iterator[IO[bytes]]:
    """Where a job writes its file. It stands under its name only once it is whole; half a file is removed."""
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    # A name of its own: a worker that was taken for dead may still be writing.
    with tempfile.NamedTemporaryFile(dir=_folder(), suffix=_PART, delete=False) as file:
        part = Path(file.name)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.replace(_path(task.id))
        finally:
            part.unlink(missing_ok=True)


def told(task: Task, name: str, *, case_type: str, ids: list[int]) -> Mapping[str, Any]:
    """What the job's result says of its file: its name, its size, until when, and the records that it holds."""
    until = clock.local(clock.now() + KEPT).date()
    size = _path(task.id).stat().st_size
    return {"name": name, "size": size, "until": until.isoformat(), "case_type": case_type, "ids": ids}


def told_of_units(task: Task, name: str, units: frozenset[int] | None) -> Mapping[str, Any]:
    """The same of a file that holds all of these units (None: of every unit), for whoever may take ledgers out."""
    whose = None if units is None else sorted(units)
    return {**told(task, name, case_type="", ids=[]), "units": whose}


def get(actor: Actor, job_id: int) -> JobFile:
    """The file of one's own job; raises NotFound when it is gone, or holds what the actor may not see any more."""
    file = background.get(actor, job_id).result.get("file")
    if file is None or not _path(job_id).exists():
        raise NotFound("这个任务没有可下载的文件，或已过保存期：需要的话请重新办理")
    if "units" in file and not _takes_out(actor, file["units"]):
        raise NotFound("文件中有的单位已不在您可以导出的范围内，不能再下载：请重新办理")
    ids: list[int] = file["ids"]
    parts = (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
    if sum(_seen(actor, file["case_type"], part) for part in parts) < len(ids):
        raise NotFound("文件中有的记录已不在您的查看范围内，不能再下载：请重新办理")
    return JobFile(_path(job_id), file["name"])


def _takes_out(actor: Actor, units: list[int] | None) -> bool:
    held = actor.units(Permission.LEDGER_EXPORT)
    return held is None or (units is not None and set(units) <= held and bool(held))


def _seen(actor: Actor, case_type: str, ids: list[int]) -> int:
    model = MODELS[case_type]
    query = select(func.count(model.id)).where(model.id.in_(ids), visible(actor, case_type))
    return db.session.scalar(query) or 0


def clear(at: datetime) -> int:
    """Remove the files whose time is over, and what dead workers left half done."""
    gone = 0
    for path in _folder().glob("*"):
        kept = _PART_KEPT if path.suffix == _PART else KEPT
        if path.stat().st_mtime < (at - kept).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone
