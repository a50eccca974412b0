"""Forms (class F) made by the steps that call for them: what they print, and when they are settled."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.documents.kinds import KINDS
from riskctl.documents.render import render_html
from riskctl.errors import NotFound
from riskctl.extensions import db
from riskctl.models import Case, Extension, Issue, Notice
from riskctl.services import (
    annual_reviews,
    extensions,
    interviews,
    ledgers,
    notice_contexts,
    papers,
    record_links,
    risk_points,
    todo,
)
from riskctl.services.papers import Subject
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")


def _forms(about: Any) -> list[Notice]:
    return list(
        db.session.scalars(select(Notice).where(about, Notice.document_class != "G").order_by(Notice.id))
    )


def _of_issue(issue: Issue) -> dict[str, str]:
    return {form.kind: form.state for form in _forms(Notice.issues.any(Issue.id == issue.id))}


def _one(kind: str) -> Notice:
    query = select(Notice).where(Notice.kind == kind).order_by(Notice.id.desc())
    return db.session.scalars(query).first()  # type: ignore[return-value]


def _printed(kind: str) -> dict[str, Any]:
    """What a form tells: frozen once it is settled; it must render too."""
    notice = _one(kind)
    context = notice.context or notice_contexts.context_of(notice)
    assert KINDS[kind].title in (html := render_html(kind, context)) or kind in (
        "change_approval",
        "annual_review_form",
    )
    assert "{{" not in html
    return context["form"]  # type: ignore[no-any-return]


def _awaited(department: Department, username: str) -> list[str]:
    """The forms in a person's 待办."""
    tasks = todo.tasks(department.actor(username))
    return [task.record.kind for task in tasks if getattr(task.record, "document_class", "G") != "G"]


def test_an_issue_makes_its_forms_on_its_way(department: Department) -> None:
    issue = department.planned(severity="serious")
    assert _of_issue(issue) == {
        "verification_form": "signed", "dispatch_draft": "signed", "service_receipt": "signed", "commitment": "signed", "rectification_plan": "signed",
    }  # fmt: skip
    checked = _printed("verification_form")
    assert [(c["label"], c["text"], bool(c["on"])) for c in checked["opinions"]] == [
        ("登记人", "提交核定", True), ("核定意见", "核定", True), ("负责人审批", "签发交办", True),
    ]  # fmt: skip
    assert checked["screened"] == "已甄别，不属于问题线索"
    plan = _printed("rectification_plan")
    assert (plan["order"], plan["tasks"][0][2], plan["duties"][0][2]) == (
        _one("rectification_notice").number, "修订制度", "单位主要负责人",
    )  # fmt: skip
    department.apply(issue)
    draft = _one("closure_approval")
    assert (draft.state, draft.step_due_on, draft.context) == ("draft", None, None)
    begun = _printed("closure_approval")
    assert [standard["met"] for standard in begun["standards"]] == [True] * 5
    assert [bool(column["on"]) for column in begun["opinions"]] == [True] + [False] * 5
    assert begun["sheet"]["evidence"] == "1.佐证.pdf"
    department.check(issue)
    department.inspect(issue)
    assert len(_printed("inspection_record")["inspectors"]) == 2
    issue.publicity_until = clock.today() - timedelta(days=1)
    department.take("office", issue, "end_publicity", result="无异议")
    department.take("leader", issue, "close", opinion="同意销号")
    closed = _printed("closure_approval")
    said = {column["label"]: (column["text"], bool(column["by"])) for column in closed["opinions"]}
    assert said == {
        "单位自查意见": ("已完成", True), "单位纪委初审": ("情况属实", True), "验收组意见": ("整改到位", True),
        "分管领导": ("同意销号", True), "机关纪委": ("", False), "党组": ("", False),
    }  # fmt: skip
    assert closed["closure_no"] == issue.closure_no
    form = _one("closure_approval")
    assert (form.number, form.state, bool(form.verification_code), len(form.sha256 or "")) == (
        None, "signed", True, 64,
    )  # fmt: skip


def test_forms_wait_for_nobody_and_go_into_the_volume_with_their_case(department: Department) -> None:
    issue = department.closed()
    assert [_awaited(department, name) for name in ("office", "office2", "unit_discipline")] == [[], [], []]
    department.take("office", issue, "archive")
    assert set(_of_issue(issue).values()) == {"archived"}
    entries = _printed("volume_catalogue")["entries"]
    titles = [entry[3] for entry in entries]
    assert titles[0].endswith("整改通知书") or "整改销号审批表" in titles
    assert {"问题核定单", "整改方案与三清单", "整改验收记录", "整改销号审批表"} <= set(titles)


