"""One two-page notice through our renderer, next to bare WeasyPrint on the same HTML, and their ratio.

    .venv/bin/python bench/notice.py [--count 20]

Bare WeasyPrint gets the finished HTML with its style sheet and a font configuration of its own for each document,
as a program would that does not reuse them; a second line gives it ours, so that the gain of reusing is seen.
"""

import argparse
import sys
import time
from typing import Any

if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its transitions.py would hide the library of that name

from riskctl.documents import render

KIND = "rectification_notice"


def _context() -> dict[str, Any]:
    issuer = "中共锦川省水利厅机关纪律检查委员会"
    return {
        "kind": KIND, "head": f"{issuer}文件", "issuer": issuer, "number": "锦水机纪〔2026〕3号",
        "title": "关于小额维养项目未经比选直接委托的整改通知书", "main_to": "青岭水库管理处", "found_on": "2026-03-05",
        "source": "专项检查", "problems": [{"title": "直接委托", "verbatim": "有4项小额项目未经比选直接委托。\n" * 4}],
        "basis": [{"document": "廉政风险防控管理办法", "number": "", "clause": "第十二条", "text": ""}],
        "requirement": "查明原因，逐项整改。", "acceptance_standard": "制度执行到位。", "reopen_reason": "", "plan_term": 10,
        "rectify_due": "2026-05-08", "enclosures": [], "issued_on": "2026-03-05", "copy_to": "分管领导",
        "printed_by": issuer, "contact": "机关纪委办公室", "phone": "0000-0000000",
        "verify_url": "http://127.0.0.1/verify/ABCDEF0123456789", "verification_code": "ABCDEF0123456789",
    }  # fmt: skip


def _bare(html: str) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()
    text = render._font_faces() + (render._TEMPLATES / "official.css").read_text(encoding="utf-8")
    styles = CSS(string=text, font_config=configuration)
    data: bytes = HTML(string=html).write_pdf(
        stylesheets=[styles], font_config=configuration, pdf_variant="pdf/a-2u", pdf_tags=True
    )
    return data


def _reusing(html: str) -> bytes:
    from weasyprint import HTML

    styles, configuration, _ = render._prepared()
    data: bytes = HTML(string=html).write_pdf(
        stylesheets=[styles], font_config=configuration, pdf_variant="pdf/a-2u", pdf_tags=True
    )
    return data


def main() -> None:
    """Warm up, then take turns, so that a busy machine slows all alike."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20)
    count = parser.parse_args().count
    context = _context()
    html = render.render_html(KIND, context)
    ways = {
        "ours": lambda: render.render_pdf(KIND, context),
        "bare WeasyPrint": lambda: _bare(html),
        "bare, reusing fonts": lambda: _reusing(html),
    }
    seconds = dict.fromkeys(ways, 0.0)
    size = max(len(way()) for way in ways.values())
    for _ in range(count):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            seconds[name] += time.perf_counter() - started
    for name, spent in seconds.items():
        print(f"{name:20} {spent / count * 1000:7.1f} ms each   ratio to ours {spent / seconds['ours']:5.2f}")
    print(f"{size} bytes a notice")


if __name__ == "__main__":
    main()
