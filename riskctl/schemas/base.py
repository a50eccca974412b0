"""What every schema shares: strict input with Chinese messages, list arguments, problems, actions."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

_MESSAGES = {
    "required": "必填",
    "null": "不能为空",
    "invalid": "格式不对",
    "type": "格式不对",
    "invalid_utf8": "含有不能识别的字符",
    "too_large": "数字太大",
}
fields.Field.default_error_messages.update(_MESSAGES)
for _field, _message in (
    (fields.String, "须为文字"),
    (fields.Integer, "须为整数"),
    (fields.Boolean, "须为是或否"),
    (fields.Date, "不是有效的日期，请按 2026-03-05 的形式填写"),
    (fields.DateTime, "不是有效的时间，请按 2026-03-05T09:00 的形式填写"),
    (fields.List, "须为列表"),
    (fields.Nested, "格式不对"),
):
    _field.default_error_messages = {**_field.default_error_messages, "invalid": _message}

# PostgreSQL's integer ends here; a larger id belongs to no record.
MAX_ID = 2**31 - 1


class Strict(Schema):
    """Input that refuses what it does not know, so that a mistyped field is not lost in silence."""

    error_messages = {"unknown": "没有这一项", "type": "须为 JSON 对象"}

    class Meta:
        unknown = RAISE


def clean_text(value: str) -> None:
    """Refuse characters that no database keeps."""
    if any((ord(c) < 32 and c not in "\n\r\t") or 0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise ValidationError("含有不能识别的字符")


def prose(limit: int, *, required: bool = False, filled: bool = False) -> fields.String:
    """A text field; `filled` refuses blank text."""
    checks: list[Any] = [validate.Length(max=limit, error=f"最多{limit}个字"), clean_text]
    # The pattern is for the OpenAPI document alone, whose regular expressions are not Python's.
    told = {"pattern": r"\S"} if filled else {}
    if filled:
        checks.append(_filled)
    return fields.String(
        required=required, validate=checks, allow_none=not (required or filled), metadata=told
    )


def _filled(value: str) -> None:
    if not value.strip():
        raise ValidationError("必填")


def choice(dictionary: dict[str, str], *, required: bool = False, filled: bool = False) -> fields.String:
    """A value of a dictionary; `filled` says that it can be changed but never emptied."""
    shown = "、".join(f"{key}（{label}）" for key, label in dictionary.items())
    check = validate.OneOf(list(dictionary), error=f"没有这个选项，可用：{shown}")
    return fields.String(required=required, validate=check, allow_none=not (required or filled))


def identity(*, required: bool = False, filled: bool = False) -> fields.Integer:
    """The id of another record; `filled` says that it can be changed but never emptied."""
    return fields.Integer(
        required=required, strict=True, validate=validate.Range(1, MAX_ID, error="没有这个编号"),
        allow_none=not (required or filled),
    )  # fmt: skip


def identities() -> fields.List[Any]:
    """Ids of other records."""
    one = fields.Integer(strict=True, validate=validate.Range(1, MAX_ID, error="没有这个编号"))
    return fields.List(one, validate=validate.Length(max=200, error="最多200项"))


def listing(item: type[Schema]) -> fields.List[Any]:
    """A list of nested objects."""
    return fields.List(fields.Nested(item), validate=validate.Length(max=200, error="最多200项"))


def several(limit: int) -> fields.String:
    """Several words with commas between; what is no value of the dictionary is refused by name later."""
    return fields.String(
        validate=[validate.Length(max=limit), clean_text], metadata={"pattern": "^[a-z_,]*$"}
    )


class ListArgs(Strict):
    """The arguments that every list has; its filters add theirs (services/ledger_filters.py)."""

    unit = fields.Integer(validate=validate.Range(1, MAX_ID))
    q = fields.String(validate=[validate.Length(max=100), clean_text])
    due_before = fields.Date()
    overdue = fields.Boolean()
    # A number of a report whose rows are meant: code, part, period.
    figure = fields.String(
        validate=validate.Length(max=80), metadata={"pattern": "^[a-z0-9_]+[.](hits|all)[.][0-9Q~-]+$"}
    )
    sort = fields.String(validate=validate.Length(max=32), metadata={"pattern": "^-?[a-z_]+$"})
    limit = fields.Integer(validate=validate.Range(1, 200, error="须在1至200之间"))
    after = fields.String(validate=validate.Length(max=400), metadata={"pattern": "^[A-Za-z0-9_-]+$"})
    count = fields.Boolean()


class TransitionIn(Strict):
    """One step: its trigger and what it collects."""

    trigger = fields.String(required=True, validate=[validate.Length(max=64), clean_text])
    data = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        allow_none=True,
        metadata={"description": "What the step collects: see `inputs` of the record's action"},
    )


class ColourIn(Strict):
    """A manual colour: which, until when, and why."""

    colour = fields.String(required=True, validate=[validate.Length(max=8), clean_text])
    until = fields.Date(required=True)
    reason = prose(500, required=True, filled=True)
