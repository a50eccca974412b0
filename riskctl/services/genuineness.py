"""文书核验 for anybody: whether a code is ours, how the paper stands, and whether a file is the one we made.

Nothing of the content is told: neither addressee nor title nor text (contract 3).
"""

import hashlib
import string
from dataclasses import dataclass
from datetime import date
from typing import IO, Literal

from sqlalchemy import select

from riskctl.errors import InvalidInput, TooLarge
from riskctl.extensions import db
from riskctl.models import Notice, NoticePrint
from riskctl.services import withdrawals
from riskctl.workflows.notice import NUMBERED

MOST_MB = 20
_CHUNK = 1 << 16
# As the paper prints it, and as people read it off.
_LENGTH = 16
_LETTERS = frozenset(string.hexdigits.upper())


@dataclass(frozen=True)
class Proof:
    """What anybody may learn of a genuine paper; `successor` is the number of what replaced it."""

    number: str
    issued_on: date
    issuer: str
    withdrawn: bool
    # After its dispatch a paper is 撤销, before it 作废.
    dispatched: bool
    successor: str | None
    # The number of the 撤销通知 that took it back.
    revoked_by: str | None


def cleaned(code: str) -> str:
    """The code as we gave it: people type it in groups, in small letters, with spaces or hyphens."""
    return "".join(c for c in code[:64].upper() if c not in " -　\t")


def check(code: str) -> Proof | None:
    """What stands behind a code; None when we never gave it."""
    notice = _of(code)
    if notice is None:
        return None
    by = db.session.get(Notice, notice.superseded_by_id) if notice.superseded_by_id else None
    assert notice.issued_on is not None
    return Proof(
        number=notice.number or "", issued_on=notice.issued_on, issuer=notice.issuer.name,
        withdrawn=notice.state == "withdrawn", dispatched=bool(notice.service.get("at")),
        successor=by.number if by else None, revoked_by=withdrawals.revoked_by(notice),
    )  # fmt: skip


def _of(code: str) -> Notice | None:
    wanted = cleaned(code)
    if len(wanted) != _LENGTH or not set(wanted) <= _LETTERS:
        return None
    found = db.session.scalars(select(Notice).where(Notice.verification_code == wanted)).one_or_none()
    return found if found and found.state in (*NUMBERED, "withdrawn") else None


def same_file(code: str, stream: IO[bytes]) -> Literal["official", "copy", "other"] | None:
    """Whether the file is, byte for byte, one that we made; None when the code is not ours or no file was made
    yet. The file is read piece by piece and not kept. Raises InvalidInput when it is no PDF, TooLarge."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        if size == 0 and not chunk.startswith(b"%PDF-"):
            raise InvalidInput("这不是 PDF 文件：请选择下载的电子文本", field="file", code="not_pdf")
        size += len(chunk)
        if size > MOST_MB << 20:
            raise TooLarge(f"文件超过{MOST_MB}MB", field="file", code="too_large")
        digest.update(chunk)
    if size == 0:
        raise InvalidInput("请选择要核对的 PDF 文件", field="file", code="required")
    notice = _of(code)
    if notice is None or notice.pdf_sha256 is None:
        return None
    return _compared(notice, digest.hexdigest())


def _compared(notice: Notice, sha256: str) -> Literal["official", "copy", "other"]:
    if sha256 == notice.pdf_sha256:
        return "official"
    copy = select(NoticePrint.id).where(NoticePrint.notice_id == notice.id, NoticePrint.sha256 == sha256)
    return "copy" if db.session.scalar(copy.limit(1)) else "other"
