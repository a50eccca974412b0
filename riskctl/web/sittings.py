"""签批, 用印, 送达 of many papers in one sitting; and 合并发文."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from riskctl.errors import InvalidInput, NotSignedIn, Reason, RuleBroken, TooManyAttempts
from riskctl.models import Notice
from riskctl.permissions import Permission
from riskctl.schemas import inputs as schemas
from riskctl.services import joint_notices, joint_plans, ledgers, notice_contexts, signing
from riskctl.web import forms
from riskctl.web.access import current_actor, needs, signed_in
from riskctl.web.forms import Form

pages = Blueprint("sittings", __name__)
_LABELS = {"sign": "签发", "seal": "用印", "send": "送达"}


def _sitting() -> str:
    """This sitting's name: it ends with the session."""
    if "sitting" not in session:
        session["sitting"] = secrets.token_hex(8)
    return str(session["sitting"])


def _chosen() -> list[tuple[int, int]]:
    """What was ticked: "17:4" is a paper and the version that the page showed."""
    parts = (value.split(":") for value in request.form.getlist("notice"))
    found = (p for p in parts if len(p) == 2 and all(n.isdecimal() and len(n) < 10 for n in p))
    return [(int(first), int(second)) for first, second in found]


@pages.get("/notices/signing")
@signed_in
def reading_list() -> str:
    """What awaits one's signature, and what of it was opened in this sitting."""
    return _reading_list()


def _reading_list(error: str = "", results: Sequence[signing.Result] = ()) -> str:
    lines = signing.reading_list(current_actor(), _sitting())
    return render_template(
        "sittings/signing.html", lines=lines, error=error, results=results, most=signing.MOST
    )


@pages.post("/notices/<int:notice_id>/opened")
@signed_in
def open_paper(notice_id: int) -> Response:
    """Open a paper of the list; that is recorded."""
    notice = ledgers.get(current_actor(), "notice", notice_id)
    signing.note_opened(current_actor(), _sitting(), notice)
    return redirect(url_for("sittings.read", notice_id=notice_id), 303)


@pages.get("/notices/<int:notice_id>/reading")
@signed_in
def read(notice_id: int) -> str:
    """The paper as it would be signed, and the way to the next one that is still unread."""
    actor = current_actor()
    notice = ledgers.get(actor, "notice", notice_id)
    lines = signing.reading_list(actor, _sitting())
    unread = [line.notice for line in lines if not line.opened]
    return render_template(
        "sittings/reading.html", notice=notice, context=notice.context or notice_contexts.context_of(notice),
        following=unread[0] if unread else None, left=len(unread), total=len(lines),
    )  # fmt: skip


@pages.post("/notices/signing")
@signed_in
def sign() -> Response | tuple[str, int]:
    """Sign what was ticked, after the password was given again."""
    try:
        done = signing.sign_together(current_actor(), _sitting(), request.form.get("password", ""), _chosen())
    except (InvalidInput, NotSignedIn, TooManyAttempts) as error:
        return _reading_list(error.message), error.status
    refused = any(result.refused for result in done)
    return (_reading_list(results=done), 422) if refused else _done("sign", done)


def _done(trigger: str, done: Sequence[signing.Result]) -> Response:
    ids = [result.notice.id for result in done]
    return redirect(url_for("sittings.done", trigger=trigger, id=ids), 303)


@pages.get("/notices/done/<any('sign', 'seal', 'send'):trigger>")
@signed_in
def done(trigger: str) -> str:
    """What was just done, with the numbers that were given."""
    ids = [int(i) for i in request.args.getlist("id") if i.isdecimal() and len(i) < 10][: signing.MOST]
    notices = signing.among(current_actor(), ids)
    return render_template("sittings/done.html", notices=notices, trigger=trigger, label=_LABELS[trigger])


