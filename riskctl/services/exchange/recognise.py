"""Where the header is, what its columns mean, which rows are data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from riskctl.services.exchange.columns import field_of, normalise
from riskctl.services.exchange.workbook import Sheet

_SEARCHED = 30
_LONGEST_HEADER = 100
_LONGEST_SAMPLE = 60
# The word alone is not enough: “审核人员收受礼金” is a risk point.
_LEGEND = re.compile(
    r"^(注|说明|备注|填表说明|填表人|审核人|制表人?|单位负责人|填报人|联系人)\s*(?:[:：\d（(\s]|[一二三]、|$)"
)
_TOTALS = {"合计", "小计", "总计"}
_UNIT_NOTE = re.compile(r"(?:填报|责任|编制)?(?:单位|部门)(?:（盖章）|\(盖章\))?[:：]\s*([^\s　:：]+)")
_SAME = {"同上", "〃", "″", '"', "同前"}


@dataclass(frozen=True)
class Column:
    """One column: its place, its header as it stands there, what it means (None: nothing known)."""

    index: int
    header: str
    field: str | None
    samples: tuple[str, ...] = ()
    left_out: bool = False  # because the user said so


@dataclass(frozen=True)
class Table:
    """A sheet as recognised; `rows` are (row number in Excel, {column index: cell})."""

    sheet: str
    header_row: int
    columns: list[Column]
    rows: list[tuple[int, dict[int, Any]]]
    ignored: list[tuple[int, str]]
    unit_note: str | None

    @property
    def fields(self) -> dict[int, str]:
        """What each column that is known means."""
        return {column.index: column.field for column in self.columns if column.field}


def recognise(
    sheet: Sheet,
    known: dict[str, tuple[str, ...]],
    mapping: Mapping[str, str | None] | None = None,
    header_row: int | None = None,
) -> Table | None:
    """The table of the sheet, or None when no header row is found. `mapping` says for headers what the user
    or his unit's last import made of them; it goes before the dictionary, as `header_row` (counted from 1)
    goes before the search."""
    at = _header_row(sheet, known, mapping or {}) if header_row is None else header_row - 1
    if at is None or not 0 <= at < len(sheet.rows):
        return None
    header, last = _whole_header(sheet, at)
    filled = _unmerged(sheet, below=last)
    columns = _columns(header, known, mapping or {}, filled[last + 1 :])
    rows, ignored = _data(filled, last, columns, _spanned(sheet, len(columns)))
    return Table(sheet.name, at + 1, columns, rows, ignored, _unit_note(sheet.rows[:at]))


def _whole_header(sheet: Sheet, at: int) -> tuple[list[Any], int]:
    """The header and its last row: where a heading spans several columns (责任人 over 直接 and 部门), the row
    below names them."""
    top = sheet.rows[at]
    under = {
        column
        for (first, left), (last, right) in sheet.merged
        if first == last == at
        for column in range(left, right + 1)
    }
    below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else []
    named = {index for index, cell in enumerate(below) if _filled(cell)}
    if not named or not named <= under:
        return top, at
    return [below[i] if i in named else cell for i, cell in enumerate(top)], at + 1


def _spanned(sheet: Sheet, columns: int) -> set[int]:
    """Rows with one cell across most columns: a title, a heading between the rows, a note."""
    wide = max(3, columns // 2)
    return {
        row
        for (top, left), (bottom, right) in sheet.merged
        if right - left >= wide
        for row in range(top, min(bottom + 1, len(sheet.rows)))
    }


def as_text(value: Any) -> str:
    """A cell as the reader of the sheet sees it: whole numbers without a point, days without a time."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip().replace("\r\n", "\n").replace("\r", "\n") if value is not None else ""


def _filled(cell: Any) -> bool:
    return cell is not None and cell != "" and str(cell).strip() != ""


def _meaning(header: Any, known: dict[str, tuple[str, ...]], mapping: Mapping[str, str | None]) -> str | None:
    key = normalise(header)
    return mapping[key] if key in mapping else field_of(header, known)


def _header_row(
    sheet: Sheet, known: dict[str, tuple[str, ...]], mapping: Mapping[str, str | None]
) -> int | None:
    best, score = None, 1
    for number, row in enumerate(sheet.rows[:_SEARCHED]):
        fields = {field for cell in row if cell and (field := _meaning(cell, known, mapping))}
        if len(fields) > score and fields & {"title", "manifestation", "verbatim"}:
            best, score = number, len(fields)
    return best


def _unmerged(sheet: Sheet, *, below: int) -> list[list[Any]]:
    rows = [list(row) for row in sheet.rows]
    for (top, left), (bottom, right) in sheet.merged:
        # Merged downwards it means "the same as above"; a range that spans most of a row is a title or a note.
        if top <= below or right - left > 2 or top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = value
    return rows


def _columns(
    header: list[Any],
    known: dict[str, tuple[str, ...]],
    mapping: Mapping[str, str | None],
    below: list[list[Any]],
) -> list[Column]:
    found: list[Column] = []
    claimed = {mapping[key] for cell in header if (key := normalise(cell)) in mapping}
    used: set[str | None] = set()
    for index, whole in enumerate(header):
        if not _filled(whole):
            continue
        cell = str(whole)[:_LONGEST_HEADER]
        key = normalise(cell)
        field = mapping[key] if key in mapping else field_of(cell, known)
        if field in used or (key not in mapping and field in claimed):
            field = None
        used |= {field} - {None}
        samples = [
            as_text(row[index])[:_LONGEST_SAMPLE]
            for row in below[:50]
            if index < len(row) and _filled(row[index])
        ]
        left_out = key in mapping and mapping[key] is None
        found.append(Column(index, re.sub(r"\s+", "", cell), field, tuple(samples[:3]), left_out))
    return found


def _data(
    rows: list[list[Any]], header: int, columns: list[Column], spanned: set[int]
) -> tuple[list[tuple[int, dict[int, Any]]], list[tuple[int, str]]]:
    found: list[tuple[int, dict[int, Any]]] = []
    ignored: list[tuple[int, str]] = []
    previous: dict[int, Any] = {}
    for number, row in enumerate(rows[header + 1 :], header + 2):
        cells = {
            c.index: row[c.index] for c in columns if c.index < len(row) and row[c.index] not in ("", None)
        }
        texts = [str(cell).strip() for cell in row if cell not in ("", None) and str(cell).strip()]
        why = "跨列的标题或说明" if number - 1 in spanned else _not_data(texts, cells, columns)
        if why:
            if texts:
                ignored.append((number, why))
            continue
        cells = {i: previous.get(i) if str(v).strip() in _SAME else v for i, v in cells.items()}
        found.append((number, cells))
        previous = cells
    return found, ignored


def _not_data(texts: list[str], cells: dict[int, Any], columns: list[Column]) -> str | None:
    if not texts:
        return "空行"
    if _LEGEND.match(texts[0]) and len(set(texts)) <= 2:
        return "说明或签字行"
    if normalise(texts[0]) in _TOTALS:
        return "合计行"
    known = [c.index for c in columns if c.field not in (None, "sequence")]
    if not any(index in cells for index in known):
        return "没有内容的行"
    if normalise(texts[0]) == normalise(next((c.header for c in columns), "")):
        return "重复的表头"
    return None


def _unit_note(rows: list[list[Any]]) -> str | None:
    for row in rows:
        for cell in row:
            found = _UNIT_NOTE.search(str(cell or ""))
            if found:
                return found.group(1).strip("。；;，,")
    return None
