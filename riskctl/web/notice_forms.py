"""What of an unsigned notice may be changed on its page: its columns, and the parts that its kind has."""

from collections.abc import Mapping
from typing import Any

from riskctl.documents.parts import COLUMNS, PARTS
from riskctl.models import Notice
from riskctl.services import drafting
from riskctl.workflows.engine import Input
from riskctl.workflows.notice import ORDERS

_CONTACT = (
    Input("contact", "联系人", required=False, max_length=64),
    Input("phone", "电话", required=False, max_length=32),
)


def inputs(notice: Notice) -> list[Input]:
    """Every field of the notice in the order of the paper; an order's basis is its issue's."""
    asked = drafting.fields_of(notice.kind)
    return [item for item in (*asked, *_CONTACT) if not (item.name == "basis" and notice.kind in ORDERS)]


def parts_of(kind: str) -> frozenset[str]:
    """The names of the fields that are parts and no columns."""
    return frozenset(item.name for item in PARTS.get(kind, ())) - COLUMNS


def present(notice: Notice, name: str) -> Any:
    """What stands there now, as the form wants it."""
    if name in parts_of(notice.kind):
        return notice.parts.get(name)
    value = getattr(notice, name)
    return "\n".join(value) if name == "enclosures" else value


def nested(kind: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the service wants it: the parts together, 附件 as a list."""
    own = parts_of(kind) & typed.keys()
    found = {name: value for name, value in typed.items() if name not in own}
    if own:
        found["parts"] = {name: typed[name] for name in own}
    if str(found.get("issuer_id") or "").isdecimal():
        found["issuer_id"] = int(found["issuer_id"])
    if "enclosures" in found:
        found["enclosures"] = [line for line in (found["enclosures"] or "").splitlines() if line.strip()]
    return found