@pages.route("/notices/<any('sealing', 'sending'):act>", methods=["GET", "POST"])
@signed_in
def act(act: str) -> str | Response | tuple[str, int]:
    """用印 or 送达 of what is ticked; before sending, the addressees are shown once more."""
    actor, trigger = current_actor(), act.removesuffix("ing")
    found = signing.waiting(actor, trigger)
    form = Form(signing.step_inputs(actor, found[0], trigger) if found else [])
    if request.method == "GET" or not found:
        return _act_page(trigger, found, form)
    raw, refused = forms.read(actor, form.inputs)
    reasons = [*refused, *schemas.load(form.inputs, raw)[1]]
    if not (chosen := signing.named(actor, trigger, _chosen())):
        reasons.append(Reason("required", "请勾选要办理的文书"))
    if reasons or "back" in request.form:
        return _act_page(trigger, found, Form(form.inputs, raw, reasons)), 422 if reasons else 200
    return _taken(trigger, chosen, Form(form.inputs, raw))


def _act_page(
    trigger: str, found: Sequence[Notice], form: Form, results: Sequence[signing.Result] = ()
) -> str:
    kept = {notice_id for notice_id, _ in _chosen()}
    return render_template(
        "sittings/act.html", notices=found, form=form, trigger=trigger, label=_LABELS[trigger], kept=kept,
        results=results, shown_value=forms.shown,
    )  # fmt: skip


def _taken(trigger: str, chosen: Sequence[Notice], form: Form) -> str | Response | tuple[str, int]:
    if trigger == "send" and "confirmed" not in request.form:
        return render_template("sittings/confirm.html", notices=chosen, form=form, shown_value=forms.shown)
    results = signing.take_all(current_actor(), trigger, _chosen(), form.values)
    if any(result.refused for result in results):
        found = signing.waiting(current_actor(), trigger)
        return _act_page(trigger, found, form, results), 422
    return _done(trigger, results)


@pages.get("/notices/joint")
@needs(Permission.NOTICE_DRAFT)
def joint() -> str:
    """合并发文: verified problems by unit, to be put into one paper."""
    return _joint()


def _joint(error: str = "") -> str:
    wanted: Any = request.form if request.method == "POST" else request.args
    ticked = {int(i) for i in wanted.getlist("issue") if i.isdecimal() and len(i) < 10}
    return render_template(
        "sittings/joint.html", groups=joint_notices.offered(current_actor()), error=error, ticked=ticked,
        most=joint_notices.MOST,
    )  # fmt: skip


@pages.post("/notices/joint")
@needs(Permission.NOTICE_DRAFT)
def combine() -> Response | tuple[str, int]:
    """Put the ticked problems into one paper."""
    ids = [int(i) for i in request.form.getlist("issue") if i.isdecimal() and len(i) < 10]
    try:
        notice = joint_notices.combine(current_actor(), ids)
    except InvalidInput as error:
        return _joint(error.message), 422
    return redirect(url_for("cases.record", area="notices", record_id=notice.id), 303)


@pages.route("/notices/<int:notice_id>/plan", methods=["GET", "POST"])
@signed_in
def plan(notice_id: int) -> str | Response | tuple[str, int]:
    """One plan that answers a paper of several problems."""
    actor = current_actor()
    notice, issues = joint_plans.get(actor, notice_id)
    inputs = joint_plans.inputs(actor, issues)
    if request.method == "GET":
        return _plan(notice, Form(inputs))
    raw, _ = forms.read(actor, inputs)
    if forms.asks_for_a_row():
        return _plan(notice, Form(inputs, raw))
    try:
        joint_plans.submit(actor, issues, raw)
    except RuleBroken as error:
        return _plan(notice, Form(inputs, raw, error.reasons)), 422
    return redirect(url_for("cases.record", area="notices", record_id=notice_id), 303)


def _plan(notice: Notice, form: Form) -> str:
    return render_template("sittings/plan.html", notice=notice, form=form, shown_value=forms.shown)
