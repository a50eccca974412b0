"""Whether the database stands where this version of the program expects it."""

from pathlib import Path

from sqlalchemy import text

from riskctl.errors import RiskctlError
from riskctl.extensions import db

_HEAD = Path(__file__).resolve().parents[2] / "migrations" / "current-head"


class Migrating(RiskctlError):
    """The database is being migrated, or was not yet, or is newer than the program."""

    status = 503


def require_current() -> None:
    """Raise Migrating unless the database is at the newest revision that this program knows."""
    wanted = _HEAD.read_text(encoding="utf-8").strip()
    found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    db.session.rollback()
    if found != wanted:
        raise Migrating(
            f"数据库正在升级或尚未升级（现为{found or '空库'}，应为{wanted}），本次没有办理任何事项；升级完成后会自动补办",
            code="migrating",
        )
