"""A report as a workbook: its tables, and a sheet of definitions; nothing in it acts when Excel opens it."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from riskctl.extensions import db
from riskctl.permissions import Actor
from riskctl.services import audit
from riskctl.services.statistics import printing
from riskctl.services.statistics.printing import Section
from riskctl.services.statistics.shapes import Heat, Line, Row, Statement
from riskctl.services.statistics.values import Value, change

_WIDE, _NARROW = 30, 13


def workbook(actor: Actor, found: Statement, heat: Heat | None = None) -> bytes:
    """The report's lines and tables with numerators and denominators in cells of their own. That somebody took
    them out is an event; commits."""
    output = io.BytesIO()
    title = printing.title_of(found)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        book.set_properties({"title": title, "author": actor.name})
        _Sheet(book, found.report.title, title, printing.facts(actor, found)).lines(found)
        for number, table in enumerate(found.tables, 1):
            heads = [
                heading
                for figure in table.figures
                for heading in _heads(figure.label, rate=figure.of is not None)
            ]
            rows = [*table.rows, table.foot]
            _Sheet(book, f"表{number}", f"{title}：{table.breakdown.caption}", ()).table(
                ["单位" if table.breakdown.by == "unit_id" else "项目", *heads], [_row(row) for row in rows]
            )
        for number, section in enumerate(printing.sections(found, heat)[1:3] if heat else (), 1):
            _Sheet(book, f"热力图{number}", section.caption, ()).section(section)
        _Sheet(book, "指标口径", "指标口径", printing.facts(actor, found)).table(
            ["指标", "口径"], [list(row) for row in printing.definitions(found)], wide=True
        )
    told = {"ledger": title, "reason": "统计", "rows": len(found.lines)}
    audit.append_for(
        "user", actor.user_id, "export_ledger", actor_id=actor.user_id, changes={"fields": {}, "data": told}
    )
    db.session.commit()
    return output.getvalue()


def _heads(label: str, *, rate: bool) -> list[str]:
    return [label, f"{label}：分子", f"{label}：分母"] if rate else [label]


def _cells(value: Value) -> list[Any]:
    shown = value.text if value.number is None else float(value.number)
    if value.figure.of is None:
        return [shown]
    known = value.known and not value.hidden
    return [shown, value.top if known else "", value.bottom if known else ""]


def _row(row: Row) -> list[Any]:
    return [row.label, *(cell for value in row.values for cell in _cells(value))]


class _Sheet:
    """One sheet with its title, written from the top."""

    def __init__(self, book: Any, name: str, title: str, facts: Sequence[str]) -> None:
        self._sheet = book.add_worksheet(name)
        self._cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        self._head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDE6F0", "text_wrap": True})
        self._sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 16}))
        self._sheet.write_string(1, 0, "　".join(facts))
        self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(2)
        self._sheet.set_footer("&R第 &P 页，共 &N 页")

    def lines(self, found: Statement) -> None:
        """The figures with what they are compared with."""
        average = () if found.scope.whole else ("全厅平均", "全厅平均：分子", "全厅平均：分母")
        heads = [
            "指标", "计量单位", *(f"{name}{part}" for name in ("本期", "上期", "上年同期") for part in ("", "：分子", "：分母")),
            "较上期", "较上年同期", *average,
        ]  # fmt: skip
        self.table(heads, [self._line(line) for line in found.lines])

    def _line(self, line: Line) -> list[Any]:
        values = [*(line.now, line.before, line.year_before)]
        cells = [cell for value in values for cell in (*_cells(value), "", "")[:3]]
        changes = [change(line.now, line.before), change(line.now, line.year_before)]
        average = [] if line.average is None else list((*_cells(line.average), "", "")[:3])
        return [line.figure.label, line.figure.unit, *cells, *changes, *average]

    def section(self, section: Section) -> None:
        """A table of texts."""
        self.table(section.headings, [list(row) for row in section.rows])

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[Any]], *, wide: bool = False) -> None:
        """Headings and rows; numbers stay numbers."""
        self._sheet.set_column(0, 0, _WIDE)
        self._sheet.set_column(1, len(heads) - 1, 4 * _WIDE if wide else _NARROW)
        for at, head in enumerate(heads):
            self._sheet.write_string(2, at, head, self._head)
        for number, row in enumerate(rows, 3):
            for at, cell in enumerate(row):
                write = self._sheet.write_string if isinstance(cell, str) else self._sheet.write_number
                write(number, at, cell, self._cell)
        self._sheet.freeze_panes(3, 1)
