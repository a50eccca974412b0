"""The workbook of the organisation: its sheets and columns, the empty template, and reading it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from riskctl.errors import InvalidInput
from riskctl.models.organization import UNIT_KINDS
from riskctl.permissions import ROLE_LABELS
from riskctl.services.exchange.columns import normalise
from riskctl.services.exchange.rows import Refusal
from riskctl.services.exchange.workbook import Sheet, read_workbook

UNITS, PEOPLE, ISSUERS = "单位", "人员", "发文机关"
_KINDS = tuple(UNIT_KINDS.values())
_ROLES = tuple(ROLE_LABELS.values())
_HEADER_WITHIN = 10
_IGNORED = {"序号", "备注"}


@dataclass(frozen=True)
class Field:
    """One column: its header, what to write there, the longest value, and the words to choose from."""

    name: str
    header: str
    hint: str
    required: bool = False
    longest: int = 128
    choices: tuple[str, ...] = ()


SHEETS: dict[str, tuple[Field, ...]] = {
    UNITS: (
        Field("code", "代码", "本系统中唯一的代码，用字母和数字，例：SK、SK-01", required=True, longest=32),
        Field("name", "名称", "单位全称", required=True),
        Field("kind", "类别", "厅机关只有一个，其余各填所属类别", required=True, choices=_KINDS),
        Field("parent", "上级代码", "厅机关留空，其余必填", longest=32),
        Field("covers", "覆盖单位代码", "党支部必填：支部所覆盖的单位代码，多个用顿号隔开", longest=2000),
        Field("members", "党员人数", "党支部填写，数字", longest=5),
    ),
    PEOPLE: (
        Field("username", "用户名", "登录用，英文字母和数字；同一人担任多个岗位的，每个岗位写一行", required=True, longest=64),
        Field("name", "姓名或岗位", "显示在页面和流程中", required=True, longest=64),
        Field("post", "职务", "例：副主任", longest=64),
        Field("unit", "所在单位代码", "本人所在的单位；三员可留空", longest=32),
        Field("role", "岗位", "在本系统中的岗位；以本表所列为准，表中没有的收回，各行均留空的不改变", choices=_ROLES),
        Field("role_unit", "任职单位代码", "岗位管到哪个单位（含其下级）；纪检委员填党支部；留空即所在单位，三员即全厅", longest=32),
        Field("active", "停用", "填“是”则该账号不能再登录", choices=("是", "否")),
    ),
    ISSUERS: (
        Field("code", "代码", "例：JGJW", required=True, longest=32),
        Field("name", "名称", "落款用的发文机关署名", required=True),
        Field("head", "红头", "红头文字，留空即名称加“文件”"),
        Field("word", "代字", "文号中年份之前的部分，例：锦水机纪", required=True, longest=32),
        Field("signer_title", "签发人职务", "例：机关纪委书记", required=True, longest=64),
        Field("signer_role", "签发岗位", "由哪个岗位签发", required=True, choices=_ROLES),
        Field("unit", "单位代码", "单位纪委填该单位；留空即厅机关", longest=32),
        Field("contact", "联系人", "可填职务", longest=64),
        Field("phone", "电话", "", longest=32),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One row: where it stands, and its cells by the names of the fields."""

    sheet: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def refusal(self, name: str, reason: str) -> Refusal:
        """Why the row is not taken, at the column of this field."""
        header = next(field.header for field in SHEETS[self.sheet] if field.name == name)
        return Refusal(self.sheet, self.number, header, self[name][:60], reason)


def read(data: bytes) -> tuple[dict[str, list[Line]], list[Refusal]]:
    """The lines of each sheet and what is wrong with single cells; raises InvalidInput when the file is not
    such a workbook."""
    sheets = {sheet.name.strip(): sheet for sheet in read_workbook(data)}
    known = [name for name in SHEETS if name in sheets]
    if not known:
        raise InvalidInput(
            f"没有找到名为“{UNITS}”或“{PEOPLE}”的工作表：请先用 riskctl import-organization --template 写出模板再填写",
            field="file", code="no_sheet",
        )  # fmt: skip
    lines = {name: list(_lines(name, sheets[name])) if name in sheets else [] for name in SHEETS}
    refusals = [refusal for name in known for line in lines[name] for refusal in _cell_refusals(line)]
    return lines, refusals


def _lines(name: str, sheet: Sheet) -> Iterator[Line]:
    at = _header_row(name, sheet)
    places = _places(name, sheet.rows[at])
    for number, row in enumerate(sheet.rows[at + 1 :], at + 2):
        cells = {field: _text(row[index]) for field, index in places.items() if index < len(row)}
        if any(cells.values()):
            yield Line(name, number, cells)


def _header_row(name: str, sheet: Sheet) -> int:
    headers = {field.header for field in SHEETS[name]}
    for at, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
        if len(headers & {normalise(cell) for cell in row}) > 1:
            return at
    wanted = "、".join(field.header for field in SHEETS[name])
    raise InvalidInput(
        f"工作表“{name}”前{_HEADER_WITHIN}行没有表头，应有：{wanted}", field="file", code="no_header"
    )


def _places(name: str, header: list[Any]) -> dict[str, int]:
    fields = {field.header: field.name for field in SHEETS[name]}
    places: dict[str, int] = {}
    for index, cell in enumerate(header):
        word = normalise(cell)
        if word in fields and fields[word] not in places:
            places[fields[word]] = index
        elif word and word not in _IGNORED:
            why = "重复" if word in fields else "不能识别"
            raise InvalidInput(
                f"工作表“{name}”的列“{word}”{why}：请删去该列，或改为：{'、'.join(fields)}",
                field="file", code="unknown_column",
            )  # fmt: skip
    missing = [field.header for field in SHEETS[name] if field.required and field.name not in places]
    if missing:
        raise InvalidInput(f"工作表“{name}”缺少列：{'、'.join(missing)}", field="file", code="no_column")
    return places


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Excel keeps codes of digits as numbers
    return str(value if value is not None else "").strip()


def _cell_refusals(line: Line) -> Iterator[Refusal]:
    for field in SHEETS[line.sheet]:
        value = line[field.name]
        if field.required and not value:
            yield line.refusal(field.name, "不能为空：请填写")
        elif value and field.choices and value not in field.choices:
            yield line.refusal(field.name, f"只能填：{'、'.join(field.choices)}")
        elif len(value) > field.longest:
            yield line.refusal(field.name, f"超过{field.longest}字：请精简")
        elif not value.isprintable():
            yield line.refusal(field.name, "含有换行或不能识别的字符：请删去")


def template() -> bytes:
    """An empty workbook with a legend; what can be chosen is a list in its cells."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(
        output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1})
    text = book.add_format({"num_format": "@"})
    for name, fields in SHEETS.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, field in enumerate(fields):
            sheet.write_string(0, column, field.header, bold)
            sheet.set_column(column, column, 18, text)
            if field.choices:
                sheet.data_validation(
                    1, column, 2000, column, {"validate": "list", "source": list(field.choices)}
                )
    _legend(book, bold)
    book.close()
    return output.getvalue()


def _legend(book: Any, bold: Any) -> None:
    sheet = book.add_worksheet("填写说明")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 16)
    sheet.set_column(2, 2, 8)
    sheet.set_column(3, 4, 50)
    for column, header in enumerate(("工作表", "列", "必填", "怎样填", "可填的内容")):
        sheet.write_string(0, column, header, bold)
    row = 1
    for name, fields in SHEETS.items():
        for field in fields:
            cells = (name, field.header, "是" if field.required else "", field.hint, "、".join(field.choices))
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell, wrapped)
            row += 1
