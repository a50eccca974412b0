"""拟制文书: which letter fits which record, who drafts it in whose name, and what it must not say."""

from typing import Any

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.extensions import db
from riskctl.models import Issue, Notice, Unit
from riskctl.services import drafting, ledgers, notice_contexts, notices, transitions, warning_opening
from riskctl.services.verification import verify
from riskctl.services.workdays import add_workdays
from tests.department import BASIS, Department

pytestmark = pytest.mark.usefixtures("session")
CAUSE = {"parts": {"cause": "制度不健全。"}, "requirements": "修订制度\n全面自查"}
VOTES = {"event": "民主测评", "held_on": "2026-11-10", "expected": 60, "issued": 52, "returned": 50, "valid": 49,
         "results": "好30票。"}  # fmt: skip


def draft(department: Department, by: str, kind: str, **data: Any) -> Notice:
    return notices.create(department.actor(by), {"kind": kind, **data})


def offered(department: Department, by: str, target: Any) -> set[str]:
    found = drafting.offered(department.actor(by), target)
    return {kind.code for kind in found if kind.document_class == "G"}


def issuer_id(role: str, code: str = "SLT") -> int:
    return next(i.id for i in notices.issuers() if i.signer_role == role and i.unit.code == code)


def root() -> Unit:
    return db.session.scalars(select(Unit).where(Unit.code == "SLT")).one()


def test_what_is_offered_fits_the_record_and_the_person(department: Department) -> None:
    issue, point = department.issued(), department.point()
    assert offered(department, "office", issue) == {
        "supervision_letter", "inspection_suggestion", "reminder_letter", "bulletin",
    }  # fmt: skip
    assert offered(department, "resident", point) == {"inspection_suggestion", "reminder_letter"}
    assert offered(department, "unit_discipline", issue.unit) == {
        "inspection_suggestion", "reminder_letter", "bulletin", "evaluation_report",
    }  # fmt: skip
    for username in ("dept_head", "commissioner", "unit_discipline_b", "secretary", "sysadmin"):
        assert offered(department, username, issue.unit) == set(), username
    assert offered(department, "office", department.issue()) == set()
    forms = [
        kind.code
        for kind in drafting.offered(department.actor("office"), issue)
        if kind.document_class == "F"
    ]
    assert forms == ["verification_form", "recusal_form"]  # nothing else has anything to tell yet
    with pytest.raises(InvalidInput, match="还没有可以填入整改销号审批表的内容"):
        draft(department, "office", "closure_approval", issue_ids=[issue.id])


def test_a_suggestion_from_an_issue_is_complete_and_has_its_own_series(department: Department) -> None:
    issue = department.issued()
    notice = draft(department, "office", "inspection_suggestion", issue_ids=[issue.id], **CAUSE)
    assert notice.title == "关于小额项目未经比选直接委托的纪律检查建议"
    assert (notice.main_to, notice.basis) == (issue.unit.name, issue.basis)
    assert notice.rectify_due == add_workdays(clock.today(), 20).on
    department.take("office", notice, "submit")
    department.take("office2", notice, "check")
    department.take("office_head", notice, "sign")
    assert (
        notice.number == f"锦水纪建〔{clock.today().year}〕1号"
    )  # the order before it did not use this series
    assert verify().problems == []


def test_only_the_resident_group_makes_a_supervisory_suggestion(department: Department) -> None:
    unit = department.unit("SK")
    named = {
        "parts": {"suggestion": "supervision", "cause": "不严。", "situation": "结余未缴。"},
        "requirements": "上缴",
    }
    with pytest.raises(InvalidInput, match="只有驻厅纪检监察组") as refused:
        draft(department, "office", "inspection_suggestion", unit_id=unit.id, **named)
    assert refused.value.reasons[0].field == "suggestion"
    notice = draft(department, "resident", "inspection_suggestion", unit_id=unit.id, **named)
    assert (notice.title, notice.issuer.signer_role) == ("关于加强廉政风险防控的监察建议", "resident")
    assert notice_contexts.context_of(notice)["suggestion"] == "监察建议"
    own = draft(department, "office", "inspection_suggestion", unit_id=unit.id, **CAUSE)
    with pytest.raises(InvalidInput, match="只有驻厅纪检监察组"):
        notices.edit(department.actor("office"), own.id, {"parts": named["parts"]}, version=own.version)


def test_who_drafts_in_whose_name(department: Department) -> None:
    unit = department.unit("SK")
    own = draft(department, "unit_discipline", "reminder_letter", unit_id=unit.id)
    assert own.issuer.unit.code == "SK"
    for by, role, code in (("office", "resident", "SLT"), ("unit_discipline", "office_head", "SLT"),
                           ("office", "unit_discipline", "WZ")):  # fmt: skip
        with pytest.raises(InvalidInput, match="不能制发这种文书，或不由您拟制"):
            draft(department, by, "reminder_letter", unit_id=unit.id, issuer_id=issuer_id(role, code))
    with pytest.raises(InvalidInput):  # only 纪委 and 驻厅组 make suggestions
        draft(
            department, "office", "inspection_suggestion", unit_id=unit.id, issuer_id=issuer_id("secretary")
        )
    for by in ("dept_head", "leader"):
        with pytest.raises((NotAllowed, InvalidInput)):
            draft(department, by, "reminder_letter", unit_id=unit.id)


