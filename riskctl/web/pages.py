"""What every page shares: errors as pages, and the words and filters that templates use."""

from datetime import date, datetime
from typing import Any

from flask import Flask, g, render_template, request, session
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from markupsafe import Markup, escape

from riskctl import clock
from riskctl.error_words import describe, log
from riskctl.extensions import db
from riskctl.permissions import ROLE_LABELS, Permission, allowed
from riskctl.services import (
    annual_reviews,
    basis_clauses,
    calendars,
    interview_suggestions,
    messages,
    organization,
    record_pages,
    todo,
    zero_reports,
)
from riskctl.services.fact_labels import LABELS
from riskctl.services.workdays import is_provisional, roll, workdays_between
from riskctl.web.access import current_actor
from riskctl.workflows import check, dictionaries as words, indicator
from riskctl.workflows.lookback import STATES as LOOKBACK_STATES

_CURES = {
    401: "请重新登录后再试。",
    403: "如确需办理，请联系承办人员或安全管理员核对岗位。",
    404: "请检查编号，或从台账中重新查找。",
    409: "事项可能已由他人办理，请返回查看当前环节。",
    412: "请返回页面查看他人所作的更新，再决定是否办理。",
    413: "请压缩或拆分文件后再上传。",
    422: "请返回修改后重新提交。",
    429: "请稍后再试。",
    503: "请稍后再试。",
}


def error_page(error: Exception) -> tuple[str, int]:
    """Any error as a page: what happened, what to do, the request's number, a way back."""
    if isinstance(error, CSRFError):
        sentence = "页面停留时间过长，请返回刷新后重新提交"
        return render_template(
            "error.html",
            status=400,
            title="页面已过期",
            sentence=sentence,
            reasons=[],
            cure="",
            number=g.request_id,
        ), 400
    db.session.rollback()
    g.failed = True
    status, _, title, sentence, reasons = describe(error)
    if status >= 500:
        log.error("failure", id=g.get("request_id"), exc_info=error)
    return render_template(
        "error.html", status=status, title=title, sentence=sentence, reasons=reasons,
        cure=_CURES.get(status, "请把请求编号告诉系统管理员。"), number=g.get("request_id", ""),
    ), status  # fmt: skip


def day(value: Any) -> str:
    """A day for prose: 2026年3月5日."""
    found = _date(value)
    return f"{found.year}年{found.month}月{found.day}日" if found else "—"


def short_day(value: Any) -> str:
    """A day for tables: 2026-03-05."""
    found = _date(value)
    return found.isoformat() if found else "—"


def moment(value: Any) -> str:
    """A moment on the office's clock."""
    if not value:
        return "—"
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return clock.local(found).strftime("%Y-%m-%d %H:%M")


def deadline(value: Any, provisional: bool = False) -> str:
    """A deadline with its distance in working days: 12月14日（还有 15 个工作日）."""
    found = _date(value)
    if found is None:
        return "未设期限"
    today, counted = clock.today(), roll(found).on  # on a day off it is due on the next working day
    left = workdays_between(today, counted)
    year = "" if found.year == today.year else f"{found.year}年"
    if today in (found, counted):
        distance = "今天到期"
    else:
        distance = f"还有 {left} 个工作日" if counted > today else f"已逾期 {-left} 个工作日"
    # The record's flag covers all its days; the words stand beside those that rest on a year without calendar.
    note = "，暂按平日推算" if provisional and is_provisional(found) else ""
    return f"{year}{found.month}月{found.day}日（{distance}{note}）"


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return clock.local(value).date()
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return value if isinstance(value, date) else None


def paragraphs(value: str | None) -> Markup:
    """Text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in (value or "").splitlines())


def colour_badge(colour: str | None) -> Markup:
    """The urgency colour, always with its word."""
    if colour is None:
        return Markup("")
    word = words.COLOURS[colour]
    return Markup('<span class="urgency urgency-{}">{}</span>').format(colour, word)


def told(name: str, value: Any) -> Any:
    """A stored value in a cell: lists in rows, dates short, text with its line breaks."""
    if not isinstance(value, str):
        value = record_pages.in_words(name, value, {})
    if isinstance(value, list):
        rows = [
            item.get("text") or item.get("document", "") if isinstance(item, dict) else str(item)
            for item in value
        ]
        return Markup("<br>").join(escape(row) for row in rows)
    if (
        isinstance(value, str)
        and len(value) > 15
        and "T" in value
        and value[4] == "-"
        and value[:4].isdecimal()
    ):
        return moment(value)
    if isinstance(value, datetime):
        return moment(value)
    return paragraphs(record_pages.in_words(name, str(value), {})) if value not in (None, "") else "—"


def file_names(ids: list[int]) -> dict[int, str]:
    """The names of files that the signed-in person uploaded."""
    return record_pages.file_names(current_actor(), ids)


def filesize(size: int) -> str:
    """A file's size in KB or MB."""
    return f"{size / 1024:.0f} KB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MB"


_INBOX_SECONDS = 60


def inbox() -> int:
    """How many tasks wait for the signed-in person; counted anew each minute and after everything he does."""
    now = int(clock.now().timestamp())
    number, at = session.get("inbox", (0, 0))
    # The page about an error must not fail by what may have failed before it.
    if now - at > _INBOX_SECONDS and "failed" not in g:
        actor = current_actor()
        number = sum(task.group != todo.GROUPS[-1] for task in todo.tasks(actor))
        number += len(interview_suggestions.waiting(actor)) + zero_reports.open_for(actor)
        session["inbox"] = (number, now)
    found: int = number
    return found


def unread() -> str:
    """How many messages the signed-in person has not read."""
    number = 0 if "failed" in g else messages.unread(current_actor().user_id)
    return str(number) if number <= messages.MOST_COUNTED else f"{messages.MOST_COUNTED}+"


def may(permission: str, unit_id: int | None = None) -> bool:
    """Whether the signed-in person holds the permission over the unit, or, without one, over any."""
    return current_user.is_authenticated and allowed(current_actor(), Permission(permission), unit_id)


def role_names() -> str:
    """The offices of the signed-in person."""
    return "、".join(ROLE_LABELS[role] for role in ROLE_LABELS if role in current_actor().roles)


def register(app: Flask) -> None:
    """Give templates their words."""
    app.jinja_env.filters.update(
        day=day, short_day=short_day, moment=moment, deadline=deadline, paragraphs=paragraphs,
        colour_badge=colour_badge, filesize=filesize, number=indicator.number,
    )  # fmt: skip
    app.jinja_env.globals.update(
        may=may,
        annual_progress=lambda: annual_reviews.progress(current_actor()),
        told=told,
        labels=LABELS,
        role_names=role_names,
        inbox=inbox,
        unread=unread,
        file_names=file_names,
        unit_groups=organization.grouped,
        words=words,
        watch_words=indicator,
        check_words=check,
        lookback_states=LOOKBACK_STATES,
        today=clock.today,
        missing_year=calendars.missing_year,
        clause_library=basis_clauses.offered,
        now=clock.now,
    )

    @app.context_processor
    def _place() -> dict[str, Any]:
        return {"here": (request.endpoint or "").split(".")[0], "path": request.path}
