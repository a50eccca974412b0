"""What a file is, judged by its bytes; its name must agree."""

import zipfile
from pathlib import Path

from riskctl.errors import InvalidInput

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_OLE = "application/x-ole-storage"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
)
# What each kind may be called; OLE is the old Word, Excel, PowerPoint and WPS.
_ENDINGS = {
    "application/pdf": {"pdf"},
    "image/png": {"png"},
    "image/jpeg": {"jpg", "jpeg", "jfif"},
    "image/gif": {"gif"},
    "image/webp": {"webp"},
    "image/bmp": {"bmp"},
    "image/tiff": {"tif", "tiff"},
    _DOCX: {"docx"},
    _XLSX: {"xlsx"},
    _PPTX: {"pptx"},
    _OLE: {"doc", "xls", "ppt", "wps", "et", "dps"},
    "text/plain": {"txt", "csv", "log", "md"},
}
TAKEN = "PDF、图片（PNG、JPG、GIF、BMP、TIFF、WebP）、Office 或 WPS 文件、纯文本"


def media_type_of(path: Path, name: str) -> str:
    """The media type by content; raises InvalidInput when it is not taken or the name says otherwise."""
    found = _by_content(path)
    if found is None:
        raise InvalidInput(f"不支持这种文件，可上传：{TAKEN}", field="file", code="unsupported_type")
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending not in _ENDINGS[found]:
        raise InvalidInput(
            f"文件内容与扩展名不符：名为“.{ending}”，内容却不是；请用原程序另存后再上传",
            field="file", code="type_mismatch",
        )  # fmt: skip
    return found


def _by_content(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(4096)
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    return "text/plain" if _is_text(head) else None


def _office(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return None
    for part, media_type in (("word/", _DOCX), ("xl/", _XLSX), ("ppt/", _PPTX)):
        if any(name.startswith(part) for name in names) and "[Content_Types].xml" in names:
            return media_type
    return None


def _is_text(head: bytes) -> bool:
    if b"\x00" in head or head.lstrip()[:1] == b"<" or head.startswith((b"#!", b"MZ")):
        return False  # markup and scripts are not plain text here
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the head may end inside a character
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
