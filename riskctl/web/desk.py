"""On a record's page: 催办, 转办, 提请会签, and the paper that a leader signed."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from riskctl.errors import EditedMeanwhile, InvalidInput, NotFromHere, RuleBroken
from riskctl.models import Case
from riskctl.services import desk_acts, desk_page, ledgers, transitions
from riskctl.services.transitions import CaseRef
from riskctl.web import cases, forms
from riskctl.web.access import current_actor, signed_in
from riskctl.web.forms import Form
from riskctl.workflows.engine import Input

pages = Blueprint("desk", __name__)
_PAPER = ("approved_by", "approved_on", "attachment")
Answer = Response | tuple[str, int]


def _found(area: str, record_id: int) -> Case:
    found: Case = ledgers.get(current_actor(), cases.AREAS[area].case_type, record_id)
    return found


def _attempt(
    area: str, record_id: int, name: str, *, inputs: Sequence[Input], act: Callable[[CaseRef, Any], Any]
) -> Answer:
    """Do it and go back to the page; what is refused comes back there with everything that was typed."""
    ref = CaseRef(cases.AREAS[area].case_type, record_id)
    raw, refused = forms.read(current_actor(), inputs)
    if refused:
        return cases.record_page(_found(area, record_id), {name: Form(inputs, raw, refused)}), 422
    try:
        record = act(ref, raw)
    except (RuleBroken, InvalidInput, EditedMeanwhile, NotFromHere) as error:
        found = _found(area, record_id)
        form = Form(inputs, raw, cases.against(found, error, name.removeprefix("paper-")))
        return cases.record_page(found, {name: form}), error.status
    return redirect(cases.url_of(record), 303)


@pages.post(cases.RECORD + "/urge")
@signed_in
def urge(area: str, record_id: int) -> Answer:
    """Urge those whom the case waits for."""
    return _attempt(
        area, record_id, "urge", inputs=[], act=lambda ref, raw: desk_acts.urge(current_actor(), ref)
    )


@pages.post(cases.RECORD + "/assignment")
@signed_in
def assign(area: str, record_id: int) -> Answer:
    """Hand the task to another person of the same duty."""

    def act(ref: CaseRef, raw: dict[str, Any]) -> Case:
        to = int(raw["to"]) if raw.get("to", "").isdecimal() else 0
        return desk_acts.hand_over(
            current_actor(), ref, to, reason=raw.get("reason", ""), version=forms.version()
        )

    inputs = desk_page.handing(current_actor(), _found(area, record_id))
    return _attempt(area, record_id, "hand_over", inputs=inputs, act=act)


@pages.post(cases.RECORD + "/agreement")
@signed_in
def ask(area: str, record_id: int) -> Answer:
    """Say who must agree before the step counts."""

    def act(ref: CaseRef, raw: dict[str, Any]) -> Case:
        ids = [int(value) for value in raw.get("users", ()) if value.isdecimal()]
        return desk_acts.ask_agreement(current_actor(), ref, ids, version=forms.version())

    inputs = desk_page.asking(current_actor(), _found(area, record_id))
    return _attempt(area, record_id, "ask_agreement", inputs=inputs, act=act)


@pages.post(cases.RECORD + "/paper/<trigger>")
@signed_in
def paper(area: str, record_id: int, trigger: str) -> Answer:
    """Record what a leader signed on paper."""
    actor = current_actor()
    found = transitions.available(actor, _found(area, record_id))
    asked = next((action.paper for action in found if action.trigger == trigger), [])

    def act(ref: CaseRef, raw: dict[str, Any]) -> Case:
        # What was typed stays as it is: it comes back with the page when it is refused.
        signed = {name: value for name, value in raw.items() if name in _PAPER}
        own = {name: value for name, value in raw.items() if name not in _PAPER}
        return transitions.fire(actor, ref, trigger, {**own, "paper": signed}, version=forms.version())

    return _attempt(area, record_id, f"paper-{trigger}", inputs=forms.flat(asked), act=act)
