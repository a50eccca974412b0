"""Reports of statistics as PDF: plain tables and drawings, in the faces of documents."""

from collections.abc import Mapping
from typing import Any

from riskctl.documents import fonts, sandbox
from riskctl.documents.render import environment, written
from riskctl.errors import RenderingFailed

_MOST = 4 << 20  # characters: drawings take most of them


def report_pdf(context: Mapping[str, Any]) -> bytes:
    """A report of tables (`title`, `facts`, `sections`, `definitions`) as PDF/A; raises RenderingFailed on missing
    fonts or data. A section is {caption, chart, headings, rows, foot}, its cells are texts."""
    missing = fonts.check()
    if missing:
        raise RenderingFailed("；".join(missing), code="missing_fonts")
    try:
        html = sandbox.run(environment().get_template("report.html"), dict(context), _MOST)
    except sandbox.FAILURES as error:
        raise RenderingFailed(f"统计表内容不全，无法生成：{error}", code="missing_data") from error
    return written(html)
