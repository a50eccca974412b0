"""The organisation from a workbook: all of it or nothing, and run again only what differs."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import BranchCover, Event, Issuer, RoleGrant, Unit, User
from riskctl.permissions import Permission, Role
from riskctl.services import accounts, organization
from riskctl.services.exchange import organization as sheets
from riskctl.services.exchange.organization_sheet import ISSUERS, PEOPLE, UNITS
from riskctl.services.verification import verify
from tests.services.organization_book import SMALL, Rows, book, changed, large

COUNTED = (Unit, User, RoleGrant, BranchCover, Issuer, Event)


def _import(sheets_of: Mapping[str, Rows] = SMALL) -> sheets.Result:
    return sheets.import_file(book(sheets_of))


def _counts() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in COUNTED]


def _unit(code: str) -> Unit:
    return db.session.scalars(select(Unit).where(Unit.code == code)).one()


def test_a_fresh_installation_gets_root_administrators_and_issuers(session: Any) -> None:
    result = _import()
    assert (result.refusals, result.units, result.people, result.roles) == ([], 4, 6, 6)
    assert organization.root().name == "锦川省水利厅"
    for username, role in (("xitong", "sysadmin"), ("anquan", "secadmin"), ("shenji", "auditadmin")):
        assert accounts.actor_of(accounts.find(username)).grants == ((Role(role), None),)
    issuer = session.scalars(select(Issuer)).one()
    assert (issuer.head, issuer.word, issuer.signer_role) == (
        "机关纪律检查委员会文件",
        "锦水机纪",
        "office_head",
    )
    assert verify().problems == []


def test_slips_open_the_accounts_once_and_ask_for_a_new_password(session: Any) -> None:
    slips = {slip.username: slip for slip in _import().slips}
    assert len(slips) == 6
    user = accounts.authenticate("skjw", slips["skjw"].password)
    assert user.must_change_password
    assert slips["skjw"].unit == "青岭水库管理处"


def test_a_role_on_a_branch_reaches_the_units_that_it_covers(session: Any) -> None:
    _import()
    covered = accounts.actor_of(accounts.find("skjw")).units(Permission.CASE_VIEW)
    assert covered == {_unit(code).id for code in ("SK", "SK-01", "SK-Z1")}


def test_the_same_workbook_again_changes_nothing(session: Any) -> None:
    _import()
    before = _counts()
    again = _import()
    assert (again.units, again.people, again.roles, again.changed, again.slips) == (0, 0, 0, 0, [])
    assert _counts() == before


def test_only_what_differs_is_changed(session: Any) -> None:
    _import()
    before = _counts()
    result = _import(changed(PEOPLE, 4, ["skjb", "水库处经办人", "副科长", "SK-01", "经办人", "SK-01"]))
    assert (result.people, result.changed, result.roles) == (0, 1, 2)
    user = accounts.find("skjb")
    assert (user.post, user.unit.code) == ("副科长", "SK-01")
    assert [(g.role, g.unit.code) for g in user.grants] == [("post", "SK-01")], "the old role is taken back"
    triggers = session.scalars(select(Event.trigger).order_by(Event.id.desc()).limit(3)).all()
    assert sorted(triggers) == ["change", "grant", "revoke"]
    assert _counts()[:5] == before[:5]


def test_a_person_without_a_role_in_the_sheet_keeps_those_he_has(session: Any) -> None:
    _import()
    assert _import(changed(PEOPLE, 4, ["skjb", "水库处经办人", "科员", "SK"])).roles == 0
    assert [grant.role for grant in accounts.find("skjb").grants] == ["post"]


def test_a_moved_unit_takes_along_what_is_below_it(session: Any) -> None:
    _import()
    rows = [*SMALL[UNITS], ["YH", "云溪灌区管理局", "直属单位", "SLT"]]
    rows[1] = ["SK", "青岭水库管理站", "科室", "YH"]
    assert _import({**SMALL, UNITS: rows}).units == 1
    section = _unit("SK-01")
    assert section.path == "".join(["/", *(f"{_unit(code).id}/" for code in ("SLT", "YH", "SK", "SK-01"))])
    assert _unit("SK").name == "青岭水库管理站"


def test_members_of_a_branch_are_counted(session: Any) -> None:
    rows = ["SK-Z1", "青岭水库管理处党支部", "党支部", "SK", "SK、SK-01", 23]
    _import(changed(UNITS, 3, rows))
    assert _unit("SK-Z1").members == 23
    assert _import(changed(UNITS, 3, rows[:5])).changed == 0, "left empty it stays as it was"


def test_a_stopped_account_cannot_sign_in(session: Any) -> None:
    slips = {slip.username: slip.password for slip in _import().slips}
    _import(changed(PEOPLE, 4, ["skjb", "水库处经办人", "科员", "SK", "经办人", "", "是"]))
    with pytest.raises(Exception, match="用户名或密码不正确"):
        accounts.authenticate("skjb", slips["skjb"])


@pytest.mark.parametrize(
    ("name", "at", "row", "column", "words"),
    [
        (UNITS, 1, ["SK", "", "直属单位", "SLT"], "名称", "不能为空"),
        (UNITS, 1, ["SK", "青岭", "事业单位", "SLT"], "类别", "只能填：厅机关、处室"),
        (UNITS, 1, ["SK", "青岭", "直属单位", "XX"], "上级代码", "没有这个代码"),
        (UNITS, 1, ["青岭", "青岭", "直属单位", "SLT"], "代码", "只能用字母"),
        (UNITS, 1, ["SK", "青岭", "直属单位"], "上级代码", "最高一级只能有一个"),
        (UNITS, 1, ["SK", "青岭", "直属单位", "SK-01"], "上级代码", "成了圈"),
        (UNITS, 1, ["SK", "青岭", "直属单位", "SLT", "SK-01"], "覆盖单位代码", "只有党支部"),
        (UNITS, 4, ["SK", "青岭", "直属单位", "SLT"], "代码", "与第4行重复"),
        (UNITS, 3, ["SK-Z1", "支部", "党支部", "SK"], "覆盖单位代码", "须写明"),
        (UNITS, 3, ["SK-Z1", "支部", "党支部", "SK", "SK、NO"], "覆盖单位代码", "没有这样的单位，或本身是党支部：NO"),
        (UNITS, 3, ["SK-Z1", "支部", "党支部", "SK", "SK", "九人"], "党员人数", "须为数字"),
        (UNITS, 4, ["SK-09", "科", "科室", "SK-Z1"], "上级代码", "党支部之下不设单位"),
        (PEOPLE, 4, ["", "经办人", "", "SK", "经办人"], "用户名", "不能为空"),
        (PEOPLE, 4, ["经办", "经办人", "", "SK", "经办人"], "用户名", "英文字母"),
        (PEOPLE, 4, ["skjb", "经办人", "", "NO", "经办人", "SK"], "所在单位代码", "没有这个代码"),
        (PEOPLE, 4, ["skjb", "经办人", "", "SK", "处长"], "岗位", "只能填"),
        (PEOPLE, 4, ["skjb", "经办人", "", "", "经办人"], "任职单位代码", "管到哪个单位"),
        (PEOPLE, 4, ["skjb", "经办人", "", "SK", "经办人", "NO"], "任职单位代码", "没有这个代码"),
        (PEOPLE, 4, ["skjb", "经办人", "", "SK", "", "SK"], "岗位", "未填岗位"),
        (PEOPLE, 5, ["skjw", "纪检委员", "", "SK", "支部纪检委员", "SK"], "任职单位代码", "须任职于党支部"),
        (PEOPLE, 6, ["skjb", "水库处另一人", "科员", "SK", "部门负责人"], "姓名或岗位", "第7行写的不一样"),
        (PEOPLE, 6, ["skjb", "水库处经办人", "科员", "SK", "经办人", "SK"], "岗位", "与第7行的岗位相同"),
        (PEOPLE, 6, ["xitong", "系统管理员", "", "", "安全管理员"], "岗位", "三员互斥"),
        (PEOPLE, 6, ["anquan", "安全管理员", "", "", "经办人", "SK"], "岗位", "不得担任业务岗位"),
        (PEOPLE, 6, ["skjw", "水库处支部纪检委员", "纪检委员", "SK", "部门负责人", "SK"], "岗位", "党政正职不得兼任"),
        (ISSUERS, 0, ["JGJW", "纪委", "", "", "书记", "机关纪委书记"], "代字", "不能为空"),
        (ISSUERS, 0, ["JGJW", "纪委", "", "锦", "书记", "系统管理员"], "签发岗位", "三员不签发"),
        (ISSUERS, 0, ["JGJW", "纪委", "", "锦", "书记", "机关纪委书记", "NO"], "单位代码", "没有这个代码"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_nothing_is_written(
    session: Any, name: str, at: int, row: list[object], column: str, words: str
) -> None:
    result = _import(changed(name, at, row))
    found = [r for r in result.refusals if (r.sheet, r.column) == (name, column) and words in r.reason]
    assert found, result.refusals
    assert at + 3 in {refusal.row for refusal in found}, "rows are counted as Excel shows them"
    assert found[0].value in {str(cell)[:60] for cell in [*row, ""]}
    assert _counts() == [0] * len(COUNTED)


def test_the_head_of_a_section_may_watch_the_branch_of_another(session: Any) -> None:
    rows = [*SMALL[UNITS], ["SK-02", "财务科", "科室", "SK"], ["SK-Z2", "财务支部", "党支部", "SK", "SK-02"]]
    people = [
        ["kz", "工程科长", "科长", "SK-01", "部门负责人"],
        ["kz", "工程科长", "科长", "SK-01", "支部纪检委员", "SK-Z2"],
    ]
    assert _import({UNITS: rows, PEOPLE: people}).refusals == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "文件是空的"),
        (b"not a workbook at all", "没有找到名为“单位”"),
        (book({PEOPLE: []}).replace(b"PK", b"KP"), "不是工作簿"),
    ],
)
def test_what_is_no_such_workbook_is_refused(session: Any, data: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        sheets.import_file(data)
    assert _counts() == [0] * len(COUNTED)


def test_a_mistyped_column_is_not_passed_over_in_silence(session: Any) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(book(SMALL)))
    workbook[PEOPLE]["E2"] = "角色"
    output = io.BytesIO()
    workbook.save(output)
    with pytest.raises(InvalidInput, match="“人员”的列“角色”不能识别"):
        sheets.import_file(output.getvalue())


def test_the_template_lists_every_column_and_is_read_back(session: Any) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(sheets.template()))
    assert workbook.sheetnames == [UNITS, PEOPLE, ISSUERS, "填写说明"]
    assert {cell.value for cell in workbook[UNITS][1]} == {
        "代码",
        "名称",
        "类别",
        "上级代码",
        "覆盖单位代码",
        "党员人数",
    }
    legend = "\n".join(str(cell.value) for row in workbook["填写说明"] for cell in row)
    assert "支部纪检委员" in legend
    assert sheets.import_file(sheets.template()).units == 0


def test_275_branches_get_their_commissioners(session: Any) -> None:
    _import()
    result = _import(large(275))
    assert (result.units, result.people, len(result.slips)) == (55 + 275 + 275, 275, 275)
    branch = _unit("D010-Z3")
    assert [unit.code for unit in branch.covers] == ["D010-K3"]


def test_slips_are_kept_from_others_and_never_overwritten(session: Any, tmp_path: Path) -> None:
    file, slips = tmp_path / "book.xlsx", tmp_path / "slips.txt"
    file.write_bytes(book(SMALL))
    said: list[str] = []
    assert sheets.run(file, slips, said.append) == 0
    assert slips.stat().st_mode & 0o777 == 0o600
    text = slips.read_text(encoding="utf-8")
    assert text.count("一次性密码") == 6
    assert "http://riskctl.test" in text
    assert not any("一次性密码" in line for line in said), "not on the screen as well"
    with pytest.raises(InvalidInput, match="已存在"):
        sheets.run(file, slips, said.append)
    assert slips.read_text(encoding="utf-8") == text


def test_refused_rows_leave_no_slips_behind(session: Any, tmp_path: Path) -> None:
    file, slips = tmp_path / "book.xlsx", tmp_path / "slips.txt"
    file.write_bytes(book(changed(UNITS, 1, ["SK", "", "直属单位", "SLT"])))
    said: list[str] = []
    assert sheets.run(file, slips, said.append) == 1
    assert said == ["单位 第4行 名称“”：不能为空：请填写", "有1处错误，未写入任何内容"]
    assert not slips.exists()
