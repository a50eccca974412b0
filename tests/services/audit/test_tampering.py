"""Somebody with the whole database changes it by hand; the verification names what he touched."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DataError

from riskctl import crypto
from riskctl.extensions import db
from riskctl.models import Interview
from riskctl.services import audit, findings
from riskctl.services.verification import verify
from tests.services.audit.conftest import Chained, change

Tamper = Callable[..., None]
Problems = Callable[[], list[str]]
_COLUMNS = "case_type, case_id, seq, at, trigger, changes, request_id, prev_hash, hash, mac"
_FIRST = "case_type = 'risk_point' AND case_id = :id"


def test_nothing_is_wrong_with_an_untouched_chain(sealed: Chained, problems: Problems) -> None:
    report = verify()
    assert (report.count, report.records, report.seals, report.unsealed) == (8, 4, 1, 0)
    assert report.problems == []


def test_events_that_no_seal_holds_are_counted(chained: Chained) -> None:
    assert verify().unsealed == 8


@pytest.mark.parametrize(
    "column",
    ["trigger = 'forged'", "at = '2020-01-01 00:00:00'", "actor_id = NULL", "to_state = 'active'",
     "request_id = 'other'", """changes = '{"fields": {}, "data": {}}'"""],
)  # fmt: skip
def test_an_edited_event_is_named(chained: Chained, tamper: Tamper, problems: Problems, column: str) -> None:
    tamper(f"UPDATE event SET {column} WHERE {_FIRST} AND seq = 1", id=chained.points[0])
    found = problems()
    assert any("风险点 LF-XA-1 第1号事件" in p and "内容已被改动" in p for p in found)


def test_an_edited_event_with_a_fresh_hash_still_lacks_the_mac(
    chained: Chained, tamper: Tamper, problems: Problems
) -> None:
    event = audit.history("risk_point", chained.points[0])[-1].event
    row = {c.key: getattr(event, c.key) for c in event.__table__.columns} | {"trigger": "forged"}
    forged = crypto.digest((event.prev_hash + audit.body(row)).encode())
    tamper(f"UPDATE event SET trigger = 'forged', hash = '{forged}' WHERE {_FIRST} AND seq = 4",
           id=chained.points[0])  # fmt: skip
    assert problems() == ["风险点 LF-XA-1 第4号事件（forged）不是本系统写入的：校验码不符"]


def test_a_removed_event_is_missed(chained: Chained, tamper: Tamper, problems: Problems) -> None:
    tamper(f"DELETE FROM event WHERE {_FIRST} AND seq = 2", id=chained.points[0])
    assert "风险点 LF-XA-1 缺少第2号事件，第3号（edit）之前已断开" in problems()


def test_several_removed_events_are_missed(chained: Chained, tamper: Tamper, problems: Problems) -> None:
    tamper(f"DELETE FROM event WHERE {_FIRST} AND seq IN (1, 2)", id=chained.points[0])
    assert "风险点 LF-XA-1 缺少第1至2号事件，第3号（edit）之前已断开" in problems()


def test_a_removed_event_whose_gap_was_closed_is_found(
    chained: Chained, tamper: Tamper, problems: Problems
) -> None:
    tamper(
        f"DELETE FROM event WHERE {_FIRST} AND seq = 2",
        f"UPDATE event SET seq = 2 WHERE {_FIRST} AND seq = 3",
        f"UPDATE event SET seq = 3 WHERE {_FIRST} AND seq = 4",
        id=chained.points[0],
    )
    found = problems()
    assert any("第2号事件（edit）与前一事件不相衔接" in p for p in found)
    assert any("第3号事件（edit）的内容已被改动" in p for p in found)


def test_reordered_events_are_found(chained: Chained, tamper: Tamper, problems: Problems) -> None:
    tamper(
        f"UPDATE event SET seq = 99 WHERE {_FIRST} AND seq = 2",
        f"UPDATE event SET seq = 2 WHERE {_FIRST} AND seq = 3",
        f"UPDATE event SET seq = 3 WHERE {_FIRST} AND seq = 99",
        id=chained.points[0],
    )
    found = problems()
    assert any("风险点 LF-XA-1 第2号事件" in p for p in found)
    assert any("风险点 LF-XA-1 第3号事件" in p for p in found)


def test_an_inserted_event_is_found(chained: Chained, tamper: Tamper, problems: Problems) -> None:
    copied = _COLUMNS.replace("seq", "5")
    tamper(
        f"INSERT INTO event ({_COLUMNS}) SELECT {copied} FROM event WHERE {_FIRST} AND seq = 4",
        id=chained.points[0],
    )
    assert any("风险点 LF-XA-1 第5号事件（edit）" in p for p in problems())


def test_a_cut_tail_shows_in_the_record(chained: Chained, tamper: Tamper, problems: Problems) -> None:
    tamper(f"DELETE FROM event WHERE {_FIRST} AND seq = 4", id=chained.points[0])
    assert problems() == ["风险点 LF-XA-1 字段 likelihood：账面为 3，事件链为 空"]


def test_an_edited_record_is_named_with_its_field(
    sealed: Chained, tamper: Tamper, problems: Problems
) -> None:
    tamper("UPDATE risk_point SET level = 'low' WHERE id = :id", id=sealed.points[0])
    assert problems() == ["风险点 LF-XA-1 字段 level：账面为 low，事件链为 medium"]


def test_an_edited_list_is_named(sealed: Chained, tamper: Tamper, problems: Problems) -> None:
    tamper("UPDATE risk_point SET measures = '[]' WHERE id = :id", id=sealed.points[1])
    assert len(problems()) == 1
    assert problems()[0].startswith("风险点 LF-XA-2 字段 measures：账面为 空，事件链为 [{")


def test_a_moved_record_is_named(sealed: Chained, tamper: Tamper, problems: Problems) -> None:
    tamper("UPDATE risk_point SET state = 'active' WHERE id = :id", id=sealed.points[2])
    assert problems() == ["风险点 LF-XA-3 状态：账面为 active，事件链为 draft"]


def test_an_edited_sensitive_field_is_found_by_its_digest(
    sealed: Chained, tamper: Tamper, problems: Problems
) -> None:
    tamper("UPDATE interview SET requirements = '[]'")
    assert problems() == ["约谈 YT-XA-1 字段 requirements：账面内容与事件链中的指纹不符"]


def test_a_removed_record_leaves_its_chain(sealed: Chained, tamper: Tamper, problems: Problems) -> None:
    tamper("DELETE FROM risk_point WHERE id = :id", id=sealed.points[2])
    assert problems() == [f"风险点 #{sealed.points[2]} 的记录已不存在，事件链尚在"]


def test_a_record_without_a_chain_is_named(sealed: Chained, tamper: Tamper, problems: Problems) -> None:
    names = "state, state_since, provisional, version, acted, created_at, "
    names += "created_by_id, unit_id, title, measures"
    tamper(
        f"INSERT INTO risk_point (code, {names}) SELECT 'LF-XA-9', {names} FROM risk_point WHERE id = :id",
        id=sealed.points[0],
    )
    assert problems() == ["风险点 LF-XA-9 没有事件链：不是经本系统建立的"]


def test_a_text_replaced_behind_its_digest_is_found(
    chained: Chained, tamper: Tamper, problems: Problems
) -> None:
    tamper("UPDATE sealed_text SET ciphertext = :data", data=crypto.encrypt('"另一句话"'))
    assert "约谈 YT-XA-1 的一段密文已被改动：与事件链中的指纹不符" in problems()


def test_a_text_removed_by_hand_is_missed(chained: Chained, tamper: Tamper, problems: Problems) -> None:
    tamper("DELETE FROM sealed_text")
    assert problems() == [f"约谈 YT-XA-1 第{seq}号事件的密文未经移送即被删除" for seq in (1, 2)]


def test_a_text_added_after_the_erasure_must_be_there(
    chained: Chained, tamper: Tamper, problems: Problems
) -> None:
    interview = db.session.get_one(Interview, chained.interview_id)
    change(interview, "erase", reason="（已移送）", content=None, requirements=[])
    audit.erase("interview", interview.id)
    change(interview, "edit", reason="重新办理")
    db.session.commit()
    assert problems() == []
    tamper("DELETE FROM sealed_text")
    assert problems() == ["约谈 YT-XA-1 第4号事件的密文未经移送即被删除"]


def test_an_unreadable_cell_is_a_finding_and_no_crash(
    sealed: Chained, tamper: Tamper, problems: Problems
) -> None:
    tamper("UPDATE interview SET content = :data", data=b"no ciphertext")
    assert problems() == ["约谈 YT-XA-1 的记录已被改坏而无法读取"]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("changes = '{'", "第2号事件（hold）的内容已被改动：与其指纹不符"),
        ("""changes = '{"fields": [1], "data": 2}'""", "第2号事件（hold）的内容已被改动：与其指纹不符"),
        ("""changes = '{"fields": {"level": 1}}'""", "第2号事件（hold）的内容已被改动：与其指纹不符"),
        ("at = 'gestern'", "第2号事件（hold）的内容已被改动：与其指纹不符"),
        ("mac = '签'", "第2号事件（hold）不是本系统写入的：校验码不符"),
        ("hash = '签'", "第2号事件（hold）的内容已被改动：与其指纹不符"),
        ("seq = 'x'", "有事件的序号已被改坏：x"),
        ("seq = 0", "有事件的序号已被改坏：0"),
    ],
)
def test_nonsense_in_an_event_is_a_finding_and_no_crash(
    chained: Chained, tamper: Tamper, problems: Problems, statement: str, problem: str
) -> None:
    where = "WHERE case_type = 'interview' AND seq = 2"
    refused = any(part in statement for part in ("'{'", "= 'x'", "at ="))
    if refused and db.engine.dialect.name == "postgresql":
        with pytest.raises(DataError):  # PostgreSQL itself takes no such value
            db.session.execute(text(f"UPDATE event SET {statement} {where}"))
        return
    tamper(f"UPDATE event SET {statement} {where}", "UPDATE risk_point SET level = 'high'")
    found = problems()
    assert f"约谈 YT-XA-1 {problem}" in found
    assert "风险点 LF-XA-1 字段 level：账面为 high，事件链为 medium" in found


def test_nonsense_in_a_record_is_a_finding_and_no_crash(
    chained: Chained, tamper: Tamper, problems: Problems
) -> None:
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DataError):
            db.session.execute(text("UPDATE risk_point SET measures = '{'"))
        return
    tamper("UPDATE risk_point SET measures = '{' WHERE id = :id", id=chained.points[0])
    assert problems() == ["风险点 LF-XA-1 的记录已被改坏而无法读取"]


def test_a_wrong_audit_key_breaks_every_mac(app: Flask, sealed: Chained, problems: Problems) -> None:
    settings = app.extensions["riskctl.settings"]
    crypto.configure(replace(settings, audit_key="another key entirely"))
    try:
        found = problems()
    finally:
        crypto.configure(settings)
    assert sum("校验码不符" in p for p in found) == 8
    assert "第1号封签的公钥不是本系统的公钥" in found


def test_the_list_of_problems_stays_short(
    chained: Chained, tamper: Tamper, problems: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST_LISTED", 3)
    tamper("UPDATE event SET mac = 'x'")
    found = problems()
    assert len(found) == 4
    assert found[-1] == "另有5处问题未逐一列出"


@pytest.mark.parametrize("hash_name", ["sm3", "sha256"])
def test_events_of_both_hashes_verify(
    app: Flask, chained: Chained, problems: Problems, hash_name: str
) -> None:
    settings = app.extensions["riskctl.settings"]
    crypto.configure(replace(settings, hash_name=hash_name))
    try:
        change(db.session.get_one(Interview, chained.interview_id), "edit", report="已整改")
        db.session.commit()
        assert problems() == []
    finally:
        crypto.configure(settings)
    assert problems() == []
