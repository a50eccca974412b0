"""Many PDFs into one, written as they come: memory holds one document and a number for each object.

It reads what our own renderer writes (one cross-reference stream, a flat page tree) and nothing else. Only what
the pages reach is taken over; structure tags and metadata of each file stay behind, so that the whole is for
printing and the single files are for the archive.
"""

import re
import zlib
from array import array
from collections import deque
from itertools import pairwise
from typing import IO

from riskctl.errors import RenderingFailed

_HEAD = b"%PDF-1.7\n%\xe5\xae\xa1\xe8\xae\xa1\n"
# Strings are passed over, so that no text is taken for a reference.
_REFERENCE = re.compile(rb"\((?:\\.|[^\\)])*\)|\b(\d+) 0 R\b", re.DOTALL)
_CATALOG, _PAGES, _OUTLINE = 1, 2, 3


class _Source:
    """The objects of one file, by number."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        start = int(data[data.rindex(b"startxref") :].split()[1])
        head, table = self._stream(start)
        widths = [int(n) for n in _found(rb"/W \[([\d ]+)\]", head).split()]
        self._places = [
            _fields(table[at : at + sum(widths)], widths) for at in range(0, len(table), sum(widths))
        ]
        self._packed: dict[int, list[bytes]] = {}
        catalog = self.body(int(_found(rb"/Root (\d+) 0 R", head)))
        self.tree = int(_found(rb"/Pages (\d+) 0 R", catalog))
        kids = _found(rb"/Kids \[([^\]]*)\]", self.body(self.tree))
        self.pages = [int(n) for n in re.findall(rb"(\d+) 0 R", kids)]

    def body(self, number: int) -> bytes:
        """An object without its frame."""
        kind, where, index = self._places[number]
        if kind == 2:
            return self._members(where)[index]
        start = self._data.index(b"obj\n", where) + 4
        end = self._data.index(b"endobj", start)
        head = self._data[start:end].partition(b"\nstream\n")[0]
        if len(head) < end - start:  # a stream may hold any bytes: its length tells where it ends
            end = start + len(head) + 8 + int(_found(rb"/Length (\d+)>>$", head)) + 10
        return self._data[start:end].rstrip(b"\n")

    def _stream(self, where: int) -> tuple[bytes, bytes]:
        start = self._data.index(b"obj\n", where) + 4
        middle = self._data.index(b"\nstream\n", start)
        head = self._data[start:middle]
        length = int(_found(rb"/Length (\d+)>>$", head))
        return head, zlib.decompress(self._data[middle + 8 : middle + 8 + length])

    def _members(self, number: int) -> list[bytes]:
        if number not in self._packed:
            head, text = self._stream(self._places[number][1])
            first = int(_found(rb"/First (\d+)", head))
            starts = [int(n) for n in text[:first].split()[1::2]] + [len(text) - first]
            parts = [text[first + a : first + b] for a, b in pairwise(starts)]
            self._packed[number] = [part.rstrip(b"\n") for part in parts]
        return self._packed[number]


def _found(pattern: bytes, text: bytes) -> bytes:
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"not as our renderer writes it: no {pattern!r}")
    return match[1]


def _fields(entry: bytes, widths: list[int]) -> tuple[int, int, int]:
    a, b, _ = widths
    return entry[0], int.from_bytes(entry[a : a + b], "big"), int.from_bytes(entry[a + b :], "big")


class Joined:
    """A PDF that grows document by document; `close` makes it whole."""

    def __init__(self, out: IO[bytes], *, flip: str = "Long") -> None:
        # Over which edge a printer turns the sheets: Long of upright pages, Short of broad ones.
        self._out, self._at, self._flip = out, 0, flip.encode()
        self._places = array("Q", [0] * 4)  # by object number; the catalogue and the trees come last
        self._pages = array("Q")
        self._marks: list[tuple[str, int]] = []
        self._size = b"[0 0 595 842]"
        self._write(_HEAD)

    @property
    def pages(self) -> int:
        """How many pages it has so far."""
        return len(self._pages)

    def add(self, data: bytes, label: str = "") -> int:
        """Append a document, with a bookmark where it has a label; how many pages it has. Raises RenderingFailed
        when the bytes are no PDF of ours."""
        try:
            source = _Source(data)
            bodies = {number: source.body(number) for number in source.pages}
        except (ValueError, IndexError, zlib.error) as error:
            raise RenderingFailed("存储的文件不是完好的文书PDF，不能并入", code="bad_pdf") from error
        if label:
            self._marks.append((label, len(self._places)))
        numbers = {source.tree: _PAGES}
        waiting = deque(source.pages)
        for number in source.pages:
            numbers[number] = self._new()
            self._pages.append(numbers[number])
        while waiting:
            number = waiting.popleft()
            body = bodies.get(number) or source.body(number)
            self._object(numbers[number], self._renumbered(body, numbers, waiting))
        self._size = _found(rb"/MediaBox (\[[^\]]*\])", bodies[source.pages[-1]])
        return len(source.pages)

    def turn(self) -> None:
        """Begin the next document on a front side: an empty page where the last one ended on a front."""
        if self.pages % 2:
            self._pages.append(self._new())
            page = b"<</Type /Page/Parent %d 0 R/MediaBox %b/Resources <<>>>>" % (_PAGES, self._size)
            self._object(self._pages[-1], page)

    def close(self) -> None:
        """Write the trees and the table of the objects."""
        kids = b" ".join(b"%d 0 R" % number for number in self._pages)
        self._object(_PAGES, b"<</Type /Pages/Count %d/Kids [%b]>>" % (self.pages, kids))
        self._bookmarks()
        shown = b"/PageMode /UseOutlines" if self._marks else b""
        self._object(
            _CATALOG,
            b"<</Type /Catalog/Pages %d 0 R/Outlines %d 0 R/Lang (zh-CN)%b"
            b"/ViewerPreferences <</Duplex /DuplexFlip%bEdge>>>>" % (_PAGES, _OUTLINE, shown, self._flip),
        )
        table = self._at
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._places))
        for place in self._places[1:]:
            self._write(b"%010d 00000 n \n" % place)
        self._write(b"trailer\n<</Size %d/Root %d 0 R>>\n" % (len(self._places), _CATALOG))
        self._write(b"startxref\n%d\n%%%%EOF\n" % table)

    def _bookmarks(self) -> None:
        numbers = [self._new() for _ in self._marks]
        for at, (label, page) in enumerate(self._marks):
            title = (b"\xfe\xff" + label.encode("utf-16-be")).hex().encode()
            before = b"/Prev %d 0 R" % numbers[at - 1] if at else b""
            after = b"/Next %d 0 R" % numbers[at + 1] if at + 1 < len(numbers) else b""
            self._object(
                numbers[at],
                b"<</Title <%b>/Parent %d 0 R/Dest [%d 0 R /Fit]%b%b>>"
                % (title, _OUTLINE, page, before, after),
            )
        ends = b"/First %d 0 R/Last %d 0 R" % (numbers[0], numbers[-1]) if numbers else b""
        self._object(_OUTLINE, b"<</Type /Outlines/Count %d%b>>" % (len(numbers), ends))

    def _renumbered(self, body: bytes, numbers: dict[int, int], waiting: deque[int]) -> bytes:
        def other(match: re.Match[bytes]) -> bytes:
            if match[1] is None:
                return match[0]
            number = int(match[1])
            if number not in numbers:
                numbers[number] = self._new()
                waiting.append(number)
            return b"%d 0 R" % numbers[number]

        head, mark, rest = body.partition(b"\nstream\n")
        return _REFERENCE.sub(other, head) + mark + rest

    def _new(self) -> int:
        self._places.append(0)
        return len(self._places) - 1

    def _object(self, number: int, body: bytes) -> None:
        self._places[number] = self._at
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)
