"""Forms that are described by inputs: reading what was typed, and keeping it when it is refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from riskctl import clock
from riskctl.errors import InvalidInput, Reason
from riskctl.permissions import Actor
from riskctl.services import attachments, basis_clauses
from riskctl.workflows.engine import Input

# More than any list has; the page of a yearly review has a line for each point of its unit.
_MOST_ROWS = 2000


class Form:
    """A form with what was typed so far and the reasons against it, by field."""

    def __init__(
        self, inputs: Sequence[Input], values: Mapping[str, Any] | None = None, reasons: Sequence[Reason] = ()
    ) -> None:
        self.inputs = inputs
        self.typed = values is not None
        self.values = values or {}
        self.reasons = list(reasons)

    def value(self, item: Input) -> Any:
        """What stands in the field: what was typed, else the default."""
        if self.typed:
            return self.values.get(item.name, "")
        return item.default if item.default is not None else ""

    def errors(self, name: str) -> list[str]:
        """What is said against this field."""
        return [reason.message for reason in self.reasons if reason.field == name]

    def rows(self, item: Input) -> list[Mapping[str, Any]]:
        """The rows of a list: what is there, and room for one more, since pages work without scripts."""
        given = self.value(item) or []
        rows = [row for row in given if isinstance(row, Mapping)]
        defaults = {part.name: part.default for part in item.fields if part.default is not None}
        asked = request.form.get("add") == item.name or not rows
        return [*rows, *([defaults] if asked else [])]


def flat(inputs: Sequence[Input]) -> list[Input]:
    """A paper's inputs with the parts of the paper itself as fields of the same form."""
    return [part for item in inputs for part in (item.fields if item.name == "paper" else (item,))]


def asks_for_a_row() -> bool:
    """Whether the form came back only to get another row into one of its lists."""
    return "add" in request.form


def version() -> int:
    """The version on which the form was based; nonsense is nobody's version."""
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def read(actor: Actor, inputs: Sequence[Input]) -> tuple[dict[str, Any], list[Reason]]:
    """What was typed, as the step's raw data, and what is said against its files.

    Files are kept at once, so that an error elsewhere does not lose them."""
    refused: list[Reason] = []
    raw: dict[str, Any] = {}
    for item in inputs:
        if item.type == "attachments":
            raw[item.name] = _files(actor, item, refused)
        else:
            raw[item.name] = _READERS.get(item.type, _plain)(actor, item, item.name)
    return raw, refused


def _plain(actor: Actor, item: Input, name: str) -> Any:
    return request.form.get(name, "").strip().replace("\r\n", "\n")


def _boolean(actor: Actor, item: Input, name: str) -> Any:
    return name in request.form


def _datetime(actor: Actor, item: Input, name: str) -> Any:
    return request.form.get(name, "").strip().replace(" ", "T")


def _many(actor: Actor, item: Input, name: str) -> Any:
    return [value for value in request.form.getlist(name) if value]


def _files(actor: Actor, item: Input, refused: list[Reason]) -> list[int]:
    ids = [int(value) for value in request.form.getlist(f"{item.name}-kept") if value.isdecimal()]
    for given in request.files.getlist(item.name):
        if given.filename:
            try:
                ids.append(attachments.store(actor.user_id, given.filename, given.stream).id)
            except InvalidInput as error:
                said = f"{item.label}：{given.filename} {error.message}"
                refused.append(Reason(error.code, said, item.name))
    return ids


def _list(actor: Actor, item: Input, name: str) -> list[dict[str, Any]]:
    rows = []
    for number in range(_MOST_ROWS):
        prefix = f"{name}-{number}-"
        if not any(key.startswith(prefix) for key in request.form):
            break
        row = {
            part.name: _READERS.get(part.type, _plain)(actor, part, prefix + part.name)
            for part in item.fields
        }
        # A spare row shows its defaults; it counts once somebody typed into a field that has none.
        if any(row[part.name] for part in item.fields if part.default is None and part.type != "boolean"):
            rows.append({key: value for key, value in row.items() if value != ""})
    return [*rows, *_from_library(name)]


def _from_library(name: str) -> list[dict[str, Any]]:
    # 从条款库选用: only when its own button was pressed, so that nothing is added twice.
    if request.form.get("add") != f"{name}-library":
        return []
    chosen = [int(value) for value in request.form.getlist(f"{name}-library") if _is_id(value)]
    return list(basis_clauses.copied(chosen)) if chosen else []


def _is_id(value: str) -> bool:
    return value.isdecimal() and len(value) < 10


_READERS = {
    "boolean": _boolean,
    "datetime": _datetime,
    "users": _many,
    "list": _list,
}


def shown(item: Input, value: Any) -> str:
    """The value as the HTML control wants it."""
    if value in (None, ""):
        return ""
    if item.type == "datetime" and not isinstance(value, str):
        return clock.local(value).strftime("%Y-%m-%dT%H:%M")
    return str(value)
