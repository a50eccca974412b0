"""The letters of an interview: drafted once by their step, seen by those concerned, answered together."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import Interview, Notice
from riskctl.services import drafting, interviews, ledgers, notice_contexts, transitions
from riskctl.services.workdays import add_workdays
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")


def notified(department: Department, kind: str = "reminder", **changes: Any) -> Interview:
    data = {
        "unit_id": department.unit("SK").id, "kind": kind, "subject_post": "科长", "reason": "苗头性问题突出。", **changes,
    }  # fmt: skip
    interview = interviews.create(department.actor("office"), data)
    department.take("unit_discipline", interview, "approve", no_conflict=True)
    notify(department, interview)
    return interview


def notify(department: Department, interview: Interview, by: str = "office", days: int = 7) -> None:
    if interview.kind == "inquiry":
        due = add_workdays(clock.today(), 15).on.isoformat()
        department.take(by, interview, "notify", reply_due=due, contact="办公室")
        return
    ids = [department.actor(name).user_id for name in ("office", "resident")]
    at = (clock.now() + timedelta(days=days)).isoformat()
    meeting = {
        "scheduled_at": at,
        "place": "谈话室",
        "interviewers": ids,
        "recorder": ids[0],
        "contact": "办公室",
    }
    department.take(by, interview, "notify", **meeting)


def letters(interview: Interview) -> list[Notice]:
    query = select(Notice).where(Notice.interview_id == interview.id, Notice.document_class == "G")
    return list(db.session.scalars(query.order_by(Notice.id)))


def text(notice: Notice) -> str:
    return "".join(paragraph["text"] for paragraph in notice_contexts.context_of(notice)["paragraphs"])


def sign(department: Department, notice: Notice) -> None:
    department.take("office", notice, "submit")
    department.take("office2", notice, "check")
    department.take("office_head", notice, "sign")


def test_the_notification_drafts_its_letter_once(department: Department) -> None:
    interview = notified(department)
    (notice,) = letters(interview)
    assert (notice.kind, notice.state, notice.title, notice.main_to) == (
        "interview_notice", "draft", "约谈通知书", "青岭水库管理处",
    )  # fmt: skip
    assert (notice.contact, notice.copy_to) == ("办公室", "")
    assert "因苗头性问题突出，经纪委负责同志批准，定于" in text(notice)
    assert "对你单位科长进行提醒约谈" in text(notice)
    department.take("office", interview, "postpone", reason="出差")
    assert "×年×月×日×时" in text(notice)
    department.take("office", interview, "notify", **_again(department))
    assert letters(interview) == [notice]  # the unsigned letter tells the new time
    sign(department, notice)
    department.take("office", interview, "postpone", reason="出差")
    notify(department, interview, days=20)
    first, second = letters(interview)
    assert (first.superseded_by_id, second.supersedes_id) == (second.id, first.id)
    assert "因故改期" in text(second)
    department.take("office", interview, "cancel", reason="情况已查清")
    assert [n.state for n in letters(interview)] == ["signed", "withdrawn"]


def _again(department: Department) -> dict[str, Any]:
    ids = [department.actor(name).user_id for name in ("office", "resident")]
    at = (clock.now() + timedelta(days=9)).isoformat()
    return {
        "scheduled_at": at,
        "place": "谈话室",
        "interviewers": ids,
        "recorder": ids[0],
        "contact": "办公室",
    }


def test_the_letter_goes_out_in_the_name_of_who_notifies(department: Department) -> None:
    data = {"unit_id": department.unit("SK").id, "kind": "reminder", "subject_post": "科长", "reason": "甲"}
    for by, role in (("unit_discipline", "unit_discipline"), ("resident", "resident")):
        interview = interviews.create(department.actor("office"), data)
        department.take("unit_discipline2", interview, "approve", no_conflict=True)
        notify(department, interview, by=by)
        (notice,) = letters(interview)
        assert notice.issuer.signer_role == role


def test_an_inquiry_and_its_letter_are_answered_together(department: Department) -> None:
    interview = notified(department, kind="inquiry")
    (notice,) = letters(interview)
    assert (notice.kind, notice.main_to, notice.rectify_due) == (
        "inquiry_notice",
        "科长",
        interview.report_due,
    )
    sign(department, notice)
    today = clock.today().isoformat()
    department.take("office", notice, "receive", received_on=today, receiver="本人")
    assert notice.reply_due == interview.report_due
    department.take("office", notice, "reply", replied_on=today, reply="情况说明")
    assert (interview.state, interview.reply) == ("followed_up", "情况说明")

    other = notified(department, kind="inquiry")
    (second,) = letters(other)
    sign(department, second)
    department.take("office", second, "receive", received_on=today, receiver="本人")
    department.take("office", other, "reply", reply="情况说明")
    assert second.state == "replied"


def test_an_admonition_gets_its_letter_after_the_talk(department: Department) -> None:
    interview = notified(department, kind="admonition", basis="《党内监督条例》")
    now, due = clock.now().isoformat(), add_workdays(clock.today(), 5).on
    asked = [{"text": "修订制度。", "due_on": due.isoformat()}]
    talk = {"held_from": now, "held_to": now, "present": "2人", "content": "指出问题", "no_conflict": True}
    department.take("office", interview, "hold", requirements=asked, **talk)
    admonition = letters(interview)[-1]
    assert (admonition.kind, admonition.main_to) == ("admonition", "科长")
    assert admonition.copy_to == "所在单位党组织主要负责同志"
    assert admonition.rectify_due == add_workdays(clock.today(), 10).on
    said = text(admonition)
    assert "依据《党内监督条例》规定，经我委研究" in said
    assert f"2.修订制度，于{due.year}年{due.month}月{due.day}日前落实到位。" in said


def test_nobody_beside_the_interview_sees_its_letters(department: Department) -> None:
    subject = department.actor("dept_head")
    interview = notified(department, subject_user_id=subject.user_id)
    (notice,) = letters(interview)
    assert not ledgers.is_visible(subject, "notice", notice.id)
    sign(department, notice)
    assert ledgers.is_visible(subject, "notice", notice.id)
    assert not any(action.allowed for action in transitions.available(subject, notice))
    for username in ("post", "commissioner", "dept_head_b", "unit_discipline_b", "sysadmin"):
        assert not ledgers.is_visible(department.actor(username), "notice", notice.id), username


def test_by_hand_only_what_fits_the_kind_of_interview(department: Department) -> None:
    office, interview = department.actor("office"), notified(department)
    fitting = {kind.code for kind in drafting.offered(office, interview)}
    assert fitting == {"reminder_letter", "interview_approval", "interview_record"}
    notice = drafting.create(office, "reminder_letter", interview, {"parts": {"matter": "项目发包"}})
    assert (notice.main_to, notice.parts["situation"]) == ("科长", "苗头性问题突出。")
    assert "收到关于你在项目发包方面的反映" in text(notice)
    for kind, why in (
        ("admonition", "只有诫勉谈话"),
        ("inquiry_notice", "只有函询"),
        ("interview_notice", "正在拟稿"),
    ):
        with pytest.raises(InvalidInput, match=why):
            drafting.create(office, kind, interview, {})
