"""The whole life of a risk point, and of a unit with its figures (廉政画像), on one page each."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template, request

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.permissions import Permission
from riskctl.services import ledgers, monitoring_pages, risk_point_versions, timelines, unit_profiles, views
from riskctl.services.facts import months_before
from riskctl.services.statistics.values import change
from riskctl.web import filters
from riskctl.web.access import current_actor, needs, signed_in
from riskctl.web.cases import url_of
from riskctl.web.statistics import address

pages = Blueprint("lives", __name__)
_MONTHS = 13


def _shared(timeline: timelines.Timeline) -> dict[str, Any]:
    after = request.args.get("after")
    return {
        "timeline": timeline, "url_of": url_of, "state_label": views.state_label,
        "next_url": filters.address(after=timeline.next) if timeline.next else None,
        "first_url": filters.address(after=None) if after else None,
    }  # fmt: skip


@pages.get("/risk-points/<int:record_id>/life")
@signed_in
def point(record_id: int) -> str:
    """A risk point from its registration on: versions, trend, and one time line of everything about it."""
    actor = current_actor()
    found = ledgers.get(actor, "risk_point", record_id)
    timeline = timelines.of_point(actor, found, request.args.get("after"))
    return render_template(
        "lives/point.html", record=found, versions=risk_point_versions.of_point(actor, found),
        monitoring=monitoring_pages.of_point(actor, found), **_shared(timeline),
    )  # fmt: skip


@pages.get("/units/<int:unit_id>/profile")
@needs(Permission.CASE_VIEW)
def unit(unit_id: int) -> str:
    """廉政画像: a unit's figures of a month, its open warnings and branch checks, and its time line."""
    month = _month()
    this = clock.today().replace(day=1)
    found = unit_profiles.of(current_actor(), unit_id, month, request.args.get("after"))
    return render_template(
        "lives/unit.html", profile=found, month=month, months=[months_before(this, n) for n in range(_MONTHS)],
        change=change, address=address, units=unit_profiles.choices(current_actor()), **_shared(found.timeline),
    )  # fmt: skip


def _month() -> date:
    given = request.args.get("month", "")
    if not given:
        return clock.today().replace(day=1)
    try:
        return datetime.strptime(given, "%Y-%m").date()  # noqa: DTZ007 -- a month, no moment
    except ValueError as error:
        raise InvalidInput("月份须写作年-月，例如 2026-06", field="month", code="month") from error
