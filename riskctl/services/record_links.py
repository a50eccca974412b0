"""Which other records a record's page links to, as far as its reader may see them."""

from collections.abc import Sequence
from typing import Any

from riskctl.extensions import db
from riskctl.models import (
    Case,
    Extension,
    Interview,
    Issue,
    Lookback,
    Notice,
    RiskPoint,
    RiskWarning,
    SelfCheck,
)
from riskctl.permissions import Actor
from riskctl.services import ledgers
from riskctl.services.ledger_tables import MODELS
from riskctl.services.ledgers import Query


def links(actor: Actor, record: Case) -> list[tuple[str, Sequence[Case]]]:
    """The linked records under their heading; of those that the actor may not see he learns nothing."""
    found: list[tuple[str, Sequence[Case]]] = []
    if isinstance(record, Issue):
        found.append(
            ("风险点", [p for p in record.risk_points if ledgers.is_visible(actor, "risk_point", p.id)])
        )
        found.append(("延期", _linked(actor, "extension", "issue", record.id)))
        found.append(("文书", _linked(actor, "notice", "issue", record.id)))
        found.append(("约谈", _linked(actor, "interview", "issue", record.id)))
        found.append(("举一反三自查", _linked(actor, "self_check", "issue", record.id)))
    elif isinstance(record, RiskPoint):
        found.append(("预警", _linked(actor, "warning", "risk_point", record.id)))
        found.append(("问题", _linked(actor, "issue", "risk_point", record.id)))
        found.append(("文书", _linked(actor, "notice", "risk_point", record.id)))
    elif isinstance(record, RiskWarning):
        found += _beside(actor, record)
    elif isinstance(record, Extension):
        found.append(("问题", [record.issue]))
    elif isinstance(record, Lookback):
        found += [("回头看", [record.campaign]), ("问题", [record.issue])]
    elif isinstance(record, SelfCheck):
        pairs = (("原问题", record.origin), ("本单位问题", record.found_issue))
        found += [(label, [i]) for label, i in pairs if i and ledgers.is_visible(actor, "issue", i.id)]
    elif isinstance(record, (Notice, Interview)):
        found.append(("问题", [i for i in record.issues if ledgers.is_visible(actor, "issue", i.id)]))
        found.append(("文书", _papers(actor, record)))
    return [(label, items) for label, items in found if items]


def _beside(actor: Actor, warning: RiskWarning) -> list[tuple[str, Sequence[Case]]]:
    pairs = (
        ("风险点", "risk_point", warning.risk_point_id),
        ("问题", "issue", warning.issue_id),
        ("文书", "notice", warning.notice_id),
    )
    seen = [(label, kind, i) for label, kind, i in pairs if i and ledgers.is_visible(actor, kind, i)]
    return [(label, [db.session.get_one(MODELS[kind], i)]) for label, kind, i in seen]


def _papers(actor: Actor, record: Notice | Interview) -> list[Any]:
    """The papers of an interview; of a paper those that belong to it, and the one that it belongs to."""
    if isinstance(record, Interview):
        return _linked(actor, "notice", "interview", record.id)
    above = [record.parent_id] if record.parent_id else []
    parents = [db.session.get_one(Notice, i) for i in above if ledgers.is_visible(actor, "notice", i)]
    return [*parents, *_linked(actor, "notice", "parent", record.id)]


def _linked(actor: Actor, case_type: str, name: str, record_id: int) -> list[Any]:
    return ledgers.page(actor, case_type, Query(linked={name: record_id}, limit=50)).items
