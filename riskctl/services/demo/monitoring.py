"""Indicators of the written demo points (domain 2.5) with a year's readings, one of them over its threshold."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import RiskPoint
from riskctl.services import accounts, indicators, readings

_MONTH = timedelta(days=30)
# The point's power, its indicator, and the readings up to now, oldest first.
_WRITTEN: tuple[tuple[str, dict[str, Any], Sequence[str]], ...] = (
    (
        "日常维修养护项目发包",
        {"name": "直接委托项目占比", "source": "维修养护合同台账", "measure_unit": "%", "direction": "higher",
         "yellow": Decimal(40), "orange": Decimal(60), "red": Decimal(80)},
        ("22", "25", "31", "28", "33", "36", "34", "38", "39", "37.5", "62.5"),
    ),
    (
        "重大设计变更审批",
        {"name": "单项目累计变更额占合同价比例", "source": "设计变更台账", "measure_unit": "%", "direction": "higher",
         "yellow": Decimal(8), "orange": Decimal(10), "red": Decimal(15)},
        ("2.1", "2.4", "3", "3.6", "4.4", "4.9", "5.7", "6.2", "6.8"),
    ),
    (
        "取水许可审批",
        {"name": "按期办结率", "source": "行政审批系统", "measure_unit": "%", "direction": "lower",
         "blue": Decimal(98), "yellow": Decimal(95), "orange": Decimal(90)},
        ("100", "100", "99.5", "99", "99.2", "98.8", "99.4", "99.1"),
    ),
    (
        "防汛抢险物资采购与出入库",
        {"name": "季度盘点差异率", "source": "仓储盘点表", "measure_unit": "%", "direction": "higher",
         "frequency": "quarterly", "yellow": Decimal(1), "orange": Decimal(2), "red": Decimal(3)},
        ("0.4", "0.6", "0.5", "0.8"),
    ),
)  # fmt: skip


def play() -> None:
    """Set the indicators and enter their readings as 机关纪委; commits."""
    office = accounts.actor_of(accounts.find("office"))
    points = select(RiskPoint.power_item, RiskPoint.id).where(
        RiskPoint.power_item.in_([power for power, _, _ in _WRITTEN]), RiskPoint.title == RiskPoint.power_item
    )
    ids = {row.power_item: row.id for row in db.session.execute(points)}
    for power, fields, values in _WRITTEN:
        if power in ids:
            made = indicators.create(office, {"risk_point_id": ids[power], **fields})
            step = 3 * _MONTH if made.frequency == "quarterly" else _MONTH
            now = clock.now()
            dated = [(now - step * back, Decimal(value)) for back, value in enumerate(reversed(values))]
            readings.enter(office, made.id, readings.values(reversed(dated)))
