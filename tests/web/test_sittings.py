"""Many papers in one sitting: each is opened, all are signed with the password, sealed, and sent after a last look."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, Notice, User
from riskctl.services import joint_notices
from tests.department import PASSWORD, Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]
# Without the forms that the steps make.
_LETTERS = (Notice.document_class == "G",)


def _waiting(app: Flask, department: Department, *units: str) -> list[int]:
    """Papers that await their signature; their problems are verified."""
    with app.app_context():
        for unit in units:
            issue = department.issue(unit, title=f"{unit}的问题")
            department.take("office", issue, "submit", not_clue=True)
            department.take("office2", issue, "verify", **department.verified())
        return list(db.session.scalars(select(Notice.id).where(*_LETTERS).order_by(Notice.id)))


def _keys(app: Flask) -> list[str]:
    with app.app_context():
        return [
            f"{n.id}:{n.version}"
            for n in db.session.scalars(select(Notice).where(*_LETTERS).order_by(Notice.id))
        ]


def test_signed_in_one_sitting_sealed_and_sent(app: Flask, department: Department, sign_in: SignIn) -> None:
    ids = _waiting(app, department, "SK", "WZ", "JS")
    head = sign_in("office_head")
    page = head.open("/notices/signing")
    assert "待签发 3 份" in page.text
    assert not page.all("input", type="password")  # nothing was read
    head.submit(f"/notices/{ids[0]}/opened")
    assert "SK的问题" in head.page.text
    assert "一、存在的问题" in head.page.text
    head.submit(f"/notices/{ids[1]}/opened")
    head.open("/notices/signing")
    # Two were read; the third is asked for all the same.
    head.submit("/notices/signing", expect=401, password="wrong", notice=_keys(app)[:2])
    assert "密码不正确" in head.page.text
    page = head.submit("/notices/signing", expect=422, password=PASSWORD, notice=_keys(app))
    assert "没有打开过" in page.text
    year = clock.today().year
    assert f"已办理：锦水机纪〔{year}〕1号 青岭水库管理处；锦水机纪〔{year}〕2号" in page.text
    head.open("/notices/signing")
    head.submit(f"/notices/{ids[2]}/opened")
    head.open("/notices/signing")
    page = head.submit("/notices/signing", password=PASSWORD, notice=_keys(app)[2:])
    assert f"锦水机纪〔{year}〕3号" in page.text
    office = sign_in("office")
    office.open("/notices/sealing")
    office.submit("", notice=_keys(app)[:2])
    assert "已用印 2 份" in office.page.text
    page = office.open("/notices/sending")
    assert page.text.count("已用印") == 2
    page = office.submit("", expect=422, notice=[], servers="甲、乙", method="direct")
    assert "请勾选" in page.text
    page = office.submit("", expect=200, notice=_keys(app)[:2], servers="甲、乙", method="direct")
    assert "核对送达对象 2 份" in page.text
    with app.app_context():
        assert set(db.session.scalars(select(Notice.state).where(*_LETTERS))) == {
            "signed",
            "sealed",
        }  # nothing went out yet
    office.submit("/notices/sending", confirmed="1", notice=_keys(app)[:2])
    assert "已送达 2 份" in office.page.text
    with app.app_context():
        states = list(db.session.scalars(select(Notice.state).where(*_LETTERS).order_by(Notice.id)))
        assert states == ["sent", "sent", "signed"]
        assert db.session.get_one(Notice, ids[0]).service["servers"] == "甲、乙"


def test_what_was_changed_after_it_was_opened_is_read_again(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    (notice_id,) = _waiting(app, department, "SK")
    head = sign_in("office_head")
    head.open("/notices/signing")
    head.submit(f"/notices/{notice_id}/opened")
    head.open("/notices/signing")
    before = _keys(app)
    with app.app_context():
        issue = db.session.get_one(Notice, notice_id).issues[0]
        department.take("office2", issue, "verify", **department.verified(requirement="另行整改。"))
    page = head.submit("/notices/signing", expect=422, password=PASSWORD, notice=before)
    assert "打开以后有改动" in page.text
    assert not page.all("input", type="checkbox", name="notice")
    # Another sitting begins with everything unread, whoever else has read it.
    other = sign_in("office_head")
    other.open("/notices/signing")
    assert "未读 1 份" in other.page.text


def test_wrong_passwords_lock_the_signer_out(app: Flask, department: Department, sign_in: SignIn) -> None:
    (notice_id,) = _waiting(app, department, "SK")
    head = sign_in("office_head")
    head.open("/notices/signing")
    head.submit(f"/notices/{notice_id}/opened")
    for status in (401, 401, 401, 401, 401, 429):
        head.open("/notices/signing")
        head.submit("/notices/signing", expect=status, password="wrong", notice=_keys(app))
    with app.app_context():
        assert db.session.scalars(select(User.locked_until).where(User.username == "office_head")).one()
        assert db.session.get_one(Notice, notice_id).state == "checking"


def test_problems_of_one_unit_are_put_together_on_a_page(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    _waiting(app, department, "SK", "SK", "WZ")
    office = sign_in("office")
    page = office.open("/notices/joint")
    assert "青岭水库管理处 2 项" in page.text
    page = office.submit("", expect=422, issue=["1"])
    assert "2至50项" in page.text
    office.path = "/notices/joint"
    office.submit("", issue=["1", "2"])
    assert "等2项问题的整改通知书" in office.page.text
    assert sign_in("post").open("/notices/joint", 403)


def test_one_plan_answers_a_paper_of_several_problems(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    _waiting(app, department, "SK", "SK")
    with app.app_context():
        notice = joint_notices.combine(department.actor("office"), [1, 2])
        department.take("office2", notice, "check")
        department.take("office_head", notice, "sign")
        department.receive(notice.issues[0])
        notice_id, due = notice.id, str(notice.rectify_due)
    unit = sign_in("dept_head")
    page = unit.open(f"/notices/{notice_id}")
    assert "合并报送方案（2 项问题）" in page.text
    unit.open(f"/notices/{notice_id}/plan")
    first = {"measures_1-0-text": "修订制度", "measures_1-0-owner_post": "科长", "measures_1-0-due_on": due}
    page = unit.submit("", expect=422, goal="整改到位", commitment="1", **first)
    assert "WT-" in page.text
    assert "修订制度" in page.html
    with app.app_context():
        assert db.session.get_one(Issue, 1).state == "planning"  # all or none
    second = {name.replace("_1", "_2"): value for name, value in first.items()}
    unit.submit("", goal="整改到位", commitment="1", **first, **second)
    with app.app_context():
        assert set(db.session.scalars(select(Issue.state))) == {"plan_review"}
        assert db.session.get_one(Notice, notice_id).state == "replied"
    unit.open(f"/notices/{notice_id}/plan", 403)
