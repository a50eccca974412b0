"""Where the header is, what its columns mean, which rows are data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskctl.services.exchange.columns import field_of, normalise
from riskctl.services.exchange.workbook import Sheet

_SEARCHED = 30
_LEGEND = re.compile(
    r"^(注|说明|备注|填表说明|填表人|审核人|制表|单位负责人|合计|小计|填报人|联系人)[:：\d一二三\s]?"
)
_UNIT_NOTE = re.compile(r"(?:填报|责任|编制)?(?:单位|部门)(?:（盖章）|\(盖章\))?[:：]\s*([^\s　:：]+)")
_SAME = {"同上", "〃", "″", '"', "同前"}


@dataclass(frozen=True)
class Column:
    """One column: its place, its header as it stands there, what it means (None: nothing known)."""

    index: int
    header: str
    field: str | None
    samples: tuple[str, ...] = ()


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
    sheet: Sheet, known: dict[str, tuple[str, ...]], mapping: Mapping[str, str | None] | None = None
) -> Table | None:
    """The table of the sheet, or None when no header row is found. `mapping` says for headers what the user
    or his unit's last import made of them; it goes before the dictionary."""
    at = _header_row(sheet, known, mapping or {})
    if at is None:
        return None
    filled = _unmerged(sheet, below=at)
    columns = _columns(sheet.rows[at], known, mapping or {}, filled[at + 1 :])
    rows, ignored = _data(filled, at, columns)
    return Table(sheet.name, at + 1, columns, rows, ignored, _unit_note(sheet.rows[:at]))


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
        # A range that spans most of a row is a title or a note, not "the same as above".
        if top <= below or right - left > 2:
            continue
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else None
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])
    return rows


def _columns(
    header: list[Any],
    known: dict[str, tuple[str, ...]],
    mapping: Mapping[str, str | None],
    below: list[list[Any]],
) -> list[Column]:
    found: list[Column] = []
    taken: set[str] = set()
    for index, cell in enumerate(header):
        text = str(cell or "").strip()
        if not text:
            continue
        field = _meaning(text, known, mapping)
        if field in taken:
            field = None
        if field:
            taken.add(field)
        samples = [
            str(row[index]).strip() for row in below[:50] if index < len(row) and row[index] not in ("", None)
        ]
        found.append(Column(index, re.sub(r"\s+", "", text), field, tuple(samples[:3])))
    return found


def _data(
    rows: list[list[Any]], header: int, columns: list[Column]
) -> tuple[list[tuple[int, dict[int, Any]]], list[tuple[int, str]]]:
    found: list[tuple[int, dict[int, Any]]] = []
    ignored: list[tuple[int, str]] = []
    previous: dict[int, Any] = {}
    for number, row in enumerate(rows[header + 1 :], header + 2):
        cells = {
            c.index: row[c.index] for c in columns if c.index < len(row) and row[c.index] not in ("", None)
        }
        texts = [str(cell).strip() for cell in row if cell not in ("", None) and str(cell).strip()]
        why = _not_data(texts, cells, columns)
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
    known = [c.index for c in columns if c.field not in (None, "sequence")]
    if not any(index in cells for index in known):
        return "没有内容的行"
    if texts[0] == next((c.header for c in columns), ""):
        return "重复的表头"
    return None


def _unit_note(rows: list[list[Any]]) -> str | None:
    for row in rows:
        for cell in row:
            found = _UNIT_NOTE.search(str(cell or ""))
            if found:
                return found.group(1).strip("。；;，,")
    return None
