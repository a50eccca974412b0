"""The workbook of a ledger: the ledger itself on the first sheet, and a sheet that says what it is.

Streamed row by row; nothing in it acts when Excel opens it.
"""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from riskctl import clock
from riskctl.services import seals
from riskctl.services.exchange.printed_ledgers import Ledger, Row

_LONGEST = 32_000  # a cell holds 32,767 characters
_HEADER_ROW = 2
_WIDTH_OF_DAYS = 11
# As on the screen: the word says it too, so that a grey print loses nothing.
_COLOURS = {"绿": "#D9EAD3", "蓝": "#D0E0F0", "黄": "#FFF2CC", "橙": "#FBE0C8", "红": "#F4CCCC"}
# Empty rows below the last one in which the choices hold too, for what somebody adds.
_ROWS_TO_ADD = 200


@dataclass(frozen=True)
class About:
    """What a workbook says of itself on its second sheet; `filters` in words, empty for the whole ledger;
    `seal` names the last seal, by which the ledger's events can be proved."""

    title: str
    by: str
    reason: str = ""
    scope: str = ""
    filters: Sequence[str] = ()
    as_of: date | None = None
    seal: str = ""
    # Before the rows are read: a ledger of now is compared later with what was recorded by then.
    at: datetime = field(default_factory=clock.now)


def sealed() -> str:
    """The last seal in one line, by which the events behind the ledger can be proved; empty before the first."""
    seal = seals.latest()
    if seal is None:
        return ""
    return (
        f"第{seal.id}次，{clock.local(seal.at):%Y-%m-%d %H:%M}，共{seal.event_count}个事件，摘要 {seal.hash}"
    )


def write(path: Path | IO[bytes], kind: Ledger, about: About, rows: Iterable[Row]) -> int:
    """Write the rows as offices print this ledger; how many they were. Raises OSError when the disk is full."""
    # A folder of its own: on a full disk XlsxWriter leaves what it began there.
    with tempfile.TemporaryDirectory(prefix="riskctl-") as folder:
        options = {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder,
        }  # fmt: skip
        try:
            return _write(path, options, kind, about, rows)
        except FileCreateError as error:
            raise error.args[0] from error  # the reason, which it hides


def _write(
    path: Path | IO[bytes], options: dict[str, Any], kind: Ledger, about: About, rows: Iterable[Row]
) -> int:
    count = 0
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": about.title, "author": about.by})
        sheet = _sheet(book, kind, about)
        formats = _Formats(book)
        for row in rows:
            count = row.number
            for at, column in enumerate(kind.columns):
                value = column.value(row)
                _cell(sheet, (_HEADER_ROW + count, at), value, formats.of(column.width, value))
        last = _HEADER_ROW + count
        sheet.autofilter(_HEADER_ROW, 0, last, len(kind.columns) - 1)
        for at, column in enumerate(kind.columns):
            if column.choices:
                allowed = {
                    "validate": "list",
                    "source": list(column.choices),
                    "error_message": "请从下拉列表中选择",
                }
                sheet.data_validation(_HEADER_ROW + 1, at, last + _ROWS_TO_ADD, at, allowed)
        _explain(book, kind, about, count)
    return count


class _Formats:
    """The formats of cells; a workbook may hold each once only."""

    def __init__(self, book: Any) -> None:
        common = {"valign": "top", "border": 1}
        self._text = book.add_format({**common, "text_wrap": True})
        self._day = book.add_format({**common, "num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({**common, "num_format": "yyyy-mm-dd hh:mm"})
        self._colours = {
            word: book.add_format({**common, "align": "center", "bg_color": shade})
            for word, shade in _COLOURS.items()
        }

    def of(self, width: int, value: Any) -> Any:
        """The format for a value in a column of this width."""
        if isinstance(value, datetime):
            return self._moment
        if width == _WIDTH_OF_DAYS:
            return self._day
        return self._colours.get(value, self._text) if isinstance(value, str) else self._text


def _cell(sheet: Any, place: tuple[int, int], value: Any, form: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(*place, None, form)
    elif isinstance(value, datetime):
        sheet.write_datetime(*place, clock.local(value).replace(tzinfo=None), form)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, form)
    elif isinstance(value, int):
        sheet.write_number(*place, value, form)
    else:
        # write_string and no other: a text such as =1+1 stays a text
        sheet.write_string(*place, str(value)[:_LONGEST], form)


def _sheet(book: Any, kind: Ledger, about: About) -> Any:
    sheet = book.add_worksheet(kind.title[:31])
    last = len(kind.columns) - 1
    moment = clock.local(clock.now())
    for at, column in enumerate(kind.columns):
        sheet.set_column(at, at, column.width)
    # Row by row: in constant memory a row that was left is on disk already.
    head = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, last, "", head)
    sheet.write_string(0, 0, about.title, head)
    note = book.add_format({"align": "right"})
    sheet.merge_range(1, 0, 1, last, "", note)
    sheet.write_string(1, 0, f"导出日期：{moment:%Y}年{moment.month}月{moment.day}日", note)
    bold = book.add_format({
        "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1, "bg_color": "#DDE6F0",
    })  # fmt: skip
    for at, column in enumerate(kind.columns):
        sheet.write_string(_HEADER_ROW, at, column.header, bold)
    sheet.freeze_panes(_HEADER_ROW + 1, 2)
    sheet.repeat_rows(_HEADER_ROW)
    _set_up_print(sheet, about.by, moment)
    return sheet


def _set_up_print(sheet: Any, by: str, moment: datetime) -> None:
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    printed = by.replace("&", "＆")  # & begins a code in a footer
    sheet.set_footer(f"&L{printed}　{moment:%Y-%m-%d %H:%M} 导出&C第 &P 页，共 &N 页&R内部资料　注意保管")


def _explain(book: Any, kind: Ledger, about: About, count: int) -> None:
    """说明: what was asked for, who took it out and why, and what each column means."""
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    label = book.add_format({"bold": True, "valign": "top", "border": 1})
    text = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    day = f"{about.as_of.year}年{about.as_of.month}月{about.as_of.day}日24时" if about.as_of else "导出时"
    said = [
        ("台账", about.title),
        ("范围", about.scope or "导出人有权查看的全部单位"),
        ("筛选条件", "；".join(about.filters) or "无"),
        ("数据截至", day),
        ("条数", str(count)),
        ("导出人", about.by),
        ("导出时间", f"{clock.local(about.at):%Y-%m-%d %H:%M:%S}"),
        ("导出理由", about.reason or "—"),
        ("最近一次封存", about.seal or "尚未封存"),
        ("", ""),
        ("列名", "含义"),
        *((column.header, column.meaning) for column in kind.columns if column.meaning),
    ]
    for at, (name, value) in enumerate(said):
        sheet.write_string(at, 0, name, label)
        sheet.write_string(at, 1, value[:_LONGEST], text)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
