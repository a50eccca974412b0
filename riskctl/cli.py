"""The `riskctl` command. Nothing heavy is imported before a command runs: --help answers at once."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from riskctl.errors import RiskctlError, system_words

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


def refusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Our own errors, and what an operator can cure, become one line and exit 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except RiskctlError as error:
            _fail(error.message)
        except OSError as error:
            _fail(system_words(error))

    return run


def in_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run the command inside the application."""

    @wraps(command)
    @refusing
    def run(*args: Any, **kwargs: Any) -> Any:
        from sqlalchemy.exc import OperationalError, ProgrammingError

        from riskctl import create_app

        try:
            with create_app().app_context():
                return command(*args, **kwargs)
        except (OperationalError, ProgrammingError) as error:
            _fail(f"数据库出错（{str(error.orig).splitlines()[0]}）：请运行 riskctl doctor 查明原因")

    return run


@click.group()
def main() -> None:
    """廉政风险防控系统的命令。"""


@main.command("init-db")
@in_app
def init_db() -> None:
    """Create or migrate the database."""
    from flask_migrate import upgrade

    upgrade()
    click.echo("数据库已就绪")


@main.command("seed-demo")
@click.option("--risk-points", type=click.IntRange(0), default=789, show_default=True)
@click.option("--issues", type=click.IntRange(0), default=60, show_default=True)
@click.option("--history", "past", is_flag=True, help="give each issue a past of about ten events")
@click.option("--passwords-only", is_flag=True, help="only set the demo accounts' passwords anew")
@in_app
def seed_demo(risk_points: int, issues: int, past: bool, passwords_only: bool) -> None:
    """Demo data of a fictional department; the password comes from RISKCTL_DEMO_PASSWORD."""
    from riskctl.services import demo

    password = os.environ.get("RISKCTL_DEMO_PASSWORD", "")
    if passwords_only:
        demo.set_passwords(password)
        return
    for label, total, steps in demo.seed(password, risk_points=risk_points, issues=issues, past=past):
        with click.progressbar(length=total, label=label) as bar:
            for done in steps:
                bar.update(done - bar.pos)


@main.command("demo-accounts")
@in_app
def demo_accounts() -> None:
    """The demo accounts with the password that RISKCTL_DEMO_PASSWORD gave them."""
    from riskctl.services.demo.organization import ACCOUNTS

    lines = (f"  {username:<18}{post}" for username, (post, *_) in ACCOUNTS.items())
    click.echo("\n".join([f"演示账号（密码均为 {os.environ.get('RISKCTL_DEMO_PASSWORD', '')}）：", *lines]))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, envvar="RISKCTL_PORT", show_default=True)
@click.option("--workers", default=2, show_default=True)
@refusing
def serve(host: str, port: int, workers: int) -> None:
    """The service under gunicorn."""
    from riskctl.config import load_settings

    load_settings()  # a bad value is said here in one line, not by each of gunicorn's workers
    options = ["--bind", f"{host}:{port}", "--workers", str(workers)]
    options += ["--worker-class", "gthread", "--threads", "4"]
    # Long Chinese filters get our own refusal; nothing of ours is steered through a socket in the home folder.
    options += ["--limit-request-line", "8190", "--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", *options, "riskctl:create_app()"]
    os.execv(sys.executable, command)  # noqa: S606 -- our own interpreter; gunicorn takes this process over


@main.command()
@refusing
def worker() -> None:
    """The background jobs: huey with one worker, the tick every ten minutes."""
    from riskctl.jobs.queue import run

    run()


@main.command("create-user")
@click.argument("username")
@click.option("--name", required=True, help="the post's name")
@click.option("--unit", "unit_code", help="the code of the home unit")
@click.option("--role", "roles", multiple=True, help="ROLE:UNIT-CODE, several times")
@in_app
def create_user(username: str, name: str, unit_code: str | None, roles: tuple[str, ...]) -> None:
    """A new account; prints its one-time password alone on the last line."""
    from riskctl.services import enrolment

    password = enrolment.create_user(username, name, unit_code, roles)
    click.echo(f"已建立账号 {username}，首次登录须修改密码。一次性密码：\n{password}")


@main.command("reset-password")
@click.argument("username")
@in_app
def reset_password(username: str) -> None:
    """A new one-time password, alone on the last line; also ends a lock-out."""
    from riskctl.services import enrolment

    password = enrolment.reset_password(username)
    click.echo(f"已重置账号 {username} 的密码并解除锁定，首次登录须修改密码。一次性密码：\n{password}")


@main.command("create-token")
@click.argument("username")
@in_app
def create_token(username: str) -> None:
    """A new API token, printed once, alone on the last line."""
    from riskctl.services import accounts

    click.echo(accounts.create_token(accounts.find(username)))


