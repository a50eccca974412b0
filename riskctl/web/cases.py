"""Ledgers and records of every kind: one set of pages over one set of services."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from riskctl.errors import EditedMeanwhile, InvalidInput, NotFromHere, Reason, RiskctlError, RuleBroken
from riskctl.models import Case, Interview, Issue, RiskPoint
from riskctl.schemas import cases as schemas, lookbacks as lookback_schemas
from riskctl.services import (
    campaigns,
    colour_overrides,
    desk_page,
    drafting,
    extensions,
    interview_suggestions,
    interviews,
    issues,
    ledgers,
    record_pages,
    record_reads,
    risk_points,
    transitions,
)
from riskctl.services.desk_page import DeskView
from riskctl.services.ledgers import Query
from riskctl.services.transitions import Action, CaseRef
from riskctl.web import entry, extension_forms, filters, forms, past, saved_views
from riskctl.web.access import current_actor, signed_in
from riskctl.web.forms import Form

pages = Blueprint("cases", __name__)


@dataclass(frozen=True)
class Area:
    """One kind of case as the pages name it."""

    case_type: str
    title: str
    new_title: str = ""
    schema: type[Schema] | None = None
    create: Any = None


AREAS = {
    "risk-points": Area("risk_point", "风险点台账", "新增风险点", schemas.RiskPointIn, risk_points.create),
    "issues": Area("issue", "问题整改台账", "登记问题", schemas.IssueIn, issues.create),
    "interviews": Area("interview", "约谈", "拟约谈", schemas.InterviewIn, interviews.create),
    "notices": Area("notice", "文书"),
    "extensions": Area("extension", "延期", "申请延期", schemas.ExtensionIn, extensions.create),
    "annual-reviews": Area("annual_review", "年度复核"),
    "campaigns": Area("campaign", "回头看", "拟定回头看", lookback_schemas.CampaignIn, campaigns.create),
    "lookbacks": Area("lookback", "回头看复查"),
    "self-checks": Area("self_check", "举一反三自查"),
    "warnings": Area("warning", "监测预警"),
}
NAMES = {area.case_type: name for name, area in AREAS.items()}
LEDGER = "/<any({}):area>".format(", ".join(f"'{name}'" for name in AREAS))
RECORD = LEDGER + "/<int:record_id>"
_NEW = "/<any({}):area>/new".format(", ".join(f"'{name}'" for name, area in AREAS.items() if area.create))


def _area(name: str) -> Area:
    return AREAS.get(name) or abort(404)


def url_of(record: Case) -> str:
    """The page of a record."""
    return url_for("cases.record", area=NAMES[record.CASE_TYPE], record_id=record.id)


@pages.get(LEDGER)
@signed_in
def ledger(area: str) -> str | Response:
    """The ledger, filtered, sorted, paged."""
    found, actor = _area(area), current_actor()
    if past.asked():
        return past.ledger_page(area, found.title, found.case_type)
    if (opened := saved_views.opening(actor, area, found.case_type)) is not None:
        return opened
    query = filters.read(found.case_type)
    page = ledgers.page(actor, found.case_type, query)
    return render_template(
        "cases/ledger.html", area=found, name=area, rows=record_pages.rows(actor, page.items),
        bare_url=url_for("cases.ledger", area=area, view=0), **filters.context(actor, found.case_type, query, page),
        **saved_views.context(actor, area, found.case_type),
    )  # fmt: skip


@pages.get("/find")
@signed_in
def find() -> Response:
    """A typed code goes straight to its record, anything else to the first ledger that holds it."""
    text = request.args.get("q", "").strip()
    record = ledgers.by_code(current_actor(), text) if text else None
    if record is not None:
        return redirect(url_of(record), 303)
    hits = (
        name
        for name, area in AREAS.items()
        if ledgers.count(current_actor(), area.case_type, Query(q=text), most=1)
    )
    # What was noted is looked for more often than what could happen.
    found = set(hits) if text else set()
    area = next((name for name in ("issues", *AREAS) if name in found), "issues")
    return redirect(url_for("cases.ledger", area=area, q=text), 303)


@pages.get(RECORD)
@signed_in
def record(area: str, record_id: int) -> str:
    """One record: stage line, what to do now, facts, links, documents, the whole history."""
    actor = current_actor()
    found = ledgers.get(actor, _area(area).case_type, record_id)
    record_reads.note(actor, found)
    return past.record_page(area, _area(area).title, found) if past.asked() else record_page(found, {})


def record_page(found: Case, typed: dict[str, Form]) -> str:
    """A record's page, with what was typed into its forms (by trigger) and is refused."""
    actor = current_actor()
    page = record_pages.whole(actor, found)
    usual = page.awaited.trigger if page.awaited else ""
    actions = sorted(
        transitions.available(actor, found),
        key=lambda action: (action.trigger != usual, action.backward or not action.awaited),
    )
    shown = {action.trigger: Form(action.inputs) for action in actions}
    shown |= {f"paper-{a.trigger}": Form(forms.flat(a.paper)) for a in actions if a.paper}
    desk = desk_page.of(actor, found, page.history)
    shown |= {"hand_over": Form(desk.hand_over), "ask_agreement": Form(desk.ask)}
    return render_template(
        "cases/record.html", name=NAMES[found.CASE_TYPE], record=found, actions=actions, forms={**shown, **typed},
        desk=desk, elsewhere=_elsewhere(actions, desk),
        typed=typed, shown_value=forms.shown, page=page, usual=usual, url_of=url_of,
        edit_label=entry.edit_label(actor, found), asking=extension_forms.asking(actor, found),
        drafts=drafting.offered(actor, found) if isinstance(found, (Issue, Interview, RiskPoint)) else (),
        may_colour=colour_overrides.may_set(actor, found),
        suggestions=interview_suggestions.of_issue(actor, found.id) if found.CASE_TYPE == "issue" else (),
    )  # fmt: skip


