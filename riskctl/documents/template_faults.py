"""What is wrong with a template, in words: addresses that it names, and what Jinja says of its writing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ADDRESS = re.compile(
    _SCHEME.pattern
    + r"""|url\(\s*['"]?(?!data:|\#|['"]?\s*\))|@import"""
    + r"""|\b(?:src|href|action|poster|srcset)\s*=\s*['"]?(?!['"]?\s*(?:data:|\#))"""
    + r"""|<\s*/?\s*(?:script|iframe|object|embed|link|base|meta|form)\b""",
    re.IGNORECASE,
)
# A page is some hundred millimetres long; such a number would only fill the memory.
_HUGE = re.compile(
    r"\b(?:(?:col|row)?span|[a-z-]*(?:width|height|size|margin|padding))\b[^>;]*?(?:\d{5,}|\de\+?\d)", re.I
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a template, and in which line."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.reason}"


def addresses(source: str, *, form: bool) -> Iterator[Fault]:
    """Every line that names something outside the document, or a size that no page has; the text of a letter
    has no markup, so only plain addresses are meant there."""
    for number, line in enumerate(source.splitlines(), 1):
        if found := (_ADDRESS if form else _SCHEME).search(line):
            yield Fault(number, f"不能引用网址、外部文件或脚本：{found.group().strip()}")
        if form and _HUGE.search(line):
            yield Fault(number, "尺寸或合并行列的数字过大")


_SYNTAX = (
    (r"unknown tag '(\w+)'", "这里不能用“{0}”语句；if、for 各以 endif、endfor 结束"),
    (r"[Uu]nexpected end of template.*innermost block that needs to be closed is '(\w+)'", "缺少 end{0}：前面的 {0} 没有结束"),
    (r"[Uu]nexpected end of template", "到末尾仍有括号或语句没有结束"),
    (r"expected token 'end of print statement', got '(.*?)'", "“{0}”处写法有误：双大括号之内只写一项数据"),
    (r"expected token '(.*?)', got '(.*?)'", "应为“{0}”，写成了“{1}”"),
    (r"unexpected '(.*?)'", "多了“{0}”，或者它前面缺少内容"),
    (r"unexpected char '(.*?)'", "有不能识别的符号“{0}”：大括号之内的标点须用半角"),
    (r"No (?:filter|test) named '(\w+)'", "没有“{0}”这种处理"),
)  # fmt: skip


def in_words(message: str) -> str:
    """What Jinja says of a template that it cannot read, in the words of the editor's reader."""
    for pattern, words in _SYNTAX:
        if found := re.search(pattern, message):
            return words.format(*found.groups())
    return "写法有误，请检查大括号、百分号和引号是否成对"
