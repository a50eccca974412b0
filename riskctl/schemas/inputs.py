"""The inputs of a step as a marshmallow schema, made from their descriptions; shared by pages and API."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from riskctl import clock
from riskctl.errors import Reason
from riskctl.workflows.engine import Input

REQUIRED = "必填"
_MESSAGES: dict[str, Any] = {
    "required": REQUIRED,
    "null": REQUIRED,
    "invalid": "格式不对",
    "type": "格式不对",
    "unknown": "没有这一项",
}
_DATE = {**_MESSAGES, "invalid": "不是有效的日期，请按 2026-03-05 的形式填写", "format": "日期有误"}
_DATETIME = {**_MESSAGES, "invalid": "不是有效的时间，请按 2026-03-05 09:00 的形式填写"}


class LocalDateTime(fields.DateTime):
    """A moment; without a zone it is the office's wall clock. Loads as UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        return clock.from_local(super()._deserialize(value, attr, data, **kwargs))


class _Inputs(Schema):
    error_messages = {"unknown": "没有这一项", "type": "格式不对"}

    class Meta:
        unknown = RAISE

    @pre_load
    def left_out(self, data: Any, **kwargs: Any) -> Any:
        # A form sends '' and JSON may send null for what was left out, in the rows of a list too.
        if not isinstance(data, Mapping):
            return data
        return {k: v for k, v in data.items() if v not in (None, "", []) or k not in self.fields}


def load(inputs: Sequence[Input], raw: Mapping[str, Any] | None) -> tuple[dict[str, Any], list[Reason]]:
    """Parse what was filled in; returns the clean data and every reason against it, named by field."""
    schema = _Inputs.from_dict({item.name: _field(item) for item in inputs})(unknown=RAISE)
    try:
        data = schema.load(dict(raw or {}))
    except ValidationError as error:
        messages: Any = error.messages
        return dict(error.valid_data or {}), _reasons(messages, {item.name: item for item in inputs})
    return data, []


def _reasons(messages: Mapping[str, Any], inputs: Mapping[str, Input]) -> list[Reason]:
    return [
        Reason("required" if said == [REQUIRED] else "invalid", _told(name, said, inputs.get(name)), name)
        for name, said in messages.items()
    ]


def _told(name: str, said: Any, item: Input | None) -> str:
    if item is None:
        return f"{name}：{_flat(said, {})}"
    return f"{item.label}：{_flat(said, {part.name: part.label for part in item.fields})}"


def _flat(said: Any, labels: Mapping[str, str]) -> str:
    # A list's messages come by number and field: {0: {"document": ["必填"]}} reads 第1项文件名称必填.
    if isinstance(said, dict):
        named = ((f"第{k + 1}项" if isinstance(k, int) else labels.get(k, k), v) for k, v in said.items())
        return "；".join(f"{name}{_flat(value, labels)}" for name, value in named)
    return "；".join(said) if isinstance(said, list) else str(said)


def _field(item: Input) -> fields.Field[Any]:
    made: fields.Field[Any] = _MAKERS[item.type](
        item, {"required": item.required, "error_messages": _MESSAGES}
    )
    return made


def _bounds(item: Input, show: Any = str) -> list[Any]:
    if item.min is None and item.max is None:
        return []
    low = f"不能早于{show(item.min)}" if item.type in ("date", "datetime") else f"不能小于{item.min}"
    high = f"不能晚于{show(item.max)}" if item.type in ("date", "datetime") else f"不能大于{item.max}"
    return [
        lambda value: _reject(low) if item.min is not None and value < item.min else None,
        lambda value: _reject(high) if item.max is not None and value > item.max else None,
    ]


def _reject(message: str) -> None:
    raise ValidationError(message)


def _show_moment(moment: datetime | None) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _text(item: Input, options: dict[str, Any]) -> fields.Field[Any]:
    def check(value: str) -> None:
        if item.required and not value.strip():
            raise ValidationError(REQUIRED)
        if len(value) > item.max_length:
            raise ValidationError(f"最多{item.max_length}个字，现有{len(value)}个字")
        if any((ord(c) < 32 and c not in "\n\r\t") or 0xD800 <= ord(c) <= 0xDFFF for c in value):
            raise ValidationError("含有不能识别的字符")

    return fields.String(validate=check, **options)


def _date(item: Input, options: dict[str, Any]) -> fields.Field[Any]:
    return fields.Date(validate=_bounds(item), **{**options, "error_messages": _DATE})


def _datetime(item: Input, options: dict[str, Any]) -> fields.Field[Any]:
    bounds = _bounds(item, _show_moment)
    return LocalDateTime(validate=bounds, **{**options, "error_messages": _DATETIME})


def _integer(item: Input, options: dict[str, Any]) -> fields.Field[Any]:
    return fields.Integer(strict=False, validate=_bounds(item), **options)


def _decimal(item: Input, options: dict[str, Any]) -> fields.Field[Any]:
    return fields.Decimal(validate=_bounds(item), **options)


def _boolean(item: Input, options: dict[str, Any]) -> fields.Field[Any]:
    def check(value: bool) -> None:
        if item.required and not value:
            raise ValidationError("须勾选确认")

    return fields.Boolean(validate=check, **options)


def _one(item: Input, options: dict[str, Any]) -> fields.Field[Any]:
    values = [value for value, _ in item.choices]
    kind: type[fields.Field[Any]] = fields.Integer if values and isinstance(values[0], int) else fields.String
    return kind(validate=validate.OneOf(values, error="没有这个选项，请从列表中选择"), **options)


def _many(item: Input, options: dict[str, Any]) -> fields.Field[Any]:
    values = [value for value, _ in item.choices]
    one = fields.Integer(
        validate=validate.OneOf(values, error="没有这个选项，请从列表中选择"), error_messages=_MESSAGES
    )
    return fields.List(one, validate=_length(item), **options)


def _attachments(item: Input, options: dict[str, Any]) -> fields.Field[Any]:
    return fields.List(fields.Integer(error_messages=_MESSAGES), validate=_length(item), **options)


def _list(item: Input, options: dict[str, Any]) -> fields.Field[Any]:
    schema = _Inputs.from_dict({part.name: _field(part) for part in item.fields})
    return fields.List(fields.Nested(schema(unknown=RAISE)), validate=_length(item), **options)


def _length(item: Input) -> validate.Length:
    least = item.min_items or (1 if item.required else 0)
    return validate.Length(min=least, max=200, error=f"须为{least}至200项" if least else "最多200项")


_MAKERS: dict[str, Any] = {
    "text": _text,
    "date": _date,
    "datetime": _datetime,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "choice": _one,
    "user": _one,
    "unit": _one,
    "users": _many,
    "attachments": _attachments,
    "list": _list,
}
