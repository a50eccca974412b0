"""Checks the seals in the database, and a seal file that was kept elsewhere, against the events."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from riskctl import crypto
from riskctl.models import Event, Seal, SealEvent
from riskctl.services import seals
from riskctl.services.audit import GENESIS
from riskctl.services.findings import Findings

_AT_ONCE = 100


def check_seals(session: Session, findings: Findings) -> int:
    """Check chain, signature, root and members of every seal; how many there are."""
    count, last_hash = 0, GENESIS
    last_id = 0
    while some := session.scalars(
        select(Seal).where(Seal.id > last_id).order_by(Seal.id).limit(_AT_ONCE)
    ).all():
        for seal in some:
            if seal.prev_hash != last_hash:
                findings.add(f"{_name(seal)}与前一封签不相衔接：其间有封签被删除或插入")
            _check_signature(seal, findings)
            _check_members(session, seal, findings)
            count, last_hash, last_id = count + 1, seal.hash, seal.id
        session.expunge_all()
    return count


def _name(seal: Seal) -> str:
    return f"第{seal.id}号封签"


def _check_signature(seal: Seal, findings: Findings) -> None:
    if seal.hash_name not in crypto.HASHES or seals.hash_of(seals.covered(seal)) != seal.hash:
        findings.add(f"{_name(seal)}的内容已被改动：与其指纹不符")
    if seal.public_key != crypto.public_key():
        findings.add(f"{_name(seal)}的公钥不是本系统的公钥")
    if not crypto.signature_is_true(seal.hash, seal.signature, seal.public_key):
        findings.add(f"{_name(seal)}的签名无效")


def _check_members(session: Session, seal: Seal, findings: Findings) -> None:
    if seal.hash_name not in crypto.HASHES:
        return
    tree = seals.Merkle(seal.hash_name)
    query = (
        select(
            SealEvent.event_id, SealEvent.event_hash,
            Event.case_type, Event.case_id, Event.seq, Event.hash, Event.trigger,
        )
        .join(Event, Event.id == SealEvent.event_id, isouter=True)
        .where(SealEvent.seal_id == seal.id)
        .order_by(SealEvent.event_id)
    )  # fmt: skip
    missing = False
    for row in session.execute(query):
        if row.hash is None:
            missing = True
            findings.add(f"{_name(seal)}所封的事件（编号{row.event_id}）已被删除")
            continue
        if row.hash != row.event_hash:
            findings.add(f"{findings.event(row)}与{_name(seal)}所封的不是同一内容")
        tree.add(row.case_type, row.case_id, row.seq, row.hash)
    if not missing and (tree.count != seal.event_count or tree.root() != seal.root):
        findings.add(
            f"{_name(seal)}所封的事件与签名时不符：签名时{seal.event_count}个，现有{tree.count}个，根指纹"
            f"{'一致' if tree.root() == seal.root else '不同'}"
        )


def check_file(session: Session, content: Mapping[str, Any], findings: Findings) -> None:
    """Check the database against a seal file: each event that it lists must still be there, unchanged."""
    members = _members(content)
    if members is None or content["hash_name"] not in crypto.HASHES:
        findings.add("封签文件本身已被改动：所列事件无法辨认")
        return
    name = f"封签文件（第{content['id']}号）"
    signed = [str(content[part]) for part in ("hash", "signature", "public_key")]
    if (
        seals.hash_of(content) != content["hash"]
        or seals.root_of(members, content["hash_name"]) != content["root"]
        or not crypto.signature_is_true(*signed)
    ):
        findings.add(f"{name}本身已被改动：签名与内容不符")
        return
    if content["public_key"] != crypto.public_key():
        findings.add(f"{name}的公钥不是本系统的公钥")
    if session.scalar(select(func.count()).where(Seal.hash == content["hash"])) == 0:
        findings.add(f"{name}对应的封签在数据库中已不存在或已被替换")
    _check_listed(session, name, members, findings)


def _members(content: Mapping[str, Any]) -> list[seals.Member] | None:
    listed = content["events"]
    forms = (str, int, int, str)
    if not isinstance(listed, list):
        return None
    for item in listed:
        if not isinstance(item, list) or [type(part) for part in item] != list(forms):
            return None
    return [(item[0], item[1], item[2], item[3]) for item in listed]


def _check_listed(session: Session, name: str, members: list[seals.Member], findings: Findings) -> None:
    for case_type, case_id, seq, event_hash in members:
        found = session.scalar(
            select(Event.hash).where(Event.case_type == case_type, Event.case_id == case_id, Event.seq == seq)
        )
        if found is None:
            findings.add(f"{findings.subject(case_type, case_id)} 第{seq}号事件在{name}中，数据库中已不存在")
        elif found != event_hash:
            findings.add(f"{findings.subject(case_type, case_id)} 第{seq}号事件与{name}中的不是同一内容")


def unsealed(session: Session) -> int:
    """How many events no seal holds yet."""
    held = select(SealEvent.event_id).where(SealEvent.event_id == Event.id).exists()
    return session.scalar(select(func.count()).select_from(Event).where(~held)) or 0
