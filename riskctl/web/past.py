"""Records and ledgers as of a past day, as their own addresses with ?as_of= show them; nothing can be done here."""

from urllib.parse import urlencode

from flask import render_template, request, url_for

from riskctl.models import Case
from riskctl.permissions import Permission, allowed
from riskctl.services import organization, past, past_filters, past_lists, past_pages
from riskctl.services.transitions import KINDS
from riskctl.web import filters
from riskctl.web.access import current_actor

# What an address says beside the question.
_PASSED_OVER = ("sort", "columns")
_PLACE = ("after", "limit")
_SEEN = {"interview": Permission.INTERVIEW_VIEW}
# So many filters stand open; the others fold.
_OPEN = 4
# A word for the kind, its own day, and what its grade and its due day are called.
_KINDS = {
    "issue": {"word": "问题", "day": "found_on", "on": "发现于", "due": "整改期限"},
    "risk_point": {"word": "风险点", "day": "identified_on", "on": "识别于", "due": "下次复核"},
    "interview": {"word": "约谈", "day": "held_from", "on": "谈话于", "due": "整改报告期限"},
}


def asked() -> bool:
    """Whether the address asks for a past day; an empty field of a form asks for today."""
    return bool(request.args.get("as_of", "").strip())


def record_page(area: str, title: str, found: Case) -> str:
    """A record as of the day: a banner, no steps."""
    actor, day = current_actor(), past.day_of(request.args["as_of"].strip())
    shown = past_pages.record(actor, past.of(actor, found, day))
    return render_template("past/record.html", name=area, area_title=title, record=found, shown=shown)


def ledger_page(area: str, title: str, case_type: str) -> str:
    """A ledger as of the day, filtered by what the records then were."""
    actor, given = current_actor(), filters.given()
    query = past_filters.read(case_type, given, passed_over=_PASSED_OVER)
    found = past_lists.page(actor, case_type, query)
    units = organization.unit_choices(actor, actor.units(_SEEN.get(case_type, Permission.CASE_VIEW)))
    days = [each for each in past_filters.filters(case_type) if len(each.names) > 1]
    shown = [each for each in past_filters.filters(case_type) if each.words and not each.hidden]
    return render_template(
        "past/ledger.html", name=area, area_title=title, query=query, page=found, given=given,
        choices=shown[:_OPEN], more=shown[_OPEN:], units=organization.grouped(units),
        days=days, more_open=any(given.get(name) for each in (*shown[_OPEN:], *days) for name in each.names), kind=_KINDS[case_type],
        states=KINDS[case_type].workflow.states, may_export=allowed(actor, Permission.LEDGER_EXPORT),
        export_url=f"{url_for('exports.form', ledger=area)}?{urlencode({n: v for n, v in given.items() if n not in _PLACE})}",
        late=past_lists.registered_late(actor, case_type, query.day) if query.after is None else (),
        next_url=filters.address(after=str(found.next)) if found.next else None,
        first_url=filters.address(after=None) if query.after is not None else None,
    )  # fmt: skip