def test_a_letter_that_does_not_fit_is_refused_in_words(department: Department) -> None:
    office, issue = department.actor("office"), department.closed()
    with pytest.raises(InvalidInput, match="不在整改办理中"):
        drafting.create(office, "supervision_letter", issue, {})
    with pytest.raises(InvalidInput, match="没有移送"):
        drafting.create(office, "clue_transfer", issue, {})
    with pytest.raises(InvalidInput, match="不能从这里拟制"):
        drafting.create(office, "evaluation_report", issue, {})
    with pytest.raises(InvalidInput, match="没有尚未发出通知书的预警"):
        drafting.create(office, "warning_notice", department.point(), {})
    with pytest.raises(InvalidInput, match="一条记录"):
        draft(department, "office", "reminder_letter")
    first = drafting.create(office, "supervision_letter", department.issued("WZ"), {})
    with pytest.raises(InvalidInput, match="已有一份督办函正在拟稿"):
        drafting.create(office, "supervision_letter", first.issues[0], {})


def test_a_blue_warning_gets_its_letter_by_hand(department: Department) -> None:
    point = department.point()
    data = {"risk_point_id": point.id, "colour": "blue", "facts": "投诉3件。", "requirement": "逐件核查。"}
    warning = warning_opening.create(department.actor("unit_discipline"), data)
    notice = draft(department, "office", "warning_notice", risk_point_id=point.id)
    assert (notice.requirements, notice.rectify_due) == ("逐件核查。", warning.reply_due)
    assert warning.notice_id == notice.id
    assert "现发出蓝色预警" in "".join(p["text"] for p in notice_contexts.context_of(notice)["paragraphs"])


def test_what_a_draft_lacks_is_named_at_its_submission(department: Department) -> None:
    notice = draft(
        department, "office", "inspection_suggestion", unit_id=department.unit("SK").id, copy_to=None
    )
    assert notice.copy_to is None
    with pytest.raises(RuleBroken, match="缺少：原因分析、建议措施、存在的问题"):
        department.take("office", notice, "submit")
    assert "××" in "".join(p["text"] for p in notice_contexts.context_of(notice)["paragraphs"])
    db.session.rollback()
    changed = {"parts": {"suggestion": "discipline", "cause": "不严。", "situation": "甲。"}, "requirements": "整改", "title": "关于甲的建议",
               "basis": BASIS, "enclosures": ["问题清单"]}  # fmt: skip
    notices.edit(department.actor("office"), notice.id, changed, version=notice.version)
    department.take("office", notice, "submit")
    assert notice.state == "checking"
    with pytest.raises(RuleBroken, match="不能修改"):
        notices.edit(department.actor("office"), notice.id, {"parts": {}}, version=notice.version)


def test_a_vote_that_cannot_be_is_not_told(department: Department) -> None:
    wrong = (
        ({"returned": 53}, "测评无效"), ({"valid": 51}, "有效票多于"), ({"returned": 30, "valid": 30}, "未过应到人数的一半"),
        ({"returned": 40, "valid": 4}, "少于5份"), ({"issued": "许多"}, "发放测评表"), ({"strange": 1}, "没有这一项"),
    )  # fmt: skip
    unit = department.unit("SK").id
    for parts, why in wrong:
        with pytest.raises(InvalidInput) as refused:
            draft(department, "office", "evaluation_report", unit_id=unit, parts={**VOTES, **parts})
        assert why in refused.value.message + "".join(reason.message for reason in refused.value.reasons)


def test_a_bulletin_of_progress_begins_with_the_ledger(department: Department) -> None:
    department.issued("WZ")
    late = department.issued()
    late.due_on = add_workdays(clock.today(), 1).on.replace(year=clock.today().year - 1)
    db.session.commit()
    form = drafting.form(department.actor("office"), "bulletin", root(), {"sort": "progress"})
    told = {item.name: item.default for item in form}
    assert "在办问题2件。在办问题中逾期未完成1件，涉及1个单位。" in told["situation"]
    assert told["handling"] == "逾期未完成问题由多到少依次为：青岭水库管理处1件。"
    assert (told["title"], told["main_to"]) == ("关于问题整改进展情况的通报", "厅直各单位，机关各处室")


CASE = {
    "sort": "case",
    "origin": "查处1起问题。",
    "situation": "甲单位违规。",
    "handling": "责任人张某某受到诫勉。",
}


