"""What the page of a letter shows beside its facts: its text, and its parts in words."""

from collections.abc import Mapping
from typing import Any

from riskctl.documents import texts
from riskctl.documents.parts import PARTS
from riskctl.errors import RenderingFailed
from riskctl.models import Notice
from riskctl.services import notice_contexts

_ITEMS = {item.name: item for items in PARTS.values() for item in items}


def beside(notice: Notice) -> dict[str, Any]:
    """The paragraphs as signing froze them, else as the draft stands; none of a form, or while it cannot be
    worded."""
    if notice.document_class != "G":
        return {}
    try:
        context = notice.context or notice_contexts.context_of(notice)
    except RenderingFailed:
        return {}
    return {"letter": texts.paragraphs(context)}


def in_words(parts: Mapping[str, Any]) -> str:
    """The parts of a letter as the history tells them."""
    told = [(_ITEMS[name], value) for name, value in parts.items() if name in _ITEMS]
    return "；".join(f"{item.label}：{dict(item.choices).get(value, value)}" for item, value in told)
