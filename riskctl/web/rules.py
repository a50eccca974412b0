"""系统 → 规则配置: every dated rule, its value in force, its history, and a form for the next value.

Drawn from the rule's plain data, so that a rule needs no page of its own.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from riskctl import clock
from riskctl.errors import InvalidInput, Reason
from riskctl.permissions import Permission
from riskctl.schemas import inputs as schemas
from riskctl.services import people, rules
from riskctl.web import forms
from riskctl.web.access import current_actor, needs
from riskctl.web.forms import Form
from riskctl.workflows.engine import Input
from riskctl.workflows.rules import RULES, Rule

pages = Blueprint("rules", __name__)


@pages.get("/rules")
@needs(Permission.RULE_MANAGE)
def listing() -> str:
    """The rules in force, each with since when."""
    found = [(name, rule, rules.value(name), rules.version(name)) for name, rule in RULES.items()]
    return render_template("rules/list.html", rules=found, shown=shown, today=clock.today())


@pages.get("/rules/<name>")
@needs(Permission.RULE_MANAGE)
def rule(name: str) -> str:
    """One rule: what holds, what held, and the form."""
    return _page(name, Form(_inputs(_rule(name), rules.value(name))))


def _rule(name: str) -> Rule:
    return RULES.get(name) or abort(404)


def _page(name: str, form: Form) -> str:
    history = rules.history(name)
    return render_template(
        "rules/rule.html", rule=_rule(name), value=rules.value(name), version=rules.version(name),
        history=history, names=people.names({found.entered_by_id for found in history}), shown=shown, form=form,
        shown_value=forms.shown, today=clock.today(),
    )  # fmt: skip


@pages.post("/rules/<name>")
@needs(Permission.RULE_MANAGE)
def change(name: str) -> str | Response | tuple[str, int]:
    """Let another value hold from a day on; what is refused comes back with everything that was typed."""
    actor, found = current_actor(), _rule(name)
    inputs = _inputs(found, rules.value(name))
    raw, _ = forms.read(actor, inputs)
    if forms.asks_for_a_row():
        return _page(name, Form(inputs, raw))
    try:
        value, day, reason = _read(found, inputs, raw)
        rules.set_rule(actor, name, value, effective_from=day, reason=reason)
    except InvalidInput as error:
        return _page(name, Form(inputs, raw, _placed(inputs, error))), 422
    return redirect(url_for("rules.rule", name=name), 303)


def _placed(inputs: list[Input], error: InvalidInput) -> list[Reason]:
    # A rule with several fields has none of the name `value`; its first one stands for all.
    names = [item.name for item in inputs]
    return [r if r.field in names else replace(r, field=names[0]) for r in error.reasons]


def _inputs(found: Rule, value: Any) -> list[Input]:
    tomorrow = date.fromordinal(clock.today().toordinal() + 1)
    return [
        *_value_inputs(found, value),
        Input("effective_from", "施行日期", "date", min=clock.today(), default=tomorrow),
        Input("reason", "依据", max_length=255, hint="例：机关纪委2026年第5次会议研究决定"),
    ]


def _value_inputs(found: Rule, value: Any) -> list[Input]:
    if found.fields and isinstance(value, Mapping):
        return [replace(item, default=value.get(item.name)) for item in found.fields]
    whole = Input("value", found.label, hint=found.hint, default=value)
    if found.fields:
        return [replace(whole, type="list", fields=found.fields, min_items=1)]
    if isinstance(value, int):
        return [replace(whole, type="integer")]
    if isinstance(value, str):
        return [replace(whole, max_length=64)]
    if _is_plain_list(value):
        return [replace(whole, max_length=200, default=_joined(value), hint=found.hint or "用顿号隔开")]
    return [replace(whole, max_length=4000, default=json.dumps(value, ensure_ascii=False, indent=1))]


def _is_plain_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, int) for item in value)


def _joined(value: list[Any]) -> str:
    return "、".join(str(item) for item in value)


def _read(found: Rule, inputs: list[Input], raw: dict[str, Any]) -> tuple[Any, date, str]:
    clean, reasons = schemas.load(inputs, raw)
    if reasons:
        raise InvalidInput("填写有误", reasons=reasons)
    return _value(found, clean), clean["effective_from"], clean["reason"]


def _value(found: Rule, clean: Mapping[str, Any]) -> Any:
    if found.fields and isinstance(found.default, Mapping):
        return {item.name: clean.get(item.name) for item in found.fields if clean.get(item.name) is not None}
    value = clean["value"]
    if _is_plain_list(found.default):
        parts = [part for part in re.split(r"[、,，;；\s]+", value) if part]
        return [int(part) if part.isdecimal() and len(part) < 9 else part for part in parts]
    if found.fields or isinstance(found.default, (int, str)):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise InvalidInput("格式不对：请只改动其中的数值和文字", field="value", code="json") from error


def shown(found: Rule, value: Any) -> list[tuple[str, str]]:
    """A value as pairs of label and words; a plain one has no label."""
    if found.fields and isinstance(value, Mapping):
        return [(item.label, _word(item, value.get(item.name))) for item in found.fields]
    if found.fields:
        return [(_conditions(found, row), _last(found, row)) for row in value]
    if _is_plain_list(value):
        return [("", _joined(value))]
    return [("", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))]


def _conditions(found: Rule, row: Mapping[str, Any]) -> str:
    told = [_word(item, row[item.name]) for item in found.fields[:-1] if row.get(item.name) is not None]
    return "、".join(told) or "其他"


def _last(found: Rule, row: Mapping[str, Any]) -> str:
    item = found.fields[-1]
    return f"{_word(item, row.get(item.name))} {item.label}"


def _word(item: Input, value: Any) -> str:
    if item.type == "boolean":
        return "是" if value else "否"
    if value is None:
        return "—"
    return str(dict(item.choices).get(value, value))
