"""What a file is, is judged by its bytes; its name must agree."""

import io
import zipfile
from pathlib import Path

import pytest

from riskctl.errors import InvalidInput
from riskctl.services.file_types import media_type_of

_PDF = b"%PDF-1.7\n%%EOF\n"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_BMP = b"BM" + (30).to_bytes(4, "little") + bytes(24)


def _ole(stream: str) -> bytes:
    return _OLE + stream.encode("utf-16-le") + bytes(64)


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


_TYPES = "[Content_Types].xml"
_OOXML = "application/vnd.openxmlformats-officedocument."


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("方案.pdf", _PDF, "application/pdf"),
        ("现场.PNG", b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png"),
        ("现场.jpg", b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        ("现场.jpeg", b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        ("图.gif", b"GIF89a" + bytes(20), "image/gif"),
        ("图.webp", b"RIFF" + bytes(4) + b"WEBPVP8 ", "image/webp"),
        ("图.bmp", _BMP, "image/bmp"),
        ("扫描.tif", b"II*\x00" + bytes(20), "image/tiff"),
        ("扫描.tiff", b"MM\x00*" + bytes(20), "image/tiff"),
        ("报告.docx", _zip(_TYPES, "word/document.xml"), f"{_OOXML}wordprocessingml.document"),
        ("台账.xlsx", _zip(_TYPES, "xl/workbook.xml"), f"{_OOXML}spreadsheetml.sheet"),
        ("汇报.pptx", _zip(_TYPES, "ppt/presentation.xml"), f"{_OOXML}presentationml.presentation"),
        ("公文.ofd", _zip("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        ("旧报告.doc", _ole("WordDocument"), "application/msword"),
        ("旧报告.wps", _ole("WordDocument"), "application/msword"),
        ("旧台账.xls", _ole("Workbook"), "application/vnd.ms-excel"),
        ("旧台账.et", _ole("Workbook"), "application/vnd.ms-excel"),
        ("旧汇报.ppt", _ole("PowerPoint Document"), "application/vnd.ms-powerpoint"),
        ("说明.txt", "整改说明".encode(), "text/plain"),
        ("说明.txt", b"\xef\xbb\xbf" + "整改说明".encode(), "text/plain"),
        ("台账.csv", "序号,风险点\n1,招标\n".encode("gb18030"), "text/plain"),
        ("BMW.txt", b"BMW is no picture", "text/plain"),
    ],
)
def test_files_of_an_office_are_known(tmp_path: Path, name: str, content: bytes, media_type: str) -> None:
    assert media_type_of(_file(tmp_path, content), name) == media_type


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("方案.pdf", b"MZ\x90\x00" + bytes(20), "unsupported_type"),
        ("方案.docx", _PDF, "type_mismatch"),
        ("方案.pdf", "其实是文字".encode(), "type_mismatch"),
        ("照片.png", b"\xff\xd8\xff\xe0", "type_mismatch"),
        ("台账.xlsx", _zip(_TYPES, "word/document.xml"), "type_mismatch"),
        ("压缩.zip", _zip("a.txt"), "unsupported_type"),
        ("台账.xlsx", _zip("a.txt"), "unsupported_type"),
        ("台账.xlsx", _zip(_TYPES, "xl/workbook.xml", "xl/vbaProject.bin"), "unsupported_type"),
        ("台账.xlsx", _zip(_TYPES, "xl/workbook.xml")[:-30], "unsupported_type"),
        ("台账.xlsx", _ole("EncryptedPackage"), "encrypted"),
        ("安装.doc", _ole("!Installer"), "unsupported_type"),
        ("程序.exe", b"MZ\x90\x00" + bytes(20), "unsupported_type"),
        ("页面.html", b"<!doctype html><script>alert(1)</script>", "unsupported_type"),
        ("页面.txt", b"  <html><script>alert(1)</script>", "unsupported_type"),
        ("页面.txt", b"\xef\xbb\xbf<html>", "unsupported_type"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_type"),
        ("图.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_type"),
        ("脚本.sh", b"#!/bin/sh\nrm -rf x\n", "unsupported_type"),
        ("脚本.txt", b"#!/bin/sh\nrm -rf x\n", "unsupported_type"),
        ("脚本.js", b"alert(1)", "unsupported_type"),
        ("没有扩展名", _PDF, "unsupported_type"),
        ("数据.txt", b"text and then" + bytes(5000), "unsupported_type"),
        ("数据.txt", b"\xff\xfe\xfd" * 50, "unsupported_type"),
    ],
)
def test_other_files_and_false_names_are_refused_in_words(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        media_type_of(_file(tmp_path, content), name)
    reason = refused.value.reasons[0]
    assert (reason.code, reason.field) == (code, "file")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in reason.message)
