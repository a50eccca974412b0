"""What must not break a document, or must be refused with its reason."""

import io
from typing import Any

import pytest
from jinja2 import DictLoader
from pypdf import PdfReader

from riskctl.documents import composition, render
from riskctl.documents.render import render_pdf
from riskctl.errors import RenderingFailed
from tests.documents.conftest import Sheet, full_lines, notice

FOREIGN = [
    '<img src="http://127.0.0.1:9/x.png">',
    '<img src="file:///etc/hostname">',
    '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
    '<style>@import url("http://127.0.0.1:9/x.css");</style>',
    '<div style="background: url(http://127.0.0.1:9/x.png)">x</div>',
    '<style>@font-face { font-family: x; src: url("http://127.0.0.1:9/x.otf") } p { font-family: x }</style><p>x</p>',
    '<object data="http://127.0.0.1:9/x.svg"></object>',
]  # fmt: skip


@pytest.fixture
def template(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Render a notice through a template of one's own."""

    def make(text: str) -> bytes:
        environment = render.environment().overlay(loader=DictLoader({"official.html": text}))
        monkeypatch.setattr(render, "environment", lambda: environment)
        return render_pdf("rectification_notice", notice())

    return make


@pytest.mark.parametrize("part", FOREIGN)
def test_a_template_that_names_an_address_is_refused(template: Any, part: str) -> None:
    with pytest.raises(RenderingFailed) as refused:
        template(f"<!doctype html><html><body>{part}</body></html>")
    assert refused.value.code == "missing_image"


@pytest.mark.parametrize(
    "part",
    [
        "{{ nothing }}",
        "{{ issuer.nothing }}",
        "{{ ''.__class__.__mro__ }}",
        "{% include '/etc/hostname' %}",
        "{% if %}",
        "{{ official_date.__globals__ }}",
    ],
)
def test_a_template_reaches_nothing_but_its_data(template: Any, part: str) -> None:
    with pytest.raises(RenderingFailed, match="文书内容不全") as refused:
        template(f"<html><body>{part}</body></html>")
    assert refused.value.code == "missing_data"


@pytest.mark.parametrize(
    "lacking", ["title", "main_to", "issuer", "issued_on", "enclosures", "copy_to", "rectify_due"]
)
def test_a_missing_variable_is_named(lacking: str) -> None:
    data = notice()
    del data[lacking]
    with pytest.raises(RenderingFailed, match=lacking):
        render_pdf("rectification_notice", data)


def test_a_body_of_a_hundred_thousand_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    long: list[Any] = [{"level": 0, "text": full_lines(3571)}, {"level": 0, "text": "全文到此。"}]
    monkeypatch.setattr(composition, "paragraphs", lambda context: long)
    pages = PdfReader(io.BytesIO(render_pdf("rectification_notice", notice()))).pages
    assert 160 <= len(pages) <= 165
    assert "全文到此。" in pages[-1].extract_text()


def test_markup_in_every_part_prints_as_text(sheet: Sheet) -> None:
    evil = '<b style="display:none">&amp;</b>{{ 7*7 }}'
    found = sheet(
        evil, (1, f"一、{evil}"), (2, f"（一）{evil}。{evil}"), title=f"关于{evil}的通知", main_to=evil, issuer=evil, copy_to=evil,
        contact=evil, phone=evil, printed_by=evil, enclosures=[evil, evil], number=evil, head=evil,
    )  # fmt: skip
    text = "".join(found.text.split())
    assert text.count("display:none") >= 13
    assert "&amp;</b>{{7*7}}" in text
    assert "49" not in text
