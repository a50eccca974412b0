"""The two ways out of the house: SMTP, and a signed call of an office-automation system."""

import hashlib
import hmac
import http.client
import json
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

from riskctl import clock
from riskctl.config import Settings

# (delivery id, address, payload); raises Refused or ChannelDown.
Send = Callable[[str, str, Mapping[str, Any]], None]
SUBJECT = "廉政风险防控系统提醒"
_SECONDS = 15


class ChannelDown(Exception):
    """The other side does not answer, or not now: what waits for it waits on."""


class Refused(Exception):
    """The other side answered and does not take this one."""


@contextmanager
def opened(channel: str, settings: Settings) -> Iterator[Send]:
    """How to send over this channel; the connection is made at the first use and closed at the end."""
    if channel == "webhook":
        yield lambda delivery_id, _, payload: _call(settings, delivery_id, payload)
        return
    mailer = _Mailer(settings)
    try:
        yield mailer.send
    finally:
        mailer.close()


class _Mailer:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def send(self, delivery_id: str, address: str, payload: Mapping[str, Any]) -> None:
        if not address:
            raise Refused("账号没有邮件地址")
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._settings.smtp_from, address, SUBJECT
        message["Date"] = formatdate(clock.now().timestamp())
        message["Message-ID"] = f"<{delivery_id}@riskctl>"
        message.set_content("\n\n".join(part for part in (payload["text"], payload["url"]) if part))
        try:
            self._connected().send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            self.close()
            raise Refused(f"邮件服务器拒收：{_said(error)}") from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ChannelDown(f"邮件服务器不可用：{_said(error)}") from error

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            settings = self._settings
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_SECONDS)
            self._server = server
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
        return self._server

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What the receiver computes too: HMAC-SHA256 over timestamp, a full stop and the body, as hex."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _call(settings: Settings, delivery_id: str, payload: Mapping[str, Any]) -> None:
    timestamp = str(int(clock.now().timestamp()))
    body = json.dumps(
        {"id": delivery_id, "timestamp": int(timestamp), **payload}, ensure_ascii=False
    ).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Riskctl-Delivery": delivery_id,
        "X-Riskctl-Timestamp": timestamp,
        "X-Riskctl-Signature": f"sha256={signature(settings.webhook_secret, timestamp, body)}",
    }
    try:
        status = _posted(settings.webhook_url, body, headers)
    except (OSError, http.client.HTTPException) as error:
        raise ChannelDown(f"办公系统不可用：{_said(error)}") from error
    if status >= 500 or status == 429:
        raise ChannelDown(f"办公系统答复 {status}")
    if status >= 300:
        raise Refused(f"办公系统答复 {status}")


def _posted(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    parts = urlsplit(url)
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with closing(made(parts.hostname or "", parts.port, timeout=_SECONDS)) as connection:
        connection.request("POST", path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        return answer.status
