"""消息, 零报告, 约谈建议 and 外发通知 as pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Digest, Interview, InterviewSuggestion, Message, Outbox, ZeroReport
from riskctl.services import accounts, interview_suggestions, messages
from riskctl.services.messages import Telling
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


def tell(app: Flask, username: str, *texts: str, case: tuple[str, int] | None = None) -> None:
    with app.app_context():
        user_id = accounts.find(username).id
        messages.post_all(Telling([user_id], text, text, case) for text in texts)
        db.session.commit()


class TestMessages:
    def test_the_newest_first_and_one_leads_to_its_case(
        self, app: Flask, department: Department, sign_in: SignIn
    ) -> None:
        with app.app_context():
            issue_id, code = (issue := department.issued()).id, issue.code
        tell(app, "dept_head", "先到的消息")
        tell(app, "dept_head", "您有1件整改事项今天到期", case=("issue", issue_id))
        client = sign_in("dept_head")
        page = client.open("/messages")
        assert page.text.index("今天到期") < page.text.index("先到的消息")
        assert page.text.count("未读") == 3  # two rows, and the filter
        assert "消息 2" in page.html.replace("<b>", "").replace("</b>", "")
        first = page.all("form")[3].get("action") or ""
        page = client.submit(first)
        assert code in page.text
        page = client.open("/messages?unread=1")
        assert "今天到期" not in page.text
        page = client.submit("/messages/read")
        assert "只看未读" in page.text
        assert "没有未读消息" in client.open("/messages?unread=1").text

    def test_pages_of_fifty_and_the_digest_above(
        self, app: Flask, department: Department, sign_in: SignIn
    ) -> None:
        tell(app, "leader", *(f"第{n:03}条" for n in range(60)))
        with app.app_context():
            leader = accounts.find("leader").id
            db.session.add(Digest(user_id=leader, day=clock.today(), text="您有3件整改事项已逾期"))
            db.session.commit()
        client = sign_in("leader")
        page = client.open("/messages")
        assert "今日汇总 您有3件整改事项已逾期" in page.text.replace("\u3000", " ")
        assert "第059条" in page.text
        assert "第009条" not in page.text
        following = next(href for href in page.links() if "after=" in href)
        page = client.open(following)
        assert "第009条" in page.text
        assert "第010条" not in page.text

    def test_nobody_reads_another_ones(self, app: Flask, department: Department, sign_in: SignIn) -> None:
        tell(app, "leader", "给分管领导的消息")
        client = sign_in("post")
        assert "还没有消息" in client.open("/messages").text
        with app.app_context():
            message_id = db.session.scalars(select(Message.id)).one()
        token = client.page.all("input", name="csrf_token")[0].get("value")
        answer = client.client.post(f"/messages/{message_id}/open", data={"csrf_token": token})
        assert answer.status_code == 404


class TestZeroReports:
    @pytest.fixture
    def report_id(self, app: Flask, department: Department) -> int:
        with app.app_context():
            due = clock.today() + timedelta(days=3)
            for code in ("SK", "WZ"):
                report = ZeroReport(unit_id=department.unit(code).id, quarter="2026Q3", due_on=due)
                db.session.add(report)
            db.session.commit()
            unit = department.unit("SK").id
            return db.session.scalars(select(ZeroReport.id).where(ZeroReport.unit_id == unit)).one()

    def test_one_click_from_the_inbox(self, report_id: int, sign_in: SignIn) -> None:
        client = sign_in("dept_head")
        page = client.open("/todo")
        assert "有 1 份零报告等您报送" in page.text
        assert "目前没有需要您处理的事项" not in page.text
        page = client.open("/zero-reports")
        assert "青岭水库管理处 · 2026年第3季度" in page.text
        page = client.submit(f"/zero-reports/{report_id}?quarter=2026Q3", answer="none")
        assert "已报送 1 个，未报送 0 个" in page.text
        assert page.all("form", action=f"/zero-reports/{report_id}?quarter=2026Q3") == []

    def test_how_many_are_new(self, report_id: int, sign_in: SignIn) -> None:
        client = sign_in("commissioner")
        client.open("/zero-reports")
        address = f"/zero-reports/{report_id}?quarter=2026Q3"
        page = client.submit(address, answer="has", count="无", expect=422)
        assert "有新增的须填写件数" in page.text
        assert "本季度有新增3" in client.submit(address, answer="has", count="3").text

    def test_the_office_sees_who_has_not_answered(self, report_id: int, sign_in: SignIn) -> None:
        page = sign_in("office").open("/zero-reports")
        assert "已报送 0 个，未报送 2 个" in page.text
        assert "本季度无新增" not in page.text
        assert "还没有需要报送的季度" in sign_in("sysadmin").open("/zero-reports").text


class TestSuggestions:
    @pytest.fixture
    def suggestion(self, app: Flask, department: Department) -> tuple[int, int]:
        """The ids of a suggestion and of its issue."""
        with app.app_context():
            issue = department.planned()
            interview_suggestions.suggest(issue, "red", "a")
            db.session.commit()
            found = db.session.scalars(select(InterviewSuggestion)).one()
            return found.id, issue.id

    def test_from_the_inbox_to_a_proposal(
        self, app: Flask, suggestion: tuple[int, int], sign_in: SignIn
    ) -> None:
        number, issue_id = suggestion
        client = sign_in("office")
        assert "决定是否警示约谈" in client.open("/todo").text
        page = client.open(f"/issues/{issue_id}")
        assert "系统建议对青岭水库管理处进行警示约谈" in page.text
        address = f"/interviews/new?suggestion={number}"
        assert address in page.links()
        page = client.open(address)
        assert "整改逾期超过10个工作日，已转为红色" in page.text
        page = client.submit("", subject_rank="unit_head")
        assert "警示约谈" in page.text
        with app.app_context():
            made = db.session.scalars(select(Interview)).one()
            assert made.issue_ids == [issue_id]
            assert db.session.get_one(InterviewSuggestion, number).interview_id == made.id
        assert "约谈建议" not in client.open("/todo").text
        assert "采纳约谈建议" in client.open(f"/issues/{issue_id}").text
        client.open(address, 404)

    def test_declined_with_a_reason(self, suggestion: tuple[int, int], sign_in: SignIn) -> None:
        number, issue_id = suggestion
        client = sign_in("office")
        client.open(f"/issues/{issue_id}")
        page = client.submit(f"/suggestions/{number}/decline", reason=" ", expect=422)
        assert "须写明不采纳的理由" in page.text
        page = client.submit(f"/suggestions/{number}/decline", reason="已由党组书记当面提醒")
        assert "已由党组书记当面提醒" in page.text
        assert "系统建议" not in page.text

    def test_the_unit_sees_nothing_of_it(self, suggestion: tuple[int, int], sign_in: SignIn) -> None:
        page = sign_in("dept_head").open(f"/issues/{suggestion[1]}")
        assert "约谈建议" not in page.text


class TestOutbox:
    def test_what_was_given_up_is_tried_again(
        self, app: Flask, department: Department, sign_in: SignIn
    ) -> None:
        with app.app_context():
            row = Outbox(
                channel="mail", key="k", delivery_id="d", user_id=accounts.find("leader").id, payload={},
                attempts=8, next_try_at=None, dead_at=clock.now(), last_error="邮件服务器不可用：超时",
            )  # fmt: skip
            db.session.add(row)
            db.session.commit()
            number = row.id
        client = sign_in("sysadmin")
        page = client.open("/outbox")
        assert "邮件服务器不可用：超时" in page.text
        assert "停止投递1 条" in page.text.replace(" 1 条", "1 条")
        page = client.submit(f"/outbox/{number}/retry")
        assert "停止投递0 条" in page.text.replace(" 0 条", "0 条")

    def test_the_address_of_an_account(self, app: Flask, department: Department, sign_in: SignIn) -> None:
        with app.app_context():
            number = accounts.find("leader").id
        client = sign_in("sysadmin")
        client.open(f"/people/{number}")
        for wrong in ("leader", "a@b", "a b@c.gov", "a@c.gov\nBcc: x@y.gov"):
            page = client.submit(f"/people/{number}/email", email=wrong, expect=422)
            assert "邮件地址格式不对" in page.text
        client.submit(f"/people/{number}/email", email="leader@riskctl.test")
        assert 'value="leader@riskctl.test"' in client.open(f"/people/{number}").html
        client.submit(f"/people/{number}/email", email="")
        assert 'value="leader@riskctl.test"' not in client.open(f"/people/{number}").html