def test_a_returned_application_goes_on_with_the_same_form(department: Department) -> None:
    issue = department.planned()
    department.apply(issue)
    first = _one("closure_approval")
    department.take(
        "unit_discipline", issue, "return_rectification", reason_code="evidence_thin", reason="佐证不足",
        redo_on=clock.today().isoformat(),
    )  # fmt: skip
    department.apply(issue)
    assert _one("closure_approval").id == first.id


def test_an_objection_is_answered_on_its_form(department: Department) -> None:
    issue = department.issued()
    department.take("dept_head", issue, "object", objection="项目由他单位负责")
    department.take("office", issue, "uphold", opinion="责任清楚")
    form = _printed("objection_opinion")
    assert (form["objection"], form["conclusion"], form["opinions"][0]["text"]) == (
        "项目由他单位负责", "维持原认定", "责任清楚",
    )  # fmt: skip


def test_a_clue_leaves_a_list_without_content_and_forms_without_text(department: Department) -> None:
    issue = department.issued()
    department.take("office_head", issue, "recall", reason="另有情况")
    settled = _one("verification_form")
    assert settled.context is not None
    department.take("office", issue, "transfer", reason_code="clue")
    assert settled.context is None
    listed = _one("transfer_list")
    assert listed.context is not None
    assert [entry[1:] for entry in listed.context["form"]["entries"]] == [
        [issue.code, "疑似问题线索", "", "", ""]
    ]
    assert "未经比选" not in render_html("transfer_list", listed.context)
    with pytest.raises(NotFound):
        ledgers.get(department.actor("dept_head"), "notice", listed.id)
    letter = _one("clue_transfer")
    letter.parts = {**letter.parts, "pages": 12}
    department.take("office", letter, "submit")
    department.take("office2", letter, "check")
    department.take("office_head", letter, "sign")
    back = {"reason": "不属于线索", "title": "登记不规范", "verbatim": "登记不规范"}
    department.take("resident", issue, "return_from_transfer", **back)
    for kind in ("transfer_list", "dispatch_draft"):
        assert ledgers.is_visible(department.actor("office"), "notice", _one(kind).id)
        assert not ledgers.is_visible(department.actor("unit_discipline"), "notice", _one(kind).id)
    with pytest.raises(NotFound, match="已清除"):
        notice_contexts.pdf_of(department.actor("office"), settled.id)


def test_an_extension_is_asked_for_on_its_form(department: Department) -> None:
    issue = department.planned()
    asked = {"issue_id": issue.id, "workdays": 5, "reason_code": "joint", "reason": "需会同验收"}
    extension: Extension = extensions.create(department.actor("dept_head"), asked)
    assert _one("extension_application").state == "draft"
    department.take("unit_discipline", extension, "check", opinion="情况属实")
    department.take("leader", extension, "approve", opinion="同意")
    form = _printed("extension_application")
    assert [column["text"] for column in form["opinions"]] == ["提交申请", "情况属实", "同意"]
    assert (form["ordinal"], form["workdays"], form["due_granted"]) == (
        "第1次", "5个工作日", issue.due_on.isoformat() if issue.due_on else "",
    )  # fmt: skip
    assert _one("extension_application").state == "signed"


@pytest.mark.parametrize(
    ("kind", "form"), [("reminder", "interview_record"), ("admonition", "admonition_record")]
)
def test_an_interview_has_its_approval_and_its_record(department: Department, kind: str, form: str) -> None:
    data = {"unit_id": department.unit("SK").id, "kind": kind, "subject_post": "科长", "reason": "苗头性问题"}
    interview = interviews.create(department.actor("office"), data)
    assert _one("interview_approval").state == "draft"
    department.take("unit_discipline", interview, "approve", no_conflict=True)
    assert [column["text"] for column in _printed("interview_approval")["opinions"]] == ["提请约谈", "批准"]
    ids = [department.actor(name).user_id for name in ("office", "resident")]
    moment = (clock.now() + timedelta(days=5)).isoformat()
    department.take(
        "office", interview, "notify", scheduled_at=moment, place="谈话室", interviewers=ids, recorder=ids[0],
        contact="办公室",
    )  # fmt: skip
    now = clock.now().isoformat()
    department.take(
        "office", interview, "hold", held_from=now, held_to=now, present="约谈人2名", content="指出问题",
        no_conflict=True,
    )  # fmt: skip
    assert (_one(form).state, _printed(form)["content"]) == ("draft", "指出问题")
    day = clock.today().isoformat()
    department.take("office", interview, "sign", signed_on=day, scan=department.evidence("office"))
    assert (_one(form).state, len(_printed(form)["signers"])) == ("signed", 2)
    beside = dict(record_links.links(department.actor("office"), interview))["文书"]
    assert {"interview_approval", form} <= {paper.kind for paper in beside}  # type: ignore[attr-defined]
    department.take("office", interview, "archive")
    assert {notice.state for notice in _forms(Notice.interview_id == interview.id)} == {"archived"}


