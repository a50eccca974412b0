"""The wording of official letters: a text template over plain data becomes the paragraphs of the body.

A template is Jinja in a sandbox. Every line that is not empty is one paragraph. A line that begins with #、
is a heading 一、二、…, with （#） a second-level one, with #. an item 1. 2. …: they number themselves. What
comes from the data is never a heading, whatever it begins with.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict

from jinja2 import StrictUndefined, Template, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from riskctl.documents import sandbox
from riskctl.documents.wording import FILTERS, chinese_number

_TEXTS = Path(__file__).resolve().parents[1] / "templates" / "documents" / "texts"
# Marks what comes from the data; no text of an office holds it.
_DATA = "\x00"


class Paragraph(TypedDict):
    """One paragraph of the body; level 1 is 一、, level 2 （一）, level 0 plain text."""

    level: int
    text: str


def builtin(kind: str) -> str:
    """The wording that comes with the program."""
    return (_TEXTS / f"{kind}.txt").read_text(encoding="utf-8")


def paragraphs(context: Mapping[str, Any]) -> list[Paragraph]:
    """The body of a document: as signing froze it, else in the wording that comes with the program."""
    frozen: list[Paragraph] | None = context.get("paragraphs")
    return body(builtin(context["kind"]), context) if frozen is None else frozen


def body(source: str, context: Mapping[str, Any]) -> list[Paragraph]:
    """The paragraphs that this wording makes of the data; raises jinja2.TemplateError where it does not fit."""
    counts = [0, 0, 0]
    lines = sandbox.run(_compiled(source), context, sandbox.MOST_TEXT).splitlines()
    return [_paragraph(line.strip(" \t　"), counts) for line in lines if line.strip(f" \t　{_DATA}")]


@lru_cache(maxsize=128)
def _compiled(source: str) -> Template:
    return environment().from_string(source)


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox of the wordings: no loader, so no other file; undefined names raise."""
    found = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_marked
    )
    found.filters.update(FILTERS)
    return found


def _marked(value: Any) -> Any:
    if not isinstance(value, str) or isinstance(value, Undefined):
        return value
    lines = value.replace(_DATA, "").splitlines()
    return _DATA + f"\n{_DATA}".join(line.strip() for line in lines)


def _paragraph(line: str, counts: list[int]) -> Paragraph:
    """Number what the wording itself marks; `counts` are those of 一、, （一） and 1. so far."""
    text = line.replace(_DATA, "")
    for level, (mark, written) in enumerate((("#、", "{}、"), ("（#）", "（{}）"), ("#.", "{}.")), 1):
        if line.startswith(mark):
            counts[level - 1] += 1
            counts[level:] = [0] * (3 - level)
            number = counts[level - 1]
            ordinal = written.format(number if level == 3 else chinese_number(number))
            return {"level": level if level < 3 else 0, "text": ordinal + text[len(mark) :]}
    return {"level": 0, "text": text}
