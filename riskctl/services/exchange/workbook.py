"""File bytes to sheets of cells: xlsx and xls through calamine, CSV in UTF-8 or GB18030. Type by content."""

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from riskctl.errors import InvalidInput

MAX_ROWS = 50_000
MAX_COLUMNS = 200
_MAX_UNPACKED = 300 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = "请上传 Excel 文件（.xlsx、.xls）或 CSV 文件"

Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells from A1 on, and its merged ranges as ((row, column), (row, column))."""

    name: str
    rows: list[list[Any]]
    merged: list[Range]


def read_workbook(data: bytes, *, max_mb: int = 20) -> list[Sheet]:
    """Every sheet of the file; raises InvalidInput that says what is wrong and what to do."""
    if not data:
        raise _refused("文件是空的，请检查后重新选择", "empty")
    if len(data) > max_mb << 20:
        raise _refused(f"文件超过{max_mb}MB：请删去多余的工作表和图片，或拆分后导入", "too_large")
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
            size = sum(entry.file_size for entry in archive.infolist())
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise _refused("文件已损坏，无法打开：请用 Excel 打开后另存再导入", "damaged") from error
    if size > _MAX_UNPACKED:
        raise _refused("文件解开后过大，请删去多余内容后导入", "too_large")
    if not any(name.startswith("xl/") for name in names):
        raise _refused(f"这不是工作簿。{_KINDS}", "not_a_workbook")


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
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS * 10:
        raise _refused(f"工作表“{name}”超过{MAX_ROWS}行，请拆分后导入", "too_many_rows")
    # skip_empty_area=False, or rows and columns would be counted from the first that is not empty
    rows = [row[:MAX_COLUMNS] for row in sheet.to_python(skip_empty_area=False)]
    return Sheet(name, rows, list(sheet.merged_cell_ranges or ()))


def _csv(data: bytes) -> list[list[Any]]:
    if b"\x00" in data[:4096]:
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