def test_a_point_is_graded_and_changed_on_its_forms(department: Department) -> None:
    data = {
        "unit_id": department.unit("SK").id, "title": "量身定制招标条件", "post": "招标管理岗", "power_item": "招标文件审查",
        "category": "process", "manifestation": "设置倾向性条件", "measures": [{"text": "双人复核"}],
        "resp_post": "招标管理岗", "resp_leader_post": "分管领导", "likelihood": 1, "impact": 2,
    }  # fmt: skip
    point = risk_points.create(department.actor("post"), data)
    department.take("post", point, "submit")
    department.take("unit_discipline", point, "pass_unit", meeting_record="处务会研究")
    department.take("unit_discipline2", point, "grade", level="low", level_reason="裁量空间小")
    form = _printed("risk_point_form")
    assert [column["text"] for column in form["opinions"]] == [
        "提交审核", "会议或互查记录：处务会研究", "审定等级：低",
    ]  # fmt: skip
    assert (form["level"], form["level_reason"], form["likelihood"]) == ("低", "裁量空间小", "1（罕见）")
    department.take("dept_head", point, "open_review", reason="职责调整")
    department.take(
        "dept_head", point, "propose_change", kind="change", reason="职责调整", new_title="倾向性招标条件"
    )
    department.take("unit_discipline", point, "reject_change", reason="表述不准")
    changed = _printed("change_approval")
    assert changed["changes"] == [[1, "风险点", "量身定制招标条件", "倾向性招标条件"]]
    assert changed["opinions"][-1]["text"] == "表述不准"


def test_a_year_is_reviewed_on_its_form(department: Department) -> None:
    department.point(level="low")
    annual_reviews.open_year(clock.today().year)
    review: Case = db.session.scalars(select(annual_reviews.AnnualReview)).one()
    department.take("dept_head", review, "confirm")
    assert _one("annual_review_form").state == "draft"
    department.take("commissioner", review, "countersign", opinion="同意")
    form = _printed("annual_review_form")
    assert (form["counted"], form["points"][0][6], form["opinions"][1]["text"]) == (
        "维持 1 个",
        "维持",
        "同意",
    )


def test_papers_about_papers_and_blank_forms(department: Department) -> None:
    issue = department.issued()
    letter = _one("rectification_notice")
    drafter = department.actor("office").user_id
    department.take(
        "office", letter, "send", method="direct", servers="干部甲、干部乙", sent_on=clock.today().isoformat()
    )
    assert _one("service_receipt").state == "draft"
    beside = dict(record_links.links(department.actor("office"), letter))["文书"]
    assert {paper.kind for paper in beside} == {"service_receipt", "dispatch_draft"}  # type: ignore[attr-defined]
    receipt, slip = _printed("service_receipt"), _printed("dispatch_draft")
    assert (receipt["number"], receipt["receiver_unit"], receipt["servers"]) == (
        letter.number,
        issue.unit.name,
        ["干部甲", "干部乙"],
    )
    assert [slip[name]["text"] for name in ("checked", "signed")] == ["核稿通过", "同意签发"]
    for kind in ("dispatch_register", "seal_register", "destruction_list", "evaluation_form", "issue_ledger"):
        papers.draft(kind, Subject(issue.unit), drafter)
    assert _printed("dispatch_register")["entries"][0][2] == letter.number
    assert _printed("seal_register")["entries"] == []
    assert "verification" not in render_html(
        "evaluation_form", notice_contexts.context_of(_one("evaluation_form"))
    )
    department.point(level="low")
    papers.draft("risk_ledger", Subject(issue.unit), drafter)
    assert _printed("risk_ledger")["rows"][0]["risk"] == "小额项目直接指定\n直接指定"
    assert _printed("issue_ledger")["rows"][0]["progress"] == "已交办"
