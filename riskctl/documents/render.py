"""Plain data in, PDF bytes out. The only place that imports WeasyPrint, and late: it costs over a second."""

import atexit
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from riskctl.documents import fonts, qr
from riskctl.documents.contexts import NoticeContext, official_date, paragraphs
from riskctl.documents.kinds import KINDS
from riskctl.errors import RenderingFailed

_TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "documents"
# Pango's font maps are not made for two threads at once.
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["official_date"] = official_date
    return environment


def render_html(kind: str, context: Mapping[str, Any], *, copy: bool = False) -> str:
    """The document as HTML; raises RenderingFailed when the data lacks something that it shows."""
    notice = cast("NoticeContext", context)
    try:
        template = _environment().get_template(KINDS[kind].template)
        return template.render(
            **context,
            paragraphs=paragraphs(notice),
            title_lines=balanced(context["title"], "".join(p["text"] for p in paragraphs(notice))),
            signature_indent=signature_indent(context["issuer"], official_date(context["issued_on"])),
            qr=qr.svg_uri(context["verify_url"]) if context["verify_url"] else "",
            copy=copy,
        )
    except (TemplateError, KeyError) as error:
        raise RenderingFailed(f"文书内容不全，无法生成：{error}", code="missing_data") from error


def render_pdf(kind: str, context: Mapping[str, Any], *, copy: bool = False) -> bytes:
    """The document as PDF/A; raises RenderingFailed on missing fonts or data."""
    missing = fonts.check()
    if missing:
        raise RenderingFailed("；".join(missing), code="missing_fonts")
    html = render_html(kind, context, copy=copy)
    with _lock:
        return _write(html)


def _write(html: str) -> bytes:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    styles, configuration, fetcher = _prepared()
    document = HTML(string=html, base_url=None, url_fetcher=fetcher)
    try:
        data: bytes = document.write_pdf(
            stylesheets=[styles], font_config=configuration, pdf_variant="pdf/a-2u", uncompressed_pdf=False
        )
    except FatalURLFetchingError as error:
        raise RenderingFailed("文书中的图片或样式无法读取，没有生成", code="missing_image") from error
    return data


@lru_cache(maxsize=1)
def _prepared() -> tuple[Any, Any, Any]:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    configuration = FontConfiguration()
    # file: for our own font files; the pages themselves name no address but data:.
    styles = CSS(
        string=_font_faces() + (_TEMPLATES / "official.css").read_text(encoding="utf-8"),
        font_config=configuration,
        url_fetcher=URLFetcher(allowed_protocols={"file", "data"}, fail_on_errors=True),
    )
    return styles, configuration, URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)


# Before the interpreter takes the module apart: the fonts' own clean-up still needs it then.
atexit.register(_prepared.cache_clear)


def _font_faces() -> str:
    rules = [
        f'@font-face {{ font-family: "{face.role}"; src: url("{path.as_uri()}"); }}\n'
        for face in fonts.FACES
        if (path := fonts.path_of(face))
    ]
    return "".join(rules)


# One character of 3号 type with the grid's spacing, in points; digits of the face are half as wide.
_CHARACTER, _DIGIT = 15.79, 7.79


def signature_indent(issuer: str, day: str) -> float:
    """How far the block of name and date stands from the right edge, in points: the date ends four
    characters in and the name is centred above it, as far as a long name leaves room for that."""
    date_width = sum(_DIGIT if character.isdigit() else _CHARACTER for character in day)
    overhang = max(0.0, (len(issuer) * _CHARACTER - date_width) / 2)
    return round(max(0.0, 4 * _CHARACTER - overhang), 2)


def balanced(title: str, body: str = "", width: int = 20) -> list[str]:
    """The title broken into lines of like length, none over `width` characters (2号 type holds 20).

    GB/T 9704 wants no word split. Two characters that stand side by side in the body as well are taken for
    a word: a break between them is the last choice.
    """
    lines: list[str] = []
    rest = title
    for count in range(-(-len(title) // width), 1, -1):
        cut = _boundary(rest, count, body, width)
        lines.append(rest[:cut])
        rest = rest[cut:]
    return [*lines, rest]


_AFTER = "的和与及、，；》”）〕"
_NEVER_FIRST = _AFTER + "。："
_NEVER_LAST = "《“（〔关未不经"
# Words of the field that titles are made of; a break inside one reads badly.
_WORDS = frozenset(
    [
        "比选",
        "招标",
        "投标",
        "采购",
        "委托",
        "审批",
        "拨付",
        "验收",
        "变更",
        "管理",
        "制度",
        "执行",
        "测评",
        "整改",
        "通知",
        "问题",
        "资金",
        "项目",
        "建设",
        "直接",
        "盘点",
        "差异",
        "记录",
        "会议",
        "集体",
        "研究",
        "轮换",
        "超期",
        "岗位",
        "工程",
        "合同",
        "结算",
        "监督",
        "检查",
        "责任",
        "落实",
        "规范",
        "程序",
        "报销",
        "公务",
        "接待",
        "物资",
        "设备",
    ]
)


def _boundary(text: str, count: int, body: str, width: int) -> int:
    # What remains must fit on the lines that remain; among such places the nearest good one wins.
    fitting = range(max(1, len(text) - width * (count - 1)), min(width, len(text) - 1) + 1)
    wanted = len(text) / count
    return min(fitting, key=lambda at: (_badness(text, at, body) + abs(at - wanted), at))


def _badness(text: str, at: int, body: str) -> int:
    before, after = text[at - 1], text[at]
    if after in _NEVER_FIRST or before in _NEVER_LAST or (before.isascii() and after.isascii()):
        return 9
    if before in _AFTER:
        return 0
    return 7 if before + after in _WORDS else 5 if before + after in body else 1
