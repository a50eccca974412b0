"""自定义导出样式: an office's own workbook with placeholders in one row, and the ledger written in that shape.

openpyxl works here alone: only it keeps the formats of a workbook that somebody else made. It holds the whole
workbook in memory, so that such an export has an upper limit of rows.
"""

import io
import re
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.cell_range import CellRange

from riskctl.errors import InvalidInput
from riskctl.services.exchange.printed_ledgers import Ledger, Row
from riskctl.services.exchange.workbook import read_workbook

MOST_ROWS = 20_000
MAX_BYTES = 2 << 20
# What may stand outside the row of the columns.
GENERAL = ("填报单位", "截止日期", "导出日期", "导出人", "条数")
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_LONGEST = 32_000


@dataclass(frozen=True)
class Shape:
    """Where the columns stand: the row, and the header of the ledger's column by number of the sheet's column."""

    row: int
    columns: Mapping[int, str]


def check(data: bytes, kind: Ledger) -> Shape:
    """Read an uploaded workbook; raises InvalidInput that says what is wrong with it and the cure."""
    if len(data) > MAX_BYTES:
        raise _refused("样式文件超过2MB：请删去其中的数据和图片，只留表头和一行占位", "too_large")
    if not data.startswith(b"PK\x03\x04"):
        raise _refused("请上传 .xlsx 格式的工作簿", "not_a_workbook")
    read_workbook(data)  # macros, damaged files and bombs are refused there in words
    return _shape(_opened(data), kind)


def _opened(data: bytes) -> Workbook:
    try:
        book = load_workbook(io.BytesIO(data), keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError) as error:
        raise _refused("工作簿无法读取：请用 Excel 打开后另存为 .xlsx 再上传", "damaged") from error
    if not book.worksheets:
        raise _refused("工作簿里没有工作表", "no_sheet")
    return book


def _shape(book: Workbook, kind: Ledger) -> Shape:
    known = {column.header for column in kind.columns}
    rows: dict[int, dict[int, str]] = {}
    for cells in book.worksheets[0].iter_rows():
        for cell in cells:
            if (name := _column_in(cell, known)) is not None:
                rows.setdefault(cell.row, {})[cell.column] = name
    if not rows:
        raise _refused(
            "没有找到占位行：请在表头下面一行的各单元格写上列名，如 {{编号}}、{{责任单位}}", "no_placeholder"
        )
    if len(rows) > 1:
        told = "、".join(map(str, sorted(rows)))
        raise _refused(f"列的占位只能写在同一行，现分别在第{told}行", "several_rows")
    ((row, columns),) = rows.items()
    return Shape(row, columns)


def _column_in(cell: Any, known: Collection[str]) -> str | None:
    """The column that the cell stands for."""
    found = None
    for name in _PLACEHOLDER.findall(cell.value) if isinstance(cell.value, str) else ():
        if name in known:
            found = name
        elif name not in GENERAL:
            raise _refused(
                f"单元格 {cell.coordinate} 的占位“{name}”不是本台账的列。可用的列：{'、'.join(sorted(known))}；"
                f"表头、表尾可用：{'、'.join(GENERAL)}", "unknown_placeholder",
            )  # fmt: skip
    if found is not None and not _PLACEHOLDER.fullmatch(cell.value.strip()):
        raise _refused(f"单元格 {cell.coordinate} 的占位“{found}”须单独占一个单元格", "not_alone")
    return found


def _refused(message: str, code: str) -> InvalidInput:
    return InvalidInput(message, field="file", code=code)


def write(
    path: Path | IO[bytes], shape: bytes, kind: Ledger, rows: Iterable[Row], told: Mapping[str, str]
) -> int:
    """Write the rows into a copy of the workbook; how many. `told` are the texts of GENERAL. Raises
    InvalidInput where there are more rows than MOST_ROWS."""
    book = _opened(shape)
    place, sheet = _shape(book, kind), book.worksheets[0]
    values = {column.header: column.value for column in kind.columns}
    found = [[(at, values[name](row)) for at, name in place.columns.items()] for row in _limited(rows)]
    _make_room(sheet, place.row, len(found))
    styles = [copy(sheet.cell(place.row, at)._style) for at in range(1, sheet.max_column + 1)]  # noqa: SLF001
    height = sheet.row_dimensions[place.row].height
    for number, cells in enumerate(found or [[(at, "") for at in place.columns]]):
        at_row = place.row + number
        sheet.row_dimensions[at_row].height = height
        for at, style in enumerate(styles, 1):
            sheet.cell(at_row, at)._style = copy(style)  # noqa: SLF001
        for at, value in cells:
            _put(sheet.cell(at_row, at), value)
    _tell(sheet, {**told, "条数": str(len(found))})
    book.save(path)
    return len(found)


def _limited(rows: Iterable[Row]) -> Iterable[Row]:
    for row in rows:
        if row.number > MOST_ROWS:
            raise InvalidInput(
                f"按自定义样式最多导出{MOST_ROWS:,}行：请缩小筛选范围，或按标准样式导出",
                field="shape",
                code="too_many_rows",
            )
        yield row


def _make_room(sheet: Any, row: int, count: int) -> None:
    """Move what stands below the row of placeholders, its merged cells too, down by what is written there."""
    by = count - 1
    if by < 1 or sheet.max_row == row:
        return
    below = [merged for merged in list(sheet.merged_cells.ranges) if merged.min_row > row]
    for merged in below:
        sheet.unmerge_cells(str(merged))
    heights = {r: d.height for r, d in sheet.row_dimensions.items() if r > row and d.height}
    last = sheet.cell(sheet.max_row, sheet.max_column).coordinate
    sheet.move_range(f"A{row + 1}:{last}", rows=by, translate=True)
    for merged in below:
        moved = CellRange(merged.coord)
        moved.shift(row_shift=by)
        sheet.merge_cells(moved.coord)
    for r, height in heights.items():
        sheet.row_dimensions[r + by].height = height


def _put(cell: Any, value: Any) -> None:
    if value is None or value == "":
        cell.value = None
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, int):
        cell.value = value
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_LONGEST]
        cell.data_type = "s"  # a text such as =1+1 stays a text


def _tell(sheet: Any, told: Mapping[str, str]) -> None:
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str) and cell.data_type == "s" and "{{" in cell.value:
                names = _PLACEHOLDER.findall(cell.value)
                if names and all(name in told for name in names):
                    _put(cell, _PLACEHOLDER.sub(lambda match: told[match[1]], cell.value))
