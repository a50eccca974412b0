"""监测: indicators of a point, their readings and trend, checks, and warnings beside a point in any state."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from riskctl.errors import EditedMeanwhile, InvalidInput, NotAllowed, Reason, RuleBroken
from riskctl.models import Indicator, RiskPoint
from riskctl.schemas import inputs as schemas
from riskctl.services import checks, indicators, ledgers, monitoring_pages, readings, warning_opening
from riskctl.services.exchange import readings_sheet
from riskctl.web import entry, forms, monitoring_forms
from riskctl.web.access import current_actor, signed_in
from riskctl.web.forms import Form
from riskctl.workflows.check import KINDS
from riskctl.workflows.engine import Input

pages = Blueprint("monitoring", __name__)
Answer = str | Redirect | tuple[str, int]


def _point(point_id: int) -> RiskPoint:
    found: RiskPoint = ledgers.get(current_actor(), "risk_point", point_id)
    return found


def _back_to(point_id: int) -> Redirect:
    return redirect(url_for("cases.record", area="risk-points", record_id=point_id), 303)


def _filled(
    inputs: Sequence[Input],
    act: Callable[[dict[str, Any]], Any],
    show: Callable[[Form], str],
    done: Callable[[], Redirect],
) -> Answer:
    """One form on a page of its own: show it, or do what it asks for; what is refused comes back as typed."""
    if request.method == "GET":
        return show(Form(inputs))
    raw, refused = forms.read(current_actor(), inputs)
    clean, reasons = schemas.load(inputs, raw)
    reasons = [*refused, *reasons]
    if not reasons:
        try:
            act(clean)
        except (RuleBroken, InvalidInput) as error:
            reasons = error.reasons
        except EditedMeanwhile as error:
            reasons = [Reason(error.code, error.message)]
        else:
            return done()
    return show(Form(inputs, raw, reasons)), 422


def _form_page(point: RiskPoint, title: str, note: str, version: int = 0) -> Callable[[Form], str]:
    return lambda form: render_template(
        "monitoring/form.html", point=point, title=title, note=note, form=form, version=version,
        shown_value=forms.shown,
    )  # fmt: skip


@pages.route("/risk-points/<int:point_id>/indicators/new", methods=["GET", "POST"])
@signed_in
def new_indicator(point_id: int) -> Answer:
    """A new indicator of a point."""
    actor, point = current_actor(), _point(point_id)
    if not indicators.may_edit(actor, point):
        raise NotAllowed("您的岗位不能维护这个风险点的监测指标", code="no_permission")
    return _filled(
        monitoring_forms.indicator(),
        lambda data: indicators.create(actor, {**data, "risk_point_id": point_id}),
        _form_page(point, "新增监测指标", "阈值按预警方向逐级加重，不填的颜色不预警。"),
        lambda: _back_to(point_id),
    )


@pages.get("/indicators/<int:indicator_id>")
@signed_in
def indicator(indicator_id: int) -> str:
    """One indicator: its trend, its readings, and the form for the next."""
    return _indicator_page(indicators.get(current_actor(), indicator_id), Form(monitoring_forms.reading()))


def _indicator_page(found: Indicator, form: Form, correcting: dict[int, Form] | None = None) -> str:
    actor = current_actor()
    before = request.args.get("before", "")
    rows, following = readings.page(actor, found.id, before=_moment(before), limit=30)
    return render_template(
        "monitoring/indicator.html", indicator=found, point=found.risk_point, rows=rows, form=form,
        following=following, before=before, may_enter=readings.may_enter(actor, found) and found.active,
        may_edit=indicators.may_edit(actor, found.risk_point), events=monitoring_pages.events(found),
        correction=monitoring_forms.correction(), correcting=correcting or {}, shown_value=forms.shown, Form=Form,
    )  # fmt: skip


def _moment(text: str) -> Any:
    if not text:
        return None
    clean, wrong = schemas.load([Input("before", "翻页标记", "datetime")], {"before": text.replace(" ", "+")})
    if wrong:
        raise InvalidInput("翻页标记无效，请从第一页重新查询", field="before", code="cursor")
    return clean["before"]


@pages.get("/indicators/<int:indicator_id>/trend.svg")
@signed_in
def trend(indicator_id: int) -> Response:
    """The trend as a picture."""
    drawn = monitoring_pages.trend(current_actor(), indicator_id)
    return Response(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


@pages.post("/indicators/<int:indicator_id>/readings")
@signed_in
def enter(indicator_id: int) -> Answer:
    """Enter one reading."""
    actor = current_actor()
    found = indicators.get(actor, indicator_id)
    return _filled(
        monitoring_forms.reading(),
        lambda data: readings.enter(actor, indicator_id, [readings.one(data["at"], data["value"])]),
        lambda form: _indicator_page(found, form),
        lambda: redirect(url_for("monitoring.indicator", indicator_id=indicator_id), 303),
    )


@pages.post("/indicators/<int:indicator_id>/readings/<int:reading_id>/correct")
@signed_in
def correct(indicator_id: int, reading_id: int) -> Answer:
    """Put a correction beside a reading."""
    actor = current_actor()
    found = indicators.get(actor, indicator_id)
    return _filled(
        monitoring_forms.correction(),
        lambda data: readings.correct(actor, reading_id, data["value"], data["reason"]),
        lambda form: _indicator_page(found, Form(monitoring_forms.reading()), {reading_id: form}),
        lambda: redirect(url_for("monitoring.indicator", indicator_id=indicator_id), 303),
    )


@pages.route("/indicators/<int:indicator_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_indicator(indicator_id: int) -> Answer:
    """Change an indicator; readings that stand are not judged anew."""
    actor = current_actor()
    found = indicators.get(actor, indicator_id)
    inputs = monitoring_forms.indicator(found)

    def save(data: dict[str, Any]) -> None:
        given = {item.name: data.get(item.name) for item in inputs if item.name != "use"}
        indicators.edit(
            actor, indicator_id, {**given, "active": data["use"] == "on"}, version=forms.version()
        )

    page = _form_page(
        found.risk_point, f"修改监测指标 {found.code}", "阈值修改后只用于以后的数据。", found.version
    )
    return _filled(
        inputs, save, page, lambda: redirect(url_for("monitoring.indicator", indicator_id=indicator_id), 303)
    )


@pages.route("/monitoring/upload", methods=["GET", "POST"])
@signed_in
def upload() -> Answer:
    """Readings of many indicators from a sheet."""
    if request.method == "GET":
        return render_template("monitoring/upload.html", reasons=[], entered=request.args.get("entered"))
    given = request.files.get("file")
    try:
        if given is None or not given.filename:
            raise InvalidInput("请选择文件", field="file", code="required")
        number = readings_sheet.enter(current_actor(), given.stream.read())
    except InvalidInput as error:
        return render_template("monitoring/upload.html", reasons=error.reasons, entered=None), error.status
    return redirect(url_for("monitoring.upload", entered=number), 303)


@pages.route("/risk-points/<int:point_id>/checks/new", methods=["GET", "POST"])
@signed_in
def new_check(point_id: int) -> Answer:
    """Note a check."""
    actor, point = current_actor(), _point(point_id)
    if not checks.kinds_for(actor, point):
        raise NotAllowed("您的岗位不记录检查，或风险点不在册", code="no_permission")
    return _filled(
        monitoring_forms.check(actor, point),
        lambda data: checks.record(actor, point_id, data),
        _form_page(point, "记录检查", "自查和检查的周期随风险等级而定，记录后自动推算下一次。"),
        lambda: _back_to(point_id),
    )


@pages.get("/monitoring/checks")
@signed_in
def overdue_checks() -> str:
    """Points that wait for a check too long."""
    kind = request.args.get("kind", "self_check")
    if kind not in KINDS:
        raise InvalidInput("没有这种检查", field="kind", code="unknown_choice")
    page = checks.overdue(current_actor(), kind, after=request.args.get("after", ""))
    return render_template("monitoring/checks.html", kind=kind, kinds=KINDS, page=page)


@pages.route("/risk-points/<int:point_id>/warnings/new", methods=["GET", "POST"])
@signed_in
def new_warning(point_id: int) -> Answer:
    """Open a warning beside a point in whatever state, or propose one."""
    actor, point = current_actor(), _point(point_id)
    return _filled(
        entry.warning(actor),
        lambda data: warning_opening.create(actor, {**data, "risk_point_id": point_id}),
        _form_page(
            point,
            "发出预警",
            "橙色、红色预警由机关纪委、驻厅组发出并拟制通知书；其他岗位填写的作为拟预警，由其核准。",
        ),
        lambda: _back_to(point_id),
    )
