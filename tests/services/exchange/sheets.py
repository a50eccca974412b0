"""Workbooks as offices keep them, built for tests: xlsx, and the old xls byte by byte."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

import xlsxwriter

Rows = Sequence[Sequence[object]]

# A title and a note above, line breaks inside headers, merged cells that mean "the same as above", a legend below.
LEDGER: Rows = [
    ["廉政风险点排查防控一览表"],
    ["填报单位：青岭水库管理处    填报日期：2026年3月2日"],
    ["序号", "单位/科室", "风险\n类别", "风险点", "主要内容及表现形式", "风险等级", "防控措施", "部门\n负责人", "责任\n领导"],
    [1, "青岭水库管理处", "岗位职责风险", "闸门检修发包", "小额项目直接指定。", "高", "1.比选；\n2.公示结果", "处长", "分管负责人"],
    [2, "", "业务流程风险", "物资出入库", "账实不符。", "二级", "按季盘点", "", ""],
    [3, "", "岗位职责风险", "车辆使用", "公车私用。", "Ⅲ级", "1.定位；\n2.登记", "", ""],
    ["", "", "", "", "", "", "", "", ""],
    ["注：风险等级分高、中、低三级。"],
]  # fmt: skip
MERGED = ((0, 0, 0, 8), (1, 0, 1, 8), (3, 1, 5, 1), (3, 7, 5, 7), (3, 8, 5, 8))
# No unit, other words for the columns.
BARE: Rows = [
    ["工程廉政风险点清单"],
    ["序号", "风险点描述", "涉及环节", "风险等级"],
    [1, "招标文件设置倾向性条件", "招标管理", "高"],
    [2, "变更签证审核不严", "变更管理", "中"],
]
POINTS: tuple[str, ...] = (
    "编号",
    "单位",
    "岗位",
    "风险点",
    "表现形式",
    "风险等级",
    "防控措施",
    "责任领导职务",
)
ISSUES: tuple[str, ...] = (
    "序号", "责任单位", "问题来源", "问题描述", "整改措施", "整改时限", "责任人", "整改进展", "整改结果", "发现日期", "完成日期",
)  # fmt: skip


def point(title: str, **changes: object) -> list[object]:
    """One row under POINTS, complete unless changed."""
    fields: dict[str, object] = {
        "code": "", "unit": "青岭水库管理处", "post": "维修养护岗", "title": title, "manifestation": "化整为零规避比选",
        "level": "高", "measures": "1.比选\n2.公示", "leader": "分管负责人",
    }  # fmt: skip
    return list({**fields, **changes}.values())


def issue(text: str, **changes: object) -> list[object]:
    """One row under ISSUES, in progress unless changed."""
    fields: dict[str, object] = {
        "n": 1, "unit": "青岭水库管理处", "source": "内部审计", "text": text, "measures": "1.核对账目\n2.修订制度",
        "due": "2026-06-30", "post": "财务科长", "progress": "已核对两个季度", "outcome": "整改中", "found": "2025-11-03",
        "closed": "",
    }  # fmt: skip
    return list({**fields, **changes}.values())


def book(sheets: Mapping[str, Rows], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """The workbook; `merged` ranges (top, left, bottom, right) are of every sheet."""
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = workbook.add_worksheet(name)
        for top, left, bottom, right in merged:
            sheet.merge_range(top, left, bottom, right, "")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, column, cell)
    workbook.close()
    return output.getvalue()


def points(*rows: Sequence[object]) -> bytes:
    """A ledger of risk points under POINTS."""
    return book({"台账": [POINTS, *rows]})


def issues(*rows: Sequence[object]) -> bytes:
    """A ledger of issues under ISSUES."""
    return book({"问题台账": [ISSUES, *rows]})


def replaced(data: bytes, old: str, new: str) -> bytes:
    """The workbook with other text in its parts: what no program for workbooks would write."""
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name).decode().replace(old, new))
    return output.getvalue()


def ole(stream_name: str, stream: bytes) -> bytes:
    """A compound file with one stream: what xls is, and what holds an encrypted xlsx."""
    free, end, of_fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    stream += bytes(max(4096 - len(stream), -len(stream) % 512))
    sectors = len(stream) // 512
    fat = [of_fat, end, *range(3, 2 + sectors), end]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    folder = _entry("Root Entry", 5, end, 0, child=1) + _entry(stream_name, 2, 2, len(stream))
    return header + table + folder + bytes(256) + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le")
    none = 0xFFFFFFFF
    head = text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text) + 2, kind, 1, none, none, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def xls(rows: Rows) -> bytes:
    """An Excel 97 workbook with the rows on one sheet."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    name = "台账".encode("utf-16-le")
    beginning = record(0x809, struct.pack("<4H8x", 0x600, 5, 0, 0))
    closing = record(0x0A, b"")
    place = len(beginning) + 4 + 8 + len(name) + len(closing)
    bound = record(0x85, struct.pack("<IHBB", place, 0, 2, 1) + name)
    cells = b"".join(
        record(0x204, struct.pack("<4HB", r, c, 0, len(str(v)), 1) + str(v).encode("utf-16-le"))
        for r, row in enumerate(rows)
        for c, v in enumerate(row)
        if v != ""
    )
    sheet = record(0x809, struct.pack("<4H8x", 0x600, 0x10, 0, 0)) + cells + closing
    return ole("Workbook", beginning + bound + closing + sheet)
