"""Plain data in, PDF bytes out. The only place that imports WeasyPrint, and late: it costs over a second."""

import atexit
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from riskctl.documents import fonts, qr, sandbox
from riskctl.documents.composition import compose
from riskctl.documents.kinds import KINDS, DocumentKind
from riskctl.documents.wording import FILTERS
from riskctl.errors import RenderingFailed

_TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "documents"
# Both at once: the rules of the second are for pages of their own.
_SHEETS = ("official.css", "form.css")
# Pango's font maps are not made for two threads at once.
_lock = threading.Lock()
_preprinted = 0


def configure(preprinted_mm: int) -> None:
    """Set RISKCTL_PREPRINTED_MM: how much the paper's own head takes (套打); 0 where heads are drawn."""
    global _preprinted
    _preprinted = preprinted_mm


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox of the pages: only the files beside them, plain data, names that are not there raise."""
    found = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    found.filters.update(FILTERS)
    return found


def builtin(kind: DocumentKind) -> str:
    """The page that comes with the program."""
    return (_TEMPLATES / kind.template).read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def _edited(source: str) -> Template:
    return environment().from_string(source)


def render_html(kind: str, context: Mapping[str, Any], *, copy: bool = False) -> str:
    """The document as HTML; raises RenderingFailed when the data lacks something that it shows."""
    row = KINDS[kind]
    page = context.get("template", {}).get("source")  # of a form that somebody edited
    try:
        template = environment().get_template(row.template) if page is None else _edited(page)
        values = {
            **context,
            **(compose(row, context, _preprinted) if row.document_class == "G" else {}),
            "qr": qr.svg_uri(context["verify_url"]) if context["verify_url"] else "",
            "copy": copy,
        }
        return sandbox.run(template, values, sandbox.MOST_PAGE)
    except sandbox.FAILURES as error:
        raise RenderingFailed(f"文书内容不全，无法生成：{error}", code="missing_data") from error


def render_pdf(kind: str, context: Mapping[str, Any], *, copy: bool = False) -> bytes:
    """The document as PDF/A; raises RenderingFailed on missing fonts or data."""
    return written(checked_html(kind, context, copy=copy))


def checked_html(kind: str, context: Mapping[str, Any], *, copy: bool = False) -> str:
    """The document as HTML that can be written as it is; raises RenderingFailed on missing fonts or data."""
    missing = fonts.check()
    if missing:
        raise RenderingFailed("；".join(missing), code="missing_fonts")
    return render_html(kind, context, copy=copy)


def prepare() -> None:
    """Load WeasyPrint, fonts and style sheets before the first document asks for them."""
    with _lock:
        _prepared()


def written(html: str) -> bytes:
    """HTML of ours as PDF/A; raises RenderingFailed when it names a picture that cannot be read."""
    with _lock:
        data: bytes = _laid_out(html).write_pdf(**_ARCHIVAL)
        return data


def drawn(html: str) -> bytes:
    """A part of a long print: a plain PDF, to be joined with the others."""
    with _lock:
        data: bytes = _laid_out(html, {}).write_pdf()
        return data


def measured(html: str) -> tuple[int, list[str]]:
    """How many pages the HTML takes, and which ids stand on the last of them; nothing is drawn."""
    with _lock:
        pages = _laid_out(html, {}).pages
        return len(pages), list(pages[-1].anchors)


_ARCHIVAL = {"pdf_variant": "pdf/a-2u", "pdf_tags": True}


def _laid_out(html: str, options: Mapping[str, Any] = _ARCHIVAL) -> Any:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    styles, configuration, fetcher = _prepared()
    document = HTML(string=html, base_url=None, url_fetcher=fetcher)
    try:
        return document.render(stylesheets=[styles], font_config=configuration, **options)
    except FatalURLFetchingError as error:
        raise RenderingFailed("文书中的图片或样式无法读取，没有生成", code="missing_image") from error


@lru_cache(maxsize=1)
def _prepared() -> tuple[Any, Any, Any]:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    configuration = FontConfiguration()
    # file: for our own font files; the pages themselves name no address but data:.
    styles = CSS(
        string=_style(),
        font_config=configuration,
        url_fetcher=URLFetcher(allowed_protocols={"file", "data"}, fail_on_errors=True),
    )
    return styles, configuration, URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)


# Before the interpreter takes the module apart: the fonts' own clean-up still needs it then.
atexit.register(_prepared.cache_clear)


def _style() -> str:
    return _font_faces() + "".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in _SHEETS)


def _font_faces() -> str:
    rules = [
        f'@font-face {{ font-family: "{face.role}"; src: url("{path.as_uri()}"); }}\n'
        for face in fonts.FACES
        if (path := fonts.path_of(face))
    ]
    return "".join(rules)
