"""Settings, read once from RISKCTL_… environment variables; a bad value stops the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from riskctl.errors import RiskctlError

_MIN_SECRET = 16
DEMO_KEYS = "demo-keys"
_KEYS = ("RISKCTL_SECRET_KEY", "RISKCTL_FIELD_KEY", "RISKCTL_AUDIT_KEY")


class BadSetting(RiskctlError):
    """A setting is missing or has a value that cannot be used; names the variable and the cure."""


@dataclass(frozen=True)
class Settings:
    """Every setting of docs/operations.md; `data_dir` holds the database file and the attachments."""

    data_dir: Path
    database_url: str
    secret_key: str
    field_key: str
    audit_key: str
    hash_name: str = "sha256"
    time_zone: str = "Asia/Shanghai"
    public_url: str = ""
    max_upload_mb: int = 20
    idle_minutes: int = 15
    secure_cookies: bool = False
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_from: str = ""
    smtp_starttls: bool = False
    webhook_url: str = ""
    webhook_secret: str = ""
    # 套打: the height in mm that the paper's printed head takes; 0 where heads are drawn.
    preprinted_mm: int = 0
    testing: bool = False

    @property
    def attachments_dir(self) -> Path:
        return self.data_dir / "attachments"


def load_settings(env: Mapping[str, str] | None = None, *, testing: bool = False) -> Settings:
    """Read the settings; raises BadSetting that names the variable."""
    given = os.environ if env is None else env
    data_dir = _folder(given.get("RISKCTL_DATA_DIR") or "var")
    values = {**_demo_keys(data_dir), **given}
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(values.get("RISKCTL_DATABASE_URL", ""), data_dir),
        secret_key=_secret(values, "RISKCTL_SECRET_KEY"),
        field_key=_secret(values, "RISKCTL_FIELD_KEY"),
        audit_key=_secret(values, "RISKCTL_AUDIT_KEY"),
        hash_name=_one_of(values, "RISKCTL_HASH", ("sha256", "sm3")),
        time_zone=_time_zone(values.get("RISKCTL_TIME_ZONE", "") or "Asia/Shanghai"),
        public_url=_address(values, "RISKCTL_PUBLIC_URL").rstrip("/"),
        max_upload_mb=_number(values, "RISKCTL_MAX_UPLOAD_MB", 20, most=1024),
        idle_minutes=_number(values, "RISKCTL_IDLE_MINUTES", 15, most=24 * 60),
        secure_cookies=_one_of(values, "RISKCTL_SECURE_COOKIES", ("0", "1")) == "1",
        **_mail(values),
        **_webhook(values),
        preprinted_mm=_preprinted(values),
        testing=testing,
    )


def _mail(values: Mapping[str, str]) -> dict[str, Any]:
    host, sender = values.get("RISKCTL_SMTP_HOST", ""), values.get("RISKCTL_SMTP_FROM", "")
    if host and "@" not in sender:
        raise BadSetting("设置了 RISKCTL_SMTP_HOST，RISKCTL_SMTP_FROM 须为发件地址，例：riskctl@example.gov")
    return {
        "smtp_host": host,
        "smtp_from": sender,
        "smtp_port": _number(values, "RISKCTL_SMTP_PORT", 25, most=65535),
        "smtp_user": values.get("RISKCTL_SMTP_USER", ""),
        "smtp_password": values.get("RISKCTL_SMTP_PASSWORD", ""),
        "smtp_starttls": _one_of(values, "RISKCTL_SMTP_STARTTLS", ("0", "1")) == "1",
    }


def _webhook(values: Mapping[str, str]) -> dict[str, Any]:
    url = _address(values, "RISKCTL_WEBHOOK_URL")
    return {"webhook_url": url, "webhook_secret": _secret(values, "RISKCTL_WEBHOOK_SECRET") if url else ""}


def _folder(value: str) -> Path:
    found = Path(value).absolute()
    if found.exists() and not found.is_dir():
        raise BadSetting(f"RISKCTL_DATA_DIR 须为目录，{found} 却是文件")
    return found


def _demo_keys(data_dir: Path) -> dict[str, str]:
    """The random keys that scripts/demo keeps beside its data, so that every command of the checkout finds
    them. Not for real data: whoever copies the folder has the keys too."""
    try:
        lines = (data_dir / DEMO_KEYS).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition("=") for line in lines)
    return {name: value for name, _, value in pairs if name in _KEYS}


def _database_url(value: str, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{data_dir / 'riskctl.db'}"
    kind, _, rest = value.partition("://")
    # Each request opens the database anew: one in memory would be empty every time.
    if kind == "sqlite" and rest.startswith("/") and rest not in ("/", "/:memory:"):
        return value
    # SQLAlchemy would pick psycopg2 for the bare name.
    if kind in ("postgresql", "postgresql+psycopg") and _names_a_database(rest):
        return f"postgresql+psycopg://{rest}"
    raise BadSetting("RISKCTL_DATABASE_URL 须为 sqlite:///文件路径 或 postgresql://用户:口令@主机:端口/库名")


def _names_a_database(rest: str) -> bool:
    try:
        parts = urlsplit(f"//{rest}")
        return bool(parts.path.strip("/")) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def _address(values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "")
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise BadSetting(f"{name} 须以 http:// 或 https:// 开头，现为 {value!r}")
    return value


def _secret(values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "")
    if len(value) < _MIN_SECRET:
        raise BadSetting(f"{name} 未设置或少于 {_MIN_SECRET} 个字符：请设为一段随机文字，并妥善保存")
    return value


def _one_of(values: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = values.get(name, "") or allowed[0]
    if value not in allowed:
        raise BadSetting(f"{name} 只能是 {'、'.join(allowed)}，现为 {value!r}")
    return value


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise BadSetting(f"RISKCTL_TIME_ZONE 不是有效的时区：{name!r}")
    return name


def _preprinted(values: Mapping[str, str]) -> int:
    name = "RISKCTL_PREPRINTED_MM"
    return _number(values, name, 72, least=37, most=130) if values.get(name) else 0


def _number(values: Mapping[str, str], name: str, default: int, *, least: int = 1, most: int) -> int:
    value = values.get(name, "") or str(default)
    if not (value.isascii() and value.isdecimal() and len(value) < 9 and least <= int(value) <= most):
        raise BadSetting(f"{name} 须为{least}至{most}的整数，现为 {value!r}")
    return int(value)
