"""What 回头看 and 举一反三 need beside the pages of every case: the draw, what is due, and asking units."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.models import Issue
from riskctl.permissions import Actor, Permission
from riskctl.schemas import inputs as schemas
from riskctl.services import campaigns, ledgers, lookback_due, lookback_pages, self_checks
from riskctl.web import forms
from riskctl.web.access import current_actor, needs, signed_in
from riskctl.web.forms import Form
from riskctl.workflows.engine import Input

pages = Blueprint("looking_back", __name__)


@pages.get("/campaigns/<int:campaign_id>/draw")
@signed_in
def draw(campaign_id: int) -> str:
    """The published list in the order of the draw, worked out anew and compared."""
    actor = current_actor()
    campaign = ledgers.get(actor, "campaign", campaign_id)
    rows, following = lookback_pages.drawn_list(actor, campaign, request.args.get("after", ""))
    return render_template(
        "lookbacks/draw.html", campaign=campaign, rows=rows, following=following,
        faults=campaigns.faults(campaign),
    )  # fmt: skip


@pages.get("/campaigns/due")
@needs(Permission.CAMPAIGN_MANAGE)
def due() -> str:
    """待回头看: what the system proposes to look at again."""
    return render_template(
        "lookbacks/due.html", issues=lookback_due.due(current_actor()), most=lookback_due.MOST
    )


def _inputs(actor: Actor, issue: Issue) -> Sequence[Input]:
    units = self_checks.units_for(actor, issue)
    alike = self_checks.same_kind(issue, units)
    chosen = "已勾选台账中有同类别、同职权风险点的单位，可增减"
    nobody = "本问题没有关联风险点，或台账中没有同类风险点，请自行勾选"
    return (
        Input("title", "自查事项", max_length=200, hint="例：小额项目比选程序执行情况。不写原问题所在单位"),
        Input("content", "自查要求", hint="查什么、查到哪里、怎么算有；另行表述，收到任务的单位看不到原问题"),
        Input(
            "answer_due", "反馈期限", "date", min=clock.today(), default=self_checks.answer_default()
        ),
        Input(
            "unit_ids", "自查单位", "users", choices=tuple((unit.id, unit.name) for unit in units), min_items=1,
            default=alike, hint=chosen if alike else nobody,
        ),
    )  # fmt: skip


@pages.route("/issues/<int:issue_id>/self-checks", methods=["GET", "POST"])
@needs(Permission.SELF_CHECK_SEND)
def ask(issue_id: int) -> str | Response | tuple[str, int]:
    """发起举一反三: one task a unit, in words of their own."""
    actor = current_actor()
    issue = ledgers.get(actor, "issue", issue_id)
    if not self_checks.may_send(actor, issue):
        raise NotAllowed("举一反三由机关纪委，或单位纪委在本单位内，对已交办的问题发起", code="no_permission")
    inputs = _inputs(actor, issue)
    if request.method == "GET":
        return _ask_page(issue, Form(inputs))
    raw, _ = forms.read(actor, inputs)
    data, reasons = schemas.load(inputs, raw)
    if reasons:
        return _ask_page(issue, Form(inputs, raw, reasons)), 422
    try:
        self_checks.send(actor, issue_id, data)
    except InvalidInput as error:
        return _ask_page(issue, Form(inputs, raw, error.reasons)), 422
    return redirect(url_for("cases.ledger", area="self-checks", issue=issue_id), 303)


def _ask_page(issue: Issue, form: Form) -> str:
    return render_template("lookbacks/ask.html", issue=issue, form=form, shown_value=forms.shown)
