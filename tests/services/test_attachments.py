"""Attachments: kept by content, refused by content, shown with their case."""

import hashlib
import io
import stat
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.models import Attachment, RiskPoint, Unit, User
from riskctl.services import attachments

_PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def uploader(session: Any) -> int:
    """Somebody who uploads."""
    user = User(username="uploader", name="支部纪检委员")
    session.add(user)
    session.commit()
    return user.id


@pytest.fixture
def points(session: Any, uploader: int) -> list[RiskPoint]:
    """Two cases to which files belong."""
    unit = Unit(code="XF", name="锦川省水利厅", kind="organ")
    session.add(unit)
    session.flush()
    cases = [
        RiskPoint(code=f"LF-XF-{n}", unit_id=unit.id, created_by_id=uploader, state="draft", title="验收")
        for n in (1, 2)
    ]
    session.add_all(cases)
    session.commit()
    return cases


def _store(user_id: int, name: str, content: bytes) -> Attachment:
    return attachments.store(user_id, name, io.BytesIO(content))


def _kept(app: Flask) -> list[Path]:
    root = app.extensions["riskctl.settings"].attachments_dir
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_file_is_kept_as_it_came(app: Flask, uploader: int) -> None:
    content = "整改说明".encode()
    stored = _store(uploader, "说明.txt", content)
    assert (stored.media_type, stored.size, stored.name) == ("text/plain", len(content), "说明.txt")
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert attachments.path_of(stored).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("空.pdf", b"", "empty"),
        ("方案.docx", _PDF, "type_mismatch"),
        ("脚本.sh", b"#!/bin/sh", "unsupported_type"),
    ],
)
def test_a_refused_file_leaves_nothing_behind(
    app: Flask, uploader: int, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _store(uploader, name, content)
    assert refused.value.reasons[0].code == code
    assert _kept(app) == []
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_a_file_beyond_the_limit_is_refused_while_it_is_read(app: Flask, uploader: int) -> None:
    limit = app.extensions["riskctl.settings"].max_upload_mb

    class Endless(io.RawIOBase):
        served = 0

        def read(self, size: int = -1) -> bytes:
            self.served += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(InvalidInput, match=f"超过{limit}MB"):
        attachments.store(uploader, "大.txt", stream)  # type: ignore[arg-type]
    assert stream.served <= (limit + 1) << 20
    assert _kept(app) == []


def test_the_same_bytes_twice_are_two_rows_and_one_file(app: Flask, uploader: int) -> None:
    first, second = (_store(uploader, name, _PDF) for name in ("甲.pdf", "乙.pdf"))
    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert len(_kept(app)) == 1


def test_only_the_service_can_read_the_bytes(app: Flask, uploader: int) -> None:
    path = attachments.path_of(_store(uploader, "甲.pdf", _PDF))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/甲.pdf", "甲.pdf"),
        ("C:\\材料\\甲.pdf", "甲.pdf"),
        ("甲\r\n乙.pdf", "甲乙.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
    ],
)
def test_names_lose_paths_and_control_characters(app: Flask, uploader: int, given: str, kept: str) -> None:
    assert _store(uploader, given, _PDF).name == kept


def test_a_lost_file_is_named_as_such(app: Flask, uploader: int) -> None:
    stored = _store(uploader, "甲.pdf", _PDF)
    attachments.path_of(stored).unlink()
    with pytest.raises(NotFound, match="备份"):
        attachments.path_of(stored)


def test_a_case_shows_what_was_linked_to_it(uploader: int, points: list[RiskPoint]) -> None:
    first, second = (_store(uploader, name, _PDF) for name in ("甲.pdf", "乙.pdf"))
    attachments.link([second.id, first.id, second.id], points[0], purpose="evidence")
    attachments.link([first.id], points[0], purpose="again")
    db.session.commit()
    shown = [(file.name, purpose) for file, purpose in attachments.of_case(points[0])]
    assert shown == [("甲.pdf", "evidence"), ("乙.pdf", "evidence")]
    assert attachments.of_case(points[1]) == []


def test_usable_are_ones_own_uploads_and_the_files_of_the_case(
    session: Any, uploader: int, points: list[RiskPoint]
) -> None:
    other = User(username="someone_else", name="经办人")
    session.add(other)
    session.commit()
    mine, theirs = _store(uploader, "甲.pdf", _PDF), _store(other.id, "乙.pdf", _PDF)

    def refused(files: dict[str, list[int]]) -> list[str | None]:
        return [reason.field for reason in attachments.objections(uploader, points[0], files)]

    assert refused({}) == []
    assert refused({"evidence": [mine.id]}) == []
    assert refused({"evidence": [mine.id], "scan": [theirs.id]}) == ["scan"]
    assert refused({"evidence": [999_999]}) == ["evidence"]
    attachments.link([theirs.id], points[1], purpose="scan")
    assert refused({"scan": [theirs.id]}) == ["scan"]
    attachments.link([theirs.id], points[0], purpose="scan")
    assert refused({"scan": [theirs.id]}) == []
