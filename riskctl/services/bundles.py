"""Into what a batch of documents is put: one PDF for the printer, or a zip with a file each. Both are streamed."""

import zipfile
from typing import IO, ClassVar, Protocol

from riskctl.documents.joining import Joined


class Bundle(Protocol):
    """What grows document by document."""

    label: ClassVar[str]
    suffix: ClassVar[str]

    def __init__(self, out: IO[bytes]) -> None: ...

    def add(self, name: str, data: bytes) -> None:
        """Append a document; raises RenderingFailed when it cannot be taken in."""

    def close(self) -> None:
        """Make it whole."""

    def said(self) -> str:
        """What it has become, for the one who waits."""


class ForPrinting:
    """One PDF in which every document begins on a front side, with a bookmark each."""

    label: ClassVar[str] = "打印"
    suffix: ClassVar[str] = "pdf"

    def __init__(self, out: IO[bytes]) -> None:
        self._joined = Joined(out)

    def add(self, name: str, data: bytes) -> None:
        """Append a document on the next front side."""
        self._joined.turn()
        self._joined.add(data, name)

    def close(self) -> None:
        """Write the bookmarks and the table."""
        self._joined.close()

    def said(self) -> str:
        """How many sheets of paper it takes, and how to print it."""
        return f"共 {(self._joined.pages + 1) // 2} 张纸：双面打印时每份文书从正面开始"


class Zipped:
    """A zip with one PDF for each document, called by its number."""

    label: ClassVar[str] = "打包"
    suffix: ClassVar[str] = "zip"

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)
        self._names: dict[str, int] = {}

    def add(self, name: str, data: bytes) -> None:
        """Append a file; a second one of the same name says so."""
        plain = "".join("_" if c in '\\/:*?"<>|' or not c.isprintable() else c for c in name)[:100]
        self._names[plain] = self._names.get(plain, 0) + 1
        again = self._names[plain]
        self._zip.writestr(f"{plain}（{again}）.pdf" if again > 1 else f"{plain}.pdf", data)

    def close(self) -> None:
        """Write the list of the files."""
        self._zip.close()

    def said(self) -> str:
        """How many files it holds."""
        return f"压缩包内 {len(self._zip.infolist())} 个文件"


BUNDLES: dict[str, type[Bundle]] = {"print": ForPrinting, "zip": Zipped}