@main.command("import-organization")
@click.argument("file", required=False, type=_IN)
@click.option("--slips", type=_OUT, help="write the account slips here")
@click.option("--template", type=_OUT, help="write an empty sheet here")
@in_app
def import_organization(file: Path | None, slips: Path | None, template: Path | None) -> None:
    """Units, branches, people and roles from a workbook; run again it changes only what differs."""
    from riskctl.services.exchange import organization as sheets

    if template:
        template.write_bytes(sheets.template())
        click.echo(f"已写出模板 {template}")
    elif file is None:
        _fail("请给出组织机构文件，或用 --template 写出空白模板")
    else:
        sys.exit(sheets.run(file, slips, click.echo))


def _import_command(name: str, ledger: str) -> None:
    @main.command(name)
    @click.argument("file", type=_IN)
    @click.option("--unit", "unit_code", help="rows whose sheet names no unit; units are looked up below it")
    @click.option("--create-units", is_flag=True, help="make units that do not exist yet")
    @click.option("--draft", is_flag=True, help="make drafts of rows that are not in force yet")
    @click.option("--skip-bad-rows", is_flag=True, help="take the other rows when some are refused")
    @click.option("--as", "username", help="on whose account")
    @click.option("--dry-run", is_flag=True, help="say what would happen, write nothing")
    @click.option("--report", type=_OUT, help="refused rows as a workbook")
    @in_app
    def command(file: Path, **options: Any) -> None:
        """Read a ledger as offices keep it."""
        from riskctl.services.exchange import command_line

        sys.exit(command_line.run(file, ledger, options, click.echo))


_import_command("import-risk-points", "risk-points")
_import_command("import-issues", "issues")


@main.command("export-ledger")
@click.argument("ledger", type=click.Choice(["risk-points", "issues"]))
@click.argument("out", type=_OUT)
@click.option("--as-of", help="as it stood at the end of this day, 2026-06-30")
@click.option("--unit", "unit_code", help="only this unit and what is below it")
@click.option("--as", "username", help="on whose account")
@click.option("--reason", help="why the whole ledger is taken out")
@in_app
def export_ledger(ledger: str, out: Path, **options: str | None) -> None:
    """The ledger as offices print it, on the first sheet."""
    from riskctl.services.exchange import exporting

    click.echo(f"已导出 {exporting.export(ledger, out, **options)} 行到 {out}")


@main.command()
@click.option("--now", "moment", help="ISO moment to act at, for tests")
@click.option("--accept-clock", is_flag=True, help="the clock was ahead and is right now")
@in_app
def tick(moment: str | None, accept_clock: bool) -> None:
    """Everything that time brings; running it twice changes nothing more."""
    from riskctl.services import ticking

    click.echo(ticking.accept_clock() if accept_clock else ticking.tick(moment))


@main.command("verify-audit")
@click.option("--seal", type=_IN, help="a seal kept elsewhere")
@click.option("--ledger", type=_IN, help="an exported ledger, compared with what the events say")
@in_app
def verify_audit(seal: Path | None, ledger: Path | None) -> None:
    """Check every event, seal and record; exit 1 names each that is broken."""
    from riskctl.services import verification
    from riskctl.services.exchange import ledger_check

    check = ledger_check.opened(ledger) if ledger else None
    report = verification.verify(seal)
    click.echo("".join(f"{problem}\n" for problem in report.problems), nl=False)
    if report.problems:
        _fail(f"发现 {len(report.problems)} 处异常（共核验 {report.count} 个事件）")
    if check:
        sys.exit(ledger_check.run(check, click.echo))
    click.echo(f"核验通过：{report.count} 个事件，{report.seals} 次封存，{report.unsealed} 个事件尚未封存")


@main.command("export-seal")
@click.argument("out", type=_OUT)
@in_app
def export_seal(out: Path) -> None:
    """The latest seal with its members, to be kept elsewhere."""
    from riskctl.services import seals

    seal = seals.latest()
    if seal is None:
        _fail("尚无封存：请先运行 riskctl tick")
    seals.write_seal(seal, out)
    click.echo(f"已写出 {out}")


@main.command()
@click.argument("out", type=_OUT)
@in_app
def backup(out: Path) -> None:
    """Online backup of the database with the attachments and checksums, as one archive."""
    from riskctl.services import backups

    click.echo(backups.backup(out))


@main.command()
@click.argument("source", type=_IN)
@in_app
def restore(source: Path) -> None:
    """Verify a backup, then put it in the place of the present data."""
    from riskctl.services import backups

    click.echo(backups.restore(source))


@main.command("draw-workflows")
@click.option("--check", is_flag=True, help="fail when the files are stale, write nothing")
def draw_workflows(check: bool) -> None:
    """Write docs/workflows/*.md from the tables."""
    from riskctl import diagrams

    stale = diagrams.write(Path(__file__).parents[1] / "docs" / "workflows", check=check)
    if check and stale:
        _fail(f"流程图已过时：{'、'.join(stale)}；请运行 riskctl draw-workflows")
    click.echo(f"流程图均为最新，更新了 {len(stale)} 个")


@main.command()
def doctor() -> None:
    """Settings, database, migration head, fonts, libraries, calendar years: one line each."""
    from riskctl import doctor as checks

    sys.exit(checks.run(click.echo))
