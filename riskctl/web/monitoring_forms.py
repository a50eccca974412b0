"""The forms of monitoring: indicators, readings, checks, described by the same inputs as the steps."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from riskctl import clock
from riskctl.models import Indicator, RiskPoint
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.services import checks, warnings
from riskctl.workflows import check as check_words, dictionaries as words, indicator as law
from riskctl.workflows.engine import Input


def indicator(found: Indicator | None = None) -> Sequence[Input]:
    """A new indicator, or what stands there of one."""
    inputs = (
        Input("name", "指标名称", max_length=128, hint="例：直接委托项目占比"),
        Input("source", "数据来源", required=False, max_length=128, hint="例：合同管理台账"),
        Input("measure_unit", "计量单位", required=False, max_length=16, hint="例：%、次、人"),
        Input("direction", "预警方向", "choice", choices=words.choices(law.DIRECTIONS), default="higher"),
        Input("frequency", "报送频率", "choice", choices=words.choices(law.FREQUENCIES), default="monthly"),
        *(
            Input(
                colour,
                f"{words.COLOURS[colour]}色阈值",
                "decimal",
                required=False,
                hint=_HINTS.get(colour, ""),
            )
            for colour in law.COLOURS
        ),
    )
    if found is None:
        return inputs
    shown = [replace(item, default=_present(getattr(found, item.name))) for item in inputs]
    state = (("on", "在用"), ("off", "停用"))
    use = "on" if found.active else "off"
    return [
        *shown,
        Input("use", "使用状态", "choice", choices=state, default=use, hint="停用的不再要求报送数据"),
    ]


_HINTS = {"blue": "越高越差的指标超过阈值即预警，越低越差的低于阈值即预警；颜色越重阈值越远，可只填部分颜色"}


def _present(value: Any) -> Any:
    return law.number(value) if hasattr(value, "normalize") else value


def reading() -> Sequence[Input]:
    """One reading."""
    now = clock.now()
    return (
        Input("at", "数据时间", "datetime", max=now, default=now),
        Input("value", "数值", "decimal"),
    )


def correction() -> Sequence[Input]:
    """What a reading should have been."""
    return (
        Input("value", "更正后的数值", "decimal"),
        Input("reason", "更正理由", max_length=200, hint="原数值保留，更正列在旁边"),
    )


_OWN = frozenset({Role.POST, Role.DEPT_HEAD, Role.COMMISSIONER})


def check(actor: Actor, point: RiskPoint) -> Sequence[Input]:
    """检查记录."""
    kinds = tuple((kind, check_words.KINDS[kind]) for kind in checks.kinds_for(actor, point))
    today = clock.today()
    # The branch's 纪检委员 checks himself most of the time, those above inspect.
    usual = kinds[0 if actor.roles & _OWN else -1][0] if kinds else None
    inputs = [
        Input("kind", "检查类型", "choice", choices=kinds, default=usual),
        Input("result", "检查结果", "choice", choices=words.choices(check_words.RESULTS), default="normal"),
        Input("checked_on", "检查日期", "date", max=today, default=today),
        Input("text", "检查情况", hint="查了什么、防控措施落实得怎样"),
        Input("evidence", "佐证材料", "attachments", required=False),
    ]
    if allowed(actor, Permission.WARNING_PROPOSE, point.unit_id):
        colours = warnings.colours_for(None, 0)
        hint = "发现问题需要预警时选择；超出本岗位权限的作为拟预警提出"
        inputs.append(Input("colour", "同时预警", "choice", required=False, choices=colours, hint=hint))
    return inputs