def _bulletin(department: Department, **parts: Any) -> Notice:
    notice = draft(
        department, "office", "bulletin", unit_id=root().id, title="关于1起典型案例的通报",
        parts={**CASE, **parts}, requirements="引以为戒",
    )  # fmt: skip
    department.take("office", notice, "submit")
    department.take("office2", notice, "check")
    return notice


def _asked(department: Department, notice: Notice) -> list[str]:
    (sign,) = [
        a for a in transitions.available(department.actor("office_head"), notice) if a.trigger == "sign"
    ]
    return [item.label for item in sign.inputs]


def test_a_case_is_told_without_names_or_on_the_signers_word(department: Department) -> None:
    plain = _bulletin(department)
    assert _asked(department, plain) == ["通报不含姓名等可以识别个人的信息"]
    with pytest.raises(RuleBroken):
        department.take("office_head", plain, "sign")
    db.session.rollback()
    department.take("office_head", plain, "sign", anonymous=True)
    named = _bulletin(department, situation="张小明同志（电话13800000000）违规。")
    assert _asked(department, named) == ["文中有疑似个人信息（13800000000、张小明），确认有关情况已经公开"]
    department.take("office_head", named, "sign", disclosed=True)
    assert named.state == "signed"


def test_a_bulletin_is_for_every_unit_once_it_went_out(department: Department) -> None:
    notice = _bulletin(department)
    department.take("office_head", notice, "sign", anonymous=True)
    assert not ledgers.is_visible(department.actor("post_b"), "notice", notice.id)
    today = clock.today().isoformat()
    department.take("office", notice, "send", method="electronic", servers="机关纪委", sent_on=today)
    assert ledgers.is_visible(department.actor("post_b"), "notice", notice.id)
    assert not ledgers.is_visible(department.actor("sysadmin"), "notice", notice.id)
    department.take("office", notice, "receive", received_on=today, receiver="各单位")  # notes what came back
    department.take("office", notice, "archive")


def test_a_draft_of_the_resident_group_is_its_own(department: Department) -> None:
    notice = draft(department, "resident", "reminder_letter", unit_id=department.unit("SK").id)
    for username, seen in (
        ("resident", True),
        ("office", True),
        ("secretary", False),
        ("unit_discipline", False),
    ):
        assert ledgers.is_visible(department.actor(username), "notice", notice.id) is seen, username
    with pytest.raises(NotAllowed, match="由其自行拟制"):
        notices.edit(department.actor("office"), notice.id, {"main_to": "乙"}, version=notice.version)


def _transferred(department: Department, by: str = "office2") -> Issue:
    issue = department.issue(title="某某收受礼金")
    department.take("office", issue, "submit", not_clue=True)
    department.take(by, issue, "transfer", reason_code="clue")
    return issue


def test_a_transfer_drafts_a_letter_without_content_for_those_who_may_know(department: Department) -> None:
    issue = _transferred(department)
    (notice,) = db.session.scalars(select(Notice).where(Notice.kind == "clue_transfer"))
    assert (notice.title, notice.main_to, notice.copy_to) == ("关于移送问题线索的函", "驻厅纪检监察组", "")
    assert "礼金" not in str(notice_contexts.context_of(notice))
    for username in ("secretary", "leader", "unit_discipline", "dept_head", "auditor"):
        assert not ledgers.is_visible(department.actor(username), "notice", notice.id), username
    with pytest.raises(RuleBroken, match="缺少：材料页数"):
        department.take("office", notice, "submit")
    db.session.rollback()
    notices.edit(department.actor("office"), notice.id, {"parts": {"pages": 12}}, version=notice.version)
    department.take("office", notice, "submit")
    department.take("office2", notice, "check")
    department.take("office_head", notice, "sign")
    today = clock.today().isoformat()
    department.take("resident", notice, "receive", received_on=today, receiver="驻厅组干部2名")
    with pytest.raises(InvalidInput, match="已有移送函"):
        drafting.create(department.actor("office"), "clue_transfer", issue, {})
    assert verify().problems == []


def test_a_clue_that_stays_takes_its_unsigned_letter_back(department: Department) -> None:
    issue = _transferred(department)
    department.take(
        "office_head", issue, "return_from_transfer", reason="不属于线索", title="甲", verbatim="乙"
    )
    notice = db.session.scalars(select(Notice).where(Notice.kind == "clue_transfer")).one()
    assert notice.state == "withdrawn"
    _transferred(department, by="resident")  # what the resident group takes over itself needs no letter
    assert db.session.query(Notice).filter_by(kind="clue_transfer").count() == 1


def test_a_record_that_one_may_not_see_gives_no_letter(department: Department) -> None:
    issue = department.issued("WZ")
    with pytest.raises((InvalidInput, NotFound)):
        draft(department, "unit_discipline", "supervision_letter", issue_ids=[issue.id])
