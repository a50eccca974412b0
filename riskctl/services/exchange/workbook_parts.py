"""What the parts of an xlsx tell before calamine opens it: macros, bombs, formulas without a result.

calamine lays a sheet out whole and copies a shared text into every cell that names it: a file of a few kilobytes
could ask for gigabytes and end the process. And it gives an empty cell for a formula that failed, so that what
the ledger says there would be lost without a word.
"""

import html
import io
import itertools
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator

from riskctl.errors import InvalidInput

MAX_ROWS = 50_000
KINDS = "请上传 Excel 文件（.xlsx、.xls）或 CSV 文件"
MACROS = "工作簿含有宏：请在 Excel 中另存为不含宏的 .xlsx 再导入"
_MAX_UNPACKED = 100 << 20
_MAX_AREA = 5_000_000
_MAX_TEXT = 200 << 20  # bytes of UTF-8 in all cells together
_FILLED = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>")
_ANY_FILLED = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*)?(?<!/)>")
_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*[\"'](\d{1,7})[\"']")
_TEXT_END = re.compile(rb"</(?:\w+:)?si>")
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>(\d{1,9})<")
# A cell with a formula and what follows it; one whose result is an empty text (t="str") has a result.
_FORMULA = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*)>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>|<(?:\w+:)?v\s*/>)?"
)
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_TYPE = re.compile(rb"\st\s*=\s*[\"'](\w+)[\"']")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(rb"(?:\w+:)?(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")

# What stands in the cells whose formula failed or was never computed, by row and column from 0.
Failed = dict[tuple[int, int], str]


def refused(message: str, code: str) -> InvalidInput:
    """The refusal of an uploaded file."""
    return InvalidInput(message, field="file", code=code)


def looked_at(data: bytes) -> dict[str, Failed]:
    """The formulas without a result, by the name of their sheet. Raises InvalidInput for what must not be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_kind(set(archive.namelist()))
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
                raise _too_large("文件解开后过大", "多余的工作表和内容")
            failed = _each_part(archive)
            return {name: failed[part] for name, part in _sheets(archive) if part in failed}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise refused("文件已损坏，无法打开：请用 Excel 打开后另存再导入", "damaged") from error


def _too_large(what: str, cut: str) -> InvalidInput:
    return refused(f"{what}：请删去{cut}，或拆分后导入", "too_large")


def _refuse_kind(names: set[str]) -> None:
    if any(name.endswith("vbaProject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise refused(MACROS, "macros")
    if "xl/workbook.xml" not in names or "content.xml" in names:
        raise refused(f"这不是工作簿。{KINDS}", "not_a_workbook")


def _each_part(archive: zipfile.ZipFile) -> dict[str, Failed]:
    lengths = _lengths(archive)
    told, failed = 0, {}
    for entry in archive.infolist():
        # Reading checks the sum: a part that unpacks to more than it says is found here.
        part = archive.read(entry)
        _refuse_sparse(part)
        told += _repeated(part, lengths)
        if told > _MAX_TEXT:
            raise _too_large("各单元格的文字合计过多", "表格以外的内容")
        if b"<f" in part and (found := _failed(part)):
            failed[entry.filename] = found
    return failed


def _lengths(archive: zipfile.ZipFile) -> list[int]:
    """The lengths of the texts that cells share, in bytes and with their marks."""
    name = next((n for n in archive.namelist() if n.lower() == "xl/sharedstrings.xml"), None)
    ends = [0, *(found.end() for found in _TEXT_END.finditer(archive.read(name)))] if name else [0]
    return [end - begin for begin, end in itertools.pairwise(ends)]


def _repeated(part: bytes, lengths: list[int]) -> int:
    """How long the shared texts of a sheet are, each as often as a cell names it."""
    return sum(lengths[int(n)] for n in _SHARED.findall(part) if int(n) < len(lengths))


def _refuse_sparse(part: bytes) -> None:
    cells = _FILLED.findall(part)
    rows = max((int(row) for _, row in cells), default=0)
    if len(_ANY_FILLED.findall(part)) > len(cells):  # cells that say no place stand in the row that says one
        rows = max([rows, *(int(row) for row in _ROW.findall(part))])
    columns = max((_column_number(letters) for letters in {letters for letters, _ in cells}), default=1)
    if rows > MAX_ROWS:
        raise refused(f"有工作表超过{MAX_ROWS}行：请删去表格以外的内容，或拆分后导入", "too_many_rows")
    if rows * columns > _MAX_AREA:
        raise _too_large("有工作表占用的行列过多", "表格以外的内容")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _failed(part: bytes) -> Failed:
    found: Failed = {}
    for attributes, formula, value in _FORMULA.findall(part):
        place, kind = _PLACE.search(attributes), _TYPE.search(attributes)
        type_ = kind[1] if kind else b"n"
        if place and (type_ == b"e" or (not value and type_ != b"str")):
            said = value if type_ == b"e" else b"=" + formula
            found[int(place[2]) - 1, _column_number(place[1]) - 1] = html.unescape(
                said.decode("utf-8", "replace")
            )
    return found


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet and the part in which it stands."""
    if "xl/_rels/workbook.xml.rels" not in archive.namelist():
        return
    relations = map(_attributes, _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")))
    targets = {r.get("Id"): posixpath.join("/xl", r.get("Target", "")).lstrip("/") for r in relations}
    for sheet in map(_attributes, _SHEET.findall(archive.read("xl/workbook.xml"))):
        yield sheet.get("name", ""), targets.get(sheet.get("id"), "")


def _attributes(tag: bytes) -> dict[str, str]:
    found = _ATTRIBUTE.findall(tag)
    return {
        name.decode(): html.unescape((one or other).decode("utf-8", "replace")) for name, one, other in found
    }
