"""The forms by which cases are noted and edited: described by the same inputs as the steps."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError

from riskctl import clock
from riskctl.errors import InvalidInput, Reason
from riskctl.models import Case, Extension, Issue, Notice, RiskPoint, RiskWarning
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.services import (
    drafting,
    extensions,
    interview_suggestions,
    issues,
    ledgers,
    organization,
    rules,
    warnings,
)
from riskctl.services.ledgers import Query
from riskctl.services.transitions import KINDS
from riskctl.web import extension_forms, notice_forms
from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Input
from riskctl.workflows.issue_inputs import AMOUNT_INVOLVED, AMOUNT_RECOVERED, AMOUNT_RETURNED, CLAUSE_FIELDS
from riskctl.workflows.risk_point_inputs import REQUIRED_FIELDS, missing_fields

_LINKABLE = 60


def _unit(actor: Actor, permission: Permission) -> Input:
    choices = tuple(organization.unit_choices(actor, actor.units(permission)))
    only = choices[0][0] if len(choices) == 1 else None
    return Input("unit_id", "责任单位", "choice", choices=choices, default=only)


def _proxy(actor: Actor) -> Sequence[Input]:
    # 代填: only who may stand in for a colleague is asked for whom.
    hint = "代没有账号的同事填报的，写明是谁：岗位和姓名"
    asked = Input("on_behalf", "代填对象", required=False, max_length=64, hint=hint)
    return (asked,) if Role.COMMISSIONER in actor.roles else ()


def issue(actor: Actor) -> Sequence[Input]:
    """登记问题."""
    return (
        _unit(actor, Permission.ISSUE_REGISTER),
        Input("source", "问题来源", "choice", choices=words.choices(issues.sources_for(actor))),
        Input("found_on", "发现日期", "date", max=clock.today(), default=clock.today()),
        Input("title", "问题标题", max_length=200, hint="一句话写明问题，不写姓名"),
        Input("domain", "问题领域", "choice", required=False, choices=words.choices(words.DOMAINS)),
        Input("source_doc", "来源文件", required=False, max_length=200, hint="例：巡察反馈意见第3条"),
        Input("severity", "严重程度（建议）", "choice", required=False, choices=words.choices(words.SEVERITIES)),
        Input("verbatim", "问题原文", hint="按反馈或检查记录的原话填写，核定后锁定"),
        Input("owner_level", "台账级别", "choice", required=False, choices=words.choices(words.OWNER_LEVELS)),
        Input("resp_post", "责任岗位", required=False, max_length=64),
        Input("resp_leader_post", "责任领导（职务）", required=False, max_length=64),
        AMOUNT_INVOLVED,
        *_proxy(actor),
    )  # fmt: skip


def risk_point(actor: Actor) -> Sequence[Input]:
    """新增风险点: only unit and title are needed now, the step asks for the rest."""
    return (
        _unit(actor, Permission.RISK_POINT_CREATE),
        Input("title", "风险点", max_length=255, hint="例：设计变更未按规定审批"),
        *(replace(item, required=False) for item in REQUIRED_FIELDS),
        Input("process_step", "环节", required=False, max_length=128),
        Input("dept_head_post", "部门责任岗位", required=False, max_length=128),
        *_proxy(actor),
    )


def interview(actor: Actor) -> Sequence[Input]:
    """拟约谈."""
    return (
        _unit(actor, Permission.INTERVIEW_PROPOSE),
        Input("kind", "约谈类型", "choice", choices=words.choices(words.INTERVIEW_KINDS)),
        Input("subject_rank", "职级", "choice", choices=words.choices(words.SUBJECT_RANKS)),
        Input("subject_post", "被约谈人（职务）", max_length=128, hint="填职务，不填姓名"),
        Input("basis", "依据", required=False, max_length=255, hint="例：问题编号、批准文号"),
        Input("reason", "约谈事由"),
    )


def campaign(actor: Actor) -> Sequence[Input]:
    """拟定回头看: its scope is what the list will be drawn up from."""
    units = tuple(organization.unit_choices(actor, actor.units(Permission.CAMPAIGN_MANAGE)))
    sources = {key: word for key, word in words.SOURCES.items() if key != "petition"}
    least = rules.value("lookback_share")
    return (
        Input("title", "名称", max_length=200, hint="例：2026年第四季度整改回头看"),
        Input("kind", "类型", "choice", choices=words.choices(words.CAMPAIGN_KINDS), default="lookback"),
        Input(
            "share", "其余问题抽取比例（%）", "integer", min=least, max=100, default=least,
            hint=f"严重问题和巡视巡察问题全部复查，其余不低于{least}%",
        ),
        Input("unit_id", "范围：单位", "choice", choices=units, default=units[0][0] if units else None),
        Input("closed_from", "范围：销号起期", "date", required=False, default=request.args.get("closed_from")),
        Input("closed_to", "范围：销号止期", "date", required=False, default=request.args.get("closed_to")),
        Input("severity", "范围：严重程度", "choice", required=False, choices=words.choices(words.SEVERITIES)),
        Input("source", "范围：来源", "choice", required=False, choices=words.choices(sources)),
        Input("domain", "范围：领域", "choice", required=False, choices=words.choices(words.DOMAINS)),
        Input("programme", "方案要点", required=False, hint="依据、重点、步骤；专项整治写明整治事项"),
        Input(
            "questions", "复查问题", "list", required=False, hint="每项复查都须逐一回答",
            fields=(Input("text", "问题", max_length=200),),
        ),
    )  # fmt: skip


def warning(actor: Actor) -> Sequence[Input]:
    """预警 beside a point, or its proposal."""
    today = clock.today()
    return (
        Input("colour", "预警等级", "choice", choices=warnings.colours_for(None, 0)),
        Input("facts", "监测发现的情形", hint="写明时间、数据和来源，不写举报人信息"),
        Input("requirement", "防控要求"),
        Input("reply_due", "反馈期限", "date", required=False, min=today, hint="不填则按规定的时限"),
    )


FORMS = {
    "issue": issue, "risk_point": risk_point, "interview": interview, "warning": warning,
    "campaign": campaign,
    "extension": extension_forms.form,
}  # fmt: skip


def started(
    actor: Actor, case_type: str, given: Mapping[str, str]
) -> tuple[Sequence[Input], Mapping[str, Any]]:
    """The form of a new case, begun with what the system's suggestion says, and what is linked with it."""
    inputs, wanted = FORMS[case_type](actor), given.get("suggestion", "")
    if case_type != "interview" or not wanted.isdecimal() or len(wanted) > 9:
        return inputs, {}
    told = interview_suggestions.prefilled(actor, int(wanted))
    names = {item.name for item in inputs}
    linked = {"suggestion_id": int(wanted), **{k: v for k, v in told.items() if k not in names}}
    return [replace(item, default=told.get(item.name, item.default)) for item in inputs], linked


