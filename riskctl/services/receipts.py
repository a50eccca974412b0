"""送达回证: how a paper reached its unit, in the four ways of domain 6.1 (18), and what the page tells of it."""

from collections.abc import Mapping
from typing import Any

from riskctl.models import Notice
from riskctl.services import notice_drafts
from riskctl.services.kinds import Move
from riskctl.workflows import dictionaries as words

_LABELS = {
    "method": "方式", "at": "送达日期", "servers": "送达人", "mail_no": "邮件号", "place": "地点", "witness": "见证人",
    "refusal": "拒收情况", "receiver": "签收人", "received_on": "签收日期", "deputy": "代收理由",
}  # fmt: skip


def in_words(service: Mapping[str, Any]) -> list[str]:
    """The service as lines that people read."""
    told = {**service, "method": words.SERVICE_METHODS.get(service.get("method") or "", "")}
    return [f"{label}：{told[name]}" for name, label in _LABELS.items() if told.get(name)]


def sent(move: Move) -> None:
    """直接, 邮寄 or 电子送达: who brought it, and when."""
    at = move.data["sent_on"].isoformat()
    given = {name: move.data[name] for name in ("method", "servers", "mail_no") if move.data.get(name)}
    _note(move.record, {**given, "at": at})


def left(move: Move) -> None:
    """留置送达: the unit refused it; two servers left it before a witness, and it counts as received."""
    day = move.data["left_on"]
    servers = "、".join(server["name"] for server in move.data["left_by"])
    given = {name: move.data[name] for name in ("witness", "refusal", "place")}
    receipt = {"receiver": "拒收，留置送达", "received_on": day.isoformat()}
    _note(move.record, {"method": "leave", "at": day.isoformat(), "servers": servers, **given, **receipt})
    notice_drafts.set_reply_due(move.record, day)


def received(move: Move) -> None:
    """签收: who took it, and the reason where another took it for him."""
    day = move.data.get("received_on", move.today)
    receipt = {"receiver": move.data.get("receiver", ""), "received_on": day.isoformat()}
    if move.data.get("deputy"):
        receipt["deputy"] = move.data["deputy"]
    # A receipt in the system is electronic service, where nobody carried the paper there.
    if not move.record.service.get("at"):
        receipt |= {"method": "electronic", "at": day.isoformat()}
    _note(move.record, receipt)
    notice_drafts.set_reply_due(move.record, day)


def _note(notice: Notice, given: Mapping[str, Any]) -> None:
    notice.service = {**notice.service, **given}
    # One line for the form's 备注.
    parts = [
        f"{_LABELS[name]}：{notice.service[name]}"
        for name in ("mail_no", "place", "witness")
        if notice.service.get(name)
    ]
    if parts:
        notice.service["note"] = "；".join(parts)
