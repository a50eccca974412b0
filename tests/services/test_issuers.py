"""发文机关: who sets them up, what is refused, and who seals in their name."""

from typing import Any

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Event, Issuer, Notice
from riskctl.services import accounts, issuers, transitions
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")


def given(department: Department, **changes: Any) -> dict[str, Any]:
    root = department.unit("SLT").id
    return {"code": "ZX", "name": "锦川省水利厅专项整治办公室", "word": "锦水专", "unit_id": root, "signer_role": "secretary", "signer_title": "主任"} | changes  # fmt: skip


def of(code: str) -> Issuer:
    return db.session.scalars(select(Issuer).where(Issuer.code == code)).one()


def test_an_issuer_is_set_up_and_changed(department: Department) -> None:
    issuers.save(department.actor("sysadmin"), None, given(department, contact="综合组"))
    made = of("ZX")
    assert (made.head, made.phone, made.words) == ("锦川省水利厅专项整治办公室文件", "", {})
    data = {name: value for name, value in given(department).items() if name != "code"}
    issuers.save(department.actor("office"), made, {**data, "word": "锦水专办", "contact": "综合组"})
    assert made.word == "锦水专办"
    asked = {item.name: item.default for item in issuers.inputs(of("JGJW"))}
    assert (asked["suggestion_word"], asked["supervision_word"]) == ("锦水纪建", "锦水督")
    logged = (
        select(Event).where(Event.case_type == "unit", Event.trigger == "issuer").order_by(Event.id.desc())
    )
    event = db.session.scalars(logged.limit(1)).one()
    assert event.changes["fields"] == {"ZX.word": ["锦水专", "锦水专办"]}
    assert event.actor_id == department.actor("office").user_id


def test_what_is_wrong_is_named(department: Department) -> None:
    for changes, said in (
        ({"code": "JGJW"}, "已被使用"),
        ({"code": "甲"}, "英文字母"),
        ({"word": "锦水机纪"}, "其他发文机关"),
        ({"word": "锦水〔2026〕"}, "括号"),
        ({"suggestion_word": "锦水纪建"}, "其他发文机关"),
        ({"supervision_word": "锦水 督"}, "括号和空格"),
        ({"signer_role": "auditor"}, "签发岗位"),
        ({"name": ""}, "名称"),
    ):
        with pytest.raises(InvalidInput, match=said):
            issuers.save(department.actor("office"), None, given(department, **changes))


def test_others_do_not_set_up_issuers_and_no_stranger_keeps_a_seal(department: Department) -> None:
    for username in ("unit_discipline", "secadmin", "resident"):
        with pytest.raises(NotAllowed):
            issuers.save(department.actor(username), None, given(department))
    stranger = department.actor("unit_discipline_b").user_id
    with pytest.raises(InvalidInput, match="用印人"):
        issuers.save(department.actor("office"), None, given(department, keeper_id=stranger))


def test_the_seal_keeper_seals_and_after_he_left_the_office(department: Department) -> None:
    department.issued()
    notice = db.session.scalars(select(Notice).where(Notice.document_class == "G")).one()
    today = clock.today().isoformat()
    keeper = department.actor("office2")
    notice.issuer.keeper_id = keeper.user_id
    db.session.commit()
    with pytest.raises(NotAllowed):
        department.take("office", notice, "seal", sealed_on=today)
    db.session.rollback()
    waits = transitions.waits_for(notice)
    assert {user["id"] for entry in waits for user in entry.users} >= {department.actor("office").user_id}
    accounts.change(accounts.find("office2"), active=False)
    db.session.commit()
    department.take("office", notice, "seal", sealed_on=today)
    assert notice.state == "sealed"
