"""riskctl doctor: what an installation needs, one line each: in order, or what to do about it."""

import ctypes
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from riskctl.config import BadSetting, Settings, load_settings

if TYPE_CHECKING:
    from flask import Flask

# library -> Debian's package; without the last a Chinese PDF takes seconds instead of a tenth
_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


class _Wrong(Exception):
    """Something is not in order; the message says what to do."""


class _Advice(Exception):
    """Everything works, but somebody has something to do; the message says what."""


def run(echo: Callable[[str], None]) -> int:
    """Check everything; 1 when something is wrong."""
    wrong = 0
    for name, check in _checks():
        try:
            echo(f"正常  {name}：{check()}")
        except _Wrong as problem:
            wrong = 1
            echo(f"有误  {name}：{problem}")
        except _Advice as advice:
            echo(f"提醒  {name}：{advice}")
    return wrong


def _checks() -> Iterator[tuple[str, Callable[[], str]]]:
    settings: Settings | None = None
    try:
        settings = load_settings()
        yield "设置", lambda: "RISKCTL_… 各项均有效"
    except BadSetting as error:
        message = error.message
        yield "设置", lambda: _refuse(message)
    if settings is None:
        yield "数据库", lambda: _refuse("未检查：请先改正设置")
    else:
        yield from _checks_of(settings)
    yield "系统库", _libraries
    yield "字体", _fonts


def _checks_of(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "数据目录", lambda: _data_dir(settings.data_dir)
    app: Flask | None = None

    def database() -> str:
        nonlocal app
        app = _open(settings)
        return "可以连接"

    def of_app(check: "Callable[[Flask], str]") -> str:
        return check(app) if app else _refuse("未检查：数据库不能连接")

    yield "数据库", database
    yield "数据库版本", lambda: of_app(_migrations)
    yield "事件保护", lambda: of_app(_protection)
    yield "工作日历", lambda: of_app(_calendar)
    yield "文书模板", lambda: of_app(_templates)
    if app:
        _leave(app)


def _refuse(message: str) -> str:
    raise _Wrong(message)


def _data_dir(path: Path) -> str:
    existing = next(p for p in (path, *path.parents) if p.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return _refuse(f"{path} 不能写入：请改正目录权限，或另设 RISKCTL_DATA_DIR")
    return str(path)


def _open(settings: Settings) -> "Flask":
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    from riskctl import create_app
    from riskctl.extensions import db

    file = settings.database_url.removeprefix("sqlite:///")
    if file != settings.database_url and not Path(file).exists():
        return _no_database()
    try:
        app = create_app(settings)
        with app.app_context():
            db.session.execute(text("SELECT 1"))
        return app
    except (SQLAlchemyError, OSError) as error:
        raise _Wrong("连接不上：请检查 RISKCTL_DATABASE_URL，以及数据库服务是否已启动") from error


def _leave(app: "Flask") -> None:
    from riskctl.extensions import db

    with app.app_context():
        db.engine.dispose()


def _no_database() -> "Flask":
    raise _Wrong("尚未建立：请运行 riskctl init-db")


def _migrations(app: "Flask") -> str:
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    from riskctl.app_setup import migration_head
    from riskctl.extensions import db

    wanted = migration_head(app)
    with app.app_context():
        try:
            found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except SQLAlchemyError:
            found = None
    if found != wanted:
        return _refuse(f"现为 {found or '空库'}，应为 {wanted}：请先备份，再运行 riskctl init-db")
    return str(found)


def _protection(app: "Flask") -> str:
    from sqlalchemy import text

    from riskctl.extensions import db
    from riskctl.models import event_triggers

    with app.app_context():
        on_postgresql = db.engine.dialect.name == "postgresql"
        query = "SELECT tgname FROM pg_trigger" if on_postgresql else (
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )  # fmt: skip
        present = set(db.session.scalars(text(query)))
        missing = [name for name in event_triggers.names() if name not in present]
        if missing:
            return _refuse(f"缺少触发器 {'、'.join(missing)}：事件可能被改动，请从备份恢复或查明原因")
        if on_postgresql and db.session.scalar(
            text("SELECT has_table_privilege('event', 'UPDATE') OR has_table_privilege('event', 'DELETE')")
        ):
            return "触发器齐全；建议按 docs/operations.md 改用不能改动事件的数据库账号"
    return "事件和封存只增不改"


def _libraries() -> str:
    missing = [package for library, package in _LIBRARIES.items() if not _loads(library)]
    if missing:
        return _refuse(f"缺少 {'、'.join(missing)}：请以 root 运行 apt-get install -y {' '.join(missing)}")
    return "Pango、HarfBuzz 齐全"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _fonts() -> str:
    from riskctl.documents import fonts

    own = os.environ.get("RISKCTL_FONT_DIR", "")
    if own and not Path(own).is_dir():
        return _refuse(f"RISKCTL_FONT_DIR 指向的目录不存在：{own}")
    missing = fonts.check()
    return _refuse("；".join(missing)) if missing else "公文字体和生僻字后备字体齐全"


def _calendar(app: "Flask") -> str:
    from sqlalchemy.exc import SQLAlchemyError

    from riskctl import clock
    from riskctl.services import calendars, workdays

    with app.app_context():
        try:
            missing = calendars.missing_year()
        except SQLAlchemyError:
            return _refuse("未检查：请先升级数据库")
        if missing is not None:
            raise _Advice(f"{calendars.warning(missing)}：请在“系统—工作日历”中录入")
        last = clock.today().year
        while workdays.is_official(last + 1):
            last += 1
    return f"放假安排到{last}年；以后的日期暂按周一至周五推算，录入后自动改正"


def _templates(app: "Flask") -> str:
    from sqlalchemy.exc import SQLAlchemyError

    from riskctl.services import document_templates

    with app.app_context():
        try:
            unfit = document_templates.unfit()
        except SQLAlchemyError:
            return _refuse("未检查：请先升级数据库")
    # The program's data may have changed with it.
    return _refuse(f"{'；'.join(unfit)}：请在“系统—文书模板”中修改") if unfit else "均能使用"
