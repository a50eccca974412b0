"""Seals: what they cover, and what they find in the database and from a file kept elsewhere."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, strategies as st
from sqlalchemy import func, select

from riskctl import crypto
from riskctl.config import Settings
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import RiskPoint, Seal, SealEvent
from riskctl.services import audit, seals
from riskctl.services.verification import verify
from tests.services.audit.conftest import Chained, change

Tamper = Callable[..., None]
Problems = Callable[[], list[str]]


@pytest.fixture
def seal_file(sealed: Chained, tmp_path: Path) -> Path:
    """The seal as an auditor took it away."""
    seal = seals.latest()
    assert seal is not None
    seals.write_seal(seal, tmp_path / "seal.json")
    return tmp_path / "seal.json"


def test_sealing_twice_changes_nothing_more(chained: Chained) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    seal = seals.seal_now(at)
    assert seal is not None
    assert (seal.at, seal.event_count, seal.prev_hash) == (at, 8, audit.GENESIS)
    assert crypto.signature_is_true(seal.hash, seal.signature, seal.public_key)
    assert seals.seal_now(at) is None
    assert db.session.scalar(select(func.count()).select_from(Seal)) == 1


def test_seals_are_chained(sealed: Chained, problems: Problems) -> None:
    first = seals.latest()
    change(db.session.get_one(RiskPoint, sealed.points[0]), "edit", level="low")
    db.session.commit()
    second = seals.seal_now()
    assert first is not None
    assert second is not None
    assert (second.prev_hash, second.event_count) == (first.hash, 1)
    assert problems() == []


def test_many_events_make_several_seals(
    chained: Chained, problems: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "MOST_EVENTS", 3)
    seals.seal_now()
    counts = db.session.scalars(select(Seal.event_count).order_by(Seal.id)).all()
    assert list(counts) == [3, 3, 2]
    assert problems() == []


def test_the_slower_of_two_sealers_makes_none(chained: Chained, monkeypatch: pytest.MonkeyPatch) -> None:
    members = seals._unsealed()
    assert seals.seal_now() is not None
    found = iter([members, []])
    monkeypatch.setattr(seals, "_unsealed", lambda: next(found))
    assert seals.seal_now() is None
    assert db.session.scalar(select(func.count()).select_from(SealEvent)) == 8


def test_two_sealers_at_once_seal_each_event_once(app: Flask, chained: Chained, problems: Problems) -> None:
    db.session.remove()
    both = Barrier(2)

    def seal() -> int:
        with app.app_context():
            both.wait()
            made = seals.seal_now()
            return made.event_count if made else 0

    with ThreadPoolExecutor(2) as pool:
        counts = [future.result() for future in [pool.submit(seal), pool.submit(seal)]]
    assert sorted(counts) == [0, 8]
    assert problems() == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE seal SET root = 'x'", "第1号封签的内容已被改动：与其指纹不符"),
        ("UPDATE seal SET signature = 'AAAA'", "第1号封签的签名无效"),
        ("UPDATE seal SET public_key = 'zz'", "第1号封签的公钥不是本系统的公钥"),
        ("UPDATE seal SET hash_name = 'md5'", "第1号封签的内容已被改动：与其指纹不符"),
        ("UPDATE seal SET prev_hash = 'x'", "第1号封签与前一封签不相衔接：其间有封签被删除或插入"),
        ("DELETE FROM seal_event WHERE event_id = 3",
         "第1号封签所封的事件与签名时不符：签名时8个，现有7个，根指纹不同"),
        ("DELETE FROM event WHERE id = 3", "第1号封签所封的事件（编号3）已被删除"),
        ("UPDATE seal_event SET event_hash = 'x' WHERE event_id = 4",
         "约谈 YT-XA-1 第1号事件（create）与第1号封签所封的不是同一内容"),
    ],
)  # fmt: skip
def test_a_changed_seal_is_found(
    sealed: Chained, tamper: Tamper, problems: Problems, statement: str, problem: str
) -> None:
    tamper(statement)
    assert problem in problems()


def test_a_removed_seal_between_others_is_missed(sealed: Chained, tamper: Tamper, problems: Problems) -> None:
    for level in ("low", "high"):
        change(db.session.get_one(RiskPoint, sealed.points[0]), "edit", level=level)
        db.session.commit()
        seals.seal_now()
    tamper("DELETE FROM seal_event WHERE seal_id = 2", "DELETE FROM seal WHERE id = 2")
    assert "第3号封签与前一封签不相衔接：其间有封签被删除或插入" in problems()


def test_a_seal_file_agrees_with_its_database(seal_file: Path, sealed: Chained) -> None:
    assert verify(seal_file).problems == []
    content = json.loads(seal_file.read_text(encoding="utf-8"))
    assert len(content["events"]) == content["event_count"] == 8
    assert content["public_key"] == crypto.public_key()


def test_a_seal_file_finds_a_tail_that_was_cut_with_everything(
    seal_file: Path, sealed: Chained, tamper: Tamper
) -> None:
    tamper(
        "DELETE FROM event WHERE case_type = 'risk_point' AND case_id = :id AND seq > 1",
        "DELETE FROM seal_event",
        "DELETE FROM seal",
        "UPDATE risk_point SET level = NULL, likelihood = NULL WHERE id = :id",
        id=sealed.points[0],
    )
    assert verify().problems == [], "the database alone no longer knows of it"
    found = verify(seal_file).problems
    assert "封签文件（第1号）对应的封签在数据库中已不存在或已被替换" in found
    for seq in (2, 3, 4):
        assert f"风险点 LF-XA-1 第{seq}号事件在封签文件（第1号）中，数据库中已不存在" in found


def test_a_seal_file_finds_a_whole_case_that_was_cut(
    seal_file: Path, sealed: Chained, tamper: Tamper
) -> None:
    tamper(
        "DELETE FROM event WHERE case_type = 'risk_point' AND case_id = :id",
        "DELETE FROM risk_point WHERE id = :id",
        id=sealed.points[2],
    )
    subject = f"风险点 #{sealed.points[2]}"
    assert f"{subject} 第1号事件在封签文件（第1号）中，数据库中已不存在" in verify(seal_file).problems


def test_a_seal_file_finds_a_rewritten_event(seal_file: Path, sealed: Chained, tamper: Tamper) -> None:
    tamper("UPDATE event SET hash = 'x' WHERE case_type = 'interview' AND seq = 2")
    assert "约谈 YT-XA-1 第2号事件与封签文件（第1号）中的不是同一内容" in verify(seal_file).problems


@pytest.mark.parametrize(
    ("part", "value", "problem"),
    [
        ("events", [], "本身已被改动：签名与内容不符"),
        ("at", "2020-01-01T00:00:00+00:00", "本身已被改动：签名与内容不符"),
        ("signature", "!", "本身已被改动：签名与内容不符"),
        ("events", [["risk_point", "1", 1, "x"]], "所列事件无法辨认"),
        ("events", {"a": 1}, "所列事件无法辨认"),
        ("hash_name", "md5", "所列事件无法辨认"),
    ],
)
def test_a_forged_seal_file_is_named(seal_file: Path, part: str, value: Any, problem: str) -> None:
    content = json.loads(seal_file.read_text(encoding="utf-8"))
    seal_file.write_text(json.dumps({**content, part: value}), encoding="utf-8")
    assert any(problem in found for found in verify(seal_file).problems)


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "无法读取"), ("[]", "不是本系统导出的封签文件"), ('{"format": "x"}', "不是本系统导出的封签文件")],
)
def test_a_file_that_is_no_seal_is_refused(app: Any, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "no.json").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=message):
        verify(tmp_path / "no.json")


def test_a_missing_seal_file_is_refused(app: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="文件不存在"):
        verify(tmp_path / "missing.json")


_HASHES = st.lists(st.text("0123456789abcdef", min_size=4, max_size=4), min_size=1, max_size=40)


@given(_HASHES, st.data())
def test_the_root_depends_on_every_leaf_and_its_place(hashes: list[str], data: st.DataObject) -> None:
    members = [("issue", n, 1, value) for n, value in enumerate(hashes)]
    root = seals.root_of(members, "sha256")
    assert seals.root_of(members, "sha256") == root
    place = data.draw(st.integers(0, len(members) - 1))
    changed = [*members]
    changed[place] = ("issue", place, 2, hashes[place])
    assert seals.root_of(changed, "sha256") != root
    assert seals.root_of(members[:-1], "sha256") != root


def test_a_root_of_four_is_made_of_pairs() -> None:
    settings = Settings(Path(), "sqlite://", "s" * 16, "f" * 16, "a" * 16)
    crypto.configure(settings)

    def h(text: str) -> str:
        return crypto.digest(text.encode(), "sm3")

    leaves = [h(f"leaf|issue|{n}|1|{n}") for n in range(3)]
    expected = h(f"node|{h(f'node|{leaves[0]}|{leaves[1]}')}|{leaves[2]}")
    assert seals.root_of([("issue", n, 1, str(n)) for n in range(3)], "sm3") == expected
