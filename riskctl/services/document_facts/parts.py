"""What a letter says beside its records: the parts that somebody typed."""

from typing import Any

from riskctl.documents.parts import COLUMNS, PARTS
from riskctl.models import Notice
from riskctl.workflows.engine import Input

_BLANK = "××"


def told(notice: Notice) -> dict[str, Any]:
    """The parts by their names; a draft shows a blank where one is still needed."""
    own = [item for item in PARTS.get(notice.kind, ()) if item.name not in COLUMNS]
    return {item.name: _told(item, notice.parts.get(item.name)) for item in own}


def _told(item: Input, value: Any) -> Any:
    if value in (None, ""):
        return _BLANK if item.required and item.type != "date" else ""
    return value
