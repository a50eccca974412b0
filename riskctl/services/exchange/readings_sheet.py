"""Readings from a sheet with the columns 指标编号（或名称）, 时间, 数值: all of it, or none with each row's cure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, Reason, RiskctlError
from riskctl.extensions import db
from riskctl.models import Indicator
from riskctl.permissions import Actor
from riskctl.services import indicators, readings
from riskctl.services.exchange.workbook import Sheet, read_workbook
from riskctl.services.readings import Value

_COLUMNS = {
    "indicator": ("指标编号", "指标名称", "监测指标", "指标", "编号"),
    "at": ("时间", "日期", "监测时间", "数据时间"),
    "value": ("数值", "监测值", "数据"),
}
_LOOKED_FOR = 10
_REASONS_SHOWN = 100
_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日")


@dataclass(frozen=True)
class _Row:
    number: int
    indicator: str
    value: Value


def enter(actor: Actor, data: bytes) -> int:
    """Enter every reading of the file in one transaction; how many. Raises InvalidInput that names each bad row
    with its column and what to do, and writes nothing then. Commits."""
    rows, reasons = _read(data)
    found = indicators.named(actor, sorted({row.indicator for row in rows}))
    by_indicator: dict[int, list[Value]] = {}
    for row in rows:
        matches = found[row.indicator]
        if len(matches) == 1:
            by_indicator.setdefault(matches[0].id, []).append(row.value)
        else:
            reasons.append(_unclear(row, matches))
    locked = {id_: indicators.locked(actor, id_) for id_ in sorted(by_indicator)}
    for id_, given in by_indicator.items():
        reasons += _against(actor, locked[id_], given)
    if reasons:
        db.session.rollback()
        raise InvalidInput(
            "有数据不能录入，全部未录入：请改正后重新上传", reasons=reasons[:_REASONS_SHOWN], code="bad_rows"
        )
    for id_, given in by_indicator.items():
        readings.write(actor, locked[id_], given)
    db.session.commit()
    return len(rows)


def _against(actor: Actor, found: Indicator, given: Sequence[Value]) -> list[Reason]:
    try:
        return readings.objections(actor, found, given)
    except (NotAllowed, InvalidInput, RiskctlError) as error:
        return [Reason(error.code, f"指标 {found.code}：{error.message}", "file")]


def _unclear(row: _Row, matches: Sequence[Indicator]) -> Reason:
    called = f"{row.value.called} 指标：“{row.indicator}”"
    if matches:
        return Reason("ambiguous", f"{called}有{len(matches)}个同名指标，请改填指标编号", "file")
    return Reason("unknown", f"{called}没有找到，请填写您职责范围内在用指标的编号或全名", "file")


def _read(data: bytes) -> tuple[list[_Row], list[Reason]]:
    sheet = read_workbook(data)[0]
    at, columns = _header(sheet)
    rows: list[_Row] = []
    reasons: list[Reason] = []
    for number, cells in enumerate(sheet.rows[at + 1 :], at + 2):
        given = {name: cells[column] if column < len(cells) else "" for name, column in columns.items()}
        if any(str(cell).strip() for cell in given.values()):
            _parse(number, given, rows, reasons)
    if not rows and not reasons:
        raise InvalidInput("表中没有数据行", field="file", code="no_rows")
    if len(rows) > readings.MOST:
        raise InvalidInput(f"每次最多录入{readings.MOST}条，请拆分后上传", field="file", code="too_many")
    return rows, reasons


def _header(sheet: Sheet) -> tuple[int, Mapping[str, int]]:
    for number, cells in enumerate(sheet.rows[:_LOOKED_FOR]):
        texts = ["".join(str(cell).split()) for cell in cells]
        columns = {
            name: texts.index(word)
            for name, known in _COLUMNS.items()
            for word in reversed(known)
            if word in texts
        }
        if len(columns) == len(_COLUMNS):
            return number, columns
    raise InvalidInput(
        "没有找到表头：前10行中须有“指标编号”（或“指标名称”）、“时间”、“数值”三列",
        field="file",
        code="no_header",
    )


def _parse(number: int, given: Mapping[str, Any], rows: list[_Row], reasons: list[Reason]) -> None:
    called = f"第{number}行"
    name, at, value = str(given["indicator"]).strip(), _moment(given["at"]), _decimal(given["value"])
    wrong = [
        (not name, "指标", "未填写，请填写指标编号或名称"),
        (at is None, "时间", f"“{given['at']}”不是时间，请按 2026-03-05 或 2026-03-05 09:00 的形式填写"),
        (value is None, "数值", f"“{given['value']}”不是数字，请只填数字，单位写在指标中"),
    ]
    found = [Reason("row", f"{called} {column}：{said}", "file") for bad, column, said in wrong if bad]
    reasons += found
    if at is not None and value is not None and not found:
        rows.append(_Row(number, name, Value(at, value, called, "file")))


def _moment(cell: Any) -> datetime | None:
    if isinstance(cell, datetime):
        return clock.from_local(cell)
    if isinstance(cell, date):
        return clock.from_local(datetime.combine(cell, time()))
    for known in _FORMATS:
        try:
            return clock.from_local(datetime.strptime(str(cell).strip(), known))  # noqa: DTZ007 -- the office's
        except ValueError:
            continue
    return None


def _decimal(cell: Any) -> Decimal | None:
    if isinstance(cell, bool):
        return None
    try:
        # A sheet's numbers are floats: 0.1 + 0.2 is meant as 0.3.
        found = Decimal(f"{cell:.10g}") if isinstance(cell, float) else Decimal(str(cell).strip().rstrip("%"))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
