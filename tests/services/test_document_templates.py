"""文书模板: which version holds when, what a signed document keeps of it, who may give it another one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from time_machine import travel

from riskctl import clock
from riskctl.documents import samples, texts
from riskctl.documents.contexts import digest
from riskctl.documents.kinds import KINDS
from riskctl.errors import EditedMeanwhile, InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import DocumentTemplate
from riskctl.services import audit, document_templates as templates, notice_contexts
from tests.department import Department
from tests.services.test_notices import of

pytestmark = pytest.mark.usefixtures("session")
KIND = "rectification_notice"


def save(department: Department, text: str, by: str = "sysadmin", **changes: object) -> DocumentTemplate:
    given = {"effective_from": clock.today(), "reason": "办公会议定", "based_on": 0, **changes}
    return templates.save(department.actor(by), KIND, text, **given)  # type: ignore[arg-type]


def test_the_file_of_the_program_holds_until_somebody_saves_another(department: Department) -> None:
    builtin = templates.in_force(KIND)
    assert (builtin.number, builtin.source) == (0, texts.builtin(KIND))
    made = save(department, "请整改{{ title }}。")
    assert (templates.in_force(KIND).number, templates.source(KIND)) == (1, "请整改{{ title }}。")
    assert templates.in_force("immediate_notice").number == 0
    (event,) = audit.history("template", made.id)
    assert event.event.trigger == "save_template"
    assert (event.data["kind"], event.data["version"], event.data["reason"]) == (KIND, 1, "办公会议定")
    back = save(department, builtin.source, based_on=1, reason="恢复")
    assert [v.number for v in templates.history(KIND)] == [2, 1, 0]
    assert (templates.source(KIND), back.version) == (builtin.source, 2)


def test_a_version_holds_from_its_day_on_whatever_is_saved_before_it_begins(department: Department) -> None:
    start = clock.today() + timedelta(days=7)
    save(department, "新规定施行后的文字。", effective_from=start)
    assert templates.in_force(KIND).number == 0
    save(department, "更正一处错字。", based_on=1)
    assert templates.in_force(KIND).number == 2
    assert templates.overview()[KIND] == ((2, clock.today()), (1, start))
    with travel(start + timedelta(days=1)):
        assert templates.in_force(KIND).number == 1
        assert templates.overview()[KIND] == ((1, start), None)


def test_a_signed_document_keeps_the_text_that_was_signed(department: Department) -> None:
    early = of(department.issued())
    assert early.context is not None
    before = dict(early.context)
    assert before["template"] == {"version": 0}
    save(department, "请按下列要求整改。\n{{ requirement }}")
    late = of(department.issued("WZ"))
    assert late.context is not None
    assert late.context["template"] == {"version": 1}
    assert late.context["paragraphs"][0]["text"] == "请按下列要求整改。"
    save(department, "又改了一次。", based_on=1)
    db.session.expire_all()
    assert early.context == before
    assert early.sha256 == digest(early.context)
    assert "逾期未改" in before["paragraphs"][-1]["text"]
    _, pdf = notice_contexts.pdf_of(department.actor("office"), early.id)
    assert pdf.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"text": "第一行\n{{ unit_nam }}"}, "source", "第2行：没有“unit_nam”这项数据"),
        ({"text": "第一行\n{{ title|official_date }}"}, "source", "第2行：数据与写法不合"),
        ({"text": "见http://riskctl.test/"}, "source", "第1行：不能引用网址"),
        ({"text": texts.builtin(KIND)}, "source", "内容与上一版相同"),
        ({"effective_from": clock.today() - timedelta(days=1)}, "effective_from", "不能早于今天"),
        ({"reason": "  "}, "reason", "须写明理由"),
        ({"reason": "长" * 256}, "reason", "不超过255字"),
    ],
)
def test_what_is_refused_is_not_saved(
    department: Department, changes: dict[str, object], field: str, said: str
) -> None:
    given = {"text": "请整改。", **changes}
    with pytest.raises(InvalidInput) as refused:
        save(department, **given)  # type: ignore[arg-type]
    (reason,) = refused.value.reasons
    assert reason.field == field
    assert said in reason.message
    assert templates.history(KIND)[0].number == 0


def test_one_that_the_data_outgrew_is_told_of(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(department, "一\n{{ acceptance_standard }}")
    assert templates.unfit() == []
    data = dict(samples.sample(KIND))
    del data["acceptance_standard"]
    monkeypatch.setattr(samples, "sample", lambda kind: data)
    (told,) = templates.unfit()
    assert told.startswith("整改通知书第1版第2行：没有“acceptance_standard”这项数据")


def test_who_keeps_templates_and_who_does_not(department: Department) -> None:
    for number, name in enumerate(("sysadmin", "office", "office_head")):
        save(department, f"请整改，{name}。", by=name, based_on=number)
    for name in ("secadmin", "auditadmin", "unit_discipline", "leader", "resident"):
        with pytest.raises(NotAllowed):
            save(department, "请整改。", by=name, based_on=3)
    with pytest.raises(NotFound):
        templates.version(KIND, 9)
    with pytest.raises(NotFound):
        templates.kind_of("nothing")


def test_a_preview_shows_cases_to_those_only_who_may_see_them(department: Department) -> None:
    notice = of(department.issued())
    office, sysadmin = department.actor("office"), department.actor("sysadmin")
    assert templates.records(office, KIND) == [notice]
    assert templates.records(sysadmin, KIND) == []
    told = notice_contexts.told_to(office, KIND, notice.id)
    assert told is not None
    assert templates.preview(KIND, "请整改{{ title }}。", told).startswith(b"%PDF")
    assert notice_contexts.told_to(sysadmin, KIND, None) is None
    for actor, kind in ((sysadmin, KIND), (office, "immediate_notice")):
        with pytest.raises(NotFound):
            notice_contexts.told_to(actor, kind, notice.id)
    assert templates.history(KIND)[0].number == 0


def test_two_who_save_at_once_do_not_overwrite_each_other(app: Flask, department: Department) -> None:
    actor, day = department.actor("office"), clock.today()
    db.session.rollback()
    start = Barrier(2)

    def give(number: int) -> str:
        with app.app_context():
            start.wait(30)
            try:
                templates.save(
                    actor, KIND, f"请整改，其{number}。", effective_from=day, reason="修改", based_on=0
                )
            except EditedMeanwhile as error:
                return error.message
            return "saved"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(give, range(2)))
    assert outcomes == ["saved", "已有人保存了第1版，请对照后再保存"]
    assert [v.number for v in templates.history(KIND)] == [1, 0]


def test_a_version_is_never_changed_nor_deleted(department: Department) -> None:
    save(department, "请整改。")
    for statement in (update(DocumentTemplate).values(source="改"), delete(DocumentTemplate)):
        with pytest.raises(DBAPIError, match="never changed"):
            db.session.execute(statement)
        db.session.rollback()


def test_every_document_has_a_template_that_comes_with_the_program() -> None:
    for code in KINDS:
        found = templates.in_force(code)
        assert found.number == 0
        assert found.source.strip()
