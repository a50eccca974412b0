"""Each command as an operator runs it: what it prints, its exit code, and what it says when it cannot."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from riskctl.cli import main
from riskctl.services import accounts, seals
from tests.cli.conftest import Riskctl
from tests.department import Department
from tests.services.organization_book import SMALL, book

CONTRACT = (
    "init-db", "seed-demo", "serve", "worker", "create-user", "create-token", "import-risk-points", "import-issues",
    "import-organization", "export-ledger", "tick", "verify-audit", "backup", "restore", "draw-workflows", "doctor",
)  # fmt: skip


def test_the_contracts_commands_are_all_there() -> None:
    assert set(CONTRACT) <= set(main.commands)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_each_command_explains_itself(riskctl: Riskctl, command: str) -> None:
    result = riskctl(command, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()[2].strip()) > 10


@pytest.mark.parametrize(
    "arguments",
    [
        ("init-db",), ("seed-demo",), ("serve",), ("worker",), ("create-user", "a", "--name", "b"),
        ("create-token", "a"), ("reset-password", "a"), ("import-organization", "FILE"), ("tick",), ("verify-audit",),
        ("export-ledger", "issues", "out.xlsx"), ("backup", "out"), ("restore", "FILE"), ("export-seal", "out"),
        ("import-risk-points", "FILE"), ("import-issues", "FILE"),
    ],
    ids=lambda arguments: arguments[0],
)  # fmt: skip
def test_a_missing_setting_is_one_line(riskctl: Riskctl, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    result = riskctl(
        *(str(file) if word == "FILE" else word for word in arguments), RISKCTL_AUDIT_KEY="short"
    )
    assert result.exit_code == 1
    assert result.output.strip() == "RISKCTL_AUDIT_KEY 未设置或少于 16 个字符：请设为一段随机文字，并妥善保存"


def test_a_database_that_was_not_made_is_one_line(riskctl: Riskctl, tmp_path: Path) -> None:
    for command in (("tick",), ("create-token", "office"), ("export-ledger", "issues", str(tmp_path / "x"))):
        result = riskctl(*command, RISKCTL_DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
        assert result.exit_code == 1
        assert "请运行 riskctl doctor" in result.output
        assert len(result.output.splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_one_line(riskctl: Riskctl) -> None:
    result = riskctl("init-db", RISKCTL_DATA_DIR="/proc/riskctl", RISKCTL_DATABASE_URL="")
    assert result.exit_code == 1
    assert "/proc/riskctl" in result.output
    assert len(result.output.splitlines()) == 1


def test_init_db_makes_the_database_and_again_changes_nothing(riskctl: Riskctl, tmp_path: Path) -> None:
    for _ in range(2):
        result = riskctl("init-db", RISKCTL_DATABASE_URL="")
        assert (result.exit_code, result.output) == (0, "数据库已就绪\n")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


# --- accounts ------------------------------------------------------------------------------------


def test_create_user_prints_a_password_that_signs_in(riskctl: Riskctl, department: Department) -> None:
    result = riskctl(
        "create-user", "fresh", "--name", "工程科经办人", "--unit", "SK-02", "--role", "post:SK-02"
    )
    assert result.exit_code == 0
    with department.app.app_context():
        assert accounts.authenticate("fresh", result.output.splitlines()[-1]).must_change_password


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("office", "--name", "甲"), "已被使用"),
        (("fresh", "--name", "甲", "--unit", "NO"), "没有代码为 NO 的单位"),
        (("fresh", "--name", "甲", "--role", "boss:SK"), "没有“boss”这种岗位，可用：post"),
        (("fresh", "--name", "甲", "--role", "sysadmin", "--role", "office"), "三员互斥"),
    ],
)
def test_create_user_says_why_not(
    riskctl: Riskctl, department: Department, arguments: tuple[str, ...], words: str
) -> None:
    result = riskctl("create-user", *arguments)
    assert (result.exit_code, words in result.output) == (1, True)


def test_reset_password_and_create_token(riskctl: Riskctl, department: Department) -> None:
    password = riskctl("reset-password", "office").output.splitlines()[-1]
    token = riskctl("create-token", "office").output.splitlines()[-1]
    with department.app.app_context():
        assert accounts.authenticate("office", password)
        assert accounts.user_of_token(token).username == "office"
    for command in ("reset-password", "create-token"):
        result = riskctl(command, "nobody")
        assert (result.exit_code, result.output) == (1, "没有用户 nobody\n")


def test_import_organization(riskctl: Riskctl, tmp_path: Path) -> None:
    template, file, slips = tmp_path / "t.xlsx", tmp_path / "o.xlsx", tmp_path / "slips.txt"
    assert riskctl("import-organization", "--template", template).exit_code == 0
    assert "填写说明" in openpyxl.load_workbook(template).sheetnames
    file.write_bytes(book(SMALL))
    first = riskctl("import-organization", file, "--slips", slips)
    assert (first.exit_code, first.output.splitlines()[0][:20]) == (
        0,
        "单位新增 4，人员新增 6，岗位变动 6"[:20],
    )
    assert "一次性密码" in slips.read_text(encoding="utf-8")
    again = riskctl("import-organization", file)
    assert again.output == "单位新增 0，人员新增 0，岗位变动 0，资料变更 0\n"
    assert riskctl("import-organization").output == "请给出组织机构文件，或用 --template 写出空白模板\n"
    assert riskctl("import-organization", tmp_path / "none.xlsx").exit_code == 2


# --- ledgers, backup -----------------------------------------------------------------------------


def test_export_ledger(riskctl: Riskctl, department: Department, tmp_path: Path) -> None:
    with department.app.app_context():
        department.issue("SK")
    out = tmp_path / "out.xlsx"
    result = riskctl("export-ledger", "issues", out, "--unit", "SK", "--as", "office", "--reason", "年度检查")
    assert (result.exit_code, result.output) == (0, f"已导出 1 行到 {out}\n")
    assert openpyxl.load_workbook(out).worksheets[0]["C4"].value == "青岭水库管理处"
    refused = riskctl("export-ledger", "issues", out, "--as", "office")
    assert (refused.exit_code, "--reason" in refused.output) == (1, True)
    nowhere = riskctl("export-ledger", "issues", tmp_path / "none" / "out.xlsx")
    assert (nowhere.exit_code, "No such file" in nowhere.output) == (1, True)
    assert riskctl("export-ledger", "interviews", out).exit_code == 2


def test_backup_and_restore(riskctl: Riskctl, department: Department, tmp_path: Path) -> None:
    out = tmp_path / "riskctl.backup"
    said = riskctl("backup", out)
    assert (said.exit_code, "sha256" in said.output) == (0, True)
    assert "已恢复" in riskctl("restore", out).output
    assert riskctl("verify-audit").exit_code == 0
    out.write_bytes(out.read_bytes()[:1000])
    damaged = riskctl("restore", out)
    assert (damaged.exit_code, "未做任何改动" in damaged.output) == (1, True)


# --- seals and verification ----------------------------------------------------------------------


def test_tick_seals_once(riskctl: Riskctl, department: Department) -> None:
    first = riskctl("tick")
    assert (first.exit_code, "封存事件 " in first.output) == (0, True)
    assert riskctl("tick").output == "没有新的事项\n"
    wrong = riskctl("tick", "--now", "tomorrow")
    assert (wrong.exit_code, "须为 ISO 时间" in wrong.output) == (1, True)


def test_a_large_backlog_is_counted_whole(
    riskctl: Riskctl, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = riskctl("verify-audit").output
    monkeypatch.setattr(seals, "MOST_EVENTS", 100)
    sealed = riskctl("tick").output.partition("封存事件 ")[2]
    assert sealed.split()[0] == counted.split("：")[1].split()[0]


def test_a_tick_during_a_migration_fails_with_a_line(
    riskctl: Riskctl, department: Department, environment: dict[str, str]
) -> None:
    path = environment["RISKCTL_DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    refused = riskctl("tick")
    assert refused.exit_code == 1
    assert refused.output.startswith("数据库正在升级或尚未升级（现为0001")
    assert len(refused.output.splitlines()) == 1


def test_a_clock_that_was_ahead_is_put_right(riskctl: Riskctl, department: Department) -> None:
    assert riskctl("tick", "--now", "2040-01-02T09:00").exit_code == 0
    behind = riskctl("tick")
    assert (behind.exit_code, behind.output[:12]) == (0, "时钟早于上次办理时间（2")
    assert "恢复办理" in riskctl("tick", "--accept-clock").output
    assert "时钟" not in riskctl("tick").output


def test_verify_audit_finds_a_row_edited_by_hand(
    riskctl: Riskctl, department: Department, environment: dict[str, str], tmp_path: Path
) -> None:
    with department.app.app_context():
        code = department.issued("SK").code
    riskctl("tick")
    seal = tmp_path / "seal.json"
    assert riskctl("export-seal", seal).exit_code == 0
    clean = riskctl("verify-audit", "--seal", seal)
    assert (clean.exit_code, clean.output[:5]) == (0, "核验通过：")
    path = environment["RISKCTL_DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE issue SET due_on = '2099-01-01'")
    broken = riskctl("verify-audit")
    assert broken.exit_code == 1
    assert code in broken.output
    assert "发现 1 处异常" in broken.output


def test_verify_audit_compares_an_exported_ledger(
    riskctl: Riskctl, department: Department, tmp_path: Path
) -> None:
    with department.app.app_context():
        department.issue("SK")
    out = tmp_path / "out.xlsx"
    assert riskctl("export-ledger", "issues", out).exit_code == 0
    agreed = riskctl("verify-audit", "--ledger", out)
    assert (agreed.exit_code, agreed.output) == (0, "相符（1 行）\n")
    book = openpyxl.load_workbook(out)
    book.worksheets[0]["G4"].value = "另一个问题"
    book.save(out)
    edited = riskctl("verify-audit", "--ledger", out)
    assert (edited.exit_code, edited.output[:3], "列“问题”" in edited.output) == (1, "不符：", True)
    foreign = tmp_path / "foreign.xlsx"
    openpyxl.Workbook().save(foreign)
    refused = riskctl("verify-audit", "--ledger", foreign)
    assert (refused.exit_code, "不是本系统导出的台账" in refused.output) == (1, True)


def test_seals_that_are_not_there(riskctl: Riskctl, department: Department, tmp_path: Path) -> None:
    none = riskctl("export-seal", tmp_path / "seal.json")
    assert (none.exit_code, none.output) == (1, "尚无封存：请先运行 riskctl tick\n")
    other = tmp_path / "other.json"
    other.write_text("{}", encoding="utf-8")
    wrong = riskctl("verify-audit", "--seal", other)
    assert (wrong.exit_code, "不是本系统导出的封签文件" in wrong.output) == (1, True)


# --- demo ----------------------------------------------------------------------------------------


def test_seed_demo_needs_a_password_and_an_empty_database(riskctl: Riskctl) -> None:
    refused = riskctl("seed-demo", RISKCTL_DEMO_PASSWORD="short")
    assert (refused.exit_code, "没有默认密码" in refused.output) == (1, True)
    small: Any = {"RISKCTL_DEMO_PASSWORD": "Demo-2026-x"}
    assert riskctl("seed-demo", "--risk-points", "20", "--issues", "5", **small).exit_code == 0
    assert riskctl("verify-audit").exit_code == 0
    again = riskctl("seed-demo", **small)
    assert (again.exit_code, "只能装入空库" in again.output) == (1, True)
    assert riskctl("seed-demo", "--passwords-only", RISKCTL_DEMO_PASSWORD="Other-2026-x").exit_code == 0
    assert riskctl("seed-demo", "--risk-points", "-1", **small).exit_code == 2
    assert "secadmin" in riskctl("demo-accounts", **small).output
