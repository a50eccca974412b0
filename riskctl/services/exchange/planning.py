"""What an import will do, row by row, before anything is written."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import ChangeProposal, ColumnMapping, Issue, RiskPoint, Unit
from riskctl.services import audit
from riskctl.services.exchange import columns
from riskctl.services.exchange.recognise import Table, recognise
from riskctl.services.exchange.rows import Refusal, Row, read_rows
from riskctl.services.exchange.workbook import read_workbook
from riskctl.services.fact_labels import LABELS

COLUMNS = {"risk-points": columns.RISK_POINT_COLUMNS, "issues": columns.ISSUE_COLUMNS}
_MODELS: dict[str, type[Any]] = {"risk-points": RiskPoint, "issues": Issue}
_AT_ONCE = 500
GONE = ("void", "cancelled")
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
    proposed: ChangeProposal | None = None

    @property
    def kept(self) -> bool:
        """Whether the record stays as it is although the sheet says something else."""
        gone = self.record is not None and self.record.state in GONE
        return self.action == SAME and (gone or bool(self.changes))

    @property
    def kept_because(self) -> str:
        """Why a known record stays as it is although the sheet says something else."""
        if self.record.state in GONE:
            return f"{self.record.code} 已移出台账或不予列入：不再新增，如需重新列入请在系统中登记"
        if self.proposed is not None:
            refused = self.proposed.decision == "rejected"
            return f"{self.record.code} 的同样变更{'此前已决定不采纳' if refused else '已提出，等待机关纪委处理'}"
        names = "、".join(LABELS.get(name, name) for name in self.changes)
        return f"与 {self.record.code} 的{names}不一致：问题列账后按流程办理，不随导入改动，请在问题页面核对"


@dataclass(frozen=True)
class Corrections:
    """What the user made of the file: the meaning of headers, the header row of sheets (from 1), and which
    sheets to leave out."""

    mapping: Mapping[str, str | None] = field(default_factory=dict)
    header_rows: Mapping[str, int] = field(default_factory=dict)
    left_out: Sequence[str] = ()


@dataclass
class Plan:
    """Everything that an import will do."""

    ledger: str
    base: Unit
    tables: list[Table]
    skipped: list[str]
    rows: list[PlannedRow]
    left_out: list[str] = field(default_factory=list)

    def count(self, action: str) -> int:
        """How many rows will be treated so."""
        return sum(1 for planned in self.rows if planned.action == action)

    @property
    def refusals(self) -> list[Refusal]:
        """Every refusal, in the order of the sheets."""
        return [refusal for planned in self.rows for refusal in planned.row.refusals]

    @property
    def kept(self) -> list[PlannedRow]:
        """Rows that differ from a record which no ledger changes: an issue, or a point that has left."""
        return [planned for planned in self.rows if planned.kept]

    @property
    def unknown_columns(self) -> list[tuple[str, tuple[str, ...]]]:
        """Headers that mean nothing to us, with samples, for mapping."""
        found = {
            c.header: c.samples
            for table in self.tables
            for c in table.columns
            if c.field is None and not c.left_out
        }
        return list(found.items())


def make_plan(
    data: bytes,
    ledger: str,
    *,
    unit: Unit | None,
    root: Unit,
    create_units: bool = False,
    changed: Corrections | None = None,
) -> Plan:
    """Read the file and say what will happen; raises InvalidInput when it cannot be read at all."""
    base = unit or root
    changed = changed or Corrections()
    known = {**remembered(base, ledger), **changed.mapping}
    sheets = [sheet for sheet in read_workbook(data) if sheet.name not in changed.left_out]
    found = [
        (sheet, recognise(sheet, COLUMNS[ledger], known, changed.header_rows.get(sheet.name)))
        for sheet in sheets
    ]
    tables = [table for _, table in found if table]
    if not tables and not changed.left_out:
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
    return Plan(ledger, base, tables, skipped, planned, list(changed.left_out))


def remembered(unit: Unit, ledger: str) -> dict[str, str | None]:
    """What the unit made of headers in its last imports."""
    query = select(ColumnMapping).where(ColumnMapping.unit_id == unit.id, ColumnMapping.ledger == ledger)
    known = {None, *COLUMNS[ledger]}
    return {row.header: row.field for row in db.session.scalars(query) if row.field in known}


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
    records = db.session.scalars(select(model).where(model.unit_id.in_(ids)).order_by(model.id.desc()))
    # One that has left the ledger counts only where none is in it, an old one before a new one.
    for record in sorted(records, key=lambda record: record.state not in GONE):
        fields = {"post": getattr(record, "post", None), "title": record.title}
        # A ledger that we printed carries our own codes.
        known.setdefault((record.unit_id, "code", record.code), record)
        if record.sheet_code:
            known[record.unit_id, "code", record.sheet_code] = record
        known[_titled(record.unit_id, fields)] = record
    seen: set[tuple[Any, ...]] = set()
    for row in planned:
        if row.action == NEW:
            _match(row, known, seen)
    _recall_proposals([row for row in planned if row.action == CHANGED])


def _recall_proposals(rows: Sequence[PlannedRow]) -> None:
    """The same change is not proposed twice, neither while it waits nor after it was turned down."""
    latest: dict[int, ChangeProposal] = {}
    ids = [row.record.id for row in rows]
    for start in range(0, len(ids), _AT_ONCE):
        query = select(ChangeProposal).where(
            ChangeProposal.risk_point_id.in_(ids[start : start + _AT_ONCE]),
            ChangeProposal.source == "import",
            or_(ChangeProposal.decision.is_(None), ChangeProposal.decision == "rejected"),
        )
        latest.update((p.risk_point_id, p) for p in db.session.scalars(query.order_by(ChangeProposal.id)))
    for row in rows:
        proposal = latest.get(row.record.id)
        if proposal is not None and proposal.changes == row.changes:
            row.action, row.proposed = SAME, proposal


def _titled(unit: Any, fields: Mapping[str, Any]) -> tuple[Any, ...]:
    return (unit, "title", fields.get("post") or "", fields.get("title"))


def _match(planned: PlannedRow, known: Mapping[tuple[Any, ...], Any], seen: set[tuple[Any, ...]]) -> None:
    # Unit and the sheet's own code, else unit, post and title (contract 1).
    fields = planned.row.fields
    where = planned.unit.id if planned.unit else planned.new_unit
    code, titled = fields.get("sheet_code"), _titled(where, fields)
    key = (where, "code", code) if code else titled
    record = known.get(key)
    if record is None and code:
        # The ledger got its codes after the last import; another code is another row.
        record = known.get(titled)
        record = None if record is not None and record.sheet_code else record
    met = {key} if record is None else {key, ("record", record.id)}
    if met & seen:
        reason = "与本文件前面的行重复（单位、岗位、名称或编号相同）：请删去一行"
        _refuse(planned.row, "编号" if code else "名称", str(key[-1])[:60], reason)
        planned.action = REFUSED
        return
    seen |= met
    if record is not None:
        _meet(planned, record)


def _meet(planned: PlannedRow, record: Any) -> None:
    planned.record = record
    planned.changes = _changes(record, planned.row.fields)
    # An old issue lives on through its steps; only a risk point is changed by its ledger.
    follows = isinstance(record, RiskPoint) and record.state not in GONE
    planned.action = CHANGED if planned.changes and follows else SAME


# A petition is printed as 日常监督 for whoever may not know of it.
_MASKED = ("petition", "daily")


def _changes(record: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in fields.items():
        if (
            name in ("progress",)
            or not hasattr(record, name)
            or (name == "sheet_code" and value == record.code)
        ):
            continue
        old, new = audit.plain(getattr(record, name)), audit.plain(value)
        if name == "measures":
            if [m["text"] for m in old or []] == [m["text"] for m in new]:
                continue
        elif old == new or (old, new) == _MASKED:
            continue
        found[name] = {"old": old, "new": new}
    return found
