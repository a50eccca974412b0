"""File bytes to sheets of cells: xlsx and xls through calamine, CSV in UTF-8 or GB18030. Type by content."""

import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from riskctl.errors import InvalidInput, TooLarge

MAX_MB = 20
MAX_ROWS = 50_000
MAX_COLUMNS = 200
_MAX_UNPACKED = 100 << 20
# calamine lays a sheet out whole, from its first to its last cell: two cells in far corners would ask for
# half a terabyte and end the process.
_MAX_AREA = 5_000_000
_FILLED = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>")
_ANY_FILLED = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*)?(?<!/)>")
_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*[\"'](\d{1,7})[\"']")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = "请上传 Excel 文件（.xlsx、.xls）或 CSV 文件"

Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells from A1 on, and its merged ranges as ((row, column), (row, column))."""

    name: str
    rows: list[list[Any]]
    merged: list[Range]


def read_workbook(data: bytes) -> list[Sheet]:
    """Every sheet of the file; raises InvalidInput that says what is wrong and what to do."""
    if not data.strip():
        raise _refused("文件是空的，请检查后重新选择", "empty")
    if len(data) > MAX_MB << 20:
        raise TooLarge(
            f"文件超过{MAX_MB}MB：请删去多余的工作表和图片，或拆分后导入", field="file", code="too_large"
        )
    if data.startswith(b"PK\x03\x04"):
        _refuse_bomb(data)
        return _calamine(data)
    if data.startswith(_OLE):
        # An encrypted xlsx is an OLE file that holds this stream; the name stands there in UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _refused("文件设有打开密码，请在 Excel 中取消密码后重新保存", "encrypted")
        return _calamine(data)
    return [Sheet("CSV", _csv(data), [])]


def _refused(message: str, code: str) -> InvalidInput:
    return InvalidInput(message, field="file", code=code)


def _refuse_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_kind(set(archive.namelist()))
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
                raise _refused("文件解开后过大：请删去多余的工作表和内容，或拆分后导入", "too_large")
            for entry in archive.infolist():
                # Reading checks the sum: a part that unpacks to more than it says is found here.
                _refuse_sparse(archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refused("文件已损坏，无法打开：请用 Excel 打开后另存再导入", "damaged") from error


def _refuse_kind(names: set[str]) -> None:
    if any(name.endswith("vbaProject.bin") for name in names):
        raise _refused("工作簿含有宏：请在 Excel 中另存为不含宏的 .xlsx 再导入", "macros")
    if "xl/workbook.xml" not in names or "content.xml" in names:
        raise _refused(f"这不是工作簿。{_KINDS}", "not_a_workbook")


def _refuse_sparse(part: bytes) -> None:
    cells = _FILLED.findall(part)
    rows = max((int(row) for _, row in cells), default=0)
    if len(_ANY_FILLED.findall(part)) > len(cells):  # cells that say no place stand in the row that says one
        rows = max([rows, *(int(row) for row in _ROW.findall(part))])
    columns = max((_column_number(letters) for letters in {letters for letters, _ in cells}), default=1)
    if rows > MAX_ROWS:
        raise _refused(f"有工作表超过{MAX_ROWS}行：请删去表格以外的内容，或拆分后导入", "too_many_rows")
    if rows * columns > _MAX_AREA:
        raise _refused("有工作表占用的行列过多：请删去表格以外的内容，或拆分后导入", "too_large")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _calamine(data: bytes) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [_sheet(workbook, name) for name in workbook.sheet_names]
    except PasswordError as error:
        raise _refused("文件设有打开密码，请在 Excel 中取消密码后重新保存", "encrypted") from error
    except CalamineError as error:
        raise _refused(f"文件无法读取，可能已损坏。{_KINDS}", "damaged") from error


def _sheet(workbook: CalamineWorkbook, name: str) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height > MAX_ROWS:
        raise _refused(f"工作表“{name}”超过{MAX_ROWS}行，请拆分后导入", "too_many_rows")
    # skip_empty_area=False, or rows and columns would be counted from the first that is not empty
    rows = [row[:MAX_COLUMNS] for row in sheet.to_python(skip_empty_area=False)]
    return Sheet(name, rows, list(sheet.merged_cell_ranges or ()))


def _csv(data: bytes) -> list[list[Any]]:
    if b"\x00" in data:
        raise _refused(f"这不是工作簿。{_KINDS}", "not_a_workbook")
    text = _decoded(data)
    if text.lstrip().startswith("<"):
        raise _refused(f"这是网页文件，不是工作簿。{_KINDS}", "not_a_workbook")
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        rows: list[list[Any]] = [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise _refused("CSV 格式有误，请用 Excel 打开后另存为 xlsx 再导入", "damaged") from error
    if len(rows) > MAX_ROWS:
        raise _refused(f"超过{MAX_ROWS}行，请拆分后导入", "too_many_rows")
    return rows


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(f"文件的文字编码无法识别。{_KINDS}", "encoding")
