"""规则配置: which value of a rule holds on a day, and setting one from a day on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import RuleVersion
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit
from riskctl.workflows.rules import RULES

_LONGEST_REASON = 255


def version(name: str, on: date | None = None) -> RuleVersion | None:
    """The version of the rule in force on the day, or at the moment (default: today); None while it is as
    delivered. A moment also leaves out what was entered later that day: a case keeps its rules."""
    moment = on if isinstance(on, datetime) else None
    day = clock.local(moment).date() if moment else on or clock.today()
    held = [
        found
        for found in _versions()[name]
        if found.effective_from <= day and (moment is None or found.entered_at <= moment)
    ]
    return held[-1] if held else None


def value(name: str, on: date | None = None) -> Any:
    """The rule's value in force on the day or at the moment (default: today)."""
    found = version(name, on)
    return RULES[name].default if found is None else found.value


def _versions() -> dict[str, list[RuleVersion]]:
    # Read once a transaction: a list of fifty cases asks fifty times. A handful of rows a year.
    session = db.session()
    transaction, found = session.info.get("rules", (None, {}))
    if transaction is None or transaction is not session.get_transaction():
        found = {name: [] for name in RULES}
        for row in session.scalars(select(RuleVersion).order_by(RuleVersion.effective_from)):
            found.setdefault(row.name, []).append(row)
        session.info["rules"] = (session.get_transaction(), found)
    versions: dict[str, list[RuleVersion]] = found
    return versions


def history(name: str) -> list[RuleVersion]:
    """Every version of the rule, the latest first."""
    return list(reversed(_versions()[name]))


def set_rule(actor: Actor, name: str, value: Any, *, effective_from: date, reason: str) -> RuleVersion:
    """Let another value hold from a day on, which is not past; commits. Raises NotAllowed, or InvalidInput
    that names the field."""
    if not allowed(actor, Permission.RULE_MANAGE):
        raise NotAllowed("规则配置由机关纪委办理", code="no_permission")
    if name not in RULES:
        raise InvalidInput("没有这条规则", field="name", code="unknown_rule")
    if wrong := RULES[name].check(value):
        raise InvalidInput(f"{RULES[name].label}：{wrong}", field="value", code="rule")
    if effective_from < clock.today():
        raise InvalidInput("施行日期不能早于今天：已办事项仍按原规则", field="effective_from", code="past")
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise InvalidInput(f"须写明依据，不超过{_LONGEST_REASON}字", field="reason", code="required")
    return _store(actor, name, value, effective_from, reason)


def _store(actor: Actor, name: str, value: Any, effective_from: date, reason: str) -> RuleVersion:
    found = db.session.scalars(
        select(RuleVersion).where(RuleVersion.name == name, RuleVersion.effective_from == effective_from)
    ).one_or_none()
    # One that begins today may be in use already; one that has not begun may still be changed.
    if found is not None and found.effective_from <= clock.today():
        raise InvalidInput("今天已有一次调整，请改用以后的施行日期", field="effective_from", code="in_force")
    old = found.value if found else None
    found = found or RuleVersion(name=name, effective_from=effective_from)
    found.value, found.reason, found.entered_by_id = value, reason, actor.user_id
    db.session.add(found)
    db.session.flush()
    db.session().info.pop("rules", None)
    audit.append_for(
        "rule", found.id, "set_rule", actor_id=actor.user_id,
        changes={
            "fields": {"value": [old, value]},
            "data": {"name": name, "effective_from": effective_from.isoformat(), "reason": reason},
        },
    )  # fmt: skip
    db.session.commit()
    return found
