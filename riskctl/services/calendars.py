"""工作日历: entering a year's official arrangement, overriding single days, and which year is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, Reason
from riskctl.extensions import db
from riskctl.models import CalendarDay, CalendarYear, RoleGrant, User
from riskctl.permissions import GRANTS, Actor, Permission, allowed
from riskctl.services import audit, messages, recounts, workdays
from riskctl.services.arrangements import Arrangement

_LONGEST_REASON, _LONGEST_SOURCE = 255, 200
# What is counted again at once; a larger office leaves the rest to the tick.
_BATCHES_AT_ONCE = 10
# The State Council announces the next year in early November (domain 8).
_ANNOUNCED = (11, 15)


def import_year(
    actor: Actor, arrangement: Arrangement, *, source: str, reason: str = "", replace: bool = False
) -> CalendarYear:
    """Enter a year as officially arranged; commits, then counts the deadlines that it concerns again.

    Raises NotAllowed, or InvalidInput: a year that was entered before is replaced only when `replace`
    confirms it, with the reason.
    """
    _require(actor)
    source, reason = _text(source, "source", "依据", _LONGEST_SOURCE), reason.strip()
    row = db.session.get(CalendarYear, arrangement.year, with_for_update=True)
    differing = differences(row, arrangement) if row else []
    if row is not None:
        _refuse_replacing(row, differing, source, reason, replace)
    old_source = row.source if row else None
    row = row or CalendarYear(year=arrangement.year)
    row.source, row.days = source, arrangement.as_data()
    row.entered_by_id, row.entered_at = actor.user_id, clock.now()
    db.session.add(row)
    db.session.flush()
    audit.append_for(
        "calendar", arrangement.year, "import_year", actor_id=actor.user_id,
        changes={
            "fields": {"source": [old_source, source]},
            "data": {"days": arrangement.as_data(), "reason": reason or None, "differences": differing},
        },
    )  # fmt: skip
    first, last = date(arrangement.year, 1, 1), date(arrangement.year, 12, 31)
    _moved(first, last, f"{arrangement.year}年放假安排（{source}）" + (f"：{reason}" if reason else ""))
    return row


def _refuse_replacing(
    row: CalendarYear, differing: list[str], source: str, reason: str, replace: bool
) -> None:
    if not differing and source == row.source:
        raise InvalidInput(f"{row.year}年放假安排已经录入，内容相同", field="days", code="same")
    if not replace:
        told = [Reason("differs", text) for text in differing] or [
            Reason("differs", f"依据：{row.source} → {source}")
        ]
        message = f"{row.year}年放假安排已经录入，下列内容不同，确认后替换"
        raise InvalidInput(message, reasons=told, field="replace", code="already_imported")
    _text(reason, "reason", "替换理由", _LONGEST_REASON)


def differences(row: CalendarYear, arrangement: Arrangement) -> list[str]:
    """What another arrangement of the same year says otherwise, day by day."""
    old = {entry["date"]: (entry["isOffDay"], entry["name"]) for entry in row.days}
    new = {entry["date"]: (entry["isOffDay"], entry["name"]) for entry in arrangement.as_data()}
    return [
        f"{day}：{_told(old.get(day))} → {_told(new.get(day))}"
        for day in sorted({*old, *new})
        if old.get(day) != new.get(day)
    ]


def _told(entry: tuple[bool, str] | None) -> str:
    return "无安排" if entry is None else f"{'休' if entry[0] else '班'}（{entry[1]}）"


def set_override(actor: Actor, day: date, *, is_off: bool, reason: str) -> None:
    """Say of one day that it is off or worked, with the reason; commits, then counts again."""
    _require(actor)
    reason = _text(reason, "reason", "理由", _LONGEST_REASON)
    row = db.session.get(CalendarDay, day) or CalendarDay(day=day)
    old = row.is_off
    row.is_off, row.reason, row.entered_by_id = is_off, reason, actor.user_id
    db.session.add(row)
    audit.append_for(
        "calendar", day.toordinal(), "override", actor_id=actor.user_id,
        changes={"fields": {"is_off": [old, is_off]}, "data": {"day": day.isoformat(), "reason": reason}},
    )  # fmt: skip
    word = "休息" if is_off else "上班"
    _moved(day, day, f"{day.year}年{day.month}月{day.day}日改为{word}：{reason}")


def _require(actor: Actor) -> None:
    if not allowed(actor, Permission.CALENDAR_MANAGE):
        raise NotAllowed("工作日历由系统管理员和机关纪委维护", code="no_permission")


def _text(given: str, field: str, label: str, longest: int) -> str:
    text = given.strip()
    if not text:
        raise InvalidInput(f"须写明{label}", field=field, code="required")
    if len(text) > longest:
        raise InvalidInput(f"{label}不超过{longest}字", field=field, code="too_long")
    return text


def _moved(first: date, last: date, reason: str) -> None:
    recounts.announce(first, last, reason)
    db.session.commit()
    workdays.forget()
    recounts.work_off(_BATCHES_AT_ONCE)


@dataclass(frozen=True)
class Month:
    """One month for the page: weeks of (day, how it stands, why), None before and after it."""

    number: int
    weeks: list[list[tuple[date, str, str] | None]]
    worked: int


@dataclass(frozen=True)
class Year:
    """One year of the calendar as the page shows it."""

    number: int
    official: bool
    row: CalendarYear | None
    entered_by: str
    months: list[Month]
    overrides: list[CalendarDay]

    @property
    def worked(self) -> int:
        """Working days of the year."""
        return sum(month.worked for month in self.months)


def year_of(number: int) -> Year:
    """The year with every day off and every weekend worked, and who entered it."""
    row = db.session.get(CalendarYear, number)
    within = CalendarDay.day.between(date(number, 1, 1), date(number, 12, 31))
    overrides = list(db.session.scalars(select(CalendarDay).where(within).order_by(CalendarDay.day)))
    names = {entry["date"]: entry["name"] for entry in row.days} if row else {}
    names |= {override.day.isoformat(): override.reason for override in overrides}
    entered_by = db.session.get(User, row.entered_by_id) if row and row.entered_by_id else None
    return Year(
        number, workdays.is_official(number), row, entered_by.name if entered_by else "",
        [_month(number, month, names) for month in range(1, 13)], overrides,
    )  # fmt: skip


def _month(year: int, number: int, names: Mapping[str, str]) -> Month:
    from calendar import Calendar as Weeks

    weeks: list[list[tuple[date, str, str] | None]] = []
    worked = 0
    for week in Weeks().monthdatescalendar(year, number):
        row: list[tuple[date, str, str] | None] = []
        for day in week:
            if day.month != number:
                row.append(None)
                continue
            works = workdays.is_workday(day)
            worked += works
            row.append((day, _standing(day, works), names.get(day.isoformat(), "")))
        weeks.append(row)
    return Month(number, weeks, worked)


def _standing(day: date, works: bool) -> str:
    if works:
        return "work" if day.weekday() >= 5 else ""
    return "off" if day.weekday() < 5 else "weekend"


def missing_year(today: date | None = None) -> int | None:
    """The year whose arrangement should be there and is not: this one, or from 15 November the next."""
    day = today or clock.today()
    wanted = [day.year, *([day.year + 1] if (day.month, day.day) >= _ANNOUNCED else [])]
    return next((year for year in wanted if not workdays.is_official(year)), None)


def warning(year: int) -> str:
    """What is said of a missing year."""
    return f"尚未录入{year}年放假安排，{year}年的期限暂按周一至周五推算"


def remind(at: datetime) -> int:
    """The tick's round: tell those who keep the calendar once a year that the next one is missing."""
    year = missing_year(clock.local(at).date())
    if year is None:
        return 0
    keepers = (
        select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.active.is_(True), RoleGrant.role.in_(GRANTS[Permission.CALENDAR_MANAGE]))
        .distinct()
    )
    told = messages.post(
        list(db.session.scalars(keepers)), key=f"calendar-missing-{year}",
        text=f"{warning(year)}，请在“系统—工作日历”中录入",
    )  # fmt: skip
    db.session.commit()
    return told


def as_form(year: int) -> list[dict[str, Any]]:
    """The entered days of a year as rows of the form."""
    row = db.session.get(CalendarYear, year)
    return rows_of(row.days) if row else []


def rows_of(days: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Days of an arrangement as rows of the form, neighbours of one kind and name in one row."""
    rows: list[dict[str, Any]] = []
    for entry in sorted(days, key=lambda item: str(item["date"])):
        day = date.fromisoformat(entry["date"])
        kind = "off" if entry["isOffDay"] else "work"
        last = rows[-1] if rows else None
        if last and (last["kind"], last["name"]) == (kind, entry["name"]) and (day - last["until"]).days == 1:
            last["until"] = day
        else:
            rows.append({"day": day, "until": day, "kind": kind, "name": entry["name"]})
    return rows
