"""Many documents in one file: what the pages show survives, and every document begins on a front side."""

import io

import pytest
from pypdf import PdfReader

from riskctl.documents import pool, render
from riskctl.documents.joining import Joined
from riskctl.documents.render import render_html, render_pdf
from riskctl.errors import RenderingFailed
from tests.documents.conftest import body_of, notice

KIND = "rectification_notice"


@pytest.fixture(scope="module")
def short() -> bytes:
    return render_pdf(KIND, notice())


@pytest.fixture(scope="module")
def long() -> bytes:
    """Three pages, with a text that looks like the inside of a PDF."""
    return render_pdf(KIND, notice(title="ABC 1 0 R (x) \\", problems=body_of(6)))


def joined(*documents: bytes) -> PdfReader:
    out = io.BytesIO()
    whole = Joined(out)
    for number, data in enumerate(documents, 1):
        whole.turn()
        whole.add(data, f"锦水机纪〔2026〕{number}号")
    whole.close()
    return PdfReader(out, strict=True)


def texts(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_every_document_begins_on_a_front_side_and_reads_as_before(short: bytes, long: bytes) -> None:
    assert (len(texts(short)), len(texts(long))) == (2, 3)
    whole = joined(long, short, long)
    read = [page.extract_text() for page in whole.pages]
    assert read == [*texts(long), "", *texts(short), *texts(long)]
    marks = [(mark.title, whole.get_destination_page_number(mark)) for mark in whole.outline]
    assert marks == [("锦水机纪〔2026〕1号", 0), ("锦水机纪〔2026〕2号", 4), ("锦水机纪〔2026〕3号", 6)]
    assert whole.pages[3].mediabox == whole.pages[0].mediabox
    root = whole.trailer["/Root"]
    assert root["/ViewerPreferences"]["/Duplex"] == "/DuplexFlipLongEdge"


def test_fonts_and_pictures_come_along(short: bytes) -> None:
    page, alone = joined(short).pages[0], PdfReader(io.BytesIO(short)).pages[0]
    fonts = [sorted(str(f["/BaseFont"]) for f in p["/Resources"]["/Font"].values()) for p in (page, alone)]
    assert fonts[0] == fonts[1] != []
    assert page.get_contents().get_data() == alone.get_contents().get_data()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nstartxref\n9\n%%EOF", b"PK\x03\x04 startxref 1"])
def test_what_is_no_pdf_of_ours_is_refused_and_leaves_the_whole_sound(short: bytes, data: bytes) -> None:
    out = io.BytesIO()
    whole = Joined(out)
    whole.add(short)
    with pytest.raises(RenderingFailed, match="不能并入"):
        whole.add(data)
    whole.close()
    assert len(PdfReader(out, strict=True).pages) == 2


def test_processes_write_what_we_write(short: bytes) -> None:
    html = render_html(KIND, notice())
    with pool.rendering(pool.WORTH_IT, processes=1) as executor:
        assert texts(executor.submit(render.written, html).result()) == texts(short)
