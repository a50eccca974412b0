"""Files that are no ledger: each is refused with what is wrong and what to do, and harms nothing."""

import io
import zipfile

import pytest
import xlsxwriter

from riskctl.errors import InvalidInput
from riskctl.services.exchange import workbook
from riskctl.services.exchange.workbook import read_workbook
from tests.services.exchange import sheets


@pytest.fixture
def database_kind() -> str:
    """Reading touches no database."""
    return "sqlite"


def _corners(row: int, column: int) -> bytes:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "风险点")
        sheet.write(row, column, "x")
    return output.getvalue()


def _added(name: str, content: bytes) -> bytes:
    output = io.BytesIO(sheets.points(sheets.point("印章外借")))
    with zipfile.ZipFile(output, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return output.getvalue()


def _other_zip() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return output.getvalue()


def _text_in_every_cell() -> bytes:
    """One long text that stands in the file once and in 40,000 cells."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(2_000):
            for column in range(20):
                sheet.write(row, column, "x" * 32_000)
    return output.getvalue()


def _overlapping() -> bytes:
    """More ranges merged over each other than a sheet has cells."""
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 202))
    merged = '<mergeCell ref="A1:A200"/>' * 300
    data = sheets.points(sheets.point("印章外借"))
    return sheets.replaced(data, "</sheetData>", f"{cells}</sheetData><mergeCells>{merged}</mergeCells>")


def _cells_without_place() -> bytes:
    """Cells that take their place from the row, which is a far one, and one at the last column."""
    cells = b'<sheetData><row r="1048576"><c><v>1</v></c></row><row r="2"><c r="XFD2"><v>1</v></c></row></sheetData>'
    return _added("xl/worksheets/sheet9.xml", cells)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (sheets.ole("EncryptedPackage", b"x" * 5000), "encrypted"),
        (sheets.ole("WordDocument", b"x" * 5000), "damaged"),
        (sheets.points(sheets.point("印章外借"))[:900], "damaged"),
        (b"<html><table><tr><td>" + "风险点".encode() + b"</td></tr></table></html>", "not_a_workbook"),
        (b"%PDF-1.7\n\x00\x01\x02", "not_a_workbook"),
        (_other_zip(), "not_a_workbook"),
        (_added("xl/vbaProject.bin", b"macro"), "macros"),
        (_added("xl/macrosheets/sheet1.xml", b"<x/>"), "macros"),
        (sheets.ole("_VBA_PROJECT_CUR", b"x" * 5000), "macros"),
        (_text_in_every_cell(), "too_large"),
        (_overlapping(), "damaged"),
        (("风险点,表现形式\nx," + "长" * 1_000_000).encode(), "damaged"),
        (b"\n" * 60_000, "empty"),
        (b"\xff\xff\xff\xfe\xfd", "encoding"),
        (_corners(60_000, 0), "too_many_rows"),
        (_corners(1_048_575, 16_383), "too_many_rows"),
        (_corners(9_000, 16_383), "too_large"),
        (_cells_without_place(), "too_many_rows"),
        (_added("xl/media/image1.bmp", bytes(101 << 20)), "too_large"),
        (("风险点,风险等级\n" + "x,高\n" * 50_001).encode(), "too_many_rows"),
    ],
    ids=[
        "empty", "blank", "encrypted", "word", "cut off", "html", "pdf", "other zip", "macros", "macro sheet",
        "macros in xls", "a text in every cell", "merged over each other", "long cell in csv", "blank lines", "encoding",
        "many rows", "far corner", "wide", "rows without cells' places", "unpacks large", "long csv",
    ],
)  # fmt: skip
def test_what_is_no_ledger_is_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_workbook(content)
    assert refused.value.reasons[0].code == code
    assert refused.value.reasons[0].field == "file"


def test_a_file_over_the_limit_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "looked_at", lambda data: pytest.fail("opened"))
    with pytest.raises(InvalidInput) as refused:
        read_workbook(b"PK\x03\x04" + bytes(workbook.MAX_MB << 20))
    assert (refused.value.status, "20MB" in refused.value.message) == (413, True)


def test_a_part_that_unpacks_to_more_than_it_says_is_refused() -> None:
    content = bytearray(_added("xl/worksheets/sheet9.xml", b"<x/>" * 100_000))
    # The size stands in the central directory, as a little-endian number.
    at = content.rindex((400_000).to_bytes(4, "little"))
    content[at : at + 4] = (4_000).to_bytes(4, "little")
    with pytest.raises(InvalidInput) as refused:
        read_workbook(bytes(content))
    assert refused.value.reasons[0].code == "damaged"


def test_formatted_blank_rows_far_below_do_no_harm() -> None:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, ["风险点", "风险等级"])
        sheet.write_blank(1_048_575, 0, None, bold)
    assert len(read_workbook(output.getvalue())[0].rows) == 1
