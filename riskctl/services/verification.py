"""Verifies the whole event chain against itself, against the records, and against seals (architecture 7).

It cannot find a tail that is newer than the last seal and was cut together with its record: nothing else
knows of it. Nor, without a seal file kept elsewhere, seals that were cut off together with their events.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from riskctl.extensions import db, writing
from riskctl.models import Event
from riskctl.services import seals
from riskctl.services.chain_checks import check_chains
from riskctl.services.findings import Findings
from riskctl.services.record_checks import check_records, check_unchained
from riskctl.services.replay import Replayed
from riskctl.services.seal_checks import check_file, check_seals, unsealed


@dataclass(frozen=True)
class Report:
    """How many events, cases and seals were checked, how many events no seal holds yet, what is wrong."""

    count: int
    records: int
    seals: int
    unsealed: int
    problems: list[str]


def verify(seal_file: Path | None = None, *, told: Callable[[int, int], None] | None = None) -> Report:
    """Check everything committed, in bounded memory; raises InvalidInput when the file is no seal. `told`
    hears how many events of how many are checked."""
    content = seals.read_seal(seal_file) if seal_file else None
    with _snapshot() as session:
        findings = Findings(session)
        check_records(session, _told(check_chains(session, findings), findings, told), findings)
        check_unchained(session, findings)
        count = check_seals(session, findings)
        if content is not None:
            check_file(session, content, findings)
        problems = list(findings.problems)
        if findings.unlisted:
            problems.append(f"另有{findings.unlisted}处问题未逐一列出")
        return Report(findings.events, findings.records, count, unsealed(session), problems)


def _told(
    chains: Iterator[tuple[str, int, Replayed]], findings: Findings, told: Callable[[int, int], None] | None
) -> Iterator[tuple[str, int, Replayed]]:
    total = findings.session.scalar(select(func.count()).select_from(Event)) or 0 if told else 0
    for chain in chains:
        yield chain
        if told:
            told(findings.events, total)


@contextmanager
def _snapshot() -> Iterator[Session]:
    """A reading session of its own that sees one moment throughout: writers neither wait nor interfere."""
    token = writing.set(False)
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with Session(engine) as session:
            yield session
    finally:
        writing.reset(token)
