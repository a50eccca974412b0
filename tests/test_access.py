"""The access list: who may call which route, written by hand. A new route without an entry fails here."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from riskctl.extensions import db
from riskctl.services import accounts
from riskctl.web import access
from tests.department import Department

PUBLIC, SIGNED_IN, TOKEN = "public", "signed_in", "token"

PAGES = {
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "metrics": PUBLIC,
    "login.show": PUBLIC,
    "login.enter": PUBLIC,
    "proof.entry": PUBLIC,
    "proof.verify": PUBLIC,
    "proof.compare": PUBLIC,
    "login.leave": SIGNED_IN,
    "login.password": SIGNED_IN,
    "exports.form": "ledger_export",
    "exports.ask": "ledger_export",
    "exports.listing": "template_manage",
    "exports.add": "template_manage",
    "exports.withdraw": "template_manage",
    "home.start": SIGNED_IN,
    "home.todo": SIGNED_IN,
    "home.board": SIGNED_IN,
    "cases.find": SIGNED_IN,
    # The service decides on the record: what one may not see does not exist.
    "cases.ledger": SIGNED_IN,
    "cases.new": SIGNED_IN,
    "cases.record": SIGNED_IN,
    "cases.step": SIGNED_IN,
    "cases.decide": SIGNED_IN,
    # One's own views; sharing is judged by the service.
    "saved_views.save": SIGNED_IN,
    "saved_views.remove": SIGNED_IN,
    "saved_views.open_with": SIGNED_IN,
    "three_lists.show": SIGNED_IN,
    # Each case of a selection is judged by its own rules; one's own outcomes only.
    "selections.ask": SIGNED_IN,
    "selections.show": SIGNED_IN,
    "selections.perform": SIGNED_IN,
    "selections.outcome": SIGNED_IN,
    "colours.show": "colour_override",
    "colours.save": "colour_override",
    "colours.lift": "colour_override",
    "monitoring.new_indicator": SIGNED_IN,
    "monitoring.indicator": SIGNED_IN,
    "monitoring.trend": SIGNED_IN,
    "monitoring.enter": SIGNED_IN,
    "monitoring.correct": SIGNED_IN,
    "monitoring.edit_indicator": SIGNED_IN,
    "monitoring.upload": SIGNED_IN,
    "monitoring.new_check": SIGNED_IN,
    "monitoring.overdue_checks": SIGNED_IN,
    "monitoring.new_warning": SIGNED_IN,
    "edits.edit": SIGNED_IN,
    "edits.save": SIGNED_IN,
    "papers.attachment": SIGNED_IN,
    "yearly.form": SIGNED_IN,
    "yearly.reports": SIGNED_IN,
    "yearly.report": "change_report",
    "yearly.export_reports": "ledger_export",
    "yearly.frozen": SIGNED_IN,
    "yearly.ledger": SIGNED_IN,
    "yearly.export_ledger": "ledger_export",
    "yearly.correct": "annual_ledger_correct",
    "snapshots.listing": SIGNED_IN,
    "snapshots.show": SIGNED_IN,
    "snapshots.correct": "annual_ledger_correct",
    "comparing.compare": SIGNED_IN,
    "lives.point": SIGNED_IN,
    "lives.unit": "case_view",
    "papers.pdf": SIGNED_IN,
    "papers.print_paper": SIGNED_IN,
    "papers.printed": SIGNED_IN,
    # The service decides on the record and on the issuer.
    "drafting.of_unit": SIGNED_IN,
    "drafting.draft": SIGNED_IN,
    "drafting.draft_for_unit": SIGNED_IN,
    "looking_back.draw": SIGNED_IN,
    "looking_back.due": "campaign_manage",
    "looking_back.ask": "self_check_send",
    # One's own uploads only; the permission depends on the ledger.
    "imports.start": SIGNED_IN,
    "imports.upload": SIGNED_IN,
    "imports.preview": SIGNED_IN,
    "imports.columns": SIGNED_IN,
    "imports.confirm": SIGNED_IN,
    "imports.result": SIGNED_IN,
    "imports.how_far": SIGNED_IN,
    "imports.refused": SIGNED_IN,
    # One's own jobs only.
    "background.listing": SIGNED_IN,
    "background.job": SIGNED_IN,
    "background.progress": SIGNED_IN,
    "background.cancel": SIGNED_IN,
    "background.file": SIGNED_IN,
    # What one sees of the documents; judged again when the job runs and when its file is taken.
    "document_batches.ask": SIGNED_IN,
    "ledger_prints.form": "ledger_export",
    "ledger_prints.ask": "ledger_export",
    "background.sealed": "audit_view",
    "background.seal_file": "audit_view",
    "background.month_sheet": "audit_view",
    "background.check": "audit_view",
    "calendar.show": "calendar_manage",
    "calendar.enter": "calendar_manage",
    "calendar.override": "calendar_manage",
    "rules.listing": "rule_manage",
    "rules.rule": "rule_manage",
    "rules.change": "rule_manage",
    "document_templates.listing": "template_manage",
    "document_templates.show": "template_manage",
    "document_templates.save": "template_manage",
    "document_templates.preview": "template_manage",
    "document_templates.version": "template_manage",
    "document_templates.version_pdf": "template_manage",
    # One's own messages; the service decides whose report it is.
    "inbox.listing": SIGNED_IN,
    "inbox.open_message": SIGNED_IN,
    "inbox.read_all": SIGNED_IN,
    "inbox.reports": SIGNED_IN,
    "inbox.answer": "zero_report_answer",
    "inbox.decline": "suggestion_decide",
    "outbox.listing": "delivery_manage",
    "outbox.retry": "delivery_manage",
    "people.set_email": "account_manage",
    "organization.units": "organization_view",
    "organization.log": "audit_view",
    "organization.reads": "audit_view",
    "people.listing": "organization_view",
    "people.person": "organization_view",
    "people.create": "account_manage",
    "people.activate": "account_manage",
    "people.reset": "account_manage",
    "people.grant": "role_grant",
    "people.revoke": "role_grant",
    "people.handover": "role_grant",
    # The service decides on the record and on who may.
    "desk.urge": SIGNED_IN,
    "desk.assign": SIGNED_IN,
    "desk.ask": SIGNED_IN,
    "desk.paper": SIGNED_IN,
    # Whose figures: the scope of the report and the query.
    "statistics.overview": "case_view",
    "statistics.report": "case_view",
    "statistics.rows": "case_view",
    "statistics.printed": "case_view",
    "statistics.export": "ledger_export",
    "minutes.listing": "minutes_record",
    "minutes.create": "minutes_record",
    "minutes.one": "minutes_record",
    "minutes.decide": "minutes_record",
    # What waits for oneself only.
    "sittings.reading_list": SIGNED_IN,
    "sittings.open_paper": SIGNED_IN,
    "sittings.read": SIGNED_IN,
    "sittings.sign": SIGNED_IN,
    "sittings.done": SIGNED_IN,
    "sittings.act": SIGNED_IN,
    "sittings.plan": SIGNED_IN,
    "sittings.joint": "notice_draft",
    "sittings.combine": "notice_draft",
    "basis.listing": "case_view",
    "basis.create": "basis_manage",
    "basis.edit": "basis_manage",
    "basis.change": "basis_manage",
    "issuers.listing": "organization_view",
    "issuers.create": "issuer_manage",
    "issuers.edit": "issuer_manage",
    "issuers.change": "issuer_manage",
}
API = {
    "api-docs.openapi_json": PUBLIC,
    **{
        f"{name}.{view}": TOKEN
        for name in (
            "risk-points",
            "issues",
            "interviews",
            "notices",
            "extensions",
            "annual-reviews",
            "campaigns",
            "lookbacks",
            "self-checks",
            "warnings",
        )
        for view in ("Many", "One", "step", "events", "Colour", "batch", "urge", "assign", "ask")
    },
    "risk-point-versions.versions": TOKEN,
    "indicators.Many": TOKEN,
    "indicators.One": TOKEN,
    "indicators.Readings": TOKEN,
    "notice-pdf.pdf": TOKEN,
    "statistics-api.one_report": TOKEN,
    "units-api.list_units": TOKEN,
    "units-api.one_unit": TOKEN,
    "attachments-api.list_uploads": TOKEN,
    "attachments-api.upload": TOKEN,
    "attachments-api.download": TOKEN,
    "events-api.list_events": TOKEN,
    "messages-api.list_messages": TOKEN,
    "messages-api.read_messages": TOKEN,
    "zero-reports-api.list_reports": TOKEN,
    "zero-reports-api.answer_report": TOKEN,
    "suggestions-api.list_suggestions": TOKEN,
    "suggestions-api.decline_suggestion": TOKEN,
}
_OPEN_TO_POSTS = (PUBLIC, SIGNED_IN, "organization_view", "case_view")
# Served by the framework or by app_setup, before anybody could declare a thing.
_UNDECLARED = {"static", "bootstrap.static", "healthz", "readyz", "metrics"}


@pytest.fixture
def database_kind() -> str:
    """Who may call a route does not depend on the database."""
    return "sqlite"


def addresses(app: Flask, wanted: set[str]) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and an address of every route of these endpoints."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in wanted:
            path = app.url_map.bind("localhost").build(rule.endpoint, _values(rule))
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, path


def _values(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            found[name] = sorted(converter.items)[0]
        else:
            found[name] = 1 if isinstance(converter, IntegerConverter) else "x"
    return found


def sign_in(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        identity = accounts.find(username).get_id()
    with client.session_transaction() as session:
        session.update(_user_id=identity, _fresh=True)
    return client


def test_every_route_is_on_the_list_and_nothing_else(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    api = {r.endpoint for r in app.url_map.iter_rules() if r.rule.startswith("/api/")}
    assert routes - api == set(PAGES)
    assert api == set(API)


def test_every_page_declares_what_the_list_says(app: Flask) -> None:
    with app.app_context():
        declared = {name: access.access_of(name) for name in PAGES}
    for name, who in PAGES.items():
        assert declared[name] == (None if name in _UNDECLARED else who), name


def test_nobody_is_sent_to_the_login_from_every_page(app: Flask, department: Department) -> None:
    for endpoint, method, path in addresses(app, {name for name, who in PAGES.items() if who != PUBLIC}):
        response = app.test_client().open(path, method=method)
        if method == "GET":
            assert response.status_code == 303, endpoint
            assert response.location.startswith("/login?next=")
        else:
            assert response.status_code == 400, endpoint  # no form of ours, so no token against forgery


def test_nobody_is_told_anything_by_the_api(app: Flask, department: Department) -> None:
    for endpoint, method, path in addresses(app, {name for name, who in API.items() if who == TOKEN}):
        response = app.test_client().open(path, method=method)
        assert response.status_code == 401, (endpoint, method)
        assert response.content_type == "application/problem+json"


def test_a_session_opens_no_api_and_a_token_no_page(app: Flask, department: Department) -> None:
    assert sign_in(app, "office").get("/api/v1/issues").status_code == 401
    headers = {"Authorization": f"Bearer {department.token('office')}"}
    assert app.test_client().get("/todo", headers=headers).status_code == 303


def test_public_routes_answer_nobody_in_particular(app: Flask, department: Department) -> None:
    client = app.test_client()
    for path, status in (
        ("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/login", 200), ("/verify", 200), ("/verify/none", 404),
        ("/api/v1/openapi.json", 200), ("/static/none.css", 404),
    ):  # fmt: skip
        assert client.get(path).status_code == status, path


def test_who_lacks_the_permission_is_refused(app: Flask, department: Department) -> None:
    client = sign_in(app, "post")
    page = client.get("/board").get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    restricted = {name for name, who in PAGES.items() if who not in _OPEN_TO_POSTS}
    for endpoint, method, path in addresses(app, restricted):
        response = client.open(
            path, method=method, data={"csrf_token": found[1]} if method == "POST" else None
        )
        assert response.status_code == 403, endpoint


def test_who_must_change_the_password_gets_nowhere_else(app: Flask, department: Department) -> None:
    with app.app_context():
        accounts.reset_password(accounts.find("office"))
        db.session.commit()
    client = sign_in(app, "office")
    for _, method, path in addresses(app, {name for name, who in PAGES.items() if who != PUBLIC}):
        if method == "GET" and path != "/password":
            assert client.get(path).location == "/password", path
    assert client.get("/password").status_code == 200