def _elsewhere(actions: Sequence[Action], desk: DeskView) -> set[str]:
    """The forms that show what is said against them themselves."""
    found = {action.trigger for action in actions if action.allowed}
    found |= {f"paper-{action.trigger}" for action in actions if action.paper}
    return found | ({"hand_over"} if desk.hand_over else set()) | ({"ask_agreement"} if desk.ask else set())


@pages.post(RECORD + "/transitions/<trigger>")
@signed_in
def step(area: str, record_id: int, trigger: str) -> Response | tuple[str, int]:
    """Take a step; what is refused comes back with everything that was typed."""
    actor, case_type = current_actor(), _area(area).case_type
    found = ledgers.get(actor, case_type, record_id)
    inputs = next((a.inputs for a in transitions.available(actor, found) if a.trigger == trigger), [])
    raw, refused = forms.read(actor, inputs)
    if refused or forms.asks_for_a_row():
        return record_page(found, {trigger: Form(inputs, raw, refused)}), 422 if refused else 200
    try:
        transitions.fire(actor, CaseRef(case_type, record_id), trigger, raw, version=forms.version())
    except (RuleBroken, InvalidInput, EditedMeanwhile, NotFromHere) as error:
        found = ledgers.get(actor, case_type, record_id)
        return record_page(found, {trigger: Form(inputs, raw, against(found, error, trigger))}), error.status
    return redirect(url_for("cases.record", area=area, record_id=record_id), 303)


def against(found: Case, error: RiskctlError, trigger: str) -> list[Reason]:
    """What the page says against a step; who was faster is told what the other one did."""
    if error.reasons:
        return error.reasons
    happened = "该记录已被他人更新" if isinstance(error, EditedMeanwhile) else error.message
    steps = transitions.KINDS[found.CASE_TYPE].steps(found)
    still = any(step.trigger == trigger for step in steps)
    advice = "您填写的内容仍在，请核对后再办理" if still else "这一步已不能办理，本页显示的是最新情况"
    return [Reason(error.code, f"{happened}。{record_pages.latest(found)}{advice}")]


@pages.route(_NEW, methods=["GET", "POST"])
@signed_in
def new(area: str) -> str | Response | tuple[str, int]:
    """Note a new case."""
    found, actor = _area(area), current_actor()
    inputs, linked = entry.started(actor, found.case_type, request.args)
    if request.method == "GET":
        return _new_page(area, found, Form(inputs))
    raw, refused = forms.read(actor, inputs)
    if refused or forms.asks_for_a_row():
        return _new_page(area, found, Form(inputs, raw, refused)), 422 if refused else 200
    try:
        assert found.schema is not None
        data = {**entry.loaded(found.schema(), entry.cleaned(raw), inputs), **linked}
        made = found.create(actor, data)
    except (RuleBroken, InvalidInput) as error:
        return _new_page(area, found, Form(inputs, raw, error.reasons)), 422
    return redirect(url_of(made), 303)


def _new_page(area: str, found: Area, form: Form) -> str:
    return render_template("cases/new.html", name=area, area=found, form=form, shown_value=forms.shown)


@pages.post("/risk-points/<int:record_id>/proposals/<int:proposal_id>")
@signed_in
def decide(record_id: int, proposal_id: int) -> Response:
    """Take over or refuse what a re-imported ledger says of a point."""
    risk_points.decide_import_change(
        current_actor(), record_id, proposal_id,
        accept=request.form.get("decision") == "accept", version=forms.version(),
    )  # fmt: skip
    return redirect(url_for("cases.record", area="risk-points", record_id=record_id), 303)
