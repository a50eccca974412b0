"""Running the template of a document within limits, and saying in which of its lines it failed."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from jinja2 import Template, TemplateError, TemplateRuntimeError

MOST_TEXT, MOST_PAGE = 400_000, 40_000_000
# What data that does not fit raises while a template runs.
FAILURES = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError)


class TooLong(TemplateRuntimeError):
    """The template makes more text than any document holds."""


def run(template: Template, values: Mapping[str, Any], most: int) -> str:
    """What the template makes of the values; raises TooLong as soon as it is longer than `most`."""
    parts, length = [], 0
    for part in template.generate(values):
        length += len(part)
        if length > most:
            raise TooLong("印出的内容过长")
        parts.append(part)
    return "".join(parts)


def line_of(error: BaseException) -> int:
    """The line of the template, read from a string, at which the error arose; 1 where it is not known."""
    found, step = 1, error.__traceback__
    while isinstance(step, TracebackType):
        if step.tb_frame.f_code.co_filename in ("<template>", "<unknown>"):
            found = step.tb_lineno
        step = step.tb_next
    return found
