"""One row of a table to the plain fields of a risk point or an issue, or to refusals that name the cure."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from riskctl import clock
from riskctl.services.exchange import columns as words
from riskctl.services.exchange.recognise import Table, as_text
from riskctl.services.exchange.workbook import NoResult

_TOO_LONG = {"title": 255, "post": 128, "power_item": 255, "process_step": 128, "department": 128, "sheet_code": 64,
             "resp_post": 128, "dept_head_post": 128, "resp_leader_post": 128, "source_doc": 200, "unit": 128}  # fmt: skip
_PROSE = 4000
# A long title of an issue is its text: verbatim keeps it whole.
_ISSUE_LENGTHS = {**_TOO_LONG, "title": _PROSE, "resp_post": 64, "resp_leader_post": 64}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Refusal:
    """Why a row is not taken: sheet, row, column, value, reason with the cure."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str


@dataclass
class Row:
    """One row: its number in Excel, the fields that it gives, and what is wrong with it."""

    sheet: str
    number: int
    unit: str | None
    fields: dict[str, Any]
    cells: dict[str, str]
    refusals: list[Refusal] = field(default_factory=list)


class _Bad(ValueError):
    """What is wrong with a cell, and what to do."""


def read_rows(table: Table, ledger: str) -> list[Row]:
    """Every data row of the table; `ledger` is "risk-points" or "issues"."""
    return [_row(table, number, cells, ledger) for number, cells in table.rows]


def _row(table: Table, number: int, cells: Mapping[int, Any], ledger: str) -> Row:
    headers = {column.index: column.header for column in table.columns}
    row = Row(
        table.sheet, number, None, {}, {headers[i]: as_text(v) for i, v in cells.items() if i in headers}
    )
    for index, name in table.fields.items():
        text = as_text(cells.get(index))
        if text == "" or name == "sequence":
            continue
        try:
            if isinstance(cells[index], NoResult):
                raise _Bad("是没有结果或出错的公式：请在 Excel 中改正，或选择性粘贴为数值后重新导入")
            if _CONTROL.search(text):
                raise _Bad("含有不能识别的字符：请删去后重新导入")
            row.fields[name] = _reader(name, ledger)(cells[index])
        except _Bad as error:
            row.refusals.append(Refusal(table.sheet, number, headers[index], text[:60], str(error)))
    row.unit = row.fields.pop("unit", None) or table.unit_note
    _complete(row, ledger, {column.field: column.header for column in table.columns if column.field})
    return row


def _reader(name: str, ledger: str) -> Callable[[Any], Any]:
    return _READERS[ledger].get(name) or _PROSE_READERS[ledger, name]


def _complete(row: Row, ledger: str, headers: Mapping[str, str]) -> None:
    text = row.fields.get("manifestation" if ledger == "risk-points" else "verbatim")
    if not row.fields.get("title") and text:
        # A sheet without a name for the point: its first clause names it.
        row.fields["title"] = re.split(r"[，。；;,\n]", str(text))[0][:60]
    if not row.fields.get("title") and not row.refusals:
        column = headers.get("title") or ("风险点" if ledger == "risk-points" else "问题")
        row.refusals.append(Refusal(row.sheet, row.number, column, "", f"{column}不能为空：请填写后重新导入"))
    if ledger == "issues":
        _complete_issue(row, headers)


def _complete_issue(row: Row, headers: Mapping[str, str]) -> None:
    fields = row.fields
    if fields.get("title"):
        fields.setdefault("verbatim", fields["title"])
        fields["title"] = re.sub(r"\s*\n\s*", "", str(fields["title"]))[:200]
    if isinstance(fields.get("due_on"), str):
        # 整改时限 that names no day: 长期坚持, 立行立改
        fields.setdefault("rectify_type", fields.pop("due_on"))
    if fields.get("closed_on") and fields.setdefault("outcome", "done") != "done":
        reason = "填了完成日期，整改结果却不是已整改：请改正其中一项"
        text = fields["closed_on"].isoformat()
        row.refusals.append(Refusal(row.sheet, row.number, headers["closed_on"], text, reason))
    _check_days(row, headers)


