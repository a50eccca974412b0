"""Records as plain data for pages and API: fields, labels, colour, whom they wait for, what may be done."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from riskctl.errors import Reason
from riskctl.models import Attachment, Case, Issue, Notice, RiskPoint, SelfCheck, Unit
from riskctl.permissions import Actor
from riskctl.services import audit, desk, ledgers, recurrences, risk_point_changes, transitions, urgency
from riskctl.services.audit import EventView, plain
from riskctl.services.colours import colour_of, computed, original_of
from riskctl.services.duties import Waiting
from riskctl.services.ledgers import knows_petitions
from riskctl.services.transitions import KINDS, Action
from riskctl.workflows.engine import Input
from riskctl.workflows.risk_point_inputs import missing_fields

_EXTRA: Mapping[str, tuple[str, ...]] = {
    "risk_point": ("computed_level", "grading_rule", "manager_level", "successor_id"),
    "notice": ("document_class", "pdf_sha256"),
    "extension": ("title", "due_original"),
    "annual_review": ("title",),
    "lookback": ("title", "campaign_title"),
    "warning": ("title",),
}
# The contract's names for links that are stored as ids.
_NAMES = {
    "drafter_id": "drafter", "checker_id": "checker", "signer_id": "signer",
    "supersedes_id": "supersedes", "superseded_by_id": "superseded_by",
}  # fmt: skip
_CLAUSE = ("document", "number", "clause", "text")
_PARTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("risk_point", "measures"): ("text", "kind", "owner_post", "cycle"),
    ("issue", "measures"): ("text", "owner_post", "due_on", "done_on"),
    ("issue", "basis"): _CLAUSE,
    ("interview", "requirements"): ("text", "due_on"),
    ("notice", "basis"): _CLAUSE,
    ("extension", "milestones"): ("measure", "due_on"),
    ("notice", "service"): ("method", "servers", "receiver", "at"),
}
_MEASURE = {"evidence_required": True, "evidence": ()}
# The subject's own words and what was said are for those who open the record, not for lists.
SINGLE_ONLY = frozenset(
    {"content", "statement", "attitude", "report", "reply", "evaluation", "subject_opinion"}
)


def state_label(record: Case) -> str:
    """The state in the office's word; a notice is 作废 before and 已撤销 after its dispatch."""
    if isinstance(record, Notice) and record.state == "withdrawn" and record.service.get("at"):
        return "已撤销"
    label: str = KINDS[record.CASE_TYPE].workflow.states[record.state]
    return label


def row(actor: Actor, record: Case) -> dict[str, Any]:
    """One row of a list."""
    told = {_NAMES.get(name, name): name for name in (*record.TRACKED, *_EXTRA.get(record.CASE_TYPE, ()))}
    fields = {
        shown: _whole(record.CASE_TYPE, name, plain(ledgers.shown(actor, record, name)))
        for shown, name in told.items()
        if name not in SINGLE_ONLY
    }
    return {**_head(record), **fields, **_derived(record)}


