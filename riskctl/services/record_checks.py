"""Compares the records as they stand with what their events tell: a row edited by hand is found here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, inspect, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from riskctl import crypto
from riskctl.models import Case, Event, SealedText
from riskctl.models.base import canonical
from riskctl.services.audit import snapshot
from riskctl.services.findings import Findings, case_models
from riskctl.services.replay import Replayed
from riskctl.services.sealed_texts import digest_of, matches

_AT_ONCE = 400
_SHOWN = 40
_EMPTY: tuple[Any, ...] = (None, [], {})


def check_records(session: Session, chains: Iterable[tuple[str, int, Replayed]], findings: Findings) -> None:
    """Compare each case with its chain, a few hundred at a time."""
    for case_type, some in _batches(chains):
        salts = _check_texts(session, case_type, some, findings)
        model = case_models().get(case_type)
        if model is not None:
            _compare(session, model, some, salts=salts, findings=findings)
        session.expunge_all()


def _batches(chains: Iterable[tuple[str, int, Replayed]]) -> Iterator[tuple[str, dict[int, Replayed]]]:
    batch: dict[int, Replayed] = {}
    current = ""
    for case_type, case_id, replayed in chains:
        if batch and (case_type != current or len(batch) == _AT_ONCE):
            yield current, batch
            batch = {}
        current = case_type
        batch[case_id] = replayed
    if batch:
        yield current, batch


def _check_texts(
    session: Session, case_type: str, some: Mapping[int, Replayed], findings: Findings
) -> dict[str, str]:
    query = select(SealedText.digest, SealedText.case_id, SealedText.salt, SealedText.ciphertext)
    query = query.where(SealedText.case_type == case_type, SealedText.case_id.in_(some))
    salts: dict[str, str] = {}
    for digest, case_id, salt, ciphertext in session.execute(query):
        salts[digest] = salt
        if not _genuine(digest, salt, ciphertext):
            findings.add(f"{findings.subject(case_type, case_id)} 的一段密文已被改动：与事件链中的指纹不符")
    for case_id, replayed in some.items():
        for seq in sorted({seq for digest, seq in replayed.texts.items() if digest not in salts}):
            findings.add(f"{findings.subject(case_type, case_id)} 第{seq}号事件的密文未经移送即被删除")
    return salts


def _genuine(digest: str, salt: str, ciphertext: bytes) -> bool:
    try:
        return matches(digest, salt, crypto.decrypt(ciphertext))
    except crypto.Undecipherable:
        return False


def _compare(
    session: Session,
    model: type[Case],
    some: Mapping[int, Replayed],
    *,
    salts: Mapping[str, str],
    findings: Findings,
) -> None:
    found = _load(session, model, list(some), findings)
    findings.records += len(found)
    for case_id, replayed in some.items():
        if case_id not in found:
            findings.add(f"{findings.subject(model.CASE_TYPE, case_id)} 的记录已不存在，事件链尚在")
            continue
        record = found[case_id]
        if record is not None:
            for problem in _differences(record, replayed, salts):
                findings.add(f"{findings.subject(model.CASE_TYPE, case_id)} {problem}")


def _load(
    session: Session, model: type[Case], ids: Sequence[int], findings: Findings
) -> dict[int, Case | None]:
    query = select(model).where(model.id.in_(ids)).options(*_collections(model))
    try:
        return {record.id: record for record in session.scalars(query)}
    except (ValueError, TypeError, crypto.Undecipherable):
        session.expunge_all()
    if len(ids) > 1:
        return {id_: record for one in ids for id_, record in _load(session, model, [one], findings).items()}
    findings.add(f"{findings.subject(model.CASE_TYPE, ids[0])} 的记录已被改坏而无法读取")
    return {ids[0]: None}


def _collections(model: type[Case]) -> list[ORMOption]:
    # The lists of linked ids among the tracked fields would else be one query for each record.
    return [
        selectinload(getattr(model, relation.key))
        for relation in inspect(model).relationships
        if relation.secondary is not None
    ]


def _differences(record: Case, replayed: Replayed, salts: Mapping[str, str]) -> Iterator[str]:
    for name, value in snapshot(record).items():
        told = replayed.fields.get(name)
        if digest := digest_of(told):
            if digest in salts and not matches(digest, salts[digest], canonical(value)):
                yield f"字段 {name}：账面内容与事件链中的指纹不符"
        elif value != told and not (value in _EMPTY and told in _EMPTY):
            yield f"字段 {name}：账面为 {_short(value)}，事件链为 {_short(told)}"
    if record.state != replayed.state:
        yield f"状态：账面为 {record.state}，事件链为 {replayed.state}"


def _short(value: Any) -> str:
    text = "空" if value in _EMPTY else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def check_unchained(session: Session, findings: Findings) -> None:
    """Name every record that has no event at all."""
    for case_type, model in case_models().items():
        told = exists().where(Event.case_type == case_type, Event.case_id == model.id)
        query = select(model.id).where(~told).order_by(model.id).execution_options(yield_per=_AT_ONCE)
        for case_id in session.scalars(query):
            findings.add(f"{findings.subject(case_type, case_id)} 没有事件链：不是经本系统建立的")
