"""组织人员: units, the people in them, and the log that auditors read."""

from flask import Blueprint, render_template, request

from riskctl.models.organization import UNIT_KINDS
from riskctl.permissions import ROLE_LABELS, Permission
from riskctl.services import event_log, findings, organization, people, record_reads, views
from riskctl.web.access import current_actor, needs

pages = Blueprint("organization", __name__)


@pages.get("/units")
@needs(Permission.ORGANIZATION_VIEW)
def units() -> str:
    """The units, with search and paging."""
    kind, text = request.args.get("kind", ""), request.args.get("q", "").strip()[:50]
    given = request.args.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 10 else 0
    found, following = organization.list_units(kind=[kind] if kind in UNIT_KINDS else [], q=text, after=after)
    return render_template(
        "organization/units.html", units=found, following=following, kinds=UNIT_KINDS, kind=kind, q=text,
        holders=people.of_units([unit.id for unit in found]), role_labels=ROLE_LABELS,
    )  # fmt: skip


@pages.get("/log")
@needs(Permission.AUDIT_VIEW)
def log() -> str:
    """审计日志: who did what when."""
    actor = current_actor()
    given = request.args.get("after", "")
    found, following = event_log.page(
        actor, case_type=None, after=int(given) if given.isdecimal() and len(given) < 10 else None, limit=50
    )
    entries = [views.event(actor, view) for view in found]
    return render_template(
        "organization/log.html", entries=entries, following=following, subjects=findings.LABELS,
        names=people.names({entry["actor_id"] for entry in entries if entry["actor_id"]}),
    )  # fmt: skip


@pages.get("/log/reads")
@needs(Permission.AUDIT_VIEW)
def reads() -> str:
    """查看记录: who opened sensitive records."""
    given, person = request.args.get("after", ""), request.args.get("person", "").strip()[:64]
    code = request.args.get("code", "").strip()[:32]
    after = int(given) if given.isdecimal() and len(given) < 10 else None
    found, following = record_reads.page(current_actor(), person=person, code=code, after=after)
    return render_template(
        "organization/reads.html", reads=found, following=following, person=person, code=code,
        subjects=findings.LABELS,
    )  # fmt: skip