def named(record: Case | type[Case], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a past day under the contract's names, all that the kind has."""
    return {
        _NAMES.get(name, name): _whole(record.CASE_TYPE, name, fields.get(name)) for name in record.TRACKED
    }


def _whole(case_type: str, name: str, value: Any) -> Any:
    """A stored object with every part that the contract names, those not known yet as null."""
    parts = _PARTS.get((case_type, name))
    if parts is None or not isinstance(value, (dict, list)):
        return value
    empty = dict.fromkeys(parts)
    if isinstance(value, dict):
        return {**empty, **value}
    evidence = _MEASURE if (case_type, name) == ("issue", "measures") else {}
    return [{**empty, **evidence, **item} for item in value]


def _head(record: Case) -> dict[str, Any]:
    return {
        "id": record.id,
        "code": record.code,
        "state": record.state,
        "state_label": state_label(record),
        "state_since": plain(record.state_since),
        "version": record.version,
        "due_on": plain(transitions.due_of(record)),
        "step_due_on": plain(record.step_due_on),
        "provisional": record.provisional,
        "colour": colour_of(record),
        "computed_colour": found.colour if (found := computed(record)) else None,
        "unit_name": record.unit.name,
        "created_at": plain(record.created_at),
        "created_by_id": record.created_by_id,
    }


def _derived(record: Case) -> dict[str, Any]:
    if isinstance(record, Issue):
        return {"progress": record.progress, "original_colour": original_of(record)}
    if isinstance(record, RiskPoint):
        missing = [{"name": item.name, "label": item.label} for item in missing_fields(record)]
        return {"missing": missing, "proposals": _proposals(record)}
    return {}


def _proposals(point: RiskPoint) -> list[dict[str, Any]]:
    return [risk_point_changes.told(p) for p in point.proposals if p.decision is None]


def single(actor: Actor, record: Case) -> dict[str, Any]:
    """One record whole, with `actions` and `waits_for`."""
    shown = row(actor, record)
    for name in SINGLE_ONLY & set(record.TRACKED):
        shown[name] = plain(getattr(record, name))
    shown["waits_for"] = [waiting(entry) for entry in transitions.waits_for(record)]
    shown["desk"] = desk_of(record)
    shown |= urgency.told(record)
    if isinstance(record, Issue):
        shown["recurrence_of"] = [issue.code for issue in recurrences.earlier(actor, record)]
    shown["actions"] = [action(entry) for entry in transitions.available(actor, record)]
    return shown


def desk_of(record: Case) -> dict[str, Any]:
    """To whom the case was handed and who was asked to agree; a sign-off counts while nothing changed since."""
    held, done = desk.desk().assignment(record), desk.agreed(record)
    return {
        "assigned_to": held.to_user_id if held else None,
        "assigned_for": held.reason if held else None,
        "sign_offs": [
            {"user_id": row.user_id, "agreed_at": plain(row.agreed_at) if row.user_id in done else None}
            for row in desk.desk().sign_offs(record)
        ],
    }


def waiting(entry: Waiting) -> dict[str, Any]:
    """Whom a case waits for, as plain data."""
    return {k: plain(v) for k, v in asdict(entry).items()}


def action(entry: Action) -> dict[str, Any]:
    """One step as plain data (contract 3)."""
    shown = {
        "trigger": entry.trigger,
        "label": entry.label,
        "allowed": entry.allowed,
        "reasons": [reason(item) for item in entry.reasons],
        "inputs": [described(item) for item in entry.inputs],
    }
    return {**shown, "paper": [described(item) for item in entry.paper]} if entry.paper else shown


def reason(item: Reason) -> dict[str, Any]:
    """One reason as plain data."""
    shown = {"code": item.code, "message": item.message}
    return {**shown, "field": item.field} if item.field else shown


def described(item: Input) -> dict[str, Any]:
    """One input as plain data; only what it has."""
    shown: dict[str, Any] = {
        "name": item.name, "label": item.label, "type": item.type, "required": item.required,
    }  # fmt: skip
    if item.type in ("choice", "user", "users", "unit"):
        shown["choices"] = [{"value": value, "label": label} for value, label in item.choices]
    if item.fields:
        shown["fields"] = [described(part) for part in item.fields]
    for name in ("default", "min", "max", "min_items", "hint"):
        value = getattr(item, name)
        if value not in (None, ""):
            shown[name] = plain(value)
    return shown


def event(actor: Actor, view: EventView) -> dict[str, Any]:
    """One event as plain data, with its hashes; a petition stays hidden from who may not know of it."""
    entry = view.event
    fields = dict(view.fields)
    if "petition" in fields.get("source", ()) and not knows_petitions(actor):
        fields.pop("source_doc", None)
        fields["source"] = ["daily" if value == "petition" else value for value in fields["source"]]
        if fields["source"][0] == fields["source"][1]:
            del fields["source"]  # a change that is none for who may not know
    return {
        "id": entry.id,
        "case_type": entry.case_type,
        "case_id": entry.case_id,
        "seq": entry.seq,
        "at": plain(entry.at),
        "actor_id": entry.actor_id,
        "trigger": entry.trigger,
        "label": trigger_label(entry.case_type, entry.trigger),
        "from_state": entry.from_state,
        "to_state": entry.to_state,
        "changes": fields,
        "data": view.data,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }


_OTHER_TRIGGERS = {
    "create": "登记",
    "edit": "修改",
    "correct": "更正",
    "import": "导入",
    "link": "关联风险点",
    "erase": "清除文字",
    "print": "生成正式文本",
    "superseded": "被新文书替代",
    "release": "部分撤回",
    "print_paper": "打印正式文本",
    "reprint": "补打副本",
    "accept_import": "采纳变更建议",
    "draft_notice": "拟制预警通知书",
    "check": "记录检查",
    "enter_readings": "录入监测数据",
    "correct_reading": "更正监测数据",
    "refuse_import": "不采纳变更建议",
    "propose_import": "导入变更建议",
    "login": "登录",
    "lock": "登录锁定",
    "confirm": "再次验证密码",
    "change_password": "修改密码",
    "create_token": "签发令牌",
    "grant": "授予岗位",
    "revoke": "撤销岗位",
    "override": "调整日历",
    "import_year": "录入放假安排",
    "extend": "延期",
    "recount": "重新推算期限",
    "set_rule": "调整规则",
    "issuer": "设定发文机关",
    "change": "修改",
    "save_template": "修改文书模板",
    "seed": "建账",
    "report_changes": "报告变更",
    "freeze_ledger": "形成年度台账",
    "freeze_snapshot": "形成月度快照",
    "export_ledger": "导出台账",
    "print_documents": "批量打印文书",
    "print_ledger": "打印台账",
    "urge": "催办",
    "hand_over": "转办",
    "handover": "人员交接",
    "ask_agreement": "提请会签",
    "turn_yellow": "挂黄牌",
    "answer_zero_report": "报送零报告",
    "take_suggestion": "采纳约谈建议",
    "decline_suggestion": "不采纳约谈建议",
    "set_colour": "人工定色",
    "lift_colour": "解除人工定色",
}


def trigger_label(case_type: str, trigger: str) -> str:
    """What was done, in the office's word."""
    kind = KINDS.get(case_type)
    labels = {step.trigger: step.label for step in kind.workflow.steps} if kind else {}
    return labels.get(trigger) or _OTHER_TRIGGERS.get(trigger, trigger)


def history(
    actor: Actor, record: Case, *, before_seq: int | None = None, limit: int | None = 200
) -> list[dict[str, Any]]:
    """The life of a case, oldest first."""
    views = audit.history(record.CASE_TYPE, record.id, before_seq=before_seq, limit=limit)
    return [without_secrets(actor, record, event(actor, view)) for view in views]


def without_secrets(actor: Actor, record: Case, entry: dict[str, Any]) -> dict[str, Any]:
    """An event of the record without what the actor may not learn from it."""
    if isinstance(record, Issue) and record.source == "petition" and not knows_petitions(actor):
        entry["changes"].pop("source_doc", None)  # its name would tell that someone complained
    if isinstance(record, SelfCheck) and not ledgers.knows_origin(actor, record):
        entry["changes"].pop("origin_id", None)
    return entry


def unit(record: Unit) -> dict[str, Any]:
    """A unit as plain data."""
    shown = {name: getattr(record, name) for name in ("id", "code", "name", "kind", "parent_id")}
    return {**shown, "covers": sorted(covered.id for covered in record.covers)}


def attachment(stored: Attachment) -> dict[str, Any]:
    """A stored file as plain data, without its bytes."""
    return {name: getattr(stored, name) for name in ("id", "sha256", "size", "media_type", "name")}