_MAY_EDIT = {
    "issue": Permission.ISSUE_EDIT,
    "risk_point": Permission.RISK_POINT_EDIT,
    "interview": Permission.INTERVIEW_EDIT,
    "notice": Permission.NOTICE_DRAFT,
    "extension": Permission.ISSUE_EDIT,
    "campaign": Permission.CAMPAIGN_MANAGE,
    "warning": Permission.WARNING_PROPOSE,
}


def _more_of_issue(actor: Actor, record: Issue) -> Iterable[Input]:
    yield Input(
        "rectify_type", "整改类型", "choice", required=False, choices=words.choices(words.RECTIFY_TYPES)
    )
    yield Input("due_on", "整改期限", "date", required=False)
    points = ledgers.page(actor, "risk_point", Query(unit=record.unit_id, limit=_LINKABLE)).items
    linked = {point.id: point for point in [*record.risk_points, *points]}
    choices = tuple((point.id, f"{point.code} {point.title}") for point in linked.values())
    yield Input("risk_point_ids", "关联风险点", "users", required=False, choices=choices)
    yield Input("basis", "认定依据", "list", required=False, fields=CLAUSE_FIELDS)
    yield Input("requirement", "整改要求", required=False)
    yield Input("acceptance_standard", "验收标准", required=False)
    yield AMOUNT_RECOVERED
    yield AMOUNT_RETURNED


def _more_of_interview(actor: Actor, record: Any) -> Iterable[Input]:
    found = ledgers.page(actor, "issue", Query(unit=record.unit_id, limit=_LINKABLE)).items
    linked = {issue.id: issue for issue in [*record.issues, *found]}
    choices = tuple((issue.id, f"{issue.code} {issue.title}") for issue in linked.values())
    yield Input("issue_ids", "关联问题", "users", required=False, choices=choices)


_MORE: Mapping[str, Callable[[Actor, Any], Iterable[Input]]] = {
    "issue": _more_of_issue,
    "interview": _more_of_interview,
}


