"""File bytes to sheets of cells: xlsx and xls through calamine, CSV in UTF-8 or GB18030. Type by content."""

import csv
import io
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from riskctl.errors import TooLarge
from riskctl.services.exchange.workbook_parts import KINDS, MACROS, MAX_ROWS, Failed, looked_at, refused

MAX_MB = 20
MAX_COLUMNS = 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Range = tuple[tuple[int, int], tuple[int, int]]


class NoResult(str):
    """What stands in a cell whose formula failed or was never computed, such as #REF!; no content of the ledger."""

    __slots__ = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells from A1 on, and its merged ranges as ((row, column), (row, column))."""

    name: str
    rows: list[list[Any]]
    merged: list[Range]


def read_workbook(data: bytes) -> list[Sheet]:
    """Every sheet of the file; raises InvalidInput that says what is wrong and what to do."""
    if not data.strip():
        raise refused("文件是空的，请检查后重新选择", "empty")
    if len(data) > MAX_MB << 20:
        raise TooLarge(
            f"文件超过{MAX_MB}MB：请删去多余的工作表和图片，或拆分后导入", field="file", code="too_large"
        )
    if data.startswith(b"PK\x03\x04"):
        return _calamine(data, looked_at(data))
    if data.startswith(_OLE):
        # An encrypted xlsx is an OLE file that holds this stream; the name stands there in UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refused("文件设有打开密码，请在 Excel 中取消密码后重新保存", "encrypted")
        if "_VBA_PROJECT".encode("utf-16-le") in data:
            raise refused(MACROS, "macros")
        return _calamine(data, {})
    return [Sheet("CSV", _csv(data), [])]


def _calamine(data: bytes, failed: Mapping[str, Failed]) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [_sheet(workbook, name, failed.get(name, {})) for name in workbook.sheet_names]
    except PasswordError as error:
        raise refused("文件设有打开密码，请在 Excel 中取消密码后重新保存", "encrypted") from error
    except CalamineError as error:
        raise refused(f"文件无法读取，可能已损坏。{KINDS}", "damaged") from error


def _sheet(workbook: CalamineWorkbook, name: str, failed: Failed) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height > MAX_ROWS:
        raise refused(f"工作表“{name}”超过{MAX_ROWS}行，请拆分后导入", "too_many_rows")
    # skip_empty_area=False, or rows and columns would be counted from the first that is not empty
    rows = [row[:MAX_COLUMNS] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), said in failed.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = NoResult(said)
    return Sheet(name, rows, _merged(sheet, len(rows)))


def _merged(sheet: CalamineSheet, rows: int) -> list[Range]:
    found = list(sheet.merged_cell_ranges or ())
    # Excel lets no two overlap, so that more than this is not made by it, and filling them would take hours.
    if sum(max(0, min(bottom + 1, rows) - top) for (top, _), (bottom, _) in found) > rows * MAX_COLUMNS:
        raise refused("合并单元格互相重叠，文件可能已损坏：请用 Excel 打开后另存再导入", "damaged")
    return found


def _csv(data: bytes) -> list[list[Any]]:
    if b"\x00" in data:
        raise refused(f"这不是工作簿。{KINDS}", "not_a_workbook")
    text = _decoded(data)
    if text.lstrip().startswith("<"):
        raise refused(f"这是网页文件，不是工作簿。{KINDS}", "not_a_workbook")
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        rows: list[list[Any]] = [list(row[:MAX_COLUMNS]) for row in itertools.islice(lines, MAX_ROWS + 1)]
    except csv.Error as error:
        raise refused(
            f"CSV 到第{lines.line_num}行不能读下去：有单元格过长，或该处的引号没有成对。请改正后重新导入",
            "damaged",
        ) from error
    if len(rows) > MAX_ROWS:
        raise refused(f"超过{MAX_ROWS}行，请拆分后导入", "too_many_rows")
    return rows


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refused(f"文件的文字编码无法识别。{KINDS}", "encoding")
