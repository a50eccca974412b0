"""系统 → 工作日历: the year's days off, a year's official arrangement, and single days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl import clock
from riskctl.errors import InvalidInput, Reason
from riskctl.permissions import Permission
from riskctl.schemas import inputs as schemas
from riskctl.services import arrangements, calendars
from riskctl.services.arrangements import YEARS, Arrangement
from riskctl.web import forms
from riskctl.web.access import current_actor, needs
from riskctl.web.forms import Form
from riskctl.workflows.engine import Input

pages = Blueprint("calendar", __name__)

_KINDS = (("off", "休"), ("work", "班"))
_FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
_DAYS = (
    Input("day", "日期", "date"),
    Input("until", "至（含当日，一天的不填）", "date", required=False),
    Input("kind", "休或班", "choice", choices=_KINDS, default="off"),
    Input("name", "名称", max_length=32),
)
_SOURCE = Input("source", "依据", max_length=200, hint="例：国务院办公厅关于2027年部分节假日安排的通知")
_CONFIRMED = (
    Input("reason", "替换理由", max_length=255),
    Input("replace", "确认用上列安排替换已录入的安排", "boolean"),
)
_OVERRIDE = (
    Input("day", "日期", "date"),
    Input("kind", "改为", "choice", choices=(("off", "休息"), ("work", "上班"))),
    Input("reason", "理由", max_length=255, hint="例：防汛应急停工。已在计算的期限只会顺延，不会缩短"),
)


@pages.get("/calendar")
@needs(Permission.CALENDAR_MANAGE)
def show() -> str:
    """One year: which days are off, whether it is official, who entered it."""
    return _page(_year())


def _year() -> int:
    given = request.args.get("year", "")
    wanted = int(given) if given.isdecimal() and len(given) == 4 else clock.today().year
    return min(max(wanted, YEARS[0]), YEARS[1])


def _page(year: int, *, entry: Form | None = None, override: Form | None = None) -> str:
    return render_template(
        "calendar/year.html", year=calendars.year_of(year), entry=entry or Form(_entry_inputs(year)),
        override=override or Form(_OVERRIDE), shown_value=forms.shown, opened=entry is not None,
    )  # fmt: skip


def _entry_inputs(year: int, more: Sequence[Input] = ()) -> list[Input]:
    rows: list[dict[str, Any]] = calendars.as_form(year)
    if not rows:
        rows = [{"kind": "off", "name": name} for name in _FESTIVALS] + [{"kind": "work", "name": "调休上班"}]
    days = Input("days", "放假和调休", "list", fields=_DAYS, default=rows, min_items=1)
    return [Input("year", "年份", "integer", min=YEARS[0], max=YEARS[1], default=year), _SOURCE, days, *more]


@pages.post("/calendar/years")
@needs(Permission.CALENDAR_MANAGE)
def enter() -> str | Response | tuple[str, int]:
    """Enter a year from a file or from rows; what is refused comes back as rows, nothing is half written."""
    actor, asked = current_actor(), "replace" in request.form or "reason" in request.form
    inputs = _entry_inputs(_year(), _CONFIRMED if asked else ())
    raw, _ = forms.read(actor, inputs)
    raw["days"] = [row for row in raw["days"] if row.get("day")]
    if forms.asks_for_a_row():
        return _page(_year(), entry=Form(inputs, raw))
    try:
        arrangement = _arrangement(inputs, raw)
        calendars.import_year(
            actor, arrangement, source=raw["source"], reason=raw.get("reason") or "",
            replace=bool(raw.get("replace")),
        )  # fmt: skip
    except InvalidInput as error:
        return _refused(raw, inputs, error), 422
    return redirect(url_for("calendar.show", year=arrangement.year), 303)


def _arrangement(inputs: Sequence[Input], raw: dict[str, Any]) -> Arrangement:
    given = request.files.get("file")
    if given is not None and given.filename:
        arrangement = arrangements.from_json(given.read())
        # From now on the rows say it: a confirmation need not bring the file again.
        rows = calendars.rows_of(arrangement.as_data())
        raw["year"] = str(arrangement.year)
        raw["days"] = [{key: str(value) for key, value in row.items()} for row in rows]
        return arrangement
    clean, reasons = schemas.load(inputs, raw)
    if reasons:
        raise InvalidInput("填写有误", reasons=reasons)
    return arrangements.from_rows(clean["year"], clean["days"])


def _refused(raw: dict[str, Any], inputs: list[Input], error: InvalidInput) -> str:
    reasons = list(error.reasons)
    if error.code == "already_imported" and inputs[-1].name != "replace":
        inputs = [*inputs, *_CONFIRMED]
    if error.code == "already_imported":
        reasons.insert(0, Reason(error.code, error.message, "replace"))
    return _page(_year(), entry=Form(inputs, raw, reasons))


@pages.post("/calendar/days")
@needs(Permission.CALENDAR_MANAGE)
def override() -> str | Response | tuple[str, int]:
    """Say of one day that it is off or worked, with the reason."""
    actor = current_actor()
    raw, _ = forms.read(actor, _OVERRIDE)
    clean, reasons = schemas.load(_OVERRIDE, raw)
    if reasons:
        return _page(_year(), override=Form(_OVERRIDE, raw, reasons)), 422
    day: date = clean["day"]
    calendars.set_override(actor, day, is_off=clean["kind"] == "off", reason=clean["reason"])
    return redirect(url_for("calendar.show", year=day.year), 303)
