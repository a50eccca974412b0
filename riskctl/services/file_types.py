"""What a file is, judged by its bytes; its name must agree."""

import zipfile
from pathlib import Path

from riskctl.errors import InvalidInput

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_OFD = "application/ofd"
_DOC, _XLS, _PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
# The streams by which the old Office formats are told apart, WPS's own among them; an installer (MSI) is
# of the same container and has none of them.
_OLE_STREAMS = (("WordDocument", _DOC), ("Workbook", _XLS), ("Book", _XLS), ("PowerPoint Document", _PPT))
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
    _OFD: {"ofd"},
    _DOC: {"doc", "wps"},
    _XLS: {"xls", "et"},
    _PPT: {"ppt", "dps"},
    "text/plain": {"txt", "csv", "log", "md"},
}
_KNOWN = frozenset().union(*_ENDINGS.values())
TAKEN = "PDF、OFD、图片（PNG、JPG、GIF、BMP、TIFF、WebP）、Office 或 WPS 文件、纯文本"


def media_type_of(path: Path, name: str) -> str:
    """The media type by content; raises InvalidInput when it is not taken or the name says otherwise."""
    ending = name.rsplit(".", 1)[-1].strip().lower() if "." in name else ""
    found = _by_content(path) if ending in _KNOWN else None
    if found is None:
        raise InvalidInput(f"不支持这种文件，可上传：{TAKEN}", field="file", code="unsupported_type")
    if ending not in _ENDINGS[found]:
        raise InvalidInput(
            f"文件内容与扩展名不符：名为“.{ending}”，内容却不是；请用原程序另存后再上传",
            field="file", code="type_mismatch",
        )  # fmt: skip
    return found


def _by_content(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(64)
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:2] == b"BM" and int.from_bytes(head[2:6], "little") == path.stat().st_size:
        return "image/bmp"
    if head.startswith(_OLE_MAGIC):
        return _old_office(path)
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    return "text/plain" if _is_text(path) else None


def _old_office(path: Path) -> str | None:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InvalidInput("文件设有打开密码，请去除密码后再上传", field="file", code="encrypted")
    for stream, media_type in _OLE_STREAMS:
        if stream.encode("utf-16-le") in content:
            return media_type
    return None


def _office(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return None
    if "OFD.xml" in names:
        return _OFD
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None  # macros are programs
    for part, media_type in (("word/", _DOCX), ("xl/", _XLSX), ("ppt/", _PPTX)):
        if any(name.startswith(part) for name in names):
            return media_type
    return None


def _is_text(path: Path) -> bool:
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in content or content.lstrip()[:1] == b"<" or content.startswith((b"#!", b"MZ")):
        return False  # markup and scripts are not plain text here
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
