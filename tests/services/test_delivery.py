"""Digest and outbox against a real SMTP server and a real HTTP server on the loopback, started by the test."""

import json
import smtplib
import socket
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import NotFound
from riskctl.extensions import db
from riskctl.models import Digest, Message, Outbox
from riskctl.services import accounts, channels, delivery, digests, messages
from riskctl.services.messages import Telling
from tests.department import Department

_SMTP = smtplib.SMTP  # before the network is closed to the test
MONDAY = date(2026, 6, 1)
SECRET = "test-only-webhook-secret"
MakeApp = Callable[..., Flask]


def at(day: date, hour: int = 8, minute: int = 30) -> datetime:
    return clock.from_local(datetime.combine(day, time(hour, minute)))


@pytest.fixture(autouse=True)
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY), tick=False) as started:
        yield started


class Mailbox:
    """What a real SMTP server was handed; refuses `refused` addresses."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.refused: set[str] = set()

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mailbox, int]]:
    monkeypatch.setattr(smtplib, "SMTP", _SMTP)
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


class Office:
    """An office-automation system: keeps what it was called with, answers `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.calls: list[tuple[dict[str, str], bytes]] = []
        office = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                office.calls.append((dict(self.headers), body))
                self.send_response(office.status)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Silent."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=riskctl"


@pytest.fixture
def office() -> Iterator[Office]:
    found = Office()
    thread = Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        found.server.shutdown()
        thread.join()
        found.server.server_close()


@pytest.fixture
def with_mail(make_app: MakeApp, mailbox: tuple[Mailbox, int], department: Department) -> Iterator[Mailbox]:
    box, port = mailbox
    with make_app(smtp_host="127.0.0.1", smtp_port=port, smtp_from="riskctl@riskctl.test").app_context():
        accounts.change(accounts.find("dept_head"), email="dept_head@riskctl.test")
        db.session.commit()
        yield box
        db.session.remove()


@pytest.fixture
def with_hook(make_app: MakeApp, office: Office, department: Department) -> Iterator[Office]:
    with make_app(webhook_url=office.url, webhook_secret=SECRET).app_context():
        yield office
        db.session.remove()


def tell(department: Department, username: str = "dept_head", **fields: Any) -> None:
    values = {
        "key": "k",
        "text": "您有1件整改事项将于6月15日到期",
        "due_on": date(2026, 6, 15),
        "case": ("issue", 1),
    }
    messages.post_all([Telling([department.actor(username).user_id], **{**values, **fields})])
    db.session.commit()


def row() -> Outbox:
    db.session.expire_all()
    return db.session.scalars(select(Outbox)).one()


class TestDigest:
    def test_one_line_of_counts_a_person_and_day(self, with_mail: Mailbox, department: Department) -> None:
        tell(department, key="a", case=("issue", 1), due_on=date(2026, 6, 10))
        tell(department, key="b", case=("issue", 2), due_on=date(2026, 6, 15))
        tell(department, key="c", case=("issue", 3), due_on=date(2026, 5, 29))
        tell(department, key="d", case=("issue", 1), due_on=date(2026, 6, 10))
        tell(department, key="e", case=None, due_on=None)
        assert digests.collect(clock.now()) == 1
        assert digests.collect(clock.now()) == 0
        digest = db.session.scalars(select(Digest)).one()
        assert digest.text == "您有2件整改事项将于6月15日前到期，1件已逾期，1条其他消息"
        assert messages.digest_of(department.actor("dept_head"), MONDAY) == digest.text
        assert delivery.deliver() == 1
        assert delivery.deliver() == 0
        letter = with_mail.letters[0]
        assert letter["To"] == "dept_head@riskctl.test"
        assert letter["Subject"] == "廉政风险防控系统提醒"
        assert letter.get_content().split() == [digest.text, "http://riskctl.test"]
        assert row().sent_at is not None

    def test_not_before_the_hour_nor_on_a_day_off(
        self, with_mail: Mailbox, department: Department, traveller: time_machine.Traveller
    ) -> None:
        tell(department)
        for quiet in (at(MONDAY, 8, 29), at(date(2026, 6, 6)), at(date(2026, 6, 19))):
            traveller.move_to(quiet)
            assert digests.collect(clock.now()) == 0
        traveller.move_to(at(date(2026, 6, 8), 16))
        assert digests.collect(clock.now()) == 1
        tell(department, key="later")
        assert digests.collect(clock.now()) == 0  # one a day; the next one takes it up
        traveller.move_to(at(date(2026, 6, 9)))
        assert digests.collect(clock.now()) == 1

    def test_who_is_gone_gets_none_and_who_has_no_address_no_mail(
        self, with_mail: Mailbox, department: Department
    ) -> None:
        tell(department, "leader")
        tell(department, "post")
        accounts.change(accounts.find("post"), active=False)
        db.session.commit()
        assert digests.collect(clock.now()) == 1
        assert db.session.scalars(select(Outbox)).all() == []

    def test_what_is_urgent_leaves_at_once_and_not_again(
        self, with_mail: Mailbox, department: Department
    ) -> None:
        tell(department, urgent=True, text="您有1件事项被催办")
        assert delivery.deliver() == 1
        assert "催办" in with_mail.letters[0].get_content()
        assert digests.collect(clock.now()) == 0


class TestMail:
    def test_a_refused_address_does_not_hold_up_the_others(
        self, with_mail: Mailbox, department: Department
    ) -> None:
        accounts.change(accounts.find("leader"), email="gone@riskctl.test")
        with_mail.refused.add("gone@riskctl.test")
        for name in ("leader", "dept_head"):
            tell(department, name, urgent=True)
        assert delivery.deliver() == 1
        assert len(with_mail.letters) == 1
        failed = delivery.troubled()
        assert [(found.attempts, found.dead_at) for found in failed] == [(1, None)]
        assert "拒收" in failed[0].last_error

    def test_without_a_server_it_waits(
        self, make_app: MakeApp, department: Department, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(smtplib, "SMTP", _SMTP)
        with make_app(smtp_host="127.0.0.1", smtp_port=1, smtp_from="a@riskctl.test").app_context():
            for name in ("leader", "dept_head"):
                accounts.change(accounts.find(name), email=f"{name}@riskctl.test")
                tell(department, name, urgent=True)
            assert delivery.deliver() == 0
            # The server does not answer: one attempt is enough to know.
            assert sorted(found.attempts for found in db.session.scalars(select(Outbox))) == [0, 1]
            assert "不可用" in delivery.troubled()[0].last_error
            db.session.remove()


class TestWebhook:
    def test_the_call_is_signed_and_holds_no_case(self, with_hook: Office, department: Department) -> None:
        tell(department, urgent=True)
        assert delivery.deliver() == 1
        headers, body = with_hook.calls[0]
        stamp = headers["X-Riskctl-Timestamp"]
        assert headers["X-Riskctl-Signature"] == f"sha256={channels.signature(SECRET, stamp, body)}"
        assert channels.signature("another-secret-000", stamp, body) not in headers["X-Riskctl-Signature"]
        assert json.loads(body) == {
            "id": headers["X-Riskctl-Delivery"], "timestamp": int(stamp), "type": "message",
            "username": "dept_head", "text": "您有1件整改事项将于6月15日到期", "url": "http://riskctl.test",
        }  # fmt: skip

    def test_it_is_repeated_ever_more_rarely_and_given_up_in_the_end(
        self, with_hook: Office, department: Department, traveller: time_machine.Traveller
    ) -> None:
        with_hook.status = 503
        tell(department, urgent=True)
        waits = []
        while row().dead_at is None:
            before = clock.now()
            assert delivery.deliver() == 0
            assert delivery.deliver() == 0  # not before its time
            if following := row().next_try_at:
                waits.append(following - before)
                traveller.move_to(following)
        assert waits == list(delivery.BACKOFF)
        assert waits[:4] == [timedelta(minutes=n) for n in (1, 5, 30, 120)]
        assert len(with_hook.calls) == delivery.MOST_ATTEMPTS
        assert len({headers["X-Riskctl-Delivery"] for headers, _ in with_hook.calls}) == 1
        told = db.session.scalars(
            select(Message.text).where(Message.user_id == accounts.find("sysadmin").id)
        ).all()
        assert [("停止投递" in text) for text in told] == [True]
        assert delivery.state().dead == 1
        with_hook.status = 204
        delivery.retry(row().id)
        assert delivery.deliver() == 1
        with pytest.raises(NotFound):
            delivery.retry(row().id)

    def test_what_it_does_not_take_is_tried_again_later(
        self, with_hook: Office, department: Department
    ) -> None:
        with_hook.status = 302  # never followed: the answer counts
        for name in ("leader", "dept_head"):
            tell(department, name, urgent=True)
        assert delivery.deliver() == 0
        assert [found.attempts for found in db.session.scalars(select(Outbox))] == [1, 1]

    def test_what_a_killed_process_was_sending_goes_out_when_its_lease_is_over(
        self, with_hook: Office, department: Department, traveller: time_machine.Traveller
    ) -> None:
        tell(department, urgent=True)
        first = delivery._claimed("webhook")
        assert first is not None
        assert delivery.deliver() == 0  # it is another's
        traveller.shift(delivery.LEASE)
        assert delivery.deliver() == 1
        assert with_hook.calls[0][0]["X-Riskctl-Delivery"] == first.delivery_id


def test_without_a_channel_nothing_is_written(session: Any, department: Department) -> None:
    tell(department, urgent=True)
    assert db.session.scalars(select(Outbox)).all() == []
    assert delivery.deliver() == 0
