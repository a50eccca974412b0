"""Trying a template before it is saved: read, then run on sample data, then printed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import UndefinedError

from riskctl.documents import fonts, render, sandbox, template_language, texts
from riskctl.documents.kinds import DocumentKind
from riskctl.documents.template_faults import Fault
from riskctl.errors import InvalidInput, Reason, RenderingFailed

_MOST_TOLD = 10


def prepared(kind: DocumentKind, source: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """The data with this wording, or this page, in the place of the one in force."""
    if kind.document_class == "G":
        return {**context, "paragraphs": texts.body(source, context)}
    return {**context, "template": {"source": source}}


def check(kind: DocumentKind, source: str, sample: Mapping[str, Any]) -> None:
    """Raise InvalidInput with line and reason of everything that is wrong with the template."""
    form = kind.document_class != "G"
    environment = render.environment() if form else texts.environment()
    known = {**sample, "qr": "", "copy": False} if form else sample
    faults = template_language.read(source, known, environment, form=form)
    faults += list(_without_font(source))
    if not faults and not source.strip():
        faults = [Fault(1, "模板没有内容")]
    _refuse(faults)


def pdf(kind: DocumentKind, source: str, context: Mapping[str, Any]) -> bytes:
    """The document that the template makes of the data; raises InvalidInput with line and reason."""
    try:
        data = prepared(kind, source, context)
        if kind.document_class == "G" and not data["paragraphs"]:
            raise sandbox.TooLong("没有印出任何正文")
        return render.render_pdf(kind.code, data)
    except sandbox.FAILURES as error:
        _refuse([Fault(sandbox.line_of(error), _in_words(error))])
    except RenderingFailed as error:
        cause = error.__cause__ or error
        line = sandbox.line_of(cause)
        _refuse([Fault(line, error.message if cause is error else _in_words(cause))])
    raise AssertionError("a fault was raised")  # pragma: no cover


def _refuse(faults: list[Fault]) -> None:
    if faults:
        reasons = [Reason("template", str(fault), "source") for fault in faults[:_MOST_TOLD]]
        raise InvalidInput("模板不能使用", reasons=reasons, code="template", field="source")


def _without_font(source: str) -> Iterator[Fault]:
    for number, line in enumerate(source.splitlines(), 1):
        if lacking := fonts.uncovered(line):
            yield Fault(number, f"没有字体可以印出：{'、'.join(lacking)}")


def _in_words(error: BaseException) -> str:
    message = str(error)
    if isinstance(error, sandbox.TooLong):
        return message
    if isinstance(error, UndefinedError):
        name = re.search(r"has no attribute '(.+?)'|^'(.+?)' is undefined", message)
        return f"没有“{next(filter(None, name.groups()))}”这项数据" if name else "用到了没有的数据"
    return f"数据与写法不合，如把文字当作日期或者数字处理（{message}）"