def _check_days(row: Row, headers: Mapping[str, str]) -> None:
    fields = row.fields
    found, today = fields.get("found_on"), clock.today()
    for name in ("found_on", "issued_on", "closed_on", "due_on"):
        day = fields.get(name)
        if day and found and day < found:
            reason = f"早于发现日期 {found}：请核对两个日期"
        elif day and name != "due_on" and day > today:
            reason = "晚于今天：请填写实际日期"
        else:
            continue
        row.refusals.append(Refusal(row.sheet, row.number, headers[name], day.isoformat(), reason))


def _prose(name: str, ledger: str) -> Callable[[Any], str]:
    limit = (_TOO_LONG if ledger == "risk-points" else _ISSUE_LENGTHS).get(name, _PROSE)

    def read(value: Any) -> str:
        text = as_text(value)
        if len(text) > limit:
            raise _Bad(f"超过{limit}字（现有{len(text)}字）：请精简")
        return re.sub(r"\s*\n\s*", "", text) if limit < _PROSE else text

    return read


def _word(find: Callable[[str], str | None], cure: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        found = find(as_text(value))
        if found is None:
            raise _Bad(f"不能识别：{cure}")
        return found

    return read


def _scale(value: Any) -> int:
    found = re.match(r"([1-5])(?![\d.])", words.normalise(as_text(value)))
    if not found:
        raise _Bad("须为1至5的整数")
    return int(found.group(1))


def _measures(value: Any) -> list[dict[str, Any]]:
    text = as_text(value)
    parts = re.split(r"(?:^|\n|(?<=[；;。]))\s*(?:\d{1,2}[.、．)）](?!\d)|[（(]\d{1,2}[)）]|[①-⑳])\s*", text)
    found = [re.sub(r"\s*\n\s*", "", part).strip() for part in parts if part.strip()]
    if any(len(part) > 1000 for part in found):
        raise _Bad("一项措施超过1000字：请分条填写")
    return [{"text": part} for part in found]


_DAY = re.compile(r"^(\d{4})[年.\-/](\d{1,2})[月.\-/](\d{1,2})[日号]?(?:以?前)?$")
_MONTH_END = re.compile(r"^(\d{4})年(\d{1,2})月(?:底|末)(?:以?前)?$")
_PACKED = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and 20000 < value < 80000:  # Excel's count of days since 1899-12-30
        return date(1899, 12, 30) + timedelta(days=int(value))
    text = words.normalise(as_text(value))
    found = _DAY.match(text) or _PACKED.match(text)
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise _Bad("日期不完整或不存在：请填写年月日，例如 2026-03-12")


def _due(value: Any) -> date | str:
    """The day, the last day of a month (12月底前), or the rectify type that stands in its place (长期坚持)."""
    text = words.normalise(as_text(value))
    month = _MONTH_END.match(text)
    if month and 1 <= int(month.group(2)) <= 12:
        year, number = int(month.group(1)), int(month.group(2))
        return date(year, number, monthrange(year, number)[1])
    return words.rectify_type_of(text) or _day(value)


_READERS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "risk-points": {
        "level": _word(words.level_of, "请填高、中、低，或一级、二级、三级"),
        "category": _word(words.category_of, "请填思想道德、岗位职责、业务流程、制度机制或外部环境"),
        "likelihood": _scale,
        "impact": _scale,
        "measures": _measures,
        "identified_on": _day,
        "review_due": _day,
    },
    "issues": {
        "source": _word(words.source_of, "请填巡视巡察、审计、日常监督、专项检查、自查自纠等来源"),
        "severity": _word(words.severity_of, "请填一般、较重或严重"),
        "outcome": _word(words.outcome_of, "请填已整改、持续整改或未整改"),
        "rectify_type": _word(words.rectify_type_of, "请填立行立改、限期整改、分阶段或长期坚持"),
        "measures": _measures,
        "due_on": _due,
        "found_on": _day,
        "issued_on": _day,
        "closed_on": _day,
    },
}
_PROSE_READERS = {
    (ledger, name): _prose(name, ledger)
    for ledger, columns in (("risk-points", words.RISK_POINT_COLUMNS), ("issues", words.ISSUE_COLUMNS))
    for name in columns
}
