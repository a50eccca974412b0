"""From the plain data of an official document to what its template shows: lines of type and their places.

Lengths are in points unless a name says otherwise; the figures are those of docs/official-format.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Any

from markupsafe import Markup

from riskctl.documents import annexes
from riskctl.documents.filling import MM, PITCH, TEXT_HEIGHT, lines_per_page
from riskctl.documents.kinds import DocumentKind
from riskctl.documents.lines import BODY, CELL, Measure, Run, broken, markup, width
from riskctl.documents.texts import Paragraph, paragraphs
from riskctl.documents.titles import balanced
from riskctl.documents.wording import official_date

_IMPRINT, _IMPRINT_LINE = Measure(14, 0, 156 * MM - 2 * 14), 21
_SEAL = 42 * MM
# 附件说明 of so many lines keeps to the signature; a longer one runs on like text.
_MOST_CLOSING = 8
_HEADING_FACES = {1: "heiti", 2: "kaiti"}


@dataclass(frozen=True)
class Block:
    """A paragraph: its element, its lines as HTML, how many they are, and how far they stand from the left."""

    tag: str
    html: Markup
    count: int
    left: float = 0

    @property
    def heading(self) -> bool:
        """Whether it stays with the line after it."""
        return self.tag != "p"


def compose(kind: DocumentKind, context: Mapping[str, Any], preprinted: int = 0) -> dict[str, Any]:
    """What official.html shows beside the data itself; `preprinted` is the head's height in mm, 0 to draw it."""
    body = paragraphs(context)
    blocks = [_block(paragraph) for paragraph in body]
    enclosures = _enclosures(context["enclosures"])
    title = balanced(context["title"], "".join(paragraph["text"] for paragraph in body))
    mark = _mark(kind.layout, context["head"])
    note = broken([Run(_note(context))], indent=2 * CELL)
    main_to = broken([Run(f"{context['main_to']}：")])
    head = _head_height(kind.layout, mark["size"], preprinted) + 33 * len(title)
    # So many addressees that the first page would show no text: they go to the 版记.
    moved = head + (len(main_to) + 2) * PITCH > TEXT_HEIGHT
    imprint = _imprint(kind.layout, context, moved=moved)
    bound = annexes.laid_out(context.get("annexes", ()), len(context["enclosures"]))
    listed = sum(block.count for block in enclosures) + bool(enclosures)
    close = listed <= _MOST_CLOSING
    rows = [False] * (1 if moved else 1 + len(main_to))
    rows += [block.heading for block in blocks for _ in range(block.count)] + [False] * (
        0 if close else listed
    )
    tail = (
        (listed if close else 0) + (2 if kind.sealed else 1) + len(_names(context["issuer"])) + 1 + len(note)
    )
    # 附件 that is bound in takes the 版记 with it to its own last page.
    count = lines_per_page(head, rows, tail, 0 if bound else imprint["height"])
    pitch = floor(TEXT_HEIGHT / count * 1000) / 1000  # not rounded up: the last line must fit
    return {
        "annex_pages": bound, "layout": kind.layout, "preprinted": preprinted, "pitch": pitch, "mark": mark, "title_lines": title,
        "main_to_lines": Markup() if moved else markup(main_to), "blocks": blocks, "enclosure_blocks": enclosures,
        "carried": 2 if sum(block.count for block in blocks) > 2 else 1, "enclosures_close": close, "note_lines": markup(note), "imprint": imprint, "signature": _signature(kind, context, pitch),
    }  # fmt: skip


def _mark(layout: str, head: str) -> dict[str, Any]:
    text, most = (head.removesuffix("文件"), 34) if layout == "letter" else (head, 56)
    return {"text": text, "size": min(most, int(442 / max(1, len(text))))}


def _head_height(layout: str, size: int, preprinted: int) -> float:
    """From the type area's upper edge to the title; official.css says of what it consists."""
    if preprinted:
        return (preprinted - 37) * MM - 6.5 + PITCH + 6.26 + 2 * PITCH
    if layout == "letter":
        return (-7 + 4 + 1.4) * MM + size + 7.5 + PITCH + 2 * PITCH
    return 35 * MM + size + 2 * PITCH + PITCH + 6.26 + 2 * PITCH


