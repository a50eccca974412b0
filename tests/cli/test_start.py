"""How fast the command answers, how the worker stops, what the doctor says, and that pages are fresh."""

import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from time_machine import travel

from riskctl import diagrams, doctor
from riskctl.ladders import Duty
from riskctl.services import seals
from riskctl.workflows.engine import Workflow
from tests.cli.conftest import Riskctl
from tests.department import Department

ROOT = Path(__file__).parents[2]


def _python(*arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)


def test_nothing_heavy_is_imported_before_a_command_runs() -> None:
    heavy = "flask sqlalchemy weasyprint xlsxwriter python_calamine marshmallow cryptography huey transitions"
    code = f"import sys, riskctl.cli; print(*set('{heavy}'.split()) & set(sys.modules))"
    assert _python("-c", code).stdout.split() == []


def test_help_lists_the_commands() -> None:
    result = _python("-c", "from riskctl.cli import main; main()", "--help")
    assert "verify-audit" in result.stdout


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ticks_and_stops_when_told(
    department: Department, environment: dict[str, str], sent: signal.Signals
) -> None:
    command = [sys.executable, "-c", "from riskctl.cli import main; main()", "worker"]
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as worker:
        assert worker.stderr is not None
        said = ""
        for line in worker.stderr:
            said += line
            if "riskctl.jobs tick:" in line:  # not before: huey takes signals only once it works
                break
        worker.send_signal(sent)
        assert worker.wait(timeout=60) == 0
        said += worker.stderr.read()
    assert re.search("tick: .*封存", said)
    assert "Traceback" not in said
    with department.app.app_context():
        assert seals.latest() is not None


# --- doctor --------------------------------------------------------------------------------------


@travel(datetime(2026, 6, 1, 2, tzinfo=UTC))
def test_the_doctor_finds_a_sound_installation_sound(riskctl: Riskctl) -> None:
    result = riskctl("doctor")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line.split("：")[0] for line in lines] == [
        "正常  设置", "正常  数据目录", "正常  数据库", "正常  数据库版本", "正常  事件保护",
        "正常  工作日历", "正常  文书模板", "正常  系统库", "正常  字体",
    ]  # fmt: skip


@travel(datetime(2026, 11, 16, 2, tzinfo=UTC))
def test_the_doctor_reminds_of_the_next_calendar_and_finds_nothing_wrong(riskctl: Riskctl) -> None:
    result = riskctl("doctor")
    assert result.exit_code == 0
    assert "提醒  工作日历：尚未录入2027年放假安排" in result.output


def _wrong(output: str) -> dict[str, str]:
    lines = [line.removeprefix("有误  ") for line in output.splitlines() if line.startswith("有误")]
    return dict(line.split("：", 1) for line in lines)


def test_the_doctor_works_without_settings(riskctl: Riskctl) -> None:
    result = riskctl("doctor", RISKCTL_SECRET_KEY="")
    assert result.exit_code == 1
    wrong = _wrong(result.output)
    assert "RISKCTL_SECRET_KEY" in wrong["设置"]
    assert "先改正设置" in wrong["数据库"]
    assert "正常  字体" in result.output


@pytest.mark.parametrize(
    ("change", "name", "cure"),
    [
        ({"RISKCTL_DATABASE_URL": "sqlite:////nowhere/riskctl.db"}, "数据库", "riskctl init-db"),
        ({"RISKCTL_DATABASE_URL": "postgresql://x:x@127.0.0.1:9/x"}, "数据库", "RISKCTL_DATABASE_URL"),
        ({"RISKCTL_DATABASE_URL": "mysql://x"}, "设置", "RISKCTL_DATABASE_URL"),
        ({"RISKCTL_FONT_DIR": "/nowhere"}, "字体", "RISKCTL_FONT_DIR"),
        ({"RISKCTL_DATA_DIR": "/proc/1/x"}, "数据目录", "RISKCTL_DATA_DIR"),
        ({"RISKCTL_HASH": "md5"}, "设置", "RISKCTL_HASH"),
    ],
)
def test_the_doctor_says_what_to_do(riskctl: Riskctl, change: dict[str, str], name: str, cure: str) -> None:
    result = riskctl("doctor", **change)
    assert result.exit_code == 1
    assert cure in _wrong(result.output)[name]


def test_the_doctor_sees_an_old_database(riskctl: Riskctl, tmp_path: Path) -> None:
    (tmp_path / "old.db").touch()
    result = riskctl("doctor", RISKCTL_DATABASE_URL=f"sqlite:///{tmp_path / 'old.db'}")
    assert "请先备份，再运行 riskctl init-db" in _wrong(result.output)["数据库版本"]
    assert "缺少触发器 event_no_update" in _wrong(result.output)["事件保护"]


def test_the_doctor_names_the_package_of_a_missing_library(
    riskctl: Riskctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_LIBRARIES", {"libnowhere.so.9": "libnowhere9"})
    assert "apt-get install -y libnowhere9" in _wrong(riskctl("doctor").output)["系统库"]


# --- pages ---------------------------------------------------------------------------------------


def test_the_workflow_pages_are_fresh(riskctl: Riskctl) -> None:
    result = riskctl("draw-workflows", "--check")
    assert result.exit_code == 0, result.output


def test_a_stale_page_is_named_and_written_anew(tmp_path: Path) -> None:
    assert len(diagrams.write(tmp_path)) == len(diagrams.WORKFLOWS)
    assert diagrams.write(tmp_path, check=True) == []
    (tmp_path / "issue.md").write_text("old", encoding="utf-8")
    assert diagrams.write(tmp_path, check=True) == ["issue.md"]
    assert (tmp_path / "issue.md").read_text(encoding="utf-8") == "old", "a check writes nothing"
    assert diagrams.write(tmp_path) == ["issue.md"]
    assert "整改" in (tmp_path / "issue.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("workflow", diagrams.WORKFLOWS, ids=lambda workflow: workflow.name)
def test_a_page_is_in_the_offices_words(workflow: Workflow) -> None:
    rules = {
        rule.__name__ for step in workflow.steps for rule in (*step.blockers, *step.checks, step.when) if rule
    }
    assert rules <= set(diagrams._RULES), "put the new rule into words in riskctl/diagrams.py"
    page = diagrams.page(workflow)
    steps = page.split("## 步骤")[1]
    assert not [word for word in re.findall(r"[A-Za-z_]{4,}", re.sub(r"`[^`]*`", "", steps)) if word != "br"]
    assert all(f"`{step.trigger}`" in steps and step.label in steps for step in workflow.steps)
    assert not [duty for duty in Duty if duty.value in steps]


def test_the_operations_page_lists_every_setting() -> None:
    sources = [*(ROOT / "riskctl").rglob("*.py"), *(ROOT / "scripts").iterdir()]
    texts = (
        path.read_text(encoding="utf-8") for path in sources if path.is_file() and path.suffix in ("", ".py")
    )
    used = {name for text in texts for name in re.findall(r"RISKCTL_[A-Z][A-Z_]+", text)}
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = set(re.findall(r"^\| `(RISKCTL_[A-Z_]+)`", page, re.M))
    assert table == used
