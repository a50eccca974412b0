"""The forms by which cases are noted: described by the same inputs as the steps."""

from collections.abc import Sequence
from typing import Any

from riskctl import clock
from riskctl.permissions import Actor, Permission
from riskctl.services import issues, organization
from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Input
from riskctl.workflows.risk_point import REQUIRED_FIELDS


def _unit(actor: Actor, permission: Permission) -> Input:
    choices = tuple(organization.unit_choices(actor, actor.units(permission)))
    only = choices[0][0] if len(choices) == 1 else None
    return Input("unit_id", "责任单位", "choice", choices=choices, default=only)


def issue(actor: Actor) -> Sequence[Input]:
    """登记问题."""
    return (
        _unit(actor, Permission.ISSUE_REGISTER),
        Input("source", "问题来源", "choice", choices=words.choices(issues.sources_for(actor))),
        Input("source_doc", "来源文件", required=False, max_length=200, hint="例：巡察反馈意见第3条"),
        Input("found_on", "发现日期", "date", max=clock.today(), default=clock.today()),
        Input("title", "问题标题", max_length=200, hint="一句话写明问题，不写姓名"),
        Input("verbatim", "问题原文", hint="按反馈或检查记录的原话填写，核定后锁定"),
        Input("domain", "问题领域", "choice", required=False, choices=words.choices(words.DOMAINS)),
        Input(
            "severity", "严重程度（建议）", "choice", required=False, choices=words.choices(words.SEVERITIES)
        ),
        Input("resp_post", "责任岗位", required=False, max_length=64),
        Input("resp_leader_post", "责任领导（职务）", required=False, max_length=64),
        Input("owner_level", "台账级别", "choice", required=False, choices=words.choices(words.OWNER_LEVELS)),
    )


def risk_point(actor: Actor) -> Sequence[Input]:
    """新增风险点: only unit and title are needed now, the step asks for the rest."""
    rest = [Input(**{**item.__dict__, "required": False}) for item in REQUIRED_FIELDS]
    return (
        _unit(actor, Permission.RISK_POINT_CREATE),
        Input("title", "风险点", max_length=255, hint="例：设计变更未按规定审批"),
        *rest,
        Input("process_step", "环节", required=False, max_length=128),
        Input("dept_head_post", "部门责任岗位", required=False, max_length=128),
    )


def interview(actor: Actor) -> Sequence[Input]:
    """拟约谈."""
    return (
        _unit(actor, Permission.INTERVIEW_PROPOSE),
        Input("kind", "约谈类型", "choice", choices=words.choices(words.INTERVIEW_KINDS)),
        Input("subject_post", "被约谈人（职务）", max_length=128, hint="填职务，不填姓名"),
        Input("subject_rank", "职级", "choice", choices=words.choices(words.SUBJECT_RANKS)),
        Input("reason", "约谈事由"),
        Input("basis", "依据", required=False, max_length=255, hint="例：问题编号、批准文号"),
    )


FORMS = {"issue": issue, "risk_point": risk_point, "interview": interview}


def cleaned(raw: dict[str, Any]) -> dict[str, Any]:
    """What was typed without what was left out, with whole numbers where ids are meant."""
    data = {key: value for key, value in raw.items() if value not in ("", None, [])}
    for name in ("unit_id", "likelihood", "impact"):
        if isinstance(data.get(name), str) and data[name].isdecimal():
            data[name] = int(data[name])
    return data
