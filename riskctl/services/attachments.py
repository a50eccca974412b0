"""Attachments: type by content, bytes outside the web root under their SHA-256, never executed."""

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from sqlalchemy import func, select

from riskctl.config import Settings
from riskctl.errors import InvalidInput, NotFound, Reason, TooLarge
from riskctl.extensions import db
from riskctl.models import Attachment, AttachmentLink, Case
from riskctl.services.file_types import media_type_of

_CHUNK = 1 << 20
_settings: Settings | None = None


def configure(settings: Settings) -> None:
    """Say where files are kept and how large one may be."""
    global _settings
    _settings = settings


def _configured() -> Settings:
    if _settings is None:
        raise RuntimeError("attachments.configure() was not called")
    return _settings


def store(user_id: int, name: str, stream: IO[bytes]) -> Attachment:
    """Keep an uploaded file; raises InvalidInput when it is empty, too large, of a kind that is not taken,
    or not what its name says. Commits: an upload stands before the step that uses it."""
    attachment = keep(user_id, name, stream)
    db.session.commit()
    return attachment


def keep(user_id: int, name: str, stream: IO[bytes]) -> Attachment:
    """`store` without the commit."""
    root = _configured().attachments_dir
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=root, delete=False) as file:
        temporary = Path(file.name)
        try:
            sha256, size = _copy(stream, file)
            file.flush()
            # The row is committed soon after: the bytes must survive a power cut as well as it does.
            os.fsync(file.fileno())
            media_type = media_type_of(temporary, name)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    _settle(temporary, sha256)
    attachment = Attachment(
        sha256=sha256, size=size, media_type=media_type, name=_clean_name(name), uploaded_by_id=user_id
    )
    db.session.add(attachment)
    db.session.flush()
    return attachment


def _copy(stream: IO[bytes], file: IO[bytes]) -> tuple[str, int]:
    limit = _configured().max_upload_mb
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit * _CHUNK:
            raise TooLarge(f"文件超过{limit}MB，请压缩或拆分后再上传", field="file", code="too_large")
        digest.update(chunk)
        file.write(chunk)
    if size == 0:
        raise InvalidInput("文件是空的，请检查后重新选择", field="file", code="empty")
    return digest.hexdigest(), size


def _settle(temporary: Path, sha256: str) -> None:
    target = _path(sha256)
    target.parent.mkdir(exist_ok=True, mode=0o700)
    temporary.chmod(0o600)
    temporary.replace(target)


def _path(sha256: str) -> Path:
    return _configured().attachments_dir / sha256[:2] / sha256


def _clean_name(name: str) -> str:
    kept = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    return kept[-200:] or "附件"


def path_of(attachment: Attachment) -> Path:
    """Where the bytes stand; raises NotFound when the file is gone."""
    path = _path(attachment.sha256)
    if not path.exists():
        raise NotFound("附件文件已不在存储中，请联系系统管理员从备份恢复")
    return path


def erase(attachment_id: int | None) -> None:
    """Forget a file whose text must not stay: its row, and its bytes unless another row has the same."""
    stored = db.session.get(Attachment, attachment_id) if attachment_id else None
    if stored is None:
        return
    path = _path(stored.sha256)
    same = select(func.count(Attachment.id)).where(Attachment.sha256 == stored.sha256)
    if db.session.scalar(same) == 1:
        path.unlink(missing_ok=True)
    db.session.delete(stored)
    db.session.flush()


def uploads(user_id: int, *, after: int | None, limit: int) -> tuple[list[Attachment], int | None]:
    """The user's own uploads, newest first, with the id to continue before."""
    query = select(Attachment).where(Attachment.uploaded_by_id == user_id)
    if after:
        query = query.where(Attachment.id < after)
    rows = list(db.session.scalars(query.order_by(Attachment.id.desc()).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def count_uploads(user_id: int) -> int:
    """How many files the user has uploaded."""
    query = select(func.count(Attachment.id)).where(Attachment.uploaded_by_id == user_id)
    return db.session.scalar(query) or 0


def own(user_id: int, ids: Sequence[int]) -> bool:
    """Whether all of these are the user's own uploads."""
    mine = select(Attachment.id).where(Attachment.id.in_(ids), Attachment.uploaded_by_id == user_id)
    return set(db.session.scalars(mine)) == set(ids)


def link(ids: Sequence[int], record: Case, *, purpose: str) -> None:
    """Show the attachments with the case; who may see the case may see them."""
    for attachment_id in dict.fromkeys(ids):
        key = (attachment_id, record.CASE_TYPE, record.id)
        if db.session.get(AttachmentLink, key) is None:
            case = {"case_type": record.CASE_TYPE, "case_id": record.id}
            db.session.add(AttachmentLink(attachment_id=attachment_id, **case, purpose=purpose))


def objections(user_id: int, record: Case, files: Mapping[str, Sequence[int]]) -> list[Reason]:
    """Reasons against ids that do not exist, or that are neither the actor's own uploads nor the case's."""
    wanted = {i for ids in files.values() for i in ids}
    if not wanted:
        return []
    mine = select(Attachment.id).where(Attachment.id.in_(wanted), Attachment.uploaded_by_id == user_id)
    shown = select(AttachmentLink.attachment_id).where(
        AttachmentLink.attachment_id.in_(wanted),
        AttachmentLink.case_type == record.CASE_TYPE,
        AttachmentLink.case_id == record.id,
    )
    usable = set(db.session.scalars(mine)) | set(db.session.scalars(shown))
    return [
        Reason("unknown_attachment", "没有这个附件，请重新上传", name)
        for name, ids in files.items()
        if not set(ids) <= usable
    ]


def of_case(record: Case) -> list[tuple[Attachment, str]]:
    """The attachments of a case with their purpose, oldest first."""
    query = (
        select(Attachment, AttachmentLink.purpose)
        .join(AttachmentLink, AttachmentLink.attachment_id == Attachment.id)
        .where(AttachmentLink.case_type == record.CASE_TYPE, AttachmentLink.case_id == record.id)
        .order_by(Attachment.id)
    )
    return [(attachment, purpose) for attachment, purpose in db.session.execute(query)]
