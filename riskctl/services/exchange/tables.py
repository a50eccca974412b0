"""A small table as a workbook; nothing in it acts when Excel opens it."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from riskctl import clock
from riskctl.extensions import db
from riskctl.permissions import Actor
from riskctl.services import audit

_WIDTH = 18


def workbook(actor: Actor, title: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows below their title and headers. That somebody took them out is an event; commits."""
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(output, options) as book:
        sheet = book.add_worksheet()
        cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        bold = book.add_format({"bold": True, "border": 1, "bg_color": "#DDE6F0"})
        sheet.set_column(0, len(headers) - 1, _WIDTH)
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 16}))
        for at, header in enumerate(headers):
            sheet.write_string(1, at, header, bold)
        for count, row in enumerate(rows, 1):
            for at, text in enumerate(row):
                sheet.write_string(count + 1, at, text, cell)
        sheet.freeze_panes(2, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        by = actor.name.replace("&", "＆")  # & begins a code in a footer
        sheet.set_footer(f"&L{by}　{clock.local(clock.now()):%Y-%m-%d %H:%M} 导出&R第 &P 页，共 &N 页")
    told = {"ledger": title, "reason": "变更报告", "rows": count}
    audit.append_for(
        "user", actor.user_id, "export_ledger", actor_id=actor.user_id, changes={"fields": {}, "data": told}
    )
    db.session.commit()
    return output.getvalue()
