"""Backup and restore: the database and the attachments in one file, checked before anything is replaced.

The keys are in no backup: they are kept apart (docs/operations.md).
"""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from riskctl import clock
from riskctl.app_setup import migration_head
from riskctl.config import Settings
from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.models import Attachment
from riskctl.services import backup_archive, database_copies
from riskctl.services.backup_archive import Manifest


def _settings() -> Settings:
    settings: Settings = current_app.extensions["riskctl.settings"]
    return settings


def backup(out: Path) -> str:
    """Write a backup while the service goes on; says what it holds and its checksum."""
    if not out.parent.is_dir():
        raise NotFound(f"没有目录 {out.parent}")
    revision = database_copies.revision()
    if not revision:
        raise NotFound("还没有数据库可以备份：请先运行 riskctl init-db")
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".riskctl-") as scratch:
        copy = Path(scratch) / "database"
        database_copies.dump(copy)
        # The database first: an attachment's bytes are there before its row, so none can be missing.
        files = backup_archive.write(
            out, _entries(copy), kind=database_copies.kind(), revision=revision,
            made_at=clock.now().isoformat(timespec="seconds"),
        )  # fmt: skip
    said = f"已备份到 {out}：数据库和 {len(files) - 1} 个附件\nsha256 {backup_archive.digest_of(out)}"
    return "\n".join([said, *_lost(files)])


def _lost(files: Mapping[str, str]) -> Iterator[str]:
    # Said and not refused: a backup of all the rest is worth more than none.
    kept = {name.rsplit("/", 1)[-1]: digest for name, digest in files.items() if name != "database"}
    for sha256 in db.session.scalars(select(Attachment.sha256).distinct().order_by(Attachment.sha256)):
        if kept.get(sha256) != sha256:
            state = "已损坏" if sha256 in kept else "已不在存储中"
            yield f"注意：附件 {sha256[:12]}… {state}，请从更早的备份中找回"


def _entries(copy: Path) -> Iterator[tuple[str, Path]]:
    yield "database", copy
    for path in sorted(_settings().attachments_dir.glob("??/*")):
        yield f"attachments/{path.parent.name}/{path.name}", path


def restore(source: Path) -> str:
    """Check a backup, then put it in the place of the present data, which is kept beside it; raises
    InvalidInput, with nothing changed, when it is damaged or does not fit this installation."""
    data_dir = _settings().data_dir
    with tempfile.TemporaryDirectory(dir=data_dir, prefix=".restore-") as scratch:
        staged = Path(scratch)
        manifest = backup_archive.unpack(source, staged)
        later = _refuse_misfit(manifest)
        database_copies.refuse_broken(staged / "database")
        kept = _keep_present(data_dir)
        _put_attachments(staged)
        database_copies.load(staged / "database")
    made = clock.local(datetime.fromisoformat(manifest.made_at))
    return f"已恢复 {made:%Y-%m-%d %H:%M} 的备份：数据库和 {len(manifest.files) - 1} 个附件{kept}{later}"


def _refuse_misfit(manifest: Manifest) -> str:
    kind = database_copies.kind()
    if manifest.kind != kind:
        raise InvalidInput(
            f"备份来自 {manifest.kind}，现用 {kind}，未做任何改动：请把 RISKCTL_DATABASE_URL 指向同类数据库",
            code="other_kind",
        )
    wanted = migration_head(current_app)
    if manifest.revision == wanted:
        return ""
    if manifest.revision > wanted or kind == "postgresql":  # revisions are numbered
        raise InvalidInput(
            f"备份的数据库版本为 {manifest.revision}，本程序为 {wanted}，未做任何改动：请先装回当时的程序版本再恢复",
            code="other_revision",
        )
    return f"\n备份的数据库版本为 {manifest.revision}：请接着运行 riskctl init-db"


def _keep_present(data_dir: Path) -> str:
    if not database_copies.revision():
        return ""
    kept = data_dir / f"replaced-{clock.now():%Y%m%d%H%M%S}"
    kept.touch(mode=0o600)
    database_copies.dump(kept)
    return f"\n原数据库已另存为 {kept}，确认无误后可删除"


def _put_attachments(staged: Path) -> None:
    root = _settings().attachments_dir
    for path in sorted((staged / "attachments").glob("??/*")):
        target = root / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.replace(target)
