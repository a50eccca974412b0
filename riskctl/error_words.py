"""Any error in words, for both presenters: web/pages.py and api/problems.py."""

from typing import Any

import structlog
from flask import g
from marshmallow import ValidationError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from riskctl.errors import FULL, FULL_ERRORS, EditedMeanwhile, Reason, RiskctlError

log = structlog.get_logger()
_HTTP = {
    400: "请求格式不对：请检查 JSON 和请求头",
    401: "请先登录",
    404: "没有这个地址",
    405: "这个地址不支持该方法",
    413: "请求内容过大",
    415: "不支持这种内容类型：JSON 须带 Content-Type: application/json，文件须用 multipart/form-data",
    422: "填写有误",
}


def describe(error: Exception) -> tuple[int, str, str, str, list[Reason]]:
    """Status, code, title, sentence and reasons of any error; what is not ours is a bug and says so."""
    if isinstance(error, RiskctlError):
        return error.status, error.code, error.title, error.message, error.reasons
    if isinstance(error, StaleDataError):
        return describe(EditedMeanwhile("该记录已被他人更新，请刷新后核对再办理"))
    if isinstance(error, HTTPException):
        status = error.code or 500
        reasons = _schema_reasons(error)
        said = "；".join(r.message for r in reasons) or _HTTP.get(status, "请求未能处理")
        title = _HTTP.get(status, "请求未能处理").partition("：")[0]
        return status, f"http_{status}", title, said, reasons
    if out_of_space(error):
        log.error("no space left", id=g.get("request_id"))
        return 507, "disk_full", "存储空间不足", FULL, []
    if isinstance(error, (IntegrityError, OperationalError)):
        log.error("database", id=g.get("request_id"), error=type(error.orig).__name__)
        if isinstance(error, OperationalError) and _passes(error):
            return 503, "busy", "系统繁忙", "系统正忙，请稍后再试", []
    return 500, "bug", "系统出错", "系统出错，已记录。请把请求编号告诉系统管理员", []


def out_of_space(error: Exception) -> bool:
    """Whether the disk, or the database's share of it, is full."""
    if isinstance(error, OSError):
        return error.errno in FULL_ERRORS
    if not isinstance(error, OperationalError):
        return False
    return "disk is full" in str(error.orig) or getattr(error.orig, "sqlstate", "") == "53100"


def _passes(error: OperationalError) -> bool:
    # SQLite's lock; PostgreSQL's deadlocks (40), locks (55), shutdowns (57) and lost connections (08).
    state = getattr(error.orig, "sqlstate", None) or ""
    return "locked" in str(error.orig) or state[:2] in ("08", "40", "53", "55", "57")


def _schema_reasons(error: HTTPException) -> list[Reason]:
    data = getattr(error, "data", None) or {}
    messages = data.get("messages", {})
    if isinstance(messages, ValidationError):
        messages = messages.messages
    return [
        Reason(
            _CODES.get(_flat(said), "invalid"),
            _named(str(name), said),
            None if name == "_schema" else str(name),
        )
        for part in (messages.values() if isinstance(messages, dict) else ())
        if isinstance(part, dict)
        for name, said in part.items()
    ]


_CODES = {"必填": "required", "没有这一项": "unknown_field"}


def _named(name: str, said: Any) -> str:
    return _flat(said) if name == "_schema" else f"{name}：{_flat(said)}"


def _flat(said: Any) -> str:
    if isinstance(said, dict):
        return "；".join(f"{key} {_flat(value)}" for key, value in said.items())
    return "；".join(map(str, said)) if isinstance(said, list) else str(said)
