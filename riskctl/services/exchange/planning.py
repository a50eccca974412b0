"""What an import will do, row by row, before anything is written."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import ColumnMapping, Issue, RiskPoint, Unit
from riskctl.services import audit
from riskctl.services.exchange import columns
from riskctl.services.exchange.recognise import Table, recognise
from riskctl.services.exchange.rows import Refusal, Row, read_rows
from riskctl.services.exchange.workbook import read_workbook
from riskctl.services.fact_labels import LABELS

COLUMNS = {"risk-points": columns.RISK_POINT_COLUMNS, "issues": columns.ISSUE_COLUMNS}
_MODELS: dict[str, type[Any]] = {"risk-points": RiskPoint, "issues": Issue}
NEW, SAME, CHANGED, REFUSED = "新增", "无变化", "变更建议", "拒绝"


@dataclass
class PlannedRow:
    """One row and what will become of it; `changes` are {field: {"old", "new"}} of a known record."""

    row: Row
    action: str
    unit: Unit | None = None
    new_unit: str | None = None
    record: Any = None
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def kept_because(self) -> str:
        """Why a known record stays as it is although the sheet says something else."""
        names = "、".join(LABELS.get(name, name) for name in self.changes)
        return f"与 {self.record.code} 的{names}不一致：问题列账后按流程办理，不随导入改动，请在问题页面核对"


@dataclass
class Plan:
    """Everything that an import will do."""

    ledger: str
    base: Unit
    tables: list[Table]
    skipped: list[str]
    rows: list[PlannedRow]

    def count(self, action: str) -> int:
        """How many rows will be treated so."""
        return sum(1 for planned in self.rows if planned.action == action)

    @property
    def refusals(self) -> list[Refusal]:
        """Every refusal, in the order of the sheets."""
        return [refusal for planned in self.rows for refusal in planned.row.refusals]

    @property
    def kept(self) -> list[PlannedRow]:
        """Rows of issues that differ from what is in the ledger; their records stay as they are."""
        return [planned for planned in self.rows if planned.action == SAME and planned.changes]

    @property
    def unknown_columns(self) -> list[tuple[str, tuple[str, ...]]]:
        """Headers that mean nothing to us, with samples, for mapping."""
        found = {c.header: c.samples for table in self.tables for c in table.columns if c.field is None}
        return list(found.items())


def make_plan(
    data: bytes,
    ledger: str,
    *,
    unit: Unit | None,
    root: Unit,
    create_units: bool = False,
    mapping: Mapping[str, str | None] | None = None,
) -> Plan:
    """Read the file and say what will happen; raises InvalidInput when it cannot be read at all."""
    base = unit or root
    known = {**remembered(base, ledger), **(mapping or {})}
    sheets = read_workbook(data)
    found = [(sheet, recognise(sheet, COLUMNS[ledger], known)) for sheet in sheets]
    tables = [table for _, table in found if table]
    if not tables:
        wanted = (
            "风险点、风险等级、防控措施" if ledger == "risk-points" else "问题、责任单位、整改措施、整改时限"
        )
        raise InvalidInput(
            f"没有找到表头行：前30行中没有同时出现两个以上已知的列名（如{wanted}）。请检查是否选错文件",
            field="file", code="no_header",
        )  # fmt: skip
    rows = [row for table in tables for row in read_rows(table, ledger)]
    planned = _place(rows, base, unit, create_units)
    _compare(planned, ledger)
    skipped = [sheet.name for sheet, table in found if table is None]
    return Plan(ledger, base, tables, skipped, planned)


def remembered(unit: Unit, ledger: str) -> dict[str, str | None]:
    """What the unit made of headers in its last imports."""
    query = select(ColumnMapping).where(ColumnMapping.unit_id == unit.id, ColumnMapping.ledger == ledger)
    return {row.header: row.field for row in db.session.scalars(query)}


def _place(rows: Sequence[Row], base: Unit, unit: Unit | None, create_units: bool) -> list[PlannedRow]:
    below = select(Unit).where(
        or_(Unit.id == base.id, Unit.path.contains(f"/{base.id}/")), Unit.kind != "branch"
    )
    units: dict[str, list[Unit]] = {}
    for known in db.session.scalars(below.order_by(Unit.path)):
        units.setdefault(columns.normalise(known.name), []).append(known)
    return [_placed(row, units, unit, create_units) for row in rows]


def _placed(row: Row, units: Mapping[str, list[Unit]], unit: Unit | None, create: bool) -> PlannedRow:
    action = REFUSED if row.refusals else NEW
    if row.unit is None:
        if unit is None:
            _refuse(row, "单位", "", "表中没有写明单位：请选择导入到哪个单位，或在表中加“单位”列")
            return PlannedRow(row, REFUSED)
        return PlannedRow(row, action, unit)
    found = units.get(columns.normalise(row.unit), [])
    if len(found) == 1:
        return PlannedRow(row, action, found[0])
    if len(found) > 1:
        _refuse(row, "单位", row.unit, f"有{len(found)}个同名单位：请写明上级单位，或选择导入到其上级单位")
        return PlannedRow(row, REFUSED)
    if create:
        return PlannedRow(row, action, new_unit=row.unit)
    near = difflib.get_close_matches(columns.normalise(row.unit), list(units), n=3, cutoff=0.4)
    hint = f"，相近的有：{'、'.join(near)}" if near else ""
    _refuse(row, "单位", row.unit, f"没有这个单位{hint}。请改正名称，或选择“自动新建单位”")
    return PlannedRow(row, REFUSED)


def _refuse(row: Row, column: str, value: str, reason: str) -> None:
    row.refusals.append(Refusal(row.sheet, row.number, column, value, reason))


def _compare(planned: Sequence[PlannedRow], ledger: str) -> None:
    ids = {row.unit.id for row in planned if row.unit}
    model = _MODELS[ledger]
    known: dict[tuple[Any, ...], Any] = {}
    for record in db.session.scalars(select(model).where(model.unit_id.in_(ids)).order_by(model.id.desc())):
        for key in _identities(record.unit_id, _identity_fields(record)):
            known[key] = record
    seen: set[tuple[Any, ...]] = set()
    for row in planned:
        if row.action == NEW:
            _match(row, known, seen)


def _identity_fields(record: Any) -> dict[str, Any]:
    post = getattr(record, "post", None)
    return {"sheet_code": record.sheet_code, "post": post, "title": record.title}


def _identities(unit: Any, fields: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    # Unit and the sheet's own code, else unit, post and title (contract 1).
    if fields.get("sheet_code"):
        return [(unit, "code", fields["sheet_code"])]
    return [(unit, "title", fields.get("post") or "", fields.get("title"))]


def _match(planned: PlannedRow, known: Mapping[tuple[Any, ...], Any], seen: set[tuple[Any, ...]]) -> None:
    where = planned.unit.id if planned.unit else planned.new_unit
    for key in _identities(where, planned.row.fields):
        if key in seen:
            _refuse(
                planned.row,
                "风险点",
                str(key[-1])[:60],
                "与本文件前面的行重复（单位、岗位、名称或编号相同）：请删去一行",
            )
            planned.action = REFUSED
            return
        seen.add(key)
        record = known.get(key)
        if record is not None:
            planned.record = record
            planned.changes = _changes(record, planned.row.fields)
            # An old issue lives on through its steps; only a risk point is changed by its ledger.
            planned.action = CHANGED if planned.changes and isinstance(record, RiskPoint) else SAME
            return


def _changes(record: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in fields.items():
        if name in ("progress",) or not hasattr(record, name):
            continue
        old, new = audit.plain(getattr(record, name)), audit.plain(value)
        if name == "measures":
            if [m["text"] for m in old or []] == [m["text"] for m in new]:
                continue
        elif old == new:
            continue
        found[name] = {"old": old, "new": new}
    return found
