"""A notice as plain data, and its PDF as something to measure."""

import io
from collections.abc import Callable
from typing import Any

import pdfplumber
import pytest

from riskctl.documents import composition
from riskctl.documents.kinds import KINDS, DocumentKind
from riskctl.documents.render import render_pdf

MM = 72 / 25.4


def notice(**changes: Any) -> dict[str, Any]:
    """The frozen data of a 整改通知书; invented content."""
    return {
        "kind": "rectification_notice", "head": "中共锦川省水利厅机关纪律检查委员会文件",
        "issuer": "中共锦川省水利厅机关纪律检查委员会", "number": "锦水机纪〔2026〕3号",
        "title": "关于小额维养项目未经比选直接委托的整改通知书", "main_to": "青岭水库管理处", "found_on": "2026-03-05",
        "source": "专项检查",
        "problems": [{"title": "直接委托", "verbatim": "有4项维修养护小额项目未经比选，直接委托同一单位实施。"}],
        "basis": [{"document": "廉政风险防控管理办法", "number": "", "clause": "第十二条", "text": ""}],
        "requirement": "查明原因，逐项整改。", "acceptance_standard": "问题逐项纠正，制度执行到位。", "reopen_reason": "",
        "plan_term": 10, "rectify_due": "2026-05-08", "enclosures": [], "issued_on": "2026-03-05",
        "copy_to": "分管领导，驻厅纪检监察组", "printed_by": "中共锦川省水利厅机关纪律检查委员会",
        "contact": "机关纪委办公室", "phone": "0000-0000000", "verify_url": "http://riskctl.test/verify/ABCDEF0123456789",
        "verification_code": "ABCDEF0123456789", **changes,
    }  # fmt: skip


def body_of(paragraphs: int) -> list[dict[str, str]]:
    """A problem whose text has this many paragraphs of three lines each."""
    line = "该项目未按规定履行比选程序，直接委托同一单位实施，合同金额较大，未见集体研究记录和价格论证材料，"
    return [{"title": "直接委托", "verbatim": "\n".join([line + "档案中也没有验收记录。"] * paragraphs)}]


class Paper:
    """A rendered document: lines with their place in millimetres from the paper's top left."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pdf = pdfplumber.open(io.BytesIO(data))
        self.pages = self.pdf.pages

    @property
    def text(self) -> str:
        return "".join("".join(char["text"] for char in page.chars) for page in self.pages)

    def lines(self, page: int) -> list[dict[str, Any]]:
        """The lines of type on a page, from the top."""
        rows: dict[float, list[Any]] = {}
        for char in self.pages[page].chars:
            rows.setdefault(round(char["bottom"], 0), []).append(char)
        return [
            {
                "text": "".join(char["text"] for char in row),
                "top": min(char["top"] for char in row) / MM,
                "bottom": max(char["bottom"] for char in row) / MM,
                "left": min(char["x0"] for char in row) / MM,
                "right": max(char["x1"] for char in row) / MM,
                "fonts": {char["fontname"].split("+")[-1] for char in row},
                "size": row[0]["size"],
                "chars": row,
            }
            for _, row in sorted(rows.items())
        ]

    def line(self, words: str, after: dict[str, Any] | None = None) -> dict[str, Any]:
        """The first line that holds the words, with its page; below another line if that is given."""
        for number in range(len(self.pages)):
            for line in self.lines(number):
                below = after is None or (number, line["top"]) > (after["page"], after["top"])
                if below and words in line["text"]:
                    return {**line, "page": number}
        raise AssertionError(f"no line holds {words}")

    def rules(self, page: int) -> list[dict[str, float]]:
        """The horizontal rules of a page: top, left, width and thickness."""
        return [
            {name: rect[key] / MM for name, key in (("top", "top"), ("left", "x0"), ("width", "width"), ("thick", "height"))}
            for rect in self.pages[page].rects
            if rect["width"] > 100 * MM
        ]  # fmt: skip


@pytest.fixture
def paper() -> Callable[..., Paper]:
    """Render a notice with these changes."""
    return lambda **changes: Paper(render_pdf("rectification_notice", notice(**changes)))


PHRASE = "水利工程建设项目资金使用和廉政风险防控责任落实情况监督检查"


def full_lines(count: int) -> str:
    """A paragraph that fills exactly so many lines: the first holds 26 characters, the others 28."""
    wanted = 26 + 28 * (count - 1)
    return (PHRASE * (wanted // len(PHRASE) + 1))[:wanted]


Sheet = Callable[..., Paper]


@pytest.fixture
def sheet(monkeypatch: pytest.MonkeyPatch) -> Sheet:
    """Render a document whose body is these paragraphs: texts, or texts with their level."""

    def make(
        *body: str | tuple[int, str], layout: str = "red_head", sealed: bool = True, **changes: Any
    ) -> Paper:
        found = [
            {"level": part[0], "text": part[1]} if isinstance(part, tuple) else {"level": 0, "text": part}
            for part in body
        ]
        monkeypatch.setattr(composition, "paragraphs", lambda context: found)
        monkeypatch.setitem(KINDS, "trial", DocumentKind("trial", "试验", layout=layout, sealed=sealed))
        return Paper(render_pdf("trial", notice(kind="trial", **changes)))

    return make