def _block(paragraph: Paragraph) -> Block:
    """一、 in 黑体 and （一） in 楷体: the whole of a heading, the first sentence of a paragraph."""
    text, face = paragraph["text"], _HEADING_FACES.get(paragraph["level"])
    if face is None:
        return _lines("p", [Run(text)])
    lead, stop, rest = text.partition("。")
    if not stop:
        return _lines(f"h{paragraph['level'] + 1}", [Run(text, face)])
    return _lines("p", [Run(lead + stop, face), Run(rest)])


def _lines(tag: str, runs: list[Run]) -> Block:
    lines = broken(runs, indent=2 * CELL)
    # A bookmark would show a line end, but not <br>.
    return Block(tag, markup(lines, tagged=tag != "p"), len(lines))


def _enclosures(names: list[str]) -> list[Block]:
    """附件说明: names below one another, and their further lines too; numbered when there are several."""
    several = len(names) > 1
    left = (5 if not several else 6 if len(names) < 10 else 7) * CELL
    found = []
    for number, name in enumerate(names, 1):
        lines = broken([Run(name)], indent=left, hang=left)
        ordinal = f"{number}." if several else ""
        label = Markup('<span class="label" style="margin: 0 {}pt 0 {}pt">{}{}</span>').format(
            round(left - width("附件：", BODY) * (number == 1) - width(ordinal) - (2 if number == 1 else 5) * CELL, 2),
            round((2 if number == 1 else 5) * CELL - left, 2),
            "附件：" if number == 1 else "",
            ordinal,
        )  # fmt: skip
        found.append(Block("p", label + markup(lines), len(lines), round(left, 2)))
    return found


def _note(context: Mapping[str, Any]) -> str:
    if not context["contact"]:
        return ""
    phone = f"，电话：{context['phone']}" if context["phone"] else ""
    return f"（联系人：{context['contact']}{phone}）"


def _names(issuer: str) -> list[str]:
    return [issuer] if width(issuer) <= BODY.width else balanced(issuer, width=26)


def _signature(kind: DocumentKind, context: Mapping[str, Any], pitch: float) -> dict[str, Any]:
    """Where name and date begin. Sealed: the date ends four characters in, the name is centred above it, and
    the seal's centre lies a little above theirs. Unsealed: the name ends two characters in, the date begins
    two characters after it, or ends two characters in when it is longer."""
    names, day = _names(context["issuer"]), official_date(context["issued_on"])
    longest, day_width = max(map(width, names)), width(day)
    if kind.sealed:
        day_left = BODY.width - max(4 * CELL + day_width, (longest + day_width) / 2)
        lefts = [day_left + (day_width - width(name)) / 2 for name in names]
    else:
        day_left = BODY.width - max(longest, day_width + 2 * CELL)
        lefts = [day_left - 2 * CELL for _ in names]
    return {
        "names": [(round(max(0, left), 2), name) for left, name in zip(lefts, names, strict=True)],
        "day": day, "day_left": round(day_left, 2), "sealed": kind.sealed,
        "seal_left": round(day_left + day_width / 2 - _SEAL / 2, 2),
        "seal_top": round((2.5 + len(names) / 2) * pitch - 2.2 * MM - _SEAL / 2, 2),
    }  # fmt: skip


def _imprint(layout: str, context: Mapping[str, Any], *, moved: bool) -> dict[str, Any]:
    """版记: 主送 (when it was moved here) and 抄送, then who printed it; a letter has neither that nor rules."""
    texts = [("主送：", context["main_to"])] if moved else []
    texts += [("抄送：", context["copy_to"])] if context["copy_to"] else []
    left = 3 * _IMPRINT.size
    found = [(label, broken([Run(f"{text}。")], _IMPRINT, indent=left, hang=left)) for label, text in texts]
    height = sum(_IMPRINT_LINE * len(lines) + 3 + 0.25 * MM for _, lines in found)
    date = width(official_date(context["issued_on"]) + "印发", _IMPRINT) + _IMPRINT.size
    printed = broken([Run(context["printed_by"])], _IMPRINT, indent=date, hang=date)
    if layout != "letter":
        height += _IMPRINT_LINE * len(printed) + 3 + 0.7 * MM
    rows = [(label, markup(lines)) for label, lines in found]
    return {
        "rows": rows,
        "printed_lines": markup(printed),
        "height": round(height + 10, 2) if height else 0.0,
    }
