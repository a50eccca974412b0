"""An exported ledger against the event chain: what its rows show, cell by cell, and what the events say of the
moment that the workbook names."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.extensions import db, reading
from riskctl.models import Event, User
from riskctl.services import accounts, organization, past, past_lists
from riskctl.services.enrolment import unit_coded
from riskctl.services.exchange import exporting
from riskctl.services.exchange.exporting import place, top_names
from riskctl.services.exchange.printed_ledgers import LEDGERS, Ledger, Row
from riskctl.services.exchange.workbook import Sheet, read_workbook

MOST_NAMED = 20
_HEADER = 2
_AT_ONCE = 400
_LONGEST = 32_000  # what book.py writes of a text
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日24时")
_MOMENT = "%Y-%m-%d %H:%M:%S"
_FOREIGN = "不是本系统导出的台账：请用“导出”或 riskctl export-ledger 写出、没有改过样式的工作簿"


@dataclass(frozen=True)
class Exported:
    """A ledger as it was taken out: its rows by 编号, the moment of its data and that of the export."""

    kind: Ledger
    name: str
    rows: Mapping[str, list[Any]]
    twice: list[str]
    numbers: set[str]
    day: date
    end: datetime | None
    at: datetime
    reason: str
    count: str


@dataclass
class _Findings:
    """The differences, the first ones in words; and how many cells show what was erased since."""

    named: list[str] = field(default_factory=list)
    count: int = 0
    erased: int = 0

    def add(self, words: str) -> None:
        self.count += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(words)


def opened(path: Path) -> Exported:
    """The workbook, read and recognised; raises InvalidInput for any other file."""
    sheets = read_workbook(path.read_bytes())
    about = next((sheet for sheet in sheets if sheet.name == "说明"), None)
    found = next(((name, kind) for name, kind in LEDGERS.items() if sheets and _is_of(sheets[0], kind)), None)
    if about is None or found is None:
        raise InvalidInput(_FOREIGN, field="ledger", code="foreign")
    told = {str(row[0]): str(row[1]) for row in reversed(about.rows) if len(row) > 1}
    name, kind = found
    at, precise = _moment(told.get("导出时间", ""))
    as_of = _DAY.fullmatch(told.get("数据截至", ""))
    if as_of is None and told.get("数据截至") != "导出时":
        raise InvalidInput(
            "“说明”表中的数据截至无法辨认：请使用未改动的导出文件", field="ledger", code="as_of"
        )
    try:
        day = date(*map(int, as_of.groups())) if as_of else clock.local(at).date()
    except ValueError as error:
        raise InvalidInput("“说明”表中的数据截至不是日历上的日子", field="ledger", code="as_of") from error
    rows, twice = _by_code(sheets[0], [column.header for column in kind.columns].index("编号"))
    return Exported(
        kind, name, rows, twice, {_shown(row[0]) for row in rows.values()}, day, None if as_of else at + precise,
        at, "" if told.get("导出理由") == "—" else told.get("导出理由", ""), told.get("条数", ""),
    )  # fmt: skip


def _is_of(sheet: Sheet, kind: Ledger) -> bool:
    headers = [column.header for column in kind.columns]
    return (
        len(sheet.rows) > _HEADER and [str(cell) for cell in sheet.rows[_HEADER][: len(headers)]] == headers
    )


def _moment(text: str) -> tuple[datetime, timedelta]:
    """The moment of the export and how long its last digit lasts: earlier exports name the minute only."""
    for form, precise in ((_MOMENT, timedelta(seconds=1)), (_MOMENT[:-3], timedelta(minutes=1))):
        try:
            return clock.from_local(datetime.strptime(text, form)), precise  # noqa: DTZ007 -- the office's clock
        except ValueError:
            continue
    raise InvalidInput("“说明”表中的导出时间无法辨认：请使用未改动的导出文件", field="ledger", code="moment")


def _by_code(sheet: Sheet, at: int) -> tuple[dict[str, list[Any]], list[str]]:
    found: dict[str, list[Any]] = {}
    twice = []
    for number, row in enumerate(sheet.rows[_HEADER + 1 :], _HEADER + 2):
        code = _shown(row[at]) if len(row) > at else ""
        if not code and not any(_shown(cell) for cell in row):
            continue
        code = code or f"（第{number}行，编号空）"
        if code in found:
            twice.append(code)
        found.setdefault(code, row)
    return found, twice


def run(exported: Exported, echo: Callable[[str], Any]) -> int:
    """Compare and answer in one sentence; 0 when they agree, 1 when they do not."""
    findings = _Findings()
    db.session.rollback()  # reading a long ledger must not hold the write lock
    with reading() as session:
        tops = top_names(session)
        _compare_rows(exported, tops, findings)
        _check_count(exported, findings)
        db.session.rollback()
    if findings.count == 0:
        erased = f"，其中{findings.erased}个单元格的内容已按规定清除，无从比对" if findings.erased else ""
        echo(f"相符（{len(exported.rows)} 行）{erased}")
        return 0
    more = findings.count - len(findings.named)
    rest = f"；另有{more}处未逐一列出" if more else ""
    echo(f"不符：{'；'.join(findings.named)}{rest}")
    return 1


def _compare_rows(exported: Exported, tops: Mapping[int, str], findings: _Findings) -> None:
    for code in exported.twice:
        findings.add(f"{code} 编号重复")
    seen = set()
    for record in _stood(exported):
        seen.add(record.code)
        section_of = place(record.unit, tops)
        told = exported.rows[record.code]
        # 信访 is told to some and shown as 日常监督 to others; either is what the ledger shows.
        ways = [Row(0, record, *section_of, knows) for knows in (False, True)]
        _compare(exported, told, ways, findings)
    for code in exported.rows:
        if code not in seen:
            findings.add(f"{code} 当时的台账中没有这一行")


def _compare(exported: Exported, told: list[Any], ways: list[Row], findings: _Findings) -> None:
    for at, column in enumerate(exported.kind.columns):
        if column.header == "序号":
            continue
        cell = _shown(told[at]) if at < len(told) else ""
        allowed = {_shown(column.value(row)) for row in ways}
        if any(past.DELETED in text for text in allowed):
            findings.erased += 1
        elif cell not in allowed:
            findings.add(f"{ways[0].record.code} 列“{column.header}”")


def _stood(exported: Exported) -> Iterator[Any]:
    model, codes = exported.kind.model, list(exported.rows)
    for start in range(0, len(codes), _AT_ONCE):
        these: ColumnElement[bool] = model.code.in_(codes[start : start + _AT_ONCE])
        yield from past_lists.every(
            model.CASE_TYPE, exported.day, these, exported.kind.left_out, end=exported.end
        )


def _check_count(exported: Exported, findings: _Findings) -> None:
    """Names the rows that were taken out of the workbook: its own export is an event that counts them."""
    event = _export_of(exported)
    if event is None:
        findings.add("系统中没有这次导出的记录")
        return
    data = event.changes["data"]
    counted = int(data["rows"])
    if counted <= len(exported.rows) and exported.count == str(counted):
        return
    words = f"导出时共{counted}行，现有{len(exported.rows)}行，“条数”写{exported.count}"
    gaps = [str(number) for number in range(1, counted + 1) if str(number) not in exported.numbers]
    findings.add(words + (f"，缺序号 {'、'.join(gaps[:MOST_NAMED])}" if gaps else ""))
    if counted > len(exported.rows) and not data.get("filters"):
        for code in _absent(exported, event):
            findings.add(f"{code} 缺这一行")


def _export_of(exported: Exported) -> Event | None:
    query = select(Event).where(Event.trigger == "export_ledger", Event.at >= exported.at)
    ledger = {exported.name, exported.kind.title}
    for event in db.session.scalars(query.order_by(Event.at, Event.id).limit(_AT_ONCE)):
        data = event.changes.get("data") or {}
        if data.get("ledger") in ledger and data.get("reason", "") == exported.reason:
            return event
    return None


def _absent(exported: Exported, event: Event) -> Iterator[str]:
    """The records that stood then and that the one who exported may see, as far as no row shows them."""
    user = db.session.get(User, event.actor_id) if event.actor_id else None
    unit = event.changes["data"].get("unit")
    top = unit_coded(unit) if unit else organization.root()
    scope = exporting.Scope(top, accounts.actor_of(user) if user else None, "")
    kind, condition = exported.kind, and_(*exporting.conditions(exported.kind, scope))
    for record in past_lists.every(
        kind.model.CASE_TYPE, exported.day, condition, kind.left_out, end=exported.end
    ):
        if record.code not in exported.rows and not getattr(record, "restricted", False):
            yield record.code


def _shown(value: Any) -> str:
    """A value as its cell shows it, the same for what Excel read and for what the ledger holds."""
    if isinstance(value, datetime):
        local = clock.local(value).replace(tzinfo=None) if value.tzinfo else value
        local += timedelta(milliseconds=500)  # Excel's days are fractions
        return local.strftime("%Y-%m-%d" if (local.hour, local.minute) == (0, 0) else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = "" if value is None else str(value)[:_LONGEST]
    return text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()