def _open_fields(actor: Actor, record: Case) -> frozenset[str]:
    workflow = KINDS[record.CASE_TYPE].workflow
    found = workflow.editable.get(record.state, frozenset())
    if corrects(record) and allowed(actor, Permission.ISSUE_CORRECT, record.unit.id):
        found |= workflow.corrections[record.state]
    if isinstance(record, RiskPoint) and record.state != "draft":
        # In the ledger only what is missing may be filled in; the rest changes through a review.
        found &= {item.name for item in missing_fields(record)}
    return found


def corrects(record: Case) -> bool:
    """Whether an edit in this state is a correction, which needs a reason."""
    return record.state in KINDS[record.CASE_TYPE].workflow.corrections


def editable(actor: Actor, record: Case) -> list[Input]:
    """The inputs of what the actor may change of the record now, with what stands there; empty if nothing."""
    if record.CASE_TYPE not in _MAY_EDIT:
        return []  # its steps alone change it
    own = getattr(record, "created_by_id", None) == actor.user_id and record.CASE_TYPE == "interview"
    needed = _MAY_EDIT.get(record.CASE_TYPE)
    if not (own or (needed and allowed(actor, needed, record.unit.id))):
        return []
    if isinstance(record, RiskWarning) and record.created_by_id != actor.user_id:
        return []  # a proposal is its author's
    if isinstance(record, Notice):
        return _of_notice(actor, record)
    names = _open_fields(actor, record)
    if not names or (isinstance(record, Extension) and not extensions.may_ask(actor, record.issue)):
        return []
    known = [*FORMS[record.CASE_TYPE](actor), *_MORE.get(record.CASE_TYPE, _nothing)(actor, record)]
    found = [replace(item, default=_present(actor, record, item)) for item in known if item.name in names]
    if found and corrects(record):
        found.append(Input("reason", "更正理由", max_length=1000, hint="更正前后的内容和理由都留在全过程中"))
    return found


def _of_notice(actor: Actor, record: Notice) -> list[Input]:
    if not drafting.may_draft(actor, record.issuer):
        return []
    names = _open_fields(actor, record)
    names |= notice_forms.parts_of(record.kind) if "parts" in names else frozenset()
    return [
        replace(item, default=notice_forms.present(record, item.name))
        for item in notice_forms.inputs(record)
        if item.name in names
    ]


def _nothing(actor: Actor, record: Any) -> Iterable[Input]:
    return ()


def _present(actor: Actor, record: Case, item: Input) -> Any:
    value = ledgers.shown(actor, record, item.name)
    return value if value not in ("", [], {}) else None


def edit_label(actor: Actor, record: Case) -> str:
    """The word for editing this record now, or nothing when there is nothing that the actor may change."""
    if not editable(actor, record):
        return ""
    if isinstance(record, RiskPoint) and record.state != "draft":
        return "补充"
    return "更正" if corrects(record) else "修改"


def cleaned(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed without what was left out, with whole numbers where ids are meant."""
    return {key: value for key, value in typed(raw).items() if value not in (None, [])}


def typed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed: nothing for what was emptied, whole numbers where ids are meant."""
    return {key: _typed(key, value) for key, value in raw.items()}


def _typed(name: str, value: Any) -> Any:
    if value == "":
        return None
    if name in ("unit_id", "likelihood", "impact") and isinstance(value, str) and value.isdecimal():
        return int(value)
    if name.endswith("_ids") and isinstance(value, list):
        return [int(item) for item in value if str(item).isdecimal()]
    return value


def loaded(schema: Schema, data: Mapping[str, Any], inputs: Iterable[Input]) -> dict[str, Any]:
    """The data as the service wants it; raises InvalidInput that names each field by its label."""
    try:
        found: dict[str, Any] = schema.load(dict(data))
    except ValidationError as error:
        labels = {part.name: part.label for item in inputs for part in (*item.fields, item)}
        said: Mapping[str, Any] = error.normalized_messages()
        reasons = [
            Reason("invalid", f"{labels.get(n, n)}：{m}", n) for n, v in said.items() for m in _flat(v)
        ]
        raise InvalidInput("填写有误", reasons=reasons) from error
    return found


def _flat(said: Any) -> list[str]:
    if isinstance(said, dict):
        return [message for value in said.values() for message in _flat(value)]
    return [str(message) for message in said]
